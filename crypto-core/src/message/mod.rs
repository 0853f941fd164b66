//! A message: attachments as blobs, part 0, header, signature (crypto.md, "A message").
//!
//! ```text
//! content key  random, 32 bytes, for one sealing of part 0
//! commitment   derive(content key, MESSAGE_COMMIT,    message id)
//! part 0       STREAM under derive(content key, MESSAGE_PART, message id) of
//!              length (u64, big-endian) ‖ part 0 CBOR ‖ zeroes up to the Padmé length
//! signature    STREAM under derive(content key, MESSAGE_SIGNATURE, message id) of
//!              Ed25519(sender, HEADER label ‖ SHA-256(header))
//! sealed key   HPKE to each recipient, info = MESSAGE_HPKE label ‖ 0x00 ‖ message id ‖ sender's certificate
//!              ‖ recipient's certificate
//! attachment   STREAM under a random key of its own of file ‖ zeroes up to the Padmé length
//! ```
//!
//! Invariants: the header is made last, so its signature binds every recipient and every byte of
//! ciphertext. [`open`](UnverifiedMessage::open) gives an [`UnverifiedMessage`], which shows nothing; only
//! its `verify` with a certificate that the directory accepted gives a [`Message`].

mod grant;
mod header;
#[cfg(feature = "client")]
mod open;
#[cfg(feature = "client")]
mod part;
#[cfg(feature = "client")]
mod part_0;
#[cfg(feature = "client")]
mod seal;
#[cfg(test)]
#[cfg(feature = "client")]
mod tests;

#[cfg(feature = "client")]
pub use crate::hazmat::padding::padme as padded_len;
pub use grant::{Grant, GrantBody, GrantFormError, Purpose};
pub use header::{
    Header, HeaderError, MessageKind, PartDescriptor, Recipient, RecipientRole, SEALED_SIGNATURE_BYTES,
    ciphertext_bound,
};
#[cfg(feature = "client")]
pub use open::{Message, MessageError, UnverifiedMessage};
#[cfg(feature = "client")]
pub use part::{AttachmentKey, PartLengthError, PartOpener, PartSealer};
#[cfg(feature = "client")]
pub use part_0::{Attachment, Part0};
#[cfg(feature = "client")]
pub use seal::{MessageSealer, SealError, SealedMessage, SealedPart0};
