//! Passwords: the policy, initial passwords, and how strong a password is.
//!
//! The policy, for own and initial passwords alike: at least 8 characters, among them a digit, an upper-case
//! letter and a special character; letters and digits of every script count.
//!
//! An initial password is passed on by phone or letter: five groups of four from 28 capitals and digits without
//! look-alikes (no `0 1 B G I O S Z`), joined by hyphens; 20 · log₂ 28 = 96 bits.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The least number of characters.
pub const MINIMUM_CHARACTERS: usize = 8;

const ALPHABET: &[u8; 28] = b"23456789ACDEFHJKLMNPQRTUVWXY";
const GROUPS: usize = 5;
const GROUP_CHARACTERS: usize = 4;

/// What a password lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// Fewer than [`MINIMUM_CHARACTERS`].
    TooShort,
    /// No digit.
    NoDigit,
    /// No upper-case letter.
    NoUpperCase,
    /// Nothing but letters and digits.
    NoSpecial,
}

/// Checks a password against the policy.
///
/// # Errors
/// Everything that it lacks, in the order of [`PolicyFault`].
pub fn check_policy(password: &str) -> Result<(), Vec<PolicyFault>> {
    let has = |property: fn(char) -> bool| password.chars().any(property);
    let rules = [
        (password.chars().count() >= MINIMUM_CHARACTERS, PolicyFault::TooShort),
        (has(char::is_numeric), PolicyFault::NoDigit),
        (has(char::is_uppercase), PolicyFault::NoUpperCase),
        (has(is_special), PolicyFault::NoSpecial),
    ];
    let faults: Vec<_> = rules.into_iter().filter(|(kept, _)| !kept).map(|(_, fault)| fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Makes an initial password of 96 bits, which always obeys the policy.
#[must_use]
pub fn make_initial_password(rng: &mut (impl CryptoRng + ?Sized)) -> Zeroizing<String> {
    loop {
        let password = draw(rng);
        // One draw in 800 has no digit; refusing it costs a five-hundredth of a bit.
        if check_policy(&password).is_ok() {
            return password;
        }
    }
}

/// How strong a password is, from 0 (guessed at once) to 4 (safe against guessing offline), by zxcvbn.
/// `user_inputs` are words that a guesser would try first: the address, the name, the organisation.
#[cfg(feature = "client")]
#[must_use]
pub fn strength(password: &str, user_inputs: &[&str]) -> u8 {
    /// The estimate takes more than linear time, and nothing beyond this changes it.
    const LOOKED_AT_CHARACTERS: usize = 100;
    let looked_at: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT_CHARACTERS).collect());
    zxcvbn::zxcvbn(&looked_at, user_inputs).score().into()
}

fn is_special(character: char) -> bool {
    !character.is_alphanumeric() && !character.is_control()
}

fn draw(rng: &mut (impl CryptoRng + ?Sized)) -> Zeroizing<String> {
    let mut password = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_CHARACTERS + 1)));
    for place in 0..GROUPS * GROUP_CHARACTERS {
        if place > 0 && place % GROUP_CHARACTERS == 0 {
            password.push('-');
        }
        password.push(draw_character(rng));
    }
    password
}

/// Uniform over the alphabet: of the 256 bytes, the 252 below the last multiple of 28 count.
fn draw_character(rng: &mut (impl CryptoRng + ?Sized)) -> char {
    loop {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        let [byte] = byte;
        let index = usize::from(byte) % ALPHABET.len();
        let is_fair = usize::from(byte) < 256 / ALPHABET.len() * ALPHABET.len();
        if let (true, Some(&character)) = (is_fair, ALPHABET.get(index)) {
            return char::from(character);
        }
    }
}
