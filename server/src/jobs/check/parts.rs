//! Records of parts, their bytes, and what they count for.

use super::{Found, Look, differs, ids};
use crate::blobs::{BlobError, BlobId};
use crate::jobs::{BATCH, JobError, orphans};
use crate::store::models::{Records, tail};
use crate::store::transact;
use crypto_core::wire::records::{Draft, Message, Part, UploadPart, Usage};
use crypto_core::wire::{AccountId, MessageId, PartId, UploadId};
use futures::TryStreamExt;
use std::collections::BTreeMap;

pub(super) async fn look(look: &mut Look<'_>) -> Result<(), JobError> {
    records(look).await?;
    bytes(look).await?;
    messages(look).await?;
    uploads(look).await?;
    usage(look).await?;
    leftovers(look).await
}

/// A part is named by messages that are there.
async fn records(look: &mut Look<'_>) -> Result<(), JobError> {
    let mend = look.mend;
    look.each::<Part>(|tx, own, mut part| {
        let [id] = ids(own)?;
        let id = PartId::from_bytes(id);
        let mut kept = Vec::new();
        for message in &part.messages {
            let found = tx.load::<Message>(&[message.as_bytes()])?;
            if found.is_some_and(|found| found.parts.contains(&id)) {
                kept.push(*message);
            }
        }
        if kept.len() == part.messages.len() {
            return Ok(Vec::new());
        }
        Ok(vec![differs(mend, format!("part {id}: kept for a message that is not there"), || {
            part.messages = kept;
            if part.messages.is_empty() {
                tx.erase::<Part>(&[own]);
            } else {
                tx.save(&[own], &part);
            }
        })])
    })
    .await
}

/// Every part is there, as long as it should be, with the right bytes.
async fn bytes(look: &mut Look<'_>) -> Result<(), JobError> {
    let mut after = None;
    loop {
        let page = transact(look.store, |tx| tx.list::<Part>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, part) in page {
            let id = PartId::from_bytes(tail(&key)?);
            let blob = BlobId { upload: part.upload, part: id };
            let length = look.blobs.length(blob).await?;
            if length != part.bytes {
                let line = format!("part {id}: {length} bytes instead of {}", part.bytes);
                look.note(Found::Left(line));
                continue;
            }
            match look.blobs.fingerprint(blob, part.bytes).await {
                Ok(hash) if hash == part.hash => {}
                Ok(_) | Err(BlobError::Incomplete) => {
                    look.note(Found::Left(format!("part {id}: other bytes")));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Every message's parts have their records.
async fn messages(look: &mut Look<'_>) -> Result<(), JobError> {
    look.each::<Message>(|tx, own, message| {
        let [id] = ids(own)?;
        let id = MessageId::from_bytes(id);
        let mut found = Vec::new();
        for part in message.parts {
            let record = tx.load::<Part>(&[part.as_bytes()])?;
            if !record.is_some_and(|record| record.messages.contains(&id)) {
                found.push(Found::Left(format!("message {id}: part {part} has no record")));
            }
        }
        Ok(found)
    })
    .await
}

/// Everything that was acknowledged of an upload is there.
async fn uploads(look: &mut Look<'_>) -> Result<(), JobError> {
    let mut after = None;
    loop {
        let page = transact(look.store, |tx| tx.list::<UploadPart>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, state) in page {
            let [upload, part] = ids(key.get(1..).unwrap_or_default())?;
            let (upload, part) = (UploadId::from_bytes(upload), PartId::from_bytes(part));
            let length = look.blobs.length(BlobId { upload, part }).await?;
            if length < state.received {
                look.note(Found::Left(format!(
                    "part {part} of upload {upload}: {length} bytes instead of {}",
                    state.received
                )));
            }
        }
    }
}

/// What an account is charged with is the sum of its parts.
async fn usage(look: &mut Look<'_>) -> Result<(), JobError> {
    let mut sums: BTreeMap<AccountId, u64> = BTreeMap::new();
    look.each::<Part>(|tx, _, part| {
        let owner = match (part.owner, part.messages.first()) {
            (Some(owner), _) => Some(owner),
            (None, Some(first)) => tx.load::<Message>(&[first.as_bytes()])?.map(|message| message.sender),
            (None, None) => None,
        };
        if let Some(owner) = owner {
            let sum = sums.entry(owner).or_default();
            *sum = sum.saturating_add(part.bytes);
        }
        Ok(Vec::new())
    })
    .await?;
    let drafts = drafts(look).await?;
    let mend = look.mend;
    look.each::<Usage>(|tx, own, usage| {
        let [id] = ids(own)?;
        let id = AccountId::from_bytes(id);
        let stored_bytes = sums.get(&id).copied().unwrap_or(0);
        let draft_bytes = usage.draft_bytes.map(|_| drafts.get(&id).copied().unwrap_or(0));
        if (usage.stored_bytes, usage.draft_bytes) == (stored_bytes, draft_bytes) {
            return Ok(Vec::new());
        }
        let all = |stored: u64, drafts: Option<u64>| stored.saturating_add(drafts.unwrap_or(0));
        let line = format!(
            "account {id}: charged with {} bytes instead of {}",
            all(usage.stored_bytes, usage.draft_bytes),
            all(stored_bytes, draft_bytes)
        );
        Ok(vec![differs(mend, line, || tx.save(&[own], &Usage { stored_bytes, draft_bytes, ..usage }))])
    })
    .await
}

/// Sealed text of each account's drafts.
async fn drafts(look: &mut Look<'_>) -> Result<BTreeMap<AccountId, u64>, JobError> {
    let mut sums: BTreeMap<AccountId, u64> = BTreeMap::new();
    look.each::<Draft>(|_, own, draft| {
        let [id, _] = ids(own)?;
        let sum = sums.entry(AccountId::from_bytes(id)).or_default();
        *sum = sum.saturating_add(draft.sealed.len() as u64);
        Ok(Vec::new())
    })
    .await?;
    Ok(sums)
}

/// Pieces that nobody names, and files of writes that were broken off.
async fn leftovers(look: &mut Look<'_>) -> Result<(), JobError> {
    let mut listed = look.blobs.list();
    while let Some(blob) = listed.try_next().await? {
        if transact(look.store, |tx| orphans::is_named(tx, blob)).await? {
            continue;
        }
        let line = format!("part {} of upload {}: nobody names it", blob.part, blob.upload);
        if look.mend {
            look.blobs.delete(blob).await?;
            look.note(Found::Mended(line));
        } else {
            look.note(Found::Left(line));
        }
    }
    if look.mend {
        // Nobody writes: everything that looks broken off is.
        let ever = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1 << 40);
        let swept = look.blobs.sweep_broken_off(ever).await?;
        if swept > 0 {
            look.note(Found::Mended(format!("{swept} files of writes that were broken off")));
        }
    }
    Ok::<_, JobError>(())
}
