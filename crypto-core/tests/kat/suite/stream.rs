//! STREAM against C2SP's CCTV vectors of the age format, whose payload is the same construction.

use super::Report;
use super::vectors::cases;
use crypto_core::hazmat::OpenError;
use crypto_core::hazmat::kdf::{hkdf_sha256, sha256};
use crypto_core::hazmat::padding::{CHUNK_BYTES, TAG_BYTES};
use crypto_core::hazmat::stream::{Opener, Sealer, StreamKey};

pub(super) fn run(report: &mut Report) {
    for case in cases(include_str!("../../vectors/cctv-age-stream.txt")) {
        let name = format!("CCTV {}", case.text("name"));
        let key =
            || StreamKey::new(hkdf_sha256(&case.bytes("nonce"), &case.bytes("file_key"), &[b"payload"]));
        let sealed = case.bytes("stream");
        let opened = open(key(), &sealed);
        if case.text("expect") == "success" {
            let plain = opened.unwrap_or_default();
            report.equal(&name, &sha256(&plain), &case.bytes("payload_sha256"));
            report.check(format!("{name}, sealed again"), seal(key(), &plain) == sealed);
        } else {
            report.check(name, opened.is_err());
        }
    }
}

fn open(key: StreamKey, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut opener = Opener::new(key);
    let mut plain = Vec::new();
    let mut chunks = sealed.chunks(CHUNK_BYTES + TAG_BYTES).peekable();
    while let Some(chunk) = chunks.next() {
        if chunks.peek().is_none() {
            plain.extend(opener.open_last(chunk)?);
            return Ok(plain);
        }
        plain.extend(opener.open_chunk(chunk)?);
    }
    Err(OpenError)
}

fn seal(key: StreamKey, plain: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer::new(key);
    let mut sealed = Vec::new();
    let mut rest = plain;
    while rest.len() > CHUNK_BYTES {
        let (chunk, others) = rest.split_at(CHUNK_BYTES);
        sealed.extend(sealer.seal_chunk(chunk).unwrap());
        rest = others;
    }
    sealed.extend(sealer.seal_last(rest).unwrap());
    sealed
}
