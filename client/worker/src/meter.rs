//! The password meter: a module of its own, which the worker's boot script can load (`loadMeter`), since most
//! visits need none.

use client_sdk::Error;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// How strong a password is, from 0 to 4; `words` are what a guesser would try first.
///
/// # Errors
/// When the module cannot be loaded.
pub(crate) async fn strength(password: &str, words: &[&str]) -> Result<u8, Error> {
    let module = load().await.map_err(|_| Error::Offline)?;
    let words: Array = words.iter().map(|word| JsValue::from_str(word)).collect();
    let score = function(&module, "strength")
        .and_then(|strength| strength.call2(&JsValue::NULL, &JsValue::from_str(password), &words))
        .map_err(|_| Error::Offline)?;
    let score = score.as_f64().unwrap_or(0.0);
    Ok((0..=4).rfind(|step| f64::from(*step) <= score).unwrap_or(0))
}

/// Browsers load a module once, however often it is asked for.
async fn load() -> Result<JsValue, JsValue> {
    let loading = function(&js_sys::global(), "loadMeter")?.call0(&JsValue::NULL)?;
    JsFuture::from(loading.dyn_into::<Promise>()?).await
}

fn function(object: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(object, &JsValue::from_str(name))?.dyn_into()
}
