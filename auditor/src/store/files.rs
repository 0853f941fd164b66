//! The files of a data directory: parts of messages, each as long and of the hash that its record says, and
//! nothing else.

use super::ciphertext::is_padme;
use super::randomness::Samples;
use super::tree::Record;
use super::{Findings, hex};
use crate::report::{Class, Files, Problem, Sealed};
use anyhow::{Context as _, Result};
use crypto_core::wire::records::{Kind, Part, Record as _, Upload};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

const CHUNK_BYTES: u64 = 65_536;
const TAG_BYTES: u64 = 16;
const SEALED_CHUNK_BYTES: usize = 65_536 + 16;

/// Of an upload and a part, in hexadecimal: its pieces by offset.
type Pieces = BTreeMap<(String, String), BTreeMap<u64, PathBuf>>;

pub(super) fn check(
    data: &Path,
    records: &[Record],
    samples: &mut Samples,
    findings: &mut Findings,
) -> Result<Vec<Files>> {
    let mut pieces = Pieces::new();
    let mut parts = Files { folder: "parts", class: Class::Ciphertext, files: 0, bytes: 0 };
    let mut store = Files { folder: "metadata", class: Class::Metadata, files: 0, bytes: 0 };
    for entry in WalkDir::new(data).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{} cannot be read", data.display()))?;
        let path = entry.path().strip_prefix(data)?;
        let names: Vec<_> = path.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        if !entry.file_type().is_file() {
            if !is_known(&entry, &names)? {
                let target = fs::read_link(entry.path()).map(|it| format!("→ {}", it.display()));
                let detail = target.unwrap_or_default();
                findings.add(Problem::UnknownFile, path.display().to_string(), detail);
            }
            continue;
        }
        let bytes = entry.metadata().with_context(|| path.display().to_string())?.len();
        match piece_of(&names) {
            Some((upload, part, offset)) => {
                parts.files += 1;
                parts.bytes += bytes;
                pieces.entry((upload, part)).or_default().insert(offset, entry.into_path());
            }
            None if is_sleds(&names) => {
                store.files += 1;
                store.bytes += bytes;
            }
            None => findings.add(Problem::UnknownFile, path.display().to_string(), format!("{bytes} bytes")),
        }
    }
    check_parts(records, pieces, samples, findings)?;
    Ok(vec![store, parts])
}

/// What is no file: a folder of the product's, or one whose files are looked at, and the server's socket, which stays when it
/// is killed.
fn is_known(entry: &DirEntry, names: &[String]) -> Result<bool> {
    if entry.file_type().is_dir() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ours =
            matches!(names.as_slice(), [] | ["metadata"] | ["metadata", "blobs"]) || is_in_parts(&names);
        let cannot = || format!("{} cannot be read", entry.path().display());
        return Ok(ours || fs::read_dir(entry.path()).with_context(cannot)?.next().is_some());
    }
    Ok(entry.file_type().is_socket() && names == ["control"])
}

/// `parts/<2 hex>/<upload>/<part>/<offset>`
fn piece_of(names: &[String]) -> Option<(String, String, u64)> {
    let [_, _, upload, part, offset] = names else { return None };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let offset = u64::from_str_radix(offset, 16).ok()?;
    is_in_parts(&names).then(|| (upload.clone(), part.clone(), offset))
}

/// The path of a piece, or the beginning of one.
fn is_in_parts(names: &[&str]) -> bool {
    let is_hex = |(text, digits): (&&str, usize)| {
        text.len() == digits && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    };
    let ["parts", below @ ..] = names else { return false };
    below.len() <= 4
        && below.iter().zip([2, 32, 32, 16]).all(is_hex)
        && below.first_chunk().is_none_or(|[first, upload]| upload.starts_with(first))
}

/// `metadata/conf`, `metadata/db`, `metadata/snap.*`. Its folder `blobs` has to be empty: see [`super::tree`].
fn is_sleds(names: &[String]) -> bool {
    match names {
        [folder, file] => {
            folder == "metadata" && (file == "conf" || file == "db" || file.starts_with("snap."))
        }
        _ => false,
    }
}

/// Every part that a record names is there, and every piece is one of a part or of an upload under way.
fn check_parts(
    records: &[Record],
    mut pieces: Pieces,
    samples: &mut Samples,
    findings: &mut Findings,
) -> Result<()> {
    let of_kind = |kind: Kind| records.iter().filter(move |it| it.kind() == kind as u8);
    for record in of_kind(Kind::Part) {
        let Ok(said) = Part::from_bytes(&record.value) else { continue };
        let key = (hex(said.upload.as_bytes()), hex(record.own_key()));
        let found = pieces.remove(&key).unwrap_or_default();
        let (bytes, hash) = read(&found, &record.place(), samples)?;
        if bytes != Some(said.bytes) {
            let bytes = bytes.map_or_else(|| "–".into(), |bytes| bytes.to_string());
            let detail = format!("{bytes} ≠ {} bytes", said.bytes);
            findings.add(Problem::CiphertextLength, record.place(), detail);
        } else if hash != *said.hash.as_bytes() {
            findings.add(Problem::CiphertextHash, record.place(), hex(&hash));
        } else if !is_stream(said.bytes) {
            findings.add(Problem::CiphertextForm, record.place(), format!("{} bytes", said.bytes));
        }
    }
    for record in of_kind(Kind::Upload) {
        let Ok(said) = Upload::from_bytes(&record.value) else { continue };
        for part in &said.parts {
            let key = (hex(record.own_key()), hex(part.as_bytes()));
            if let Some(found) = pieces.remove(&key) {
                read(&found, &record.place(), samples)?;
            }
        }
    }
    for ((upload, part), found) in pieces {
        findings.add(Problem::StrayPart, format!("parts/{upload}/{part}"), format!("{} files", found.len()));
    }
    Ok(())
}

/// Length, if the pieces have no gap, and hash.
fn read(
    pieces: &BTreeMap<u64, PathBuf>,
    place: &str,
    samples: &mut Samples,
) -> Result<(Option<u64>, [u8; 32])> {
    let (mut length, mut has_gap) = (0_u64, false);
    let mut whole = Vec::new();
    for (offset, file) in pieces {
        let piece = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        has_gap |= *offset != length;
        length += piece.len() as u64;
        whole.extend_from_slice(&piece);
    }
    for chunk in whole.chunks(SEALED_CHUNK_BYTES) {
        samples.add(Sealed::Part, place, chunk);
    }
    Ok(((!has_gap && length > 0).then_some(length), Sha256::digest(&whole).into()))
}

/// Whether chunks of 64 KiB with a tag each, of a Padmé length together, are so long.
fn is_stream(sealed: u64) -> bool {
    let chunks = sealed.div_ceil(CHUNK_BYTES + TAG_BYTES).max(1);
    let Some(plain) = sealed.checked_sub(chunks * TAG_BYTES) else { return false };
    plain.div_ceil(CHUNK_BYTES).max(1) == chunks && is_padme(plain)
}
