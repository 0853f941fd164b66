//! Making accounts, the root, and new keys of an account.

use super::bundle::{Bundle, MailboxSeed};
use crate::certificate::{
    Certificate, CertificateBody, Deputy, Entry, FormError, Pins, ROOT_LABEL, Reason, Role, issue_certificate,
};
use crate::hazmat::{hpke, sign};
use crate::secret::Secret;
use crate::wire::{AccountId, Fingerprint, SUITE_1};
use minicbor::bytes::{ByteArray, ByteVec};
use rand_core::CryptoRng;
use std::sync::atomic::AtomicU64;

/// Why keys or a certificate could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The certificate would not have the right form.
    #[error("form: {0}")]
    Form(#[from] FormError),
    /// A number has reached its end.
    #[error("counter")]
    Counter,
    /// The bundle has no authority for that.
    #[error("authority")]
    Authority,
}

/// Who a new account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Canonical address.
    pub address: String,
    /// Display name; not of partners.
    pub name: Option<String>,
    /// Unit; staff.
    pub unit: Option<String>,
    /// What it is.
    pub role: Role,
}

/// Where a new account comes from.
pub struct Origin<'a> {
    /// Seed that signs the certificate: the root's, or of the inviter's bundle.
    pub issuer_seed: &'a Secret<32>,
    /// The issuer's certificate.
    pub issuer: Fingerprint,
    /// The newest entry of the address, if it had an account before: version and fingerprint.
    pub previous: Option<(u32, Fingerprint)>,
    /// What the new bundle pins.
    pub pins: Pins,
    /// Made by somebody else's browser.
    pub provisional: bool,
    /// The issuer's clock.
    pub now_ms: u64,
}

/// A bundle with its certificate.
pub struct Made {
    /// Not sealed yet; revision 1 or one more than before.
    pub bundle: Bundle,
    /// Signed.
    pub certificate: Certificate,
}

/// Makes the organisation's root: its seed and first certificate.
///
/// # Errors
/// [`KeyError::Form`] if the name does not fit.
pub fn make_root(
    organisation: &str,
    now_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(Secret<32>, Certificate), KeyError> {
    let seed = Secret::random(rng);
    let body = CertificateBody {
        suite: SUITE_1,
        account: AccountId::random(rng),
        address: ROOT_LABEL.to_owned(),
        name: Some(organisation.to_owned()),
        unit: None,
        domains: None,
        role: Role::Root,
        provisional: false,
        generation: 1,
        signing_key: ByteArray::from(sign::public_key(&seed)),
        mailbox_key: None,
        deputies: None,
        issued_at_ms: now_ms,
        reason: Reason::Genesis,
        version: 1,
        previous: None,
        issuer: None,
        moved_from: None,
    };
    let certificate = certificate_of(issue_certificate(&body, &seed, Some(&seed))?)?;
    Ok((seed, certificate))
}

/// Makes the keys of a new account and certifies them.
///
/// # Errors
/// See [`KeyError`].
pub fn make_account(
    identity: Identity,
    origin: &Origin<'_>,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Made, KeyError> {
    let (signing_seed, mailbox_seed) = (Secret::random(rng), Secret::random(rng));
    let account = AccountId::random(rng);
    let (version, previous) = match origin.previous {
        Some((version, fingerprint)) => (version.checked_add(1).ok_or(KeyError::Counter)?, Some(fingerprint)),
        None => (1, None),
    };
    let body = CertificateBody {
        suite: SUITE_1,
        account,
        address: identity.address,
        name: identity.name,
        unit: identity.unit,
        domains: None,
        role: identity.role,
        provisional: origin.provisional,
        generation: 1,
        signing_key: ByteArray::from(sign::public_key(&signing_seed)),
        mailbox_key: Some(mailbox_key(&mailbox_seed)),
        deputies: None,
        issued_at_ms: origin.now_ms,
        reason: Reason::Issued,
        version,
        previous,
        issuer: Some(origin.issuer),
        moved_from: None,
    };
    let certificate = certificate_of(issue_certificate(&body, origin.issuer_seed, Some(&signing_seed))?)?;
    let bundle = Bundle {
        account,
        revision: 1,
        signing_seed,
        mailbox: vec![MailboxSeed { seed: mailbox_seed, made_at_ms: origin.now_ms, superseded_at_ms: None }],
        recovery_public: None,
        settings_key: Secret::random(rng),
        settings_key_before: None,
        settings_revision: AtomicU64::new(0),
        pins: origin.pins,
        certificate: certificate.clone(),
        root_seed: None,
    };
    Ok(Made { bundle, certificate })
}

/// Makes new keys for somebody who lost theirs, certified by an issuer: reason *reset*, provisional, and with
/// the next revision after `revision`. Nothing of the old keys is known here.
///
/// # Errors
/// See [`KeyError`].
pub fn make_reset(
    live: &Certificate,
    origin: &Origin<'_>,
    revision: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Made, KeyError> {
    let (signing_seed, mailbox_seed) = (Secret::random(rng), Secret::random(rng));
    let old = live.body();
    let body = CertificateBody {
        provisional: true,
        generation: old.generation.checked_add(1).ok_or(KeyError::Counter)?,
        signing_key: ByteArray::from(sign::public_key(&signing_seed)),
        mailbox_key: Some(mailbox_key(&mailbox_seed)),
        issued_at_ms: origin.now_ms,
        reason: Reason::Reset,
        version: old.version.checked_add(1).ok_or(KeyError::Counter)?,
        previous: Some(live.fingerprint()),
        issuer: Some(origin.issuer),
        moved_from: None,
        ..old.clone()
    };
    let certificate = certificate_of(issue_certificate(&body, origin.issuer_seed, Some(&signing_seed))?)?;
    let bundle = Bundle {
        account: old.account,
        revision: revision.checked_add(1).ok_or(KeyError::Counter)?,
        signing_seed,
        mailbox: vec![MailboxSeed { seed: mailbox_seed, made_at_ms: origin.now_ms, superseded_at_ms: None }],
        recovery_public: None,
        settings_key: Secret::random(rng),
        settings_key_before: None,
        settings_revision: AtomicU64::new(0),
        pins: origin.pins,
        certificate: certificate.clone(),
        root_seed: None,
    };
    Ok(Made { bundle, certificate })
}

impl Bundle {
    /// Gives an administrator's first bundle the root's seed.
    #[must_use]
    pub fn with_root_seed(mut self, seed: Secret<32>) -> Self {
        self.root_seed = Some(seed);
        self
    }

    /// This account as the origin of a new one.
    pub fn origin(&self, previous: Option<(u32, Fingerprint)>, now_ms: u64) -> Origin<'_> {
        Origin {
            issuer_seed: &self.signing_seed,
            issuer: self.certificate.fingerprint(),
            previous,
            pins: self.pins,
            provisional: true,
            now_ms,
        }
    }

    /// New signing and mailbox keys, certified by the present ones; the next revision. Earlier mailbox
    /// seeds stay until their mail has expired.
    ///
    /// # Errors
    /// [`KeyError::Counter`]; [`KeyError::Authority`] if an account would become provisional again.
    pub fn rotated(
        &self,
        provisional: bool,
        now_ms: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Made, KeyError> {
        let deputies = self.certificate.body().deputies.clone();
        self.rotated_with(provisional, deputies, now_ms, rng)
    }

    /// The same, and other deputies; an empty list is written as `None`.
    ///
    /// # Errors
    /// As [`Self::rotated`]; [`KeyError::Form`] if the deputies do not fit.
    pub fn rotated_with(
        &self,
        provisional: bool,
        deputies: Option<Vec<Deputy>>,
        now_ms: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Made, KeyError> {
        let old = self.certificate.body();
        if provisional && !old.provisional {
            return Err(KeyError::Authority);
        }
        // The inviter's browser made the settings key too.
        let settings = if old.provisional {
            (Secret::random(rng), Some(self.settings_key.duplicate()))
        } else {
            self.same_settings()
        };
        self.succeeded((provisional, deputies), settings, now_ms, rng)
    }

    /// New signing and mailbox keys while the password stays, and with it everything else; the next revision.
    /// Mailbox seeds that were superseded before `needed_from_ms` are dropped.
    ///
    /// # Errors
    /// [`KeyError::Counter`].
    pub fn with_new_mailbox_key(
        &self,
        needed_from_ms: u64,
        now_ms: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Made, KeyError> {
        let old = self.certificate.body();
        let same = (old.provisional, old.deputies.clone());
        let mut made = self.succeeded(same, self.same_settings(), now_ms, rng)?;
        made.bundle.mailbox.retain(|seed| !seed.superseded_before(needed_from_ms));
        Ok(made)
    }

    /// The next revision, without the mailbox seeds that were superseded before `needed_from_ms`.
    ///
    /// # Errors
    /// [`KeyError::Counter`].
    pub fn without_seeds_before(&self, needed_from_ms: u64) -> Result<Self, KeyError> {
        let (settings_key, settings_key_before) = self.same_settings();
        let kept = self.mailbox.iter().filter(|seed| !seed.superseded_before(needed_from_ms));
        Ok(Self {
            account: self.account,
            revision: self.revision.checked_add(1).ok_or(KeyError::Counter)?,
            signing_seed: self.signing_seed.duplicate(),
            mailbox: kept.map(MailboxSeed::duplicate).collect(),
            recovery_public: self.recovery_public.clone(),
            settings_key,
            settings_key_before,
            settings_revision: AtomicU64::new(self.settings_revision()),
            pins: self.pins,
            certificate: self.certificate.clone(),
            root_seed: self.root_seed.as_ref().map(Secret::duplicate),
        })
    }

    /// When the mailbox key of today was made.
    pub fn mailbox_key_made_at_ms(&self) -> u64 {
        self.mailbox.last().map_or(0, |seed| seed.made_at_ms)
    }

    /// Whether some mailbox seed was superseded before a moment.
    pub fn has_seeds_before(&self, needed_from_ms: u64) -> bool {
        self.mailbox.iter().any(|seed| seed.superseded_before(needed_from_ms))
    }

    /// The settings key, and the one before, which drafts may still be sealed with.
    fn same_settings(&self) -> (Secret<32>, Option<Secret<32>>) {
        (self.settings_key.duplicate(), self.settings_key_before.as_ref().map(Secret::duplicate))
    }

    fn succeeded(
        &self,
        (provisional, deputies): (bool, Option<Vec<Deputy>>),
        (settings_key, settings_key_before): (Secret<32>, Option<Secret<32>>),
        now_ms: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Made, KeyError> {
        let old = self.certificate.body();
        let (signing_seed, mailbox_seed) = (Secret::random(rng), Secret::random(rng));
        let body = CertificateBody {
            provisional,
            generation: old.generation.checked_add(1).ok_or(KeyError::Counter)?,
            signing_key: ByteArray::from(sign::public_key(&signing_seed)),
            mailbox_key: Some(mailbox_key(&mailbox_seed)),
            deputies,
            issued_at_ms: now_ms,
            reason: Reason::Rotated,
            version: old.version.checked_add(1).ok_or(KeyError::Counter)?,
            previous: Some(self.certificate.fingerprint()),
            issuer: Some(self.certificate.fingerprint()),
            moved_from: None,
            ..old.clone()
        };
        let certificate = certificate_of(issue_certificate(&body, &self.signing_seed, Some(&signing_seed))?)?;
        let bundle = Self {
            account: self.account,
            revision: self.revision.checked_add(1).ok_or(KeyError::Counter)?,
            signing_seed,
            mailbox: self.seeds_with(mailbox_seed, now_ms),
            recovery_public: self.recovery_public.clone(),
            settings_key,
            settings_key_before,
            settings_revision: AtomicU64::new(self.settings_revision()),
            pins: self.pins,
            certificate: certificate.clone(),
            root_seed: self.root_seed.as_ref().map(Secret::duplicate),
        };
        Ok(Made { bundle, certificate })
    }

    fn seeds_with(&self, seed: Secret<32>, now_ms: u64) -> Vec<MailboxSeed> {
        let earlier = self.mailbox.iter().map(|old| MailboxSeed {
            superseded_at_ms: old.superseded_at_ms.or(Some(now_ms)),
            ..old.duplicate()
        });
        earlier.chain([MailboxSeed { seed, made_at_ms: now_ms, superseded_at_ms: None }]).collect()
    }
}

fn mailbox_key(seed: &Secret<32>) -> ByteVec {
    ByteVec::from(hpke::public_key(seed).to_vec())
}

fn certificate_of(entry: Entry) -> Result<Certificate, KeyError> {
    match entry {
        Entry::Certificate(certificate) => Ok(certificate),
        Entry::Statement(_) => Err(KeyError::Authority),
    }
}
