//! The server half of OPAQUE. It never sees a password and never stretches one.

use super::rng::Older;
use super::{
    Agreed, AuthError, Ke1, Ke2, Ke3, Record, RegistrationRequest, RegistrationResponse, malformed, refused,
};
use crate::hazmat::kdf::hmac_sha256;
use crate::label::Label;
use crate::secret::Secret;
use opaque_ke::{
    CredentialFinalization, CredentialRequest, Ristretto255, ServerLogin, ServerLoginParameters,
    ServerRegistration, ServerSetup, TripleDh,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The suite of the client, but for the stretching, which this side has no use for.
#[cfg_attr(not(feature = "kat"), expect(unreachable_pub, reason = "public only to the known-answer tests"))]
pub struct Suite;

impl opaque_ke::CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_v10::Sha512>;
    type Ksf = opaque_ke::ksf::Identity;
}

/// The OPRF seed and the key pair of the server. **Lost, no password of any account works any more.**
pub struct ServerSecrets(ServerSetup<Suite>);

impl ServerSecrets {
    /// Makes them, once for a deployment.
    #[must_use]
    pub fn make(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(ServerSetup::new(&mut Older(rng)))
    }

    /// For the secrets file.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.serialize().to_vec())
    }

    /// From the secrets file.
    ///
    /// # Errors
    /// [`AuthError::Malformed`] if they are not what [`Self::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
        let secrets = Self(ServerSetup::deserialize(bytes).map_err(malformed)?);
        if secrets.to_bytes().as_slice() == bytes { Ok(secrets) } else { Err(AuthError::Malformed) }
    }

    /// Answers a registration. Nothing is kept between this and the record.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn registration_response(
        &self,
        request: &[u8],
        credential_id: &[u8; 32],
    ) -> Result<RegistrationResponse, AuthError> {
        let request = RegistrationRequest::from_bytes(request)?;
        let request = opaque_ke::RegistrationRequest::deserialize(request.as_bytes()).map_err(malformed)?;
        let started = ServerRegistration::start(&self.0, request, credential_id).map_err(refused)?;
        Ok(RegistrationResponse(started.message.serialize().to_vec()))
    }
}

impl Record {
    /// Checks the form of a record that a client sent; done before it is stored.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AuthError> {
        let record = Self::from_bytes(bytes)?;
        ServerRegistration::<Suite>::deserialize(record.as_bytes()).map_err(malformed)?;
        Ok(record)
    }
}

/// A sign-in that waits for the client's proof.
pub struct ServerSignIn(ServerLogin<Suite>);

impl ServerSignIn {
    /// Answers a sign-in. Without a record the answer is a false one, made in the same way: RFC 9807,
    /// section 10.9; **the caller passes the same kind of `credential_id` in both cases**.
    ///
    /// # Errors
    /// [`AuthError::Malformed`] if a message has the wrong form.
    pub fn start(
        secrets: &ServerSecrets,
        record: Option<&[u8]>,
        ke1: &[u8],
        credential_id: &[u8; 32],
        deployment: &[u8; 16],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Self, Ke2), AuthError> {
        let ke1 = CredentialRequest::deserialize(Ke1::from_bytes(ke1)?.as_bytes()).map_err(malformed)?;
        let record = record.map(ServerRegistration::deserialize).transpose().map_err(malformed)?;
        let agreed = Agreed::new(deployment);
        let parameters =
            ServerLoginParameters { context: Some(&agreed.context), identifiers: agreed.identifiers() };
        let started = ServerLogin::start(&mut Older(rng), &secrets.0, record, ke1, credential_id, parameters)
            .map_err(refused)?;
        Ok((Self(started.state), Ke2(started.message.serialize().to_vec())))
    }

    /// The state, to be kept between the two requests. Secret, and for one use.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.serialize().to_vec())
    }

    /// The state as it was kept.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
        Ok(Self(ServerLogin::deserialize(bytes).map_err(malformed)?))
    }

    /// Checks the client's proof. **Only after this is the client signed in.**
    ///
    /// # Errors
    /// [`AuthError::Refused`] if the client did not know the password.
    pub fn finish(self, ke3: &[u8]) -> Result<(), AuthError> {
        let ke3 = CredentialFinalization::deserialize(Ke3::from_bytes(ke3)?.as_bytes()).map_err(malformed)?;
        // 3DH bound context and identities at the start; its last step looks at the MAC alone.
        self.0.finish(ke3, ServerLoginParameters::default()).map_err(refused)?;
        Ok(())
    }
}

/// The name under which OPAQUE knows an address: `HMAC-SHA256(server secret, label ‖ 0x00 ‖ address)`.
#[must_use]
pub fn credential_id(server_secret: &Secret<32>, canonical_address: &str) -> [u8; 32] {
    hmac_sha256(server_secret, Label::CREDENTIAL_ID, canonical_address.as_bytes())
}
