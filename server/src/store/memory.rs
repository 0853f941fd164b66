//! A store in memory, for tests.

use super::{Batch, Key, Scan, Store, StoreError};
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An ordered map behind a lock.
#[derive(Default)]
pub struct MemoryStore(Mutex<BTreeMap<Key, Vec<u8>>>);

impl MemoryStore {
    fn map(&self) -> MutexGuard<'_, BTreeMap<Key, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.map().get(key).cloned())
    }

    fn scan(&self, scan: &Scan) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        let map = self.map();
        let prefix = scan.prefix.as_slice();
        let after = scan.after.as_deref().filter(|after| !scan.reverse && *after >= prefix);
        let start = after.map_or(Bound::Included(prefix), Bound::Excluded);
        let from = map.range::<[u8], _>((start, Bound::Unbounded));
        let covered = from
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(key, _)| scan.covers(key))
            .map(|(key, value)| (key.clone(), value.clone()));
        if scan.reverse {
            let found: Vec<_> = covered.collect();
            return Ok(found.into_iter().rev().take(scan.limit).collect());
        }
        Ok(covered.take(scan.limit).collect())
    }

    fn snapshot(&self, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        self.map().iter().all(|(key, value)| each(key, value));
        Ok(())
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut map = self.map();
        let changed = batch.expect.iter().any(|(key, expected)| map.get(key) != expected.as_ref());
        let result = if changed { Err(StoreError::Conflict) } else { Ok(()) };
        if !changed {
            for (key, value) in batch.write {
                match value {
                    Some(value) => map.insert(key, value),
                    None => map.remove(&key),
                };
            }
        }
        Box::pin(std::future::ready(result))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn conforms() {
        crate::store::conformance::all(&MemoryStore::default()).await;
    }
}
