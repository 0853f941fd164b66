//! Opening a message: content key, signature, then what it says.

use super::grant::Grant;
use super::header::{Header, HeaderError, PartDescriptor, Recipient};
use super::part::PartOpener;
use super::part_0::{Attachment, Part0};
use super::seal::{commitment, hpke_info, part_key, signature_key};
use crate::certificate::AcceptedCertificate;
use crate::hazmat::stream::{Opener, StreamKey};
use crate::hazmat::{OpenError, VerifyError, hpke, sign};
use crate::keys::Bundle;
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::Fingerprint;
use subtle::ConstantTimeEq;

/// Why a message is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The header has not the right form.
    #[error("header: {0}")]
    Header(#[from] HeaderError),
    /// Not sealed to this account, or altered.
    #[error("cannot be opened")]
    Open,
    /// Not signed by the sender.
    #[error("the sender is not who the header says")]
    Sender,
    /// The sender's keys are in other hands, says who may say it: anybody may have written the message.
    #[error("the sender's keys were stolen")]
    Stolen,
    /// Part 0 and header do not fit together.
    #[error("parts do not fit")]
    Parts,
    /// Over the size rule.
    #[error("too large")]
    TooLarge,
    /// The sender does not stand in for whom the header says.
    #[error("the sender does not stand in for them")]
    Deputy,
}

impl From<OpenError> for MessageError {
    fn from(OpenError: OpenError) -> Self {
        Self::Open
    }
}

impl From<VerifyError> for MessageError {
    fn from(VerifyError: VerifyError) -> Self {
        Self::Sender
    }
}

/// The content key fits the header. Who sent it is not known yet, and nothing of it can be seen.
pub struct UnverifiedMessage {
    header: Header,
    signature: Vec<u8>,
    content_key: Secret<32>,
}

/// A message whose sender, recipients and parts are those that the sender signed.
pub struct Message {
    header: Header,
    content_key: Secret<32>,
}

impl UnverifiedMessage {
    /// Opens the content key with the account's mailbox keys and checks the commitment.
    ///
    /// # Errors
    /// See [`MessageError`].
    pub fn open(header: &[u8], signature: &[u8], reader: &Bundle) -> Result<Self, MessageError> {
        let header = Header::parse(header)?;
        let mine = |recipient: &&Recipient| recipient.account == reader.account();
        let content_key = header
            .recipients()
            .iter()
            .filter(mine)
            .find_map(|recipient| open_key(&header, recipient, reader))
            .ok_or(MessageError::Open)?;
        let committed = commitment(&content_key, header.message());
        if bool::from(committed.ct_eq(header.commitment())) {
            Ok(Self { header, signature: signature.to_vec(), content_key })
        } else {
            Err(MessageError::Open)
        }
    }

    /// Opens the content key by a grant instead. `granter_may`: whether the granter, if no recipient of
    /// the header, has a valid grant.
    ///
    /// # Errors
    /// See [`MessageError`].
    pub fn open_granted(
        header: &[u8],
        signature: &[u8],
        grant: &Grant,
        granter: &AcceptedCertificate,
        granter_may: bool,
        (reader, receiver): (&Bundle, &AcceptedCertificate),
    ) -> Result<Self, MessageError> {
        let header = Header::parse(header)?;
        let content_key = grant.open(&header, granter, granter_may, reader, receiver)?;
        Ok(Self { header, signature: signature.to_vec(), content_key })
    }

    /// The header, for looking up its sender's certificate.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Checks that `sender` signed the header.
    ///
    /// # Errors
    /// [`MessageError::Sender`], [`MessageError::Stolen`].
    pub fn verify(self, sender: &AcceptedCertificate) -> Result<Message, MessageError> {
        let named = sender.fingerprint() == self.header.sender_certificate()
            && sender.body().account == self.header.sender();
        if !named {
            return Err(MessageError::Sender);
        }
        if sender.is_stolen() {
            return Err(MessageError::Stolen);
        }
        let key = signature_key(&self.content_key, self.header.message());
        let signature = Opener::new(key).open_last(&self.signature)?;
        let signature = signature.as_slice().try_into().map_err(|_| MessageError::Sender)?;
        sign::verify(sender.certificate().signing_key(), Label::HEADER, self.header.as_bytes(), signature)?;
        Ok(Message { header: self.header, content_key: self.content_key })
    }
}

impl Message {
    /// The header, as its sender signed it.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// For whom the sender stands in: nobody, or one to whom the message is sealed under a certificate that
    /// names the sender as deputy at the time of delivery. `accepted` finds that certificate. Since a message is
    /// delivered only under the newest certificate of each recipient, the owner's word is as current as that.
    ///
    /// # Errors
    /// [`MessageError::Deputy`] if the sender is no deputy of theirs, or not any more.
    pub fn on_behalf_of(
        &self,
        accepted: impl Fn(&Fingerprint) -> Option<AcceptedCertificate>,
        delivered_at_ms: u64,
    ) -> Result<Option<AcceptedCertificate>, MessageError> {
        let Some(owner) = self.header.on_behalf_of() else { return Ok(None) };
        let mut sealed_to = self.header.recipients().iter().filter(|it| it.account == owner);
        let certificate = sealed_to.find_map(|it| accepted(&it.certificate));
        let certificate = certificate.filter(|it| it.body().account == owner);
        let certificate = certificate.ok_or(MessageError::Deputy)?;
        if certificate.body().names_deputy(self.header.sender(), delivered_at_ms) {
            Ok(Some(certificate))
        } else {
            Err(MessageError::Deputy)
        }
    }

    /// Opens part 0 and checks that it fits the header and the size rule.
    ///
    /// # Errors
    /// See [`MessageError`].
    pub fn open_part_0(&self, sealed: &[u8], limit: u64) -> Result<Part0, MessageError> {
        let key = part_key(&self.content_key, self.header.message());
        let mut opener = PartOpener::new(key, self.header.part_0(), None)?;
        let mut padded = zeroize::Zeroizing::new(opener.push(sealed)?);
        padded.extend_from_slice(&opener.finish()?);
        let part_0 = Part0::from_padded(&padded)?;
        let named = part_0.attachments.iter().map(|file| file.part);
        if !named.eq(self.header.blobs().iter().map(|blob| blob.part)) || !part_0.names_fit() {
            return Err(MessageError::Parts);
        }
        if part_0.counted_bytes() > limit { Err(MessageError::TooLarge) } else { Ok(part_0) }
    }

    /// The ciphertext of an attachment.
    ///
    /// # Errors
    /// [`MessageError::Parts`] if it is not one of this message.
    pub fn descriptor(&self, attachment: &Attachment) -> Result<&PartDescriptor, MessageError> {
        self.header.blobs().iter().find(|blob| blob.part == attachment.part).ok_or(MessageError::Parts)
    }

    /// Opens an attachment.
    ///
    /// # Errors
    /// [`MessageError::Parts`] if it is not one of this message; [`MessageError::Open`] if its true
    /// length and its ciphertext's do not fit.
    pub fn attachment(&self, attachment: &Attachment) -> Result<PartOpener, MessageError> {
        let key = StreamKey::new(attachment.key.0.duplicate());
        Ok(PartOpener::new(key, self.descriptor(attachment)?, Some(attachment.bytes))?)
    }

    pub(super) fn content_key(&self) -> &Secret<32> {
        &self.content_key
    }
}

fn open_key(header: &Header, recipient: &Recipient, reader: &Bundle) -> Option<Secret<32>> {
    let info = hpke_info(header.message(), header.sender_certificate(), recipient.certificate);
    reader
        .mailbox_seeds()
        .find_map(|seed| hpke::open_key(seed, &recipient.enc, &info, &recipient.sealed_key).ok())
}
