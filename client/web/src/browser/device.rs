//! What stays on the device: the language, the tab's sealed session, the sealed draft. No secret in the
//! clear. A browser that forbids storage costs comfort, never the page.

use crate::i18n::{from_tag, tag};
use crypto_core::wire::AccountId;
use crypto_core::wire::api::Language;
use leptos::prelude::window;
use web_sys::Storage;

const LANGUAGE: &str = "kbs-language";
const RESUME: &str = "kbs-resume";
const SEEN: &str = "kbs-seen";
const SEEN_SETTINGS: &str = "kbs-seen-settings";

fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn tab() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn put(storage: Option<Storage>, key: &str, value: Option<&str>) -> bool {
    let Some(storage) = storage else { return false };
    match value {
        Some(value) => storage.set_item(key, value).is_ok(),
        None => storage.remove_item(key).is_ok(),
    }
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok()?
}

/// The language chosen before.
pub(crate) fn language() -> Option<Language> {
    from_tag(&read(local(), LANGUAGE)?)
}

/// Remembers the language.
pub(crate) fn keep_language(language: Language) {
    put(local(), LANGUAGE, Some(tag(language)));
}

/// What resumes this tab's session, wrapped.
pub(crate) fn resume() -> Option<String> {
    read(tab(), RESUME)
}

/// Keeps it or forgets it.
pub(crate) fn keep_resume(resume: Option<&str>) {
    put(tab(), RESUME, resume);
}

/// The newest bundle revision that this device has seen of each account.
pub(crate) fn seen() -> Vec<(AccountId, u64)> {
    revisions(SEEN)
}

/// As [`seen`], of the settings.
pub(crate) fn seen_settings() -> Vec<(AccountId, u64)> {
    revisions(SEEN_SETTINGS)
}

fn revisions(key: &str) -> Vec<(AccountId, u64)> {
    read(local(), key).and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// Remembers a newer revision; an older one changes nothing.
pub(crate) fn keep_seen(account: AccountId, revision: u64) {
    keep_revision(SEEN, account, revision);
}

/// As [`keep_seen`], of the settings.
pub(crate) fn keep_seen_settings(account: AccountId, revision: u64) {
    keep_revision(SEEN_SETTINGS, account, revision);
}

fn keep_revision(key: &str, account: AccountId, revision: u64) {
    let mut all = revisions(key);
    match all.iter_mut().find(|(known, _)| *known == account) {
        Some((_, known)) => *known = revision.max(*known),
        None => all.push((account, revision)),
    }
    if let Ok(json) = serde_json::to_string(&all) {
        put(local(), key, Some(&json));
    }
}

/// The account's sealed draft.
pub(crate) fn draft(account: AccountId) -> Option<String> {
    read(local(), &draft_key(account))
}

/// Keeps it or forgets it. Tells whether the device took it.
pub(crate) fn keep_draft(account: AccountId, sealed: Option<&str>) -> bool {
    put(local(), &draft_key(account), sealed)
}

fn draft_key(account: AccountId) -> String {
    format!("kbs-draft-{account}")
}
