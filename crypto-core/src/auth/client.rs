//! The client half of OPAQUE.

use super::ksf::Stretch;
use super::rng::Older;
use super::{Agreed, AuthError, Ke1, Ke3, Record, RegistrationRequest, malformed, refused};
use crate::hazmat::kdf::derive;
use crate::label::Label;
use crate::secret::Secret;
use opaque_ke::rand::{CryptoRng as OlderCryptoRng, Error, RngCore};
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistrationFinishParameters, CredentialResponse,
    RegistrationResponse, Ristretto255, TripleDh,
};
use rand_core::CryptoRng;
use zeroize::Zeroize;

struct Suite;

impl opaque_ke::CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_v10::Sha512>;
    type Ksf = Stretch;
}

/// The key-encryption key that a password leads to: `derive(export key, OPAQUE_KEK, "")`.
pub struct Kek(Secret<32>);

impl Kek {
    /// The key, to wrap the bundle key with.
    #[must_use]
    pub fn secret(&self) -> &Secret<32> {
        &self.0
    }

    /// Without a sign-in.
    #[cfg(test)]
    pub(crate) fn from_secret(key: Secret<32>) -> Self {
        Self(key)
    }

    fn derive_from(mut export_key: impl AsMut<[u8]>) -> Self {
        let kek = Self(derive(export_key.as_mut(), Label::OPAQUE_KEK, &[]));
        export_key.as_mut().zeroize();
        kek
    }
}

/// A registration of a password that waits for the server's answer.
pub struct ClientRegistration(opaque_ke::ClientRegistration<Suite>);

impl ClientRegistration {
    /// Blinds `password`.
    ///
    /// # Errors
    /// [`AuthError::PasswordLength`].
    pub fn start(
        password: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Self, RegistrationRequest), AuthError> {
        check_length(password)?;
        let started = opaque_ke::ClientRegistration::start(&mut Older(rng), password).map_err(refused)?;
        Ok((Self(started.state), RegistrationRequest(started.message.serialize().to_vec())))
    }

    /// Stretches the password and makes the record for the server. Takes as long as one Argon2id.
    ///
    /// # Errors
    /// [`AuthError::Malformed`] or [`AuthError::Refused`] if the answer is not one to this request.
    pub fn finish(
        self,
        password: &[u8],
        response: &[u8],
        deployment: &[u8; 16],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Record, Kek), AuthError> {
        let response = super::RegistrationResponse::from_bytes(response)?;
        let response = RegistrationResponse::deserialize(response.as_bytes()).map_err(malformed)?;
        let agreed = Agreed::new(deployment);
        let parameters = ClientRegistrationFinishParameters::new(agreed.identifiers(), None);
        let finished = self.0.finish(&mut Older(rng), password, response, parameters).map_err(refused)?;
        Ok((Record(finished.message.serialize().to_vec()), Kek::derive_from(finished.export_key)))
    }
}

/// A sign-in that waits for the server's answer.
pub struct ClientSignIn(ClientLogin<Suite>);

impl ClientSignIn {
    /// Blinds `password` and makes a key share.
    ///
    /// # Errors
    /// [`AuthError::PasswordLength`].
    pub fn start(password: &[u8], rng: &mut (impl CryptoRng + ?Sized)) -> Result<(Self, Ke1), AuthError> {
        check_length(password)?;
        let started = ClientLogin::start(&mut Older(rng), password).map_err(refused)?;
        Ok((Self(started.state), Ke1(started.message.serialize().to_vec())))
    }

    /// Opens the envelope and checks the server. Takes as long as one Argon2id.
    ///
    /// # Errors
    /// [`AuthError::Refused`] if the password is wrong or the server is not the one of the registration;
    /// [`AuthError::Malformed`] if the answer has the wrong form.
    pub fn finish(self, password: &[u8], ke2: &[u8], deployment: &[u8; 16]) -> Result<(Ke3, Kek), AuthError> {
        let ke2 = super::Ke2::from_bytes(ke2)?;
        let response = CredentialResponse::deserialize(ke2.as_bytes()).map_err(malformed)?;
        let agreed = Agreed::new(deployment);
        let parameters = ClientLoginFinishParameters::new(Some(&agreed.context), agreed.identifiers(), None);
        let finished = self.0.finish(&mut NotNeeded, password, response, parameters).map_err(refused)?;
        Ok((Ke3(finished.message.serialize().to_vec()), Kek::derive_from(finished.export_key)))
    }
}

/// The last step of 3DH draws no randomness (RFC 9807, section 6.4.3); only other key exchanges do.
struct NotNeeded;

impl RngCore for NotNeeded {
    fn next_u32(&mut self) -> u32 {
        unreachable!("3DH signs nothing")
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("3DH signs nothing")
    }

    fn fill_bytes(&mut self, _: &mut [u8]) {
        unreachable!("3DH signs nothing")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Error> {
        unreachable!("3DH signs nothing")
    }
}

impl OlderCryptoRng for NotNeeded {}

fn check_length(password: &[u8]) -> Result<(), AuthError> {
    let possible = 1..=usize::from(u16::MAX);
    if possible.contains(&password.len()) { Ok(()) } else { Err(AuthError::PasswordLength) }
}
