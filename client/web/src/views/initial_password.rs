//! The initial password of a mailbox just made: seen once, to copy or to print as a letter.

use crate::browser::dom;
use crate::components::dialog::Dialog;
use crate::components::field::LanguageSelect;
use crate::i18n::{general, recovery, staff};
use crate::portal::{InitialPassword, PrintJob, use_portal};
use leptos::prelude::*;

/// For whom it is, what to do with it, and the password.
const READ_OUT: &str = "initial-text initial-password";

/// Shown while there is one. Escape does not end it: the password is not shown again.
#[component]
pub(crate) fn InitialPasswordDialog() -> impl IntoView {
    let portal = use_portal();
    let shown = move |again| {
        Signal::derive(move || portal.initial.with(|it| it.as_ref().is_some_and(|it| it.again == again)))
    };
    view! {
        <Dialog open=shown(false) title=staff::INITIAL_TITLE about=READ_OUT>
            {move || portal.initial.get().map(|initial| view! { <Body initial/> })}
        </Dialog>
        <Dialog open=shown(true) title=recovery::NEW_INITIAL_TITLE about=READ_OUT>
            {move || portal.initial.get().map(|initial| view! { <Body initial/> })}
        </Dialog>
    }
}

#[component]
fn Body(initial: InitialPassword) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let language = RwSignal::new(initial.language);
    let copied = RwSignal::new(None);
    let InitialPassword { address, password, .. } = initial;
    let (shown, copy_of, print_of) = (password.clone(), password.clone(), (address.clone(), password));
    let copy = move |_| {
        dom::copy(&copy_of, move |worked| {
            copied.try_set(Some(worked));
        })
    };
    Effect::new(move || {
        let (address, password) = print_of.clone();
        let letter = InitialPassword { address, password, language: language.get(), again: false };
        portal.print.set(Some(PrintJob::Letter(letter)));
    });
    on_cleanup(move || portal.print.set(None));
    let done = move |_| portal.initial.set(None);
    let told = move || {
        copied.get().map(|worked| i18n.t(if worked { general::COPIED } else { general::COPY_FAILED })())
    };
    view! {
        <p id="initial-text">{i18n.fill(staff::INITIAL_TEXT, vec![("address", address)])}</p>
        <dl class="initial">
            <dt>{i18n.t(staff::INITIAL_PASSWORD)}</dt>
            <dd class="secret" id="initial-password" translate="no">{shown}</dd>
        </dl>
        <LanguageSelect id="print-language" label=staff::PRINT_LANGUAGE value=language/>
        <p role="status">{told}</p>
        <div class="dialog__actions">
            <button type="button" class="button" autofocus on:click=copy>{i18n.t(general::COPY)}</button>
            <button type="button" class="button button--primary" on:click=|_| dom::print()>
                {i18n.t(staff::PRINT_LETTER)}
            </button>
            <button type="button" class="button" on:click=done>{i18n.t(staff::INITIAL_DONE)}</button>
        </div>
    }
}
