//! Searching: the index is the worker's, and no word of a query goes further.

use crate::{Failure, Person};
use crypto_core::wire::api::Folder;
use crypto_core::wire::{DraftId, MessageId};
use serde::{Deserialize, Serialize};

/// What a person can do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Brings the index up to the mailbox of now, in the background: [`crate::Notice::Searchable`] says how
    /// far it is. → [`Answer::Begun`]
    Begin,
    /// Looks in what is indexed so far. → [`Answer::Found`]
    Find {
        /// Words, all of which a message must have.
        query: String,
    },
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It goes on in the background.
    Begun,
    /// The newest messages that match.
    Found(Found),
}

/// How much of the mailbox a search covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Messages looked at, those included that could not be opened.
    pub covered: usize,
    /// Messages in the mailbox, as far as it is known.
    pub total: usize,
    /// Messages that could not be opened.
    pub unreadable: usize,
    /// Whether that is all.
    pub complete: bool,
    /// Why it does not go on, if it does not.
    pub failure: Option<Failure>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The newest ones.
    pub hits: Vec<Hit>,
    /// All of them.
    pub count: usize,
}

/// What was found, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A message in a folder.
    Message(Folder, MessageId),
    /// A draft.
    Draft(DraftId),
}

/// A message or a draft that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What and where.
    pub place: Place,
    /// Sender in the inbox, recipients in sent.
    pub people: Vec<Person>,
    /// One line.
    pub subject: String,
    /// Number of attachments.
    pub attachments: usize,
    /// When it was delivered, or changed last.
    pub at_ms: u64,
}
