//! The service worker: it keeps the page, never mail, for a start without network. See `client/web/service-worker.js`.

use super::trusted;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Registers it. A browser that has none or forbids it costs comfort, never the page.
pub(crate) async fn keep() {
    if let Some(registered) = register() {
        drop(JsFuture::from(registered).await);
    }
}

/// `register` with a URL that Trusted Types admit, which web-sys cannot say.
fn register() -> Option<Promise> {
    let navigator = window().navigator();
    let container = Reflect::get(&navigator, &"serviceWorker".into()).ok().filter(|it| it.is_object())?;
    let register: Function = Reflect::get(&container, &"register".into()).ok()?.dyn_into().ok()?;
    register.call1(&container, &trusted::service_worker_url()?).ok()?.dyn_into().ok()
}
