//! Taking mail along, as `.eml` and as ZIP.

use crypto_core::wire::MessageId;
use crypto_core::wire::api::Language;
use serde::{Deserialize, Serialize};

/// What a person can take. Each with progress by its ticket; `CancelAttach` stops it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// A message with its attachments as `.eml`. → [`crate::Answer::File`] and a `Blob`
    Message {
        /// Which.
        message: MessageId,
        /// For progress.
        ticket: u32,
    },
    /// Several messages, or all of them, as a ZIP of `.eml` with an index. → [`Answer`] and a `Blob`
    Messages {
        /// These; without any, the whole mailbox.
        messages: Option<Vec<MessageId>>,
        /// Of folders and index.
        language: Language,
        /// For progress.
        ticket: u32,
    },
}

/// A ZIP, with a `Blob` as the message's first object.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// Safe on every system.
    pub name: String,
    /// Messages in it.
    pub messages: usize,
    /// Messages that could not be opened; the index names them.
    pub unreadable: usize,
}
