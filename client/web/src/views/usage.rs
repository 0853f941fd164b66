//! How much of the storage is used, below the navigation, and how much of the inbox is unread, in it.

use crate::i18n::mailbox as texts;
use crate::portal::use_portal;
use crate::state::size;
use client_bridge::{Answer, Call, mailbox};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// As a number; there is no room for more.
const MOST: u64 = 999;
/// Above this much the person is told what helps.
const NEARLY_FULL_PERCENT: u64 = 90;

/// Beside the inbox's link: how much of it is unread.
#[component]
pub(crate) fn UnreadCount(
    /// The element's, for what it describes.
    id: &'static str,
) -> impl IntoView {
    let portal = use_portal();
    let count = Memo::new(move |_| portal.unread.get());
    let text = move || {
        let count = Some(count.get()).filter(|it| *it > 0)?;
        let shown = if count > MOST { format!("{MOST}+") } else { count.to_string() };
        Some(view! {
            <span class="nav__number">{shown}</span>
            <span class="visually-hidden">" " {portal.i18n.t(texts::UNREAD_COUNT)}</span>
        })
    };
    view! { <span id=id class="nav__count">{text}</span> }
}

/// One line, and a sentence when it is nearly full.
#[component]
pub(crate) fn UsageLine() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let used = RwSignal::new(None::<(u64, u64)>);
    Effect::new(move || {
        // What is sent, deleted or drafted changes it.
        portal.arrivals.track();
        portal.bin_changes.track();
        portal.draft_changes.track();
        spawn_local(async move {
            if let Ok(Answer::Mailbox(mailbox::Answer::Usage { stored_bytes, limit_bytes, unread })) =
                portal.ask(Call::Mailbox(mailbox::Call::Usage)).await
                && used.try_set(Some((stored_bytes, limit_bytes))).is_none()
            {
                portal.unread.set(unread);
            }
        });
    });
    let text = move || {
        used.get().map(|(stored, limit)| {
            let language = i18n.language();
            let (stored, limit) = (size::format(stored, language), size::format(limit, language));
            texts::STORAGE.fill(language, &[("used", &stored), ("limit", &limit)])
        })
    };
    let full = move || {
        let (stored, limit) = used.get()?;
        if stored >= limit {
            return Some(texts::STORAGE_FULL);
        }
        let nearly = stored.saturating_mul(100) >= limit.saturating_mul(NEARLY_FULL_PERCENT);
        nearly.then_some(texts::STORAGE_NEARLY_FULL)
    };
    view! {
        <p class="usage">
            {text}
            {move || full().map(|text| view! { <strong class="usage__full">{i18n.t(text)}</strong> })}
        </p>
    }
}
