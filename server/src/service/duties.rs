//! What a person must do before a session is good for anything else: set up a second factor that the role
//! needs, replace a password that must go.
//!
//! An initial password that nobody has signed in with works for `limits.initial_password_days`; once it was
//! used, it must be replaced within `security.replace_initial_password_days`. Both count from when it was
//! set, so a reset begins anew.

use super::{DAY_MS, Error, Portal, require};
use crate::store::Tx;
use crate::store::models::Records;
use crypto_core::wire::api::Duty;
use crypto_core::wire::records::{Account, PasswordDemand, SecondFactor};
use crypto_core::wire::{AccountId, ProblemCode};

/// How an account stands at the moment of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether there is a second factor.
    pub second_factor: bool,
    /// Whether the role needs one.
    pub second_factor_required: bool,
    /// What must be done before anything else.
    pub duty: Option<Duty>,
    /// From when on the initial password must be replaced, if it is the present one and was used.
    pub initial_password_until_ms: Option<u64>,
}

impl Standing {
    /// Of an account.
    ///
    /// # Errors
    /// The store's.
    pub fn of(portal: &Portal, tx: &mut Tx<'_>, id: AccountId, account: &Account) -> Result<Self, Error> {
        let now_ms = portal.state.now_ms();
        let security = &portal.state.config.security;
        let second_factor = tx.load::<SecondFactor>(&[id.as_bytes()])?.is_some();
        let second_factor_required = security.second_factor_required.contains(&account.role);
        let demand = tx.load::<PasswordDemand>(&[id.as_bytes()])?;
        let demanded = demand.is_some_and(|demand| demand.since_ms >= account.password_set_ms);
        let until_ms = initial_password_until_ms(account, security.replace_initial_password_days);
        let duty = if second_factor_required && !second_factor {
            Some(Duty::SecondFactor)
        } else if demanded || until_ms.is_some_and(|until_ms| now_ms >= until_ms) {
            Some(Duty::Password)
        } else {
            None
        };
        Ok(Self { second_factor, second_factor_required, duty, initial_password_until_ms: until_ms })
    }

    /// Refuses as long as anything must be done but what is being done.
    ///
    /// # Errors
    /// [`ProblemCode::SecondFactorRequired`], [`ProblemCode::PasswordChangeRequired`].
    pub fn allows(&self, doing: Option<Duty>) -> Result<(), Error> {
        match self.duty {
            Some(Duty::SecondFactor) => {
                require(doing == Some(Duty::SecondFactor), ProblemCode::SecondFactorRequired)
            }
            Some(Duty::Password) => {
                require(doing == Some(Duty::Password), ProblemCode::PasswordChangeRequired)
            }
            None => Ok(()),
        }
    }
}

/// When an initial password that nobody has used stops working; nothing if it is none, or was used.
pub fn initial_password_ends_ms(account: &Account, days: u32) -> Option<u64> {
    let used = account.last_sign_in_ms.is_some_and(|last| last >= account.password_set_ms);
    (account.initial_password && !used).then(|| after(account.password_set_ms, days))
}

fn initial_password_until_ms(account: &Account, days: u32) -> Option<u64> {
    let first = account.first_sign_in_ms.filter(|_| account.initial_password)?;
    Some(after(first.max(account.password_set_ms), days))
}

fn after(time_ms: u64, days: u32) -> u64 {
    time_ms.saturating_add(u64::from(days) * DAY_MS)
}
