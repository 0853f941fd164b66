//! How much of its storage an account has used, and how far back its mail reaches.

use super::sessions::Caller;
use super::{Error, Portal, uploads};
use crate::store::models::mailbox;
use crate::store::transact;
use crypto_core::wire::api::{AccountUsage, Folder};

/// Of the caller.
///
/// # Errors
/// The store's.
pub async fn of(portal: &Portal, caller: &Caller) -> Result<AccountUsage, Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let (stored, uploading) = uploads::used(tx, caller.id)?;
        let mut oldest = None;
        for folder in [Folder::Inbox, Folder::Sent, Folder::Bin] {
            let found = mailbox::oldest(tx, caller.id, folder, now_ms)?;
            oldest = [oldest, found].into_iter().flatten().min();
        }
        Ok(AccountUsage {
            stored_bytes: stored.saturating_add(uploading),
            limit_bytes: portal.state.limits().storage_bytes,
            oldest_delivered_at_ms: oldest,
        })
    })
    .await
}
