//! The code and what comes from it: the client's half.

use super::{Challenge, PUBLIC_BYTES, Replacement};
use crate::hazmat::kdf::derive;
use crate::hazmat::{hpke, sign};
use crate::label::Label;
use crate::printed::{PrintedError, print_chars, read_chars};
use crate::secret::Secret;
use crate::wire::DeploymentId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

const BYTES: usize = 17;
const CHARS: usize = 26;
/// Bits of the last byte that are used.
const LAST_BITS: u8 = 0b1100_0000;

/// What a person prints and keeps. **Whoever has it can open the account.**
pub struct RecoveryCode(Secret<BYTES>);

impl RecoveryCode {
    /// A fresh one.
    pub fn make(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(Secret::filled(|bytes| {
            rng.fill_bytes(bytes.as_mut_slice());
            if let Some(last) = bytes.last_mut() {
                *last &= LAST_BITS;
            }
        }))
    }

    /// The text to print: 7 groups of 4.
    pub fn print(&self) -> Zeroizing<String> {
        print_chars(&self.0, CHARS, Label::RECOVERY_CHECK)
    }

    /// Reads what a person typed, in any case, with or without separators.
    ///
    /// # Errors
    /// [`PrintedError`] if it is none, or has a slip in it.
    pub fn read(text: &str) -> Result<Self, PrintedError> {
        read_chars(text, CHARS, Label::RECOVERY_CHECK).map(Self)
    }

    /// The keys that come from it at one installation.
    pub fn keys(&self, deployment: DeploymentId) -> RecoveryKeys {
        let context = deployment.as_bytes();
        RecoveryKeys {
            signing: derive(self.0.expose(), Label::RECOVERY_SIGN, context),
            sealing: derive(self.0.expose(), Label::RECOVERY_HPKE, context),
        }
    }
}

impl PartialEq for RecoveryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The two key pairs of a recovery code.
pub struct RecoveryKeys {
    signing: Secret<32>,
    sealing: Secret<32>,
}

impl RecoveryKeys {
    /// For the server, which checks proofs with it.
    pub fn public(&self) -> [u8; PUBLIC_BYTES] {
        sign::public_key(&self.signing)
    }

    /// For the bundle: what new bundle keys are sealed to.
    pub fn sealing_public(&self) -> Vec<u8> {
        hpke::public_key(&self.sealing).to_vec()
    }

    #[cfg(test)]
    pub(super) fn signing(&self) -> &Secret<32> {
        &self.signing
    }

    pub(crate) fn sealing_seed(&self) -> &Secret<32> {
        &self.sealing
    }

    /// Asks for wrap and bundle.
    pub fn prove_fetch(&self, challenge: &Challenge<'_>) -> Vec<u8> {
        sign::sign(&self.signing, Label::RECOVERY_FETCH, &challenge.fetch_bytes()).to_vec()
    }

    /// Replaces record, certificate, bundle and wraps.
    pub fn prove_commit(&self, challenge: &Challenge<'_>, new: &Replacement<'_>) -> Vec<u8> {
        sign::sign(&self.signing, Label::RECOVERY_COMMIT, &challenge.commit_bytes(new)).to_vec()
    }
}
