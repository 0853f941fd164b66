//! After a reset: which messages wait to be made accessible again, and who can do that.
//!
//! | somebody with new keys | is offered to |
//! | --- | --- |
//! | a partner | staff who hold messages with them |
//! | staff | their deputies |
//!
//! Nobody is offered before the keys are the person's own.

use super::accounts::is_colleague;
use super::grants::is_deputy;
use super::sessions::Caller;
use super::{Error, Portal, certificates, require};
use crate::store::models::{Records, grants, mailbox, tail};
use crate::store::{Tx, transact};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{RestorableMessages, Restore, Restores};
use crypto_core::wire::records::{Account, Colleague, Holding, Reset};
use crypto_core::wire::{AccountId, MessageId, ProblemCode};
use std::collections::BTreeSet;

/// Messages of one answer.
const PAGE: usize = 500;
const MOST: usize = usize::MAX / 2;

/// Whom the caller is asked about.
///
/// # Errors
/// [`ProblemCode::Forbidden`].
pub async fn list(portal: &Portal, caller: &Caller) -> Result<Restores, Error> {
    require(is_colleague(caller.account.role), ProblemCode::Forbidden)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let mut restores = Vec::new();
        for id in candidates(tx, caller)? {
            let Some((account, reset)) = restorable(tx, caller, id)? else { continue };
            let messages = missing(tx, caller, id, &reset, None, MOST, now_ms)?.len();
            if messages > 0 {
                restores.push(Restore {
                    account: id,
                    address: account.address,
                    reset_at_ms: reset.at_ms,
                    reset_by: reset.by,
                    messages: u32::try_from(messages).unwrap_or(u32::MAX),
                });
            }
        }
        Ok(Restores { restores })
    })
    .await
}

/// Messages that wait for the caller, by number.
///
/// # Errors
/// [`ProblemCode::NotFound`] if there was nothing to be asked.
pub async fn messages(
    portal: &Portal,
    caller: &Caller,
    id: AccountId,
    after: Option<MessageId>,
) -> Result<RestorableMessages, Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let (_, reset) = restorable(tx, caller, id)?.ok_or(Error::Refused(ProblemCode::NotFound))?;
        let mut messages = missing(tx, caller, id, &reset, after, PAGE + 1, now_ms)?;
        let more = messages.len() > PAGE;
        messages.truncate(PAGE);
        Ok(RestorableMessages { messages, more })
    })
    .await
}

fn candidates(tx: &mut Tx<'_>, caller: &Caller) -> Result<BTreeSet<AccountId>, Error> {
    let mut ids: BTreeSet<AccountId> =
        mailbox::acquaintances(tx, caller.id)?.into_iter().map(|(id, _)| id).collect();
    for (key, _) in tx.list::<Colleague>(&[], None, MOST)? {
        ids.insert(AccountId::from_bytes(tail(&key)?));
    }
    ids.remove(&caller.id);
    Ok(ids)
}

/// Somebody with new keys of their own, of whom the caller may be asked.
fn restorable(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Option<(Account, Reset)>, Error> {
    let Some(reset) = tx.load::<Reset>(&[id.as_bytes()])? else { return Ok(None) };
    let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { return Ok(None) };
    let may = match account.role {
        Role::Partner => is_colleague(caller.account.role),
        _ => is_deputy(&certificates::certificate(tx, &account.certificate)?, caller.id),
    };
    Ok((may && !account.provisional).then_some((account, reset)))
}

/// Messages from before the reset that both hold and nobody has granted since.
fn missing(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AccountId,
    reset: &Reset,
    after: Option<MessageId>,
    limit: usize,
    now_ms: u64,
) -> Result<Vec<MessageId>, Error> {
    let after = after.map(|after| crate::store::models::key::<Holding>(&[id.as_bytes(), after.as_bytes()]));
    let mut messages = Vec::new();
    for (key, holding) in tx.list::<Holding>(&[id.as_bytes()], after, MOST)? {
        let message = MessageId::from_bytes(tail(&key)?);
        if messages.len() < limit
            && holding.delivered_ms <= reset.at_ms
            && mailbox::held(tx, caller.id, message, now_ms)?
                .is_some_and(|(mine, _)| mine.delivered_ms <= reset.at_ms)
            && !grants::is_granted(tx, id, message, reset)?
            && grants::is_open(tx, caller.id, message, &holding)?
        {
            messages.push(message);
        }
    }
    Ok(messages)
}
