//! The one Trusted Types policy, `kbs`: it admits the worker's URL and nothing else, neither HTML nor code.
//!
//! Leptos sets `innerHTML` only for elements of a view that are wholly static. The views have none, because
//! every text follows the language; under the server's content security policy a forgotten one throws, and
//! the browser tests see it.

use js_sys::{Function, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

const POLICY: &str = "kbs";
const WORKER: &str = "meta[name='kbs-worker']";

/// The worker's URL as the page was built with it.
fn worker_path() -> Option<String> {
    document().query_selector(WORKER).ok()??.get_attribute("content")
}

/// The worker's URL as the browser admits it. Called once: a policy cannot be made twice.
pub(crate) fn worker_url() -> Option<JsValue> {
    let path = worker_path()?;
    let Some(factory) = trusted_types() else { return Some(path.into()) };
    let policy = create_policy(&factory, path.clone())?;
    let create: Function = Reflect::get(&policy, &"createScriptURL".into()).ok()?.dyn_into().ok()?;
    create.call1(&policy, &path.into()).ok()
}

fn trusted_types() -> Option<JsValue> {
    let factory = Reflect::get(&window(), &"trustedTypes".into()).ok()?;
    factory.is_object().then_some(factory)
}

fn create_policy(factory: &JsValue, admitted: String) -> Option<JsValue> {
    let admit: Closure<dyn Fn(String) -> JsValue> =
        Closure::new(move |url: String| if url == admitted { url.into() } else { JsValue::NULL });
    let rules = Object::new();
    Reflect::set(&rules, &"createScriptURL".into(), &admit.into_js_value()).ok()?;
    let create: Function = Reflect::get(factory, &"createPolicy".into()).ok()?.dyn_into().ok()?;
    create.call2(factory, &POLICY.into(), &rules).ok()
}
