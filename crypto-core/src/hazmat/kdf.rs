//! Hashing and key derivation: SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869).
//!
//! `derive(ikm, label, context) = HKDF-Expand(HKDF-Extract("", ikm), label ‖ 0x00 ‖ context, N)`

#[cfg(any(feature = "client", feature = "server"))]
use crate::label::Label;
#[cfg(any(feature = "client", feature = "server"))]
use crate::secret::Secret;
pub use sha2::{Digest, Sha256};

/// Derives `N` bytes from `ikm` for the purpose `label`, bound to `context`. The salt is empty.
#[cfg(any(feature = "client", feature = "server"))]
#[must_use]
pub fn derive<const N: usize>(ikm: &[u8], label: Label, context: &[u8]) -> Secret<N> {
    hkdf_sha256(&[], ikm, &[label.as_bytes(), &[0], context])
}

/// HKDF-SHA256 with an info in pieces.
#[cfg(any(feature = "client", feature = "server"))]
pub fn hkdf_sha256<const N: usize>(salt: &[u8], ikm: &[u8], info: &[&[u8]]) -> Secret<N> {
    const { assert!(N <= 255 * 32, "RFC 5869, section 2.3: L <= 255 * HashLen") }
    Secret::filled(|okm| {
        #[expect(clippy::expect_used, reason = "the length is checked when this is compiled")]
        hkdf::Hkdf::<Sha256>::new(Some(salt), ikm).expand_multi_info(info, okm).expect("N <= 255 * 32");
    })
}

/// SHA-256 of `data`.
#[must_use]
pub fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}

/// HMAC-SHA256 over `label ‖ 0x00 ‖ data`.
#[cfg(feature = "server")]
#[must_use]
pub fn hmac_sha256(key: &Secret<32>, label: Label, data: &[u8]) -> [u8; 32] {
    use hmac::{Hmac, KeyInit, Mac};
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104, section 2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("32 bytes are a key");
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(data);
    mac.finalize().into_bytes().into()
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn derivation_depends_on_key_label_and_context() {
        let key = |ikm: &[u8], label, context: &[u8]| derive::<32>(ikm, label, context);
        let base = key(b"ikm", Label::DRAFT, b"context");
        assert!(base == key(b"ikm", Label::DRAFT, b"context"));
        assert!(base != key(b"ikn", Label::DRAFT, b"context"));
        assert!(base != key(b"ikm", Label::SETTINGS, b"context"));
        assert!(base != key(b"ikm", Label::DRAFT, b"Context"));
    }

    #[test]
    fn hmac_depends_on_key_label_and_data() {
        let key = Secret::from_bytes([1; 32]);
        let base = hmac_sha256(&key, Label::CREDENTIAL_ID, b"a");
        assert_ne!(base, hmac_sha256(&key, Label::DRAFT, b"a"));
        assert_ne!(base, hmac_sha256(&key, Label::CREDENTIAL_ID, b"b"));
        assert_ne!(base, hmac_sha256(&Secret::from_bytes([2; 32]), Label::CREDENTIAL_ID, b"a"));
    }
}
