//! The set-up: organisation, root, administrator; then the root's printable copy, once.

use super::restore_administrator::RestoreForm;
use super::root_key::KeyToKeep;
use crate::browser::dom;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::new_password::{NewPassword, NewPasswordFields};
use crate::i18n::{Text, sign_in};
use crate::portal::{Portal, use_portal};
use crate::state::route::START;
use client_bridge::{Answer, Call, Failure, Session};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

/// What the set-up gave, until the copy is safe.
#[derive(Clone)]
struct Made {
    root_copy: String,
    session: Session,
}

/// The form, then the copy.
#[component]
pub(crate) fn SetupView() -> impl IntoView {
    let portal = use_portal();
    let made = RwSignal::new(None::<Made>);
    let set_up = portal.organisation.with_untracked(Option::is_some);
    let restoring = token().and_then(|it| it.strip_prefix("restore=").map(String::from)).filter(|_| set_up);
    let usable = !set_up && token().is_some();
    if let Some(token) = restoring {
        return view! { <div class="sheet"><RestoreForm token/></div> }.into_any();
    }
    view! {
        <div class="sheet">
            {move || match made.get() {
                None if usable => view! { <SetupForm made/> }.into_any(),
                None => view! { <NoSetup/> }.into_any(),
                Some(made) => view! { <RootCopy made/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// The token stays in the fragment, which no server sees.
fn token() -> Option<String> {
    let hash = window().location().hash().ok()?;
    hash.strip_prefix('#').filter(|token| !token.is_empty()).map(String::from)
}

/// The portal has been set up, or the link is not whole: no form that would be filled in for nothing.
#[component]
fn NoSetup() -> impl IntoView {
    let portal = use_portal();
    let text = if portal.organisation.with_untracked(Option::is_some) {
        sign_in::SETUP_DONE
    } else {
        sign_in::SETUP_NO_TOKEN
    };
    view! {
        <Heading text=sign_in::SETUP_TITLE/>
        <p class="note">{portal.i18n.t(text)}</p>
        <p><A href=START>{portal.i18n.t(sign_in::TITLE)}</A></p>
    }
}

#[component]
fn SetupForm(made: RwSignal<Option<Made>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (organisation, name, address) =
        (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let fields = NewPasswordFields::new();
    let failure = RwSignal::new(None);
    let complaint = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let value = |node: NodeRef<html::Input>| node.get_untracked().map(|it| it.value()).unwrap_or_default();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(token) = token() else { return };
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
        let call = Call::SetUp {
            token,
            organisation: value(organisation).trim().into(),
            name: value(name).trim().into(),
            address: value(address).trim().into(),
            password,
            language: i18n.0.get_untracked(),
        };
        let organisation = value(organisation);
        spawn_local(async move {
            match portal.ask(call).await {
                Ok(Answer::SetUp { root_copy, session }) => {
                    fields.clear();
                    portal.organisation.set(Some(organisation));
                    portal.seen_once.set(true);
                    made.set(Some(Made { root_copy, session }));
                    dom::focus("main h1");
                }
                Ok(_) => failure.set(Some(Failure::Internal)),
                Err(why) => failure.set(Some(why)),
            }
            busy.set(false);
        });
    };
    view! {
        <Heading text=sign_in::SETUP_TITLE/>
        <p>{i18n.t(sign_in::SETUP_TEXT)}</p>
        <form class="form" on:submit=submit>
            <FailureNote failure/>
            <AlertNote text=say(portal, complaint)/>
            <Field id="organisation" label=sign_in::SETUP_ORGANISATION>
                <input id="organisation" autocomplete="organization" required node_ref=organisation/>
            </Field>
            <AdministratorFields name address fields busy button=sign_in::SETUP_SUBMIT/>
        </form>
    }
}

/// Who the administrator is, with a password and the button; what the form is for stands before it.
#[component]
pub(crate) fn AdministratorFields(
    /// The person's name.
    name: NodeRef<html::Input>,
    /// Their address.
    address: NodeRef<html::Input>,
    /// Their own password.
    fields: NewPasswordFields,
    /// Keys are being made.
    busy: RwSignal<bool>,
    /// What the button says.
    button: Text,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <Field id="name" label=sign_in::SETUP_NAME>
            <input id="name" autocomplete="name" required node_ref=name/>
        </Field>
        <Field id="address" label=sign_in::ADDRESS>
            <input id="address" name="username" inputmode="email" autocomplete="username" required node_ref=address/>
        </Field>
        <NewPassword fields/>
        <button type="submit" class="button button--primary" aria-disabled=move || busy.get().to_string()>
            {i18n.t(button)}
        </button>
        <p class="form__status" role="status">
            {move || busy.get().then(|| i18n.t(sign_in::SETUP_WORKING)())}
        </p>
    }
}

/// A complaint in the language of the moment.
pub(crate) fn say(portal: Portal, complaint: RwSignal<Option<Text>>) -> Signal<Option<String>> {
    Signal::derive(move || complaint.get().map(|text| portal.i18n.t(text)().to_owned()))
}

#[component]
fn RootCopy(made: Made) -> impl IntoView {
    let portal = use_portal();
    let navigate = use_navigate();
    let Made { root_copy, session } = made;
    let go_on = Callback::new(move |()| {
        portal.seen_once.set(false);
        portal.enter(session.clone());
        navigate(portal.home(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! {
        <Heading text=sign_in::ROOT_TITLE/>
        <KeyToKeep copy=root_copy text=sign_in::ROOT_TEXT button=sign_in::ROOT_CONTINUE on_kept=go_on/>
    }
}
