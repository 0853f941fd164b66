//! The start page: sign in.

use super::proof::CodeField;
use super::public::OwnText;
use crate::browser::dom;
use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::i18n::{help, recovery, security, sign_in};
use crate::portal::{Departure, Phase, Portal, use_portal};
use crate::state::route::{HELP, PASSWORD};
use client_bridge::security::{Answer as SecurityAnswer, Call as SecurityCall};
use client_bridge::{Answer, Call, Failure, Password};
use crypto_core::wire::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// Welcome, and the form if there is something to sign in to.
#[component]
pub(crate) fn StartView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    // Until it is known otherwise.
    let set_up = move || portal.organisation.with(Option::is_some) || portal.phase.get() == Phase::Greeting;
    view! {
        <div class="start">
            <section class="start__welcome">
                <Heading text=sign_in::WELCOME/>
                <p>{i18n.t(sign_in::INTRODUCTION)}</p>
                <p>{i18n.t(sign_in::INTRODUCTION_INITIAL)}</p>
                <p><A href=HELP>{i18n.t(help::HELP)}</A></p>
            </section>
            <Show when=set_up fallback=NotSetUp><SignIn/></Show>
        </div>
    }
}

#[component]
fn NotSetUp() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <section class="card">
            <h2>{i18n.t(sign_in::NOT_SET_UP)}</h2>
            <p>{i18n.t(sign_in::NOT_SET_UP_TEXT)}</p>
        </section>
    }
}

#[component]
fn SignIn() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let address = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let code_needed = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(address), Some(password)) = (address.get_untracked(), password.get_untracked()) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let call = Call::SignIn { address: address.value(), password: Password(password.value()) };
        spawn_local(async move {
            if !portal.started().await {
                // The frame says why, in the form's place.
                return;
            }
            let outcome = sign_in_with(portal, call).await;
            busy.set(false);
            if outcome == Ok(Next::Code) {
                password.set_value("");
                code_needed.set(true);
                return dom::focus("#sign-in-code");
            }
            failure.set(outcome.err());
            if failure.with_untracked(|it| it.as_ref().is_some_and(|it| *it != Failure::Address)) {
                // A field that is gone with its page cannot take the focus.
                let _ = password.focus();
                password.select();
            }
        });
    };
    view! {
        <section class="card" aria-labelledby="sign-in-title">
            <h2 id="sign-in-title">{i18n.t(sign_in::TITLE)}</h2>
            <Farewell/>
            <Show when=move || code_needed.get()><CodeStep code_needed failure/></Show>
            <form class="form" on:submit=submit hidden=move || code_needed.get()>
                <FailureNote failure/>
                <Field id="address" label=sign_in::ADDRESS>
                    <input
                        id="address"
                        name="username"
                        type="text"
                        inputmode="email"
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        prop:value=portal.last_address.get_untracked()
                        on:input:target=move |event| portal.last_address.set(event.target().value())
                        node_ref=address
                    />
                </Field>
                <Field id="password" label=sign_in::PASSWORD>
                    <input
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        required
                        node_ref=password
                    />
                </Field>
                <button
                    type="submit"
                    class="button button--primary button--wide"
                    aria-disabled=move || busy.get().to_string()
                    on:click=move |_| failure.set(None)
                >
                    {i18n.t(sign_in::SIGN_IN)}
                </button>
                <p class="form__below"><A href="/forgotten">{i18n.t(sign_in::FORGOTTEN)}</A></p>
                <OwnText de=|it| it.help_de.clone() en=|it| it.help_en.clone()/>
                <p class="form__status" role="status">
                    {move || busy.get().then(|| i18n.t(sign_in::SIGNING_IN)())}
                </p>
            </form>
        </section>
    }
}

/// Why nobody is signed in, if there is something to say.
#[component]
fn Farewell() -> impl IntoView {
    let portal = use_portal();
    let text = move || {
        let text = match portal.departure.get()? {
            Departure::SignedOut => sign_in::SIGNED_OUT,
            Departure::SignedOutHere => sign_in::SIGNED_OUT_HERE,
            Departure::SessionOver => sign_in::SESSION_OVER,
            Departure::Elsewhere => sign_in::SIGNED_OUT_ELSEWHERE,
            Departure::NeverSignedIn => sign_in::NEEDS_SIGN_IN,
            Departure::PasswordReplaced => recovery::REPLACED,
        };
        let minutes = portal.limits.with(|limits| limits.idle_minutes.to_string());
        Some(view! { <p class="note">{portal.i18n.fill(text, vec![("minutes", minutes)])}</p> })
    };
    view! { <div role="status">{text}</div> }
}

/// The second step: a code.
#[component]
fn CodeStep(code_needed: RwSignal<bool>, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let code = NodeRef::<html::Input>::new();
    let refused = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = code.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let call = Call::Security(SecurityCall::SecondFactor { code: Password(input.value()) });
            let Err(why) = sign_in_with(portal, call).await else { return };
            busy.try_set(false);
            input.select();
            if matches!(why, Failure::Problem { code: ProblemCode::SignInExpired, .. }) {
                failure.try_set(Some(why));
                code_needed.try_set(false);
            } else {
                refused.try_set(Some(why));
                // A field that is gone with its page cannot take the focus.
                let _ = input.focus();
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <h3>{i18n.t(security::SIGN_IN_CODE_TITLE)}</h3>
            <p>{i18n.t(security::SIGN_IN_CODE_TEXT)}</p>
            <FailureNote failure=refused/>
            <CodeField id="sign-in-code" node=code/>
            <button type="submit" class="button button--primary button--wide" aria-disabled=move || busy.get().to_string()>
                {i18n.t(sign_in::SIGN_IN)}
            </button>
            <button type="button" class="button button--wide" on:click=move |_| code_needed.set(false)>
                {i18n.t(security::SIGN_IN_BACK)}
            </button>
            <p class="form__status" role="status">
                {move || busy.get().then(|| i18n.t(sign_in::SIGNING_IN)())}
            </p>
        </form>
    }
}

/// What follows a step of the sign-in.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// The frame leads on.
    Mailbox,
    /// A code is needed.
    Code,
}

/// Signs in; the frame then leads on. Who still has the initial password is asked for an own one first.
async fn sign_in_with(portal: Portal, call: Call) -> Result<Next, Failure> {
    match portal.ask(call).await? {
        Answer::Session(session) => {
            if session.initial_password && !session.first_sign_in {
                portal.return_to.update(|path| *path = path.take().or_else(|| Some(PASSWORD.into())));
            }
            portal.enter(session);
            Ok(Next::Mailbox)
        }
        Answer::Security(SecurityAnswer::CodeNeeded) => Ok(Next::Code),
        _ => Err(Failure::Internal),
    }
}
