//! Bodies of grants, recovery and reset.
//!
//! | request | body → answer |
//! | --- | --- |
//! | `POST /messages/{message}/grants` | [`GiveGrants`] → 204 |
//! | `PUT /account/recovery` | [`SetRecovery`] → 204 |
//! | `POST /recovery/start` | [`RecoveryStart`] → [`RecoveryStarted`] |
//! | `POST /recovery/fetch` | [`RecoveryFetch`] → [`RecoveryFetched`] |
//! | `POST /recovery/password` | [`RecoveryPassword`] → [`RegistrationAnswer`](super::RegistrationAnswer) |
//! | `POST /recovery/commit` | [`RecoveryCommit`] → 204 |
//! | `POST /password-requests` | [`AskForPassword`] → 204 |
//! | `GET /password-requests` | → [`PasswordRequests`] |
//! | `DELETE /password-requests/{account}` | → 204 |
//! | `POST /resets/start` | [`ResetStart`] → [`ResetStarted`] |
//! | `POST /resets/finish` | [`ResetFinish`] → 204 |
//! | `GET /restores` | → [`Restores`] |
//! | `GET /restores/{account}/messages?after=M` | → [`RestorableMessages`] |

use super::{Chains, Role, StoredBundle, StoredSettings, Wrap};
use crate::wire::ids::{AccountId, B64, MessageId, RecoveryId};
use serde::{Deserialize, Serialize};

bodies! {
    /// Grants of one message, at most 100.
    pub struct GiveGrants {
        /// `message::Grant`, each to another receiver.
        grants: Vec<B64>,
    }

    /// A grant as it is kept.
    pub struct GivenGrant {
        /// Who gave it.
        granter: AccountId,
        /// `message::Grant`.
        grant: B64,
    }

    /// A new recovery code; an earlier one is void. Needs a fresh sign-in.
    pub struct SetRecovery {
        /// The revision that this client has.
        expected_revision: u64,
        /// Under the same bundle key, revision one higher.
        bundle: StoredBundle,
        /// The bundle key, sealed to the code's X-Wing pair.
        wrap: B64,
        /// Public half of the code's signing pair (Ed25519).
        public: B64,
    }

    /// Begins a recovery.
    pub struct RecoveryStart {
        /// In any form.
        address: String,
    }

    /// The same for known and unknown addresses.
    pub struct RecoveryStarted {
        /// For the next step, once.
        recovery: RecoveryId,
        /// 32 bytes to sign.
        challenge: B64,
    }

    /// Asks for what the code opens.
    pub struct RecoveryFetch {
        /// From the step before.
        recovery: RecoveryId,
        /// `recovery`, fetch proof.
        proof: B64,
        /// Code of the second factor, if the account has one.
        second_factor: Option<String>,
    }

    /// What the code opens.
    pub struct RecoveryFetched {
        /// For the next steps.
        recovery: RecoveryId,
        /// 32 bytes to sign with what replaces the old.
        challenge: B64,
        /// Whose.
        account: AccountId,
        /// The bundle.
        bundle: StoredBundle,
        /// The recovery wrap.
        wrap: Wrap,
        /// What the own certificate is followed by: an administrator may have made a newer one for the same keys.
        chains: Chains,
    }

    /// OPAQUE RegistrationRequest of the new password.
    pub struct RecoveryPassword {
        /// From the step before.
        recovery: RecoveryId,
        /// RFC 9807.
        registration_request: B64,
    }

    /// New password and keys in one step; all sessions end.
    pub struct RecoveryCommit {
        /// From the step before, once.
        recovery: RecoveryId,
        /// `recovery`, commit proof.
        proof: B64,
        /// The revision that the bundle had.
        expected_revision: u64,
        /// OPAQUE record of the new password.
        record: B64,
        /// Certificate with reason *rotated*.
        certificate: B64,
        /// Revision one higher.
        bundle: StoredBundle,
        /// All wraps of the new bundle key, that of the recovery code too.
        wraps: Vec<Wrap>,
    }

    /// Asks the contacts for a new initial password.
    pub struct AskForPassword {
        /// In any form.
        address: String,
    }

    /// Open requests that this account may deal with.
    pub struct PasswordRequests {
        /// Oldest first.
        requests: Vec<PasswordRequest>,
    }

    /// One of them.
    pub struct PasswordRequest {
        /// Who.
        account: AccountId,
        /// Canonical.
        address: String,
        /// As the certificate says.
        role: Role,
        /// The last time that somebody asked.
        requested_at_ms: u64,
    }

    /// Begins a reset.
    pub struct ResetStart {
        /// Whose.
        account: AccountId,
        /// OPAQUE RegistrationRequest with the new initial password.
        registration_request: B64,
    }

    /// What a reset needs.
    pub struct ResetStarted {
        /// RFC 9807.
        registration_response: B64,
        /// Of the bundle that is replaced.
        revision: u64,
        /// Of the sealed settings, which are replaced by empty ones; 0 if there are none.
        settings_revision: u64,
    }

    /// New provisional keys, and a new initial password; the old bundle is gone and all sessions end.
    pub struct ResetFinish {
        /// Whose.
        account: AccountId,
        /// OPAQUE registration record.
        record: B64,
        /// Revision one higher than the one that is replaced.
        bundle: StoredBundle,
        /// A password wrap.
        wraps: Vec<Wrap>,
        /// Certificate with reason *reset*.
        certificate: B64,
        /// Empty settings under the new keys, revision one higher, if there were any.
        settings: Option<StoredSettings>,
    }

    /// People with new keys of their own, whose earlier messages this account can make accessible again.
    pub struct Restores {
        /// In no order.
        restores: Vec<Restore>,
    }

    /// One of them.
    pub struct Restore {
        /// Who.
        account: AccountId,
        /// Canonical.
        address: String,
        /// When the keys were reset.
        reset_at_ms: u64,
        /// By whom.
        reset_by: AccountId,
        /// Messages that wait for it.
        messages: u32,
    }

    /// Some messages that somebody with new keys cannot open yet and this account can.
    pub struct RestorableMessages {
        /// By number.
        messages: Vec<MessageId>,
        /// Whether there may be more after the last one.
        more: bool,
    }
}
