//! German or English, without a reload.

use crate::i18n::{general, tag};
use crate::portal::use_portal;
use crypto_core::wire::api::Language;
use leptos::prelude::*;

/// Two buttons, the chosen one pressed.
#[component]
pub(crate) fn LanguageSwitch() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let button = move |language: Language, name| {
        view! {
            <button
                type="button"
                class="language__button"
                lang=tag(language)
                aria-pressed=move || (i18n.language() == language).to_string()
                on:click=move |_| portal.choose_language(language)
            >
                {i18n.t(name)}
            </button>
        }
    };
    view! {
        <div class="language" role="group" aria-label=i18n.t(general::LANGUAGE)>
            {button(Language::De, general::GERMAN)}
            {button(Language::En, general::ENGLISH)}
        </div>
    }
}
