//! The arrow beside the e-mail address, top right.

use super::selection_bar::Question;
use crate::browser::dom;
use crate::drafting::Safety;
use crate::i18n::{account, admin, contacts, general, help, recovery, security, tag};
use crate::portal::{Portal, use_portal};
use crate::state::draft::DraftModel;
use crate::state::file_name;
use crate::state::route::{HELP, PASSWORD, RECOVERY_CODE, SECOND_FACTOR, SESSIONS, SETTINGS};
use crypto_core::wire::api::{Language, Role};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

/// Button and menu.
#[component]
pub(crate) fn AccountMenu() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let open = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    close_on_outside(open, root);
    let address =
        move || portal.session.with(|it| it.as_ref().map(|it| it.address.clone()).unwrap_or_default());
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if open.get_untracked() => {
            open.set(false);
            focus_button(button);
        }
        "ArrowDown" | "ArrowUp" | "Home" | "End" => {
            event.prevent_default();
            open.set(true);
            let key = event.key();
            request_animation_frame(move || move_focus(root, &key));
        }
        "Tab" => open.set(false),
        _ => {}
    };
    view! {
        <div class="account" node_ref=root on:keydown=keys>
            <button
                type="button"
                id="account-button"
                class="account__button"
                node_ref=button
                aria-haspopup="menu"
                aria-controls="account-menu"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| toggle(open)
            >
                <span class="visually-hidden">{move || i18n.fill(account::MENU, vec![("address", String::new())])()}</span>
                <span class="account__address">{address}</span>
                <span class="account__arrow" aria-hidden="true">{"▾"}</span>
            </button>
            <Show when=move || open.get()><Menu open asking/></Show>
        </div>
        <Question
            open=asking
            title=account::SIGN_OUT_ASK
            text=Signal::derive(move || lacking_text(portal))
            action=account::SIGN_OUT
            run=Callback::new(move |()| spawn_local(portal.sign_out()))
        />
    }
}

/// Whether the draft's last change is on this device alone.
fn is_here_alone(portal: Portal) -> bool {
    matches!(portal.draft.safety.get_untracked(), Safety::Device(_))
}

/// What of the draft the server does not have.
fn lacking_text(portal: Portal) -> String {
    let language = portal.i18n.language();
    let names = portal.draft.model.with(|model| {
        model.here_alone().filter_map(|item| file_name::display(&item.name)).collect::<Vec<_>>()
    });
    let draft = is_here_alone(portal).then(|| account::SIGN_OUT_DEVICE.in_language(language).to_owned());
    let files =
        (!names.is_empty()).then(|| account::SIGN_OUT_LACKS.fill(language, &[("names", &names.join(", "))]));
    draft.into_iter().chain(files).collect::<Vec<_>>().join(" ")
}

#[component]
fn Menu(
    open: RwSignal<bool>,
    /// Whether to sign out although a file is on its way.
    asking: RwSignal<bool>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let entry = move |path: &'static str, name| {
        let navigate = navigate.clone();
        let go = move |_| {
            open.set(false);
            navigate(path, leptos_router::NavigateOptions::default());
        };
        view! {
            <button type="button" role="menuitem" tabindex="-1" class="menu__item" on:click=go>
                {i18n.t(name)}
            </button>
        }
    };
    let is_free = portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| it.duty.is_none()));
    let is_staff = portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| it.role == Role::Staff));
    let entries = is_free.then(|| {
        view! {
            {entry(PASSWORD, account::CHANGE_PASSWORD)}
            {entry(RECOVERY_CODE, recovery::CODE)}
            {entry(SECOND_FACTOR, security::SECOND_FACTOR)}
            {entry(SESSIONS, security::SESSIONS)}
            {entry(SETTINGS, contacts::SETTINGS)}
            {is_staff.then(|| entry("/account/deputies", admin::DEPUTIES_TITLE))}
        }
    });
    let sign_out = move |_| {
        open.set(false);
        if portal.draft.model.with_untracked(DraftModel::lacks_files) || is_here_alone(portal) {
            dom::focus_now("#account-button");
            return asking.set(true);
        }
        spawn_local(portal.sign_out());
    };
    let language = move |language: Language, name| {
        view! {
            <button
                type="button"
                role="menuitemradio"
                tabindex="-1"
                class="menu__item"
                lang=tag(language)
                aria-checked=move || (i18n.language() == language).to_string()
                on:click=move |_| portal.choose_language(language)
            >
                {i18n.t(name)}
            </button>
        }
    };
    view! {
        <div class="menu" id="account-menu" role="menu" aria-labelledby="account-button">
            {entries}
            {entry(HELP, help::HELP_LINK)}
            <div role="group" class="menu__group" aria-label=i18n.t(general::LANGUAGE)>
                {language(Language::De, general::GERMAN)}
                {language(Language::En, general::ENGLISH)}
            </div>
            <button type="button" role="menuitem" tabindex="-1" class="menu__item" on:click=sign_out>
                {i18n.t(account::SIGN_OUT)}
            </button>
        </div>
    }
}

fn toggle(open: RwSignal<bool>) {
    open.update(|it| *it = !*it);
    if open.get_untracked() {
        dom::focus("#account-menu [role^=menuitem]");
    }
}

fn focus_button(button: NodeRef<html::Button>) {
    if let Some(button) = button.get_untracked() {
        // A button that is gone cannot take the focus.
        let _ = button.focus();
    }
}

fn close_on_outside(open: RwSignal<bool>, root: NodeRef<html::Div>) {
    let listener = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        let inside = root.get_untracked().is_some_and(|root| root.contains(target.as_ref()));
        if !inside && open.get_untracked() {
            open.set(false);
        }
    });
    on_cleanup(move || listener.remove());
}

/// Moves within the menu, round at its ends.
fn move_focus(root: NodeRef<html::Div>, key: &str) {
    let Some(root) = root.get_untracked() else { return };
    let Ok(found) = root.query_selector_all("[role^=menuitem]") else { return };
    let items: Vec<HtmlElement> =
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect();
    let focused = dom::focused();
    let at = items.iter().position(|item| Some(item) == focused.as_ref());
    let last = items.len().saturating_sub(1);
    let next = match (key, at) {
        ("Home", _) | ("ArrowDown", None) => 0,
        ("End", _) | ("ArrowUp", None) => last,
        ("ArrowDown", Some(at)) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (_, Some(at)) => at.checked_sub(1).unwrap_or(last),
        (_, None) => 0,
    };
    if let Some(item) = items.get(next) {
        // An item that is gone cannot take the focus.
        let _ = item.focus();
    }
}
