//! The wall between the two wings: the only place where plaintext becomes ciphertext, and the formats that
//! client and server speak.

#![forbid(unsafe_code)]

pub mod certificate;
pub mod wire;

pub use rand_core::CryptoRng;
