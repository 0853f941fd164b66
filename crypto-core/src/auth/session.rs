//! What the server keeps for a session: a hash of the token, and the resume key wrapped under the token.
//!
//! ```text
//! session id  = SHA-256(label ‖ 0x00 ‖ token)
//! wrapped key = wrap(derive(token, RESUME_TOKEN, ""), RESUME_KEY, session id, key)
//! ```
//!
//! The token is in the cookie alone. So a stolen store gives neither sessions nor resume keys, and both end with
//! the session's row.

use crate::hazmat::kdf::{derive, sha256};
use crate::hazmat::{OpenError, aead};
use crate::label::Label;
use crate::secret::Secret;
use rand_core::CryptoRng;

/// The identifier under which the session of `token` is stored.
#[must_use]
pub fn session_id(token: &[u8; 32]) -> [u8; 32] {
    sha256(&Label::SESSION_TOKEN.prefix(&[token]))
}

/// Wraps a client's resume key under the session's token.
#[must_use]
pub fn wrap_resume_key(token: &[u8; 32], key: &[u8; 32], rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
    aead::wrap(&wrapping_key(token), Label::RESUME_KEY, &session_id(token), key, rng)
}

/// Gives the resume key back to the session that wrapped it.
///
/// # Errors
/// [`OpenError`] if it was wrapped under another token or altered.
pub fn unwrap_resume_key(token: &[u8; 32], wrapped: &[u8]) -> Result<Secret<32>, OpenError> {
    let key = aead::unwrap(&wrapping_key(token), Label::RESUME_KEY, &session_id(token), wrapped)?;
    Secret::from_slice(&key).ok_or(OpenError)
}

fn wrapping_key(token: &[u8; 32]) -> Secret<32> {
    derive(token, Label::RESUME_TOKEN, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn a_resume_key_opens_with_its_token_only() {
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let wrapped = wrap_resume_key(&[1; 32], &[9; 32], &mut rng);
        assert!(unwrap_resume_key(&[1; 32], &wrapped).is_ok_and(|key| key.expose() == &[9; 32]));
        assert!(unwrap_resume_key(&[2; 32], &wrapped).is_err());
        assert!(unwrap_resume_key(&[1; 32], &wrapped[1..]).is_err());
    }

    #[test]
    fn what_is_stored_does_not_show_the_token() {
        assert_ne!(session_id(&[1; 32]), [1; 32]);
        assert_ne!(session_id(&[1; 32]), session_id(&[2; 32]));
        assert_ne!(&session_id(&[1; 32]), wrapping_key(&[1; 32]).expose());
        assert!(wrapping_key(&[1; 32]) != wrapping_key(&[2; 32]), "what is wrapped needs the token");
    }
}
