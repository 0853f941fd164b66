//! What is printed instead of the page: the letter, or the organisation's key.

use crate::browser::{clock, dom};
use crate::i18n::{Text, general, letter as l, recovery, security, sign_in, tag};
use crate::portal::{InitialPassword, PrintJob, use_portal};
use crate::state::letter::{rules, steps};
use crypto_core::wire::api::Language;
use leptos::prelude::*;

/// Seen on paper alone.
#[component]
pub(crate) fn PrintArea() -> impl IntoView {
    let portal = use_portal();
    view! {
        <div class="print-area" aria-hidden="true">
            {move || match portal.print.get() {
                None => ().into_any(),
                Some(PrintJob::Letter(letter)) => view! { <Letter letter/> }.into_any(),
                Some(PrintJob::RecoveryCode(code)) => view! { <CodePaper code/> }.into_any(),
                Some(PrintJob::RootCopy(copy)) => view! { <RootPaper copy/> }.into_any(),
                Some(PrintJob::BackupCodes(codes)) => view! { <CodesPaper codes/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Letter(letter: InitialPassword) -> impl IntoView {
    let portal = use_portal();
    let InitialPassword { address, password, language, .. } = letter;
    let t = move |text: Text| text.in_language(language);
    let organisation = portal.organisation.get_untracked().unwrap_or_default();
    let (name, own_address) = portal
        .session
        .with_untracked(|it| it.as_ref().map(|it| (it.name.clone(), it.address.clone())))
        .unwrap_or_default();
    let help = portal.texts.with_untracked(|texts| match language {
        Language::De => texts.help_de.clone(),
        Language::En => texts.help_en.clone(),
    });
    let help = Some(help).filter(|text| !text.trim().is_empty());
    let entries = |lines: Vec<String>| lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let numbered = entries(steps(language).into_iter().map(String::from).collect());
    let rules = entries(portal.limits.with_untracked(|limits| rules(limits, language)));
    view! {
        <article class="letter" lang=tag(language)>
            <p class="letter__from">{organisation.clone()}</p>
            <p class="letter__to">{address.clone()}</p>
            <p class="letter__date">{clock::today(language)}</p>
            <h1>{t(l::SUBJECT)}</h1>
            <p>{t(l::SALUTATION)}</p>
            <p>{t(l::INTRODUCTION)}</p>
            <dl class="letter__data">
                <dt>{t(l::PORTAL)}</dt>
                <dd>{dom::origin()}</dd>
                <dt>{t(l::USER_NAME)}</dt>
                <dd>{address}</dd>
                <dt>{t(l::PASSWORD)}</dt>
                <dd class="letter__password">{password}</dd>
            </dl>
            <h2>{t(l::STEPS)}</h2>
            <ol>{numbered}</ol>
            <h2>{t(l::RULES)}</h2>
            <ul>{rules}</ul>
            <h2>{t(l::QUESTIONS)}</h2>
            <p>{t(l::ASK)} {help.map(|text| view! { <br/> {text} })}</p>
            <p class="letter__closing">{t(l::CLOSING)}</p>
            <p>{name} <br/> {organisation} <br/> {own_address} <br/> {t(l::PHONE)} " ______________________"</p>
        </article>
    }
}

#[component]
fn CodesPaper(codes: Vec<String>) -> impl IntoView {
    let portal = use_portal();
    let language = portal.i18n.0.get_untracked();
    let t = move |text: Text| text.in_language(language);
    let address = portal.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone()));
    let items = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <article class="letter" lang=tag(language)>
            <p class="letter__date">{clock::today(language)}</p>
            <h1>{t(general::PRODUCT)} {" – "} {t(security::CODES_TITLE)}</h1>
            <p>{dom::origin()} <br/> {address}</p>
            <ul class="letter__password codes">{items}</ul>
        </article>
    }
}

#[component]
fn CodePaper(code: String) -> impl IntoView {
    let portal = use_portal();
    let language = portal.i18n.0.get_untracked();
    let address = portal.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone()));
    let t = move |text: Text| text.in_language(language);
    view! {
        <article class="letter" lang=tag(language)>
            <p class="letter__date">{clock::today(language)}</p>
            <h1>{t(general::PRODUCT)} {" – "} {t(recovery::CODE)}</h1>
            <p>{address}</p>
            <p class="letter__password">{code}</p>
            <p>{dom::origin()}</p>
            <p><strong>{t(recovery::CODE_PAPER)}</strong></p>
        </article>
    }
}

#[component]
fn RootPaper(copy: String) -> impl IntoView {
    let portal = use_portal();
    let language = portal.i18n.0.get_untracked();
    let organisation = portal.organisation.get_untracked().unwrap_or_default();
    let t = move |text: Text| text.in_language(language);
    view! {
        <article class="letter" lang=tag(language)>
            <p class="letter__from">{organisation}</p>
            <p class="letter__date">{clock::today(language)}</p>
            <h1>{t(general::PRODUCT)} {" – "} {t(sign_in::ROOT_COPY)}</h1>
            <p class="letter__password">{copy}</p>
            <p>{dom::origin()}</p>
            <p><strong>{t(sign_in::ROOT_PRINT_WARNING)}</strong></p>
            <p>{t(sign_in::ROOT_PAPER)}</p>
        </article>
    }
}
