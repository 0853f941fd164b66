//! Keys for people who work by keyboard, and the dialog that lists them and switches them off (WCAG 2.1.4).

use crate::browser::{device, dom};
use crate::components::dialog::Dialog;
use crate::i18n::{Text, admin, help as h};
use crate::portal::use_portal;
use crate::state::route::COMPOSE;
use crate::state::shortcut::{self, Shortcut};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const KEYS: [(&str, Text); 8] = [
    ("j / k", h::KEY_NEXT),
    ("c", h::KEY_COMPOSE),
    ("r", h::KEY_REPLY),
    ("f", h::KEY_FORWARD),
    ("u", h::KEY_UNREAD),
    ("/", h::KEY_SEARCH),
    ("Esc", h::KEY_BACK),
    ("?", h::KEY_HELP),
];

/// Listens for as long as somebody is signed in.
#[component]
pub(crate) fn Shortcuts() -> impl IntoView {
    let i18n = use_portal().i18n;
    let navigate = use_navigate();
    let shown = RwSignal::new(false);
    let on = RwSignal::new(device::shortcuts());
    let listener = window_event_listener(ev::keydown, move |event| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let busy = event.ctrl_key() || event.alt_key() || event.meta_key() || dialog_is_open();
        let writing = target.is_some_and(|it| it.closest(WRITING).is_ok_and(|found| found.is_some()));
        // Whoever types before the cursor stands in a field loses what is open to no key.
        let writing = writing || (event.key() != "?" && composing());
        let Some(wanted) = shortcut::of(&event.key(), busy, writing) else { return };
        if !on.get_untracked() && wanted != Shortcut::Help {
            return;
        }
        event.prevent_default();
        match wanted {
            Shortcut::Next => step(1),
            Shortcut::Previous => step(-1),
            Shortcut::Compose => navigate(COMPOSE, NavigateOptions::default()),
            Shortcut::Reply => click("#answer"),
            Shortcut::Forward => click("#forward"),
            Shortcut::Unread => click("#unread-again"),
            Shortcut::Search => drop(dom::focus_now("#search")),
            Shortcut::Back => click(".message__back a"),
            Shortcut::Help => shown.set(true),
        }
    });
    on_cleanup(move || listener.remove());
    let switch = move |event| {
        let wanted = event_target_checked(&event);
        on.set(wanted);
        device::keep_shortcuts(wanted);
    };
    view! {
        <Dialog open=shown title=h::KEYS on_cancel=move |()| shown.set(false)>
            <dl class="keys">
                {KEYS.map(|(key, text)| view! {
                    <div class="keys__row"><dt><kbd>{key}</kbd></dt> <dd>{i18n.t(text)}</dd></div>
                }).into_iter().collect_view()}
            </dl>
            <label class="check">
                <input type="checkbox" prop:checked=move || on.get() on:change=switch/>
                {i18n.t(h::KEYS_ON)}
            </label>
            <div class="dialog__actions">
                <button type="button" class="button" autofocus on:click=move |_| shown.set(false)>{i18n.t(admin::CLOSE)}</button>
            </div>
        </Dialog>
    }
}

/// Where keys are letters.
const WRITING: &str = "input, textarea, select, [contenteditable], [role=menu]";

fn dialog_is_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|found| found.is_some())
}

fn composing() -> bool {
    document().query_selector("#send").is_ok_and(|found| found.is_some())
}

fn click(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// The message after or before the open one, in the order of the list, is opened; while none is open, the focus goes
/// from row to row.
fn step(by: i32) {
    let Ok(links) = document().query_selector_all(".list .row__link") else { return };
    let links: Vec<HtmlElement> =
        (0..links.length()).filter_map(|at| links.get(at)?.dyn_into::<HtmlElement>().ok()).collect();
    let is = |it: &HtmlElement, what| it.closest(what).is_ok_and(|found| found.is_some());
    let open = links.iter().position(|it| is(it, ".row--open"));
    let here = open.or_else(|| links.iter().position(|it| is(it, ".row:focus-within")));
    let Some(link) = shortcut::neighbour(here, by, links.len()).and_then(|at| links.get(at)) else { return };
    // A row that is gone cannot take the focus.
    let _ = link.focus();
    if open.is_some() {
        link.click();
    }
}
