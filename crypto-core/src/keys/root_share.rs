//! The root's seed, sealed by one administrator to another, who has signed in and chosen a password.
//!
//! ```text
//! root share = { 0: suite, 1: account, 2: receiver's certificate, 3: root's certificate, 4: enc, 5: sealed seed }
//! info       = ROOT_SHARE label ‖ 0x00 ‖ account ‖ receiver's certificate ‖ root's certificate
//! ```
//!
//! It carries no signature: who has the seed is the root, and the receiver takes nothing but the seed whose
//! public half the followed root certificate names.

use super::bundle::Bundle;
use crate::certificate::{CurrentCertificate, Role};
use crate::hazmat::{hpke, sign};
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::cbor;
use crate::wire::{AccountId, Fingerprint, SUITE_1, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;

/// A root share cannot be made or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the root cannot be shared")]
pub struct RootShareError;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    receiver: Fingerprint,
    #[n(3)]
    root: Fingerprint,
    #[n(4)]
    enc: ByteVec,
    #[n(5)]
    sealed: ByteVec,
}

/// A share of right form, not yet opened.
pub struct RootShare(Body);

/// Whether a seed is that of the root in force.
pub fn is_root_seed(seed: &Secret<32>, root: &CurrentCertificate) -> bool {
    root.body().role == Role::Root && *root.accepted().certificate().signing_key() == sign::public_key(seed)
}

impl RootShare {
    /// Seals the root's seed of `giver` to another administrator, whose keys must be their own.
    ///
    /// # Errors
    /// [`RootShareError`] if the giver has no such seed, or the receiver is no administrator or has
    /// provisional keys.
    pub fn make(
        giver: &Bundle,
        receiver: &CurrentCertificate,
        root: &CurrentCertificate,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, RootShareError> {
        let seed = giver.root_seed().filter(|seed| is_root_seed(seed, root)).ok_or(RootShareError)?;
        Self::seal(seed, root.fingerprint(), receiver, rng)
    }

    /// Seals the seed of the root that has this fingerprint.
    pub(super) fn seal(
        seed: &Secret<32>,
        root: Fingerprint,
        receiver: &CurrentCertificate,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, RootShareError> {
        let body = receiver.body();
        if body.role != Role::Administrator || body.provisional {
            return Err(RootShareError);
        }
        let key = receiver.accepted().certificate().mailbox_key().ok_or(RootShareError)?;
        let info = info(body.account, receiver.fingerprint(), root);
        let (enc, sealed) = hpke::seal_key(key, &info, seed, rng).map_err(|_| RootShareError)?;
        Ok(cbor::encode(&Body {
            suite: SUITE_1,
            account: body.account,
            receiver: receiver.fingerprint(),
            root,
            enc: enc.into(),
            sealed: sealed.to_vec().into(),
        }))
    }

    /// Reads one and checks its form.
    ///
    /// # Errors
    /// [`RootShareError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RootShareError> {
        let body: Body = cbor::decode(bytes, limits::ENTRY_BYTES).map_err(|_| RootShareError)?;
        if body.suite == SUITE_1 { Ok(Self(body)) } else { Err(RootShareError) }
    }

    /// Opens it with the receiver's mailbox keys, and takes nothing but the seed of `root`. Gives the bundle
    /// with it.
    ///
    /// # Errors
    /// [`RootShareError`] if it is somebody else's, of another root, altered, or not the root's seed.
    pub fn take(&self, receiver: &Bundle, root: &CurrentCertificate) -> Result<Bundle, RootShareError> {
        let body = &self.0;
        if body.account != receiver.account() || body.root != root.fingerprint() {
            return Err(RootShareError);
        }
        let info = info(body.account, body.receiver, body.root);
        let open = |seed| hpke::open_key(seed, &body.enc, &info, &body.sealed).ok();
        let seed = receiver.mailbox_seeds().find_map(open).ok_or(RootShareError)?;
        receiver.with_root(seed, root).map_err(|_| RootShareError)
    }
}

fn info(account: AccountId, receiver: Fingerprint, root: Fingerprint) -> Vec<u8> {
    Label::ROOT_SHARE.prefix(&[account.as_bytes(), receiver.as_bytes(), root.as_bytes()])
}
