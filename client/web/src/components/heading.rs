//! The one heading of a page, which also names the document.

use crate::i18n::{Text, general};
use crate::portal::use_portal;
use leptos::prelude::*;

/// Heading of level 1; takes the focus when the page changes.
#[component]
pub(crate) fn Heading(
    /// Its text.
    text: Text,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! { <DynamicHeading text=Signal::derive(move || i18n.t(text)().to_owned())/> }
}

/// As [`Heading`], for text that is not the page's own.
#[component]
pub(crate) fn DynamicHeading(
    /// Its text.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    name_document(text);
    view! { <h1 tabindex="-1">{move || text.get()}</h1> }
}

/// Names the document after the page and the product.
fn name_document(page: Signal<String>) {
    let i18n = use_portal().i18n;
    Effect::new(move || {
        let language = i18n.language();
        let product = general::PRODUCT.in_language(language);
        let title = general::TITLE.fill(language, &[("page", &page.get()), ("product", product)]);
        document().set_title(&title);
    });
}
