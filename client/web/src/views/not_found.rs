//! No page of this portal.

use crate::components::heading::Heading;
use crate::i18n::general;
use crate::portal::use_portal;
use leptos::prelude::*;
use leptos_router::components::A;

/// Says so, and where to go.
#[component]
pub(crate) fn NotFoundView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet">
            <Heading text=general::NOT_FOUND/>
            <p>{i18n.t(general::NOT_FOUND_TEXT)}</p>
            <p><A href="/">{i18n.t(general::TO_START)}</A></p>
        </div>
    }
}
