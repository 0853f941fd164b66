//! The store over sled: one tree in a directory.
//!
//! * A commit checks and applies under one lock, so that check and application are one step.
//! * `sled::Db::flush` of 0.34 hands its log to the operating system and does not sync it. Therefore one
//!   thread flushes and then syncs the database's own file, once for everybody who waits (group commit).
//! * Long values lie in chunks, see `spill`.

use super::spill::{self, backend};
use super::{Batch, Key, Scan, Store, StoreError};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::fs::File;
use std::ops::Bound;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;

const CACHE_BYTES: u64 = 64 * 1024 * 1024;
const LOCK_ATTEMPTS: usize = 20;
const LOCK_WAIT: Duration = Duration::from_millis(100);

type Waiter = oneshot::Sender<Result<(), StoreError>>;

/// A sled database.
pub struct SledStore {
    tree: sled::Db,
    /// Held while a batch is checked and applied.
    writing: Mutex<()>,
    /// How many batches were applied, and how many of them are synced.
    progress: Arc<Progress>,
    waiters: Option<mpsc::Sender<Waiter>>,
    flusher: Option<std::thread::JoinHandle<()>>,
}

#[derive(Default)]
struct Progress {
    applied: AtomicU64,
    synced: AtomicU64,
}

impl SledStore {
    /// Opens or makes the database in a directory.
    ///
    /// # Errors
    /// [`StoreError::Backend`] if it cannot be opened, for one because another process has it.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let tree = open(&config)?;
        let file = File::open(dir.join("db")).map_err(backend)?;
        sync_all(dir, &file)?;
        let progress = Arc::new(Progress::default());
        let (waiters, inbox) = mpsc::channel();
        let flusher = {
            let (tree, progress) = (tree.clone(), Arc::clone(&progress));
            let run = move || flush_for_all(&tree, &file, &progress, &inbox);
            std::thread::Builder::new().name("store-sync".into()).spawn(run).map_err(backend)?
        };
        Ok(Self { tree, writing: Mutex::default(), progress, waiters: Some(waiters), flusher: Some(flusher) })
    }

    /// Checks and applies. Answers whether something still has to be synced.
    fn apply(&self, batch: &Batch) -> Result<bool, StoreError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, expected) in &batch.expect {
            if spill::get(&self.tree, key)? != *expected {
                return Err(StoreError::Conflict);
            }
        }
        if !batch.write.is_empty() {
            let mut changes = sled::Batch::default();
            for (key, value) in &batch.write {
                spill::write(&self.tree, &mut changes, key, value.as_deref())?;
            }
            self.tree.apply_batch(changes).map_err(backend)?;
            self.progress.applied.fetch_add(1, Ordering::SeqCst);
        }
        Ok(self.progress.synced.load(Ordering::SeqCst) < self.progress.applied.load(Ordering::SeqCst))
    }

    fn collect(
        &self,
        heads: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>,
        limit: usize,
    ) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        let mut found = Vec::new();
        for head in heads {
            if found.len() == limit {
                break;
            }
            let (key, head) = head.map_err(backend)?;
            let key = key.get(1..).unwrap_or_default();
            let value = match spill::read(&self.tree, &head)? {
                Some(value) => Some(value),
                None => spill::get(&self.tree, key)?,
            };
            found.extend(value.map(|value| (key.to_vec(), value)));
        }
        Ok(found)
    }

    fn synced(&self) -> oneshot::Receiver<Result<(), StoreError>> {
        let (waiter, synced) = oneshot::channel();
        if let Some(waiters) = &self.waiters {
            // A flusher that is gone drops the waiter, and the receiver says so.
            let _ = waiters.send(waiter);
        }
        synced
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        spill::get(&self.tree, key)
    }

    fn scan(&self, scan: &Scan) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        let (from, to) = bounds(scan);
        if is_empty(&from, &to) {
            return Ok(Vec::new());
        }
        let range = self.tree.range((from, to));
        if scan.reverse { self.collect(range.rev(), scan.limit) } else { self.collect(range, scan.limit) }
    }

    fn snapshot(&self, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        for head in self.tree.range(bounds(&Scan::of([], usize::MAX))) {
            let (key, head) = head.map_err(backend)?;
            let value = spill::read(&self.tree, &head)?.ok_or(StoreError::Damaged("a chunk is missing"))?;
            if !each(key.get(1..).unwrap_or_default(), &value) {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        async move {
            if super::blocking(|| self.apply(&batch))? {
                self.synced().await.map_err(|_| StoreError::Backend("the store has stopped".into()))??;
            }
            Ok(())
        }
        .boxed()
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        self.waiters = None;
        if let Some(flusher) = self.flusher.take() {
            let _ = flusher.join();
        }
    }
}

/// Opens, and waits a moment for a server that is just stopping.
fn open(config: &sled::Config) -> Result<sled::Db, StoreError> {
    for _ in 0..LOCK_ATTEMPTS {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                std::thread::sleep(LOCK_WAIT);
            }
            opened => return opened.map_err(backend),
        }
    }
    Err(StoreError::Backend("another process, perhaps a running server, has it open".into()))
}

/// All who wait when a round begins were applied before it, so one sync serves them all.
fn flush_for_all(tree: &sled::Db, file: &File, progress: &Progress, inbox: &mpsc::Receiver<Waiter>) {
    while let Ok(first) = inbox.recv() {
        let waiters: Vec<Waiter> = std::iter::once(first).chain(inbox.try_iter()).collect();
        let applied = progress.applied.load(Ordering::SeqCst);
        let result = flush(tree, file);
        if result.is_ok() {
            progress.synced.fetch_max(applied, Ordering::SeqCst);
        }
        for waiter in waiters {
            let answer =
                result.as_ref().map_or_else(|error| Err(StoreError::Backend(error.to_string())), |()| Ok(()));
            let _ = waiter.send(answer);
        }
    }
}

fn flush(tree: &sled::Db, file: &File) -> Result<(), StoreError> {
    tree.flush().map_err(backend)?;
    file.sync_data().map_err(backend)
}

/// A new database survives only if its directory entry does.
fn sync_all(dir: &Path, file: &File) -> Result<(), StoreError> {
    file.sync_all().map_err(backend)?;
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(backend)?;
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(backend)
        }
        _ => Ok(()),
    }
}

/// Where a scan begins and ends among the heads.
fn bounds(scan: &Scan) -> (Bound<Key>, Bound<Key>) {
    let prefix = spill::head_key(&scan.prefix);
    let end = end_of(&prefix);
    let after = scan.after.as_ref().map(|after| spill::head_key(after));
    match after {
        Some(after) if scan.reverse && after < end => (Bound::Included(prefix), Bound::Excluded(after)),
        Some(after) if !scan.reverse && after >= prefix => (Bound::Excluded(after), Bound::Excluded(end)),
        _ => (Bound::Included(prefix), Bound::Excluded(end)),
    }
}

/// Whether nothing lies between; sled's ranges want to be told.
fn is_empty(from: &Bound<Key>, to: &Bound<Key>) -> bool {
    match (from, to) {
        (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to)) => from >= to,
        _ => false,
    }
}

/// The first key beyond all that begin so. A head's key begins with a zero, so there is one.
fn end_of(head_prefix: &[u8]) -> Key {
    let kept = head_prefix.iter().rposition(|byte| *byte != u8::MAX).map_or(0, |last| last + 1);
    let mut end: Key = head_prefix.iter().take(kept).copied().collect();
    if let Some(byte) = end.last_mut() {
        *byte += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn put(key: &[u8], value: &[u8]) -> Batch {
        Batch { expect: BTreeMap::new(), write: BTreeMap::from([(key.to_vec(), Some(value.to_vec()))]) }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn conforms() {
        let dir = tempfile::tempdir().unwrap();
        crate::store::conformance::all(&SledStore::open(dir.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn is_there_after_opening_again() {
        let dir = tempfile::tempdir().unwrap();
        SledStore::open(dir.path()).unwrap().commit(put(b"a", b"1")).await.unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        assert_eq!(store.get(b"a").unwrap().as_deref(), Some(&b"1"[..]));
    }

    #[tokio::test]
    async fn a_second_process_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let _store = SledStore::open(dir.path()).unwrap();
        assert!(matches!(SledStore::open(dir.path()), Err(StoreError::Backend(_))));
    }

    #[tokio::test]
    async fn long_values_lie_in_chunks_and_leave_none_behind() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        let long: Vec<u8> = (0..1_000_003_u32).map(|n| n.to_le_bytes()[0]).collect();
        for key in 0..40 {
            store.commit(put(&[key], &long)).await.unwrap();
        }
        assert_eq!(store.get(&[7]).unwrap().as_ref(), Some(&long));
        assert_eq!(store.scan(&Scan::of([7], 9)).unwrap(), [(vec![7], long)]);
        assert_eq!(std::fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0, "sled's own spilling");
        for key in 0..40 {
            let write = BTreeMap::from([(vec![key], if key == 0 { Some(vec![1; 5000]) } else { None })]);
            store.commit(Batch { expect: BTreeMap::new(), write }).await.unwrap();
        }
        assert_eq!(store.get(&[0]).unwrap(), Some(vec![1; 5000]));
        assert_eq!(store.tree.len(), 3, "one head and two chunks");
    }
}
