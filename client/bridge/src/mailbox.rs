//! Drafts, bin, recall and storage: what the page asks of the worker, and what comes of it.

use crate::Draft;
use crypto_core::wire::{DraftId, MessageId};
use serde::{Deserialize, Serialize};

/// What a person can do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Begins a draft. → [`Answer::Begun`]
    NewDraft,
    /// All drafts, the last changed first. → [`Answer::Drafts`]
    Drafts,
    /// Opens a draft for writing. → [`Answer::Opened`]
    OpenDraft {
        /// Which.
        draft: DraftId,
    },
    /// What another device has made of the draft that is being written, which stays what it is. → [`Answer::Opened`], or
    /// [`crate::Answer::Done`] if there is nothing newer
    LookAtDraft {
        /// Which.
        draft: DraftId,
    },
    /// What was looked at is written on. → [`crate::Answer::Done`]
    GoOnWithDraft {
        /// Which.
        draft: DraftId,
        /// As [`Answer::Opened`] said.
        revision: u64,
    },
    /// Saves the draft that is being written. → [`Answer::Saved`]
    SaveDraft {
        /// All of it.
        draft: Draft,
    },
    /// Saves what this device kept and the server does not have. → [`Answer::Saved`]
    RecoverDraft {
        /// Sealed.
        sealed: String,
    },
    /// Throws a draft of the list away. → [`crate::Answer::Done`]
    DiscardDraft {
        /// Which.
        draft: DraftId,
        /// As the list said.
        revision: u64,
    },
    /// Puts messages into the bin. → [`crate::Answer::Done`]
    Bin {
        /// Which.
        messages: Vec<MessageId>,
    },
    /// Puts messages back where they were. → [`crate::Answer::Done`]
    Restore {
        /// Which.
        messages: Vec<MessageId>,
    },
    /// Marks messages of the inbox as not read. → [`crate::Answer::Done`]
    MarkUnread {
        /// Which.
        messages: Vec<MessageId>,
    },
    /// Deletes messages of the bin for good. → [`crate::Answer::Done`]
    DeleteForGood {
        /// Which.
        messages: Vec<MessageId>,
    },
    /// Deletes everything in the bin for good. → [`crate::Answer::Done`]
    EmptyBin,
    /// Takes a message back that nobody has opened. → [`crate::Answer::Done`]
    Recall {
        /// Which.
        message: MessageId,
    },
    /// Storage used, of how much. → [`Answer::Usage`]
    Usage,
}

/// What comes of a call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A draft is begun.
    Begun {
        /// Which.
        draft: DraftId,
    },
    /// All drafts.
    Drafts(Vec<DraftRow>),
    /// A draft is open.
    Opened {
        /// All of it.
        draft: Draft,
        /// The revision that was read.
        revision: u64,
        /// It lost against another device.
        conflict: bool,
        /// Attachments that the server has no more.
        missing: usize,
    },
    /// A draft is safe on the server.
    Saved {
        /// Which; another one after a conflict.
        draft: DraftId,
        /// Another device was quicker: this is a second draft now.
        conflict: bool,
    },
    /// What the mailbox holds.
    Usage(Usage),
}

/// What a mailbox holds, as the server counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Bytes.
    pub stored_bytes: u64,
    /// Bytes.
    pub limit_bytes: u64,
    /// Messages of the inbox that were not opened.
    pub unread: u64,
}

/// A draft in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// Which.
    pub draft: DraftId,
    /// The revision that was read.
    pub revision: u64,
    /// Addresses as typed.
    pub to: Vec<String>,
    /// `Err` if it cannot be shown, and why.
    pub subject: Result<String, crate::Failure>,
    /// Number of attachments.
    pub attachments: usize,
    /// When it changed last.
    pub changed_at_ms: u64,
    /// When it is deleted, unless it changes.
    pub expires_at_ms: u64,
    /// It lost against another device.
    pub conflict: bool,
}

/// What became of a sent message for one reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Who; nobody known if it was handed on to them.
    pub person: Option<crate::Person>,
    /// Whether they got it because they stand in for a recipient.
    pub stands_in: bool,
    /// When it was opened first.
    pub opened_at_ms: Option<u64>,
    /// When it or an attachment of it was saved first.
    pub saved_at_ms: Option<u64>,
    /// When the portal gave up to send them an e-mail, if none has got through since.
    pub mail_failed_at_ms: Option<u64>,
}
