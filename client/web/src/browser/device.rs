//! What stays on the device: the language, the tab's sealed session, sealed drafts
//! until the server has them. No secret in the
//! clear. A browser that forbids storage costs comfort, never the page.

use crate::i18n::{first_of_ours, from_tag, tag};
use crypto_core::wire::api::Language;
use crypto_core::wire::{AccountId, DraftId};
use leptos::prelude::window;
use web_sys::{Storage, StorageEvent};

const LANGUAGE: &str = "kbs-language";
const SHORTCUTS: &str = "kbs-shortcuts";
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

/// The language that another tab has chosen, if that is what it tells.
pub(crate) fn chosen_elsewhere(event: &StorageEvent) -> Option<Language> {
    event.key().filter(|key| key == LANGUAGE)?;
    from_tag(&event.new_value()?)
}

/// The first language of ours among those that the browser's user prefers.
pub(crate) fn preferred_language() -> Option<Language> {
    first_of_ours(window().navigator().languages().iter().filter_map(|tag| tag.as_string()))
}

/// Remembers the language.
pub(crate) fn keep_language(language: Language) {
    put(local(), LANGUAGE, Some(tag(language)));
}

/// Whether single keys do something.
pub(crate) fn shortcuts() -> bool {
    read(local(), SHORTCUTS).as_deref() != Some("off")
}

/// Remembers that.
pub(crate) fn keep_shortcuts(on: bool) {
    put(local(), SHORTCUTS, (!on).then_some("off"));
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

/// What the device has of a draft.
pub(crate) fn draft(account: AccountId, draft: DraftId) -> Option<String> {
    read(local(), &draft_key(account, draft))
}

/// Keeps a draft until the server has it.
pub(crate) fn keep_draft(account: AccountId, draft: DraftId, sealed: &str) {
    put(local(), &draft_key(account, draft), Some(sealed));
}

/// The server has it.
pub(crate) fn drop_draft(account: AccountId, draft: DraftId) {
    put(local(), &draft_key(account, draft), None);
}

/// Every draft of an account that the device has, by its key.
pub(crate) fn drafts(account: AccountId) -> Vec<(String, String)> {
    let Some(storage) = local() else { return Vec::new() };
    let prefix = format!("kbs-draft-{account}");
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let own: Vec<String> = keys.filter(|key| key.starts_with(&prefix)).collect();
    own.into_iter().filter_map(|key| Some((key.clone(), read(local(), &key)?))).collect()
}

/// Forgets a draft of the list, unless another tab has kept a newer one meanwhile.
pub(crate) fn forget_draft(key: &str, sealed: &str) {
    if read(local(), key).as_deref() == Some(sealed) {
        put(local(), key, None);
    }
}

fn draft_key(account: AccountId, draft: DraftId) -> String {
    format!("kbs-draft-{account}-{draft}")
}
