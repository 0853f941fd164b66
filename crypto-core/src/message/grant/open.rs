//! Making a grant, believing it and opening it: the client's half.

use super::super::open::{Message, MessageError, UnverifiedMessage};
use super::super::seal::{SealError, commitment};
use super::{Grant, GrantBody, GrantFormError, Purpose, SignedGrant};
use crate::certificate::{AcceptedCertificate, CurrentCertificate};
use crate::hazmat::{hpke, sign};
use crate::keys::Bundle;
use crate::label::Label;
use crate::message::Header;
use crate::secret::Secret;
use crate::wire::cbor;
use crate::wire::{AccountId, Fingerprint, MessageId, SUITE_1};
use minicbor::bytes::ByteArray;
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use subtle::ConstantTimeEq;

impl From<GrantFormError> for MessageError {
    fn from(GrantFormError: GrantFormError) -> Self {
        Self::Open
    }
}

/// A grant with the certificates that it names, both accepted.
struct Known<'a> {
    grant: &'a Grant,
    granter: AcceptedCertificate,
    receiver: AcceptedCertificate,
}

impl Known<'_> {
    /// Whether it makes its receiver one who can open the message, given who can.
    fn holds(&self, header: &Header, able: &BTreeSet<AccountId>) -> bool {
        self.grant.is_of(header)
            && able.contains(&self.granter.body().account)
            && !self.granter.is_stolen()
            && !self.receiver.body().provisional
            && self.grant.verify(self.granter.certificate()).is_ok()
    }
}

impl UnverifiedMessage {
    /// Opens the content key by one of the message's grants, in whatever order they come: its granter is a
    /// recipient of the header, or was granted the message by one, and so on. `accepted` finds certificates
    /// by their fingerprint.
    ///
    /// # Errors
    /// [`MessageError::Open`] if none of them opens it; [`MessageError::Header`].
    pub fn open_by_grants(
        header: &[u8],
        signature: &[u8],
        grants: &[Grant],
        accepted: impl Fn(&Fingerprint) -> Option<AcceptedCertificate>,
        reader: &Bundle,
    ) -> Result<Self, MessageError> {
        let parsed = Header::parse(header)?;
        let mut able: BTreeSet<AccountId> = parsed.recipients().iter().map(|it| it.account).collect();
        let mut open: Vec<Known<'_>> = grants
            .iter()
            .filter_map(|grant| {
                let granter = accepted(&grant.body.granter)?;
                Some(Known { grant, granter, receiver: accepted(&grant.body.receiver)? })
            })
            .collect();
        while let Some(at) = open.iter().position(|known| known.holds(&parsed, &able)) {
            let known = open.swap_remove(at);
            able.insert(known.receiver.body().account);
            let opened = Self::open_granted(
                header,
                signature,
                known.grant,
                &known.granter,
                true,
                (reader, &known.receiver),
            );
            if opened.is_ok() {
                return opened;
            }
        }
        Err(MessageError::Open)
    }
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

    /// Opens the content key: the granter must be a recipient of the header (or, shown by the caller, have
    /// a valid grant), the receiver this account with keys of its own.
    pub(in crate::message) fn open(
        &self,
        header: &Header,
        granter: &AcceptedCertificate,
        granter_may: bool,
        reader: &Bundle,
        receiver: &AcceptedCertificate,
    ) -> Result<Secret<32>, MessageError> {
        let fits = self.is_of(header)
            && self.body.granter == granter.fingerprint()
            && self.body.receiver == receiver.fingerprint()
            && receiver.body().account == reader.account()
            && !receiver.body().provisional
            && !granter.is_stolen()
            && (granter_may || header.recipients().iter().any(|it| it.account == granter.body().account));
        if !fits {
            return Err(MessageError::Sender);
        }
        self.verify(granter.certificate())?;
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
