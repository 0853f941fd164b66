//! The bundle key and its wraps. AAD of a wrap: suite ‖ account ‖ kind.

use crate::auth::Kek;
use crate::hazmat::{OpenError, aead};
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::api::WrapKind;
use crate::wire::{AccountId, SUITE_1};
use rand_core::CryptoRng;

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

    fn unwrap(key: &Secret<32>, label: Label, aad: &[u8], sealed: &[u8]) -> Result<Self, OpenError> {
        let opened = aead::unwrap(key, label, aad, sealed)?;
        Secret::from_slice(&opened).map(Self).ok_or(OpenError)
    }
}

fn aad(account: AccountId, kind: WrapKind) -> Vec<u8> {
    let kind: u8 = match kind {
        WrapKind::Password => 0,
        WrapKind::Recovery => 1,
        WrapKind::Resume => 2,
    };
    [&SUITE_1.to_be_bytes()[..], account.as_bytes(), &[kind]].concat()
}
