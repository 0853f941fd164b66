//! Append-only proofs of the AKD between an epoch and the one before: their encoding, for witnesses. Whoever verifies
//! them has `akd` (`akd::auditor::verify_consecutive_append_only`).

use super::history::ElementBody;
use crate::wire::cbor::{self, CborError};
use akd_core::SingleAppendOnlyProof;
use minicbor::{Decode, Encode};

const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A proof of right form, unverified.
pub struct AppendOnly(pub SingleAppendOnlyProof);

#[derive(Encode, Decode)]
#[cbor(array)]
struct Body {
    #[n(0)]
    inserted: Vec<ElementBody>,
    #[n(1)]
    unchanged: Vec<ElementBody>,
}

impl AppendOnly {
    /// Reads a proof.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CborError> {
        let body: Body = cbor::decode(bytes, MOST_BYTES)?;
        let all = |elements: &[ElementBody]| elements.iter().map(ElementBody::element).collect();
        let inserted = all(&body.inserted);
        let unchanged_nodes: Option<Vec<_>> = all(&body.unchanged);
        match (inserted, unchanged_nodes) {
            (Some(inserted), Some(unchanged_nodes)) => {
                Ok(Self(SingleAppendOnlyProof { inserted, unchanged_nodes }))
            }
            _ => Err(CborError::Malformed),
        }
    }

    /// The encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let all = |elements: &[akd_core::AzksElement]| elements.iter().map(ElementBody::of).collect();
        cbor::encode(&Body { inserted: all(&self.0.inserted), unchanged: all(&self.0.unchanged_nodes) })
    }
}
