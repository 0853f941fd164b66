//! "Kennwort vergessen?": with the recovery code a new password at once; without it, a request to the contact.

use super::proof::CodeField as FactorField;
use super::recovery_code::CodeField;
use crate::browser::dom;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::new_password::{NewPassword, NewPasswordFields};
use crate::i18n::{account, general, recovery as r, sign_in};
use crate::portal::{Departure, Portal, use_portal};
use crate::state::failure::needs_second_factor;
use crate::state::route::START;
use crate::views::setup::say;
use client_bridge::recovery::{Answer as RecoveryAnswer, Call as RecoveryCall};
use client_bridge::{Answer, Call, Failure, Password};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

/// Both ways.
#[component]
pub(crate) fn ForgottenView() -> impl IntoView {
    let i18n = use_portal().i18n;
    let proved = RwSignal::new(None::<String>);
    let way = move || match proved.get() {
        None => view! { <Ways proved/> }.into_any(),
        Some(address) => view! { <Replace address/> }.into_any(),
    };
    view! {
        <div class="sheet">
            <Heading text=sign_in::FORGOTTEN_TITLE/>
            {way}
            <p><A href=START>{i18n.t(general::TO_START)}</A></p>
        </div>
    }
}

#[component]
fn Ways(proved: RwSignal<Option<String>>) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <p>{i18n.t(r::FORGOTTEN_TEXT)}</p>
        <section aria-labelledby="with-code">
            <h2 id="with-code">{i18n.t(r::WITH_CODE)}</h2>
            <p>{i18n.t(r::WITH_CODE_TEXT)}</p>
            <Prove proved/>
        </section>
        <section aria-labelledby="without-code">
            <h2 id="without-code">{i18n.t(r::WITHOUT_CODE)}</h2>
            <p>{i18n.t(r::WITHOUT_CODE_TEXT)}</p>
            <Ask/>
        </section>
    }
}

/// Done, or something else than expected.
async fn done(portal: Portal, call: RecoveryCall) -> Result<(), Failure> {
    match portal.ask(Call::Recovery(call)).await? {
        Answer::Recovery(RecoveryAnswer::Done | RecoveryAnswer::Proved) => Ok(()),
        _ => Err(Failure::Internal),
    }
}

#[component]
fn AddressField(id: &'static str, label: crate::i18n::Text, node: NodeRef<html::Input>) -> impl IntoView {
    view! {
        <Field id label>
            <input
                id=id
                type="text"
                inputmode="email"
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                required
                node_ref=node
            />
        </Field>
    }
}

/// Proves it by the code; `proved` is then whose it is.
#[component]
fn Prove(proved: RwSignal<Option<String>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (address, code, factor) =
        (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let asks_factor = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let value = |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.value());
        let (Some(address), Some(code)) = (value(address), value(code)) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let second_factor = value(factor).map(Password);
        let call = RecoveryCall::Recover { address: address.clone(), code: Password(code), second_factor };
        spawn_local(async move {
            match done(portal, call).await {
                Ok(()) => {
                    proved.try_set(Some(address));
                    dom::focus("#new-password");
                }
                Err(why) => {
                    if needs_second_factor(&why) {
                        asks_factor.try_set(true);
                    }
                    drop(failure.try_set(Some(why)));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <FailureNote failure/>
            <AddressField id="recovery-address" label=sign_in::ADDRESS node=address/>
            <CodeField id="recovery-code" node=code/>
            <Show when=move || asks_factor.get()><FactorField id="recovery-factor" node=factor/></Show>
            <button type="submit" class="button button--primary" aria-disabled=move || busy.get().to_string()>
                {i18n.t(r::CHECK_CODE)}
            </button>
            <p class="form__status" role="status">{move || busy.get().then(|| i18n.t(r::CHECKING)())}</p>
        </form>
    }
}

/// The new password, after the code.
#[component]
fn Replace(address: String) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let fields = NewPasswordFields::new();
    let failure = RwSignal::new(None);
    let complaint = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let of = address.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        let password = match fields.read() {
            Ok(password) => password,
            Err(text) => return complaint.set(Some(text)),
        };
        complaint.set(None);
        busy.set(true);
        let (navigate, of) = (navigate.clone(), of.clone());
        spawn_local(async move {
            match done(portal, RecoveryCall::ReplacePassword { password }).await {
                Ok(()) => {
                    fields.clear();
                    portal.last_address.set(of);
                    portal.departure.set(Some(Departure::PasswordReplaced));
                    navigate(START, leptos_router::NavigateOptions::default());
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <p role="status">{i18n.t(r::NEW_PASSWORD_TEXT)}</p>
            <FailureNote failure/>
            <AlertNote text=say(portal, complaint)/>
            <input type="text" name="username" autocomplete="username" hidden readonly prop:value=address/>
            <NewPassword fields/>
            <button type="submit" class="button button--primary" aria-disabled=move || busy.get().to_string()>
                {i18n.t(account::SET_PASSWORD)}
            </button>
            <p class="form__status" role="status">
                {move || busy.get().then(|| i18n.t(account::SETTING_PASSWORD)())}
            </p>
        </form>
    }
}

#[component]
fn Ask() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let address = NodeRef::<html::Input>::new();
    let failure = RwSignal::new(None);
    let asked = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(address) = address.get_untracked().map(|input| input.value()) else { return };
        failure.set(None);
        spawn_local(async move {
            match done(portal, RecoveryCall::AskForPassword { address }).await {
                Ok(()) => {
                    asked.try_set(true);
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <FailureNote failure/>
            <AddressField id="asking-address" label=r::ASK_ADDRESS node=address/>
            <button type="submit" class="button">{i18n.t(r::ASK)}</button>
            <div role="status">
                {move || asked.get().then(|| view! { <p class="note">{i18n.t(r::ASKED)}</p> })}
            </div>
        </form>
    }
}
