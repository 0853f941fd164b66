//! Secrets as fields of CBOR that is sealed before it leaves the crate.

use crate::secret::Secret;
use minicbor::{Decode, Decoder, Encode, Encoder};

/// A 32-byte secret inside something that will be sealed. Crate-private: nobody else can encode a secret.
pub(crate) struct SecretField(pub(crate) Secret<32>);

impl<C> Encode<C> for SecretField {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(self.0.expose())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SecretField {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Secret::from_slice(d.bytes()?).map(Self).ok_or_else(|| minicbor::decode::Error::message("length"))
    }
}
