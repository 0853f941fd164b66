//! A new administrator with the printed copy of the organisation's key, by a link that the operator made.

use super::setup::{AdministratorFields, say};
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::new_password::NewPasswordFields;
use crate::i18n::{admin, sign_in};
use crate::portal::use_portal;
use client_bridge::{Answer, Call, Failure, Password};
use crypto_core::wire::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The form.
#[component]
pub(crate) fn RestoreForm(
    /// From the link.
    token: String,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let (printed, name, address) =
        (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let fields = NewPasswordFields::new();
    let failure = RwSignal::new(None);
    let complaint = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let value = |node: NodeRef<html::Input>| node.get_untracked().map(|it| it.value()).unwrap_or_default();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        complaint.set(None);
        let password = match fields.read() {
            Ok(password) => password,
            Err(text) => return complaint.set(Some(text)),
        };
        busy.set(true);
        let call = Call::RestoreAdministrator {
            token: token.clone(),
            printed: Password(value(printed)),
            name: value(name).trim().into(),
            address: value(address).trim().into(),
            password,
            language: i18n.0.get_untracked(),
        };
        let navigate = navigate.clone();
        spawn_local(async move {
            match portal.ask(call).await {
                Ok(Answer::Session(session)) => {
                    fields.clear();
                    portal.enter(session);
                    navigate(portal.home(), NavigateOptions { replace: true, ..NavigateOptions::default() });
                }
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(Failure::Problem { code: ProblemCode::SetupTokenInvalid, .. }) => {
                    complaint.try_set(Some(sign_in::RESTORE_FAILED));
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Heading text=sign_in::RESTORE_TITLE/>
        <p>{i18n.t(sign_in::RESTORE_TEXT)}</p>
        <form class="form" on:submit=submit>
            <FailureNote failure/>
            <AlertNote text=say(portal, complaint)/>
            <Field id="root-typed" label=admin::KEY_TYPED>
                <input id="root-typed" autocomplete="off" autocapitalize="characters" spellcheck="false" required node_ref=printed/>
            </Field>
            <AdministratorFields name address fields busy button=sign_in::RESTORE_SUBMIT/>
        </form>
    }
}
