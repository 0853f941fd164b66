//! Certificates, statements and policies in order of entry, each subject with its versions.
//!
//! Invariant: an entry stands once under its number, once under its fingerprint, and at the end of its
//! subject's history; numbers have no gaps.

use super::Records;
use crate::store::{StoreError, Tx};
use crypto_core::wire::Fingerprint;
use crypto_core::wire::records::{Entry, EntryCounter, EntryIndex, History};
use minicbor::bytes::ByteVec;

/// Whose versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Of a canonical address.
    Address(String),
    /// Of the organisation's root.
    Root,
    /// Of the policy.
    Policy,
}

impl Subject {
    fn key(&self) -> Vec<u8> {
        match self {
            Self::Address(address) => [b"a", address.as_bytes()].concat(),
            Self::Root => b"r".to_vec(),
            Self::Policy => b"p".to_vec(),
        }
    }
}

/// An entry with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequenced {
    /// In the order of entry.
    pub sequence: u64,
    /// As it came.
    pub signed: Vec<u8>,
}

/// Enters the next version of a subject and answers its number.
///
/// # Errors
/// See [`StoreError`].
pub fn enter(tx: &mut Tx<'_>, subject: &Subject, signed: &[u8], now_ms: u64) -> Result<u64, StoreError> {
    let sequence = tx.load::<EntryCounter>(&[])?.map_or(1, |counter| counter.next);
    let mut history = sequences(tx, subject)?;
    history.push(sequence);
    tx.save(&[], &EntryCounter { next: sequence + 1 });
    tx.save(
        &[&sequence.to_be_bytes()],
        &Entry { signed: ByteVec::from(signed.to_vec()), entered_ms: now_ms },
    );
    tx.save(&[Fingerprint::of(signed).as_bytes()], &EntryIndex { sequence });
    tx.save(&[&subject.key()], &History { sequences: history });
    Ok(sequence)
}

/// All versions of a subject, oldest first.
///
/// # Errors
/// See [`StoreError`].
pub fn history(tx: &mut Tx<'_>, subject: &Subject) -> Result<Vec<Sequenced>, StoreError> {
    sequences(tx, subject)?.into_iter().map(|sequence| entry(tx, sequence)).collect()
}

/// The entry with a fingerprint.
///
/// # Errors
/// See [`StoreError`].
pub fn by_fingerprint(tx: &mut Tx<'_>, fingerprint: &Fingerprint) -> Result<Option<Sequenced>, StoreError> {
    match tx.load::<EntryIndex>(&[fingerprint.as_bytes()])? {
        Some(index) => entry(tx, index.sequence).map(Some),
        None => Ok(None),
    }
}

fn sequences(tx: &mut Tx<'_>, subject: &Subject) -> Result<Vec<u64>, StoreError> {
    Ok(tx.load::<History>(&[&subject.key()])?.map(|history| history.sequences).unwrap_or_default())
}

fn entry(tx: &mut Tx<'_>, sequence: u64) -> Result<Sequenced, StoreError> {
    let entry: Entry = tx.need(&[&sequence.to_be_bytes()])?;
    Ok(Sequenced { sequence, signed: entry.signed.into() })
}
