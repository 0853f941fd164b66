//! Ed25519 (RFC 8032) with strict verification.
//!
//! `signature = Ed25519(seed, label ‖ SHA-256(data))`. The hash has a fixed length, so no two labels meet. Strict
//! verification refuses non-canonical encodings and keys and nonces of small order: one signature has one
//! meaning, and a signer cannot make one that fits two messages. Clients sign; the server signs with its log key
//! alone, a witness with its own; everybody verifies.

use super::VerifyError;
use super::kdf::sha256;
use crate::label::Label;
#[cfg(feature = "directory")]
use crate::secret::Secret;
use ed25519_dalek::{Signature, VerifyingKey};
#[cfg(feature = "directory")]
use ed25519_dalek::{Signer, SigningKey};

/// The public key of a signing seed.
#[cfg(feature = "directory")]
#[must_use]
pub fn public_key(seed: &Secret<32>) -> [u8; 32] {
    SigningKey::from_bytes(seed.expose()).verifying_key().to_bytes()
}

/// Signs `data` for the purpose `label`.
#[cfg(any(feature = "client", feature = "server"))]
#[must_use]
pub fn sign(seed: &Secret<32>, label: Label, data: &[u8]) -> [u8; 64] {
    sign_raw(seed, &signed_bytes(label, data))
}

/// Checks that `public` signed `data` for the purpose `label`.
///
/// # Errors
/// [`VerifyError`] if it did not, or if the key is no key.
pub fn verify(public: &[u8; 32], label: Label, data: &[u8], signature: &[u8; 64]) -> Result<(), VerifyError> {
    verify_raw(public, &signed_bytes(label, data), signature)
}

/// Ed25519 over the bytes as they are. **Only for [`sign`], checkpoints and the known-answer tests.**
#[cfg(feature = "directory")]
#[must_use]
pub fn sign_raw(seed: &Secret<32>, message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed.expose()).sign(message).to_bytes()
}

/// The reverse of [`sign_raw`].
///
/// # Errors
/// As [`verify`].
pub fn verify_raw(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), VerifyError> {
    VerifyingKey::from_bytes(public)
        .and_then(|key| key.verify_strict(message, &Signature::from_bytes(signature)))
        .map_err(|_| VerifyError)
}

fn signed_bytes(label: Label, data: &[u8]) -> Vec<u8> {
    [label.as_bytes(), &sha256(data)].concat()
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    #[test]
    fn a_signature_fits_its_key_label_and_data_only() {
        let seed = Secret::from_bytes([3; 32]);
        let public = public_key(&seed);
        let signature = sign(&seed, Label::HEADER, b"data");
        assert_eq!(verify(&public, Label::HEADER, b"data", &signature), Ok(()));
        assert_eq!(verify(&public, Label::GRANT, b"data", &signature), Err(VerifyError));
        assert_eq!(verify(&public, Label::HEADER, b"date", &signature), Err(VerifyError));
        let stranger = public_key(&Secret::from_bytes([4; 32]));
        assert_eq!(verify(&stranger, Label::HEADER, b"data", &signature), Err(VerifyError));
        let mut altered = signature;
        altered[63] ^= 0x20;
        assert_eq!(verify(&public, Label::HEADER, b"data", &altered), Err(VerifyError));
    }

    #[test]
    fn a_key_of_small_order_verifies_nothing() {
        // The identity as key and nonce, s = 0: plain RFC 8032 verification accepts it for every message.
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert_eq!(verify_raw(&identity, b"anything", &signature), Err(VerifyError));
    }
}
