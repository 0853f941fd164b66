//! Sealing a key to a mailbox: HPKE (RFC 9180) in base mode, single shot, with the KEM X-Wing.
//!
//! ```text
//! KEM  X-Wing = X25519 + ML-KEM-768, 0x647a (draft-connolly-cfrg-xwing-kem, draft-ietf-hpke-pq)
//! KDF  HKDF-SHA256, 0x0001    AEAD  ChaCha20-Poly1305, 0x0003    AAD  empty
//! enc (1120) ‖ sealed key (32 + 16)
//! ```
//!
//! The decapsulation key of X-Wing is its 32-byte seed. What a sealed key belongs to stands in `info`: it is
//! bound by the key schedule, so a sealed key moved elsewhere does not open.

use super::OpenError;
use crate::secret::Secret;
use ::hpke::aead::ChaCha20Poly1305;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::XWing;
use ::hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Bytes of a mailbox's public key.
pub const MAILBOX_PUBLIC_BYTES: usize = 1216;
/// Bytes of a sealed 32-byte key.
pub const SEALED_KEY_BYTES: usize = 48;

/// The recipient's public key is no key (RFC 9180, section 7.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mailbox key is not valid")]
pub struct SealError;

/// The public key of a mailbox seed.
#[must_use]
pub fn public_key(seed: &Secret<32>) -> Box<[u8; MAILBOX_PUBLIC_BYTES]> {
    let mut public = Box::new([0; MAILBOX_PUBLIC_BYTES]);
    XWing::sk_to_pk(&private_key(seed)).write_exact(public.as_mut_slice());
    public
}

/// Seals `key` to `recipient`, bound to `info`. Gives the encapsulated key and the sealed key.
///
/// # Errors
/// [`SealError`] if `recipient` is no key.
pub fn seal_key(
    recipient: &[u8; MAILBOX_PUBLIC_BYTES],
    info: &[u8],
    key: &Secret<32>,
    mut rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(Vec<u8>, [u8; SEALED_KEY_BYTES]), SealError> {
    let recipient = <XWing as Kem>::PublicKey::from_bytes(recipient).map_err(|_| SealError)?;
    let (enc, sealed) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &recipient,
        info,
        key.expose(),
        &[],
        &mut rng,
    )
    .map_err(|_| SealError)?;
    Ok((enc.to_bytes().to_vec(), sealed.try_into().map_err(|_| SealError)?))
}

/// Opens what [`seal_key`] made.
///
/// # Errors
/// [`OpenError`] if seed or `info` are others, or a byte was altered.
pub fn open_key(seed: &Secret<32>, enc: &[u8], info: &[u8], sealed: &[u8]) -> Result<Secret<32>, OpenError> {
    let enc = <XWing as Kem>::EncappedKey::from_bytes(enc).map_err(|_| OpenError)?;
    let key = single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &private_key(seed),
        &enc,
        info,
        sealed,
        &[],
    )
    .map_err(|_| OpenError)?;
    Secret::from_slice(&Zeroizing::new(key)).ok_or(OpenError)
}

fn private_key(seed: &Secret<32>) -> <XWing as Kem>::PrivateKey {
    #[expect(
        clippy::expect_used,
        reason = "every seed of 32 bytes is a decapsulation key (X-Wing draft, 5.2)"
    )]
    <XWing as Kem>::PrivateKey::from_bytes(seed.expose()).expect("32 bytes are a seed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn opens_with_the_same_seed_and_info_only() {
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let (seed, stranger) = (Secret::random(&mut rng), Secret::random(&mut rng));
        let key = Secret::random(&mut rng);
        let (enc, sealed) = seal_key(&public_key(&seed), b"info", &key, &mut rng).unwrap();
        assert_eq!(enc.len(), 1120);
        assert!(open_key(&seed, &enc, b"info", &sealed).is_ok_and(|opened| opened == key));
        assert!(open_key(&stranger, &enc, b"info", &sealed).is_err());
        assert!(open_key(&seed, &enc, b"Info", &sealed).is_err());
        assert!(open_key(&seed, &enc[1..], b"info", &sealed).is_err());
        assert!(open_key(&seed, &enc, b"info", &sealed[1..]).is_err());
        for place in [0, 1087, 1088, 1119] {
            let mut altered = enc.clone();
            altered[place] ^= 1;
            assert!(open_key(&seed, &altered, b"info", &sealed).is_err(), "byte {place}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        // Coefficients of ML-KEM above its modulus.
        let none = [0xff; MAILBOX_PUBLIC_BYTES];
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        assert_eq!(seal_key(&none, &[], &Secret::from_bytes([0; 32]), &mut rng).err(), Some(SealError));
    }
}
