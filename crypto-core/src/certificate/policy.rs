//! The root-signed policy: whose log and directory this is, and what is demanded of them.
//!
//! ```text
//! policy = { 0: body bytes, 1: root's signature }     hash = SHA-256(policy)
//! ```

use super::entry::{Certificate, FormError, Role};
use super::rules::ChainError;
use crate::hazmat::sign;
use crate::label::Label;
use crate::wire::cbor;
use crate::wire::{DeploymentId, Fingerprint, SUITE_1, limits};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

const MAX_WITNESSES: usize = 32;

/// Somebody who cosigns checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Witness {
    /// The witness's key name (C2SP signed-note).
    #[n(0)]
    pub name: String,
    /// Ed25519.
    #[n(1)]
    pub key: ByteArray<32>,
}

/// What a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PolicyBody {
    /// 1.
    #[n(0)]
    pub suite: u16,
    /// The installation.
    #[n(1)]
    pub deployment: DeploymentId,
    /// Public VRF key of the key directory (RFC 9381).
    #[n(2)]
    pub vrf_key: ByteArray<32>,
    /// Ed25519 key of checkpoints and of *closed* statements.
    #[n(3)]
    pub log_key: ByteArray<32>,
    /// Witnesses, never an empty list.
    #[n(4)]
    pub witnesses: Option<Vec<Witness>>,
    /// How many of them must cosign.
    #[n(5)]
    pub quorum: u32,
    /// No object of a lower suite is accepted.
    #[n(6)]
    pub minimum_suite: u16,
    /// 1 for the first.
    #[n(7)]
    pub revision: u32,
    /// Hash of the policy before.
    #[n(8)]
    pub previous: Option<Fingerprint>,
    /// The root's certificate that signs it.
    #[n(9)]
    pub root: Fingerprint,
}

#[derive(Encode, Decode)]
#[cbor(map)]
pub(super) struct SignedPolicy {
    #[n(0)]
    pub(super) body: ByteVec,
    #[n(1)]
    pub(super) signature: ByteArray<64>,
}

/// A policy of right form. **Only a [`super::Directory`] tells whether it is in force.**
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    body: PolicyBody,
    body_bytes: Vec<u8>,
    signature: [u8; 64],
    hash: Fingerprint,
}

impl Policy {
    /// Reads a signed policy and checks its form.
    ///
    /// # Errors
    /// See [`FormError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, FormError> {
        let signed: SignedPolicy = cbor::decode(bytes, limits::ENTRY_BYTES)?;
        let body_bytes = signed.body.to_vec();
        let body: PolicyBody = cbor::decode(&body_bytes, limits::ENTRY_BYTES)?;
        check(&body)?;
        Ok(Self { body, body_bytes, signature: *signed.signature, hash: Fingerprint::of(bytes) })
    }

    /// Checks that it follows `before` and is signed by `root`.
    ///
    /// # Errors
    /// [`ChainError::Policy`] or [`ChainError::Signature`].
    pub fn admit(&self, before: Option<&Self>, root: &Certificate) -> Result<(), ChainError> {
        let (revision, previous) = match before {
            Some(before) => (before.body.revision.checked_add(1), Some(before.hash)),
            None => (Some(1), None),
        };
        let follows = Some(self.body.revision) == revision
            && self.body.previous == previous
            && self.body.root == root.fingerprint()
            && root.body().role == Role::Root
            && before.is_none_or(|before| before.body.deployment == self.body.deployment)
            && before.is_none_or(|before| before.body.minimum_suite <= self.body.minimum_suite);
        if !follows {
            return Err(ChainError::Policy);
        }
        sign::verify(root.signing_key(), Label::POLICY, &self.body_bytes, &self.signature)
            .map_err(|_| ChainError::Signature)
    }

    /// What it says.
    pub fn body(&self) -> &PolicyBody {
        &self.body
    }

    /// SHA-256 of the signed policy.
    pub fn hash(&self) -> Fingerprint {
        self.hash
    }
}

fn check(body: &PolicyBody) -> Result<(), FormError> {
    if body.suite != SUITE_1 || body.minimum_suite == 0 || body.minimum_suite > SUITE_1 {
        return Err(FormError::Suite);
    }
    if body.revision == 0 || (body.revision == 1) != body.previous.is_none() {
        return Err(FormError::Field("revision"));
    }
    let witnesses = body.witnesses.as_ref().map_or(0, Vec::len);
    let counted = body.witnesses.is_none() || (1..=MAX_WITNESSES).contains(&witnesses);
    if counted && usize::try_from(body.quorum).is_ok_and(|quorum| quorum <= witnesses) {
        Ok(())
    } else {
        Err(FormError::Field("witnesses"))
    }
}
