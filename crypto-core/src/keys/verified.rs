//! Which messages were verified while their signing key was the newest, kept in the sealed settings.
//!
//! ```text
//! verified = ( first 12 bytes of SHA-256(header) ‖ day (2 bytes, big-endian) )*, ascending, no hash twice
//! ```
//!
//! `day` counts from 1970 and is the day of the verification, by the reader's clock; an entry is left out once no
//! message of that day can still be there. A message that is not among them, of a key that is no longer the newest,
//! is marked: whoever had that key may have written it later than it says.

use crate::wire::limits;
use minicbor::bytes::ByteVec;
use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const HASH_BYTES: usize = 12;
const ENTRY_BYTES: usize = HASH_BYTES + 2;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The messages that were verified in time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedMessages(BTreeMap<[u8; HASH_BYTES], u16>);

impl VerifiedMessages {
    /// Whether the message with this header is among them.
    pub fn contains(&self, header: &[u8]) -> bool {
        self.0.contains_key(&short_hash(header))
    }

    /// Takes in a message that was verified now, and lets go of those that were there longer than `kept_days`.
    /// Of too many, the oldest go first: they will be marked.
    pub fn note(&mut self, header: &[u8], now_ms: u64, kept_days: u16) {
        let today = u16::try_from(now_ms / DAY_MS).unwrap_or(u16::MAX);
        self.0.retain(|_, day| today.saturating_sub(*day) <= kept_days);
        self.0.entry(short_hash(header)).or_insert(today);
        while self.0.len() > limits::VERIFIED_MESSAGES {
            let oldest = self.0.iter().min_by_key(|(_, day)| **day).map(|(hash, _)| *hash);
            self.0.retain(|hash, _| Some(*hash) != oldest);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|(hash, day)| hash.iter().copied().chain(day.to_be_bytes())).collect()
    }

    /// `None` unless it is what [`Self::to_bytes`] would write.
    fn of(bytes: &[u8]) -> Option<Self> {
        let (entries, []) = bytes.as_chunks::<ENTRY_BYTES>() else { return None };
        let mut verified = Self::default();
        for entry in entries {
            let (hash, day) = entry.split_first_chunk::<HASH_BYTES>()?;
            let day = u16::from_be_bytes(day.try_into().ok()?);
            if verified.0.last_key_value().is_some_and(|(last, _)| last >= hash) {
                return None;
            }
            verified.0.insert(*hash, day);
        }
        (!verified.is_empty() && entries.len() <= limits::VERIFIED_MESSAGES).then_some(verified)
    }
}

fn short_hash(header: &[u8]) -> [u8; HASH_BYTES] {
    let mut short = [0; HASH_BYTES];
    for (to, from) in short.iter_mut().zip(Sha256::digest(header)) {
        *to = from;
    }
    short
}

impl<C> Encode<C> for VerifiedMessages {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        ByteVec::from(self.to_bytes()).encode(e, ctx)
    }

    fn is_nil(&self) -> bool {
        self.is_empty()
    }
}

impl<'b, C> Decode<'b, C> for VerifiedMessages {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.datatype()? != Type::Bytes {
            return Err(decode::Error::message("verified"));
        }
        Self::of(d.bytes()?).ok_or_else(|| decode::Error::message("verified"))
    }

    fn nil() -> Option<Self> {
        Some(Self::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cbor;

    fn at(day: u64) -> u64 {
        day * 86_400_000 + 5
    }

    #[test]
    fn what_was_verified_is_known_until_it_has_expired() {
        let mut verified = VerifiedMessages::default();
        verified.note(b"one", at(20_000), 67);
        verified.note(b"two", at(20_067), 67);
        assert!(verified.contains(b"one") && verified.contains(b"two") && !verified.contains(b"three"));
        // Seen again, the first day stays.
        verified.note(b"one", at(20_067), 67);
        verified.note(b"three", at(20_068), 67);
        assert!(!verified.contains(b"one") && verified.contains(b"two") && verified.contains(b"three"));
    }

    #[test]
    fn the_oldest_of_too_many_go_first() {
        let mut verified = VerifiedMessages::default();
        verified.note(b"first", at(1), 60);
        for number in 0..limits::VERIFIED_MESSAGES {
            verified.note(&number.to_be_bytes(), at(2), 60);
        }
        assert_eq!(verified.0.len(), limits::VERIFIED_MESSAGES);
        assert!(!verified.contains(b"first") && verified.contains(&0_usize.to_be_bytes()));
    }

    #[test]
    fn one_form_and_no_other() {
        let mut verified = VerifiedMessages::default();
        verified.note(b"one", at(20_000), 60);
        verified.note(b"two", at(20_001), 60);
        let bytes = verified.to_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "3fc4ccfe745870e2c0d99f714e217692c3ad3540bb803c020b3a4e20");
        assert_eq!(VerifiedMessages::of(&bytes), Some(verified));
        let (first, second) = bytes.split_at(ENTRY_BYTES);
        let wrong = [&bytes[1..], &[second, first].concat(), &[first, first].concat(), &[]];
        for bytes in wrong {
            assert_eq!(VerifiedMessages::of(bytes), None, "{bytes:?}");
        }
        assert!(cbor::decode::<VerifiedMessages>(&[0x60], 10).is_err());
    }
}
