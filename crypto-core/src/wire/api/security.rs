//! Bodies about passwords, the second factor and sessions.

use super::{B64, SignInId, SignedIn};
use crate::wire::ids::SessionId;
use serde::{Deserialize, Serialize};

/// What a person must do before a session is good for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Duty {
    /// Set up a second factor, which the role needs.
    SecondFactor,
    /// Replace the password.
    Password,
}

/// What comes of the right password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum SignInFinished {
    /// A session, with its cookie.
    SignedIn(Box<SignedIn>),
    /// Neither session nor bundle yet.
    SecondFactor(SecondFactorWanted),
}

bodies! {
    /// The password was right; a code is needed too.
    pub struct SecondFactorWanted {
        /// For the last step, for five minutes and a few attempts.
        pending: SignInId,
    }

    /// The last step of a sign-in with a second factor.
    pub struct SecondFactorFinish {
        /// From the step before.
        pending: SignInId,
        /// From the app, or a backup code.
        code: String,
    }

    /// The caller's second factor.
    pub struct SecondFactorState {
        /// Since when there is one.
        since_ms: Option<u64>,
        /// Backup codes that are left.
        backup_codes: u32,
        /// Whether the role needs one.
        required: bool,
        /// Whether the sign-in is young enough to change it.
        fresh: bool,
    }

    /// Sets up a second factor, or replaces it.
    pub struct EnrolSecondFactor {
        /// 20 random bytes, made by the client.
        seed: B64,
        /// What the app shows now.
        code: String,
    }

    /// Seen once.
    pub struct BackupCodes {
        /// Each is good for one sign-in.
        codes: Vec<String>,
    }

    /// Where the caller is signed in.
    pub struct SessionList {
        /// The latest first.
        sessions: Vec<SessionEntry>,
    }

    /// One of them.
    pub struct SessionEntry {
        /// Its name; it opens nothing.
        session: SessionId,
        /// When the person signed in.
        begun_at_ms: u64,
        /// The last request, to the minute.
        last_seen_at_ms: u64,
        /// Whether it is the one that asks.
        current: bool,
    }
}
