//! A secret as text for paper: Crockford's base32, groups of 4, two check characters.
//!
//! ```text
//! characters of the secret ‖ 2 characters of SHA-256(label ‖ secret)
//! root          32 bytes, 52 characters (260 bits, the last 4 zero), 14 groups
//! recovery code 17 bytes of which 130 bits are used, 26 characters, 7 groups
//! ```
//! Any case, with or without separators; `O` reads as `0`, `I` and `L` as `1`.

use crate::label::Label;
use crate::secret::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_CHARS: usize = 52;
const CHECK_CHARS: usize = 2;
const GROUP: usize = 4;

/// The text is not a printed secret, or has a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a printed secret")]
pub struct PrintedError;

/// The text to print.
pub fn print(secret: &Secret<32>, label: Label) -> Zeroizing<String> {
    print_chars(secret, SECRET_CHARS, label)
}

/// Reads what was printed.
///
/// # Errors
/// [`PrintedError`].
pub fn read(text: &str, label: Label) -> Result<Secret<32>, PrintedError> {
    read_chars(text, SECRET_CHARS, label)
}

/// The text of a secret whose bits beyond `chars` characters are zero.
pub(crate) fn print_chars<const N: usize>(
    secret: &Secret<N>,
    chars: usize,
    label: Label,
) -> Zeroizing<String> {
    let mut values = Zeroizing::new(Vec::with_capacity(chars + CHECK_CHARS));
    values.extend((0..chars).map(|char| value_at(secret.expose(), char)));
    values.extend(check(secret, label));
    let mut text = Zeroizing::new(String::with_capacity(values.len() + values.len() / GROUP));
    for (index, value) in values.iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(ALPHABET.get(usize::from(*value)).map_or('0', |letter| char::from(*letter)));
    }
    text
}

/// The reverse of [`print_chars`].
pub(crate) fn read_chars<const N: usize>(
    text: &str,
    chars: usize,
    label: Label,
) -> Result<Secret<N>, PrintedError> {
    let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let values: Zeroizing<Vec<u8>> =
        Zeroizing::new(letters.map(value_of).collect::<Option<_>>().ok_or(PrintedError)?);
    let (secret, checked) = values.split_at_checked(chars).ok_or(PrintedError)?;
    let secret = from_values(secret).ok_or(PrintedError)?;
    if checked == check(&secret, label) { Ok(secret) } else { Err(PrintedError) }
}

fn check<const N: usize>(secret: &Secret<N>, label: Label) -> [u8; CHECK_CHARS] {
    let [first, second, ..]: [u8; 32] =
        Sha256::new().chain_update(label.as_bytes()).chain_update(secret.expose()).finalize().into();
    [first & 31, second & 31]
}

fn value_at(bytes: &[u8], char: usize) -> u8 {
    let bit = |index: usize| bytes.get(index / 8).map_or(0, |byte| (byte >> (7 - index % 8)) & 1);
    (0..5).fold(0, |value, offset| value << 1 | bit(char * 5 + offset))
}

/// Bits beyond the secret's bytes must be zero.
fn from_values<const N: usize>(values: &[u8]) -> Option<Secret<N>> {
    let mut bytes = Zeroizing::new(vec![0_u8; N + 1]);
    for (index, value) in values.iter().enumerate() {
        for offset in (0..5).filter(|offset| value >> (4 - offset) & 1 == 1) {
            let bit = index * 5 + offset;
            *bytes.get_mut(bit / 8)? |= 128 >> (bit % 8);
        }
    }
    let (secret, rest) = bytes.split_at(N);
    if rest == [0] { Secret::from_slice(secret) } else { None }
}

fn value_of(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let index = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
    u8::try_from(index).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_read_as_people_type_it() {
        let secret = Secret::from_bytes(core::array::from_fn(|index| u8::try_from(index * 7 + 5).unwrap()));
        let text = print(&secret, Label::DRAFT);
        assert_eq!(text.len(), 54 + 13);
        assert!(read(&text, Label::DRAFT).is_ok_and(|again| again == secret));
        let typed = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert!(read(&typed, Label::DRAFT).is_ok_and(|again| again == secret));
        assert!(read(&text, Label::SETTINGS).is_err(), "another purpose");
    }

    #[test]
    fn a_slip_is_noticed() {
        let text = print(&Secret::from_bytes([9; 32]), Label::DRAFT);
        for index in 0..text.len() {
            let mut slip: Vec<char> = text.chars().collect();
            slip[index] = if slip[index] == '7' { '8' } else { '7' };
            let slip: String = slip.into_iter().collect();
            let noticed = read(&slip, Label::DRAFT).is_err();
            // Ten check bits miss one slip in a thousand.
            assert!(noticed, "{index}");
        }
        assert!(read("", Label::DRAFT).is_err());
        assert!(read(&text[1..], Label::DRAFT).is_err());
    }
}
