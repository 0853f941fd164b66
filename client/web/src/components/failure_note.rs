//! What went wrong, said at once to everybody.

use crate::browser::{dom, validity};
use crate::portal::use_portal;
use crate::state::failure::{field, needs_second_factor, sentence};
use client_bridge::Failure;
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlElement;

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
    // A code that is only asked for is not wrong.
    let wrong = |it: &Failure| field(it).filter(|_| !needs_second_factor(it));
    let about = Signal::derive(move || failure.with(|it| it.as_ref().and_then(wrong)));
    view! { <AlertNote text=Signal::derive(text) about region/> }
}

/// Shows and announces a sentence while there is one. The region is there before its text, so that screen
/// readers notice it.
#[component]
pub(crate) fn AlertNote(
    /// The sentence.
    #[prop(into)]
    text: Signal<Option<String>>,
    /// The field that it is about, in the same form, dialog or page.
    #[prop(optional, into)]
    about: MaybeProp<&'static str>,
    /// The region.
    #[prop(optional)]
    region: NodeRef<html::Div>,
) -> impl IntoView {
    let marked = StoredValue::new_local(None::<HtmlElement>);
    Effect::new(move || {
        let about = about.get().filter(|_| text.with(Option::is_some));
        if let Some(field) = marked.try_update_value(Option::take).flatten() {
            validity::forgive(&field);
        }
        // A field that is asked for because of it comes with it.
        dom::after_settling(move || {
            let Some((region, about)) = region.try_get_untracked().flatten().zip(about) else { return };
            let is_said = text.try_with_untracked(Option::is_some).unwrap_or_default();
            if let Some(field) = dom::field_near(&region, about).filter(|_| is_said) {
                validity::blame(&field, &region);
                marked.try_set_value(Some(field));
            }
        });
    });
    view! {
        <div role="alert" class="alert-region" node_ref=region>
            {move || text.get().map(|text| view! { <p class="note note--error">{text}</p> })}
        </div>
    }
}
