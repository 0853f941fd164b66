//! Certificates, statements and policies in order of entry, each subject with its versions.
//!
//! Invariant: an entry stands once under its number, once under its fingerprint, and at the end of its
//! subject's history; numbers have no gaps, but that of some entries only the place is left.

use super::Records;
use crate::store::{StoreError, Tx};
use crypto_core::certificate::Entry as SignedEntry;
use crypto_core::directory::TOMBSTONE;
use crypto_core::wire::records::{
    DirectoryVersion, Entry, EntryCounter, EntryIndex, History, Record, RemovedEntry,
};
use crypto_core::wire::{Fingerprint, SubjectLabel};
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
    /// Where the history of a forgotten address stands.
    fn forgotten(&self) -> Option<Vec<u8>> {
        match self {
            Self::Address(address) => Some(forgotten(SubjectLabel::of(address))),
            Self::Root | Self::Policy => None,
        }
    }

    fn key(&self) -> Vec<u8> {
        match self {
            Self::Address(address) => [b"a", address.as_bytes()].concat(),
            Self::Root => b"r".to_vec(),
            Self::Policy => b"p".to_vec(),
        }
    }
}

fn forgotten(subject: SubjectLabel) -> Vec<u8> {
    [b"h", &subject.as_bytes()[..]].concat()
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
    if let Some(forgotten) = subject.forgotten() {
        tx.erase::<History>(&[&forgotten]);
    }
    Ok(sequence)
}

/// Removes what stands in the history of an address before the entry with the number `kept`: of each only the place is
/// left. An address whose history ends there is forgotten.
///
/// # Errors
/// See [`StoreError`].
pub fn remove_before(tx: &mut Tx<'_>, address: &str, kept: u64) -> Result<(), StoreError> {
    let subject = Subject::Address(address.to_owned());
    let label = SubjectLabel::of(address);
    let sequences = sequences(tx, &subject)?;
    let at = sequences.iter().position(|sequence| *sequence == kept).ok_or(StoreError::Damaged("history"))?;
    let (removed, left) = sequences.split_at(at);
    for sequence in removed {
        let signed: Vec<u8> = entry(tx, *sequence)?.signed;
        let entry = SignedEntry::parse(&signed).map_err(|_| StoreError::Damaged("entry"))?;
        tx.erase::<EntryIndex>(&[entry.fingerprint().as_bytes()]);
        tx.erase::<Entry>(&[&sequence.to_be_bytes()]);
        let place = RemovedEntry { subject: label, version: entry.version() };
        tx.save(&[&sequence.to_be_bytes()], &place);
    }
    let history = History { sequences: left.to_vec() };
    if left.len() == 1 {
        tx.erase::<History>(&[&subject.key()]);
        tx.save(&[&forgotten(label)], &history);
    } else {
        tx.save(&[&subject.key()], &history);
    }
    bury(tx, label, removed.len())
}

/// The oldest values in the tree that are none yet become tombstones.
fn bury(tx: &mut Tx<'_>, label: SubjectLabel, mut count: usize) -> Result<(), StoreError> {
    let subject = version_subject(label.as_bytes()).ok_or(StoreError::Damaged("directory version"))?;
    for (key, version) in tx.list::<DirectoryVersion>(&[&subject], None, usize::MAX / 2)? {
        if count == 0 {
            break;
        }
        if *version.value != *TOMBSTONE {
            count -= 1;
            tx.put(key, DirectoryVersion { value: ByteVec::from(TOMBSTONE.to_vec()), ..version }.to_bytes());
        }
    }
    if count == 0 { Ok(()) } else { Err(StoreError::Damaged("directory version")) }
}

/// What the key of a version begins with: the subject with its length in front, so that none is another's beginning.
pub fn version_subject(subject: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(subject.len()).ok()?;
    Some([&length.to_be_bytes()[..], subject].concat())
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
    let mut found = tx.load::<History>(&[&subject.key()])?;
    if let (None, Some(forgotten)) = (&found, subject.forgotten()) {
        found = tx.load::<History>(&[&forgotten])?;
    }
    Ok(found.map(|history| history.sequences).unwrap_or_default())
}

fn entry(tx: &mut Tx<'_>, sequence: u64) -> Result<Sequenced, StoreError> {
    let entry: Entry = tx.need(&[&sequence.to_be_bytes()])?;
    Ok(Sequenced { sequence, signed: entry.signed.into() })
}
