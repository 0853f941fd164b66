//! Second factor, sessions, and what an administrator does for the security of others.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::Secret;
use crypto_core::wire::api::{
    BackupCodes, Duty, EnrolSecondFactor, SecondFactorState, SessionEntry, SessionList,
};
use crypto_core::wire::{AccountId, B64, SessionId};
use zeroize::Zeroizing;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A seed for an authenticator app, made here and not yet known to the server.
pub struct NewSecondFactor {
    seed: Secret<20>,
    issuer: String,
    address: String,
}

impl NewSecondFactor {
    /// As text to type, in base32 (RFC 4648), in groups of four.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut grouped = Zeroizing::new(String::with_capacity(40));
        for (at, letter) in self.base32().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// What a QR code says: the key URI of authenticator apps.
    #[must_use]
    pub fn uri(&self) -> Zeroizing<String> {
        let (issuer, address) = (encoded(&self.issuer), encoded(&self.address));
        let secret = self.base32();
        Zeroizing::new(format!("otpauth://totp/{issuer}:{address}?secret={}&issuer={issuer}", *secret))
    }

    fn base32(&self) -> Zeroizing<String> {
        let bit = |at: usize| self.seed.expose().get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
        let letters = (0..160 / 5).map(|at| {
            let value = (0..5).fold(0, |value, offset| value << 1 | bit(at * 5 + offset));
            BASE32.get(usize::from(value)).map_or('A', |letter| char::from(*letter))
        });
        Zeroizing::new(letters.collect())
    }
}

/// Percent-encoded (RFC 3986).
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl<P: Platform> Session<P> {
    /// What one has of a second factor.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn second_factor(&self) -> Result<SecondFactorState, Error> {
        self.api().get("/account/second-factor").await
    }

    /// Makes a seed for an app.
    #[must_use]
    pub fn make_second_factor(&self) -> NewSecondFactor {
        let seed = Secret::random(&mut self.api().platform().rng());
        let issuer = self.status().organisation.clone().unwrap_or_default();
        NewSecondFactor { seed, issuer, address: self.info().address }
    }

    /// Sets the second factor up, or replaces it, with a code that the app shows. Answers the backup codes.
    ///
    /// # Errors
    /// The problems `second-factor-failed` and `fresh-sign-in-needed`.
    pub async fn confirm_second_factor(
        &self,
        new: &NewSecondFactor,
        code: &str,
    ) -> Result<Vec<String>, Error> {
        let seed = B64(new.seed.expose().to_vec());
        let body = EnrolSecondFactor { seed, code: code.trim().to_owned() };
        let made: BackupCodes = self.api().call(Method::Put, "/account/second-factor", &body).await?;
        self.update_info(|info| {
            info.second_factor = true;
            info.duty = info.duty.filter(|duty| *duty != Duty::SecondFactor);
        });
        Ok(made.codes)
    }

    /// New backup codes; the old ones are void.
    ///
    /// # Errors
    /// The problem `fresh-sign-in-needed`.
    pub async fn renew_backup_codes(&self) -> Result<Vec<String>, Error> {
        let nothing = serde_json::Map::new();
        let path = "/account/second-factor/backup-codes";
        let made: BackupCodes = self.api().call(Method::Post, path, &nothing).await?;
        Ok(made.codes)
    }

    /// Gives the second factor up.
    ///
    /// # Errors
    /// The problems `fresh-sign-in-needed` and, where the role needs one, `second-factor-required`.
    pub async fn remove_second_factor(&self) -> Result<(), Error> {
        self.api().plain(Method::Delete, "/account/second-factor").await?;
        self.update_info(|info| info.second_factor = false);
        Ok(())
    }

    /// Takes somebody's second factor away (administrators). The person is told by e-mail.
    ///
    /// # Errors
    /// The problems `forbidden` and `not-found`.
    pub async fn reset_second_factor(&self, account: AccountId) -> Result<(), Error> {
        self.api().plain(Method::Post, &format!("/accounts/{account}/second-factor/reset")).await
    }

    /// Somebody must replace the password before anything else (administrators).
    ///
    /// # Errors
    /// The problems `forbidden` and `not-found`.
    pub async fn require_password_change(&self, account: AccountId) -> Result<(), Error> {
        self.api().plain(Method::Post, &format!("/accounts/{account}/require-password-change")).await
    }

    /// Where one is signed in, the latest first.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn sessions(&self) -> Result<Vec<SessionEntry>, Error> {
        let list: SessionList = self.api().get("/sessions").await?;
        Ok(list.sessions)
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// The problem `not-found`.
    pub async fn end_session(&self, session: SessionId) -> Result<(), Error> {
        self.api().plain(Method::Delete, &format!("/sessions/{session}")).await
    }

    /// Ends all of one's sessions but this one.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn end_other_sessions(&self) -> Result<(), Error> {
        self.api().plain(Method::Delete, "/sessions").await
    }

    /// Somebody is there, though nothing is asked for: the session goes on.
    ///
    /// # Errors
    /// [`Error::Offline`]; the problem `not-signed-in`.
    pub async fn stay_signed_in(&self) -> Result<(), Error> {
        self.api().plain(Method::Post, "/session/alive").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_reads_the_seed_as_text_and_as_a_uri() {
        let new = NewSecondFactor {
            seed: Secret::from_bytes(*b"12345678901234567890"),
            issuer: "KBS & Söhne".into(),
            address: "o+h@b.example".into(),
        };
        assert_eq!(*new.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            *new.uri(),
            "otpauth://totp/KBS%20%26%20S%C3%B6hne:o%2Bh%40b.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=KBS%20%26%20S%C3%B6hne"
        );
    }
}
