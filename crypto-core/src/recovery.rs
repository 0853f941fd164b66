//! The recovery code: what opens an account whose password is lost (crypto.md, "Sign-in, reset, recovery").
//!
//! ```text
//! code          130 random bits in 17 bytes, printed as 26 + 2 characters (see `printed`)
//! signing seed  derive(code, RECOVERY_SIGN, deployment)
//! X-Wing seed   derive(code, RECOVERY_HPKE, deployment)
//! wrap          enc (1120) ‖ the bundle key, sealed (48); HPKE to the X-Wing key, info = WRAP_RECOVERY ‖ 0x00 ‖
//!               suite ‖ account ‖ kind
//! fetch proof   Ed25519 over RECOVERY_FETCH  ‖ SHA-256({ 0: suite, 1: deployment, 2: challenge, 3: address })
//! commit proof  Ed25519 over RECOVERY_COMMIT ‖ SHA-256({ 0 … 3 as above, 4: record, 5: certificate, 6: bundle,
//!               7: [{ 0: kind, 1: wrap }] }), each by its SHA-256
//! ```
//!
//! Invariants: a challenge is the server's, random and for one proof; the server knows the public halves only;
//! the bundle holds the public half of the X-Wing pair alone, so a new bundle key is sealed to it without the
//! code, and nothing in a bundle opens a later one.

use crate::hazmat::{VerifyError, sign};
use crate::label::Label;
use crate::wire::api::WrapKind;
use crate::wire::{DeploymentId, Fingerprint, SUITE_1, cbor};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

#[cfg(feature = "client")]
mod code;

#[cfg(feature = "client")]
pub use code::{RecoveryCode, RecoveryKeys};

/// Bytes of the public half of the signing pair, as the server keeps it.
pub const PUBLIC_BYTES: usize = 32;

/// What a proof answers.
#[derive(Debug, Clone, Copy)]
pub struct Challenge<'a> {
    /// Of the server.
    pub deployment: DeploymentId,
    /// Random, for one proof.
    pub challenge: &'a [u8; 32],
    /// Canonical.
    pub address: &'a str,
}

/// What takes the place of a lost password's record and keys.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'a> {
    /// OPAQUE record.
    pub record: &'a [u8],
    /// Signed certificate.
    pub certificate: &'a [u8],
    /// Sealed bundle.
    pub bundle: &'a [u8],
    /// All wraps of its key.
    pub wraps: &'a [(WrapKind, &'a [u8])],
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct FetchBody<'a> {
    #[n(0)]
    suite: u16,
    #[n(1)]
    deployment: DeploymentId,
    #[n(2)]
    challenge: ByteArray<32>,
    #[b(3)]
    address: &'a str,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct WrapBody {
    #[n(0)]
    kind: WrapKind,
    #[n(1)]
    wrap: Fingerprint,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct CommitBody<'a> {
    #[n(0)]
    suite: u16,
    #[n(1)]
    deployment: DeploymentId,
    #[n(2)]
    challenge: ByteArray<32>,
    #[b(3)]
    address: &'a str,
    #[n(4)]
    record: Fingerprint,
    #[n(5)]
    certificate: Fingerprint,
    #[n(6)]
    bundle: Fingerprint,
    #[n(7)]
    wraps: Vec<WrapBody>,
}

impl Challenge<'_> {
    fn fetch_bytes(&self) -> Vec<u8> {
        cbor::encode(&FetchBody {
            suite: SUITE_1,
            deployment: self.deployment,
            challenge: ByteArray::from(*self.challenge),
            address: self.address,
        })
    }

    fn commit_bytes(&self, new: &Replacement<'_>) -> Vec<u8> {
        let wraps =
            new.wraps.iter().map(|(kind, wrap)| WrapBody { kind: *kind, wrap: Fingerprint::of(wrap) });
        cbor::encode(&CommitBody {
            suite: SUITE_1,
            deployment: self.deployment,
            challenge: ByteArray::from(*self.challenge),
            address: self.address,
            record: Fingerprint::of(new.record),
            certificate: Fingerprint::of(new.certificate),
            bundle: Fingerprint::of(new.bundle),
            wraps: wraps.collect(),
        })
    }

    /// Checks the proof that asks for wrap and bundle.
    ///
    /// # Errors
    /// [`VerifyError`] if it is not one by this key for this challenge.
    pub fn verify_fetch(&self, public: &[u8; PUBLIC_BYTES], proof: &[u8]) -> Result<(), VerifyError> {
        verify(public, Label::RECOVERY_FETCH, &self.fetch_bytes(), proof)
    }

    /// Checks the proof that replaces record, certificate, bundle and wraps.
    ///
    /// # Errors
    /// [`VerifyError`] if it is not one by this key for this challenge and these bytes.
    pub fn verify_commit(
        &self,
        new: &Replacement<'_>,
        public: &[u8; PUBLIC_BYTES],
        proof: &[u8],
    ) -> Result<(), VerifyError> {
        verify(public, Label::RECOVERY_COMMIT, &self.commit_bytes(new), proof)
    }
}

fn verify(public: &[u8; PUBLIC_BYTES], label: Label, data: &[u8], proof: &[u8]) -> Result<(), VerifyError> {
    let proof = proof.try_into().map_err(|_| VerifyError)?;
    sign::verify(public, label, data, proof)
}

#[cfg(all(test, feature = "client"))]
mod tests;
