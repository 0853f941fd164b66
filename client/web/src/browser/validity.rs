//! What the browser finds wrong with a field, in the page's language and beside the field, for as long as it is so.

use super::dom;
use crate::i18n::{I18n, general};
use leptos::prelude::{GetUntracked, document, on_cleanup, window_event_listener_untyped};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AddEventListenerOptions, Element, Event, HtmlElement, HtmlInputElement};

const MARK: &str = "field__error";

/// Speaks instead of the browser's own bubbles, for as long as the page lives.
pub(crate) fn speak(i18n: I18n) {
    let refused = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else { return };
        event.prevent_default();
        let is_first = !is_marked();
        // A field that is gone with its page needs no word.
        drop(mark(&field, &told(&field, i18n)));
        if is_first {
            dom::focus_soon(field);
        }
    });
    // The event does not bubble.
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    let function = refused.into_js_value();
    // Adding a listener to a document fails for no function.
    let _ = document().add_event_listener_with_callback_and_add_event_listener_options(
        "invalid",
        function.unchecked_ref(),
        &options,
    );
    let mended = window_event_listener_untyped("input", |event| {
        if let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            drop(unmark(&field));
        }
    });
    on_cleanup(move || mended.remove());
}

fn told(field: &HtmlElement, i18n: I18n) -> String {
    let language = i18n.0.get_untracked();
    let number = field.dyn_ref::<HtmlInputElement>().filter(|input| {
        let validity = input.validity();
        !(validity.value_missing() || validity.bad_input() && input.min().is_empty())
    });
    match number {
        Some(input) if !input.max().is_empty() => {
            general::FIELD_RANGE.fill(language, &[("min", &input.min()), ("max", &input.max())])
        }
        Some(input) => general::FIELD_NUMBER.fill(language, &[("min", &input.min())]),
        None => general::FIELD_MISSING.in_language(language).into(),
    }
}

fn is_marked() -> bool {
    document().query_selector(&format!(".{MARK}")).is_ok_and(|found| found.is_some())
}

fn mark(field: &HtmlElement, text: &str) -> Result<(), JsValue> {
    unmark(field)?;
    let id = format!("{}-error", field.id());
    let line = document().create_element("p")?;
    line.set_id(&id);
    line.set_class_name(MARK);
    line.set_attribute("role", "alert")?;
    line.set_text_content(Some(text));
    field.set_attribute("aria-invalid", "true")?;
    field.set_attribute("aria-errormessage", &id)?;
    field.insert_adjacent_element("afterend", &line)?;
    Ok(())
}

fn unmark(field: &HtmlElement) -> Result<(), JsValue> {
    field.remove_attribute("aria-invalid")?;
    field.remove_attribute("aria-errormessage")?;
    if let Some(line) = document().get_element_by_id(&format!("{}-error", field.id())) {
        line.remove();
    }
    Ok(())
}

/// Marks a field as wrong; the note says why. What is typed there takes the mark away.
pub(crate) fn blame(field: &HtmlElement, note: &Element) {
    let id = format!("{}-why", field.id());
    note.set_id(&id);
    // Both fail only for a name that is none.
    let _ = field.set_attribute("aria-invalid", "true");
    let _ = field.set_attribute("aria-errormessage", &id);
}

/// Takes the mark away that [`blame()`] made.
pub(crate) fn forgive(field: &HtmlElement) {
    if field.get_attribute("aria-errormessage").is_some_and(|id| id == format!("{}-why", field.id())) {
        drop(unmark(field));
    }
}
