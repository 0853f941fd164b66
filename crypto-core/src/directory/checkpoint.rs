//! Checkpoints of the log: C2SP [tlog-checkpoint](https://c2sp.org/tlog-checkpoint) in a
//! [signed note](https://c2sp.org/signed-note), with [cosignature/v1](https://c2sp.org/tlog-cosignature).
//!
//! ```text
//! kbs.directory/<deployment id, base64url>⏎ size, decimal⏎ root, base64⏎ ⏎
//! — <name> base64(key id ‖ signature)⏎                 the log, key id = SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)[..4]
//! — <name> base64(key id ‖ time ‖ signature)⏎ …        witnesses, 0x04 instead of 0x01; time in seconds, 8 bytes
//! ```
//!
//! A witness signs `cosignature/v1⏎time <decimal>⏎` and the note's text. No signature of this file can be one of the
//! suite's labels: those begin with `kbs/v1/`.

use super::log::{HASH_BYTES, LogHash};
use crate::hazmat::kdf::sha256;
use crate::hazmat::sign;
use crate::secret::Secret;
use crate::wire::{DeploymentId, limits};
use base64ct::{Base64, Encoding};
use std::fmt::Write;

const KEY_ID_BYTES: usize = 4;
const SIGNATURE_BYTES: usize = 64;
const TIME_BYTES: usize = 8;
const LOG_KEY: u8 = 0x01;
/// Kind of key: signs checkpoints of logs of others.
pub(super) const WITNESS_KEY: u8 = 0x04;

/// Size and root of the log at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Epochs in the log.
    pub size: u64,
    /// RFC 9162.
    pub root: LogHash,
}

/// A note that cannot be read, or is not signed as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a checkpoint of this log")]
pub struct CheckpointError;

/// A witness's signature, verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature {
    /// When it says that it signed.
    pub at_ms: u64,
}

/// The log's name, which is also the name of its key.
#[must_use]
pub fn origin(deployment: DeploymentId) -> String {
    format!("kbs.directory/{deployment}")
}

/// The public key of a witness.
#[must_use]
pub fn witness_key(seed: &Secret<32>) -> [u8; 32] {
    sign::public_key(seed)
}

impl Checkpoint {
    fn text(&self, origin: &str) -> String {
        format!("{origin}\n{}\n{}\n", self.size, Base64::encode_string(&self.root))
    }

    /// Signs with the log's key.
    #[must_use]
    pub fn sign(&self, origin: &str, key: &Secret<32>) -> String {
        let (text, public) = (self.text(origin), sign::public_key(key));
        let signature = sign::sign_raw(key, text.as_bytes());
        let line = [&key_id(origin, LOG_KEY, &public)[..], &signature].concat();
        format!("{text}\n\u{2014} {origin} {}\n", Base64::encode_string(&line))
    }

    /// A witness's line for it.
    #[must_use]
    pub fn cosign(&self, origin: &str, name: &str, key: &Secret<32>, time_seconds: u64) -> String {
        let signature = sign::sign_raw(key, cosigned(&self.text(origin), time_seconds).as_bytes());
        let id = key_id(name, WITNESS_KEY, &sign::public_key(key));
        let line = [&id[..], &time_seconds.to_be_bytes(), &signature].concat();
        format!("\u{2014} {name} {}\n", Base64::encode_string(&line))
    }
}

/// A note of right form. **[`Self::verify`] tells whether the log signed it.**
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    origin: String,
    checkpoint: Checkpoint,
    text: String,
    lines: Vec<(String, Vec<u8>)>,
}

impl SignedCheckpoint {
    /// Reads a note.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is none, or has extension lines, which this log does not write.
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        if note.len() > limits::CHECKPOINT_BYTES {
            return Err(CheckpointError);
        }
        let (text, signatures) = note.split_once("\n\n").ok_or(CheckpointError)?;
        let mut parts = text.split('\n');
        let (origin, size, root) = (parts.next(), parts.next(), parts.next());
        let (Some(origin), Some(size), Some(root), None) = (origin, size, root, parts.next()) else {
            return Err(CheckpointError);
        };
        let checkpoint = Checkpoint { size: decimal(size)?, root: hash(root)? };
        let signatures = signatures.strip_suffix('\n').ok_or(CheckpointError)?;
        let lines = signatures.split('\n').map(signature_line).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { origin: origin.to_owned(), text: checkpoint.text(origin), checkpoint, lines })
    }

    /// Whether the log with this name and key signed it.
    ///
    /// # Errors
    /// [`CheckpointError`] if it did not.
    pub fn verify(&self, origin: &str, key: &[u8; 32]) -> Result<Checkpoint, CheckpointError> {
        if self.origin != origin {
            return Err(CheckpointError);
        }
        let id = key_id(origin, LOG_KEY, key);
        let signed = self.signatures(origin, &id).any(|signature| {
            <&[u8; SIGNATURE_BYTES]>::try_from(signature)
                .is_ok_and(|signature| sign::verify_raw(key, self.text.as_bytes(), signature).is_ok())
        });
        if signed { Ok(self.checkpoint) } else { Err(CheckpointError) }
    }

    /// The newest signature of a witness, if there is one.
    #[must_use]
    pub fn cosignature(&self, name: &str, key: &[u8; 32]) -> Option<Cosignature> {
        let id = key_id(name, WITNESS_KEY, key);
        let verified = self.signatures(name, &id).filter_map(|bytes| {
            let (time, signature) = bytes.split_first_chunk::<TIME_BYTES>()?;
            let time = u64::from_be_bytes(*time);
            let signature = <&[u8; SIGNATURE_BYTES]>::try_from(signature).ok()?;
            sign::verify_raw(key, cosigned(&self.text, time).as_bytes(), signature).ok()?;
            Some(Cosignature { at_ms: time.checked_mul(1000)? })
        });
        verified.max_by_key(|it| it.at_ms)
    }

    /// What it says, unverified.
    #[must_use]
    pub fn claimed(&self) -> Checkpoint {
        self.checkpoint
    }

    /// The lines of a witness's name, as they stand in the note.
    #[must_use]
    pub fn lines_of(&self, name: &str) -> String {
        self.lines.iter().filter(|(signer, _)| signer == name).fold(
            String::new(),
            |mut lines, (signer, bytes)| {
                let _ = writeln!(lines, "\u{2014} {signer} {}", Base64::encode_string(bytes));
                lines
            },
        )
    }

    fn signatures<'a>(&'a self, name: &'a str, id: &'a [u8; KEY_ID_BYTES]) -> impl Iterator<Item = &'a [u8]> {
        self.lines
            .iter()
            .filter(move |(signer, _)| signer == name)
            .filter_map(move |(_, bytes)| bytes.strip_prefix(id))
    }
}

fn cosigned(text: &str, time_seconds: u64) -> String {
    format!("cosignature/v1\ntime {time_seconds}\n{text}")
}

/// What tells keys of one name apart.
pub(super) fn key_id(name: &str, kind: u8, key: &[u8; 32]) -> [u8; KEY_ID_BYTES] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[kind], key].concat());
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

/// One number has one spelling.
fn decimal(text: &str) -> Result<u64, CheckpointError> {
    let number: u64 = text.parse().map_err(|_| CheckpointError)?;
    if number.to_string() == text { Ok(number) } else { Err(CheckpointError) }
}

fn hash(text: &str) -> Result<LogHash, CheckpointError> {
    let mut bytes = [0; HASH_BYTES];
    match Base64::decode(text, &mut bytes) {
        Ok(found) if found.len() == HASH_BYTES => Ok(bytes),
        _ => Err(CheckpointError),
    }
}

fn signature_line(line: &str) -> Result<(String, Vec<u8>), CheckpointError> {
    let (name, signature) =
        line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(CheckpointError)?;
    if name.is_empty() || name.contains('+') {
        return Err(CheckpointError);
    }
    let bytes = Base64::decode_vec(signature).map_err(|_| CheckpointError)?;
    if bytes.len() < KEY_ID_BYTES { Err(CheckpointError) } else { Ok((name.to_owned(), bytes)) }
}
