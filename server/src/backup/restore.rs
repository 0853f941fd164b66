//! From a backup to a data directory.

use super::control::verify;
use super::format::{Item, RECORD, Reader};
use super::take::Taken;
use super::{BackupError, io};
use crate::blobs::{BlobId, Blobs};
use crate::store::models::tail;
use crate::store::{Batch, SledStore, Store, StoreError};
use crypto_core::wire::records::Kind;
use crypto_core::wire::{PartId, UploadId};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Records that are written at once.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Whoever was signed in then signs in again.
const LEFT_OUT: &[u8] = &[Kind::Session as u8, Kind::SessionIndex as u8];

/// Makes a data directory from a backup. There must be none, or an empty one. Answers what it holds now.
///
/// # Errors
/// See [`BackupError`]. The directory appears as a whole or not at all.
pub async fn restore(from: &Path, data: &Path) -> Result<Taken, BackupError> {
    let is_free = !data.exists() || std::fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_none());
    if !is_free {
        return Err(BackupError::Exists(data.into()));
    }
    verify(from)?;
    let beside = PathBuf::from(format!("{}.restoring", data.display()));
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(io(&beside))?;
    }
    let taken = fill(from, &beside).await?;
    if data.exists() {
        std::fs::remove_dir(data).map_err(io(data))?;
    }
    std::fs::rename(&beside, data).map_err(io(data))?;
    Ok(taken)
}

async fn fill(from: &Path, data: &Path) -> Result<Taken, BackupError> {
    crate::state::make_private(data).map_err(io(data))?;
    let store = SledStore::open(&data.join("metadata"))?;
    let blobs = Blobs::in_directory(&data.join("parts"))?;
    let mut reader = Reader::begin(BufReader::new(File::open(from).map_err(io(from))?)).map_err(io(from))?;
    let (mut taken, mut batch, mut bytes) = (Taken { records: 0, pieces: 0 }, Batch::default(), 0);
    while let Some(item) = reader.next().map_err(io(from))? {
        if item.kind != RECORD {
            put_piece(&blobs, item).await?;
            taken.pieces += 1;
        } else if !item.key.first().is_some_and(|kind| LEFT_OUT.contains(kind)) {
            bytes += item.value.len();
            batch.write.insert(item.key, Some(item.value));
            taken.records += 1;
        }
        if batch.write.len() >= BATCH || bytes >= BATCH_BYTES {
            store.commit(std::mem::take(&mut batch)).await?;
            bytes = 0;
        }
    }
    store.commit(batch).await?;
    Ok(taken)
}

async fn put_piece(blobs: &Blobs, item: Item) -> Result<(), BackupError> {
    let damaged = StoreError::Damaged("piece");
    let Some((ids, offset)) = item.key.split_last_chunk::<8>() else { return Err(damaged.into()) };
    let Some((upload, part)) = ids.split_first_chunk::<16>() else { return Err(damaged.into()) };
    let blob = BlobId { upload: UploadId::from_bytes(*upload), part: PartId::from_bytes(tail(part)?) };
    Ok(blobs.put_piece(blob, u64::from_be_bytes(*offset), item.value.into()).await?)
}
