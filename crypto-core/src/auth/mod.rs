//! Signing in without showing the password: OPAQUE-3DH (RFC 9807).
//!
//! ```text
//! OPRF ristretto255-SHA512 · 3DH over ristretto255 with SHA-512 · KSF Argon2id (64 MiB, 3 passes, 1 lane)
//! server identity   label ‖ 0x00 ‖ deployment id (16)
//! context           label ‖ 0x00 ‖ suite (u16, big-endian) ‖ deployment id (16)
//! client identity   the default: the client's public key
//! credential id     HMAC-SHA256(server secret, label ‖ 0x00 ‖ canonical address)
//! ```
//!
//! `start` gives a state and a message, `finish(self, …)` consumes the state. The messages have the fixed
//! lengths of RFC 9807, section 6.1; none has a field for the parameters of Argon2id, which are compiled into
//! the client. The client half and the server half are behind the features `client` and `server`.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod ksf;
#[cfg(any(feature = "client", feature = "server"))]
mod rng;
#[cfg(feature = "server")]
mod second_factor;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod session;
#[cfg(test)]
#[cfg(all(feature = "client", feature = "server"))]
mod tests;

#[cfg(feature = "client")]
pub use client::{ClientRegistration, ClientSignIn, Kek};
#[cfg(feature = "server")]
pub use second_factor::{
    STEP_MS, SecondFactorKey, TotpSeed, backup_code_hash, make_backup_code, matching_step,
};
#[cfg(feature = "server")]
pub use server::{ServerSecrets, ServerSignIn, credential_id};
#[cfg(feature = "server")]
pub use session::{session_id, unwrap_resume_key, wrap_resume_key};

/// What the known-answer tests call.
#[cfg(feature = "kat")]
#[doc(hidden)]
pub mod kat {
    pub use super::ksf::argon2id;
    pub use super::rng::Older;
    pub use super::server::Suite;
}

/// Why a registration or sign-in did not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The password is wrong, or the other side is not who it says.
    #[error("refused")]
    Refused,
    /// A message does not have the form of RFC 9807.
    #[error("malformed message")]
    Malformed,
    /// The password is empty or longer than 65,535 bytes.
    #[error("the password has no possible length")]
    PasswordLength,
}

macro_rules! messages {
    ($($(#[$doc:meta])+ $name:ident: $length:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// Its one length.
            pub const BYTES: usize = $length;

            /// Takes bytes of the right length.
            ///
            /// # Errors
            /// [`AuthError::Malformed`] if there are more or fewer than [`Self::BYTES`].
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
                if bytes.len() == Self::BYTES { Ok(Self(bytes.to_vec())) } else { Err(AuthError::Malformed) }
            }

            /// The bytes for the wire.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The bytes for the wire, without a copy.
            #[must_use]
            pub fn into_bytes(self) -> Vec<u8> {
                self.0
            }
        }
    )+};
}

messages! {
    /// Client to server: the blinded password of a registration.
    RegistrationRequest: 32;
    /// Server to client: its answer and its public key.
    RegistrationResponse: 64;
    /// Client to server: what the server stores. **Secret: a password can be guessed against it.**
    Record: 192;
    /// Client to server: the blinded password and a key share.
    Ke1: 96;
    /// Server to client: its answer, the masked envelope, a key share and a MAC.
    Ke2: 320;
    /// Client to server: the proof that it knows the password.
    Ke3: 64;
}

/// The suite of this module, as it enters the context.
#[cfg(any(feature = "client", feature = "server"))]
const SUITE: u16 = 1;

/// What both sides must agree on.
#[cfg(any(feature = "client", feature = "server"))]
struct Agreed {
    context: Vec<u8>,
    server: Vec<u8>,
}

#[cfg(any(feature = "client", feature = "server"))]
impl Agreed {
    fn new(deployment: &[u8; 16]) -> Self {
        use crate::label::Label;
        Self {
            context: Label::OPAQUE_CONTEXT.prefix(&[&SUITE.to_be_bytes(), deployment]),
            server: Label::OPAQUE_SERVER.prefix(&[deployment]),
        }
    }

    fn identifiers(&self) -> opaque_ke::Identifiers<'_> {
        opaque_ke::Identifiers { client: None, server: Some(&self.server) }
    }
}

/// The bytes are no message: wrong length, or no element of the group.
#[cfg(any(feature = "client", feature = "server"))]
fn malformed(_: opaque_ke::errors::ProtocolError) -> AuthError {
    AuthError::Malformed
}

/// The message has its form, but is not what an honest peer sends.
#[cfg(any(feature = "client", feature = "server"))]
fn refused(_: opaque_ke::errors::ProtocolError) -> AuthError {
    AuthError::Refused
}
