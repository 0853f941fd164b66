//! People: whom one may write to, whom one invited, and whom a message names.

use crypto_core::wire::AccountId;
use crypto_core::wire::api::Role;
use serde::{Deserialize, Serialize};

/// Somebody one may write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub account: AccountId,
    /// E-mail address.
    pub address: String,
    /// As certified.
    pub name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
    /// What they are.
    pub role: Role,
    /// Whether their own browser made their keys.
    pub first_sign_in_done: bool,
}

/// What becomes of mail to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reachable {
    /// Who gets it.
    pub contact: Contact,
    /// Whether the mailbox that had the address has the contact's by now.
    pub moved: bool,
    /// Who gets it too, standing in for the contact now.
    pub stand_ins: Vec<Person>,
}

/// What an address is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// Has a mailbox, keys verified.
    Known(Reachable),
    /// Has none; staff can make one.
    NoMailbox {
        /// For mails to it: the local part as typed, the domain in ASCII.
        address: String,
    },
    /// This account may not write there.
    NotAllowed,
    /// Not an e-mail address.
    NotAnAddress,
}

/// Somebody one invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// E-mail address.
    pub address: String,
    /// What they are.
    pub role: Role,
    /// When.
    pub invited_at_ms: u64,
    /// If it happened.
    pub first_sign_in_at_ms: Option<u64>,
    /// When the initial password stops working, as long as nobody has signed in with it.
    pub initial_password_ends_at_ms: Option<u64>,
    /// When the portal gave up to send them an e-mail, if none has got through since.
    pub mail_failed_at_ms: Option<u64>,
}

/// A person as a message shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// E-mail address.
    pub address: String,
    /// As certified.
    pub name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
}
