//! Typed records over a transaction. The records themselves, with the class of every field, are in
//! `crypto_core::wire::records`; here are their keys and the few operations that touch several at once.

pub mod directory;
pub mod grants;
pub mod mailbox;
pub mod removal;
pub mod sessions;

use super::{Key, Scan, StoreError, Tx};
use crypto_core::wire::records::Record;

/// The store key of a record.
pub fn key<R: Record>(parts: &[&[u8]]) -> Key {
    let mut key = vec![R::KIND as u8];
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

/// A time as a part of a key that sorts newest first.
pub const fn newest_first(time_ms: u64) -> [u8; 8] {
    (u64::MAX - time_ms).to_be_bytes()
}

/// The last `N` bytes of a key.
///
/// # Errors
/// [`StoreError::Damaged`] if it is shorter.
pub fn tail<const N: usize>(key: &[u8]) -> Result<[u8; N], StoreError> {
    key.last_chunk().copied().ok_or(StoreError::Damaged("key"))
}

/// Reads and writes typed records.
pub trait Records {
    /// The record, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Backend`]; [`StoreError::Damaged`] if it cannot be read.
    fn load<R: Record>(&mut self, parts: &[&[u8]]) -> Result<Option<R>, StoreError>;

    /// The record, which another one says is there.
    ///
    /// # Errors
    /// As [`Records::load`], and [`StoreError::Damaged`] if there is none.
    fn need<R: Record>(&mut self, parts: &[&[u8]]) -> Result<R, StoreError> {
        self.load(parts)?.ok_or(StoreError::Damaged("a record is missing"))
    }

    /// Writes the record.
    fn save<R: Record>(&mut self, parts: &[&[u8]], record: &R);

    /// Removes the record.
    fn erase<R: Record>(&mut self, parts: &[&[u8]]);

    /// Records whose keys begin so, in order, strictly after a key. Not watched by the commit.
    ///
    /// # Errors
    /// As [`Records::load`].
    fn list<R: Record>(
        &self,
        prefix: &[&[u8]],
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, R)>, StoreError>;
}

impl Records for Tx<'_> {
    fn load<R: Record>(&mut self, parts: &[&[u8]]) -> Result<Option<R>, StoreError> {
        self.get(&key::<R>(parts))?.map(|bytes| read(&bytes)).transpose()
    }

    fn save<R: Record>(&mut self, parts: &[&[u8]], record: &R) {
        self.put(key::<R>(parts), record.to_bytes());
    }

    fn erase<R: Record>(&mut self, parts: &[&[u8]]) {
        self.remove(key::<R>(parts));
    }

    fn list<R: Record>(
        &self,
        prefix: &[&[u8]],
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, R)>, StoreError> {
        let found = self.scan(&Scan::of(key::<R>(prefix), limit).after(after))?;
        found.into_iter().map(|(key, bytes)| Ok((key, read(&bytes)?))).collect()
    }
}

fn read<R: Record>(bytes: &[u8]) -> Result<R, StoreError> {
    R::from_bytes(bytes).map_err(|_| StoreError::Damaged("form"))
}
