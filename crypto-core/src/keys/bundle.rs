//! The key bundle: everything secret of an account, sealed under its bundle key.
//!
//! ```text
//! sealed bundle = { 0: suite, 1: account, 2: revision, 3: fingerprint of the own certificate, 4: wrapped }
//! wrapped       = aead::wrap(bundle key, BUNDLE, AAD = encode({ 0 … 3 }), bundle CBOR)
//! ```

use super::SecretField;
use super::account::KeyError;
use super::wrap::BundleKey;
use crate::certificate::{Certificate, Entry, Pins};
use crate::hazmat::{OpenError, aead, hpke, sign};
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::cbor::{self, CborError};
use crate::wire::{AccountId, Fingerprint, SUITE_1, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// Why a bundle does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Another key, account, revision or certificate, or altered.
    #[error("cannot be opened")]
    Open,
    /// Not of the right form.
    #[error("encoding: {0}")]
    Cbor(#[from] CborError),
    /// Another suite.
    #[error("suite")]
    Suite,
    /// Its keys are not those of its certificate.
    #[error("keys and certificate differ")]
    Mismatch,
    /// Older than one that was seen before.
    #[error("rolled back")]
    RolledBack,
}

impl From<OpenError> for BundleError {
    fn from(OpenError: OpenError) -> Self {
        Self::Open
    }
}

/// A mailbox seed, kept until the last mail sealed to it has expired.
pub struct MailboxSeed {
    /// X-Wing seed.
    pub(crate) seed: Secret<32>,
    /// When it was made, ms since 1970.
    pub made_at_ms: u64,
    /// When the next one took its place.
    pub superseded_at_ms: Option<u64>,
}

/// The opened bundle. Lives in the worker only.
pub struct Bundle {
    pub(super) account: AccountId,
    pub(super) revision: u64,
    pub(super) signing_seed: Secret<32>,
    /// Newest last; never empty.
    pub(super) mailbox: Vec<MailboxSeed>,
    pub(super) recovery_public: Option<Vec<u8>>,
    pub(super) settings_key: Secret<32>,
    /// What sealed settings and drafts while an initial password still opened the bundle; opens only.
    pub(super) settings_key_before: Option<Secret<32>>,
    /// The highest revision of the settings that this client has seen.
    pub(super) settings_revision: AtomicU64,
    pub(super) pins: Pins,
    pub(super) certificate: Certificate,
    pub(super) root_seed: Option<Secret<32>>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct SeedBody {
    #[n(0)]
    seed: SecretField,
    #[n(1)]
    made_at_ms: u64,
    #[n(2)]
    superseded_at_ms: Option<u64>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct BundleBody {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
    #[n(3)]
    signing_seed: SecretField,
    #[n(4)]
    mailbox: Vec<SeedBody>,
    #[n(5)]
    recovery_public: Option<ByteVec>,
    #[n(6)]
    settings_key: SecretField,
    #[n(7)]
    settings_revision: u64,
    #[n(8)]
    root: Fingerprint,
    #[n(9)]
    policy: Fingerprint,
    #[n(10)]
    certificate: ByteVec,
    #[n(11)]
    root_seed: Option<SecretField>,
    #[n(12)]
    settings_key_before: Option<SecretField>,
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
    #[n(3)]
    certificate: Fingerprint,
}

/// A sealed bundle of right form, not yet opened.
#[derive(Encode, Decode)]
#[cbor(map)]
pub struct SealedBundle {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
    #[n(3)]
    certificate: Fingerprint,
    #[n(4)]
    wrapped: ByteVec,
}

impl SealedBundle {
    /// Reads one.
    ///
    /// # Errors
    /// [`BundleError::Cbor`], [`BundleError::Suite`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        let sealed: Self = cbor::decode(bytes, limits::BUNDLE_BYTES)?;
        if sealed.suite == SUITE_1 { Ok(sealed) } else { Err(BundleError::Suite) }
    }

    /// Whose it says it is.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The revision that it says it has.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn aad(&self) -> Vec<u8> {
        head(self.account, self.revision, self.certificate)
    }

    /// Opens it and checks that its keys are those of its certificate.
    ///
    /// # Errors
    /// See [`BundleError`]; [`BundleError::RolledBack`] below `seen_revision`.
    pub fn open(
        &self,
        key: &BundleKey,
        account: AccountId,
        seen_revision: u64,
    ) -> Result<Bundle, BundleError> {
        if self.account != account {
            return Err(BundleError::Open);
        }
        if self.revision < seen_revision {
            return Err(BundleError::RolledBack);
        }
        let opened = aead::unwrap(&key.0, Label::BUNDLE, &self.aad(), &self.wrapped)?;
        let body: BundleBody = cbor::decode(&opened, limits::BUNDLE_BYTES)?;
        if body.account != self.account || body.revision != self.revision || body.suite != self.suite {
            return Err(BundleError::Mismatch);
        }
        let bundle = Bundle::from_body(body)?;
        if bundle.certificate.fingerprint() == self.certificate {
            Ok(bundle)
        } else {
            Err(BundleError::Mismatch)
        }
    }
}

fn head(account: AccountId, revision: u64, certificate: Fingerprint) -> Vec<u8> {
    cbor::encode(&Head { suite: SUITE_1, account, revision, certificate })
}

impl Bundle {
    /// Seals it under its bundle key.
    pub fn seal(&self, key: &BundleKey, rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
        let certificate = self.certificate.fingerprint();
        // Room for all of it at once: a growing vector would leave copies of secrets behind.
        let mut body = Zeroizing::new(Vec::with_capacity(limits::BUNDLE_BYTES));
        let written = minicbor::encode(self.to_body(), &mut *body);
        debug_assert!(written.is_ok());
        let aad = head(self.account, self.revision, certificate);
        cbor::encode(&SealedBundle {
            suite: SUITE_1,
            account: self.account,
            revision: self.revision,
            certificate,
            wrapped: aead::wrap(&key.0, Label::BUNDLE, &aad, &body, rng).into(),
        })
    }

    fn to_body(&self) -> BundleBody {
        BundleBody {
            suite: SUITE_1,
            account: self.account,
            revision: self.revision,
            signing_seed: SecretField(self.signing_seed.duplicate()),
            mailbox: self.mailbox.iter().map(MailboxSeed::to_body).collect(),
            recovery_public: self.recovery_public.clone().map(ByteVec::from),
            settings_key: SecretField(self.settings_key.duplicate()),
            settings_revision: self.settings_revision(),
            root: self.pins.root,
            policy: self.pins.policy,
            certificate: self.certificate.as_bytes().to_vec().into(),
            root_seed: self.root_seed.as_ref().map(|seed| SecretField(seed.duplicate())),
            settings_key_before: self.settings_key_before.as_ref().map(|key| SecretField(key.duplicate())),
        }
    }

    fn from_body(body: BundleBody) -> Result<Self, BundleError> {
        let certificate = match Entry::parse(&body.certificate) {
            Ok(Entry::Certificate(certificate)) => certificate,
            _ => return Err(BundleError::Mismatch),
        };
        let bundle = Self {
            account: body.account,
            revision: body.revision,
            signing_seed: body.signing_seed.0,
            mailbox: body.mailbox.into_iter().map(MailboxSeed::from_body).collect(),
            recovery_public: body.recovery_public.map(Vec::from),
            settings_key: body.settings_key.0,
            settings_revision: AtomicU64::new(body.settings_revision),
            pins: Pins { root: body.root, policy: body.policy },
            certificate,
            root_seed: body.root_seed.map(|seed| seed.0),
            settings_key_before: body.settings_key_before.map(|key| key.0),
        };
        if bundle.keys_match() { Ok(bundle) } else { Err(BundleError::Mismatch) }
    }

    /// The same with a change, as the next revision under the same bundle key.
    pub(super) fn changed(&self, change: impl FnOnce(&mut Self)) -> Result<Self, BundleError> {
        let mut next = Self::from_body(self.to_body())?;
        next.revision = self.revision.checked_add(1).ok_or(BundleError::Mismatch)?;
        change(&mut next);
        if next.keys_match() { Ok(next) } else { Err(BundleError::Mismatch) }
    }

    fn keys_match(&self) -> bool {
        let Some(newest) = self.mailbox.last() else { return false };
        self.certificate.body().account == self.account
            && *self.certificate.signing_key() == sign::public_key(&self.signing_seed)
            && self.certificate.mailbox_key() == Some(&*hpke::public_key(&newest.seed))
    }

    /// Whose.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// One more each time it is sealed anew for the server.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The highest revision of the settings that this client, or an earlier one, has seen.
    pub fn settings_revision(&self) -> u64 {
        self.settings_revision.load(Ordering::Relaxed)
    }

    /// Settings of this revision were read or written: the next bundle says so.
    pub fn note_settings(&self, revision: u64) {
        self.settings_revision.fetch_max(revision, Ordering::Relaxed);
    }

    /// Root and policy that it pins.
    pub fn pins(&self) -> Pins {
        self.pins
    }

    /// The own certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The public half of the recovery code's X-Wing pair, if there is a code.
    pub fn recovery_public(&self) -> Option<&[u8]> {
        self.recovery_public.as_deref()
    }

    /// The next revision, with the public half of a recovery code's X-Wing pair.
    ///
    /// # Errors
    /// [`KeyError::Counter`].
    pub fn with_recovery(&self, public: Vec<u8>) -> Result<Self, KeyError> {
        let revision = self.revision.checked_add(1).ok_or(KeyError::Counter)?;
        let mut bundle = self.duplicate();
        (bundle.revision, bundle.recovery_public) = (revision, Some(public));
        Ok(bundle)
    }

    fn duplicate(&self) -> Self {
        Self {
            account: self.account,
            revision: self.revision,
            signing_seed: self.signing_seed.duplicate(),
            mailbox: self.mailbox.iter().map(MailboxSeed::duplicate).collect(),
            recovery_public: self.recovery_public.clone(),
            settings_key: self.settings_key.duplicate(),
            settings_key_before: self.settings_key_before.as_ref().map(Secret::duplicate),
            settings_revision: AtomicU64::new(self.settings_revision()),
            pins: self.pins,
            certificate: self.certificate.clone(),
            root_seed: self.root_seed.as_ref().map(Secret::duplicate),
        }
    }

    /// Administrators hold the root's seed.
    pub fn root_seed(&self) -> Option<&Secret<32>> {
        self.root_seed.as_ref()
    }

    pub(crate) fn signing_seed(&self) -> &Secret<32> {
        &self.signing_seed
    }

    pub(crate) fn mailbox_seeds(&self) -> impl Iterator<Item = &Secret<32>> {
        self.mailbox.iter().rev().map(|mailbox| &mailbox.seed)
    }

    /// Seals something small to oneself: a draft, for the device.
    pub fn seal_draft(&self, draft: &[u8], rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
        aead::wrap(&self.settings_key, Label::DRAFT, self.account.as_bytes(), draft, rng)
    }

    /// The reverse of [`Self::seal_draft`].
    ///
    /// # Errors
    /// [`OpenError`] if it is somebody else's, or altered.
    pub fn open_draft(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let open = |key| aead::unwrap(key, Label::DRAFT, self.account.as_bytes(), sealed);
        open(&self.settings_key)
            .or_else(|refused| self.settings_key_before.as_ref().map_or(Err(refused), open))
    }
}

impl MailboxSeed {
    pub(super) fn duplicate(&self) -> Self {
        Self {
            seed: self.seed.duplicate(),
            made_at_ms: self.made_at_ms,
            superseded_at_ms: self.superseded_at_ms,
        }
    }

    pub(super) fn superseded_before(&self, moment_ms: u64) -> bool {
        self.superseded_at_ms.is_some_and(|superseded_at_ms| superseded_at_ms < moment_ms)
    }

    fn to_body(&self) -> SeedBody {
        SeedBody {
            seed: SecretField(self.seed.duplicate()),
            made_at_ms: self.made_at_ms,
            superseded_at_ms: self.superseded_at_ms,
        }
    }

    fn from_body(body: SeedBody) -> Self {
        Self { seed: body.seed.0, made_at_ms: body.made_at_ms, superseded_at_ms: body.superseded_at_ms }
    }
}
