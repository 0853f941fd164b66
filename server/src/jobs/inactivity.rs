//! Accounts that nobody signs in to: two warnings by mail, and then their end.
//!
//! Nobody's account ends without a warning that is a week old, however long the server was off. The
//! administrator who signed in last never ends: somebody must be able to invite.

use super::{BATCH, DAY_MS, JobError};
use crate::notify::{Notice, enqueue};
use crate::service::closing;
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::{StoreError, Tx, transact};
use crypto_core::certificate::Role;
use crypto_core::wire::AccountId;
use crypto_core::wire::records::{Account, Colleague, InactivityWarning, MailTemplate};

const FIRST_MS: u64 = 30 * DAY_MS;
const LAST_MS: u64 = 7 * DAY_MS;

/// What is to be done about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nothing,
    Warn(MailTemplate),
    Close,
}

/// What a round has done.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Done {
    pub(super) warned: u64,
    pub(super) closed: u64,
}

pub(super) async fn sweep(state: &AppState) -> Result<Done, JobError> {
    let (mut done, mut after) = (Done::default(), None);
    loop {
        let page = transact(&*state.store, |tx| tx.list::<Account>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last().filter(|_| !state.stopping.is_cancelled()) else { break };
        after = Some(last.clone());
        for (key, account) in page {
            if state.now_ms() < unused_since_ms(&account) + unused_most_ms(state) - FIRST_MS {
                continue;
            }
            let id = AccountId::from_bytes(tail(&key)?);
            match transact(&*state.store, |tx| step(state, tx, id)).await? {
                Step::Nothing => {}
                Step::Warn(_) => done.warned += 1,
                Step::Close => {
                    closing::close(state, id, None).await?;
                    done.closed += 1;
                }
            }
        }
    }
    if done.warned > 0 {
        state.mailer.wake();
    }
    Ok(done)
}

fn unused_since_ms(account: &Account) -> u64 {
    account.last_sign_in_ms.unwrap_or(account.created_ms)
}

fn unused_most_ms(state: &AppState) -> u64 {
    u64::from(state.limits().inactivity_days) * DAY_MS
}

fn step(state: &AppState, tx: &mut Tx<'_>, id: AccountId) -> Result<Step, StoreError> {
    let now_ms = state.now_ms();
    let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { return Ok(Step::Nothing) };
    let since_ms = unused_since_ms(&account);
    let warning = tx.load::<InactivityWarning>(&[id.as_bytes()])?.filter(|it| it.since_ms == since_ms);
    let step = decide(now_ms, since_ms + unused_most_ms(state), warning.as_ref());
    if step == Step::Nothing || is_last_administrator(tx, id, &account)? {
        return Ok(Step::Nothing);
    }
    if let Step::Warn(template) = step {
        let first_ms = warning.map_or(now_ms, |warning| warning.first_ms);
        let last = template == MailTemplate::InactiveLast;
        tx.save(&[id.as_bytes()], &InactivityWarning { since_ms, first_ms, last });
        let notice = Notice {
            account: id,
            address: &account.address,
            language: account.language,
            template,
            signed_in_before: account.last_sign_in_ms.is_some(),
        };
        enqueue(tx, now_ms, &notice)?;
    }
    Ok(step)
}

fn decide(now_ms: u64, ends_ms: u64, warning: Option<&InactivityWarning>) -> Step {
    match warning {
        Some(warning) if now_ms >= ends_ms.max(warning.first_ms + LAST_MS) => Step::Close,
        Some(InactivityWarning { last: true, .. }) => Step::Nothing,
        _ if now_ms + LAST_MS >= ends_ms => Step::Warn(MailTemplate::InactiveLast),
        None if now_ms + FIRST_MS >= ends_ms => Step::Warn(MailTemplate::InactiveFirst),
        _ => Step::Nothing,
    }
}

/// Whether no other administrator was there later.
fn is_last_administrator(tx: &mut Tx<'_>, id: AccountId, account: &Account) -> Result<bool, StoreError> {
    if account.role != Role::Administrator {
        return Ok(false);
    }
    for (key, _) in tx.list::<Colleague>(&[], None, usize::MAX / 2)? {
        let other = AccountId::from_bytes(tail(&key)?);
        let found = tx.load::<Account>(&[other.as_bytes()])?;
        let later = found.is_some_and(|it| {
            it.role == Role::Administrator && (unused_since_ms(&it), other) > (unused_since_ms(account), id)
        });
        if later {
            return Ok(false);
        }
    }
    Ok(true)
}
