//! A grant: the content key of a message, sealed anew to somebody by one who can open it. Nothing is
//! uploaded again.
//!
//! ```text
//! grant = { 0: body bytes, 1: granter's signature over GRANT label ‖ SHA-256(body bytes) }
//! info  = GRANT_HPKE label ‖ 0x00 ‖ message id ‖ header hash ‖ granter's certificate ‖ receiver's certificate
//! ```

#[cfg(feature = "client")]
mod open;

use super::Header;
use crate::certificate::Certificate;
use crate::hazmat::{VerifyError, sign};
use crate::label::Label;
use crate::wire::cbor;
use crate::wire::{Fingerprint, MessageId, SUITE_1, limits};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// A grant has not the form that it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a grant")]
pub struct GrantFormError;

/// Why a grant was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Purpose {
    /// The receiver's keys were reset.
    #[n(0)]
    Restore,
    /// The receiver stands in for a recipient.
    #[n(1)]
    Deputy,
    /// The receiver takes over a mailbox.
    #[n(2)]
    HandOver,
}

/// What a grant says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GrantBody {
    /// 1.
    #[n(0)]
    pub suite: u16,
    /// Which message.
    #[n(1)]
    pub message: MessageId,
    /// SHA-256 of its header.
    #[n(2)]
    pub header: Fingerprint,
    /// The granter's certificate.
    #[n(3)]
    pub granter: Fingerprint,
    /// The receiver's certificate.
    #[n(4)]
    pub receiver: Fingerprint,
    /// HPKE encapsulated key.
    #[n(5)]
    pub enc: ByteVec,
    /// The content key, sealed.
    #[n(6)]
    pub sealed_key: ByteVec,
    /// Why.
    #[n(7)]
    pub purpose: Purpose,
    /// The granter's clock, ms since 1970.
    #[n(8)]
    pub issued_at_ms: u64,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct SignedGrant {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: ByteArray<64>,
}

/// A grant of right form, not yet believed.
pub struct Grant {
    body: GrantBody,
    body_bytes: Vec<u8>,
    signature: [u8; 64],
}

impl Grant {
    /// Reads a grant and checks its form.
    ///
    /// # Errors
    /// [`GrantFormError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, GrantFormError> {
        let signed: SignedGrant = cbor::decode(bytes, limits::ENTRY_BYTES).map_err(|_| GrantFormError)?;
        let body_bytes = signed.body.to_vec();
        let body: GrantBody = cbor::decode(&body_bytes, limits::ENTRY_BYTES).map_err(|_| GrantFormError)?;
        if body.suite == SUITE_1 {
            Ok(Self { body, body_bytes, signature: *signed.signature })
        } else {
            Err(GrantFormError)
        }
    }

    /// What it says.
    pub fn body(&self) -> &GrantBody {
        &self.body
    }

    /// Whether it is about this message.
    pub fn is_of(&self, header: &Header) -> bool {
        self.body.message == header.message() && self.body.header == Fingerprint::of(header.as_bytes())
    }

    /// Checks that the certificate that it names as its granter's signed it.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(&self, granter: &Certificate) -> Result<(), VerifyError> {
        if self.body.granter != granter.fingerprint() {
            return Err(VerifyError);
        }
        sign::verify(granter.signing_key(), Label::GRANT, &self.body_bytes, &self.signature)
    }
}
