//! Transactions over a backend: read, decide, write, and do it again if somebody was faster.

use super::{Batch, Key, Scan, Store, StoreError};
use std::collections::BTreeMap;

/// After so many conflicts in a row the store is too busy.
const ATTEMPTS: usize = 100;

/// A transaction under way. Reads see its own writes.
pub struct Tx<'a> {
    store: &'a dyn Store,
    batch: Batch,
}

impl Tx<'_> {
    /// What a key holds. The commit fails if somebody changes that meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Backend`].
    pub fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(written) = self.batch.write.get(key) {
            return Ok(written.clone());
        }
        if let Some(read) = self.batch.expect.get(key) {
            return Ok(read.clone());
        }
        let found = self.store.get(key)?;
        self.batch.expect.insert(key.to_vec(), found.clone());
        Ok(found)
    }

    /// Keys and values in order. A scan is not watched: [`get`](Self::get) what a decision hangs on.
    ///
    /// # Errors
    /// [`StoreError::Backend`].
    pub fn scan(&self, scan: &Scan) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        let written: Vec<_> = self.batch.write.iter().filter(|(key, _)| scan.covers(key)).collect();
        let wider = Scan { limit: scan.limit.saturating_add(written.len()), ..scan.clone() };
        let mut found: BTreeMap<Key, Vec<u8>> = self.store.scan(&wider)?.into_iter().collect();
        for (key, value) in written {
            match value {
                Some(value) => found.insert(key.clone(), value.clone()),
                None => found.remove(key),
            };
        }
        let limit = scan.limit;
        Ok(if scan.reverse {
            found.into_iter().rev().take(limit).collect()
        } else {
            found.into_iter().take(limit).collect()
        })
    }

    /// Writes.
    pub fn put(&mut self, key: impl Into<Key>, value: impl Into<Vec<u8>>) {
        self.batch.write.insert(key.into(), Some(value.into()));
    }

    /// Removes.
    pub fn remove(&mut self, key: impl Into<Key>) {
        self.batch.write.insert(key.into(), None);
    }
}

/// Runs a transaction until it is applied. When this answers `Ok`, everything the closure read and wrote
/// survives a power loss. The closure may run several times, and does no other work than reading,
/// deciding and writing.
///
/// # Errors
/// What the closure answers, and then nothing was written; or the backend's error;
/// [`StoreError::Conflict`] if others were faster too often.
pub async fn transact<T, E, F>(store: &dyn Store, mut run: F) -> Result<T, E>
where
    E: From<StoreError>,
    F: FnMut(&mut Tx<'_>) -> Result<T, E>,
{
    for _ in 0..ATTEMPTS {
        let (answer, batch) = blocking(|| {
            let mut tx = Tx { store, batch: Batch::default() };
            run(&mut tx).map(|answer| (answer, tx.batch))
        })?;
        match store.commit(batch).await {
            Ok(()) => return Ok(answer),
            Err(StoreError::Conflict) => tokio::task::yield_now().await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Conflict.into())
}

/// Runs what may touch the disk without holding up the other tasks of this thread.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
