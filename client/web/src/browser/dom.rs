//! Small things done to the document.

use crate::i18n::tag;
use crypto_core::wire::api::Language;
use leptos::prelude::{document, request_animation_frame, set_timeout, window};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlDialogElement, HtmlDocument, HtmlElement};

/// Tells the browser which language the page is in.
pub(crate) fn set_language(language: Language) {
    if let Some(html) = document().document_element() {
        // A plain attribute of an element that exists.
        let _ = html.set_attribute("lang", tag(language));
    }
}

/// Moves the focus to an element, once the views have settled.
pub(crate) fn focus_soon(element: HtmlElement) {
    request_animation_frame(move || {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    });
}

/// Moves the focus to the first element of a selector, once the views have settled.
pub(crate) fn focus(selector: &'static str) {
    request_animation_frame(move || {
        focus_now(selector);
    });
}

/// Moves the focus to the first element of a selector. Tells whether there is one.
pub(crate) fn focus_now(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    found.and_then(|it| it.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}

/// Writes over what is selected in the field that has the focus, as typing does: the browser can take it back. Tells
/// whether it did.
pub(crate) fn type_text(text: &str) -> bool {
    let document = document().dyn_into::<HtmlDocument>();
    document
        .is_ok_and(|it| it.exec_command_with_show_ui_and_value("insertText", false, text).unwrap_or_default())
}

/// Whether this window has the focus.
pub(crate) fn has_focus() -> bool {
    document().has_focus().unwrap_or(true)
}

/// Scrolls a list by as much as shows one of its elements.
pub(crate) fn scroll_to(id: &str) {
    let Some(element) = document().get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let Some(list) = element.offset_parent() else { return };
    let (top, bottom) = (element.offset_top(), element.offset_top() + element.offset_height());
    let shown = list.scroll_top()..list.scroll_top() + list.client_height();
    if top < shown.start {
        list.set_scroll_top(top);
    } else if bottom > shown.end {
        list.set_scroll_top(bottom - list.client_height());
    }
}

/// Whether the focus is in such an element.
pub(crate) fn has_focus_within(selector: &str) -> bool {
    focused().is_some_and(|it| is_in(&it, selector))
}

/// Moves the focus to such a field of the form, dialog or page that an element is in, if it is there already or nowhere.
pub(crate) fn go_on_in(element: &Element, field: &str) {
    let around = around(element);
    let stays = focused().is_none_or(|it| around.is_some_and(|around| around.contains(Some(&it))));
    if let Some(field) = field_near(element, field).filter(|_| stays) {
        // One that cannot take the focus leaves it where it is.
        let _ = field.focus();
    }
}

/// The first such field of the form, dialog or page that an element is in.
pub(crate) fn field_near(element: &Element, field: &str) -> Option<HtmlElement> {
    around(element)?.query_selector(field).ok()??.dyn_into().ok()
}

fn around(element: &Element) -> Option<Element> {
    element.closest("form, dialog, main").ok()?
}

/// Whether an event is of something in such an element.
pub(crate) fn is_within(event: &Event, selector: &str) -> bool {
    let target: Option<Element> = event.target().and_then(|it| it.dyn_into().ok());
    target.is_some_and(|it| is_in(&it, selector))
}

fn is_in(element: &Element, selector: &str) -> bool {
    element.closest(selector).is_ok_and(|found| found.is_some())
}

/// Does something when the views have settled.
pub(crate) fn after_settling(what: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(what));
}

/// What has the focus: nothing, if that is the page itself.
pub(crate) fn focused() -> Option<HtmlElement> {
    let element: HtmlElement = document().active_element()?.dyn_into().ok()?;
    (element.tag_name() != "BODY").then_some(element)
}

/// Gives the focus back once a dialog is gone; to the page's heading if its owner is gone as well.
pub(crate) fn give_back(owner: Option<HtmlElement>) {
    after_settling(move || {
        if focused().is_some() {
            return;
        }
        if !owner.is_some_and(|owner| owner.is_connected() && owner.focus().is_ok()) {
            focus_now("main h1");
        }
    });
}

/// Gives the focus to the list, or to the heading, if what had it goes away within the next moment.
pub(crate) fn keep_focus() {
    for after_ms in [100, 500, 1500] {
        let look = || {
            if focused().is_none() && !focus_now(".list .row__link") {
                focus_now("main h1");
            }
        };
        set_timeout(look, std::time::Duration::from_millis(after_ms));
    }
}

/// Opens a dialog over the page; the browser keeps the focus within it.
pub(crate) fn open(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // Fails only when the dialog is not in the document any more.
        let _ = dialog.show_modal();
    }
}

/// Prints what is in the print area, once the views have settled.
pub(crate) fn print() {
    after_settling(|| {
        // A browser without printing does nothing.
        let _ = window().print();
    });
}

/// Copies text; tells whether it worked.
pub(crate) fn copy(text: &str, then: impl FnOnce(bool) + 'static) {
    let navigator = window().navigator();
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    if !has_clipboard {
        return then(false);
    }
    let copied = navigator.clipboard().write_text(text);
    spawn_local(async move { then(JsFuture::from(copied).await.is_ok()) });
}

/// The address that people open the portal at.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}
