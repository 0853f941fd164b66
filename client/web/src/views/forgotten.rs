//! "Kennwort vergessen?": who helps.

use crate::components::heading::Heading;
use crate::i18n::sign_in;
use crate::portal::use_portal;
use leptos::prelude::*;
use leptos_router::components::A;

/// Explains the way to a new initial password.
#[component]
pub(crate) fn ForgottenView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet">
            <Heading text=sign_in::FORGOTTEN_TITLE/>
            <p>{i18n.t(sign_in::FORGOTTEN_TEXT)}</p>
            <p><A href="/">{i18n.t(crate::i18n::general::TO_START)}</A></p>
        </div>
    }
}
