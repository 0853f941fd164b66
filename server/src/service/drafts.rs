//! Drafts: sealed to their writer, on all of the writer's devices. A save is a compare-and-swap on the
//! revision, so that no device overwrites what another one wrote; attachments stay in their upload, which
//! lives as long as a draft names it.

use super::sessions::Caller;
use super::{DAY_MS, Error, Portal, require, uploads, usage};
use crate::blobs::BlobId;
use crate::store::models::{Records, tail};
use crate::store::{StoreError, Tx, transact};
use bytes::Bytes;
use crypto_core::wire::api::{DraftAt, DraftEntry, DraftList, DraftSaved, Event, StoredDraft};
use crypto_core::wire::records::{Draft, Upload};
use crypto_core::wire::{AccountId, B64, DraftId, PartId, ProblemCode, UploadId, limits};

/// Drafts of an account at most.
const DRAFTS: usize = 100;

/// All drafts of the caller.
///
/// # Errors
/// The store's.
pub async fn list(portal: &Portal, caller: &Caller) -> Result<DraftList, Error> {
    let now_ms = portal.state.now_ms();
    let found = transact(&*portal.state.store, |tx| all(tx, caller.id)).await?;
    let drafts = found.iter().filter(|(_, draft)| draft.expires_ms > now_ms);
    Ok(DraftList { drafts: drafts.map(|(id, draft)| entry(*id, draft)).collect() })
}

/// One of them.
///
/// # Errors
/// [`ProblemCode::NotFound`].
pub async fn one(portal: &Portal, caller: &Caller, id: DraftId) -> Result<StoredDraft, Error> {
    let draft = transact(&*portal.state.store, |tx| live(portal, tx, caller, id)).await?;
    let draft = draft.ok_or(Error::Refused(ProblemCode::NotFound))?;
    Ok(StoredDraft { entry: entry(id, &draft), sealed: B64(draft.sealed.into()) })
}

/// Saves a draft under the next revision; `expected` is the one that the client has, 0 for a new draft.
///
/// # Errors
/// [`ProblemCode::DraftStale`] if another device was quicker; [`ProblemCode::DraftsTooMany`];
/// [`ProblemCode::UploadUnknown`] if the upload with its attachments is gone; [`ProblemCode::QuotaReached`].
pub async fn save(
    portal: &Portal,
    caller: &Caller,
    id: DraftId,
    expected: u64,
    upload: Option<UploadId>,
    sealed: Bytes,
) -> Result<DraftSaved, Error> {
    require((1..=limits::PIECE_BYTES).contains(&sealed.len()), ProblemCode::Malformed)?;
    let changed_ms = portal.state.now_ms();
    let expires_ms = changed_ms + u64::from(portal.state.limits().draft_days) * DAY_MS;
    let (draft, unneeded) = transact(&*portal.state.store, |tx| {
        let kept = live(portal, tx, caller, id)?;
        require(kept.as_ref().map_or(0, |kept| kept.revision) == expected, ProblemCode::DraftStale)?;
        if kept.is_none() {
            require(all(tx, caller.id)?.len() < DRAFTS, ProblemCode::DraftsTooMany)?;
        }
        let mut unneeded = Vec::new();
        if let Some(before) = kept.and_then(|kept| kept.upload).filter(|before| Some(*before) != upload) {
            unneeded = release(tx, before, id)?;
        }
        if let Some(upload) = upload {
            keep_upload(portal, tx, caller, upload, id, expires_ms)?;
        }
        let revision = expected.checked_add(1).ok_or(Error::Refused(ProblemCode::Malformed))?;
        charge(portal, tx, caller, id, sealed.len() as u64)?;
        let draft = Draft { revision, sealed: sealed.to_vec().into(), changed_ms, expires_ms, upload };
        tx.save(&[caller.id.as_bytes(), id.as_bytes()], &draft);
        Ok::<_, Error>((draft, unneeded))
    })
    .await?;
    uploads::delete_bytes(portal, &unneeded).await?;
    portal.state.tell(caller.id, Event::Drafts { draft: id, revision: Some(draft.revision) });
    Ok(DraftSaved { revision: draft.revision, changed_at_ms: changed_ms, expires_at_ms: expires_ms })
}

/// Throws a draft away, with what nothing else needs of its attachments.
///
/// # Errors
/// [`ProblemCode::NotFound`]; [`ProblemCode::DraftStale`] if another device has changed it.
pub async fn discard(portal: &Portal, caller: &Caller, id: DraftId, revision: u64) -> Result<(), Error> {
    let unneeded = transact(&*portal.state.store, |tx| {
        let draft = live(portal, tx, caller, id)?.ok_or(Error::Refused(ProblemCode::NotFound))?;
        require(draft.revision == revision, ProblemCode::DraftStale)?;
        Ok::<_, Error>(remove(tx, caller.id, id, &draft)?)
    })
    .await?;
    uploads::delete_bytes(portal, &unneeded).await?;
    portal.state.tell(caller.id, Event::Drafts { draft: id, revision: None });
    Ok(())
}

/// Removes the record of a draft, and answers whose bytes nobody needs any more.
///
/// # Errors
/// See [`StoreError`].
pub fn remove(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: DraftId,
    draft: &Draft,
) -> Result<Vec<BlobId>, StoreError> {
    usage::draft_changes(tx, account, draft.sealed.len() as u64, 0)?;
    tx.erase::<Draft>(&[account.as_bytes(), id.as_bytes()]);
    draft.upload.map_or_else(|| Ok(Vec::new()), |upload| release(tx, upload, id))
}

/// Removes all drafts of an account, and answers whose bytes nobody needs any more.
///
/// # Errors
/// See [`StoreError`].
pub fn remove_all(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<BlobId>, StoreError> {
    let mut unneeded = Vec::new();
    for (id, draft) in all(tx, account)? {
        unneeded.extend(remove(tx, account, id, &draft)?);
    }
    Ok(unneeded)
}

/// A message has been committed from an upload: its parts are the message's, the draft that it was is gone
/// unless another device has changed it, and the upload goes with the last draft that names it.
///
/// # Errors
/// See [`StoreError`].
pub fn sent(
    tx: &mut Tx<'_>,
    id: UploadId,
    upload: &Upload,
    moved: impl Iterator<Item = PartId>,
    draft: Option<&DraftAt>,
) -> Result<(), StoreError> {
    let mut upload = upload.clone();
    if let Some(at) = draft {
        let key: [&[u8]; 2] = [upload.account.as_bytes(), at.draft.as_bytes()];
        let kept = tx.load::<Draft>(&key)?;
        if let Some(kept) = kept.filter(|kept| kept.revision == at.revision) {
            usage::draft_changes(tx, upload.account, kept.sealed.len() as u64, 0)?;
            tx.erase::<Draft>(&key);
            upload.drafts.iter_mut().for_each(|drafts| drafts.retain(|other| *other != at.draft));
            if let Some(other) = kept.upload.filter(|other| *other != id) {
                // Pieces without a record are swept.
                release(tx, other, at.draft)?;
            }
        }
    }
    if uploads::drafts(&upload).is_empty() {
        uploads::remove(tx, id, &upload);
        return Ok(());
    }
    moved.for_each(|part| uploads::forget_part(tx, id, part));
    tx.save(&[id.as_bytes()], &upload);
    Ok(())
}

/// A draft may always become shorter.
fn charge(portal: &Portal, tx: &mut Tx<'_>, caller: &Caller, id: DraftId, bytes: u64) -> Result<(), Error> {
    let before = tx.load::<Draft>(&[caller.id.as_bytes(), id.as_bytes()])?;
    let before = before.map_or(0, |before| before.sealed.len() as u64);
    usage::draft_changes(tx, caller.id, before, bytes)?;
    let fits = usage::bytes(tx, caller.id)? <= portal.state.limits().storage_bytes;
    require(fits || bytes <= before, ProblemCode::QuotaReached)
}

/// An upload that a draft names lives as long as the draft.
fn keep_upload(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UploadId,
    draft: DraftId,
    expires_ms: u64,
) -> Result<(), Error> {
    let mut upload = uploads::own(portal, tx, caller, id)?;
    let drafts = upload.drafts.get_or_insert_default();
    if !drafts.contains(&draft) {
        drafts.push(draft);
    }
    upload.expires_ms = expires_ms;
    uploads::save(tx, id, &upload);
    Ok(())
}

/// A draft does not need its upload any more.
fn release(tx: &mut Tx<'_>, id: UploadId, draft: DraftId) -> Result<Vec<BlobId>, StoreError> {
    let Some(mut upload) = tx.load::<Upload>(&[id.as_bytes()])? else { return Ok(Vec::new()) };
    upload.drafts.iter_mut().for_each(|drafts| drafts.retain(|other| *other != draft));
    if uploads::drafts(&upload).is_empty() {
        return uploads::end(tx, id, &upload);
    }
    uploads::save(tx, id, &upload);
    Ok(Vec::new())
}

fn all(tx: &Tx<'_>, account: AccountId) -> Result<Vec<(DraftId, Draft)>, StoreError> {
    let found = tx.list::<Draft>(&[account.as_bytes()], None, usize::MAX / 2)?;
    found.into_iter().map(|(key, draft)| Ok((DraftId::from_bytes(tail(&key)?), draft))).collect()
}

fn live(portal: &Portal, tx: &mut Tx<'_>, caller: &Caller, id: DraftId) -> Result<Option<Draft>, Error> {
    let draft = tx.load::<Draft>(&[caller.id.as_bytes(), id.as_bytes()])?;
    Ok(draft.filter(|draft| draft.expires_ms > portal.state.now_ms()))
}

fn entry(id: DraftId, draft: &Draft) -> DraftEntry {
    DraftEntry {
        draft: id,
        revision: draft.revision,
        changed_at_ms: draft.changed_ms,
        expires_at_ms: draft.expires_ms,
        bytes: draft.sealed.len() as u64,
    }
}
