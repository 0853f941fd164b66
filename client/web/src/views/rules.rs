//! "Grenzen und Texte".

use super::admin::{AdminNav, ask};
use super::setup::say;
use crate::browser::dom;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::heading::Heading;
use crate::i18n::{Text, admin, mail};
use crate::portal::{Portal, use_portal};
use client_bridge::Failure;
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall};
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api::Rules;
use crypto_core::wire::limits::MESSAGE_BYTES;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

const MIB: u64 = 1024 * 1024;
/// The server's bounds of what is counted in days.
const MOST_DAYS: u64 = 3650;
/// The first reminder comes 30 days before.
const LEAST_INACTIVITY: u64 = 31;

/// The least and the most that the server takes.
type Bounds = (u64, Option<u64>);
/// A number's id, name, value, bounds and control.
type Number = (&'static str, Text, u64, Bounds, NodeRef<html::Input>);

/// The page.
#[component]
pub(crate) fn RulesView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let found = RwSignal::new(None::<Rules>);
    let come_back = RwSignal::new(portal.unsaved_rules.with_untracked(Option::is_some));
    let failure = RwSignal::new(None);
    let load = move || {
        spawn_local(async move {
            match ask(portal, AdminCall::Rules).await {
                Ok(Some(AdminAnswer::Rules(rules))) => {
                    let typed = portal.unsaved_rules.get_untracked();
                    drop(found.try_set(Some(typed.unwrap_or(*rules))));
                }
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    load();
    Effect::new(move || {
        if portal.unsaved_rules.with(Option::is_none) {
            come_back.set(false);
        }
    });
    let give_up = move |_| {
        portal.unsaved_rules.set(None);
        failure.set(None);
        // The fields go with what was typed in them.
        found.set(None);
        load();
        dom::focus("main h1");
    };
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=admin::RULES/>
            <p>{i18n.t(admin::RULES_TEXT)}</p>
            <Show when=move || come_back.get()>
                <p class="note">
                    {i18n.t(admin::RULES_UNSAVED)} " "
                    <button type="button" class="button button--small" on:click=give_up>{i18n.t(admin::RULES_GIVE_UP)}</button>
                </p>
            </Show>
            <FailureNote failure/>
            {move || match found.get() {
                None => view! { <p role="status">{i18n.t(mail::LOADING_LIST)}</p> }.into_any(),
                Some(rules) => view! { <RulesForm rules failure/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn RulesForm(rules: Rules, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let portal = use_portal();
    let complaint = RwSignal::new(None);
    let i18n = portal.i18n;
    let (limits, texts) = (rules.limits, rules.texts);
    let numbers = [
        ("message", admin::MESSAGE_MB, limits.message_bytes / MIB, (1, Some(MESSAGE_BYTES / MIB))),
        ("storage", admin::STORAGE_MB, limits.storage_bytes / MIB, (1, None)),
        ("retention", admin::RETENTION, limits.retention_days.into(), (1, Some(MOST_DAYS))),
        ("inactivity", admin::INACTIVITY, limits.inactivity_days.into(), (LEAST_INACTIVITY, Some(MOST_DAYS))),
        ("initial-days", admin::INITIAL_DAYS, limits.initial_password_days.into(), (1, Some(MOST_DAYS))),
        ("invitations-a-day", admin::INVITATIONS, limits.invitations_per_day.into(), (1, None)),
    ]
    .map(|(id, label, value, bounds): (&'static str, Text, u64, Bounds)| {
        (id, label, value, bounds, NodeRef::<html::Input>::new())
    });
    let words = [
        ("help-de", admin::HELP_DE, texts.help_de),
        ("help-en", admin::HELP_EN, texts.help_en),
        ("imprint-de", admin::IMPRINT_DE, texts.imprint_de),
        ("imprint-en", admin::IMPRINT_EN, texts.imprint_en),
        ("privacy-de", admin::PRIVACY_DE, texts.privacy_de),
        ("privacy-en", admin::PRIVACY_EN, texts.privacy_en),
        ("alternatives-de", admin::ALTERNATIVES_DE, texts.alternatives_de),
        ("alternatives-en", admin::ALTERNATIVES_EN, texts.alternatives_en),
        ("accessibility-de", admin::ACCESSIBILITY_DE, texts.accessibility_de),
        ("accessibility-en", admin::ACCESSIBILITY_EN, texts.accessibility_en),
    ]
    .map(|(id, label, value)| (id, label, value, NodeRef::<html::Textarea>::new()));
    let number_nodes = numbers.each_ref().map(|it| it.4);
    let word_nodes = words.each_ref().map(|it| it.3);
    let read = move || {
        let number = |node: NodeRef<html::Input>| {
            node.get_untracked().and_then(|it| it.value().trim().parse::<u64>().ok()).unwrap_or_default()
        };
        let word =
            |node: NodeRef<html::Textarea>| node.get_untracked().map(|it| it.value()).unwrap_or_default();
        state(number_nodes.map(number), word_nodes.map(word))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        complaint.set(None);
        spawn_local(save(portal, read(), failure, complaint));
    };
    let number_field = move |(id, label, value, (least, most), node): Number| {
        view! {
            <div class="field">
                <label class="field__label" for=id>{i18n.t(label)}</label>
                <input
                    id=id
                    type="number"
                    min=least.to_string()
                    max=most.map(|most| most.to_string())
                    required
                    value=value.to_string()
                    node_ref=node
                />
            </div>
        }
    };
    let word_field =
        move |(id, label, value, node): (&'static str, Text, String, NodeRef<html::Textarea>)| {
            view! {
                <div class="field">
                    <label class="field__label" for=id>{i18n.t(label)}</label>
                    <textarea id=id rows="5" prop:value=value node_ref=node></textarea>
                </div>
            }
        };
    view! {
        <form class="form" on:submit=submit on:input=move |_| portal.unsaved_rules.set(Some(read()))>
            {numbers.map(number_field).into_iter().collect_view()}
            {words.map(word_field).into_iter().collect_view()}
            <AlertNote text=say(portal, complaint)/>
            <button type="submit" class="button button--primary">{i18n.t(admin::SAVE)}</button>
        </form>
    }
}

/// What was typed; a number that does not fit becomes 0, which the portal refuses.
fn state(numbers: [u64; 6], words: [String; 10]) -> Rules {
    use crypto_core::wire::api::{RuleLimits, Texts};
    let [message, storage, retention, inactivity, initial, invitations] = numbers;
    let [help_de, help_en, imprint_de, imprint_en, privacy_de, privacy_en, ..] = &words;
    let [.., alternatives_de, alternatives_en, accessibility_de, accessibility_en] = &words;
    let days = |number: u64| u32::try_from(number).unwrap_or_default();
    Rules {
        limits: RuleLimits {
            message_bytes: message.saturating_mul(MIB),
            storage_bytes: storage.saturating_mul(MIB),
            retention_days: days(retention),
            inactivity_days: days(inactivity),
            initial_password_days: days(initial),
            invitations_per_day: days(invitations),
        },
        texts: Texts {
            help_de: help_de.clone(),
            help_en: help_en.clone(),
            imprint_de: imprint_de.clone(),
            imprint_en: imprint_en.clone(),
            privacy_de: privacy_de.clone(),
            privacy_en: privacy_en.clone(),
            alternatives_de: alternatives_de.clone(),
            alternatives_en: alternatives_en.clone(),
            accessibility_de: accessibility_de.clone(),
            accessibility_en: accessibility_en.clone(),
        },
    }
}

async fn save(
    portal: Portal,
    rules: Rules,
    failure: RwSignal<Option<Failure>>,
    complaint: RwSignal<Option<Text>>,
) {
    match ask(portal, AdminCall::SetRules(Box::new(rules.clone()))).await {
        Ok(_) => {
            portal.unsaved_rules.set(None);
            portal.texts.set(rules.texts);
            portal.say(admin::SAVED);
        }
        Err(Failure::Problem { code: ProblemCode::Malformed, .. }) => {
            complaint.try_set(Some(admin::RULES_REFUSED));
        }
        Err(why) => drop(failure.try_set(Some(why))),
    }
}
