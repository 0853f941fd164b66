//! Pages for everybody, signed in or not: how the portal works, and what the organisation says of itself.

use super::public::{Linked, OwnText};
use crate::components::heading::Heading;
use crate::i18n::{Text, admin, help as h};
use crate::portal::use_portal;
use crate::state::letter::rules;
use leptos::prelude::*;

/// The four steps, each with the outlines of its picture on a field of 48 × 48.
const STEPS: [(&str, Text, Text); 4] = [
    ("M4 12h40v26H4z M4 12l20 16l20-16", h::MAIL_TITLE, h::MAIL_TEXT),
    (
        "M10 6h8l4 10l-5 4a24 24 0 0 0 11 11l4-5l10 4v8a4 4 0 0 1-4 4A32 32 0 0 1 6 10a4 4 0 0 1 4-4z",
        h::PASSWORD_TITLE,
        h::PASSWORD_TEXT,
    ),
    ("M10 22h28v20H10z M16 22v-6a8 8 0 0 1 16 0v6 M24 30v5", h::SIGN_IN_TITLE, h::SIGN_IN_TEXT),
    ("M4 28l6-18h28l6 18v12H4z M4 28h12a8 8 0 0 0 16 0h12", h::MAILBOX_TITLE, h::MAILBOX_TEXT),
];

/// "So funktioniert der KBS-Webmailer".
#[component]
pub(crate) fn HelpView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let steps = STEPS.map(|(picture, title, text)| view! {
        <li class="procedure__step">
            <svg class="procedure__picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><path d=picture/></svg>
            <h3>{i18n.t(title)}</h3>
            <p>{i18n.t(text)}</p>
        </li>
    });
    let writing = [h::WRITE_1, h::WRITE_2, h::WRITE_3, h::WRITE_4];
    let list = move || {
        let language = i18n.language();
        let rules = portal.limits.with(|limits| rules(limits, language));
        rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view()
    };
    view! {
        <div class="sheet sheet--wide">
            <Heading text=h::HELP/>
            <p>{i18n.t(h::WHAT)}</p>
            <h2>{i18n.t(h::PROCEDURE)}</h2>
            <ol class="procedure">{steps.into_iter().collect_view()}</ol>
            <h2>{i18n.t(h::WRITE)}</h2>
            <ol>{writing.map(|text| view! { <li>{i18n.t(text)}</li> }).into_iter().collect_view()}</ol>
            <h2>{i18n.t(h::LEAVE)}</h2>
            <p>{i18n.t(h::LEAVE_TEXT)}</p>
            <p>{i18n.t(h::FORGOTTEN_TEXT)}</p>
            <h2>{i18n.t(h::RULES)}</h2>
            <ul>{list} <li>{i18n.t(h::RULE_PASSWORD)}</li></ul>
            <h2>{i18n.t(h::ALTERNATIVES)}</h2>
            <OwnText
                de=|it| it.alternatives_de.clone()
                en=|it| it.alternatives_en.clone()
                otherwise=h::ALTERNATIVES_TEXT
            />
        </div>
    }
}

/// Imprint.
#[component]
pub(crate) fn ImprintView() -> impl IntoView {
    view! {
        <div class="sheet">
            <Heading text=admin::IMPRINT/>
            <OwnText de=|it| it.imprint_de.clone() en=|it| it.imprint_en.clone() otherwise=h::MISSING/>
        </div>
    }
}

/// Data protection: who answers for it, what the portal does, what rights one has.
#[component]
pub(crate) fn PrivacyView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet">
            <Heading text=admin::PRIVACY/>
            <h2>{i18n.t(h::PRIVACY_CONTROLLER)}</h2>
            <OwnText de=|it| it.privacy_de.clone() en=|it| it.privacy_en.clone() otherwise=h::MISSING/>
            <h2>{i18n.t(h::PRIVACY_DATA)}</h2>
            <p>{with_days(h::PRIVACY_TEXT)}</p>
            <h2>{i18n.t(h::PRIVACY_RIGHTS)}</h2>
            <p>{i18n.t(h::PRIVACY_RIGHTS_TEXT)}</p>
        </div>
    }
}

/// The accessibility statement, and how a barrier is reported.
#[component]
pub(crate) fn AccessibilityView() -> impl IntoView {
    let i18n = use_portal().i18n;
    let gaps = [h::ACCESSIBILITY_FILES, h::ACCESSIBILITY_EASY, h::ACCESSIBILITY_SIGNS];
    view! {
        <div class="sheet">
            <Heading text=h::ACCESSIBILITY/>
            <p>{i18n.t(h::ACCESSIBILITY_TEXT)}</p>
            <h2>{i18n.t(h::ACCESSIBILITY_STATE)}</h2>
            <p>{i18n.t(h::ACCESSIBILITY_STATE_TEXT)}</p>
            <ul>{gaps.map(|text| view! { <li>{i18n.t(text)}</li> }).into_iter().collect_view()}</ul>
            <p>{i18n.t(h::ACCESSIBILITY_MADE)}</p>
            <h2>{i18n.t(h::ACCESSIBILITY_REPORT)}</h2>
            <p>{move || view! { <Linked text=i18n.t(h::ACCESSIBILITY_ASK)().to_owned()/> }}</p>
            <OwnText de=|it| it.accessibility_de.clone() en=|it| it.accessibility_en.clone()/>
        </div>
    }
}

/// The same in easy language.
#[component]
pub(crate) fn EasyView() -> impl IntoView {
    let i18n = use_portal().i18n;
    let lines = [h::EASY_1, h::EASY_2, h::EASY_3, h::EASY_4, h::EASY_5, h::EASY_6, h::EASY_7];
    let way = [h::EASY_WAY_1, h::EASY_WAY_2, h::EASY_WAY_3, h::EASY_WAY_4, h::EASY_WAY_5, h::EASY_WAY_6];
    view! {
        <div class="sheet easy">
            <Heading text=h::EASY/>
            {lines.map(|text| view! { <p>{i18n.t(text)}</p> }).into_iter().collect_view()}
            <p>{with_days(h::EASY_8)}</p>
            <p>{i18n.t(h::EASY_9)}</p>
            <h2>{i18n.t(h::EASY_WAY)}</h2>
            {way.map(|text| view! { <p>{i18n.t(text)}</p> }).into_iter().collect_view()}
        </div>
    }
}

fn with_days(text: Text) -> impl Fn() -> String {
    let portal = use_portal();
    move || {
        let (retention, inactivity) =
            portal.limits.with(|it| (it.retention_days.to_string(), it.inactivity_days.to_string()));
        text.fill(portal.i18n.language(), &[("retention", &retention), ("inactivity", &inactivity)])
    }
}
