//! The one heading of a page, which also names the document.

use crate::browser::dom;
use crate::i18n::{Text, general};
use crate::portal::use_portal;
use leptos::html;
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
    view! { <h1 tabindex="-1" node_ref=focused_on_arrival()>{move || text.get()}</h1> }
}

/// A new page begins at its heading, for eyes and screen readers alike, as soon as it has one.
fn focused_on_arrival() -> NodeRef<html::H1> {
    let awaits_heading = use_portal().awaits_heading;
    let node = NodeRef::<html::H1>::new();
    Effect::new(move || {
        if let Some(heading) = node.get()
            && awaits_heading.get_untracked()
        {
            awaits_heading.set(false);
            dom::focus_soon(heading.into());
        }
    });
    node
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
