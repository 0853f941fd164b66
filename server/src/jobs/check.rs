//! Whether metadata store and parts agree: for the operator, and after a crash.

use super::{BATCH, JobError, orphans};
use crate::blobs::{BlobError, BlobId, Blobs};
use crate::store::models::{Records, tail};
use crate::store::{Store, transact};
use crypto_core::wire::records::{Message, Part, UploadPart};
use crypto_core::wire::{MessageId, PartId, UploadId};
use futures::TryStreamExt;

/// Looks at every record of a part and at every piece, and answers one line for each difference.
///
/// # Errors
/// If one of the two cannot be read at all.
pub async fn differences(store: &dyn Store, blobs: &Blobs) -> Result<Vec<String>, JobError> {
    let mut found = Vec::new();
    parts(store, blobs, &mut found).await?;
    messages(store, &mut found).await?;
    uploads(store, blobs, &mut found).await?;
    let mut listed = blobs.list();
    while let Some(blob) = listed.try_next().await? {
        if !transact(store, |tx| orphans::is_named(tx, blob)).await? {
            found.push(format!("part {} of upload {}: nobody names it", blob.part, blob.upload));
        }
    }
    Ok(found)
}

/// Every part is there, as long as it should be, with the right bytes.
async fn parts(store: &dyn Store, blobs: &Blobs, found: &mut Vec<String>) -> Result<(), JobError> {
    let mut after = None;
    loop {
        let page = transact(store, |tx| tx.list::<Part>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, part) in page {
            let id = PartId::from_bytes(tail(&key)?);
            let blob = BlobId { upload: part.upload, part: id };
            let length = blobs.length(blob).await?;
            if length != part.bytes {
                found.push(format!("part {id}: {length} bytes instead of {}", part.bytes));
                continue;
            }
            match blobs.fingerprint(blob, part.bytes).await {
                Ok(hash) if hash == part.hash => {}
                Ok(_) | Err(BlobError::Incomplete) => found.push(format!("part {id}: other bytes")),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Every message's parts have their records.
async fn messages(store: &dyn Store, found: &mut Vec<String>) -> Result<(), JobError> {
    let mut after = None;
    loop {
        let page = transact(store, |tx| tx.list::<Message>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, message) in page {
            let id = MessageId::from_bytes(tail(&key)?);
            for part in message.parts {
                let record = transact(store, |tx| tx.load::<Part>(&[part.as_bytes()])).await?;
                if !record.is_some_and(|record| record.messages.contains(&id)) {
                    found.push(format!("message {id}: part {part} has no record"));
                }
            }
        }
    }
}

/// Everything that was acknowledged of an upload is there.
async fn uploads(store: &dyn Store, blobs: &Blobs, found: &mut Vec<String>) -> Result<(), JobError> {
    let mut after = None;
    loop {
        let page = transact(store, |tx| tx.list::<UploadPart>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, state) in page {
            let ids: [u8; 32] = tail(&key)?;
            let (upload, part) = ids.split_at(16);
            let (Ok(upload), Ok(part)) = (UploadId::try_from(upload), PartId::try_from(part)) else {
                continue;
            };
            let length = blobs.length(BlobId { upload, part }).await?;
            if length < state.received {
                found.push(format!(
                    "part {part} of upload {upload}: {length} bytes instead of {}",
                    state.received
                ));
            }
        }
    }
}
