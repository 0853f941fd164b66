//! Wrapping of small secrets: XChaCha20-Poly1305 with a random nonce and key commitment.
//!
//! ```text
//! wrapped        = nonce (24) ‖ commitment (32) ‖ ciphertext ‖ tag (16)
//! encryption key = derive(key, WRAP_KEY,    label ‖ 0x00 ‖ nonce)
//! commitment     = derive(key, WRAP_COMMIT, label ‖ 0x00 ‖ nonce)
//! AAD            = label ‖ 0x00 ‖ aad
//! ```
//!
//! Poly1305 does not commit to its key: one ciphertext can be made that opens under two keys. The commitment is
//! checked first, in constant time, so a wrap has one key and one content. (XChaCha20-Poly1305:
//! draft-irtf-cfrg-xchacha; commitment by a second derivation: the HtE/UtC constructions of Bellare and Hoang,
//! EUROCRYPT 2022.)

use super::OpenError;
use super::kdf::derive;
use crate::label::Label;
use crate::secret::Secret;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 24;
const COMMITMENT_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// How much longer a wrap is than what it holds.
pub const WRAP_OVERHEAD_BYTES: usize = NONCE_BYTES + COMMITMENT_BYTES + TAG_BYTES;

/// Wraps `plaintext` under `key` for the purpose `label`, bound to `aad`.
#[must_use]
pub fn wrap(
    key: &Secret<32>,
    label: Label,
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Vec<u8> {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    wrap_with_nonce(key, label, aad, plaintext, &nonce)
}

/// [`wrap`] with a given nonce: the same twice under one key gives the key away. **For pinned vectors only.**
#[must_use]
pub fn wrap_with_nonce(
    key: &Secret<32>,
    label: Label,
    aad: &[u8],
    plaintext: &[u8],
    nonce: &[u8; NONCE_BYTES],
) -> Vec<u8> {
    let (encryption_key, commitment) = subkeys(key, label, nonce);
    let mut wrapped = Vec::with_capacity(WRAP_OVERHEAD_BYTES + plaintext.len());
    wrapped.extend_from_slice(nonce);
    wrapped.extend_from_slice(commitment.expose());
    let mut ciphertext = Vec::with_capacity(plaintext.len() + TAG_BYTES);
    ciphertext.extend_from_slice(plaintext);
    encrypt(&encryption_key, nonce, &label.prefix(&[aad]), &mut ciphertext);
    wrapped.append(&mut ciphertext);
    wrapped
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// [`OpenError`] if key, label or `aad` are others, or a byte was altered.
pub fn unwrap(
    key: &Secret<32>,
    label: Label,
    aad: &[u8],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (nonce, rest) = wrapped.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError)?;
    let (claimed, ciphertext) = rest.split_first_chunk::<COMMITMENT_BYTES>().ok_or(OpenError)?;
    let (encryption_key, commitment) = subkeys(key, label, nonce);
    if !bool::from(commitment.expose().ct_eq(claimed)) {
        return Err(OpenError);
    }
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    decrypt(&encryption_key, nonce, &label.prefix(&[aad]), &mut plaintext)?;
    Ok(plaintext)
}

/// XChaCha20-Poly1305 in place; appends the tag.
pub fn encrypt(key: &Secret<32>, nonce: &[u8; NONCE_BYTES], aad: &[u8], buffer: &mut Vec<u8>) {
    #[expect(clippy::expect_used, reason = "what fits into memory is below the cipher's limit of 256 GiB")]
    cipher(key).encrypt_in_place(&XNonce::from(*nonce), aad, buffer).expect("within the cipher's limit");
}

/// The reverse of [`encrypt`].
///
/// # Errors
/// [`OpenError`] if the tag is not right.
pub fn decrypt(
    key: &Secret<32>,
    nonce: &[u8; NONCE_BYTES],
    aad: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), OpenError> {
    cipher(key).decrypt_in_place(&XNonce::from(*nonce), aad, buffer).map_err(|_| OpenError)
}

fn cipher(key: &Secret<32>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().into())
}

fn subkeys(key: &Secret<32>, label: Label, nonce: &[u8]) -> (Secret<32>, Secret<32>) {
    let context = label.prefix(&[nonce]);
    (derive(key.expose(), Label::WRAP_KEY, &context), derive(key.expose(), Label::WRAP_COMMIT, &context))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn key(byte: u8) -> Secret<32> {
        Secret::from_bytes([byte; 32])
    }

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([4; 32])
    }

    #[test]
    fn opens_with_the_same_key_label_and_aad_only() {
        let wrapped = wrap(&key(1), Label::BUNDLE, b"aad", b"plaintext", &mut rng());
        assert_eq!(unwrap(&key(1), Label::BUNDLE, b"aad", &wrapped).unwrap().as_slice(), b"plaintext");
        assert_eq!(unwrap(&key(2), Label::BUNDLE, b"aad", &wrapped).err(), Some(OpenError));
        assert_eq!(unwrap(&key(1), Label::SETTINGS, b"aad", &wrapped).err(), Some(OpenError));
        assert_eq!(unwrap(&key(1), Label::BUNDLE, b"AAD", &wrapped).err(), Some(OpenError));
    }

    #[test]
    fn two_wraps_of_one_secret_share_nothing() {
        let mut rng = rng();
        let [one, other] = [(); 2].map(|()| wrap(&key(1), Label::BUNDLE, &[], &[0; 32], &mut rng));
        assert_ne!(one[..24], other[..24]);
        assert_ne!(one[24..56], other[24..56]);
        assert_ne!(one[56..], other[56..]);
    }

    /// Without the check of the commitment this opens: cipher and tag are right, only the commitment is not.
    #[test]
    fn a_right_ciphertext_under_a_wrong_commitment_is_refused() {
        let mut wrapped = wrap(&key(1), Label::BUNDLE, &[], b"plaintext", &mut rng());
        wrapped[30] ^= 1;
        assert_eq!(unwrap(&key(1), Label::BUNDLE, &[], &wrapped).err(), Some(OpenError));
    }

    proptest! {
        #[test]
        fn round_trip(plain in prop::collection::vec(any::<u8>(), 0..500), aad in prop::collection::vec(any::<u8>(), 0..60)) {
            let wrapped = wrap(&key(1), Label::SETTINGS, &aad, &plain, &mut rng());
            prop_assert_eq!(wrapped.len(), plain.len() + WRAP_OVERHEAD_BYTES);
            let opened = unwrap(&key(1), Label::SETTINGS, &aad, &wrapped).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
        }

        #[test]
        fn no_bit_can_be_turned_and_nothing_cut(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let wrapped = wrap(&key(1), Label::DRAFT, b"aad", b"plaintext", &mut rng());
            let place = place.index(wrapped.len());
            let mut altered = wrapped.clone();
            altered[place] ^= 1 << bit;
            prop_assert!(unwrap(&key(1), Label::DRAFT, b"aad", &altered).is_err());
            prop_assert!(unwrap(&key(1), Label::DRAFT, b"aad", &wrapped[..place]).is_err());
        }
    }
}
