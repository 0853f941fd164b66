//! The end of a list that goes on: notices that one is about to come there, so that more is loaded in time.

use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// Reaches some rows up from where it stands; `near` says whether that is in sight.
#[component]
pub(crate) fn ListEnd(
    /// Set when it comes into sight and when it goes.
    near: RwSignal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Span>::new();
    Effect::new(move || {
        let Some(element) = node.get() else { return };
        let seen: Closure<dyn FnMut(Array)> = Closure::new(move |entries: Array| {
            let last =
                entries.iter().filter_map(|it| it.dyn_into::<IntersectionObserverEntry>().ok()).next_back();
            // The list may be gone.
            let _ = near.try_set(last.is_some_and(|it| it.is_intersecting()));
        });
        // Without it there is the button.
        let Ok(observer) = IntersectionObserver::new(seen.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let kept = SendWrapper::new((observer, seen));
        on_cleanup(move || {
            kept.0.disconnect();
            near.try_set(false);
        });
    });
    view! { <span class="list__end" aria-hidden="true" node_ref=node></span> }
}
