//! Proving once more who one is: the current password, and a code if there is a second factor.

use crate::components::field::Field;
use crate::i18n::{Text, account, security};
use crate::portal::{Portal, use_portal};
use client_bridge::security::{Answer as SecurityAnswer, Call as SecurityCall};
use client_bridge::{Answer, Call, Failure, Password};
use crypto_core::wire::ProblemCode;
use leptos::html;
use leptos::prelude::*;

/// The fields, for the form that they are in.
#[derive(Clone, Copy)]
pub(crate) struct ProofFields {
    password: NodeRef<html::Input>,
    code: NodeRef<html::Input>,
}

impl ProofFields {
    /// Empty ones.
    pub(crate) fn new() -> Self {
        Self { password: NodeRef::new(), code: NodeRef::new() }
    }

    /// What was typed, if the fields are shown.
    pub(crate) fn read(self) -> Option<(Password, Option<Password>)> {
        let value = |node: NodeRef<html::Input>| node.get_untracked().map(|input| Password(input.value()));
        Some((value(self.password)?, value(self.code)))
    }
}

/// Shows the fields.
#[component]
pub(crate) fn Proof(
    /// From [`ProofFields::new`].
    fields: ProofFields,
    /// Of the password.
    #[prop(default = account::YOUR_PASSWORD)]
    label: Text,
) -> impl IntoView {
    let portal = use_portal();
    let has_factor = move || portal.session.with(|it| it.as_ref().is_some_and(|it| it.second_factor));
    view! {
        <Field id="current-password" label>
            <input
                id="current-password"
                type="password"
                autocomplete="current-password"
                required
                node_ref=fields.password
            />
        </Field>
        <Show when=has_factor>
            <CodeField id="current-code" node=fields.code/>
        </Show>
    }
}

/// A field for a code of the second factor.
#[component]
pub(crate) fn CodeField(
    /// The control's.
    id: &'static str,
    /// The control.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <Field id label=security::CODE hint=security::CODE_HINT>
            <input
                id=id
                type="text"
                autocomplete="one-time-code"
                autocapitalize="characters"
                spellcheck="false"
                aria-describedby=format!("{id}-hint")
                required
                node_ref=node
            />
        </Field>
    }
}

/// For password managers, which want to know whose password it is.
#[component]
pub(crate) fn UserName() -> impl IntoView {
    let portal = use_portal();
    let address = move || portal.session.with(|it| it.as_ref().map(|it| it.address.clone()));
    view! { <input type="text" name="username" autocomplete="username" hidden readonly prop:value=address/> }
}

/// Signs in once more, so that the session is fresh.
pub(crate) async fn prove(portal: Portal, password: Password, code: Option<Password>) -> Result<(), Failure> {
    let address = portal.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone()));
    let address = address.ok_or(Failure::Internal)?;
    let signed_in = portal.ask(Call::SignIn { address, password }).await.map_err(|why| match why {
        Failure::Problem { code: ProblemCode::SignInFailed, .. } => Failure::PasswordWrong,
        other => other,
    });
    let answer = match signed_in? {
        Answer::Security(SecurityAnswer::CodeNeeded) => {
            let needed = ProblemCode::SecondFactorNeeded;
            let code = code.ok_or(Failure::Problem { code: needed, retry_after_seconds: None })?;
            portal.ask(Call::Security(SecurityCall::SecondFactor { code })).await?
        }
        other => other,
    };
    let Answer::Session(session) = answer else { return Err(Failure::Internal) };
    portal.enter(session);
    Ok(())
}
