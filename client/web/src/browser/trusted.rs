//! The one Trusted Types policy, `kbs`: it admits the URLs of the worker and of the service worker and nothing else,
//! neither HTML nor code.
//!
//! Leptos sets `innerHTML` only for elements of a view that are wholly static. The views have none, because
//! every text follows the language; under the server's content security policy a forgotten one throws, and
//! the browser tests see it.

use js_sys::{Function, Object, Reflect};
use leptos::prelude::{document, window};
use std::cell::RefCell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

const POLICY: &str = "kbs";
const WORKER: &str = "meta[name='kbs-worker']";
/// As the bundler names it.
const SERVICE_WORKER: &str = "/service-worker.js";

thread_local! {
    /// A policy cannot be made twice.
    static POLICY_MADE: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// The worker's URL as the page was built with it.
fn worker_path() -> Option<String> {
    document().query_selector(WORKER).ok()??.get_attribute("content")
}

/// The worker's URL as the browser admits it.
pub(crate) fn worker_url() -> Option<JsValue> {
    admitted(worker_path()?)
}

/// As [`worker_url`], of the service worker.
pub(crate) fn service_worker_url() -> Option<JsValue> {
    admitted(SERVICE_WORKER.into())
}

fn admitted(path: String) -> Option<JsValue> {
    let Some(factory) = trusted_types() else { return Some(path.into()) };
    let policy = POLICY_MADE.with_borrow_mut(|made| {
        if made.is_none() {
            *made = create_policy(&factory);
        }
        made.clone()
    })?;
    let create: Function = Reflect::get(&policy, &"createScriptURL".into()).ok()?.dyn_into().ok()?;
    create.call1(&policy, &path.into()).ok()
}

fn trusted_types() -> Option<JsValue> {
    let factory = Reflect::get(&window(), &"trustedTypes".into()).ok()?;
    factory.is_object().then_some(factory)
}

fn create_policy(factory: &JsValue) -> Option<JsValue> {
    let worker = worker_path()?;
    let admit: Closure<dyn Fn(String) -> JsValue> =
        Closure::new(
            move |url: String| {
                if url == worker || url == SERVICE_WORKER { url.into() } else { JsValue::NULL }
            },
        );
    let rules = Object::new();
    Reflect::set(&rules, &"createScriptURL".into(), &admit.into_js_value()).ok()?;
    let create: Function = Reflect::get(factory, &"createPolicy".into()).ok()?.dyn_into().ok()?;
    create.call2(factory, &POLICY.into(), &rules).ok()
}
