//! "Verwaltung": an administrator invites staff.

use super::admin::AdminNav;
use super::invitations::InvitationTable;
use crate::components::failure_note::FailureNote;
use crate::components::field::{Field, LanguageSelect};
use crate::components::heading::Heading;
use crate::i18n::{admin, compose, sign_in, staff};
use crate::portal::{InitialPassword, Portal, use_portal};
use client_bridge::{Answer, Call, Failure};
use crypto_core::wire::api::{Language, Role};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
#[component]
pub(crate) fn StaffView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=staff::STAFF_TITLE/>
            <p>{i18n.t(staff::STAFF_TEXT)}</p>
            <InviteForm/>
            <h2>{i18n.t(staff::INVITED_LIST)}</h2>
            <InvitationTable/>
        </div>
    }
}

#[component]
fn InviteForm() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (name, unit, address) =
        (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let language = RwSignal::new(Language::De);
    let role = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let value = |node: NodeRef<html::Input>| {
        node.get_untracked().map(|it| it.value().trim().to_owned()).unwrap_or_default()
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let call = Call::Invite {
            address: value(address),
            role: if role.get_untracked() { Role::Administrator } else { Role::Staff },
            name: Some(value(name)),
            unit: Some(value(unit)).filter(|unit| !unit.is_empty()),
            language: language.get_untracked(),
        };
        spawn_local(async move {
            match invite(portal, call, language.get_untracked()).await {
                Ok(()) => {
                    clear(&[name, unit, address]);
                    role.try_set(false);
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <FailureNote failure/>
            <Field id="staff-name" label=staff::NAME>
                <input id="staff-name" autocomplete="off" required node_ref=name/>
            </Field>
            <Field id="staff-unit" label=staff::UNIT>
                <input id="staff-unit" autocomplete="off" node_ref=unit/>
            </Field>
            <Field id="staff-address" label=sign_in::ADDRESS>
                <input id="staff-address" inputmode="email" autocomplete="off" required node_ref=address/>
            </Field>
            <Field id="staff-role" label=admin::ROLE>
                <select
                    id="staff-role"
                    prop:value=move || if role.get() { "administrator" } else { "staff" }
                    on:change=move |event| role.set(event_target_value(&event) == "administrator")
                >
                    <option value="staff">{i18n.t(staff::ROLE_STAFF)}</option>
                    <option value="administrator">{i18n.t(staff::ROLE_ADMINISTRATOR)}</option>
                </select>
            </Field>
            <LanguageSelect id="staff-language" label=compose::LETTER_LANGUAGE value=language/>
            <button type="submit" class="button button--primary" aria-disabled=move || busy.get().to_string()>
                {i18n.t(staff::INVITE)}
            </button>
            <p class="form__status" role="status">
                {move || busy.get().then(|| i18n.t(compose::MAKING_MAILBOX)())}
            </p>
        </form>
    }
}

fn clear(nodes: &[NodeRef<html::Input>]) {
    for node in nodes {
        if let Some(input) = node.get_untracked() {
            input.set_value("");
        }
    }
}

async fn invite(portal: Portal, call: Call, language: Language) -> Result<(), Failure> {
    match portal.ask(call).await? {
        Answer::Invited { address, initial_password } => {
            portal.initial.set(Some(InitialPassword {
                address,
                password: initial_password.0,
                language,
                again: false,
            }));
            Ok(())
        }
        _ => Err(Failure::Internal),
    }
}
