//! Parts of messages as ciphertext, through `object_store`: a directory now, an S3 bucket later.
//!
//! Object stores cannot append, and a part comes in pieces of at most 1 MiB that survive a lost connection.
//! Therefore one object is one *piece*, and a part is its pieces in order:
//! `<2 hex>/<upload, hex>/<part, hex>/<offset, 16 hex>`. A piece appears whole or not at all, and is synced
//! with its directory entry before it is acknowledged. What a part is lies in the metadata store; this
//! module knows only bytes.

use bytes::Bytes;
use crypto_core::wire::{Fingerprint, PartId, UploadId};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::Digest;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Where the bytes of a part lie: the upload that brought it, and its own number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId {
    /// The upload.
    pub upload: UploadId,
    /// The part.
    pub part: PartId,
}

/// The parts cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is a gap, or nothing.
    #[error("the part has not all of its bytes")]
    Incomplete,
    /// The backend failed.
    #[error("blob backend: {0}")]
    Backend(#[from] object_store::Error),
    /// A directory cannot be made.
    #[error("parts directory: {0}")]
    Directory(#[from] std::io::Error),
}

/// The parts.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    locks: Arc<Mutex<HashMap<UploadId, Weak<tokio::sync::Mutex<()>>>>>,
    /// Read by whoever deletes; written by whoever needs that nothing is deleted.
    deleting: Arc<tokio::sync::RwLock<()>>,
    directory: Option<Arc<Path>>,
}

/// Held while an upload's pieces and their record change together.
pub type UploadGuard = tokio::sync::OwnedMutexGuard<()>;

impl Blobs {
    /// In a directory, which is made if it is not there.
    ///
    /// # Errors
    /// [`BlobError`] if it cannot be made.
    pub fn in_directory(dir: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(dir)?;
        let store = LocalFileSystem::new_with_prefix(dir)?.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { directory: Some(dir.into()), ..Self::over(Arc::new(store)) })
    }

    /// In memory, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::over(Arc::new(object_store::memory::InMemory::new()))
    }

    fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, locks: Arc::default(), deleting: Arc::default(), directory: None }
    }

    /// Waits until nobody else changes this upload. **A piece is stored, its record written, and an upload
    /// committed or dropped, under this guard**, so that no piece changes after its part was accepted.
    pub async fn exclusive(&self, upload: UploadId) -> UploadGuard {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, lock| lock.strong_count() > 0);
            let known = locks.get(&upload).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let lock = Arc::default();
                locks.insert(upload, Arc::downgrade(&lock));
                lock
            })
        };
        lock.lock_owned().await
    }

    /// Stores a piece of a part. Survives a power loss once it answers. The same offset again replaces it.
    ///
    /// # Errors
    /// [`BlobError::Backend`].
    pub async fn put_piece(&self, blob: BlobId, offset: u64, piece: Bytes) -> Result<(), BlobError> {
        self.store.put(&piece_location(blob, offset), PutPayload::from_bytes(piece)).await?;
        Ok(())
    }

    /// The bytes of a part in a range, piece after piece.
    ///
    /// # Errors
    /// [`BlobError::Incomplete`] if its pieces do not cover the range without a gap.
    pub async fn read(
        &self,
        blob: BlobId,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let wanted = cover(&self.pieces(blob).await?, &range)?;
        let store = Arc::clone(&self.store);
        let read = move |(offset, within): (u64, Range<u64>)| {
            let store = Arc::clone(&store);
            async move {
                let options = GetOptions { range: Some(GetRange::Bounded(within)), ..GetOptions::default() };
                Ok::<_, BlobError>(
                    store.get_opts(&piece_location(blob, offset), options).await?.bytes().await?,
                )
            }
        };
        Ok(stream::iter(wanted).then(read).boxed())
    }

    /// SHA-256 of the first `length` bytes of a part, which must be all it has.
    ///
    /// # Errors
    /// [`BlobError::Incomplete`] if they are not there.
    pub async fn fingerprint(&self, blob: BlobId, length: u64) -> Result<Fingerprint, BlobError> {
        let mut bytes = self.read(blob, 0..length).await?;
        let mut hash = sha2::Sha256::new();
        while let Some(piece) = bytes.try_next().await? {
            hash.update(&piece);
        }
        Ok(Fingerprint::from_bytes(hash.finalize().into()))
    }

    /// How many bytes of a part lie there without a gap from the start.
    ///
    /// # Errors
    /// [`BlobError::Backend`].
    pub async fn length(&self, blob: BlobId) -> Result<u64, BlobError> {
        let pieces = self.pieces(blob).await?;
        Ok(pieces.iter().fold(0, |end, (offset, bytes)| if *offset == end { end + bytes } else { end }))
    }

    /// Waits for deletions under way; until the guard is dropped there is no other one.
    pub async fn keep_all(&self) -> tokio::sync::OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.deleting).write_owned().await
    }

    /// Offset and bytes of each piece of a part, in order.
    ///
    /// # Errors
    /// [`BlobError::Backend`].
    pub async fn each_piece(
        &self,
        blob: BlobId,
    ) -> Result<BoxStream<'static, Result<(u64, Bytes), BlobError>>, BlobError> {
        let offsets: Vec<u64> = self.pieces(blob).await?.into_keys().collect();
        let store = Arc::clone(&self.store);
        let read = move |offset| {
            let store = Arc::clone(&store);
            async move { Ok((offset, store.get(&piece_location(blob, offset)).await?.bytes().await?)) }
        };
        Ok(stream::iter(offsets).then(read).boxed())
    }

    /// Removes files of writes that a crash broke off: the backend writes beside the piece, under its name with
    /// `#` and a number, and renames. **Only while nobody writes, or of before this process.**
    ///
    /// # Errors
    /// [`BlobError::Directory`].
    pub async fn sweep_broken_off(&self, before: std::time::SystemTime) -> Result<u64, BlobError> {
        let Some(dir) = self.directory.clone() else { return Ok(0) };
        let sweep = move || sweep_broken_off(&dir, before, 3);
        tokio::task::spawn_blocking(sweep).await.map_err(std::io::Error::other)?.map_err(BlobError::from)
    }

    /// Removes all pieces of a part. No error if there are none, and none goes while [`Self::keep_all`] holds.
    ///
    /// # Errors
    /// [`BlobError::Backend`].
    pub async fn delete(&self, blob: BlobId) -> Result<(), BlobError> {
        // While a backup runs nothing goes; what nobody names then, the sweep of orphans finds.
        let Ok(_deleting) = self.deleting.try_read() else { return Ok(()) };
        for offset in self.pieces(blob).await?.into_keys() {
            match self.store.delete(&piece_location(blob, offset)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Every part that has a piece, each once, in no order.
    pub fn list(&self) -> BoxStream<'static, Result<BlobId, BlobError>> {
        let objects = self.store.list(None).map_err(BlobError::from);
        let mut last = None;
        objects
            .try_filter_map(|object| {
                std::future::ready(Ok(parse_location(&object.location).map(|(blob, _)| blob)))
            })
            .try_filter(move |blob| std::future::ready(last.replace(*blob) != Some(*blob)))
            .boxed()
    }

    /// Offset and length of each piece.
    async fn pieces(&self, blob: BlobId) -> Result<BTreeMap<u64, u64>, BlobError> {
        let objects = self.store.list(Some(&part_location(blob)));
        let pieces = objects.try_filter_map(|object| {
            std::future::ready(Ok(parse_location(&object.location).map(|(_, offset)| (offset, object.size))))
        });
        Ok(pieces.try_collect().await?)
    }
}

/// Which piece gives which of its bytes.
fn cover(pieces: &BTreeMap<u64, u64>, range: &Range<u64>) -> Result<Vec<(u64, Range<u64>)>, BlobError> {
    let mut wanted = Vec::new();
    let mut at = 0;
    for (offset, bytes) in pieces {
        let end = offset.saturating_add(*bytes);
        if *offset != at {
            break;
        }
        let (from, to) = (range.start.max(*offset), range.end.min(end));
        if from < to {
            wanted.push((*offset, from - offset..to - offset));
        }
        at = end;
    }
    if at < range.end { Err(BlobError::Incomplete) } else { Ok(wanted) }
}

/// `depth` is how many directories lie between here and the pieces.
fn sweep_broken_off(dir: &Path, before: std::time::SystemTime, depth: u32) -> std::io::Result<u64> {
    let mut swept = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if depth > 0 && entry.file_type()?.is_dir() {
            swept += gone_is_fine(sweep_broken_off(&entry.path(), before, depth - 1))?;
        } else if depth == 0 && is_broken_off(&entry.file_name()) {
            let written = gone_is_fine(entry.metadata().and_then(|it| it.modified()).map(Some))?;
            if written.is_some_and(|written| written < before) {
                gone_is_fine(std::fs::remove_file(entry.path()))?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

fn is_broken_off(name: &std::ffi::OsStr) -> bool {
    name.to_str().and_then(|name| name.split_once('#')).is_some_and(|(piece, number)| {
        piece.len() == 16 && !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}

fn gone_is_fine<T: Default>(result: std::io::Result<T>) -> std::io::Result<T> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(T::default()),
        other => other,
    }
}

fn part_location(blob: BlobId) -> Location {
    let (upload, part) = (hex(blob.upload.as_bytes()), hex(blob.part.as_bytes()));
    Location::from_iter([upload.chars().take(2).collect::<String>(), upload, part])
}

fn piece_location(blob: BlobId, offset: u64) -> Location {
    part_location(blob).join(format!("{offset:016x}"))
}

fn parse_location(location: &Location) -> Option<(BlobId, u64)> {
    let mut names = location.parts().skip(1);
    let (upload, part, offset) = (names.next()?, names.next()?, names.next()?);
    let blob = BlobId {
        upload: UploadId::from_bytes(unhex(upload.as_ref())?),
        part: PartId::from_bytes(unhex(part.as_ref())?),
    };
    Some((blob, u64::from_str_radix(offset.as_ref(), 16).ok()?))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 {
        return None;
    }
    Some(u128::from_str_radix(text, 16).ok()?.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: BlobId =
        BlobId { upload: UploadId::from_bytes([0x0f; 16]), part: PartId::from_bytes([0xf0; 16]) };
    const TWO: BlobId =
        BlobId { upload: UploadId::from_bytes([0x0f; 16]), part: PartId::from_bytes([1; 16]) };

    async fn all(blobs: &Blobs, blob: BlobId, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let pieces: Vec<Bytes> = blobs.read(blob, range).await?.try_collect().await?;
        Ok(pieces.concat())
    }

    async fn conforms(blobs: Blobs) {
        for (offset, piece) in [(0, "abc"), (3, "defg"), (7, "h")] {
            blobs.put_piece(ONE, offset, piece.into()).await.unwrap();
        }
        blobs.put_piece(TWO, 0, "x".into()).await.unwrap();
        assert_eq!(all(&blobs, ONE, 0..8).await.unwrap(), b"abcdefgh");
        assert_eq!(all(&blobs, ONE, 2..4).await.unwrap(), b"cd");
        assert_eq!(all(&blobs, ONE, 3..7).await.unwrap(), b"defg");
        assert_eq!(all(&blobs, ONE, 5..5).await.unwrap(), b"");
        assert!(matches!(all(&blobs, ONE, 0..9).await, Err(BlobError::Incomplete)));
        assert_eq!(blobs.length(ONE).await.unwrap(), 8);
        assert_eq!(blobs.fingerprint(ONE, 8).await.unwrap(), Fingerprint::of(b"abcdefgh"));
        blobs.put_piece(ONE, 3, "DE".into()).await.unwrap();
        assert_eq!(blobs.length(ONE).await.unwrap(), 5, "a gap ends a part");
        assert!(matches!(all(&blobs, ONE, 4..8).await, Err(BlobError::Incomplete)));
        let mut listed: Vec<BlobId> = blobs.list().try_collect().await.unwrap();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(listed, [TWO, ONE]);
        blobs.delete(ONE).await.unwrap();
        blobs.delete(ONE).await.unwrap();
        assert_eq!(blobs.length(ONE).await.unwrap(), 0);
        assert_eq!(all(&blobs, TWO, 0..1).await.unwrap(), b"x");
    }

    #[tokio::test]
    async fn parts_are_their_pieces_in_order() {
        conforms(Blobs::in_memory()).await;
        let dir = tempfile::tempdir().unwrap();
        conforms(Blobs::in_directory(dir.path()).unwrap()).await;
        let left = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(left, 1, "only the other part's directory is left");
    }

    #[tokio::test]
    async fn parts_are_there_after_opening_again() {
        let dir = tempfile::tempdir().unwrap();
        Blobs::in_directory(dir.path()).unwrap().put_piece(ONE, 0, "abc".into()).await.unwrap();
        assert_eq!(all(&Blobs::in_directory(dir.path()).unwrap(), ONE, 0..3).await.unwrap(), b"abc");
    }

    #[tokio::test]
    async fn what_a_crash_left_beside_a_piece_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_directory(dir.path()).unwrap();
        blobs.put_piece(ONE, 0, "abc".into()).await.unwrap();
        let piece = dir.path().join("0f").join("0f".repeat(16)).join("f0".repeat(16)).join("0".repeat(16));
        assert!(piece.is_file());
        let left = piece.with_file_name(format!("{}#1", "0".repeat(16)));
        std::fs::write(&left, b"ab").unwrap();
        assert_eq!(blobs.list().try_collect::<Vec<_>>().await.unwrap(), [ONE], "it is no piece");
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        assert_eq!(blobs.sweep_broken_off(long_ago).await.unwrap(), 0, "somebody may be writing it");
        let later = long_ago + std::time::Duration::from_secs(1 << 40);
        assert_eq!(blobs.sweep_broken_off(later).await.unwrap(), 1);
        assert!(!left.exists() && piece.is_file());
    }

    #[tokio::test]
    async fn one_upload_has_one_writer() {
        let blobs = Blobs::in_memory();
        let held = blobs.exclusive(ONE.upload).await;
        let mut second = Box::pin(blobs.exclusive(ONE.upload));
        assert!(futures::poll!(&mut second).is_pending());
        let _other = blobs.exclusive(UploadId::from_bytes([2; 16])).await;
        drop(held);
        assert!(futures::poll!(&mut second).is_ready());
    }
}
