//! The root's seed on its way from one administrator to another: sealed, and useless to everybody else.

use super::people::{account, administrator, note};
use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::certificate::Role;
use crypto_core::wire::api::{GiveRootShare, RootShareState};
use crypto_core::wire::records::{RootShare, SecurityEventKind};
use crypto_core::wire::{AccountId, B64, ProblemCode, limits};

/// Keeps a share for another administrator, who has a password of their own.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators; [`ProblemCode::NotFound`],
/// [`ProblemCode::RecipientNotAllowed`], [`ProblemCode::Malformed`].
pub async fn give(portal: &Portal, caller: &Caller, to: AccountId, body: GiveRootShare) -> Result<(), Error> {
    administrator(caller)?;
    require((1..=limits::ENTRY_BYTES).contains(&body.share.0.len()), ProblemCode::Malformed)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let receiver = account(tx, to)?;
        let may = receiver.role == Role::Administrator && !receiver.provisional && to != caller.id;
        require(may, ProblemCode::RecipientNotAllowed)?;
        tx.save(&[to.as_bytes()], &RootShare { share: body.share.0.clone().into(), given_ms: now_ms });
        note(portal, tx, SecurityEventKind::RootShared, to, caller);
        Ok(())
    })
    .await
}

/// The share that waits for the caller.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators.
pub async fn waiting(portal: &Portal, caller: &Caller) -> Result<RootShareState, Error> {
    administrator(caller)?;
    transact(&*portal.state.store, |tx| {
        let share = tx.load::<RootShare>(&[caller.id.as_bytes()])?;
        Ok(RootShareState { share: share.map(|share| B64(share.share.to_vec())) })
    })
    .await
}

/// The caller has taken it, or does not want it.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators.
pub async fn done(portal: &Portal, caller: &Caller) -> Result<(), Error> {
    administrator(caller)?;
    transact(&*portal.state.store, |tx| {
        tx.erase::<RootShare>(&[caller.id.as_bytes()]);
        Ok(())
    })
    .await
}
