//! What went wrong, said at once to everybody.

use crate::portal::use_portal;
use crate::state::failure::sentence;
use client_bridge::Failure;
use leptos::prelude::*;

/// Shows and announces a failure while there is one.
#[component]
pub(crate) fn FailureNote(
    /// The failure.
    #[prop(into)]
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let text = move || failure.with(|it| it.as_ref().map(|failure| sentence(failure, i18n.language())));
    view! { <AlertNote text=Signal::derive(text)/> }
}

/// Shows and announces a sentence while there is one. The region is there before its text, so that screen
/// readers notice it.
#[component]
pub(crate) fn AlertNote(
    /// The sentence.
    #[prop(into)]
    text: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div role="alert" class="alert-region">
            {move || text.get().map(|text| view! { <p class="note note--error">{text}</p> })}
        </div>
    }
}
