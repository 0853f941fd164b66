//! Second factor and sessions.

use crate::{Password, Session};
use crypto_core::wire::SessionId;
use serde::{Deserialize, Serialize};

/// What a person can do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// The last step of a sign-in that answered [`Answer::CodeNeeded`]. → [`crate::Answer::Session`]
    SecondFactor {
        /// From the app, or a backup code.
        code: Password,
    },
    /// What one has of a second factor. → [`Answer::State`]
    State,
    /// Makes a seed for an app. → [`Answer::Made`]
    Make,
    /// The app shows this for the seed made last: the second factor is set up. → [`Answer::BackupCodes`]
    Confirm {
        /// From the app.
        code: Password,
    },
    /// New backup codes. → [`Answer::BackupCodes`]
    RenewBackupCodes,
    /// Gives the second factor up. → [`crate::Answer::Session`]
    Remove,
    /// Where one is signed in. → [`Answer::Sessions`]
    Sessions,
    /// Ends one of them. → [`crate::Answer::Done`]
    EndSession {
        /// Which.
        session: SessionId,
    },
    /// Ends all but this one. → [`crate::Answer::Done`]
    EndOtherSessions,
    /// Somebody is there: the session goes on. → [`crate::Answer::Done`]
    Stay,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The password was right; [`Call::SecondFactor`] is next.
    CodeNeeded,
    /// What one has.
    State {
        /// Since when.
        since_ms: Option<u64>,
        /// Backup codes that are left.
        backup_codes: u32,
        /// Whether the role needs one.
        required: bool,
        /// Whether the sign-in is young enough to change it.
        fresh: bool,
    },
    /// For an app; seen once.
    Made {
        /// To type, in groups.
        text: Password,
        /// To photograph.
        qr: Qr,
    },
    /// Seen once.
    BackupCodes {
        /// Each is good for one sign-in.
        codes: Vec<Password>,
        /// As it is now.
        session: Session,
    },
    /// Where one is signed in, the latest first.
    Sessions(Vec<SessionRow>),
}

/// A QR code to draw as one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qr {
    /// Modules on each side, the quiet zone included.
    pub side: u32,
    /// Data of an SVG path in units of modules.
    pub path: String,
}

/// Where one is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its name.
    pub session: SessionId,
    /// When.
    pub begun_at_ms: u64,
    /// To the minute.
    pub last_seen_at_ms: u64,
    /// Whether it is this one.
    pub current: bool,
}
