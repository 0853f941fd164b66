//! Taking a backup of open stores.

use super::format::{PIECE, RECORD, Writer, head};
use super::{BackupError, io};
use crate::blobs::{BlobId, Blobs};
use crate::store::models::tail;
use crate::store::{Store, StoreError, blocking};
use crypto_core::wire::records::{Kind, Part, Record, UploadPart};
use crypto_core::wire::{PartId, UploadId};
use futures::TryStreamExt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWrite};

const CHUNK_BYTES: usize = 256 * 1024;

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Records of the store.
    pub records: u64,
    /// Pieces of parts.
    pub pieces: u64,
}

/// Copies everything. `spool` is a file that is made and removed again.
///
/// # Errors
/// See [`BackupError`].
pub async fn take(
    store: &dyn Store,
    blobs: &Blobs,
    spool: &Path,
    out: impl AsyncWrite + Unpin,
) -> Result<Taken, BackupError> {
    let _kept = blobs.keep_all().await;
    let spooled = blocking(|| spool_records(store, spool));
    let copied = copy(spooled, blobs, spool, out).await;
    let _ = std::fs::remove_file(spool);
    copied
}

/// How many records there are, and which parts they name, with their lengths.
type Spooled = (u64, Vec<(BlobId, u64)>);

async fn copy(
    spooled: Result<Spooled, BackupError>,
    blobs: &Blobs,
    spool: &Path,
    out: impl AsyncWrite + Unpin,
) -> Result<Taken, BackupError> {
    let (records, named) = spooled?;
    let mut writer = Writer::begin(out).await.map_err(io(spool))?;
    copy_spool(spool, &mut writer).await?;
    let mut pieces = 0;
    for (blob, bytes) in named {
        pieces += copy_pieces(blobs, blob, bytes, spool, &mut writer).await?;
    }
    writer.end().await.map_err(io(spool))?;
    Ok(Taken { records, pieces })
}

fn spool_records(store: &dyn Store, spool: &Path) -> Result<Spooled, BackupError> {
    let mut file = BufWriter::new(private_file(spool).map_err(io(spool))?);
    let (mut records, mut named, mut failed) = (0, Vec::new(), None);
    store.snapshot(&mut |key, value| {
        let written = head(RECORD, key, value.len()).and_then(|head| {
            file.write_all(&head)?;
            file.write_all(value)
        });
        match written.map_err(io(spool)).and_then(|()| Ok(names(key, value)?)) {
            Ok(blob) => {
                records += 1;
                named.extend(blob);
            }
            Err(error) => failed = Some(error),
        }
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    file.flush().map_err(io(spool))?;
    Ok((records, named))
}

/// The part that a record names.
fn names(key: &[u8], value: &[u8]) -> Result<Option<(BlobId, u64)>, StoreError> {
    match key.split_first() {
        Some((&kind, own)) if kind == Kind::Part as u8 => {
            let record = Part::from_bytes(value).map_err(|_| StoreError::Damaged("form"))?;
            let part = PartId::from_bytes(tail(own)?);
            Ok(Some((BlobId { upload: record.upload, part }, record.bytes)))
        }
        Some((&kind, own)) if kind == Kind::UploadPart as u8 => {
            let record = UploadPart::from_bytes(value).map_err(|_| StoreError::Damaged("form"))?;
            let upload = own.first_chunk().copied().ok_or(StoreError::Damaged("key"))?;
            let blob = BlobId { upload: UploadId::from_bytes(upload), part: PartId::from_bytes(tail(own)?) };
            Ok(Some((blob, record.received)))
        }
        _ => Ok(None),
    }
}

async fn copy_spool<W: AsyncWrite + Unpin>(spool: &Path, writer: &mut Writer<W>) -> Result<(), BackupError> {
    let mut file = tokio::fs::File::open(spool).await.map_err(io(spool))?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk).await.map_err(io(spool))?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
        writer.raw(bytes).await.map_err(io(spool))?;
    }
}

/// Pieces that came after the records' moment are left out.
async fn copy_pieces<W: AsyncWrite + Unpin>(
    blobs: &Blobs,
    blob: BlobId,
    bytes: u64,
    spool: &Path,
    writer: &mut Writer<W>,
) -> Result<u64, BackupError> {
    let mut pieces = blobs.each_piece(blob).await?;
    let mut copied = 0;
    while let Some((offset, piece)) = pieces.try_next().await? {
        if offset >= bytes {
            break;
        }
        let key = [&blob.upload.as_bytes()[..], blob.part.as_bytes(), &offset.to_be_bytes()].concat();
        writer.item(PIECE, &key, &piece).await.map_err(io(spool))?;
        copied += 1;
    }
    Ok(copied)
}

/// A new file that nobody else can read.
pub(super) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
