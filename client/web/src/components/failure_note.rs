//! What went wrong, said at once to everybody.

use crate::browser::dom;
use crate::portal::use_portal;
use crate::state::failure::{field, sentence};
use client_bridge::Failure;
use leptos::html;
use leptos::prelude::*;

/// Shows and announces a failure while there is one. Whoever stands in the same form goes on in the field that it is
/// about.
#[component]
pub(crate) fn FailureNote(
    /// The failure.
    #[prop(into)]
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let text = move || failure.with(|it| it.as_ref().map(|failure| sentence(failure, i18n.language())));
    let region = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(field) = failure.with(|it| it.as_ref().and_then(field)) {
            // A field that is asked for because of it comes with it.
            dom::after_settling(move || {
                if let Some(region) = region.get_untracked() {
                    dom::go_on_in(&region, field);
                }
            });
        }
    });
    view! { <AlertNote text=Signal::derive(text) region/> }
}

/// Shows and announces a sentence while there is one. The region is there before its text, so that screen
/// readers notice it.
#[component]
pub(crate) fn AlertNote(
    /// The sentence.
    #[prop(into)]
    text: Signal<Option<String>>,
    /// The region.
    #[prop(optional)]
    region: NodeRef<html::Div>,
) -> impl IntoView {
    view! {
        <div role="alert" class="alert-region" node_ref=region>
            {move || text.get().map(|text| view! { <p class="note note--error">{text}</p> })}
        </div>
    }
}
