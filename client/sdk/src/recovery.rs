//! The recovery code: made, proved by typing it, and used when the password is lost.

use crate::directory::follow;
use crate::error::Error;
use crate::http::Api;
use crate::platform::{Method, Platform};
use crate::portal::Portal;
use crate::session::{Keys, Session, wraps};
use crypto_core::auth::ClientRegistration;
use crypto_core::certificate::ChainError;
use crypto_core::keys::BundleKey;
use crypto_core::password::{check_policy, normalize};
use crypto_core::recovery::{Challenge, RecoveryCode, RecoveryKeys, Replacement};
use crypto_core::wire::api::{
    AskForPassword, RecoveryCommit, RecoveryFetch, RecoveryFetched, RecoveryPassword, RecoveryStart,
    RecoveryStarted, RegistrationAnswer, SetRecovery, StoredBundle, WrapKind,
};
use crypto_core::wire::{Address, B64, DeploymentId};
use zeroize::Zeroizing;

impl<P: Platform> Session<P> {
    /// Whether there is a recovery code.
    pub fn has_recovery_code(&self) -> bool {
        self.keys().bundle.recovery_public().is_some()
    }

    /// A new recovery code, to show and print. Nothing has changed yet: [`Self::set_recovery_code`] makes it the
    /// one that counts.
    pub fn make_recovery_code(&self) -> Zeroizing<String> {
        RecoveryCode::make(&mut self.api().platform().rng()).print()
    }

    /// Makes `shown` the recovery code, once the person has `typed` it. An earlier one is void.
    ///
    /// # Errors
    /// [`Error::RecoveryCode`] if they differ; the problem `fresh-sign-in-needed`.
    pub async fn set_recovery_code(&self, shown: &str, typed: &str) -> Result<(), Error> {
        let code = RecoveryCode::read(shown)?;
        if RecoveryCode::read(typed)? != code {
            return Err(Error::RecoveryCode);
        }
        let mut rng = self.api().platform().rng();
        let keys = self.keys();
        let from_code = code.keys(self.status().deployment);
        let bundle = keys.bundle.with_recovery(from_code.sealing_public())?;
        let key = keys.key.duplicate();
        let wrap = key.wrap_for_recovery(&from_code.sealing_public(), bundle.account(), &mut rng)?;
        let body = SetRecovery {
            expected_revision: keys.bundle.revision(),
            bundle: StoredBundle { revision: bundle.revision(), sealed: B64(bundle.seal(&key, &mut rng)) },
            wrap: B64(wrap),
            public: B64(from_code.public().to_vec()),
        };
        self.api().tell(Method::Put, "/account/recovery", &body).await?;
        self.set_keys(Keys { bundle, key });
        Ok(())
    }
}

/// Somebody who has proved a recovery code and will choose a password.
pub struct Recovery<P> {
    api: Api<P>,
    deployment: DeploymentId,
    address: Address,
    code: RecoveryKeys,
    fetched: RecoveryFetched,
    keys: Keys,
}

impl<P: Platform> Portal<P> {
    /// Proves a recovery code. `second_factor` is asked for by the problem `second-factor-needed`.
    ///
    /// # Errors
    /// [`Error::RecoveryCode`] if it has a slip in it; the problem `recovery-failed` if it is not this
    /// address's; [`Error::Bundle`].
    pub async fn recover(
        &self,
        address: &str,
        code: &str,
        second_factor: Option<&str>,
    ) -> Result<Recovery<P>, Error> {
        let address = Address::parse(address)?;
        let deployment = self.status.deployment;
        let code = RecoveryCode::read(code)?.keys(deployment);
        let start = RecoveryStart { address: address.to_string() };
        let started: RecoveryStarted = self.api.call(Method::Post, "/recovery/start", &start).await?;
        let proof = code.prove_fetch(&challenge(deployment, &started.challenge, &address)?);
        let fetch = RecoveryFetch {
            recovery: started.recovery,
            proof: B64(proof),
            second_factor: second_factor.map(str::to_owned),
        };
        let fetched: RecoveryFetched = self.api.call(Method::Post, "/recovery/fetch", &fetch).await?;
        let key = BundleKey::unwrap_with_recovery(&fetched.wrap.sealed.0, &code, fetched.account)?;
        let mut keys = self.open_bundle(&fetched.bundle, key, fetched.account)?;
        // The bundle may have the certificate before one that an administrator made for the same keys. After the
        // sign-in that follows, the directory is proved like ever.
        let refused = |cause| Error::Keys { address: address.to_string(), cause };
        let directory = follow(keys.bundle.pins(), &fetched.chains).map_err(refused)?;
        let newest = directory.account(fetched.account).ok_or_else(|| refused(ChainError::Succession))?;
        if let Some(bundle) = keys.bundle.adopt(&newest)? {
            keys.bundle = bundle;
        }
        Ok(Recovery { api: self.api.clone(), deployment, address, code, fetched, keys })
    }

    /// Asks the contacts for a new initial password. The answer is the same for every address.
    ///
    /// # Errors
    /// [`Error::Address`] if it is none; [`Error::Problem`].
    pub async fn ask_for_password(&self, address: &str) -> Result<(), Error> {
        let body = AskForPassword { address: Address::parse(address)?.to_string() };
        self.api.tell(Method::Post, "/password-requests", &body).await
    }
}

impl<P: Platform> Recovery<P> {
    /// Whose mailbox it is.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// Replaces password and keys. The recovery code goes on to count. **The caller signs in with the new
    /// password.**
    ///
    /// # Errors
    /// [`Error::PasswordPolicy`]; the problem `recovery-failed` if it took too long.
    pub async fn set_password(&self, password: &str) -> Result<(), Error> {
        check_policy(password).map_err(|_| Error::PasswordPolicy)?;
        let password = normalize(password);
        let mut rng = self.api.platform().rng();
        let (state, request) = ClientRegistration::start(password.as_bytes(), &mut rng)?;
        let recovery = self.fetched.recovery;
        let start = RecoveryPassword { recovery, registration_request: B64(request.into_bytes()) };
        let answer: RegistrationAnswer = self.api.call(Method::Post, "/recovery/password", &start).await?;
        let (record, kek) = state.finish(
            password.as_bytes(),
            &answer.registration_response.0,
            self.deployment.as_bytes(),
            &mut rng,
        )?;
        let now_ms = self.api.platform().now_ms();
        let made = self.keys.bundle.rotated(false, now_ms, &mut rng)?;
        let key = BundleKey::make(&mut rng);
        let sealed = made.bundle.seal(&key, &mut rng);
        let mut commit = RecoveryCommit {
            recovery,
            proof: B64::default(),
            expected_revision: self.keys.bundle.revision(),
            record: B64(record.into_bytes()),
            certificate: B64(made.certificate.as_bytes().to_vec()),
            bundle: StoredBundle { revision: made.bundle.revision(), sealed: B64(sealed) },
            wraps: wraps(&made.bundle, &key, &kek, &mut rng)?,
        };
        commit.proof = B64(self.prove(&commit)?);
        self.api.tell(Method::Post, "/recovery/commit", &commit).await
    }

    fn prove(&self, commit: &RecoveryCommit) -> Result<Vec<u8>, Error> {
        let wraps: Vec<(WrapKind, &[u8])> =
            commit.wraps.iter().map(|wrap| (wrap.kind, wrap.sealed.0.as_slice())).collect();
        let new = Replacement {
            record: &commit.record.0,
            certificate: &commit.certificate.0,
            bundle: &commit.bundle.sealed.0,
            wraps: &wraps,
        };
        let challenge = challenge(self.deployment, &self.fetched.challenge, &self.address)?;
        Ok(self.code.prove_commit(&challenge, &new))
    }
}

fn challenge<'a>(
    deployment: DeploymentId,
    challenge: &'a B64,
    address: &'a Address,
) -> Result<Challenge<'a>, Error> {
    let challenge = challenge.0.as_slice().try_into().map_err(|_| Error::Answer)?;
    Ok(Challenge { deployment, challenge, address: address.as_str() })
}
