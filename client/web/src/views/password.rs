//! "Passwort ändern".

use super::setup::say;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::new_password::{NewPassword, NewPasswordFields};
use crate::i18n::account;
use crate::portal::{Portal, use_portal};
use crate::state::route::HOME;
use client_bridge::{Answer, Call, Failure, Password};
use crypto_core::wire::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// The page of the menu.
#[component]
pub(crate) fn PasswordView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet">
            <Heading text=account::PASSWORD_TITLE/>
            <p>{i18n.t(account::PASSWORD_TEXT)}</p>
            <PasswordForm asks_current=RwSignal::new(true)/>
        </div>
    }
}

/// A new password, and the current one unless the sign-in is fresh.
#[component]
pub(crate) fn PasswordForm(
    /// Whether the current password is asked for; set if it turns out to be needed.
    asks_current: RwSignal<bool>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let current = NodeRef::<html::Input>::new();
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
        busy.set(true);
        let old = current.get_untracked().map(|input| Password(input.value()));
        let navigate = navigate.clone();
        spawn_local(async move {
            match change(portal, old, new).await {
                Ok(()) => {
                    fields.clear();
                    portal.say(account::PASSWORD_SET);
                    navigate(HOME, leptos_router::NavigateOptions::default());
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
                <Field id="current-password" label=account::CURRENT_PASSWORD>
                    <input
                        id="current-password"
                        type="password"
                        autocomplete="current-password"
                        required
                        node_ref=current
                    />
                </Field>
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

/// For password managers, which want to know whose password it is.
#[component]
fn UserName() -> impl IntoView {
    let portal = use_portal();
    let address = move || portal.session.with(|it| it.as_ref().map(|it| it.address.clone()));
    view! { <input type="text" name="username" autocomplete="username" hidden readonly prop:value=address/> }
}

fn needs_fresh_sign_in(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem { code: ProblemCode::FreshSignInNeeded, .. })
}

/// Signs in once more with the old password if there is one, then sets the new one.
async fn change(portal: Portal, old: Option<Password>, new: Password) -> Result<(), Failure> {
    let address = portal.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone()));
    let address = address.ok_or(Failure::Internal)?;
    if let Some(password) = old {
        let Answer::Session(session) = portal.ask(Call::SignIn { address, password }).await? else {
            return Err(Failure::Internal);
        };
        portal.enter(session);
    }
    match portal.ask(Call::SetPassword { password: new }).await? {
        Answer::Session(session) => {
            portal.enter(session);
            Ok(())
        }
        _ => Err(Failure::Internal),
    }
}
