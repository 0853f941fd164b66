//! The metadata store: an ordered map of bytes with optimistic transactions, and typed models over it.
//!
//! A backend gives three things: a point read, an ordered scan, and an atomic, durable commit that
//! applies only if what the transaction has read is still so. Everything typed stands above that, once,
//! so that every backend passes the same conformance suite. All that belongs together changes in one
//! commit; an index is never the only copy of a fact. A scan is not watched by a commit: uniqueness
//! hangs on keys that are read, never on scans.

mod memory;
pub mod models;
mod sled;
mod spill;
mod transact;

#[cfg(test)]
mod conformance;

pub use memory::MemoryStore;
pub use sled::SledStore;
pub use transact::{Tx, transact};

pub(crate) use transact::blocking;

use futures::future::BoxFuture;
use std::collections::BTreeMap;

/// A key: a one-byte record kind and the record's own key.
pub type Key = Vec<u8>;

/// The store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that was read has changed; try again.
    #[error("conflict")]
    Conflict,
    /// The backend failed.
    #[error("store backend: {0}")]
    Backend(String),
    /// A record cannot be read.
    #[error("a stored record is damaged: {0}")]
    Damaged(&'static str),
}

/// What one commit does.
#[derive(Debug, Default, Clone)]
pub struct Batch {
    /// Keys and what was read there; the commit fails with `Conflict` if one is different now.
    pub expect: BTreeMap<Key, Option<Vec<u8>>>,
    /// Keys and what they hold afterwards; `None` removes.
    pub write: BTreeMap<Key, Option<Vec<u8>>>,
}

/// A piece of an ordered scan.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Keys that begin so.
    pub prefix: Key,
    /// Strictly after this key in the direction of the scan.
    pub after: Option<Key>,
    /// From the last key to the first.
    pub reverse: bool,
    /// At most so many.
    pub limit: usize,
}

impl Scan {
    /// The first keys with a prefix.
    pub fn of(prefix: impl Into<Key>, limit: usize) -> Self {
        Self { prefix: prefix.into(), after: None, reverse: false, limit }
    }

    /// From the last key to the first.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { reverse: true, ..self }
    }

    /// Goes on after a key.
    #[must_use]
    pub fn after(self, key: Option<Key>) -> Self {
        Self { after: key, ..self }
    }

    /// Whether a key lies within, the limit aside.
    pub(crate) fn covers(&self, key: &[u8]) -> bool {
        let beyond = match &self.after {
            None => true,
            Some(after) if self.reverse => key < after.as_slice(),
            Some(after) => key > after.as_slice(),
        };
        beyond && key.starts_with(&self.prefix)
    }
}

/// A backend.
pub trait Store: Send + Sync + 'static {
    /// What a key holds.
    ///
    /// # Errors
    /// [`StoreError::Backend`].
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keys and values in order.
    ///
    /// # Errors
    /// [`StoreError::Backend`].
    fn scan(&self, scan: &Scan) -> Result<Vec<(Key, Vec<u8>)>, StoreError>;

    /// Shows every key and value, in order, as they are at one moment; writers wait. Ends when `each` says no.
    ///
    /// # Errors
    /// [`StoreError::Backend`].
    fn snapshot(&self, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError>;

    /// Applies a batch, all or nothing. When the future answers `Ok`, the batch survives a power loss.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>>;
}
