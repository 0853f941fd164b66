//! What becomes of a message when holders let go of it: the records of one in one transaction, and the parts
//! that no other message names. The bytes are deleted after the records.

use crate::blobs::BlobId;
use crate::store::models::{Records, mailbox, removal};
use crate::store::{StoreError, Tx};
use crypto_core::wire::records::{ExpiryIndex, Message, Part, Usage};
use crypto_core::wire::{AccountId, MessageId, PartId};

/// Takes a message out of one mailbox for good; with the last holder it goes as a whole. Answers whose bytes
/// nobody needs any more.
///
/// # Errors
/// See [`StoreError`].
pub fn let_go(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Vec<BlobId>, StoreError> {
    mailbox::let_go(tx, account, id)?;
    let Some(mut message) = tx.load::<Message>(&[id.as_bytes()])? else { return Ok(Vec::new()) };
    message.holders.retain(|holder| *holder != account);
    if message.holders.is_empty() {
        return remove(tx, id, &message);
    }
    tx.save(&[id.as_bytes()], &message);
    Ok(Vec::new())
}

/// Removes every record of a message, and answers whose bytes nobody needs any more.
///
/// # Errors
/// See [`StoreError`].
pub fn remove(tx: &mut Tx<'_>, id: MessageId, message: &Message) -> Result<Vec<BlobId>, StoreError> {
    for holder in &message.holders {
        mailbox::let_go(tx, *holder, id)?;
    }
    tx.erase::<ExpiryIndex>(&[&message.expires_ms.to_be_bytes(), id.as_bytes()]);
    // The message itself, its grants, and whatever else stands under its number.
    removal::erase_under(tx, id.as_bytes(), &[])?;
    let mut unneeded = Vec::new();
    for part in &message.parts {
        unneeded.extend(remove_part(tx, id, message, *part)?);
    }
    Ok(unneeded)
}

fn remove_part(
    tx: &mut Tx<'_>,
    id: MessageId,
    message: &Message,
    part: PartId,
) -> Result<Option<BlobId>, StoreError> {
    let Some(mut record) = tx.load::<Part>(&[part.as_bytes()])? else { return Ok(None) };
    record.messages.retain(|other| *other != id);
    if !record.messages.is_empty() {
        tx.save(&[part.as_bytes()], &record);
        return Ok(None);
    }
    tx.erase::<Part>(&[part.as_bytes()]);
    let owner = record.owner.unwrap_or(message.sender);
    if let Some(usage) = tx.load::<Usage>(&[owner.as_bytes()])? {
        let stored_bytes = usage.stored_bytes.saturating_sub(record.bytes);
        tx.save(&[owner.as_bytes()], &Usage { stored_bytes, ..usage });
    }
    Ok(Some(BlobId { upload: record.upload, part }))
}
