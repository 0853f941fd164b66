//! Messages after their time: everything that names a message goes in one transaction, and then the parts
//! that no other message names.

use super::{BATCH, JobError};
use crate::blobs::BlobId;
use crate::state::AppState;
use crate::store::models::{Records, mailbox, tail};
use crate::store::{StoreError, Tx, transact};
use crypto_core::wire::records::{Message, Part, Usage};
use crypto_core::wire::{MessageId, PartId};

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let mut swept = 0;
    let mut after = None;
    loop {
        let page = transact(&*state.store, |tx| tx.list::<Message>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(swept) };
        after = Some(last.clone());
        for (key, message) in page {
            if message.expires_ms <= state.now_ms() {
                end(state, MessageId::from_bytes(tail(&key)?)).await?;
                swept += 1;
            }
        }
    }
}

async fn end(state: &AppState, id: MessageId) -> Result<(), JobError> {
    let parts = transact(&*state.store, |tx| {
        let message = tx.load::<Message>(&[id.as_bytes()])?;
        match message.filter(|message| message.expires_ms <= state.now_ms()) {
            Some(message) => remove(tx, id, &message),
            None => Ok(Vec::new()),
        }
    })
    .await?;
    for blob in parts {
        state.blobs.delete(blob).await?;
    }
    Ok(())
}

/// Removes every record of a message, and answers whose bytes nobody needs any more.
fn remove(tx: &mut Tx<'_>, id: MessageId, message: &Message) -> Result<Vec<BlobId>, StoreError> {
    for holder in &message.holders {
        mailbox::let_go(tx, *holder, id)?;
    }
    tx.erase::<Message>(&[id.as_bytes()]);
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
    if let Some(usage) = tx.load::<Usage>(&[message.sender.as_bytes()])? {
        let stored_bytes = usage.stored_bytes.saturating_sub(record.bytes);
        tx.save(&[message.sender.as_bytes()], &Usage { stored_bytes, ..usage });
    }
    Ok(Some(BlobId { upload: record.upload, part }))
}
