//! How values lie in sled: short ones beside their key, long ones in chunks.
//!
//! sled writes a whole leaf, of up to 17 items, at once, and puts what is longer than an eighth of a megabyte
//! into a file of its own that nobody syncs. With chunks of 4 KiB no leaf ever gets that long.
//!
//! ```text
//! 0x00 ‖ key                              0x00 ‖ value  or  0x01 ‖ number of the write (8) ‖ chunks (4)
//! 0x01 ‖ number of the write ‖ index (4)  one chunk
//! ```
//! A write never reuses a number, so a reader that is overtaken misses a chunk and reads again.

use super::{Key, StoreError};
use ::sled::{Batch, Db, IVec};

const CHUNK_BYTES: usize = 4096;
const INLINE: u8 = 0;
const SPILLED: u8 = 1;
/// A reader is overtaken so often only if something is broken.
const ATTEMPTS: usize = 1000;

/// Where the value of a key, or the place of its chunks, lies.
pub(super) fn head_key(key: &[u8]) -> Key {
    [&[0], key].concat()
}

/// What a key holds.
pub(super) fn get(db: &Db, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    for _ in 0..ATTEMPTS {
        let Some(head) = db.get(head_key(key)).map_err(backend)? else { return Ok(None) };
        if let Some(value) = read(db, &head)? {
            return Ok(Some(value));
        }
    }
    Err(StoreError::Damaged("a chunk is missing"))
}

/// The value that a head stands for; `None` if it was replaced meanwhile.
pub(super) fn read(db: &Db, head: &IVec) -> Result<Option<Vec<u8>>, StoreError> {
    match head.split_first() {
        Some((&INLINE, value)) => Ok(Some(value.to_vec())),
        _ => {
            let mut value = Vec::new();
            for chunk in chunk_keys(head)? {
                let Some(chunk) = db.get(chunk).map_err(backend)? else { return Ok(None) };
                value.extend_from_slice(&chunk);
            }
            Ok(Some(value))
        }
    }
}

/// Adds to a batch what gives a key a value, or takes it away. **Called under the write lock.**
pub(super) fn write(db: &Db, batch: &mut Batch, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
    let head = head_key(key);
    if let Some(old) = db.get(&head).map_err(backend)?
        && old.first() != Some(&INLINE)
    {
        chunk_keys(&old)?.for_each(|chunk| batch.remove(chunk));
    }
    match value {
        None => batch.remove(head),
        Some(value) if value.len() <= CHUNK_BYTES => batch.insert(head, [&[INLINE], value].concat()),
        Some(value) => {
            let number = db.generate_id().map_err(backend)?;
            let chunks = value.chunks(CHUNK_BYTES);
            let count = u32::try_from(chunks.len()).map_err(backend)?;
            (0..count).zip(chunks).for_each(|(index, chunk)| batch.insert(chunk_key(number, index), chunk));
            batch.insert(head, [&[SPILLED], &number.to_be_bytes()[..], &count.to_be_bytes()[..]].concat());
        }
    }
    Ok(())
}

fn chunk_keys(head: &[u8]) -> Result<impl Iterator<Item = Key>, StoreError> {
    let damaged = StoreError::Damaged("a head");
    let Some((&SPILLED, rest)) = head.split_first() else { return Err(damaged) };
    let Some((number, count)) = rest.split_first_chunk::<8>() else { return Err(damaged) };
    let Ok(count) = <[u8; 4]>::try_from(count) else { return Err(damaged) };
    let number = u64::from_be_bytes(*number);
    Ok((0..u32::from_be_bytes(count)).map(move |index| chunk_key(number, index)))
}

fn chunk_key(number: u64, index: u32) -> Key {
    [&[1], &number.to_be_bytes()[..], &index.to_be_bytes()[..]].concat()
}

pub(super) fn backend(error: impl std::fmt::Display) -> StoreError {
    StoreError::Backend(error.to_string())
}
