//! What an account signs about others, and what it takes over that others signed about it.

use super::account::{KeyError, Origin};
use super::bundle::{Bundle, BundleError};
use super::root_share::is_root_seed;
use crate::certificate::{
    Cause, CertificateBody, CurrentCertificate, Deputy, Entry, Reason, Role, StatementBody,
    issue_certificate, issue_statement,
};
use crate::secret::Secret;
use crate::wire::{Fingerprint, SUITE_1};

/// *Moved* under the old address and *readdressed* under the new one; they are entered together.
pub struct Moved {
    /// Ends the account at its old address.
    pub moved: Entry,
    /// Goes on with it at the new one.
    pub readdressed: Entry,
}

impl Bundle {
    /// Other deputies for somebody who is absent.
    ///
    /// # Errors
    /// [`KeyError::Form`] if the deputies do not fit; [`KeyError::Counter`].
    pub fn depute(
        &self,
        owner: &CurrentCertificate,
        deputies: Option<Vec<Deputy>>,
        now_ms: u64,
    ) -> Result<Entry, KeyError> {
        let old = owner.body();
        let body = CertificateBody {
            deputies,
            issued_at_ms: now_ms,
            reason: Reason::Deputed,
            version: old.version.checked_add(1).ok_or(KeyError::Counter)?,
            previous: Some(owner.fingerprint()),
            issuer: Some(self.certificate.fingerprint()),
            moved_from: None,
            ..old.clone()
        };
        Ok(issue_certificate(&body, &self.signing_seed, None)?)
    }

    /// Ends an account. **For an administrator's, `root` is needed.**
    ///
    /// # Errors
    /// [`KeyError::Authority`] without the root's seed where it is needed; [`KeyError::Counter`].
    pub fn revoke(
        &self,
        subject: &CurrentCertificate,
        cause: Cause,
        root: Option<&CurrentCertificate>,
        now_ms: u64,
    ) -> Result<Entry, KeyError> {
        let old = subject.body();
        let (seed, issuer) = self.issuer_for(old.role, root)?;
        let body = StatementBody {
            suite: SUITE_1,
            account: old.account,
            address: Some(old.address.clone()),
            role: old.role,
            generation: old.generation,
            issued_at_ms: now_ms,
            cause,
            version: old.version.checked_add(1).ok_or(KeyError::Counter)?,
            previous: subject.fingerprint(),
            issuer: Some(issuer),
            subject: None,
        };
        Ok(issue_statement(&body, seed)?)
    }

    /// Lets an account go on at another address, with the same keys. `previous`: the newest entry there.
    ///
    /// # Errors
    /// As [`Self::revoke`].
    pub fn move_account(
        &self,
        subject: &CurrentCertificate,
        address: &str,
        previous: Option<(u32, Fingerprint)>,
        root: Option<&CurrentCertificate>,
        now_ms: u64,
    ) -> Result<Moved, KeyError> {
        let moved = self.revoke(subject, Cause::Moved, root, now_ms)?;
        let old = subject.body();
        let (seed, issuer) = self.issuer_for(old.role, root)?;
        let (version, previous) = match previous {
            Some((version, fingerprint)) => {
                (version.checked_add(1).ok_or(KeyError::Counter)?, Some(fingerprint))
            }
            None => (1, None),
        };
        let body = CertificateBody {
            address: address.to_owned(),
            deputies: None,
            issued_at_ms: now_ms,
            reason: Reason::Readdressed,
            version,
            previous,
            issuer: Some(issuer),
            moved_from: Some(moved.fingerprint()),
            ..old.clone()
        };
        let readdressed = issue_certificate(&body, seed, None)?;
        Ok(Moved { moved, readdressed })
    }

    /// The root as the origin of a further administrator.
    ///
    /// # Errors
    /// [`KeyError::Authority`] without the root's seed.
    pub fn root_origin(
        &self,
        root: &CurrentCertificate,
        previous: Option<(u32, Fingerprint)>,
        now_ms: u64,
    ) -> Result<Origin<'_>, KeyError> {
        let (issuer_seed, issuer) = self.issuer_for(Role::Administrator, Some(root))?;
        Ok(Origin { issuer_seed, issuer, previous, pins: self.pins, provisional: true, now_ms })
    }

    fn issuer_for(
        &self,
        role: Role,
        root: Option<&CurrentCertificate>,
    ) -> Result<(&Secret<32>, Fingerprint), KeyError> {
        if role != Role::Administrator {
            return Ok((&self.signing_seed, self.certificate.fingerprint()));
        }
        match (&self.root_seed, root) {
            (Some(seed), Some(root)) if is_root_seed(seed, root) => Ok((seed, root.fingerprint())),
            _ => Err(KeyError::Authority),
        }
    }

    /// Takes over the newest certificate of the own account, which an issuer made for the same keys (*deputed*,
    /// *readdressed*). It is the same revision: what is sealed for the server still has the certificate before,
    /// until a bundle is made for another reason. `None` if it is the own already, or is for other keys.
    ///
    /// # Errors
    /// [`BundleError::Mismatch`] if a number has reached its end.
    pub fn adopt(&self, newest: &CurrentCertificate) -> Result<Option<Self>, BundleError> {
        let (new, old) = (newest.body(), self.certificate.body());
        let for_same_keys = new.account == self.account
            && matches!(new.reason, Reason::Deputed | Reason::Readdressed)
            && newest.fingerprint() != self.certificate.fingerprint()
            && new.signing_key == old.signing_key
            && new.mailbox_key == old.mailbox_key;
        if !for_same_keys {
            return Ok(None);
        }
        let certificate = newest.accepted().certificate().clone();
        let adopted = self.changed(|bundle| {
            bundle.certificate = certificate;
            bundle.revision = self.revision;
        });
        adopted.map(Some)
    }

    /// Takes in the root's seed; the next revision, under the same bundle key.
    ///
    /// # Errors
    /// [`BundleError::Mismatch`] if it is not the seed of the root in force, or the account no administrator's.
    pub fn with_root(&self, seed: Secret<32>, root: &CurrentCertificate) -> Result<Self, BundleError> {
        let right = is_root_seed(&seed, root) && self.certificate.body().role == Role::Administrator;
        if !right {
            return Err(BundleError::Mismatch);
        }
        self.changed(|bundle| bundle.root_seed = Some(seed))
    }
}
