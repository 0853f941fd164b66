//! The start page: sign in.

use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::i18n::sign_in;
use crate::portal::{Departure, Portal, use_portal};
use client_bridge::{Answer, Call, Failure, Password};
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
    let set_up = move || portal.organisation.with(Option::is_some);
    view! {
        <div class="start">
            <section class="start__welcome">
                <Heading text=sign_in::WELCOME/>
                <p>{i18n.t(sign_in::INTRODUCTION)}</p>
                <p>{i18n.t(sign_in::INTRODUCTION_INITIAL)}</p>
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
            failure.set(sign_in_with(portal, call).await.err());
            busy.set(false);
            if failure.with_untracked(Option::is_some) {
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
            <form class="form" on:submit=submit>
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
                <button type="submit" class="button button--primary button--wide" aria-disabled=move || busy.get().to_string()>
                    {i18n.t(sign_in::SIGN_IN)}
                </button>
                <p class="form__below"><A href="/forgotten">{i18n.t(sign_in::FORGOTTEN)}</A></p>
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
            Departure::SessionOver => sign_in::SESSION_OVER,
            Departure::Elsewhere => sign_in::SIGNED_OUT_ELSEWHERE,
            Departure::NeverSignedIn => sign_in::NEEDS_SIGN_IN,
        };
        Some(view! { <p class="note">{portal.i18n.t(text)}</p> })
    };
    view! { <div role="status">{text}</div> }
}

/// Signs in; the frame then leads on.
async fn sign_in_with(portal: Portal, call: Call) -> Result<(), Failure> {
    match portal.ask(call).await? {
        Answer::Session(session) => {
            portal.enter(session);
            Ok(())
        }
        _ => Err(Failure::Internal),
    }
}
