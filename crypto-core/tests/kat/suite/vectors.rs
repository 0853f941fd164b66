//! Vector files: `#` comments, cases parted by empty lines, `name = value` with values in hexadecimal.

use rand_core::{TryCryptoRng, TryRng};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// One case of a file.
pub(super) struct Case<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Case<'a> {
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.0[name]
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        self.optional(name).unwrap()
    }

    pub(super) fn optional(&self, name: &str) -> Option<Vec<u8>> {
        self.0.get(name).map(|text| unhex(text))
    }

    pub(super) fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.bytes(name).try_into().unwrap()
    }

    pub(super) fn number(&self, name: &str) -> u32 {
        self.text(name).parse().unwrap()
    }
}

/// All cases of a file.
pub(super) fn cases(file: &str) -> Vec<Case<'_>> {
    let lines: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    lines
        .split(|line| line.is_empty())
        .filter(|case| !case.is_empty())
        .map(|case| {
            Case(
                case.iter()
                    .map(|line| line.split_once('=').unwrap())
                    .map(|(k, v)| (k.trim(), v.trim()))
                    .collect(),
            )
        })
        .collect()
}

/// Hexadecimal in words; `00*16` stands for a byte and how often it comes.
pub(super) fn unhex(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split_whitespace() {
        match word.split_once('*') {
            Some((byte, times)) => {
                bytes.resize(bytes.len() + times.parse::<usize>().unwrap(), unhex(byte)[0])
            }
            None => bytes
                .extend((0..word.len()).step_by(2).map(|i| u8::from_str_radix(&word[i..i + 2], 16).unwrap())),
        }
    }
    bytes
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// "Randomness" that a vector prescribes: these bytes and no more.
pub(super) struct Prescribed(std::vec::IntoIter<u8>);

impl Prescribed {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    /// All bytes were drawn.
    pub(super) fn is_used_up(&self) -> bool {
        self.0.len() == 0
    }
}

impl TryRng for Prescribed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill_with(|| self.0.next().unwrap());
        Ok(())
    }
}

impl TryCryptoRng for Prescribed {}
