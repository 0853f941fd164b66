//! The bundle key and its wraps. AAD of a wrap: suite ‖ account ‖ kind.

use crate::auth::Kek;
use crate::hazmat::{OpenError, aead, hpke};
use crate::label::Label;
use crate::recovery::RecoveryKeys;
use crate::secret::Secret;
use crate::wire::api::WrapKind;
use crate::wire::{AccountId, SUITE_1};
use rand_core::CryptoRng;

/// Of an encapsulated X-Wing key.
const ENC_BYTES: usize = 1120;

/// The public half of a recovery pair is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the recovery key is not valid")]
pub struct RecoveryKeyError;

/// The random key that seals an account's bundle.
pub struct BundleKey(pub(super) Secret<32>);

/// A session's random key; lies with the server's session, so that a refresh keeps the session.
pub struct ResumeKey(Secret<32>);

impl ResumeKey {
    /// A fresh one.
    pub fn make(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(Secret::random(rng))
    }

    /// What the server kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Secret::from_slice(bytes).map(Self)
    }

    /// For the server's session. **It goes nowhere else.**
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

impl BundleKey {
    /// A fresh one.
    pub fn make(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(Secret::random(rng))
    }

    /// The same key, for the next bundle under it.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// Wraps it under the key from the password.
    pub fn wrap_for_password(
        &self,
        kek: &Kek,
        account: AccountId,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Vec<u8> {
        let aad = aad(account, WrapKind::Password);
        aead::wrap(kek.secret(), Label::WRAP_PASSWORD, &aad, self.0.expose(), rng)
    }

    /// The reverse of [`Self::wrap_for_password`].
    ///
    /// # Errors
    /// [`OpenError`] if key, account or kind are others.
    pub fn unwrap_with_password(sealed: &[u8], kek: &Kek, account: AccountId) -> Result<Self, OpenError> {
        Self::unwrap(kek.secret(), Label::WRAP_PASSWORD, &aad(account, WrapKind::Password), sealed)
    }

    /// Wraps it under a session's resume key, for the tab.
    pub fn wrap_for_resume(
        &self,
        key: &ResumeKey,
        account: AccountId,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Vec<u8> {
        aead::wrap(&key.0, Label::WRAP_RESUME, &aad(account, WrapKind::Resume), self.0.expose(), rng)
    }

    /// The reverse of [`Self::wrap_for_resume`].
    ///
    /// # Errors
    /// [`OpenError`] if key, account or kind are others.
    pub fn unwrap_with_resume(sealed: &[u8], key: &ResumeKey, account: AccountId) -> Result<Self, OpenError> {
        Self::unwrap(&key.0, Label::WRAP_RESUME, &aad(account, WrapKind::Resume), sealed)
    }

    /// Seals it to the public half of a recovery code's pair; the code itself is not needed.
    ///
    /// # Errors
    /// [`RecoveryKeyError`] if that is no key.
    pub fn wrap_for_recovery(
        &self,
        public: &[u8],
        account: AccountId,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, RecoveryKeyError> {
        let public = public.try_into().map_err(|_| RecoveryKeyError)?;
        let sealed = hpke::seal_key(public, &recovery_info(account), &self.0, rng);
        let (mut wrap, key) = sealed.map_err(|_| RecoveryKeyError)?;
        wrap.extend(key);
        Ok(wrap)
    }

    /// The reverse of [`Self::wrap_for_recovery`].
    ///
    /// # Errors
    /// [`OpenError`] if code, account or kind are others.
    pub fn unwrap_with_recovery(
        sealed: &[u8],
        keys: &RecoveryKeys,
        account: AccountId,
    ) -> Result<Self, OpenError> {
        let (enc, key) = sealed.split_at_checked(ENC_BYTES).ok_or(OpenError)?;
        hpke::open_key(keys.sealing_seed(), enc, &recovery_info(account), key).map(Self)
    }

    #[cfg(test)]
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn unwrap(key: &Secret<32>, label: Label, aad: &[u8], sealed: &[u8]) -> Result<Self, OpenError> {
        let opened = aead::unwrap(key, label, aad, sealed)?;
        Secret::from_slice(&opened).map(Self).ok_or(OpenError)
    }
}

fn recovery_info(account: AccountId) -> Vec<u8> {
    Label::WRAP_RECOVERY.prefix(&[&aad(account, WrapKind::Recovery)])
}

fn aad(account: AccountId, kind: WrapKind) -> Vec<u8> {
    let kind: u8 = match kind {
        WrapKind::Password => 0,
        WrapKind::Recovery => 1,
        WrapKind::Resume => 2,
    };
    [&SUITE_1.to_be_bytes()[..], account.as_bytes(), &[kind]].concat()
}
