//! The address book and the person's own preferences.

use crypto_core::wire::api::{Language, Role};
use crypto_core::wire::{AccountId, Fingerprint};
use serde::{Deserialize, Serialize};

/// What a person can do with it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Everybody one may write to or has written down. → [`Answer::Book`]
    Book,
    /// Writes an address down, or changes what is written of it. → [`Answer::Kept`]
    Keep {
        /// As typed.
        address: String,
        /// Own name; may be empty.
        name: String,
        /// May be empty.
        note: String,
    },
    /// Takes away what was written down. → [`Answer::Done`]
    Drop {
        /// Canonical.
        address: String,
    },
    /// The person has been told of new keys. → [`Answer::Done`]
    Acknowledge {
        /// Address and [`NewKeys::certificate`].
        told: Vec<(String, Fingerprint)>,
    },
    /// Language of e-mails, and whether reminders are sent. → [`Answer::Done`]
    SetPreferences {
        /// Of e-mails.
        language: Language,
        /// Of messages that were never opened.
        reminders: bool,
    },
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Nothing more to say.
    Done,
    /// Written down under this canonical address.
    Kept(String),
    /// The address book.
    Book(Book),
}

/// An address book, and what is new about its people's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// By name.
    pub people: Vec<Card>,
    /// Told until they are acknowledged.
    pub notices: Vec<NewKeys>,
}

/// Somebody in the address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Who, if the address has a mailbox.
    pub account: Option<AccountId>,
    /// Canonical.
    pub address: String,
    /// As certified.
    pub certified_name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
    /// As certified; unknown of an address that is only written down.
    pub role: Option<Role>,
    /// The name that the person gave.
    pub own_name: Option<String>,
    /// What the person wants to remember.
    pub note: Option<String>,
    /// Whether the person wrote it down.
    pub in_book: bool,
    /// Whether one may write to them now.
    pub may_write: bool,
    /// Where their keys stand.
    pub standing: Standing,
    /// Where the mailbox is that left this address.
    pub moved_to: Option<String>,
    /// Keys issued a further time.
    pub reissued: Option<Reissued>,
}

/// Where somebody's keys stand; times in ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Issued then, and never signed in since.
    NeverSignedIn(u64),
    /// Their own since then, but an initial password opens the mailbox.
    InitialPassword(u64),
    /// Their own since then.
    Confirmed(u64),
    /// The account was deleted.
    Closed,
    /// It goes on under another address.
    Moved,
    /// Locked or removed by an administrator.
    Revoked,
    /// Only written down.
    NotAsked,
}

/// Keys that somebody else issued to a known address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reissued {
    /// When.
    pub at_ms: u64,
    /// By whom.
    pub by: String,
    /// What it was.
    pub what: Reissue,
}

/// Why somebody else certified keys a further time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reissue {
    /// New keys and a new initial password.
    Reset,
    /// The address was invited anew: another account than before.
    Again,
    /// The same keys, under another address than this one.
    Moved(String),
}

/// To be told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKeys {
    /// Of whom.
    pub address: String,
    /// As the person knows them.
    pub name: Option<String>,
    /// When and by whom.
    pub reissued: Reissued,
    /// For [`Call::Acknowledge`].
    pub certificate: Fingerprint,
}
