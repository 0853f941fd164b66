//! The recovery code, forgotten passwords, and making earlier messages accessible again.

use crate::Password;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::Role;
use serde::{Deserialize, Serialize};

/// What a person can do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// A new recovery code to show; nothing has changed yet. → [`Answer::Code`]
    MakeCode,
    /// It counts once it was typed. → `Answer::Session`
    SetCode {
        /// From [`Answer::Code`].
        shown: Password,
        /// By the person.
        typed: Password,
    },
    /// Proves a recovery code. → [`Answer::Proved`]
    Recover {
        /// E-mail address.
        address: String,
        /// As typed.
        code: Password,
        /// Of the second factor, once it was asked for.
        second_factor: Option<Password>,
    },
    /// After [`Answer::Proved`]: a new password; then sign in. → [`Answer::Done`]
    ReplacePassword {
        /// New.
        password: Password,
    },
    /// Asks the contacts for a new initial password. → [`Answer::Done`], for every address
    AskForPassword {
        /// E-mail address.
        address: String,
    },
    /// Who has asked. → [`Answer::Requests`]
    Requests,
    /// Turns a request down. → [`Answer::Done`]
    DeclineRequest {
        /// Whose.
        account: AccountId,
    },
    /// New keys and a new initial password for somebody. → `Answer::Invited`
    Reset {
        /// Canonical.
        address: String,
    },
    /// Whose earlier messages wait. → [`Answer::Offers`]
    Offers,
    /// Makes them accessible again. Progress in messages, by notices with this ticket. → [`Answer::Accessible`]
    MakeAccessible {
        /// Whose.
        account: AccountId,
        /// For progress.
        ticket: u32,
    },
    /// Leaves it at that. → [`Answer::Done`]
    DeclineOffer {
        /// Whose.
        account: AccountId,
    },
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Nothing more to say.
    Done,
    /// To show and print; seen once.
    Code {
        /// 7 groups of 4.
        text: Password,
    },
    /// The code is right; a password can be chosen.
    Proved,
    /// Oldest first.
    Requests(Vec<Request>),
    /// In no order.
    Offers(Vec<Offer>),
    /// How many messages are accessible again, and how many are not.
    Accessible {
        /// Are.
        granted: usize,
        /// Are not.
        failed: usize,
    },
}

/// Somebody asks for a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who.
    pub account: AccountId,
    /// Canonical.
    pub address: String,
    /// What they are.
    pub role: Role,
    /// When.
    pub requested_at_ms: u64,
}

/// Somebody with new keys, whose earlier messages wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Who.
    pub account: AccountId,
    /// Name or address.
    pub person: String,
    /// When the keys were issued.
    pub at_ms: u64,
    /// By whom: name or address.
    pub by: String,
    /// How many wait.
    pub messages: u32,
    /// The person has said yes before.
    pub promised: bool,
}
