//! What went wrong, with a way to try it again.

use super::failure_note::FailureNote;
use crate::i18n::general;
use crate::portal::use_portal;
use client_bridge::Failure;
use leptos::prelude::*;

/// Shows a failure while there is one. When there is a connection again, it is tried again by itself.
#[component]
pub(crate) fn TryAgain(
    /// The failure.
    #[prop(into)]
    failure: Signal<Option<Failure>>,
    /// Tries it again.
    again: Callback<()>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    portal.when_back(move || {
        if failure.with_untracked(|it| matches!(it, Some(Failure::Offline))) {
            again.run(());
        }
    });
    view! {
        <div class="again">
            <FailureNote failure/>
            <Show when=move || failure.with(Option::is_some)>
                <button type="button" class="button" on:click=move |_| again.run(())>{i18n.t(general::RETRY)}</button>
            </Show>
        </div>
    }
}
