//! A grant: the content key of a message, sealed anew to somebody by one who can open it. Nothing is
//! uploaded again.
//!
//! ```text
//! grant = { 0: body bytes, 1: granter's signature over GRANT label ‖ SHA-256(body bytes) }
//! info  = GRANT_HPKE label ‖ 0x00 ‖ message id ‖ header hash ‖ granter's certificate ‖ receiver's certificate
//! ```

use super::open::{Message, MessageError};
use super::seal::{SealError, commitment};
use crate::certificate::{AcceptedCertificate, CurrentCertificate};
use crate::hazmat::{hpke, sign};
use crate::keys::Bundle;
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::cbor;
use crate::wire::{Fingerprint, MessageId, SUITE_1, limits};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;

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
    /// Grants a message that one can open to a receiver, whose keys must be their own.
    ///
    /// # Errors
    /// [`SealError::RecipientKey`] if the receiver's certificate is provisional or its key none.
    pub fn make(
        message: &Message,
        granter: &Bundle,
        receiver: &CurrentCertificate,
        purpose: Purpose,
        now_ms: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, SealError> {
        let key = receiver.accepted().certificate().mailbox_key();
        let key = key.filter(|_| !receiver.body().provisional).ok_or(SealError::RecipientKey)?;
        let header = Fingerprint::of(message.header().as_bytes());
        let granter_certificate = granter.certificate().fingerprint();
        let info = info(message.header().message(), header, granter_certificate, receiver.fingerprint());
        let (enc, sealed_key) =
            hpke::seal_key(key, &info, message.content_key(), rng).map_err(|_| SealError::RecipientKey)?;
        let body = cbor::encode(&GrantBody {
            suite: SUITE_1,
            message: message.header().message(),
            header,
            granter: granter_certificate,
            receiver: receiver.fingerprint(),
            enc: enc.into(),
            sealed_key: sealed_key.to_vec().into(),
            purpose,
            issued_at_ms: now_ms,
        });
        let signature = ByteArray::from(sign::sign(granter.signing_seed(), Label::GRANT, &body));
        Ok(cbor::encode(&SignedGrant { body: body.into(), signature }))
    }

    /// Reads a grant and checks its form.
    ///
    /// # Errors
    /// [`MessageError::Open`].
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let signed: SignedGrant = cbor::decode(bytes, limits::ENTRY_BYTES).map_err(|_| MessageError::Open)?;
        let body_bytes = signed.body.to_vec();
        let body: GrantBody =
            cbor::decode(&body_bytes, limits::ENTRY_BYTES).map_err(|_| MessageError::Open)?;
        if body.suite == SUITE_1 {
            Ok(Self { body, body_bytes, signature: *signed.signature })
        } else {
            Err(MessageError::Open)
        }
    }

    /// What it says.
    pub fn body(&self) -> &GrantBody {
        &self.body
    }

    /// Opens the content key: the granter must be a recipient of the header (or, shown by the caller, have
    /// a valid grant), the receiver this account with keys of its own.
    pub(super) fn open(
        &self,
        header: &super::Header,
        granter: &AcceptedCertificate,
        granter_may: bool,
        reader: &Bundle,
        receiver: &AcceptedCertificate,
    ) -> Result<Secret<32>, MessageError> {
        let fits = self.body.message == header.message()
            && self.body.header == Fingerprint::of(header.as_bytes())
            && self.body.granter == granter.fingerprint()
            && self.body.receiver == receiver.fingerprint()
            && receiver.body().account == reader.account()
            && !receiver.body().provisional
            && !granter.is_stolen()
            && (granter_may || header.recipients().iter().any(|it| it.account == granter.body().account));
        if !fits {
            return Err(MessageError::Sender);
        }
        sign::verify(granter.certificate().signing_key(), Label::GRANT, &self.body_bytes, &self.signature)?;
        let info = info(self.body.message, self.body.header, self.body.granter, self.body.receiver);
        let key = reader
            .mailbox_seeds()
            .find_map(|seed| hpke::open_key(seed, &self.body.enc, &info, &self.body.sealed_key).ok())
            .ok_or(MessageError::Open)?;
        let committed = commitment(&key, header.message());
        if bool::from(committed.ct_eq(header.commitment())) { Ok(key) } else { Err(MessageError::Open) }
    }
}

fn info(message: MessageId, header: Fingerprint, granter: Fingerprint, receiver: Fingerprint) -> Vec<u8> {
    Label::GRANT_HPKE.prefix(&[
        message.as_bytes(),
        header.as_bytes(),
        granter.as_bytes(),
        receiver.as_bytes(),
    ])
}
