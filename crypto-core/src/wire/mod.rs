//! What the two wings say to each other: identifiers, limits, addresses, bodies and problems.
//!
//! Identifiers are one type each, made of random bytes, written as base64url without padding in JSON
//! and as byte strings in CBOR. Everything that is hashed or signed is deterministic CBOR
//! (RFC 8949 §4.2) and goes through [`cbor`]; everything else is JSON.

pub mod address;
pub mod api;
pub mod cbor;
pub mod ids;
pub mod limits;
pub mod problem;
pub mod records;

pub use address::{Address, AddressError, shown as shown_address};
pub use cbor::CborError;
pub use ids::{
    AccountId, B64, DeploymentId, DraftId, Fingerprint, MessageId, PartId, RecoveryId, SessionId, SignInId,
    SubjectLabel, UploadId, WriterId,
};
pub use problem::{Problem, ProblemCode};

/// The number of the one cryptographic suite that exists today.
pub const SUITE_1: u16 = 1;
