//! The server's half of the second factor: TOTP (RFC 6238) and one-time backup codes.
//!
//! ```text
//! code          TOTP: HMAC-SHA-1, 6 digits, steps of 30 seconds from 1970 (what every authenticator app does)
//! seed          20 random bytes, made in the client; sealed = wrap(derive(key, SEED, account), SEED, account, seed)
//! backup code   10 characters of Crockford's base32 (50 bits) in two groups;
//!               stored = HMAC-SHA-256(derive(key, BACKUP, account), BACKUP ‖ 0x00 ‖ code)
//! ```
//!
//! The key is one of the server's own secrets, outside of its data: a stolen store gives neither seeds nor a way to
//! try backup codes.

use crate::hazmat::kdf::{derive, hmac_sha256};
use crate::hazmat::{OpenError, aead};
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::AccountId;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How long a code is shown.
pub const STEP_MS: u64 = 30_000;
/// A code counts this many steps before and after its own, for clocks that differ.
const TOLERANCE_STEPS: u64 = 1;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;
const BACKUP_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BACKUP_CHARACTERS: usize = 10;

/// What app and server share.
pub struct TotpSeed(Secret<20>);

/// The server's key for second factors.
pub struct SecondFactorKey(Secret<32>);

impl TotpSeed {
    /// From a client, or `None` if there are not exactly 20 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Secret::from_slice(bytes).map(Self)
    }

    /// The code of a step (RFC 4226, section 5.3).
    #[must_use]
    pub fn code(&self, step: u64) -> Zeroizing<String> {
        Zeroizing::new(format!("{:0DIGITS$}", self.truncated(step) % MODULUS))
    }

    fn truncated(&self, step: u64) -> u32 {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104, section 2)")]
        let mut mac = Hmac::<Sha1>::new_from_slice(self.0.expose()).expect("20 bytes are a key");
        mac.update(&step.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
        let word = tag.get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        u32::from_be_bytes(word) & 0x7fff_ffff
    }
}

/// The step whose code was typed, if it is near `now_ms` and later than the last one used.
#[must_use]
pub fn matching_step(seed: &TotpSeed, typed: &str, now_ms: u64, last_step: u64) -> Option<u64> {
    let now = now_ms / STEP_MS;
    let near = now.saturating_sub(TOLERANCE_STEPS)..=now.saturating_add(TOLERANCE_STEPS);
    // All are tried, so that the time says nothing.
    let matching = near.filter(|step| bool::from(seed.code(*step).as_bytes().ct_eq(typed.as_bytes())));
    matching.fold(None, |_, step| Some(step)).filter(|step| *step > last_step)
}

impl SecondFactorKey {
    /// From the server's secrets.
    #[must_use]
    pub const fn new(key: Secret<32>) -> Self {
        Self(key)
    }

    /// Seals a seed for the store.
    #[must_use]
    pub fn seal_seed(
        &self,
        account: AccountId,
        seed: &TotpSeed,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Vec<u8> {
        let label = Label::SECOND_FACTOR_SEED;
        aead::wrap(&self.seed_key(account), label, account.as_bytes(), seed.0.expose(), rng)
    }

    /// Opens a sealed seed.
    ///
    /// # Errors
    /// [`OpenError`] if it is another account's, of another key, or altered.
    pub fn open_seed(&self, account: AccountId, sealed: &[u8]) -> Result<TotpSeed, OpenError> {
        let label = Label::SECOND_FACTOR_SEED;
        let seed = aead::unwrap(&self.seed_key(account), label, account.as_bytes(), sealed)?;
        TotpSeed::from_bytes(&seed).ok_or(OpenError)
    }

    fn seed_key(&self, account: AccountId) -> Secret<32> {
        derive(self.0.expose(), Label::SECOND_FACTOR_SEED, account.as_bytes())
    }
}

/// What is stored of a backup code, or `None` if it cannot be one. Case, separators and look-alikes do not matter.
#[must_use]
pub fn backup_code_hash(key: &SecondFactorKey, account: AccountId, typed: &str) -> Option<[u8; 32]> {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let code: Zeroizing<String> = Zeroizing::new(letters.map(canonical).collect::<Option<_>>()?);
    let key = derive(key.0.expose(), Label::SECOND_FACTOR_BACKUP, account.as_bytes());
    let hash = || hmac_sha256(&key, Label::SECOND_FACTOR_BACKUP, code.as_bytes());
    (code.len() == BACKUP_CHARACTERS).then(hash)
}

/// Makes a backup code.
#[must_use]
pub fn make_backup_code(rng: &mut (impl CryptoRng + ?Sized)) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; BACKUP_CHARACTERS]);
    rng.fill_bytes(bytes.as_mut_slice());
    let mut code = Zeroizing::new(String::with_capacity(BACKUP_CHARACTERS + 1));
    for (at, byte) in bytes.iter().enumerate() {
        if at == BACKUP_CHARACTERS / 2 {
            code.push('-');
        }
        code.push(BACKUP_ALPHABET.get(usize::from(byte % 32)).map_or('0', |letter| char::from(*letter)));
    }
    code
}

fn canonical(letter: char) -> Option<char> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(letter).is_ok_and(|byte| BACKUP_ALPHABET.contains(&byte)).then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);

    fn rfc_seed() -> TotpSeed {
        TotpSeed::from_bytes(b"12345678901234567890").unwrap()
    }

    /// RFC 6238, appendix B, the rows of SHA-1: eight digits there, of which an app shows the last six.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000_u64, "65353130"),
        ] {
            let step = seconds * 1000 / STEP_MS;
            assert_eq!(format!("{:08}", rfc_seed().truncated(step) % 100_000_000), code, "{seconds}");
            assert_eq!(*rfc_seed().code(step), code[2..], "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_near_its_step_and_never_twice() {
        let (seed, step) = (rfc_seed(), 1_000_000);
        let code = seed.code(step);
        let at = |now: u64, last| matching_step(&seed, &code, now * STEP_MS, last);
        assert_eq!(at(step, 0), Some(step));
        assert_eq!((at(step - 1, 0), at(step + 1, 0)), (Some(step), Some(step)));
        assert_eq!((at(step - 2, 0), at(step + 2, 0)), (None, None));
        assert_eq!(at(step, step), None, "used");
        assert_eq!(at(step, step - 1), Some(step));
        assert_eq!(matching_step(&seed, "", step * STEP_MS, 0), None);
    }

    #[test]
    fn a_seed_opens_for_its_account_under_its_key_only() {
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let key = SecondFactorKey::new(Secret::from_bytes([7; 32]));
        let sealed = key.seal_seed(ACCOUNT, &rfc_seed(), &mut rng);
        let code = |seed: TotpSeed| seed.code(5).to_string();
        assert_eq!(key.open_seed(ACCOUNT, &sealed).map(code), Ok(rfc_seed().code(5).to_string()));
        assert!(key.open_seed(AccountId::from_bytes([2; 16]), &sealed).is_err());
        let other = SecondFactorKey::new(Secret::from_bytes([8; 32]));
        assert!(other.open_seed(ACCOUNT, &sealed).is_err());
        assert!(!sealed.windows(20).any(|window| window == b"12345678901234567890"));
    }

    #[test]
    fn a_backup_code_is_known_however_it_is_typed_and_by_its_account_alone() {
        let key = SecondFactorKey::new(Secret::from_bytes([7; 32]));
        let code = make_backup_code(&mut ChaCha20Rng::from_seed([4; 32]));
        assert_eq!((code.len(), code.find('-')), (11, Some(5)));
        let stored = backup_code_hash(&key, ACCOUNT, &code);
        assert!(stored.is_some());
        assert_eq!(
            backup_code_hash(&key, ACCOUNT, &format!(" {} ", code.to_lowercase().replace('-', " "))),
            stored
        );
        assert_eq!(
            backup_code_hash(&key, ACCOUNT, "0O1IL-abcde"),
            backup_code_hash(&key, ACCOUNT, "00111ABCDE")
        );
        assert_ne!(backup_code_hash(&key, AccountId::from_bytes([2; 16]), &code), stored);
        let pinned =
            backup_code_hash(&key, ACCOUNT, "01234-56789").unwrap().map(|byte| format!("{byte:02x}"));
        assert_eq!(pinned.concat(), "615731f3440b17f9049091efd4f67ed9d5db3f21aa1ec9f88276cd836c56b102");
        for wrong in ["", "12345", "12345-6789U", "12345-67890-1"] {
            assert_eq!(backup_code_hash(&key, ACCOUNT, wrong), None, "{wrong}");
        }
    }
}
