//! How much of the storage is used, below the navigation, and how much of the inbox is unread, in it.

use crate::i18n::mailbox as texts;
use crate::portal::{Portal, use_portal};
use crate::state::size;
use client_bridge::{Answer, Call, mailbox};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// As a number; there is no room for more.
const MOST: u64 = 999;
/// Above this much the person is told what helps.
const NEARLY_FULL_PERCENT: u64 = 90;

/// Asks the server whenever something changed it: one question at a time, so that no answer overtakes a newer one.
pub(crate) fn keep_usage(portal: Portal) {
    let asking = StoredValue::new(false);
    let changed = StoredValue::new(false);
    Effect::new(move || {
        // What is sent, deleted, read or drafted changes it.
        portal.arrivals.track();
        portal.bin_changes.track();
        portal.draft_changes.track();
        changed.set_value(true);
        if asking.try_update_value(|asking| std::mem::replace(asking, true)) == Some(true) {
            return;
        }
        spawn_local(async move {
            while changed.try_update_value(std::mem::take) == Some(true) {
                let answer = portal.ask(Call::Mailbox(mailbox::Call::Usage)).await;
                if let Ok(Answer::Mailbox(mailbox::Answer::Usage(usage))) = answer
                    && asking.try_get_value().is_some()
                {
                    portal.usage.set(Some(usage));
                }
            }
            asking.try_set_value(false);
        });
    });
}

/// Beside the inbox's link: how much of it is unread.
#[component]
pub(crate) fn UnreadCount(
    /// The element's, for what it describes.
    id: &'static str,
) -> impl IntoView {
    let portal = use_portal();
    let count = Memo::new(move |_| portal.usage.get().map_or(0, |it| it.unread));
    let text = move || {
        let count = Some(count.get()).filter(|it| *it > 0)?;
        let shown = if count > MOST { format!("{MOST}+") } else { count.to_string() };
        Some(view! {
            {shown}
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
    let used = Memo::new(move |_| portal.usage.get().map(|it| (it.stored_bytes, it.limit_bytes)));
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
