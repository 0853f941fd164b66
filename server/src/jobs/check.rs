//! Whether metadata store and parts agree, and mending what can be mended safely: for the operator, offline.
//!
//! Safe is what can be made anew from other records (indices, usage), and removing what nothing names. Bytes
//! that are missing or wrong, and records without what they stand on, are told and left alone.

mod indices;
mod parts;

use super::{BATCH, JobError};
use crate::blobs::Blobs;
use crate::store::models::Records;
use crate::store::{Key, Store, StoreError, Tx, transact};
use crypto_core::wire::records::Record;

/// What a look found.
#[derive(Debug, Default)]
pub struct Report {
    /// What was mended, one line each.
    pub mended: Vec<String>,
    /// Differences that are left.
    pub differences: Vec<String>,
}

/// A difference, and whether it was mended with the transaction in which it was found.
enum Found {
    Mended(String),
    Left(String),
}

/// Looks at every record and every piece. Only for stores that no server is using.
///
/// # Errors
/// If one of the two cannot be read at all.
pub async fn examine(store: &dyn Store, blobs: &Blobs, mend: bool) -> Result<Report, JobError> {
    let mut look = Look { store, blobs, mend, report: Report::default() };
    indices::look(&mut look).await?;
    parts::look(&mut look).await?;
    Ok(look.report)
}

/// Answers one line for each difference, and mends nothing.
///
/// # Errors
/// As [`examine`].
pub async fn differences(store: &dyn Store, blobs: &Blobs) -> Result<Vec<String>, JobError> {
    Ok(examine(store, blobs, false).await?.differences)
}

struct Look<'a> {
    store: &'a dyn Store,
    blobs: &'a Blobs,
    mend: bool,
    report: Report,
}

impl Look<'_> {
    fn note(&mut self, found: Found) {
        match found {
            Found::Mended(line) => self.report.mended.push(line),
            Found::Left(line) => self.report.differences.push(line),
        }
    }

    /// Shows every record of a kind, in transactions of a batch each, and notes what is found.
    async fn each<R: Record>(
        &mut self,
        mut look: impl FnMut(&mut Tx<'_>, &[u8], R) -> Result<Vec<Found>, StoreError>,
    ) -> Result<(), JobError> {
        let mut after: Option<Key> = None;
        loop {
            let (last, found) = transact(self.store, |tx| {
                let page = tx.list::<R>(&[], after.clone(), BATCH)?;
                let last = page.last().map(|(key, _)| key.clone());
                let mut found = Vec::new();
                for (key, record) in page {
                    found.extend(look(tx, key.get(1..).unwrap_or_default(), record)?);
                }
                Ok::<_, StoreError>((last, found))
            })
            .await?;
            found.into_iter().for_each(|found| self.note(found));
            let Some(last) = last else { return Ok(()) };
            after = Some(last);
        }
    }
}

/// A difference that `mend` sets right, if it is wanted.
fn differs(mend: bool, line: String, set_right: impl FnOnce()) -> Found {
    if mend {
        set_right();
        Found::Mended(line)
    } else {
        Found::Left(line)
    }
}

/// A key of fixed identifiers, taken apart.
fn ids<const N: usize>(key: &[u8]) -> Result<[[u8; 16]; N], StoreError> {
    let mut found = [[0; 16]; N];
    let parts = key.chunks_exact(16);
    if key.len() != 16 * N {
        return Err(StoreError::Damaged("key"));
    }
    found.iter_mut().zip(parts).for_each(|(to, from)| to.copy_from_slice(from));
    Ok(found)
}
