//! The wall between the two wings: the only place where plaintext becomes ciphertext, and the formats that
//! client and server speak.

#![forbid(unsafe_code)]

pub mod auth;
pub mod certificate;
#[cfg(feature = "directory")]
pub mod directory;
#[cfg(feature = "kat")]
#[doc(hidden)]
pub mod hazmat;
#[cfg(not(feature = "kat"))]
mod hazmat;
#[cfg(feature = "client")]
pub mod keys;
pub mod label;
pub mod message;
pub mod password;
pub mod printed;
pub mod recovery;
pub mod secret;
#[cfg(test)]
#[cfg(feature = "client")]
mod testing;
pub mod wire;

pub use hazmat::{OpenError, VerifyError};
pub use rand_core::CryptoRng;
pub use secret::Secret;
