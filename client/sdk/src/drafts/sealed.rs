//! What is sealed of a draft: JSON, filled up with spaces to its Padmé length.
//!
//! A client refuses a draft with a field that it does not know: it never drops what a newer one wrote.

use crate::compose::{KeptFile, LackingFile};
use crate::error::Error;
use crypto_core::CryptoRng;
use crypto_core::keys::Bundle;
use crypto_core::message::padded_len;
use crypto_core::wire::{AccountId, DraftId, MessageId, UploadId, WriterId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What is sealed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptDraft {
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) files: Vec<KeptFile>,
    pub(super) in_reply_to: Option<MessageId>,
    #[serde(default)]
    pub(super) on_behalf_of: Option<AccountId>,
    pub(super) upload: Option<UploadId>,
    /// Which, so that one draft is not given out as another.
    pub(super) id: Option<DraftId>,
    /// What the server had of it when this was written.
    #[serde(default)]
    pub(super) revision: u64,
    #[serde(default)]
    pub(super) conflict: bool,
    /// The session that wrote it.
    pub(super) writer: Option<WriterId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lacking: Vec<LackingFile>,
}

impl KeptDraft {
    /// Seals it to oneself.
    pub(super) fn seal(
        &self,
        bundle: &Bundle,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, Error> {
        let mut plain = Zeroizing::new(serde_json::to_vec(self).map_err(|_| Error::Draft)?);
        // Spaces after JSON mean nothing; the length tells little.
        let padded = usize::try_from(padded_len(plain.len() as u64)).unwrap_or_default();
        let mut room = Zeroizing::new(Vec::with_capacity(padded));
        room.append(&mut plain);
        room.resize(padded, b' ');
        Ok(bundle.seal_draft(&room, rng))
    }

    /// The reverse of [`Self::seal`].
    pub(super) fn open(bundle: &Bundle, sealed: &[u8]) -> Result<Self, Error> {
        let plain = bundle.open_draft(sealed).map_err(|_| Error::Draft)?;
        serde_json::from_slice(&plain).map_err(|_| Error::Draft)
    }

    /// One that somebody gave out as this draft.
    pub(super) fn open_as(bundle: &Bundle, sealed: &[u8], id: DraftId) -> Result<Self, Error> {
        let kept = Self::open(bundle, sealed)?;
        if kept.id == Some(id) { Ok(kept) } else { Err(Error::Draft) }
    }
}

#[cfg(test)]
mod tests;
