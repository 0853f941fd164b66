//! An administrator requires a new password.

use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::events;
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::certificate::Role;
use crypto_core::wire::records::{Account, PasswordDemand, SecurityEventKind};
use crypto_core::wire::{AccountId, ProblemCode};

/// From now on an account's sessions, present and future ones, are good for replacing the password alone.
///
/// # Errors
/// [`ProblemCode::Forbidden`], [`ProblemCode::NotFound`].
pub async fn require_change(portal: &Portal, caller: &Caller, account: AccountId) -> Result<(), Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)?;
    let since_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        require(tx.load::<Account>(&[account.as_bytes()])?.is_some(), ProblemCode::NotFound)?;
        tx.save(&[account.as_bytes()], &PasswordDemand { since_ms, by: caller.id });
        let kind = SecurityEventKind::PasswordChangeRequired;
        events::record(tx, &mut *portal.state.rng(), since_ms, kind, Some(account), Some(caller.id));
        Ok(())
    })
    .await
}
