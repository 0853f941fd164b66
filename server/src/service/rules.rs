//! Limits and texts, changed by an administrator.

use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::events;
use crate::rules::{InForce, TEXT_BYTES, record};
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::certificate::Role;
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api;
use crypto_core::wire::records::SecurityEventKind;

/// What is in force.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators.
pub fn show(portal: &Portal, caller: &Caller) -> Result<api::Rules, Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)?;
    Ok(portal.state.rules().told())
}

/// Puts others in force, at once.
///
/// # Errors
/// [`ProblemCode::Forbidden`]; [`ProblemCode::Malformed`] if a number is out of bounds or a text too long.
pub async fn change(portal: &Portal, caller: &Caller, body: api::Rules) -> Result<(), Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)?;
    let rules = record(&body);
    let readable = |text: &String| {
        text.len() <= TEXT_BYTES && !text.chars().any(|letter| letter.is_control() && letter != '\n')
    };
    require(rules.texts.iter().all(readable), ProblemCode::Malformed)?;
    let in_force = InForce::with(&portal.state.config, &rules);
    let in_force = in_force.map_err(|_| Error::Refused(ProblemCode::Malformed))?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        tx.save(&[], &rules);
        let kind = SecurityEventKind::RulesChanged;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, None, Some(caller.id));
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.set_rules(in_force);
    Ok(())
}
