//! The two kinds of directory entries and their form.

use super::ROOT_LABEL;
use crate::hazmat::VerifyError;
use crate::hazmat::sign;
use crate::label::Label;
use crate::wire::cbor::{self, CborError};
use crate::wire::{AccountId, Address, Fingerprint, SUITE_1, SubjectLabel, limits};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Bytes of a mailbox key: an X-Wing public key.
const MAILBOX_KEY_BYTES: usize = 1216;
const MAX_DEPUTIES: usize = 16;
const MAX_DOMAINS: usize = 64;

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Role {
    /// The organisation's root key; no mailbox.
    #[n(0)]
    Root,
    /// Sets the portal up; cannot read mail of others.
    #[n(1)]
    Administrator,
    /// A case worker.
    #[n(2)]
    Staff,
    /// Outside the organisation.
    #[n(3)]
    Partner,
    /// Domain-level encryption (reserved).
    #[n(4)]
    Gateway,
    /// A shared mailbox (reserved).
    #[n(5)]
    Group,
}

/// Why a certificate was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Reason {
    /// The first root.
    #[n(0)]
    Genesis,
    /// A new account at an address that has no live one.
    #[n(1)]
    Issued,
    /// New keys, certified by the account's newest ones.
    #[n(2)]
    Rotated,
    /// New keys from an issuer, since the person lost theirs.
    #[n(3)]
    Reset,
    /// The same keys, other deputies.
    #[n(4)]
    Deputed,
    /// The account goes on under this address; the old one says *moved*.
    #[n(5)]
    Readdressed,
}

/// Why an account has no certificate any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Cause {
    /// The account was deleted.
    #[n(0)]
    Closed,
    /// It goes on under another address.
    #[n(1)]
    Moved,
    /// Revoked: the person left.
    #[n(2)]
    Left,
    /// Revoked: the keys are lost.
    #[n(3)]
    Lost,
    /// Revoked: somebody else has the keys.
    #[n(4)]
    Stolen,
}

/// Somebody who may read and answer for the certificate's account for a time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Deputy {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// From when, ms since 1970.
    #[n(1)]
    pub from_ms: u64,
    /// Until when, ms since 1970.
    #[n(2)]
    pub until_ms: u64,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CertificateBody {
    /// 1.
    #[n(0)]
    pub suite: u16,
    /// Random, for life.
    #[n(1)]
    pub account: AccountId,
    /// Canonical address; `root` for the root.
    #[n(2)]
    pub address: String,
    /// Display name (not of partners).
    #[n(3)]
    pub name: Option<String>,
    /// Unit (staff).
    #[n(4)]
    pub unit: Option<String>,
    /// Domains (gateway).
    #[n(5)]
    pub domains: Option<Vec<String>>,
    /// What the account is.
    #[n(6)]
    pub role: Role,
    /// Whether an initial password opens it: made by the inviter, or the password was not replaced yet.
    #[n(7)]
    pub provisional: bool,
    /// 1 for the first keys of the account.
    #[n(8)]
    pub generation: u32,
    /// Ed25519.
    #[n(9)]
    pub signing_key: ByteArray<32>,
    /// X-Wing, 1216 bytes; the root has none.
    #[n(10)]
    pub mailbox_key: Option<ByteVec>,
    /// Deputies, never an empty list.
    #[n(11)]
    pub deputies: Option<Vec<Deputy>>,
    /// The issuer's clock, ms since 1970; decides nothing.
    #[n(12)]
    pub issued_at_ms: u64,
    /// Why.
    #[n(13)]
    pub reason: Reason,
    /// 1 for the first entry of the address.
    #[n(14)]
    pub version: u32,
    /// The entry before, if there is one.
    #[n(15)]
    pub previous: Option<Fingerprint>,
    /// The issuer's certificate; none for the first root.
    #[n(16)]
    pub issuer: Option<Fingerprint>,
    /// The statement *moved*, for *readdressed* only.
    #[n(17)]
    pub moved_from: Option<Fingerprint>,
}

impl CertificateBody {
    /// Whether it names somebody who stands in at a time, ms since 1970.
    pub fn names_deputy(&self, deputy: AccountId, at_ms: u64) -> bool {
        let named = |it: &Deputy| it.account == deputy && it.from_ms <= at_ms && at_ms < it.until_ms;
        self.deputies.iter().flatten().any(named)
    }
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StatementBody {
    /// 1.
    #[n(0)]
    pub suite: u16,
    /// The account that ends here.
    #[n(1)]
    pub account: AccountId,
    /// Its canonical address; not of *closed*, which stays when the address is forgotten.
    #[n(2)]
    pub address: Option<String>,
    /// What it was.
    #[n(6)]
    pub role: Role,
    /// Of its last certificate.
    #[n(8)]
    pub generation: u32,
    /// The issuer's clock, ms since 1970.
    #[n(12)]
    pub issued_at_ms: u64,
    /// Why.
    #[n(13)]
    pub cause: Cause,
    /// One more than that of the entry before.
    #[n(14)]
    pub version: u32,
    /// The certificate; for *closed* it may be the statement *moved*.
    #[n(15)]
    pub previous: Fingerprint,
    /// The issuer's certificate; none where the log key signs (*closed*).
    #[n(16)]
    pub issuer: Option<Fingerprint>,
    /// What *closed* names its history by. Older ones have the address.
    #[n(17)]
    pub subject: Option<SubjectLabel>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(super) enum Kind {
    #[n(0)]
    Certificate,
    #[n(1)]
    Statement,
}

#[derive(Encode, Decode)]
#[cbor(map)]
pub(super) struct Signed {
    #[n(0)]
    pub(super) kind: Kind,
    #[n(1)]
    pub(super) body: ByteVec,
    #[n(2)]
    pub(super) signature: ByteArray<64>,
    #[n(3)]
    pub(super) proof: Option<ByteArray<64>>,
}

/// An entry has not the form that it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not the encoding.
    #[error("encoding: {0}")]
    Cbor(#[from] CborError),
    /// A suite that is not known here.
    #[error("unknown suite")]
    Suite,
    /// The address is not canonical, or not one for the role.
    #[error("address")]
    Address,
    /// A field is missing, too many, too long, or not for the role.
    #[error("field: {0}")]
    Field(&'static str),
    /// The subject has not proved that it has the signing key.
    #[error("proof of possession")]
    Proof,
}

/// A certificate of right form. **Whether anybody should believe it, only a [`super::Directory`] tells.**
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    body: CertificateBody,
    body_bytes: Vec<u8>,
    signature: [u8; 64],
    fingerprint: Fingerprint,
    bytes: Vec<u8>,
}

/// A statement of right form, not yet believed.
#[derive(Clone, PartialEq, Eq)]
pub struct Statement {
    body: StatementBody,
    subject: SubjectLabel,
    body_bytes: Vec<u8>,
    signature: [u8; 64],
    fingerprint: Fingerprint,
    bytes: Vec<u8>,
}

/// One version of an address's history.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    /// Keys.
    Certificate(Certificate),
    /// Their end.
    Statement(Statement),
}

impl Entry {
    /// Reads a signed entry and checks its form, the subject's proof included.
    ///
    /// # Errors
    /// See [`FormError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, FormError> {
        let signed: Signed = cbor::decode(bytes, limits::ENTRY_BYTES)?;
        let fingerprint = Fingerprint::of(bytes);
        let (body_bytes, bytes) = (signed.body.to_vec(), bytes.to_vec());
        let signature = *signed.signature;
        match (signed.kind, signed.proof) {
            (Kind::Certificate, proof) => {
                let body: CertificateBody = cbor::decode(&body_bytes, limits::ENTRY_BYTES)?;
                check_certificate(&body)?;
                check_proof(&body, &body_bytes, proof.as_deref())?;
                Ok(Self::Certificate(Certificate { body, body_bytes, signature, fingerprint, bytes }))
            }
            (Kind::Statement, None) => {
                let body: StatementBody = cbor::decode(&body_bytes, limits::ENTRY_BYTES)?;
                let subject = check_statement(&body)?;
                Ok(Self::Statement(Statement { body, subject, body_bytes, signature, fingerprint, bytes }))
            }
            (Kind::Statement, Some(_)) => Err(FormError::Field("proof")),
        }
    }

    /// The certificate, if it is one.
    pub fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::Certificate(certificate) => Some(certificate),
            Self::Statement(_) => None,
        }
    }

    /// SHA-256 of the signed entry.
    pub fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Certificate(it) => it.fingerprint,
            Self::Statement(it) => it.fingerprint,
        }
    }

    /// The signed entry.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Certificate(it) => &it.bytes,
            Self::Statement(it) => &it.bytes,
        }
    }

    /// Whose history it belongs to.
    pub fn subject(&self) -> SubjectLabel {
        match self {
            Self::Certificate(it) => SubjectLabel::of(&it.body.address),
            Self::Statement(it) => it.subject,
        }
    }

    /// The canonical address, or `root`; *closed* has none.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Certificate(it) => Some(&it.body.address),
            Self::Statement(it) => it.body.address.as_deref(),
        }
    }

    /// Its account.
    pub fn account(&self) -> AccountId {
        match self {
            Self::Certificate(it) => it.body.account,
            Self::Statement(it) => it.body.account,
        }
    }

    /// What the account is.
    pub fn role(&self) -> Role {
        match self {
            Self::Certificate(it) => it.body.role,
            Self::Statement(it) => it.body.role,
        }
    }

    /// Its number in the address's history.
    pub fn version(&self) -> u32 {
        match self {
            Self::Certificate(it) => it.body.version,
            Self::Statement(it) => it.body.version,
        }
    }

    /// The entry before.
    pub fn previous(&self) -> Option<Fingerprint> {
        match self {
            Self::Certificate(it) => it.body.previous,
            Self::Statement(it) => Some(it.body.previous),
        }
    }

    /// The certificate of who signed it; none for the first root and for what the log key signs.
    pub fn issuer(&self) -> Option<Fingerprint> {
        match self {
            Self::Certificate(it) => it.body.issuer,
            Self::Statement(it) => it.body.issuer,
        }
    }

    /// Generation of the account's keys.
    pub fn generation(&self) -> u32 {
        match self {
            Self::Certificate(it) => it.body.generation,
            Self::Statement(it) => it.body.generation,
        }
    }

    pub(super) fn verify_signature(&self, key: &[u8; 32]) -> Result<(), VerifyError> {
        let (label, body, signature) = match self {
            Self::Certificate(it) => (Label::CERTIFICATE, &it.body_bytes, &it.signature),
            Self::Statement(it) => (Label::STATEMENT, &it.body_bytes, &it.signature),
        };
        sign::verify(key, label, body, signature)
    }
}

impl Certificate {
    /// What it says.
    pub fn body(&self) -> &CertificateBody {
        &self.body
    }

    /// SHA-256 of the signed certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The signed certificate.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Ed25519.
    pub fn signing_key(&self) -> &[u8; 32] {
        &self.body.signing_key
    }

    /// X-Wing; the root has none.
    pub fn mailbox_key(&self) -> Option<&[u8; MAILBOX_KEY_BYTES]> {
        self.body.mailbox_key.as_ref().and_then(|key| key.as_slice().try_into().ok())
    }
}

impl Statement {
    /// What it says.
    pub fn body(&self) -> &StatementBody {
        &self.body
    }

    /// SHA-256 of the signed statement.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

fn check_address(address: &str, role: Role) -> Result<(), FormError> {
    let right = match role {
        Role::Root => address == ROOT_LABEL,
        _ => Address::parse(address).is_ok_and(|canonical| canonical.as_str() == address),
    };
    if right { Ok(()) } else { Err(FormError::Address) }
}

fn check_head(suite: u16, generation: u32, version: u32) -> Result<(), FormError> {
    if suite != SUITE_1 {
        return Err(FormError::Suite);
    }
    if generation == 0 || version == 0 {
        return Err(FormError::Field("generation or version"));
    }
    Ok(())
}

fn check_certificate(body: &CertificateBody) -> Result<(), FormError> {
    check_head(body.suite, body.generation, body.version)?;
    check_address(&body.address, body.role)?;
    if (body.version == 1) != body.previous.is_none() {
        return Err(FormError::Field("previous"));
    }
    if (body.reason == Reason::Genesis) != body.issuer.is_none() {
        return Err(FormError::Field("issuer"));
    }
    if (body.reason == Reason::Readdressed) != body.moved_from.is_some() {
        return Err(FormError::Field("moved from"));
    }
    check_names(body)?;
    check_keys(body)?;
    check_deputies(body)
}

/// *Deputed* and *readdressed* are made by another for somebody who is absent, with keys that were proved
/// before: they have no proof. Every other certificate has one.
fn check_proof(body: &CertificateBody, body_bytes: &[u8], proof: Option<&[u8; 64]>) -> Result<(), FormError> {
    let proved_before = matches!(body.reason, Reason::Deputed | Reason::Readdressed);
    match proof {
        None if proved_before => Ok(()),
        Some(proof) if !proved_before => {
            sign::verify(&body.signing_key, Label::CERTIFICATE_PROOF, body_bytes, proof)
                .map_err(|VerifyError| FormError::Proof)
        }
        _ => Err(FormError::Proof),
    }
}

fn check_names(body: &CertificateBody) -> Result<(), FormError> {
    let staff = matches!(body.role, Role::Administrator | Role::Staff | Role::Group | Role::Gateway);
    for text in [&body.name, &body.unit].into_iter().flatten() {
        let fits = !text.trim().is_empty()
            && text.len() <= limits::NAME_BYTES
            && !text.chars().any(char::is_control);
        // A partner's or the root's name would be the issuer's word about somebody outside.
        if !fits || !(staff || body.role == Role::Root) {
            return Err(FormError::Field("name or unit"));
        }
    }
    match &body.domains {
        Some(domains) if body.role != Role::Gateway || domains.is_empty() || domains.len() > MAX_DOMAINS => {
            Err(FormError::Field("domains"))
        }
        _ => Ok(()),
    }
}

fn check_keys(body: &CertificateBody) -> Result<(), FormError> {
    let right = match &body.mailbox_key {
        Some(key) => body.role != Role::Root && key.len() == MAILBOX_KEY_BYTES,
        None => body.role == Role::Root,
    };
    if right { Ok(()) } else { Err(FormError::Field("mailbox key")) }
}

fn check_deputies(body: &CertificateBody) -> Result<(), FormError> {
    let Some(deputies) = &body.deputies else { return Ok(()) };
    let counted = !deputies.is_empty() && deputies.len() <= MAX_DEPUTIES;
    let each =
        deputies.iter().all(|deputy| deputy.from_ms < deputy.until_ms && deputy.account != body.account);
    if body.role == Role::Staff && counted && each { Ok(()) } else { Err(FormError::Field("deputies")) }
}

/// Whose history it ends.
fn check_statement(body: &StatementBody) -> Result<SubjectLabel, FormError> {
    check_head(body.suite, body.generation, body.version)?;
    if body.version == 1 || body.role == Role::Root {
        return Err(FormError::Field("version or role"));
    }
    if (body.cause == Cause::Closed) == body.issuer.is_some() {
        return Err(FormError::Field("issuer"));
    }
    match (&body.address, body.subject) {
        (Some(address), None) => check_address(address, body.role).map(|()| SubjectLabel::of(address)),
        (None, Some(subject)) if body.cause == Cause::Closed => Ok(subject),
        _ => Err(FormError::Field("address or subject")),
    }
}
