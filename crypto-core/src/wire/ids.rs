//! One identifier type for each kind of thing.

use crate::label::Label;
use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;
use minicbor::{Decode, Decoder, Encode, Encoder};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The text was not base64url of the right number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid identifier")]
pub struct IdError;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Length in bytes.
            pub const BYTES: usize = $bytes;

            /// From bytes that are known to be one.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }

            /// A fresh one.
            pub fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
                let mut bytes = [0; $bytes];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&Base64UrlUnpadded::encode_string(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl core::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; $bytes];
                match Base64UrlUnpadded::decode(text, &mut bytes) {
                    Ok(found) if found.len() == $bytes => Ok(Self(bytes)),
                    _ => Err(IdError),
                }
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = IdError;
            fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
                bytes.try_into().map(Self).map_err(|_| IdError)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(de::Error::custom)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                d.bytes()?.try_into().map(Self).map_err(|_| minicbor::decode::Error::message("length"))
            }
        }

        #[cfg(feature = "server")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                super::ids::base64url_schema(concat!("base64url of ", stringify!($bytes), " bytes"))
            }
        }

        #[cfg(feature = "server")]
        impl utoipa::ToSchema for $name {}
    };
}

identifier!(
    /// An account, random.
    AccountId, 16
);
identifier!(
    /// A message, random, chosen by its sender.
    MessageId, 16
);
identifier!(
    /// A part of a message: part 0 or an attachment's blob, random, chosen by its sender.
    PartId, 16
);
identifier!(
    /// A draft, random, chosen by its writer.
    DraftId, 16
);
identifier!(
    /// A client's session as the writer of drafts, random; only the drafts' own writer sees it.
    WriterId, 16
);
identifier!(
    /// An upload under way, chosen by the server.
    UploadId, 16
);
identifier!(
    /// An installation of the server, random, made at its first start.
    DeploymentId, 16
);
identifier!(
    /// A sign-in begun and not finished.
    SignInId, 16
);
identifier!(
    /// A session, as its owner sees it: the beginning of the hash of its token.
    SessionId, 16
);
identifier!(
    /// A recovery begun and not finished.
    RecoveryId, 16
);
identifier!(
    /// SHA-256 of a whole signed certificate, statement or policy, of a header, or of a part.
    Fingerprint, 32
);

identifier!(
    /// What the key directory calls a subject: a hash of its canonical address, of `root` or of `policy`, so that a
    /// history can be named without whose it is.
    SubjectLabel, 32
);

impl SubjectLabel {
    /// Of a canonical address, `root` or `policy`.
    pub fn of(subject: &str) -> Self {
        Self(*Fingerprint::of(&Label::DIRECTORY_LABEL.prefix(&[subject.as_bytes()])).as_bytes())
    }
}

impl Fingerprint {
    /// SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(bytes).into())
    }
}

/// Bytes that travel as base64url without padding in JSON.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct B64(pub Vec<u8>);

impl fmt::Debug for B64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B64({} bytes)", self.0.len())
    }
}

impl From<Vec<u8>> for B64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Serialize for B64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for B64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Base64UrlUnpadded::decode_vec(&text).map(Self).map_err(|_| de::Error::custom("not base64url"))
    }
}

#[cfg(feature = "server")]
pub(crate) fn base64url_schema(description: &str) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some(description))
        .into()
}

#[cfg(feature = "server")]
impl utoipa::PartialSchema for B64 {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        base64url_schema("base64url without padding")
    }
}

#[cfg(feature = "server")]
impl utoipa::ToSchema for B64 {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_travel_as_base64url_of_their_exact_length() {
        let id = AccountId::from_bytes([255; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("AAAA".parse::<AccountId>(), Err(IdError));
        assert_eq!(format!("{id}=").parse::<AccountId>(), Err(IdError));
        assert_eq!(Fingerprint::from_bytes([1; 32]).to_string().parse::<AccountId>(), Err(IdError));
    }
}
