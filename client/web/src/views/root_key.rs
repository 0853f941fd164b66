//! "Schlüssel der Organisation": print it again, or take it over from the printed copy.

use super::admin::{AdminNav, ask};
use super::proof::{Proof, ProofFields, UserName, prove};
use crate::browser::dom;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::i18n::{Text, admin, sign_in};
use crate::portal::{Portal, PrintJob, use_portal};
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall};
use client_bridge::{Failure, Password};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
#[component]
pub(crate) fn RootKeyView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let present = RwSignal::new(None::<bool>);
    let failure = RwSignal::new(None);
    spawn_local(async move {
        match ask(portal, AdminCall::Root).await {
            Ok(Some(AdminAnswer::Root { present: it })) => drop(present.try_set(Some(it))),
            Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(failure.try_set(Some(why))),
        }
    });
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=admin::KEY/>
            <p>{i18n.t(admin::KEY_TEXT)}</p>
            <FailureNote failure/>
            {move || match present.get() {
                None => ().into_any(),
                Some(true) => view! { <ShowKey failure/> }.into_any(),
                Some(false) => view! { <RestoreKey present failure/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn ShowKey(failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let copy = RwSignal::new(None::<String>);
    let fields = ProofFields::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let proof = fields.read();
        spawn_local(async move {
            match show(portal, proof).await {
                Ok(text) => drop(copy.try_set(Some(text))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    Effect::new(move || portal.print.set(copy.get().map(PrintJob::RootCopy)));
    on_cleanup(move || portal.print.set(None));
    view! {
        <p>{i18n.t(admin::KEY_PRESENT)}</p>
        {move || match copy.get() {
            None => view! {
                <form class="form" on:submit=submit>
                    <UserName/>
                    <Proof fields/>
                    <button type="submit" class="button">{i18n.t(admin::KEY_SHOW)}</button>
                </form>
            }
            .into_any(),
            Some(text) => view! {
                <p class="secret" translate="no">{text}</p>
                <button type="button" class="button" on:click=|_| dom::print()>{i18n.t(sign_in::ROOT_PRINT)}</button>
            }
            .into_any(),
        }}
    }
}

/// Proves once more who one is, and asks for the copy.
async fn show(portal: Portal, proof: Option<(Password, Option<Password>)>) -> Result<String, Failure> {
    if let Some((password, code)) = proof {
        prove(portal, password, code).await?;
    }
    match ask(portal, AdminCall::RootCopy).await? {
        Some(AdminAnswer::RootCopy(copy)) => Ok(copy.0),
        _ => Err(Failure::Internal),
    }
}

#[component]
fn RestoreKey(present: RwSignal<Option<bool>>, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let printed = Password(input.get_untracked().map(|it| it.value()).unwrap_or_default());
        spawn_local(async move {
            match ask(portal, AdminCall::RestoreRoot { printed }).await {
                Ok(_) => {
                    portal.say(admin::KEY_RESTORED);
                    present.try_set(Some(true));
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <p>{i18n.t(admin::KEY_MISSING)}</p>
        <form class="form" on:submit=submit>
            <Field id="root-typed" label=admin::KEY_TYPED>
                <input id="root-typed" autocomplete="off" autocapitalize="characters" spellcheck="false" required node_ref=input/>
            </Field>
            <button type="submit" class="button">{i18n.t(admin::KEY_RESTORE)}</button>
        </form>
    }
}

/// A new key of the organisation, until it is said to be kept safe.
#[component]
pub(crate) fn KeyToKeep(
    /// As printed.
    copy: String,
    /// What it is for.
    text: Text,
    /// What the button says that goes on.
    button: Text,
    /// Goes on.
    on_kept: Callback<()>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let confirmed = RwSignal::new(false);
    let complaint = RwSignal::new(None);
    let shown = copy.clone();
    portal.print.set(Some(PrintJob::RootCopy(copy)));
    let go_on = move |_| {
        if confirmed.get_untracked() {
            on_kept.run(());
        } else {
            complaint.set(Some(sign_in::ROOT_CONFIRM_NEEDED));
        }
    };
    on_cleanup(move || portal.print.set(None));
    view! {
        <p>{i18n.t(text)}</p>
        <h2>{i18n.t(sign_in::ROOT_COPY)}</h2>
        <p class="secret" id="root-copy" translate="no">{shown}</p>
        <p>
            <button type="button" class="button" on:click=|_| dom::print()>{i18n.t(sign_in::ROOT_PRINT)}</button>
        </p>
        <label class="check">
            <input type="checkbox" on:change=move |event| confirmed.set(event_target_checked(&event))/>
            {i18n.t(sign_in::ROOT_CONFIRM)}
        </label>
        <AlertNote text=super::setup::say(portal, complaint)/>
        <button type="button" class="button button--primary" on:click=go_on>{i18n.t(button)}</button>
    }
}
