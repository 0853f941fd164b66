//! Administration and deputies: what the page asks of the worker, and what comes of it. Bodies of the API that hold
//! no secret pass as they are.

use crate::Password;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{MailQueue, PersonEntry, Rules, SecurityEventPage};
use crypto_core::wire::records::SecurityEventKind;
use serde::{Deserialize, Serialize};

/// What a person can do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Everybody. → [`Answer::People`]
    People,
    /// Refuses sign-ins, or lets in again. → [`crate::Answer::Done`]
    SetLocked {
        /// Whose.
        account: AccountId,
        /// Which of the two.
        locked: bool,
    },
    /// A new password must be chosen before anything else. → [`crate::Answer::Done`]
    RequirePassword {
        /// By whom.
        account: AccountId,
    },
    /// Takes a second factor away. → [`crate::Answer::Done`]
    ResetSecondFactor {
        /// Whose.
        account: AccountId,
    },
    /// Ends an account of a partner. → [`crate::Answer::Done`]
    Close {
        /// Which.
        account: AccountId,
    },
    /// Ends an account of staff. → [`crate::Answer::Done`]
    Remove {
        /// Which.
        account: AccountId,
        /// Why.
        why: Removal,
    },
    /// Ends an account of an administrator; the organisation's key is another one then. → [`Answer::RootCopy`]
    RemoveAdministrator {
        /// Which.
        account: AccountId,
        /// Why.
        why: Removal,
    },
    /// Another address. → [`Answer::Moved`]
    Move {
        /// Whose.
        account: AccountId,
        /// As typed.
        address: String,
    },
    /// Names deputies for somebody absent. → [`crate::Answer::Done`]
    Depute {
        /// For whom.
        owner: AccountId,
        /// In the place of those that there are.
        deputies: Vec<StandIn>,
    },
    /// Seals the organisation's key to another administrator. → [`crate::Answer::Done`]
    ShareRoot {
        /// To whom.
        account: AccountId,
    },
    /// Whether one has the organisation's key. → [`Answer::Root`]
    Root,
    /// The organisation's key, to print. Needs a fresh sign-in. → [`Answer::RootCopy`]
    RootCopy,
    /// Takes the organisation's key from its printed copy. → [`crate::Answer::Done`]
    RestoreRoot {
        /// As typed.
        printed: Password,
    },
    /// Who must sign the key directory. → [`Answer::Witnesses`]
    Witnesses,
    /// Others, and how many of them must have signed. Needs the organisation's key. → [`crate::Answer::Done`]
    NameWitnesses {
        /// Each as its key is written down.
        lines: Vec<String>,
        /// 0: none has to.
        quorum: u32,
    },
    /// Limits and texts. → [`Answer::Rules`]
    Rules,
    /// Other limits and texts. → [`crate::Answer::Done`]
    SetRules(Box<Rules>),
    /// Security events, newest first. → [`Answer::Events`]
    Events {
        /// From the page before.
        before: Option<String>,
        /// Only these.
        kind: Option<SecurityEventKind>,
        /// Only those about this account, or by it.
        account: Option<AccountId>,
    },
    /// E-mails that wait or were given up. → [`Answer::Outbox`]
    Outbox,
    /// Who stands in for oneself, and for whom one does. → [`Answer::Deputies`]
    Deputies,
    /// Names deputies for oneself. → [`crate::Answer::Done`]
    NameDeputies {
        /// In the place of those that there are.
        deputies: Vec<StandIn>,
    },
    /// Ends standing in. → [`crate::Answer::Done`]
    Resign {
        /// For whom.
        owner: AccountId,
    },
    /// Lets a colleague open all mail that one has. Progress in messages. → [`Answer::Handed`]
    HandMail {
        /// Whom.
        receiver: AccountId,
        /// For good, or for a time.
        for_good: bool,
        /// For progress.
        ticket: u32,
    },
}

/// What comes of a call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Everybody.
    People(Vec<Person>),
    /// It goes on at this address.
    Moved {
        /// Canonical.
        address: String,
    },
    /// Whether one has the organisation's key.
    Root {
        /// Which of the two.
        present: bool,
    },
    /// The organisation's key as text to print and lock away.
    RootCopy(Password),
    /// Who must sign the key directory.
    Witnesses {
        /// In the policy's order.
        witnesses: Vec<Witness>,
        /// How many of them must have signed.
        quorum: u32,
    },
    /// Limits and texts.
    Rules(Box<Rules>),
    /// Security events.
    Events(SecurityEventPage),
    /// E-mails.
    Outbox(MailQueue),
    /// Both sides.
    Deputies {
        /// Who stands in for oneself.
        mine: Vec<Deputy>,
        /// For whom one does.
        represented: Vec<Represented>,
    },
    /// Mail that was handed on.
    Handed {
        /// Messages that the receiver can open now.
        granted: usize,
        /// Messages that could not be handed on.
        failed: usize,
    },
}

/// Who signs the key directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Its name.
    pub name: String,
    /// Name and key, as they are written down.
    pub line: String,
    /// When it says that it signed last.
    pub signed_at_ms: Option<u64>,
    /// Whether that is so short ago that its signature may be demanded.
    pub current: bool,
}

/// Why an account ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// The person left.
    Left,
    /// The keys are lost.
    Lost,
    /// Somebody else has them.
    Stolen,
}

/// Somebody as an administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The server's word.
    pub entry: PersonEntry,
    /// As certified.
    pub name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
    /// Who stands in, as certified.
    pub deputies: Vec<Deputy>,
}

/// Somebody who is to stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// Who.
    pub account: AccountId,
    /// From when.
    pub from_ms: u64,
    /// Until when.
    pub until_ms: u64,
}

/// Somebody who stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deputy {
    /// Who, and for how long.
    pub stand_in: StandIn,
    /// If their keys can be verified.
    pub address: Option<String>,
    /// As certified.
    pub name: Option<String>,
    /// Whether an administrator named them.
    pub by_administrator: bool,
    /// Whether they ended it.
    pub resigned: bool,
}

/// Somebody for whom one stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Represented {
    /// Who.
    pub owner: AccountId,
    /// Canonical.
    pub address: String,
    /// As certified.
    pub name: Option<String>,
    /// From when.
    pub from_ms: u64,
    /// Until when.
    pub until_ms: u64,
}
