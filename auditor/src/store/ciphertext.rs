//! Ciphertext by its form: of each one what is open, how long what is sealed must be, and what is left for the
//! look at its randomness.
//!
//! | field | form |
//! | --- | --- |
//! | `Bundle.sealed`, `Settings.sealed` | a map whose last field is `nonce ‖ commitment ‖ ciphertext ‖ tag` |
//! | `Bundle.wraps` | by kind 104 bytes, or 1168 |
//! | `Draft.sealed` | `nonce ‖ commitment ‖ ciphertext ‖ tag` of a Padmé length |
//! | `Message.header` | `message::Header`, which says the same as the record |
//! | `Message.signature` | 80 bytes |
//! | `MessageGrants.grants` | `message::Grant` |
//! | `RootShare.share` | a map with a sealed seed of 48 bytes |

use super::Findings;
use super::randomness::Samples;
use super::record::{self, array, bytes, fields, number};
use super::tree::Record;
use crate::report::{Class, Problem, Sealed};
use crypto_core::message::{Grant, Header, SEALED_SIGNATURE_BYTES};
use crypto_core::wire::records::{Kind, Message, Record as _};

/// Nonce, commitment and tag of a wrap.
const WRAP_OVERHEAD_BYTES: usize = 24 + 32 + 16;
/// A wrapped key of 32 bytes.
const WRAPPED_KEY_BYTES: usize = WRAP_OVERHEAD_BYTES + 32;
/// A key sealed to an X-Wing key.
const ENC_BYTES: usize = 1120;
const SEALED_KEY_BYTES: usize = 48;
/// The wrap of a bundle key under a recovery code.
const RECOVERY_WRAP: u64 = 1;

/// Looks at every field whose class is ciphertext; says how many ciphertexts there are.
pub(super) fn check(records: &[Record], samples: &mut Samples, findings: &mut Findings) -> u64 {
    let mut count = 0;
    for record in records {
        let Some(description) = record::description(record.kind()) else { continue };
        let Some(present) = fields(&record.value) else { continue };
        for (field_number, name, class) in description.fields {
            let Some(field) = present.get(field_number).filter(|_| *class == Class::Ciphertext) else {
                continue;
            };
            let seen = one(description.kind, name, field, record, samples);
            count += seen.as_ref().map_or(1, |seen| *seen);
            if let Err(problem) = seen {
                findings.add(problem, record.place(), *name);
            }
        }
    }
    count
}

/// How many ciphertexts a field holds.
fn one(
    kind: Kind,
    field: &str,
    value: &[u8],
    record: &Record,
    samples: &mut Samples,
) -> Result<u64, Problem> {
    let form = Problem::CiphertextForm;
    match (kind, field) {
        (Kind::Bundle, "sealed") => {
            wrapped_in_map(value, 4, (Sealed::Bundle, &record.place()), samples, |_| true)
        }
        (Kind::Settings, "sealed") => {
            wrapped_in_map(value, 3, (Sealed::Settings, &record.place()), samples, is_padme)
        }
        (Kind::Bundle, "wraps") => wraps(value, &record.place(), samples).ok_or(form),
        (Kind::Draft, "sealed") => {
            let sealed = bytes(value).ok_or(form)?;
            let plain = sealed.len().checked_sub(WRAP_OVERHEAD_BYTES).ok_or(form)?;
            if !is_padme(plain as u64) {
                return Err(Problem::CiphertextLength);
            }
            samples.add(Sealed::Draft, &record.place(), sealed);
            Ok(1)
        }
        (Kind::Message, "header") => header(value, record, samples),
        (Kind::Message, "signature") => {
            let sealed = bytes(value).filter(|it| it.len() == SEALED_SIGNATURE_BYTES);
            samples.add(Sealed::Signature, &record.place(), sealed.ok_or(Problem::CiphertextLength)?);
            Ok(1)
        }
        (Kind::MessageGrants, "grants") => grants(value, record, samples).ok_or(form),
        (Kind::RootShare, "share") => root_share(value, record, samples).ok_or(form),
        // A field that is new must be taught here first.
        _ => Err(form),
    }
}

/// A map in a byte string, with something wrapped in its last field.
fn wrapped_in_map(
    value: &[u8],
    wrapped_at: u32,
    (what, place): (Sealed, &str),
    samples: &mut Samples,
    fits: impl Fn(u64) -> bool,
) -> Result<u64, Problem> {
    let form = Problem::CiphertextForm;
    let fields = bytes(value).and_then(fields).ok_or(form)?;
    let known: Vec<u32> = (0..=wrapped_at).collect();
    if fields.keys().copied().collect::<Vec<_>>() != known {
        return Err(form);
    }
    let wrapped = fields.get(&wrapped_at).copied().and_then(bytes).ok_or(form)?;
    let plain = wrapped.len().checked_sub(WRAP_OVERHEAD_BYTES).ok_or(form)?;
    if !fits(plain as u64) {
        return Err(Problem::CiphertextLength);
    }
    samples.add(what, place, wrapped);
    Ok(1)
}

fn wraps(value: &[u8], place: &str, samples: &mut Samples) -> Option<u64> {
    let wraps = array(value)?;
    for wrap in &wraps {
        let fields = fields(wrap)?;
        let kind = number(fields.get(&0)?)?;
        let sealed = bytes(fields.get(&1)?)?;
        let (enc, length) = if kind == RECOVERY_WRAP {
            (ENC_BYTES, ENC_BYTES + SEALED_KEY_BYTES)
        } else {
            (0, WRAPPED_KEY_BYTES)
        };
        if fields.len() != 2 || sealed.len() != length {
            return None;
        }
        samples.add(Sealed::WrappedKey, place, sealed.get(enc..)?);
    }
    Some(wraps.len() as u64)
}

fn header(value: &[u8], record: &Record, samples: &mut Samples) -> Result<u64, Problem> {
    let bytes = bytes(value).ok_or(Problem::CiphertextForm)?;
    let header = Header::parse(bytes).map_err(|_| Problem::CiphertextForm)?;
    let said = Message::from_bytes(&record.value).map_err(|_| Problem::Encoding)?;
    let parts: Vec<_> = std::iter::once(header.part_0()).chain(header.blobs()).collect();
    let same = header.message().as_bytes() == record.own_key()
        && header.sender() == said.sender
        && parts.iter().map(|part| part.part).eq(said.parts.iter().copied())
        && parts.iter().map(|part| part.bytes).sum::<u64>() == said.bytes;
    if !same {
        return Err(Problem::HeaderMismatch);
    }
    for recipient in header.recipients() {
        samples.add(Sealed::ContentKey, &record.place(), &recipient.sealed_key);
    }
    Ok(header.recipients().len() as u64)
}

fn grants(value: &[u8], record: &Record, samples: &mut Samples) -> Option<u64> {
    let grants = array(value)?;
    for grant in &grants {
        let fields = fields(grant)?;
        let grant = Grant::parse(bytes(fields.get(&4)?)?).ok()?;
        let key = &grant.body().sealed_key;
        if key.len() != SEALED_KEY_BYTES || grant.body().enc.len() != ENC_BYTES {
            return None;
        }
        samples.add(Sealed::ContentKey, &record.place(), key);
    }
    Some(grants.len() as u64)
}

fn root_share(value: &[u8], record: &Record, samples: &mut Samples) -> Option<u64> {
    let fields = fields(bytes(value)?)?;
    let (enc, sealed) = (bytes(fields.get(&4)?)?, bytes(fields.get(&5)?)?);
    if fields.len() != 6 || enc.len() != ENC_BYTES || sealed.len() != SEALED_KEY_BYTES {
        return None;
    }
    samples.add(Sealed::RootSeed, &record.place(), sealed);
    Some(1)
}

/// Whether Padmé (Nikitin et al., PoPETs 2019, algorithm 1) gives this length: as many low bits are zero as it clears.
pub(super) fn is_padme(length: u64) -> bool {
    if length < 2 {
        return true;
    }
    let exponent = length.ilog2();
    let cleared = exponent.saturating_sub(exponent.ilog2() + 1);
    length.trailing_zeros() >= cleared
}
