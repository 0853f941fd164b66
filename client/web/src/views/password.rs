//! "Passwort ändern".

use super::proof::{Proof, ProofFields, UserName, prove};
use super::setup::say;
use crate::browser::clock;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::heading::Heading;
use crate::components::new_password::{NewPassword, NewPasswordFields};
use crate::i18n::{account, security};
use crate::portal::{Portal, use_portal};
use crate::state::failure::needs_fresh_sign_in;
use crate::state::route::HOME;
use client_bridge::{Answer, Call, Failure, Password};
use crypto_core::wire::api::Duty;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

/// The page of the menu, and the one page of somebody whose password must be replaced.
#[component]
pub(crate) fn PasswordView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let done = Callback::new(move |()| navigate(portal.home(), NavigateOptions::default()));
    let (must, initial_until_ms) = portal.session.with_untracked(|it| {
        let must = it.as_ref().is_some_and(|it| it.duty == Some(Duty::Password));
        (must, it.as_ref().and_then(|it| it.initial_password_until_ms).filter(|_| !must))
    });
    let asked = initial_until_ms.map(|until_ms| view! { <InitialAsked until_ms/> });
    view! {
        <div class="sheet">
            <Heading text=account::PASSWORD_TITLE/>
            {must.then(|| view! { <p class="note note--warning">{i18n.t(security::PASSWORD_DUTY)}</p> })}
            {asked}
            <p>{i18n.t(account::PASSWORD_TEXT)}</p>
            <PasswordForm asks_current=RwSignal::new(!must && initial_until_ms.is_none()) done/>
            {initial_until_ms.map(|_| view! { <p><A href=HOME>{i18n.t(account::WELCOME_LATER)}</A></p> })}
        </div>
    }
}

/// The initial password still works: whoever knows it can open the mailbox.
#[component]
fn InitialAsked(until_ms: u64) -> impl IntoView {
    let i18n = use_portal().i18n;
    let text = move || {
        let day = clock::day_of(until_ms, i18n.language());
        security::INITIAL_ASKED.fill(i18n.language(), &[("day", &day)])
    };
    view! { <p class="note note--warning">{text}</p> }
}

/// A new password, and the current one unless the sign-in is fresh.
#[component]
pub(crate) fn PasswordForm(
    /// Whether the current password is asked for; set if it turns out to be needed.
    asks_current: RwSignal<bool>,
    /// It is set.
    done: Callback<()>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let proof = ProofFields::new();
    let fields = NewPasswordFields::new();
    let failure = RwSignal::new(None);
    let complaint = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        let new = match fields.read() {
            Ok(password) => password,
            Err(text) => return complaint.set(Some(text)),
        };
        complaint.set(None);
        let old = proof.read();
        if old.as_ref().is_some_and(|(old, _)| old.0 == new.0) {
            return failure.set(Some(Failure::PasswordSame));
        }
        busy.set(true);
        spawn_local(async move {
            match change(portal, old, new).await {
                Ok(()) => {
                    fields.clear();
                    portal.say(account::PASSWORD_SET);
                    done.run(());
                }
                Err(why) => {
                    if needs_fresh_sign_in(&why) {
                        asks_current.set(true);
                    }
                    failure.set(Some(why));
                }
            }
            busy.set(false);
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <FailureNote failure/>
            <AlertNote text=say(portal, complaint)/>
            <UserName/>
            <Show when=move || asks_current.get()>
                <Proof fields=proof label=account::CURRENT_PASSWORD/>
            </Show>
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

/// Signs in once more with the old password if there is one, then sets the new one.
async fn change(
    portal: Portal,
    old: Option<(Password, Option<Password>)>,
    new: Password,
) -> Result<(), Failure> {
    if let Some((password, code)) = old {
        prove(portal, password, code).await?;
    }
    match portal.ask(Call::SetPassword { password: new }).await? {
        Answer::Session(session) => {
            portal.enter(session);
            Ok(())
        }
        _ => Err(Failure::Internal),
    }
}
