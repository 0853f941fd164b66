//! The use cases. Each is one function from a caller and a request to an answer; what it changes, it changes
//! in one transaction. Nothing here knows HTTP or a database.

pub mod accounts;
pub mod auditors;
pub mod bin;
pub mod certificates;
pub mod closing;
pub mod contacts;
pub mod delivery;
pub mod deputies;
pub mod directory;
pub mod drafts;
pub mod duties;
pub mod error;
pub mod forgetting;
pub mod grants;
pub mod holdings;
pub mod invitations;
pub mod mailbox_key;
pub mod messages;
pub mod outbox;
pub mod passwords;
mod pending;
pub mod people;
pub mod preferences;
pub mod proofs;
pub mod recovery;
pub mod requests;
pub mod resets;
pub mod restores;
pub mod root_rotation;
pub mod root_shares;
pub mod rules;
pub mod second_factor;
pub mod security_events;
pub mod sending;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod status;
pub mod throttle;
pub mod uploads;
pub mod usage;
pub mod witnesses;

pub use error::{Error, require};

use crate::state::AppState;
use crypto_core::auth::ServerSecrets;
use crypto_core::wire::{AccountId, Address};
use throttle::{Network, Throttle};

/// The state that handlers share: the stores and what is kept in memory between two requests.
pub struct Portal {
    /// Stores, clock, randomness, configuration.
    pub state: AppState,
    sign_ins: pending::Pending<sign_in::Handshake>,
    second_factors: pending::Pending<sign_in::Proved>,
    by_account: Throttle<Address>,
    by_network: Throttle<Network>,
    codes_by_account: Throttle<AccountId>,
    codes_by_network: Throttle<Network>,
    recoveries: recovery::Recoveries,
    password_requests: recovery::Recoveries,
    proofs_by_account: Throttle<AccountId>,
    log_by_network: Throttle<Network>,
    auditors_by_network: Throttle<Network>,
}

impl Portal {
    /// Over these stores.
    pub fn new(state: AppState) -> Self {
        let limits = state.limits();
        let window_ms = u64::from(limits.sign_in_window_minutes) * MINUTE_MS;
        let by_account = Throttle::new(limits.sign_ins_per_account, window_ms);
        let by_network = Throttle::new(limits.sign_ins_per_network, window_ms);
        let codes_by_account = Throttle::new(limits.sign_ins_per_account, window_ms);
        let codes_by_network = Throttle::new(limits.sign_ins_per_network, window_ms);
        let (account, network) = (limits.sign_ins_per_account, limits.sign_ins_per_network);
        let recoveries = || recovery::Recoveries::new(account, network, window_ms);
        let (recoveries, password_requests) = (recoveries(), recoveries());
        Self {
            state,
            sign_ins: pending::Pending::default(),
            second_factors: pending::Pending::default(),
            by_account,
            by_network,
            codes_by_account,
            codes_by_network,
            recoveries,
            password_requests,
            proofs_by_account: Throttle::new(PROOFS_A_MINUTE, MINUTE_MS),
            log_by_network: Throttle::new(LOG_QUESTIONS_A_MINUTE, MINUTE_MS),
            auditors_by_network: Throttle::new(WRONG_TOKENS_A_MINUTE, MINUTE_MS),
        }
    }

    fn opaque(&self) -> &ServerSecrets {
        self.state.secrets.opaque()
    }

    fn credential_id(&self, address: &Address) -> [u8; 32] {
        crypto_core::auth::credential_id(self.state.secrets.credential_key(), address.as_str())
    }
}

/// Proofs cost some milliseconds each.
const PROOFS_A_MINUTE: u32 = 600;
/// Of one network, behind which may be a whole office: each opened message can be one.
const LOG_QUESTIONS_A_MINUTE: u32 = 3000;
/// Of one network.
const WRONG_TOKENS_A_MINUTE: u32 = 10;
const MINUTE_MS: u64 = 60 * 1000;
pub(crate) const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
