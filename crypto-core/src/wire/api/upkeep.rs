//! Bodies about preferences, outgoing mail and the sealed settings.

use super::{B64, Language};
use serde::{Deserialize, Serialize};

bodies! {
    /// What the own account wants of e-mails.
    pub struct Preferences {
        /// Of mails.
        language: Language,
        /// Whether a message that was never opened is reminded of before it is deleted.
        reminders: bool,
    }

    /// Outgoing e-mail, for administrators. No mail has any content of a message.
    pub struct MailQueue {
        /// What is still tried.
        waiting: Vec<WaitingMail>,
        /// What was given up, newest first.
        failed: Vec<FailedMail>,
    }

    /// An e-mail that has not left yet.
    pub struct WaitingMail {
        /// To whom.
        address: String,
        /// What it says.
        kind: MailKind,
        /// Since when.
        created_at_ms: u64,
        /// When it is tried (again).
        due_at_ms: u64,
        /// Tries so far.
        attempts: u32,
    }

    /// An e-mail that will not leave.
    pub struct FailedMail {
        /// To whom.
        address: String,
        /// What it said.
        kind: MailKind,
        /// When it was given up.
        failed_at_ms: u64,
        /// Whether the mail server refused the address; otherwise it could not be reached for days.
        refused: bool,
        /// What the mail server answered (RFC 5321), if it did.
        code: Option<u16>,
    }
}

/// What an e-mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum MailKind {
    /// A mailbox was opened.
    Initial,
    /// There is a new message.
    NewMessage,
    /// A message, or the account, is about to end.
    Deadline,
    /// Something that touches the safety of the account.
    Security,
}

bodies! {
    /// Sealed settings as they lie on the server.
    pub struct StoredSettings {
        /// One more than the one before; the first is 1.
        revision: u64,
        /// `keys::settings`, at most 256 KiB.
        sealed: B64,
    }

    /// The settings, if any were kept.
    pub struct SettingsState {
        /// The newest.
        settings: Option<StoredSettings>,
    }

    /// New settings in the place of those that this client knows.
    pub struct ReplaceSettings {
        /// The revision that this client has; 0 if there are none.
        expected_revision: u64,
        /// Revision one higher.
        settings: StoredSettings,
    }
}
