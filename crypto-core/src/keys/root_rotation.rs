//! The end of an administrator, who knows the root's seed: a new root takes the place of the old one.
//!
//! The old root signs the new one; the new one signs the administrator's end and the next policy, so that all three
//! may stand in one epoch. Its seed is sealed to every other administrator, and every client takes the new root into
//! its bundle at its next look at the directory.

use super::account::KeyError;
use super::bundle::{Bundle, BundleError};
use super::root_share::{RootShare, is_root_seed};
use crate::certificate::{
    Cause, Certificate, CertificateBody, CurrentCertificate, Directory, Entry, Pins, PolicyBody, Reason,
    Role, StatementBody, issue_certificate, issue_policy, issue_statement,
};
use crate::hazmat::sign;
use crate::secret::Secret;
use crate::wire::{AccountId, Fingerprint, SUITE_1};
use minicbor::bytes::ByteArray;
use rand_core::CryptoRng;

/// Everything that changes when an administrator is removed; it is entered together.
pub struct RootRotation {
    /// The new root, signed by the old one.
    pub root: Entry,
    /// The administrator's end, signed by the new root.
    pub statement: Entry,
    /// The next policy, signed by the new root.
    pub policy: Vec<u8>,
    /// The new root's seed, sealed to each of the others.
    pub shares: Vec<(AccountId, Vec<u8>)>,
    /// The remover's, with the new root's seed and pins; the next revision under the same bundle key.
    pub bundle: Bundle,
}

impl Bundle {
    /// Makes a new root and ends an administrator under it. `remaining`: the other administrators; who has
    /// provisional keys gets no share.
    ///
    /// # Errors
    /// [`KeyError::Authority`] without the root's seed, or if `removed` is oneself or no administrator;
    /// [`KeyError::Counter`], [`KeyError::Form`].
    pub fn rotate_root(
        &self,
        directory: &Directory,
        (removed, cause): (&CurrentCertificate, Cause),
        remaining: &[CurrentCertificate],
        now_ms: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<RootRotation, KeyError> {
        let old = directory.root().ok_or(KeyError::Authority)?;
        let old_seed = self.root_seed().filter(|seed| is_root_seed(seed, &old));
        let old_seed = old_seed.ok_or(KeyError::Authority)?;
        let right = removed.body().role == Role::Administrator && removed.body().account != self.account;
        if !right {
            return Err(KeyError::Authority);
        }
        let seed = Secret::random(rng);
        let root = next_root(old.accepted().certificate(), old_seed, &seed, now_ms)?;
        let statement = end_of(removed, cause, (&seed, root.fingerprint()), now_ms)?;
        let (policy_hash, policy) = next_policy(directory, &seed, root.fingerprint())?;
        let mut shares = Vec::new();
        for other in remaining {
            let (account, provisional) = (other.body().account, other.body().provisional);
            if provisional || account == self.account || account == removed.body().account {
                continue;
            }
            let share = RootShare::seal(&seed, root.fingerprint(), other, rng);
            shares.push((account, share.map_err(|_| KeyError::Authority)?));
        }
        let pins = Pins { root: root.fingerprint(), policy: policy_hash };
        let bundle = self.changed(|bundle| (bundle.pins, bundle.root_seed) = (pins, Some(seed)));
        let bundle = bundle.map_err(|_| KeyError::Counter)?;
        Ok(RootRotation { root, statement, policy, shares, bundle })
    }

    /// Takes over root and policy in force, which the directory has proved to come after those that are pinned: an
    /// earlier state, or another successor, is refused from then on. The seed of a root that was replaced goes. It is
    /// the same revision, for this client; [`Self::renewed`] is for the server. `None` if they are pinned already.
    ///
    /// # Errors
    /// [`BundleError::Mismatch`] if a number has reached its end.
    pub fn repinned(&self, directory: &Directory) -> Result<Option<Self>, BundleError> {
        let Some(root) = directory.root() else { return Ok(None) };
        let pins = Pins { root: root.fingerprint(), policy: directory.policy().hash() };
        if pins == self.pins {
            return Ok(None);
        }
        let repinned = self.changed(|bundle| {
            bundle.revision = self.revision;
            bundle.pins = pins;
            bundle.root_seed = bundle.root_seed.take().filter(|seed| is_root_seed(seed, &root));
        });
        repinned.map(Some)
    }

    /// The same as the next revision.
    ///
    /// # Errors
    /// [`BundleError::Mismatch`] if a number has reached its end.
    pub fn renewed(&self) -> Result<Self, BundleError> {
        self.changed(|_| ())
    }
}

fn next_root(
    old: &Certificate,
    old_seed: &Secret<32>,
    seed: &Secret<32>,
    now_ms: u64,
) -> Result<Entry, KeyError> {
    let before = old.body();
    let body = CertificateBody {
        generation: before.generation.checked_add(1).ok_or(KeyError::Counter)?,
        signing_key: ByteArray::from(sign::public_key(seed)),
        issued_at_ms: now_ms,
        reason: Reason::Rotated,
        version: before.version.checked_add(1).ok_or(KeyError::Counter)?,
        previous: Some(old.fingerprint()),
        issuer: Some(old.fingerprint()),
        ..before.clone()
    };
    Ok(issue_certificate(&body, old_seed, Some(seed))?)
}

fn end_of(
    removed: &CurrentCertificate,
    cause: Cause,
    (seed, root): (&Secret<32>, Fingerprint),
    now_ms: u64,
) -> Result<Entry, KeyError> {
    let old = removed.body();
    let body = StatementBody {
        suite: SUITE_1,
        account: old.account,
        address: Some(old.address.clone()),
        role: old.role,
        generation: old.generation,
        issued_at_ms: now_ms,
        cause,
        version: old.version.checked_add(1).ok_or(KeyError::Counter)?,
        previous: removed.fingerprint(),
        issuer: Some(root),
        subject: None,
    };
    Ok(issue_statement(&body, seed)?)
}

/// The same demands, signed by the new root.
fn next_policy(
    directory: &Directory,
    seed: &Secret<32>,
    root: Fingerprint,
) -> Result<(Fingerprint, Vec<u8>), KeyError> {
    let before = directory.policy();
    let body = PolicyBody {
        revision: before.body().revision.checked_add(1).ok_or(KeyError::Counter)?,
        previous: Some(before.hash()),
        root,
        ..before.body().clone()
    };
    let (policy, signed) = issue_policy(&body, seed)?;
    Ok((policy.hash(), signed))
}
