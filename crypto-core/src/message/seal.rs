//! Sealing a message. A sealer seals one part 0 and makes one header.

use super::header::{Header, HeaderBody, HeaderError, MessageKind, PartDescriptor, Recipient, RecipientRole};
use super::part::PartSealer;
use super::part_0::Part0;
use crate::certificate::CurrentCertificate;
use crate::hazmat::kdf::derive;
use crate::hazmat::stream::{Sealer, StreamKey};
use crate::hazmat::{hpke, sign};
use crate::keys::Bundle;
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::{AccountId, Fingerprint, MessageId, PartId, SUITE_1};
use minicbor::bytes::{ByteArray, ByteVec};
use rand_core::CryptoRng;

/// Why a message could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Over the size rule.
    #[error("{bytes} bytes are more than {limit}")]
    TooLarge {
        /// Text and attachments together.
        bytes: u64,
        /// The rule.
        limit: u64,
    },
    /// Subject, a name, or the number of attachments is over its limit.
    #[error("a subject or name is too long")]
    Names,
    /// The header would not have the right form.
    #[error("header: {0}")]
    Header(#[from] HeaderError),
    /// The key of a recipient is no key.
    #[error("a recipient's key is not valid")]
    RecipientKey,
    /// A part did not have its length.
    #[error("a part has another length than announced")]
    PartLength,
}

/// Makes one message.
pub struct MessageSealer {
    message: MessageId,
    kind: MessageKind,
    content_key: Secret<32>,
}

/// Part 0, sealed; waits for its recipients.
pub struct SealedPart0 {
    sealer: MessageSealer,
    descriptor: PartDescriptor,
    blobs: Vec<PartId>,
}

/// Ready to be committed.
pub struct SealedMessage {
    /// Signed.
    pub header: Header,
    /// The signature, sealed.
    pub signature: Vec<u8>,
}

impl MessageSealer {
    /// A fresh id and content key.
    pub fn new(kind: MessageKind, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self { message: MessageId::random(rng), kind, content_key: Secret::random(rng) }
    }

    /// Its id.
    pub fn message(&self) -> MessageId {
        self.message
    }

    /// Seals part 0. Gives its ciphertext with it.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] over `limit` bytes of text and attachments, [`SealError::Names`].
    pub fn part_0(
        self,
        part_0: &Part0,
        limit: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(SealedPart0, Vec<u8>), SealError> {
        let bytes = part_0.counted_bytes();
        if bytes > limit {
            return Err(SealError::TooLarge { bytes, limit });
        }
        if !part_0.names_fit() {
            return Err(SealError::Names);
        }
        let plaintext = part_0.to_plaintext();
        let key = part_key(&self.content_key, self.message);
        let mut sealer = PartSealer::new(PartId::random(rng), key, plaintext.len() as u64);
        let mut sealed = sealer.push(&plaintext).map_err(|_| SealError::PartLength)?;
        let (tail, descriptor) = sealer.finish().map_err(|_| SealError::PartLength)?;
        sealed.extend(tail);
        let blobs = part_0.attachments.iter().map(|file| file.part).collect();
        Ok((SealedPart0 { sealer: self, descriptor, blobs }, sealed))
    }
}

impl SealedPart0 {
    /// Its descriptor.
    pub fn descriptor(&self) -> &PartDescriptor {
        &self.descriptor
    }

    /// Seals the content key to the sender and each recipient, makes the header and signs it.
    ///
    /// # Errors
    /// See [`SealError`]; [`HeaderError::Parts`] if `blobs` are not the attachments of part 0.
    pub fn finish(
        self,
        sender: &Bundle,
        own: &CurrentCertificate,
        to: &[(CurrentCertificate, RecipientRole)],
        blobs: &[PartDescriptor],
        on_behalf_of: Option<AccountId>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SealedMessage, SealError> {
        if !blobs.iter().map(|blob| blob.part).eq(self.blobs.iter().copied()) {
            return Err(HeaderError::Parts.into());
        }
        if own.fingerprint() != sender.certificate().fingerprint() {
            return Err(HeaderError::Recipients.into());
        }
        let MessageSealer { message, kind, content_key } = self.sealer;
        let all =
            to.iter().map(|(certificate, role)| (certificate, *role)).chain([(own, RecipientRole::Own)]);
        let recipients = all
            .map(|(certificate, role)| {
                seal_to(message, own.fingerprint(), certificate, role, &content_key, rng)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let header = Header::make(HeaderBody {
            suite: SUITE_1,
            message,
            kind,
            sender: sender.account(),
            sender_certificate: own.fingerprint(),
            on_behalf_of,
            recipients,
            part_0: self.descriptor,
            blobs: blobs.to_vec(),
            commitment: ByteArray::from(commitment(&content_key, message)),
        })?;
        let signature = sign::sign(sender.signing_seed(), Label::HEADER, header.as_bytes());
        let signature = Sealer::new(signature_key(&content_key, message))
            .seal_last(&signature)
            .map_err(|_| SealError::PartLength)?;
        Ok(SealedMessage { header, signature })
    }
}

fn seal_to(
    message: MessageId,
    sender: Fingerprint,
    certificate: &CurrentCertificate,
    role: RecipientRole,
    content_key: &Secret<32>,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Recipient, SealError> {
    let key = certificate.accepted().certificate().mailbox_key().ok_or(SealError::RecipientKey)?;
    let info = hpke_info(message, sender, certificate.fingerprint());
    let (enc, sealed_key) =
        hpke::seal_key(key, &info, content_key, rng).map_err(|_| SealError::RecipientKey)?;
    Ok(Recipient {
        account: certificate.body().account,
        certificate: certificate.fingerprint(),
        role,
        enc: ByteVec::from(enc),
        sealed_key: ByteVec::from(sealed_key.to_vec()),
    })
}

pub(super) fn hpke_info(message: MessageId, sender: Fingerprint, recipient: Fingerprint) -> Vec<u8> {
    Label::MESSAGE_HPKE.prefix(&[message.as_bytes(), sender.as_bytes(), recipient.as_bytes()])
}

pub(super) fn commitment(content_key: &Secret<32>, message: MessageId) -> [u8; 32] {
    *derive::<32>(content_key.expose(), Label::MESSAGE_COMMIT, message.as_bytes()).expose()
}

pub(super) fn part_key(content_key: &Secret<32>, message: MessageId) -> StreamKey {
    StreamKey::new(derive(content_key.expose(), Label::MESSAGE_PART, message.as_bytes()))
}

pub(super) fn signature_key(content_key: &Secret<32>, message: MessageId) -> StreamKey {
    StreamKey::new(derive(content_key.expose(), Label::MESSAGE_SIGNATURE, message.as_bytes()))
}
