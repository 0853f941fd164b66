//! Passwords: the policy, initial passwords, and how strong a password is.
//!
//! The policy, for own and initial passwords alike: at least 8 characters, among them a digit, an upper-case
//! letter and a special character; letters and digits of every script count.
//!
//! The policy alone lets `Passwort1!` through, so forms also ask for a strength of at least [`MINIMUM_STRENGTH`], and
//! ask for more below the best. That is the client's word alone: the server never sees a password.
//!
//! An initial password is passed on by phone or letter: five groups of four from 28 capitals and digits without
//! look-alikes (no `0 1 B G I O S Z`), joined by hyphens; 20 · log₂ 28 = 96 bits.

#[cfg(feature = "strength")]
mod common;

#[cfg(feature = "strength")]
use crate::wire::shown_address;
use rand_core::CryptoRng;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The least number of characters.
pub const MINIMUM_CHARACTERS: usize = 8;

/// The least strength, from 0 to 4, that forms take. Below it zxcvbn expects fewer than a million guesses: no
/// stretching makes up for that once the server's data and secrets are stolen.
pub const MINIMUM_STRENGTH: u8 = 2;

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

/// Whether a password has the form of an initial one, which somebody else has seen.
#[must_use]
pub fn has_initial_form(password: &str) -> bool {
    initial_form(&composed(password)).is_some()
}

/// The form in which a password enters OPAQUE: NFC, so that keyboards which compose letters in different ways type the
/// same password (RFC 8265, section 4.2: `OpaqueString`, but for its mapping of spaces); an initial one as it was made.
#[must_use]
pub fn normalize(password: &str) -> Zeroizing<String> {
    let composed = composed(password);
    initial_form(&composed).unwrap_or(composed)
}

fn composed(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfc().collect())
}

/// An initial password as it was made, from how it was typed: in small letters, with hyphens or spaces at any place or
/// none. Nobody's own password looks like that: forms refuse it.
fn initial_form(typed: &str) -> Option<Zeroizing<String>> {
    const LETTERS: usize = GROUPS * GROUP_CHARACTERS;
    let is_between = |it: &char| it.is_whitespace() || matches!(it, '-' | '\u{2010}'..='\u{2015}');
    // Of a longer one, nothing is copied.
    if typed.chars().filter(|it| !is_between(it)).count() != LETTERS {
        return None;
    }
    let mut made = Zeroizing::new(String::with_capacity(LETTERS + GROUPS));
    for (place, letter) in typed.chars().filter(|it| !is_between(it)).enumerate() {
        let letter = u8::try_from(letter.to_ascii_uppercase()).ok().filter(|it| ALPHABET.contains(it))?;
        if place > 0 && place % GROUP_CHARACTERS == 0 {
            made.push('-');
        }
        made.push(char::from(letter));
    }
    Some(made)
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
/// `user_inputs` are words that a guesser would try first: the address, the name. Words that people in Germany take
/// most, and those of this portal, are known besides (zxcvbn's own lists are English).
#[cfg(feature = "strength")]
#[must_use]
pub fn strength(password: &str, user_inputs: &[&str]) -> u8 {
    /// The estimate takes more than linear time, and nothing beyond this changes it.
    const LOOKED_AT_CHARACTERS: usize = 100;
    let looked_at: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT_CHARACTERS).collect());
    // An address is guessed as people write it.
    let shown: Vec<String> = user_inputs.iter().map(|input| shown_address(input)).collect();
    let user_inputs: Vec<&str> =
        user_inputs.iter().copied().chain(shown.iter().map(String::as_str)).collect();
    // Whoever guesses tries the parts of a name or an address as well as the whole.
    let parts = user_inputs.iter().flat_map(|input| input.split(|c: char| !c.is_alphanumeric()));
    let known: Vec<&str> =
        user_inputs.iter().copied().chain(parts.filter(|part| part.chars().count() > 2)).collect();
    // A name with a year behind it counts for what stands beside the name: zxcvbn counts ten thousand guesses for each
    // further part, however short.
    let mut longest_first = known.clone();
    longest_first.sort_unstable_by_key(|part| std::cmp::Reverse(part.len()));
    let dictionary: Vec<&str> = known.iter().copied().chain(common::WORDS.iter().copied()).collect();
    let estimate = |password: &str| u8::from(zxcvbn::zxcvbn(password, &dictionary).score());
    let rest = longest_first.iter().fold(Zeroizing::new(looked_at.to_lowercase()), |rest, part| {
        Zeroizing::new(rest.replace(&part.to_lowercase(), ""))
    });
    // So does one word that everybody thinks of; a sentence of several is left what it is.
    let word = common::WORDS.iter().filter(|word| rest.contains(**word)).max_by_key(|word| word.len());
    let rest = word.map_or_else(|| rest.clone(), |word| Zeroizing::new(rest.replacen(word, "", 1)));
    if rest.chars().count() == looked_at.chars().count() {
        return estimate(&looked_at);
    }
    estimate(&looked_at).min(estimate(&rest))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;
    use std::collections::BTreeSet;

    #[test]
    fn the_policy_names_everything_that_is_missing() {
        use PolicyFault::{NoDigit, NoSpecial, NoUpperCase, TooShort};
        assert_eq!(check_policy(""), Err(vec![TooShort, NoDigit, NoUpperCase, NoSpecial]));
        assert_eq!(check_policy("Abcde-1"), Err(vec![TooShort]));
        assert_eq!(check_policy("Abcdefg-"), Err(vec![NoDigit]));
        assert_eq!(check_policy("abcdef-1"), Err(vec![NoUpperCase]));
        assert_eq!(check_policy("Abcdefg1"), Err(vec![NoSpecial]));
        assert_eq!(check_policy("Abcdef-1"), Ok(()));
    }

    #[test]
    fn letters_and_digits_of_every_script_count() {
        assert_eq!(check_policy("Äpfel 12"), Ok(()));
        assert_eq!(check_policy("Жук жук ٣"), Ok(()));
        assert_eq!(check_policy("ÄÖÜßäöü1"), Err(vec![PolicyFault::NoSpecial]), "umlauts are letters");
        assert_eq!(
            check_policy("Abcdef1\t"),
            Err(vec![PolicyFault::NoSpecial]),
            "a control character is none"
        );
    }

    #[test]
    fn initial_passwords_obey_the_policy_and_can_be_dictated() {
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let mut seen = BTreeSet::new();
        let mut characters = BTreeSet::new();
        for _ in 0..2_000 {
            let password = make_initial_password(&mut rng);
            assert_eq!(check_policy(&password), Ok(()));
            let groups: Vec<&str> = password.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4; 5]);
            assert!(!password.contains(['0', '1', 'B', 'G', 'I', 'O', 'S', 'Z']), "look-alikes");
            characters.extend(groups.concat().chars());
            assert!(seen.insert(password.to_string()));
        }
        let bits = 20.0 * f64::from(u32::try_from(characters.len()).unwrap()).log2();
        assert!(bits > 90.0, "{bits} bits");
    }

    /// 200,000 characters over 28 symbols: each is expected 7,143 times, with a standard deviation of 83. Taking the
    /// four bytes above the last multiple of 28 too would add 670 to the first four symbols.
    #[test]
    fn initial_passwords_are_uniform() {
        let mut rng = ChaCha20Rng::from_seed([5; 32]);
        let mut counts = [0_i32; 256];
        for _ in 0..10_000 {
            for byte in make_initial_password(&mut rng).bytes().filter(|byte| *byte != b'-') {
                counts[usize::from(byte)] += 1;
            }
        }
        for symbol in ALPHABET {
            let count = counts[usize::from(*symbol)];
            assert!((count - 7_143).abs() < 5 * 83, "{}: {count}", char::from(*symbol));
        }
    }

    #[test]
    fn composed_and_decomposed_input_is_one_password() {
        assert_eq!(normalize("A\u{308}pfel"), normalize("Äpfel"));
        assert_ne!(normalize("Apfel"), normalize("apfel"));
        assert_ne!(normalize("Apfel"), normalize("Apfel "));
    }

    #[test]
    fn an_initial_password_is_told_by_its_form() {
        assert!(has_initial_form(&make_initial_password(&mut ChaCha20Rng::from_seed([5; 32]))));
        for own in [
            "Richtig-Pferd-7",
            "AAAA-AAAA-AAAA-AAAA",
            "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA",
            "AAAA-AAAA-AAAA-AAAA-AAA1",
        ] {
            assert!(!has_initial_form(own), "{own}");
        }
    }

    #[test]
    fn an_initial_password_may_be_typed_as_people_type() {
        let made = "ACDE-FH23-4567-89JK-LMNP";
        for typed in [
            made,
            "acde-fh23-4567-89jk-lmnp",
            " ACDE-FH23-4567-89JK-LMNP \n",
            "acdefh23456789jklmnp",
            "acde fh23 4567 89jk lmnp",
            "acdef h23-4567\u{2011}89jk\u{a0}lmnp",
        ] {
            assert_eq!(*normalize(typed), made, "{typed}");
        }
        assert_eq!(*normalize("acde-fh23-4567-89j\u{212a}-lmnp"), made, "the sign of Kelvin is a K in NFC");
        for other in ["ACDE-FH23-4567-89JK-LMNO", "ACDE_FH23_4567_89JK_LMNP", "ACDE-FH23-4567-89JK-LMN"] {
            assert_eq!(*normalize(other), other);
        }
    }

    #[cfg(feature = "strength")]
    #[test]
    fn strength_tells_weak_from_strong() {
        assert_eq!(strength("Passwort1!", &[]), strength("Passwort1!", &[]).min(2));
        assert_eq!(strength(&make_initial_password(&mut ChaCha20Rng::from_seed([4; 32])), &[]), 4);
        let own_address = "e.yilmaz@bildungswerk-ruhr.example";
        assert!(
            strength("Bildungswerk-Ruhr-1", &[own_address]) < MINIMUM_STRENGTH,
            "the parts of one's address"
        );
        assert!(strength("Bildungswerk-Ruhr-1", &[]) >= MINIMUM_STRENGTH);
        let guessed_first = [
            "Knappschaft1!",
            "KBS-Webmailer1",
            "Kennwort2026!",
            "Passwort-1",
            "Sommer2026!",
            "Bochum2026!",
            "München#2025",
            "Muenchen#2025",
            "2024!Berlin",
            "Schalke04!",
            "Qwertz123!",
            "Geheim123!",
            "Dezember.24",
        ];
        for password in guessed_first {
            assert!(strength(password, &[]) < MINIMUM_STRENGTH, "{password}");
        }
        for sentence in ["Sommer-Berlin-Fahrrad-Hund7", "Mohnblume-Regen-Treppe-4", "Kaffee!um4imGartenhaus"]
        {
            assert!(strength(sentence, &[]) >= 3, "{sentence}");
        }
        for with_name in ["Yilmaz2026!", "yILMAZ-2026", "2026#Yilmaz", "Ruhr-Yilmaz-Example-7!"] {
            assert!(strength(with_name, &[own_address]) < MINIMUM_STRENGTH, "{with_name}");
        }
        let international = "p@xn--trger-kln-w2a7r.example";
        assert!(strength("Träger2026!", &[international]) < MINIMUM_STRENGTH, "as people write it");
        assert!(strength("Yilmaz-Pferd-Batterie-Klammer7", &[own_address]) >= 3, "enough beside the name");
        assert!(strength(&"a1-".repeat(10_000), &[]) <= 4, "a long one ends");
    }
}
