//! Certificates between the wire and the stored directory.

use super::Error;
use crate::store::Tx;
use crate::store::models::directory::{self, Subject};
use crypto_core::certificate::{Certificate, Entry, ROOT_LABEL};
use crypto_core::wire::{B64, Fingerprint, ProblemCode};

/// The refusal of a certificate. It does not say which rule was broken: the client has the same rules.
pub const fn refused() -> Error {
    Error::Refused(ProblemCode::CertificateRefused)
}

/// Reads a certificate and checks its form.
///
/// # Errors
/// [`ProblemCode::CertificateRefused`], for a statement too.
pub fn parse_certificate(bytes: &B64) -> Result<Entry, Error> {
    Entry::parse(&bytes.0).ok().filter(|entry| entry.certificate().is_some()).ok_or_else(refused)
}

/// Whose history an entry with an address belongs to.
///
/// # Errors
/// For *closed*, which has none.
pub fn subject(entry: &Entry) -> Result<Subject, Error> {
    Ok(match entry.address().ok_or(Error::Internal("an entry without an address"))? {
        ROOT_LABEL => Subject::Root,
        address => subject_of(address),
    })
}

/// The history of a canonical address.
pub fn subject_of(address: &str) -> Subject {
    Subject::Address(address.to_owned())
}

/// Enters an admitted entry that has an address.
///
/// # Errors
/// The store's.
pub fn enter(tx: &mut Tx<'_>, entry: &Entry, now_ms: u64) -> Result<u64, Error> {
    Ok(directory::enter(tx, &subject(entry)?, entry.as_bytes(), now_ms)?)
}

/// The newest entry of a subject.
///
/// # Errors
/// The store's.
pub fn newest(tx: &mut Tx<'_>, subject: &Subject) -> Result<Option<Entry>, Error> {
    directory::history(tx, subject)?.last().map(|entry| stored(&entry.signed)).transpose()
}

/// A stored certificate by its fingerprint.
///
/// # Errors
/// The store's; there must be one.
pub fn certificate(tx: &mut Tx<'_>, fingerprint: &Fingerprint) -> Result<Certificate, Error> {
    let entry = directory::by_fingerprint(tx, fingerprint)?.ok_or(Error::Internal("certificate"))?;
    stored(&entry.signed)?.certificate().cloned().ok_or(Error::Internal("certificate"))
}

/// A stored entry.
///
/// # Errors
/// If it is damaged.
pub fn stored(bytes: &[u8]) -> Result<Entry, Error> {
    Entry::parse(bytes).map_err(|_| Error::Internal("a stored entry is damaged"))
}
