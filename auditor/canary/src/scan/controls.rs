//! Positive controls: a needle in every encoding and every container that a scan must see into.

use super::{Needle, Scanner, encodings, noise};
use flate2::Compression;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

type Container = (&'static str, fn(&[u8]) -> Vec<u8>);

const CONTAINERS: &[Container] = &[
    ("nothing", |bytes| bytes.to_vec()),
    ("noise", |bytes| [noise(1, 70_001), bytes.to_vec(), noise(2, 999)].concat()),
    ("gzip", |bytes| [noise(3, 5_001), gzip(bytes), noise(4, 999)].concat()),
    ("zlib", |bytes| [noise(5, 5_001), zlib(bytes), noise(6, 999)].concat()),
    ("deflate", |bytes| [noise(7, 5_001), deflate(bytes), noise(8, 999)].concat()),
    ("deflate at a page of a large file", |bytes| {
        [noise(9, 1 << 20), deflate(bytes), noise(10, 999)].concat()
    }),
    ("zip", |bytes| [noise(11, 1_000_001), zip_entry(bytes), noise(12, 999)].concat()),
    ("brotli", |bytes| [noise(13, 1_001), brotli(bytes), noise(14, 999)].concat()),
    ("gzip in gzip", |bytes| gzip(&gzip(bytes))),
    ("gzip cut short", |bytes| {
        let mut whole = gzip(&[bytes, &noise(15, 100_000)].concat());
        whole.truncate(whole.len() / 2);
        whole
    }),
    ("lines", |bytes| bytes.chunks(19).collect::<Vec<_>>().join(&b"\r\n"[..])),
    ("quoted-printable", |bytes| quoted_printable::encode(bytes)),
];

/// Containers that UTF-16 does not go through, since it is not text to them.
const FOR_TEXT: &[&str] = &["lines", "quoted-printable"];

/// Plants a needle in every encoding and container below this directory and returns what was planted but is
/// not found. An empty answer means that the scanner sees what it claims to see.
///
/// # Errors
/// If the directory cannot be written.
pub fn missed(dir: &Path) -> io::Result<Vec<String>> {
    let needle = Needle::text("control", "Kontrolle: Überweisung_{geheim}?>~ 4711");
    let scanner = Scanner::new(std::slice::from_ref(&needle));
    let mut missed = Vec::new();
    for (container, wrap) in CONTAINERS {
        let mut written = encodings(&needle.bytes);
        written.retain(|(encoding, _)| !(encoding.starts_with("UTF-16") && FOR_TEXT.contains(container)));
        let (names, texts): (Vec<&str>, Vec<Vec<u8>>) = written.into_iter().unzip();
        let file = dir.join("control");
        std::fs::write(&file, wrap(&texts.join(&b" | "[..])))?;
        let found: BTreeSet<String> =
            scanner.paths(&[&file])?.into_iter().map(|finding| finding.encoding).collect();
        missed.extend(
            names.iter().filter(|name| !found.contains(**name)).map(|name| format!("{name} in {container}")),
        );
    }
    Ok(missed)
}

#[expect(clippy::expect_used, reason = "writing to memory does not fail")]
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    to.write_all(bytes).expect("memory");
    to.finish().expect("memory")
}

#[expect(clippy::expect_used, reason = "writing to memory does not fail")]
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
    to.write_all(bytes).expect("memory");
    to.finish().expect("memory")
}

#[expect(clippy::expect_used, reason = "writing to memory does not fail")]
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    to.write_all(bytes).expect("memory");
    to.finish().expect("memory")
}

fn zip_entry(bytes: &[u8]) -> Vec<u8> {
    let mut entry = b"PK\x03\x04\x14\0\0\0\x08\0".to_vec();
    entry.extend([0; 16]);
    entry.extend([5, 0, 0, 0]);
    entry.extend(b"a.txt");
    entry.extend(deflate(bytes));
    entry
}

#[expect(clippy::expect_used, reason = "writing to memory does not fail")]
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).expect("memory");
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_control_is_found() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(super::missed(dir.path()).unwrap(), Vec::<String>::new());
    }
}
