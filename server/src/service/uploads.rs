//! Uploads: parts arrive in pieces, in order, and resume where they broke off. Nobody sees them before a
//! commit; what is never committed expires.

use super::sessions::Caller;
use super::{DAY_MS, Error, Portal, require, usage};
use crate::blobs::BlobId;
use crate::store::models::{Records, mailbox};
use crate::store::{StoreError, Tx, transact};
use bytes::Bytes;
use crypto_core::message::ciphertext_bound;
use crypto_core::wire::api::{PartReceived, PartState, UploadOpened, UploadState};
use crypto_core::wire::records::{Part, Upload, UploadIndex, UploadPart};
use crypto_core::wire::{DraftId, PartId, ProblemCode, UploadId, limits};

const KEPT_MS: u64 = DAY_MS;
const RETRY_SECONDS: u64 = 60;

/// Opens an upload.
///
/// # Errors
/// [`ProblemCode::QuotaReached`]; [`Error::RateLimited`] if too many are under way.
pub async fn open(portal: &Portal, caller: &Caller) -> Result<UploadOpened, Error> {
    let id = UploadId::random(&mut *portal.state.rng());
    let now_ms = portal.state.now_ms();
    let expires_ms = now_ms + KEPT_MS;
    let limits = portal.state.limits();
    let under_way = usize::try_from(limits.uploads_under_way).unwrap_or(usize::MAX);
    transact(&*portal.state.store, |tx| {
        require(usage::bytes(tx, caller.id)? < limits.storage_bytes, ProblemCode::QuotaReached)?;
        let others = tx.list::<UploadIndex>(&[caller.id.as_bytes()], None, usize::MAX / 2)?;
        let unkept = |other: &UploadIndex| other.expires_ms > now_ms && other.kept != Some(true);
        if others.iter().filter(|(_, other)| unkept(other)).count() >= under_way {
            return Err(Error::RateLimited { retry_after_seconds: RETRY_SECONDS });
        }
        save(tx, id, &Upload { account: caller.id, expires_ms, parts: Vec::new(), drafts: None });
        Ok(())
    })
    .await?;
    Ok(UploadOpened { upload: id, expires_at_ms: expires_ms })
}

/// How far it is.
///
/// # Errors
/// [`ProblemCode::UploadUnknown`].
pub async fn state(portal: &Portal, caller: &Caller, id: UploadId) -> Result<UploadState, Error> {
    transact(&*portal.state.store, |tx| {
        let upload = own(portal, tx, caller, id)?;
        let mut parts = Vec::new();
        for part in upload.parts {
            let mut received = received(tx, id, part)?;
            // A message that was sent from here has it now.
            if received == 0
                && let Some(sent) = mailbox::readable_part(tx, caller.id, part, portal.state.now_ms())?
            {
                received = sent.bytes;
            }
            parts.push(PartState { part, received });
        }
        Ok(UploadState { parts })
    })
    .await
}

/// Gives an upload up. Its bytes go too.
///
/// # Errors
/// [`ProblemCode::UploadUnknown`].
pub async fn drop_upload(portal: &Portal, caller: &Caller, id: UploadId) -> Result<(), Error> {
    let unneeded = transact(&*portal.state.store, |tx| {
        let upload = own(portal, tx, caller, id)?;
        Ok::<_, Error>(end(tx, id, &upload)?)
    })
    .await?;
    delete_bytes(portal, &unneeded).await
}

/// Takes a part off an upload. While several drafts share the upload, the part stays for the other ones.
///
/// # Errors
/// [`ProblemCode::UploadUnknown`].
pub async fn drop_part(portal: &Portal, caller: &Caller, id: UploadId, part: PartId) -> Result<(), Error> {
    let dropped = transact(&*portal.state.store, |tx| {
        let mut upload = own(portal, tx, caller, id)?;
        let is_here = tx.load::<UploadPart>(&[id.as_bytes(), part.as_bytes()])?.is_some();
        if !is_here || drafts(&upload).len() > 1 {
            return Ok(None);
        }
        forget_part(tx, id, part);
        upload.parts.retain(|other| *other != part);
        save(tx, id, &upload);
        Ok::<_, Error>(Some(BlobId { upload: id, part }))
    })
    .await?;
    delete_bytes(portal, dropped.as_slice()).await
}

/// Deletes bytes whose records are gone.
///
/// # Errors
/// The parts'.
pub async fn delete_bytes(portal: &Portal, unneeded: &[BlobId]) -> Result<(), Error> {
    for blob in unneeded {
        // A piece that is just being written goes too.
        let _guard = portal.state.blobs.exclusive(blob.upload).await;
        portal.state.blobs.delete(*blob).await?;
    }
    Ok(())
}

/// Takes the next piece of a part. When this answers, the piece survives a power loss.
///
/// # Errors
/// [`ProblemCode::UploadUnknown`], [`ProblemCode::PartOffset`], [`ProblemCode::PartTooLarge`],
/// [`ProblemCode::MessageTooLarge`], [`ProblemCode::QuotaReached`]; [`ProblemCode::PartNotYours`] if a message has a part of that number.
pub async fn put_piece(
    portal: &Portal,
    caller: &Caller,
    id: UploadId,
    part: PartId,
    offset: u64,
    piece: Bytes,
) -> Result<PartReceived, Error> {
    require(!piece.is_empty(), ProblemCode::Malformed)?;
    require(piece.len() <= limits::PIECE_BYTES, ProblemCode::PartTooLarge)?;
    let bytes = piece.len() as u64;
    let _guard = portal.state.blobs.exclusive(id).await;
    transact(&*portal.state.store, |tx| check_piece(portal, tx, caller, id, part, offset, bytes)).await?;
    portal.state.blobs.put_piece(BlobId { upload: id, part }, offset, piece).await?;
    let received = offset + bytes;
    transact(&*portal.state.store, |tx| {
        let mut upload = check_piece(portal, tx, caller, id, part, offset, bytes)?;
        if !upload.parts.contains(&part) {
            upload.parts.push(part);
            tx.save(&[id.as_bytes()], &upload);
        }
        tx.save(&[id.as_bytes(), part.as_bytes()], &UploadPart { received });
        Ok::<_, Error>(())
    })
    .await?;
    Ok(PartReceived { received })
}

fn check_piece(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UploadId,
    part: PartId,
    offset: u64,
    bytes: u64,
) -> Result<Upload, Error> {
    let upload = own(portal, tx, caller, id)?;
    require(tx.load::<Part>(&[part.as_bytes()])?.is_none(), ProblemCode::PartNotYours)?;
    require(received(tx, id, part)? == offset, ProblemCode::PartOffset)?;
    let attachments = usize::try_from(portal.state.limits().attachments).unwrap_or(usize::MAX);
    let (mut total, mut others) = (bytes, 0);
    for other in &upload.parts {
        let received = received(tx, id, *other)?;
        total = total.saturating_add(received);
        others += usize::from(received > 0 && *other != part);
    }
    require(others <= attachments, ProblemCode::MessageTooLarge)?;
    let limits = portal.state.limits();
    require(total <= ciphertext_bound(limits.message_bytes), ProblemCode::MessageTooLarge)?;
    let all = usage::bytes(tx, caller.id)?.saturating_add(bytes);
    require(all <= limits.storage_bytes, ProblemCode::QuotaReached)?;
    Ok(upload)
}

/// Bytes of a part that are safe.
///
/// # Errors
/// The store's.
pub fn received(tx: &mut Tx<'_>, id: UploadId, part: PartId) -> Result<u64, Error> {
    Ok(tx.load::<UploadPart>(&[id.as_bytes(), part.as_bytes()])?.map_or(0, |part| part.received))
}

/// The caller's upload.
///
/// # Errors
/// [`ProblemCode::UploadUnknown`] if it is somebody else's, too.
pub fn own(portal: &Portal, tx: &mut Tx<'_>, caller: &Caller, id: UploadId) -> Result<Upload, Error> {
    let now_ms = portal.state.now_ms();
    let upload = tx.load::<Upload>(&[id.as_bytes()])?;
    let upload = upload.filter(|upload| upload.account == caller.id && upload.expires_ms > now_ms);
    upload.ok_or(Error::Refused(ProblemCode::UploadUnknown))
}

/// The drafts that name it.
pub fn drafts(upload: &Upload) -> &[DraftId] {
    upload.drafts.as_deref().unwrap_or_default()
}

/// Writes an upload and its index.
pub fn save(tx: &mut Tx<'_>, id: UploadId, upload: &Upload) {
    let kept = (!drafts(upload).is_empty()).then_some(true);
    tx.save(&[id.as_bytes()], upload);
    let index = UploadIndex { expires_ms: upload.expires_ms, kept };
    tx.save(&[upload.account.as_bytes(), id.as_bytes()], &index);
}

/// Removes the record of a part.
pub fn forget_part(tx: &mut Tx<'_>, id: UploadId, part: PartId) {
    tx.erase::<UploadPart>(&[id.as_bytes(), part.as_bytes()]);
}

/// Removes the records of an upload, and answers whose bytes no message has.
///
/// # Errors
/// The store's.
pub fn end(tx: &mut Tx<'_>, id: UploadId, upload: &Upload) -> Result<Vec<BlobId>, StoreError> {
    let mut unneeded = Vec::new();
    for part in &upload.parts {
        let sent = tx.load::<Part>(&[part.as_bytes()])?;
        if sent.is_none_or(|sent| sent.upload != id) {
            unneeded.push(BlobId { upload: id, part: *part });
        }
    }
    remove(tx, id, upload);
    Ok(unneeded)
}

/// Removes the records of an upload.
pub fn remove(tx: &mut Tx<'_>, id: UploadId, upload: &Upload) {
    for part in &upload.parts {
        forget_part(tx, id, *part);
    }
    tx.erase::<Upload>(&[id.as_bytes()]);
    tx.erase::<UploadIndex>(&[upload.account.as_bytes(), id.as_bytes()]);
}
