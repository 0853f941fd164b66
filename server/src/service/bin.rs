//! The bin: what a holder deletes lies there for some days, comes back on request, and goes for good from
//! there. It is each holder's own: other holders keep the message.

use super::sessions::Caller;
use super::{Error, Portal, holdings, require, uploads};
use crate::store::models::mailbox;
use crate::store::{StoreError, Tx, transact};
use crypto_core::wire::api::{Chosen, Event, Folder};
use crypto_core::wire::{AccountId, MessageId, ProblemCode};

/// Messages of one request at most.
pub(super) const CHOSEN: usize = 200;

/// Puts messages into the bin.
///
/// # Errors
/// [`ProblemCode::Malformed`] if there are too many.
pub async fn put(portal: &Portal, caller: &Caller, chosen: Chosen) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    each(portal, caller, chosen, |tx, account, id| mailbox::bin(tx, account, id, now_ms)).await
}

/// Puts messages back where they were.
///
/// # Errors
/// [`ProblemCode::Malformed`] if there are too many.
pub async fn restore(portal: &Portal, caller: &Caller, chosen: Chosen) -> Result<(), Error> {
    each(portal, caller, chosen, mailbox::restore).await
}

/// Deletes messages of the bin for good.
///
/// # Errors
/// [`ProblemCode::Malformed`] if there are too many.
pub async fn delete(portal: &Portal, caller: &Caller, chosen: Chosen) -> Result<(), Error> {
    require(chosen.messages.len() <= CHOSEN, ProblemCode::Malformed)?;
    remove(portal, caller.id, &chosen.messages).await?;
    tell(portal, caller.id, Folder::Bin);
    Ok(())
}

/// Deletes everything that is in the bin for good.
///
/// # Errors
/// The store's.
pub async fn empty(portal: &Portal, caller: &Caller) -> Result<(), Error> {
    loop {
        let (found, _) =
            transact(&*portal.state.store, |tx| mailbox::page(tx, caller.id, Folder::Bin, None, CHOSEN, 0))
                .await?;
        if found.is_empty() {
            tell(portal, caller.id, Folder::Bin);
            return Ok(());
        }
        remove(portal, caller.id, &found).await?;
    }
}

/// Record first, then bytes.
async fn remove(portal: &Portal, account: AccountId, messages: &[MessageId]) -> Result<(), Error> {
    for id in messages {
        let unneeded = transact(&*portal.state.store, |tx| remove_binned(tx, account, *id)).await?;
        uploads::delete_bytes(portal, &unneeded).await?;
    }
    Ok(())
}

/// Deletes a message for good if it is in the bin of that account.
///
/// # Errors
/// See [`StoreError`].
pub fn remove_binned(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
) -> Result<Vec<crate::blobs::BlobId>, StoreError> {
    if mailbox::is_binned(tx, account, id)? { holdings::let_go(tx, account, id) } else { Ok(Vec::new()) }
}

async fn each(
    portal: &Portal,
    caller: &Caller,
    chosen: Chosen,
    change: impl Fn(&mut Tx<'_>, AccountId, MessageId) -> Result<Option<Folder>, StoreError>,
) -> Result<(), Error> {
    require(chosen.messages.len() <= CHOSEN, ProblemCode::Malformed)?;
    let folders = transact(&*portal.state.store, |tx| {
        let mut folders = Vec::new();
        for id in &chosen.messages {
            folders.extend(change(tx, caller.id, *id)?);
        }
        Ok::<_, StoreError>(folders)
    })
    .await?;
    for folder in [Folder::Inbox, Folder::Sent].into_iter().filter(|folder| folders.contains(folder)) {
        tell(portal, caller.id, folder);
    }
    if !folders.is_empty() {
        tell(portal, caller.id, Folder::Bin);
    }
    Ok(())
}

/// Open clients look again.
fn tell(portal: &Portal, account: AccountId, folder: Folder) {
    portal.state.tell(account, Event::Changed { folder });
}
