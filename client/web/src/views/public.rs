//! What the organisation says of itself, and the links below every page.

use crate::i18n::{Text, admin, help, mail, sign_in};
use crate::portal::use_portal;
use crate::state::links::{Piece, pieces};
use crate::state::route::{ACCESSIBILITY, EASY, HELP, IMPRINT, PRIVACY, START};
use crypto_core::wire::api::{Language, Texts};
use leptos::prelude::*;
use leptos_router::components::A;

/// Text of the organisation, or what stands in its place.
#[component]
pub(crate) fn OwnText(
    /// In German.
    de: fn(&Texts) -> String,
    /// In English.
    en: fn(&Texts) -> String,
    /// Where there is none.
    #[prop(optional)]
    otherwise: Option<Text>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    move || {
        let text = portal.texts.with(match i18n.language() {
            Language::De => de,
            Language::En => en,
        });
        let text = if text.is_empty() { otherwise.map(|it| i18n.t(it)().to_owned()) } else { Some(text) };
        text.map(|text| view! { <p class="own-text"><Linked text/></p> })
    }
}

/// Text whose web and e-mail addresses can be followed.
#[component]
pub(crate) fn Linked(
    /// Plain.
    text: String,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.into_any(),
            Piece::Link(text, target) if target.starts_with("mailto:") => {
                view! { <a href=target rel="external">{text}</a> }.into_any()
            }
            Piece::Link(text, target) => view! {
                <a href=target rel="noopener noreferrer external" target="_blank">
                    {text} <span class="visually-hidden">{i18n.t(mail::EXTERNAL_LINK)}</span>
                </a>
            }
            .into_any(),
        })
        .collect_view()
}

/// Links to the pages for everybody, below every page.
#[component]
pub(crate) fn Below() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let signed_in = move || portal.session.with(Option::is_some);
    let links = [
        (HELP, help::HELP_LINK),
        (IMPRINT, admin::IMPRINT),
        (PRIVACY, admin::PRIVACY),
        (ACCESSIBILITY, help::ACCESSIBILITY),
        (EASY, help::EASY),
    ];
    let links = links.map(|(path, text)| view! { <li><A href=path exact=true>{i18n.t(text)}</A></li> });
    view! {
        <footer class="below">
            <nav aria-label=i18n.t(help::BELOW)>
                <ul class="below__list">
                    <Show when=move || !signed_in()>
                        <li><A href=START exact=true>{i18n.t(sign_in::TITLE)}</A></li>
                    </Show>
                    {links.into_iter().collect_view()}
                </ul>
            </nav>
        </footer>
    }
}
