//! The primitives, thin and named as in their RFCs; the safe doors of the crate are built over them.
//!
//! Crate-private. The feature `kat` opens the module to the known-answer tests, so that they call the very
//! functions that the rest of the crate calls.
#![cfg_attr(not(feature = "kat"), expect(unreachable_pub, reason = "public only to the known-answer tests"))]

#[cfg(any(feature = "client", feature = "server"))]
pub mod aead;
#[cfg(feature = "client")]
pub mod hpke;
pub mod kdf;
pub mod padding;
pub mod sign;
#[cfg(feature = "client")]
pub mod stream;

/// Something sealed did not open: the wrong key, the wrong place, or altered bytes. It never says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be opened")]
pub struct OpenError;

/// A signature is not the signer's over these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not valid")]
pub struct VerifyError;
