//! Part 0: what a message says.

use super::part::AttachmentKey;
use crate::hazmat::OpenError;
use crate::keys::SecretField;
use crate::wire::cbor;
use crate::wire::{AccountId, MessageId, PartId, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

const LENGTH_BYTES: usize = 8;

/// What a message says. Everything in it is the sender's word.
#[derive(Default)]
pub struct Part0 {
    /// One line.
    pub subject: String,
    /// Markdown.
    pub text: String,
    /// Files, in the sender's order.
    pub attachments: Vec<Attachment>,
    /// The sender's clock, ms since 1970.
    pub sent_at_ms: u64,
    /// The first message of the conversation.
    pub thread: Option<MessageId>,
    /// The message that this answers.
    pub in_reply_to: Option<MessageId>,
    /// The account whose message this forwards.
    pub forwarded_from: Option<AccountId>,
    /// The sender's newest checkpoint of the directory's log (C2SP tlog-checkpoint).
    pub checkpoint: Option<Vec<u8>>,
}

/// A file of a message.
pub struct Attachment {
    /// As the sender's system called it. **Made safe before it is shown or saved.**
    pub name: String,
    /// As the sender's browser said.
    pub media_type: String,
    /// True length.
    pub bytes: u64,
    /// Its part.
    pub part: PartId,
    /// Its key.
    pub key: AttachmentKey,
}

impl Clone for Attachment {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            bytes: self.bytes,
            part: self.part,
            key: self.key.duplicate(),
        }
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct AttachmentBody {
    #[n(0)]
    name: String,
    #[n(1)]
    media_type: String,
    #[n(2)]
    bytes: u64,
    #[n(3)]
    part: PartId,
    #[n(4)]
    key: SecretField,
}

/// Mail that came in by a domain gateway (reserved).
#[derive(Encode, Decode)]
#[cbor(map)]
struct GatewayBody {
    #[n(0)]
    origin: String,
    #[n(1)]
    verdict: u32,
    #[n(2)]
    external_recipients: Vec<String>,
    #[n(3)]
    message_id: String,
    #[n(4)]
    references: Vec<String>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    subject: String,
    #[n(1)]
    text: String,
    #[n(2)]
    attachments: Vec<AttachmentBody>,
    #[n(3)]
    sent_at_ms: u64,
    #[n(4)]
    thread: Option<MessageId>,
    #[n(5)]
    in_reply_to: Option<MessageId>,
    #[n(6)]
    forwarded_from: Option<AccountId>,
    #[n(7)]
    gateway: Option<GatewayBody>,
    #[n(8)]
    checkpoint: Option<ByteVec>,
}

impl Part0 {
    /// Text and attachments together: what the size rule counts.
    pub fn counted_bytes(&self) -> u64 {
        self.attachments.iter().fold(self.text.len() as u64, |sum, file| sum.saturating_add(file.bytes))
    }

    /// Whether subject and names fit.
    pub fn names_fit(&self) -> bool {
        self.subject.len() <= limits::SUBJECT_BYTES
            && self.attachments.len() <= limits::ATTACHMENTS
            && self.attachments.iter().all(|file| {
                file.name.len() <= limits::FILE_NAME_BYTES && file.media_type.len() <= limits::NAME_BYTES
            })
    }

    /// `length ‖ CBOR`, not yet padded.
    pub(super) fn to_plaintext(&self) -> Zeroizing<Vec<u8>> {
        let body = self.to_body();
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.text.len() + 64 * 1024));
        bytes.extend_from_slice(&[0; LENGTH_BYTES]);
        let written = minicbor::encode(body, &mut *bytes);
        debug_assert!(written.is_ok());
        let length = (bytes.len() - LENGTH_BYTES) as u64;
        if let Some(head) = bytes.first_chunk_mut() {
            *head = length.to_be_bytes();
        }
        bytes
    }

    /// The reverse of [`Self::to_plaintext`], with the padding still on.
    pub(super) fn from_padded(padded: &[u8]) -> Result<Self, OpenError> {
        let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>().ok_or(OpenError)?;
        let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| OpenError)?;
        let (body, padding) = rest.split_at_checked(length).ok_or(OpenError)?;
        let padded_right =
            crate::hazmat::padding::padme((LENGTH_BYTES + length) as u64) == padded.len() as u64;
        if !padded_right || padding.iter().any(|byte| *byte != 0) {
            return Err(OpenError);
        }
        let body: Body = cbor::decode(body, usize::MAX).map_err(|_| OpenError)?;
        Ok(Self::from_body(body))
    }

    fn to_body(&self) -> Body {
        Body {
            subject: self.subject.clone(),
            text: self.text.clone(),
            attachments: self.attachments.iter().map(Attachment::to_body).collect(),
            sent_at_ms: self.sent_at_ms,
            thread: self.thread,
            in_reply_to: self.in_reply_to,
            forwarded_from: self.forwarded_from,
            gateway: None,
            checkpoint: self.checkpoint.clone().map(ByteVec::from),
        }
    }

    fn from_body(body: Body) -> Self {
        Self {
            subject: body.subject,
            text: body.text,
            attachments: body.attachments.into_iter().map(Attachment::from_body).collect(),
            sent_at_ms: body.sent_at_ms,
            thread: body.thread,
            in_reply_to: body.in_reply_to,
            forwarded_from: body.forwarded_from,
            checkpoint: body.checkpoint.map(Vec::from),
        }
    }
}

impl Attachment {
    fn to_body(&self) -> AttachmentBody {
        AttachmentBody {
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            bytes: self.bytes,
            part: self.part,
            key: SecretField(self.key.0.duplicate()),
        }
    }

    fn from_body(body: AttachmentBody) -> Self {
        Self {
            name: body.name,
            media_type: body.media_type,
            bytes: body.bytes,
            part: body.part,
            key: AttachmentKey(body.key.0),
        }
    }
}
