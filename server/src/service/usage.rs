//! How much of its storage an account has used, how far back its mail reaches, and how much of it is unread.

use super::sessions::Caller;
use super::{Error, Portal};
use crate::store::models::{Records, mailbox, tail};
use crate::store::{StoreError, Tx, transact};
use crypto_core::wire::api::{AccountUsage, Folder};
use crypto_core::wire::records::{Draft, UploadIndex, UploadPart, Usage};
use crypto_core::wire::{AccountId, UploadId};

/// Of the caller.
///
/// # Errors
/// The store's.
pub async fn of(portal: &Portal, caller: &Caller) -> Result<AccountUsage, Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let stored_bytes = bytes(tx, caller.id)?;
        let mut oldest = None;
        for folder in [Folder::Inbox, Folder::Sent, Folder::Bin] {
            let found = mailbox::oldest(tx, caller.id, folder, now_ms)?;
            oldest = [oldest, found].into_iter().flatten().min();
        }
        Ok(AccountUsage {
            stored_bytes,
            limit_bytes: portal.state.limits().storage_bytes,
            oldest_delivered_at_ms: oldest,
            unread: mailbox::unread(tx, caller.id, now_ms)?,
        })
    })
    .await
}

/// What counts against an account's storage: ciphertext of messages that it sent and that somebody still
/// holds, what it has uploaded and not sent yet, and its drafts.
///
/// # Errors
/// The store's.
pub fn bytes(tx: &mut Tx<'_>, account: AccountId) -> Result<u64, StoreError> {
    let mut all = load(tx, account)?.stored_bytes.saturating_add(of_drafts(tx, account)?);
    for (key, _) in tx.list::<UploadIndex>(&[account.as_bytes()], None, usize::MAX / 2)? {
        let id = UploadId::from_bytes(tail(&key)?);
        for (_, part) in tx.list::<UploadPart>(&[id.as_bytes()], None, usize::MAX / 2)? {
            all = all.saturating_add(part.received);
        }
    }
    Ok(all)
}

/// What is counted of an account; nothing so far for a new one.
///
/// # Errors
/// The store's.
pub fn load(tx: &mut Tx<'_>, account: AccountId) -> Result<Usage, StoreError> {
    let none = Usage { stored_bytes: 0, invitations_day: 0, invitations: 0, draft_bytes: None };
    Ok(tx.load::<Usage>(&[account.as_bytes()])?.unwrap_or(none))
}

/// Notes that the sealed text of one of an account's drafts changes its length. To be called before the draft
/// is written.
///
/// # Errors
/// The store's.
pub fn draft_changes(tx: &mut Tx<'_>, account: AccountId, before: u64, after: u64) -> Result<(), StoreError> {
    let all = of_drafts(tx, account)?.saturating_sub(before).saturating_add(after);
    let usage = load(tx, account)?;
    tx.save(&[account.as_bytes()], &Usage { draft_bytes: Some(all), ..usage });
    Ok(())
}

/// Drafts from before they were counted are counted now.
fn of_drafts(tx: &mut Tx<'_>, account: AccountId) -> Result<u64, StoreError> {
    if let Some(counted) = load(tx, account)?.draft_bytes {
        return Ok(counted);
    }
    let drafts = tx.list::<Draft>(&[account.as_bytes()], None, usize::MAX / 2)?;
    Ok(drafts.iter().map(|(_, draft)| draft.sealed.len() as u64).sum())
}
