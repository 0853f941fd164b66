//! Settings of an account, sealed to oneself: address book, what was shown and asked before, checkpoint.
//!
//! ```text
//! sealed settings = { 0: suite, 1: account, 2: revision, 3: wrapped }
//! wrapped         = aead::wrap(settings key, SETTINGS, AAD = encode({ 0 … 2 }), padded)
//! padded          = length of the CBOR (8 bytes) ‖ settings CBOR ‖ zeroes, up to padme(8 + length)
//! ```
//!
//! Invariants: a revision below one that was seen does not open. What was seen is kept by the device, and by
//! the bundle, which learns the highest revision whenever it is sealed anew for another reason: so a new
//! device is protected from the last rotation on, and a change of settings needs no new bundle.

use super::bundle::Bundle;
use super::verified::VerifiedMessages;
use crate::hazmat::{OpenError, aead, padding};
use crate::label::Label;
use crate::wire::cbor::{self, CborError};
use crate::wire::{AccountId, Fingerprint, SUITE_1, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

const LENGTH_BYTES: usize = 8;

/// Why settings cannot be opened or sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Another account's, another revision, or altered.
    #[error("cannot be opened")]
    Open,
    /// Not of the right form.
    #[error("encoding: {0}")]
    Cbor(#[from] CborError),
    /// Another suite.
    #[error("suite")]
    Suite,
    /// Older than some that were seen before.
    #[error("rolled back")]
    RolledBack,
    /// More than fits.
    #[error("too long")]
    TooLong,
}

impl From<OpenError> for SettingsError {
    fn from(OpenError: OpenError) -> Self {
        Self::Open
    }
}

/// A line of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BookEntry {
    /// Canonical address.
    #[n(0)]
    pub address: String,
    /// The person's own name for it.
    #[n(1)]
    pub name: Option<String>,
    /// Whatever the person wants to remember.
    #[n(2)]
    pub note: Option<String>,
}

/// Whose new keys were shown last.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KnownKeys {
    /// Canonical address.
    #[n(0)]
    pub address: String,
    /// The last certificate *issued*, *reset* or *readdressed* that the person was shown, or met first.
    #[n(1)]
    pub certificate: Fingerprint,
}

/// What a person said when they were asked whether somebody is to have their mail again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RestoreAnswer {
    /// Whose mail.
    #[n(0)]
    pub account: AccountId,
    /// The certificate with reason *reset* that the question was about.
    #[n(1)]
    pub certificate: Fingerprint,
    /// Yes or no.
    #[n(2)]
    pub granted: bool,
    /// When, by the person's clock.
    #[n(3)]
    pub at_ms: u64,
    /// Whether everything that was promised has been granted.
    #[n(4)]
    pub done: bool,
}

/// All of it. A field that is added later is optional and left out while it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Settings {
    /// Address book, by address.
    #[n(0)]
    pub book: Vec<BookEntry>,
    /// Whose new keys were shown.
    #[n(1)]
    pub known: Vec<KnownKeys>,
    /// What was asked about restoring.
    #[n(2)]
    pub restores: Vec<RestoreAnswer>,
    /// The last checkpoint of the directory's log that was verified (C2SP tlog-checkpoint).
    #[n(3)]
    pub checkpoint: Option<ByteVec>,
    /// Messages verified while their signing key was the newest.
    #[n(4)]
    pub verified: VerifiedMessages,
}

/// Settings as they were opened.
pub struct OpenedSettings {
    /// The contents.
    pub settings: Settings,
    /// Their revision.
    pub revision: u64,
    /// Whether the settings key before sealed them: **seal them anew before the next rotation.**
    pub under_former_key: bool,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Head {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Sealed {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
    #[n(3)]
    wrapped: ByteVec,
}

impl Bundle {
    /// Seals settings to oneself. **Each revision is given to the server once.**
    ///
    /// # Errors
    /// [`SettingsError::TooLong`].
    pub fn seal_settings(
        &self,
        settings: &Settings,
        revision: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, SettingsError> {
        let padded = pad(&Zeroizing::new(cbor::encode(settings)))?;
        let account = self.account;
        let aad = aad(account, revision);
        let wrapped = aead::wrap(&self.settings_key, Label::SETTINGS, &aad, &padded, rng).into();
        let sealed = cbor::encode(&Sealed { suite: SUITE_1, account, revision, wrapped });
        if sealed.len() <= limits::SETTINGS_BYTES { Ok(sealed) } else { Err(SettingsError::TooLong) }
    }

    /// The reverse of [`Self::seal_settings`]; remembers the revision for the next bundle.
    ///
    /// # Errors
    /// See [`SettingsError`]; [`SettingsError::RolledBack`] below `seen_revision` or what the bundle says.
    pub fn open_settings(&self, sealed: &[u8], seen_revision: u64) -> Result<OpenedSettings, SettingsError> {
        let sealed: Sealed = cbor::decode(sealed, limits::SETTINGS_BYTES)?;
        if sealed.suite != SUITE_1 {
            return Err(SettingsError::Suite);
        }
        if sealed.account != self.account {
            return Err(SettingsError::Open);
        }
        if sealed.revision < seen_revision.max(self.settings_revision()) {
            return Err(SettingsError::RolledBack);
        }
        let aad = aad(self.account, sealed.revision);
        let open = |key| aead::unwrap(key, Label::SETTINGS, &aad, &sealed.wrapped);
        let (padded, under_former_key) = match (open(&self.settings_key), &self.settings_key_before) {
            (Err(_), Some(before)) => (open(before)?, true),
            (opened, _) => (opened?, false),
        };
        let settings = cbor::decode(unpad(&padded)?, limits::SETTINGS_BYTES)?;
        self.note_settings(sealed.revision);
        Ok(OpenedSettings { settings, revision: sealed.revision, under_former_key })
    }
}

pub(super) fn aad(account: AccountId, revision: u64) -> Vec<u8> {
    cbor::encode(&Head { suite: SUITE_1, account, revision })
}

fn pad(plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, SettingsError> {
    let length = (LENGTH_BYTES + plain.len()) as u64;
    let padded = usize::try_from(padding::padme(length)).map_err(|_| SettingsError::TooLong)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(padded));
    bytes.extend_from_slice(&(plain.len() as u64).to_be_bytes());
    bytes.extend_from_slice(plain);
    bytes.resize(padded, 0);
    Ok(bytes)
}

/// There is one right padding.
fn unpad(padded: &[u8]) -> Result<&[u8], SettingsError> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>().ok_or(SettingsError::Open)?;
    let length = u64::from_be_bytes(*length);
    let plain = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
    let (plain, zeroes) = plain.ok_or(SettingsError::Open)?;
    let right = padding::padme(LENGTH_BYTES as u64 + length) == padded.len() as u64;
    if right && zeroes.iter().all(|byte| *byte == 0) { Ok(plain) } else { Err(SettingsError::Open) }
}
