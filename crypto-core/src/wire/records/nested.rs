//! What lies inside a field of a record.

use crate::wire::api::WrapKind;
use crate::wire::ids::{AccountId, Fingerprint};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// A wrap of a bundle key inside [`super::Bundle`].
#[derive(Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct StoredWrap {
    /// What opens it. Class: Metadata.
    #[n(0)]
    pub kind: WrapKind,
    /// `keys::wrap`. Class: Ciphertext.
    #[n(1)]
    pub sealed: ByteVec,
}

/// A state of a node inside [`super::DirectoryNode`].
#[derive(Clone, PartialEq, Encode, Decode)]
#[cbor(array)]
pub struct StoredNode {
    /// In which it last changed.
    #[n(0)]
    pub epoch: u64,
    /// The lowest such epoch below it.
    #[n(1)]
    pub lowest_epoch: u64,
    /// 1 leaf, 2 root, 3 between.
    #[n(2)]
    pub kind: u8,
    /// Hash.
    #[n(3)]
    pub hash: ByteArray<32>,
    /// Label of the parent.
    #[n(4)]
    pub parent: StoredLabel,
    /// Label of the left child.
    #[n(5)]
    pub left: Option<StoredLabel>,
    /// Label of the right child.
    #[n(6)]
    pub right: Option<StoredLabel>,
}

/// A label of the tree inside [`StoredNode`].
#[derive(Clone, PartialEq, Encode, Decode)]
#[cbor(array)]
pub struct StoredLabel {
    /// Its length.
    #[n(0)]
    pub bits: u32,
    /// Without the zeroes at the end.
    #[n(1)]
    pub value: ByteVec,
}

/// A grant inside [`super::MessageGrants`].
#[derive(Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct StoredGrant {
    /// Who gave it. Class: Metadata.
    #[n(0)]
    pub granter: AccountId,
    /// To whom. Class: Metadata.
    #[n(1)]
    pub receiver: AccountId,
    /// The receiver's certificate. Class: Metadata.
    #[n(2)]
    pub certificate: Fingerprint,
    /// When it came. Class: Metadata.
    #[n(3)]
    pub given_ms: u64,
    /// `message::Grant`: the content key, sealed. Class: Ciphertext.
    #[n(4)]
    pub signed: ByteVec,
}
