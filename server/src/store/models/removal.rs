//! Removing all that belongs to something.

use crate::store::{Scan, StoreError, Tx};
use crypto_core::wire::records::{Kind, RECORDS};

/// Removes every record whose key begins with this identifier, but of some kinds. Identifiers are random, so
/// what begins with one belongs to it, whichever kind of record it is.
///
/// # Errors
/// See [`StoreError`].
pub fn erase_under(tx: &mut Tx<'_>, id: &[u8; 16], but: &[Kind]) -> Result<(), StoreError> {
    for record in RECORDS.iter().filter(|record| !but.contains(&record.kind)) {
        let prefix = [&[record.kind as u8], &id[..]].concat();
        for (key, _) in tx.scan(&Scan::of(prefix, usize::MAX / 2))? {
            tx.remove(key);
        }
    }
    Ok(())
}
