//! Looks for plaintext where none may be.
//!
//! Each needle is looked for as UTF-8, UTF-16 (both orders), base64 and base64url (at all three
//! alignments), hex, percent-encoding and JSON escapes; in the bytes of each file, in those bytes with
//! line breaks removed (base64 in mails), with quoted-printable undone, and in what comes out of every
//! gzip, zlib, raw deflate and brotli run found in them ([`inflate`]).
//!
//! A scan that finds nothing says little unless it would have found something: [`controls`] plants a
//! needle in every encoding and every container, and all of them must be found.

pub mod controls;
pub mod inflate;
mod noise;

pub use noise::noise;

use aho_corasick::AhoCorasick;
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;
use std::path::Path;

/// The least length of a needle: anything shorter turns up by chance.
pub const NEEDLE_BYTES: usize = 8;
const WINDOW_BYTES: usize = 24;
const WINDOWS: usize = 16;
const DEPTH: usize = 2;

/// Something that must not be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    /// What to call it in a finding.
    pub name: String,
    /// It.
    pub bytes: Vec<u8>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Finding {
    /// Of the needle.
    pub needle: String,
    /// How it was written.
    pub encoding: String,
    /// File and, after `!`, what had to be undone to see it.
    pub place: String,
}

impl Needle {
    /// A text.
    ///
    /// # Panics
    /// If it is too short.
    pub fn text(name: impl Into<String>, text: &str) -> Self {
        let needle = Self { name: name.into(), bytes: text.as_bytes().to_vec() };
        assert!(needle.bytes.len() >= NEEDLE_BYTES, "needle {} is too short", needle.name);
        needle
    }

    /// Windows spread evenly over a long content.
    pub fn windows(name: &str, content: &[u8]) -> Vec<Self> {
        if content.len() <= WINDOW_BYTES {
            return vec![Self { name: name.into(), bytes: content.to_vec() }];
        }
        let last = content.len() - WINDOW_BYTES;
        let starts: BTreeSet<usize> = (0..WINDOWS).map(|n| last * n / (WINDOWS - 1)).collect();
        let window = |start: usize| content.get(start..start + WINDOW_BYTES).map(<[u8]>::to_vec);
        starts
            .into_iter()
            .filter_map(|start| {
                Some(Self { name: format!("{name} from byte {start}"), bytes: window(start)? })
            })
            .filter(|needle| needle.bytes.iter().collect::<BTreeSet<_>>().len() >= NEEDLE_BYTES)
            .collect()
    }
}

/// Looks for a set of needles.
pub struct Scanner {
    automaton: AhoCorasick,
    meaning: Vec<(String, &'static str)>,
}

impl Scanner {
    /// A scanner for these.
    ///
    /// # Panics
    /// If there are none.
    #[expect(clippy::expect_used, reason = "the automaton takes millions of short patterns")]
    pub fn new(needles: &[Needle]) -> Self {
        assert!(!needles.is_empty(), "nothing to look for");
        let mut patterns = Vec::new();
        let mut meaning = Vec::new();
        for needle in needles {
            for (encoding, pattern) in encodings(&needle.bytes) {
                patterns.push(pattern);
                meaning.push((needle.name.clone(), encoding));
            }
        }
        Self { automaton: AhoCorasick::new(&patterns).expect("patterns fit"), meaning }
    }

    /// Scans files and whole directories, and their names. What a running server has removed meanwhile is not there.
    ///
    /// # Errors
    /// If something cannot be read: what was not scanned is not clean.
    pub fn paths(&self, paths: &[&Path]) -> io::Result<BTreeSet<Finding>> {
        let mut findings = BTreeSet::new();
        for path in paths {
            std::fs::metadata(path)?;
            for entry in walkdir::WalkDir::new(path) {
                let Some(entry) = there(entry.map_err(io::Error::from))? else { continue };
                let name = entry.path().display().to_string();
                self.bytes(&name, entry.file_name().as_encoded_bytes(), &mut findings);
                if entry.file_type().is_file()
                    && let Some(bytes) = there(std::fs::read(entry.path()))?
                {
                    self.bytes(&name, &bytes, &mut findings);
                }
            }
        }
        Ok(findings)
    }

    /// Scans bytes.
    pub fn bytes(&self, place: &str, bytes: &[u8], findings: &mut BTreeSet<Finding>) {
        self.level(place, bytes, 0, findings);
    }

    /// Scans memory: as [`Self::bytes`], without the guesses at every byte that only small files are worth.
    pub fn memory(&self, place: &str, bytes: &[u8], findings: &mut BTreeSet<Finding>) {
        self.level(place, bytes, 1, findings);
    }

    fn level(&self, place: &str, bytes: &[u8], depth: usize, findings: &mut BTreeSet<Finding>) {
        self.plain(place, bytes, findings);
        if let Some(joined) = without_line_breaks(bytes) {
            self.plain(&format!("{place} ! line breaks"), &joined, findings);
        }
        if let Some(undone) = without_quoted_printable(bytes) {
            self.plain(&format!("{place} ! quoted-printable"), &undone, findings);
        }
        if depth < DEPTH {
            inflate::runs(bytes, depth, &mut |kind, start, inflated| {
                self.level(&format!("{place} ! {kind} at {start}"), inflated, depth + 1, findings);
            });
        }
    }

    fn plain(&self, place: &str, bytes: &[u8], findings: &mut BTreeSet<Finding>) {
        for found in self.automaton.find_overlapping_iter(bytes) {
            let Some((needle, encoding)) = self.meaning.get(found.pattern().as_usize()) else { continue };
            findings.insert(Finding {
                needle: needle.clone(),
                encoding: (*encoding).into(),
                place: place.into(),
            });
        }
    }
}

fn there<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A text for a failed assertion, and nothing if there is nothing.
pub fn report(findings: &BTreeSet<Finding>) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "  {} as {} in {}", finding.needle, finding.encoding, finding.place);
    }
    text
}

/// Every way in which a needle is written in place, with its name.
pub fn encodings(needle: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = vec![("bytes", needle.to_vec())];
    if let Ok(text) = std::str::from_utf8(needle) {
        all.push(("UTF-16LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        all.push(("UTF-16BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        all.push(("JSON escapes", json_escaped(text)));
    }
    for (alignment, [plain, url]) in
        [["base64+0", "base64url+0"], ["base64+1", "base64url+1"], ["base64+2", "base64url+2"]]
            .into_iter()
            .enumerate()
    {
        all.push((plain, base64_core(needle, alignment, Base64Unpadded::encode_string)));
        all.push((url, base64_core(needle, alignment, Base64UrlUnpadded::encode_string)));
    }
    let hex = |upper: bool| {
        needle.iter().fold(String::new(), |text, byte| text + &hex_byte(*byte, upper)).into_bytes()
    };
    all.push(("hex", hex(false)));
    all.push(("HEX", hex(true)));
    all.push(("percent", percent(needle, true)));
    all.push(("percent, lower case", percent(needle, false)));
    let mut seen = BTreeSet::new();
    all.retain(|(_, pattern)| seen.insert(pattern.clone()));
    all
}

fn hex_byte(byte: u8, upper: bool) -> String {
    if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }
}

/// The characters that depend on the needle alone when it starts at this offset modulo 3.
fn base64_core(needle: &[u8], alignment: usize, encode: fn(&[u8]) -> String) -> Vec<u8> {
    let padded: Vec<u8> = std::iter::repeat_n(0, alignment).chain(needle.iter().copied()).collect();
    let text = encode(&padded).into_bytes();
    text.get((alignment * 8).div_ceil(6)..padded.len() * 8 / 6).unwrap_or_default().to_vec()
}

fn percent(needle: &[u8], upper: bool) -> Vec<u8> {
    let mut text = String::new();
    for byte in needle {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.push_str(&hex_byte(*byte, upper));
        }
    }
    text.into_bytes()
}

fn json_escaped(text: &str) -> Vec<u8> {
    let unit = |unit: u16| match char::from_u32(u32::from(unit)).filter(|c| c.is_ascii_graphic() || *c == ' ')
    {
        Some(c) if c != '"' && c != '\\' => c.to_string(),
        Some(c) => format!("\\{c}"),
        None => format!("\\u{unit:04x}"),
    };
    text.encode_utf16().map(unit).collect::<String>().into_bytes()
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().take(4096).all(|byte| *byte >= 0x20 || b"\t\r\n".contains(byte))
}

/// Base64 in mails is broken into lines.
fn without_line_breaks(bytes: &[u8]) -> Option<Vec<u8>> {
    is_text(bytes).then(|| bytes.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect())
}

fn without_quoted_printable(bytes: &[u8]) -> Option<Vec<u8>> {
    let undone = || quoted_printable::decode(bytes, quoted_printable::ParseMode::Robust).ok();
    (is_text(bytes) && bytes.contains(&b'=')).then(undone).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_needles_are_refused_and_long_contents_sampled() {
        let short = std::panic::catch_unwind(|| Needle::text("x", "short"));
        assert!(short.is_err());
        let windows = Needle::windows("c", &noise(1, 100_000));
        assert!(windows.len() >= WINDOWS - 2, "{}", windows.len());
        assert!(windows.iter().all(|needle| needle.bytes.len() == WINDOW_BYTES));
        assert!(Needle::windows("zeros", &[0; 4096]).is_empty(), "a window of zeros is no needle");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let scanner = Scanner::new(&[Needle::text("secret", "Ein Geheimnis")]);
        let mut findings = BTreeSet::new();
        scanner.bytes("noise", &noise(7, 300_000), &mut findings);
        scanner.bytes("text", b"Kein Geheimnis, ein Gerede", &mut findings);
        assert_eq!(report(&findings), "");
    }
}
