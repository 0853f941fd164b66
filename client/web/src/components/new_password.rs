//! A new password: typed twice, checked against the policy, with a meter of its strength.

use super::field::Field;
use crate::i18n::{Text, account, security};
use crate::portal::{Portal, use_portal};
use client_bridge::{Answer, Call, Password, Strength};
use crypto_core::password::MINIMUM_STRENGTH;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The fields, for the form that they are in.
#[derive(Clone, Copy)]
pub(crate) struct NewPasswordFields {
    first: NodeRef<html::Input>,
    second: NodeRef<html::Input>,
    strength: RwSignal<Option<Strength>>,
    visible: RwSignal<bool>,
}

impl NewPasswordFields {
    /// Empty ones.
    pub(crate) fn new() -> Self {
        Self {
            first: NodeRef::new(),
            second: NodeRef::new(),
            strength: RwSignal::new(None),
            visible: RwSignal::new(false),
        }
    }

    /// The password, if both fields have the same.
    ///
    /// # Errors
    /// What to say, if they do not.
    pub(crate) fn read(self) -> Result<Password, Text> {
        let value =
            |node: NodeRef<html::Input>| node.get_untracked().map(|it| it.value()).unwrap_or_default();
        let (first, second) = (value(self.first), value(self.second));
        if first != second || first.is_empty() {
            if let Some(input) = self.second.get_untracked() {
                // A field that is gone with its page cannot take the focus.
                let _ = input.focus();
                input.select();
            }
            return Err(account::PASSWORDS_DIFFER);
        }
        Ok(Password(first))
    }

    /// Drops what was typed.
    pub(crate) fn clear(self) {
        for node in [self.first, self.second] {
            if let Some(input) = node.get_untracked() {
                input.set_value("");
            }
        }
        self.strength.set(None);
    }

    fn check(self, portal: Portal) {
        let Some(password) = self.first.get_untracked().map(|input| input.value()) else { return };
        if password.is_empty() {
            return self.strength.set(None);
        }
        let asked = password.len();
        spawn_local(async move {
            let answer = portal.ask(Call::CheckPassword { password: Password(password) }).await;
            let typed = self.first.get_untracked().map_or(0, |input| input.value().len());
            if let Ok(Answer::Strength(strength)) = answer
                && typed == asked
            {
                self.strength.set(Some(strength));
            }
        });
    }
}

/// Shows the fields.
#[component]
pub(crate) fn NewPassword(
    /// From [`NewPasswordFields::new`].
    fields: NewPasswordFields,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let kind = move || if fields.visible.get() { "text" } else { "password" };
    view! {
        <Field id="new-password" label=account::NEW_PASSWORD>
            <input
                id="new-password"
                node_ref=fields.first
                type=kind
                autocomplete="new-password"
                aria-describedby="policy"
                required
                on:input=move |_| fields.check(portal)
            />
        </Field>
        <Field id="repeat-password" label=account::REPEAT_PASSWORD>
            <input
                id="repeat-password"
                node_ref=fields.second
                type=kind
                autocomplete="new-password"
                required
            />
        </Field>
        <label class="check">
            <input type="checkbox" on:change=move |event| fields.visible.set(event_target_checked(&event))/>
            {i18n.t(account::SHOW_PASSWORD)}
        </label>
        <Policy strength=fields.strength/>
    }
}

#[component]
fn Policy(strength: RwSignal<Option<Strength>>) -> impl IntoView {
    let i18n = use_portal().i18n;
    let rule = move |text: Text, met: fn(&Strength) -> bool| {
        let met = move || strength.with(|it| it.as_ref().is_some_and(met));
        let told = move || i18n.t(if met() { account::MET } else { account::NOT_MET })();
        view! {
            <li class=move || if met() { "policy__rule policy__rule--met" } else { "policy__rule" }>
                {i18n.t(text)} " " <span class="visually-hidden">{told}</span>
            </li>
        }
    };
    view! {
        <div class="policy" id="policy">
            <p>{i18n.t(account::POLICY)}</p>
            <ul>
                {rule(account::POLICY_LENGTH, |it| it.long_enough)}
                {rule(account::POLICY_DIGIT, |it| it.digit)}
                {rule(account::POLICY_UPPER, |it| it.upper_case)}
                {rule(account::POLICY_SPECIAL, |it| it.special)}
            </ul>
            <Meter strength/>
        </div>
    }
}

#[component]
fn Meter(strength: RwSignal<Option<Strength>>) -> impl IntoView {
    let i18n = use_portal().i18n;
    let score = move || strength.with(|it| it.map_or(0, |it| it.score));
    let words = move || {
        i18n.t(match strength.with(|it| it.map(|it| it.score)) {
            None => account::STRENGTH_NONE,
            Some(0) => account::STRENGTH_0,
            Some(1) => account::STRENGTH_1,
            Some(2) => account::STRENGTH_2,
            Some(3) => account::STRENGTH_3,
            Some(_) => account::STRENGTH_4,
        })()
    };
    let more = move || match strength.with(|it| it.map(|it| it.score)) {
        Some(score) if score < MINIMUM_STRENGTH => Some(i18n.t(security::STRENGTH_REFUSED)()),
        Some(MINIMUM_STRENGTH) => Some(i18n.t(security::STRENGTH_MORE)()),
        _ => None,
    };
    view! {
        <p class="meter">
            <label for="strength">{i18n.t(account::STRENGTH)}</label>
            <meter id="strength" min="0" max="4" low="2" high="3" optimum="4" prop:value=score></meter>
            <span role="status">{words} {move || more().map(|text| format!(". {text}"))}</span>
        </p>
    }
}
