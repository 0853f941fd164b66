//! The public header of a message, and its form.

use crate::hazmat::padding::{padme, plain_len, sealed_len};
use crate::wire::cbor::{self, CborError};
use crate::wire::{AccountId, Fingerprint, MessageId, PartId, SUITE_1, limits};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// Bytes of an HPKE encapsulated key (X-Wing).
const ENC_BYTES: usize = 1120;
/// Bytes of a sealed content key.
const SEALED_KEY_BYTES: usize = 48;
/// Bytes of a sealed signature.
pub const SEALED_SIGNATURE_BYTES: usize = 64 + 16;

/// What the header belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum MessageKind {
    /// Delivered.
    #[n(0)]
    Message,
    /// Sealed to its writer.
    #[n(1)]
    Draft,
}

/// Why somebody can open the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum RecipientRole {
    /// It is written to them.
    #[n(0)]
    To,
    /// The sender's own copy.
    #[n(1)]
    Own,
    /// They stand in for a recipient.
    #[n(2)]
    Deputy,
}

/// One who can open the message.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recipient {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// The certificate whose mailbox key it is sealed to.
    #[n(1)]
    pub certificate: Fingerprint,
    /// Why.
    #[n(2)]
    pub role: RecipientRole,
    /// HPKE encapsulated key, 1120 bytes.
    #[n(3)]
    pub enc: ByteVec,
    /// The content key, sealed, 48 bytes.
    #[n(4)]
    pub sealed_key: ByteVec,
}

/// A part's ciphertext.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PartDescriptor {
    /// Which.
    #[n(0)]
    pub part: PartId,
    /// Length of the ciphertext in bytes.
    #[n(1)]
    pub bytes: u64,
    /// SHA-256 of the ciphertext.
    #[n(2)]
    pub sha256: Fingerprint,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct HeaderBody {
    #[n(0)]
    pub(super) suite: u16,
    #[n(1)]
    pub(super) message: MessageId,
    #[n(2)]
    pub(super) kind: MessageKind,
    #[n(3)]
    pub(super) sender: AccountId,
    #[n(4)]
    pub(super) sender_certificate: Fingerprint,
    #[n(5)]
    pub(super) on_behalf_of: Option<AccountId>,
    #[n(6)]
    pub(super) recipients: Vec<Recipient>,
    #[n(7)]
    pub(super) part_0: PartDescriptor,
    #[n(8)]
    pub(super) blobs: Vec<PartDescriptor>,
    #[n(9)]
    pub(super) commitment: ByteArray<32>,
}

/// A header of right form. **Who made it, only the sealed signature tells.**
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    body: HeaderBody,
    bytes: Vec<u8>,
}

/// A header has not the form that it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not the encoding.
    #[error("encoding: {0}")]
    Cbor(#[from] CborError),
    /// A suite that is not known here.
    #[error("suite")]
    Suite,
    /// Nobody, too many, or one twice; or not exactly one own copy, which is the sender's.
    #[error("recipients")]
    Recipients,
    /// Too many recipients.
    #[error("too many recipients")]
    RecipientsTooMany,
    /// Too many parts, one twice, or a length that no sealed part has.
    #[error("parts")]
    Parts,
    /// More ciphertext than a message of the largest size has.
    #[error("too large")]
    TooLarge,
}

/// The most ciphertext that body and attachments of `message_bytes` together can become: Padmé adds at
/// most 12 % to each part, STREAM 16 bytes to each chunk, part 0 has names and keys beside the text.
#[must_use]
pub const fn ciphertext_bound(message_bytes: u64) -> u64 {
    let plain = message_bytes.saturating_add(limits::PART_0_OVERHEAD_BYTES);
    let padded = plain.saturating_add(plain / 100 * 12 + 12);
    sealed_len(padded).saturating_add(16 * limits::ATTACHMENTS as u64)
}

impl Header {
    /// Reads a header and checks its form.
    ///
    /// # Errors
    /// See [`HeaderError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        let body: HeaderBody = cbor::decode(bytes, limits::HEADER_BYTES)?;
        if body.suite != SUITE_1 {
            return Err(HeaderError::Suite);
        }
        check_recipients(&body)?;
        check_parts(&body)?;
        Ok(Self { body, bytes: bytes.to_vec() })
    }

    #[cfg(feature = "client")]
    pub(super) fn make(body: HeaderBody) -> Result<Self, HeaderError> {
        Self::parse(&cbor::encode(&body))
    }

    /// The encoded header.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Which message.
    pub fn message(&self) -> MessageId {
        self.body.message
    }

    /// Message or draft.
    pub fn kind(&self) -> MessageKind {
        self.body.kind
    }

    /// Who says to have sent it.
    pub fn sender(&self) -> AccountId {
        self.body.sender
    }

    /// With which certificate.
    pub fn sender_certificate(&self) -> Fingerprint {
        self.body.sender_certificate
    }

    /// For whom the sender stands in.
    pub fn on_behalf_of(&self) -> Option<AccountId> {
        self.body.on_behalf_of
    }

    /// All who can open it, the sender's own copy included.
    pub fn recipients(&self) -> &[Recipient] {
        &self.body.recipients
    }

    /// Subject, text and so on.
    pub fn part_0(&self) -> &PartDescriptor {
        &self.body.part_0
    }

    /// Attachments.
    pub fn blobs(&self) -> &[PartDescriptor] {
        &self.body.blobs
    }

    /// Part 0 and attachments.
    pub fn parts(&self) -> impl Iterator<Item = &PartDescriptor> {
        core::iter::once(&self.body.part_0).chain(&self.body.blobs)
    }

    /// All ciphertext of its parts.
    pub fn ciphertext_bytes(&self) -> u64 {
        self.parts().fold(0, |sum, part| part.bytes.saturating_add(sum))
    }

    #[cfg(feature = "client")]
    pub(super) fn commitment(&self) -> &[u8; 32] {
        &self.body.commitment
    }
}

fn check_recipients(body: &HeaderBody) -> Result<(), HeaderError> {
    if body.recipients.len() > limits::RECIPIENTS {
        return Err(HeaderError::RecipientsTooMany);
    }
    let accounts: BTreeSet<_> =
        body.recipients.iter().map(|it| (it.account, it.role == RecipientRole::Own)).collect();
    let own: Vec<_> = body.recipients.iter().filter(|it| it.role == RecipientRole::Own).collect();
    let own_is_senders = matches!(own.as_slice(), [own]
        if own.account == body.sender && own.certificate == body.sender_certificate);
    let lengths =
        body.recipients.iter().all(|it| it.enc.len() == ENC_BYTES && it.sealed_key.len() == SEALED_KEY_BYTES);
    let to_somebody = match body.kind {
        MessageKind::Message => body.recipients.iter().any(|it| it.role == RecipientRole::To),
        MessageKind::Draft => body.recipients.len() == 1,
    };
    if accounts.len() == body.recipients.len() && own_is_senders && lengths && to_somebody {
        Ok(())
    } else {
        Err(HeaderError::Recipients)
    }
}

fn check_parts(body: &HeaderBody) -> Result<(), HeaderError> {
    let all = || core::iter::once(&body.part_0).chain(&body.blobs);
    let distinct: BTreeSet<_> = all().map(|part| part.part).collect();
    // Each part is a STREAM of a Padmé length.
    let lengths = all().all(|part| plain_len(part.bytes).is_some_and(|plain| padme(plain) == plain));
    if body.blobs.len() > limits::ATTACHMENTS || distinct.len() != body.blobs.len() + 1 || !lengths {
        return Err(HeaderError::Parts);
    }
    let total = all().fold(0_u64, |sum, part| part.bytes.saturating_add(sum));
    if total > ciphertext_bound(limits::MESSAGE_BYTES) { Err(HeaderError::TooLarge) } else { Ok(()) }
}
