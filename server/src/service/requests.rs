//! Requests for a new password, by somebody who has lost it and the recovery code: a stranger, who gets the
//! same answer for every address after the same work. The contacts are told by e-mail, call back and reset, or turn
//! it down.
//!
//! | request of | is shown to |
//! | --- | --- |
//! | a partner | staff who share mail with them or invited them; administrators, if there is nobody |
//! | staff, an administrator | administrators |

use super::accounts::{is_colleague, parse_address};
use super::sessions::Caller;
use super::throttle::Network;
use super::{DAY_MS, Error, Portal, require};
use crate::events;
use crate::notify::{Notice, enqueue};
use crate::state::AppState;
use crate::store::models::{Records, mailbox, tail};
use crate::store::{Tx, transact};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{AskForPassword, Event, PasswordRequest as Listed, PasswordRequests};
use crypto_core::wire::records::{
    Account, AddressIndex, Colleague, MailTemplate, PasswordRequest, SecurityEventKind,
};
use crypto_core::wire::{AccountId, Fingerprint, ProblemCode};
use std::collections::BTreeSet;

/// Requests that are looked at for one list.
const LISTED: usize = 10_000;

/// Notes a request: for a known and an unknown address the same keys are read and written, and one event is.
/// Who is told is found out after the answer.
///
/// # Errors
/// [`ProblemCode::AddressInvalid`], [`Error::RateLimited`].
pub async fn ask(portal: &Portal, network: Network, body: AskForPassword) -> Result<(), Error> {
    let address = parse_address(&body.address)?;
    portal.password_requests.slow_down(portal, network, &address).await?;
    let now_ms = portal.state.now_ms();
    let nobody = Fingerprint::of(&portal.credential_id(&address));
    let nobody = AccountId::from_bytes(nobody.as_bytes().first_chunk().copied().unwrap_or_default());
    let who = transact(&*portal.state.store, |tx| {
        let index = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])?;
        let id = index.map_or(nobody, |index| index.account);
        let who = tx.load::<Account>(&[id.as_bytes()])?.map(|_| id);
        let before = tx.load::<PasswordRequest>(&[id.as_bytes()])?.and_then(|it| it.announced_ms);
        let announced_ms = before.filter(|at| now_ms < at.saturating_add(DAY_MS));
        if who.is_some() {
            tx.save(&[id.as_bytes()], &PasswordRequest { requested_ms: now_ms, announced_ms });
        } else {
            tx.erase::<PasswordRequest>(&[id.as_bytes()]);
        }
        let kind = SecurityEventKind::PasswordRequested;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, who, None);
        Ok::<_, Error>(who)
    })
    .await?;
    // What is cut off here, a job does.
    let state = portal.state.clone();
    tokio::spawn(async move {
        if let Err(error) = tell(&state, who).await {
            tracing::error!(%error, "password requests");
        }
    });
    Ok(())
}

/// Tells the open clients of those who may deal with a request, and sends e-mail.
async fn tell(state: &AppState, who: Option<AccountId>) -> Result<(), Error> {
    if let Some(id) = who {
        let contacts = transact(&*state.store, |tx| match tx.load::<Account>(&[id.as_bytes()])? {
            Some(account) => contacts(tx, id, &account),
            None => Ok(BTreeSet::new()),
        });
        for contact in contacts.await? {
            state.tell(contact, Event::PasswordRequest { account: id });
        }
    }
    announce(state).await?;
    Ok(())
}

/// Tells those who may deal with a request by e-mail: once for each that is open, again if it comes anew after a
/// day. Answers how many requests.
///
/// # Errors
/// The store's.
pub async fn announce(state: &AppState) -> Result<u64, Error> {
    let announced = transact(&*state.store, |tx| {
        let (now_ms, mut announced) = (state.now_ms(), 0);
        for (key, request) in tx.list::<PasswordRequest>(&[], None, LISTED)? {
            if request.announced_ms.is_some() {
                continue;
            }
            let id = AccountId::from_bytes(tail(&key)?);
            let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { continue };
            for contact in contacts(tx, id, &account)?.into_iter().filter(|contact| *contact != id) {
                enqueue_request(tx, now_ms, contact)?;
            }
            tx.save(&[id.as_bytes()], &PasswordRequest { announced_ms: Some(now_ms), ..request });
            announced += 1;
        }
        Ok::<_, Error>(announced)
    })
    .await?;
    if announced > 0 {
        state.mailer.wake();
    }
    Ok(announced)
}

fn enqueue_request(tx: &mut Tx<'_>, now_ms: u64, contact: AccountId) -> Result<(), Error> {
    let Some(account) = tx.load::<Account>(&[contact.as_bytes()])? else { return Ok(()) };
    let notice = Notice {
        account: contact,
        address: &account.address,
        language: account.language,
        template: MailTemplate::PasswordRequested,
        signed_in_before: account.last_sign_in_ms.is_some(),
    };
    Ok(enqueue(tx, now_ms, &notice)?)
}

/// Open requests that the caller may deal with, oldest first.
///
/// # Errors
/// [`ProblemCode::Forbidden`].
pub async fn list(portal: &Portal, caller: &Caller) -> Result<PasswordRequests, Error> {
    require(is_colleague(caller.account.role), ProblemCode::Forbidden)?;
    transact(&*portal.state.store, |tx| {
        let mut requests = Vec::new();
        for (key, request) in tx.list::<PasswordRequest>(&[], None, LISTED)? {
            let id = AccountId::from_bytes(tail(&key)?);
            let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { continue };
            if id == caller.id || !contacts(tx, id, &account)?.contains(&caller.id) {
                continue;
            }
            requests.push(Listed {
                account: id,
                address: account.address,
                role: account.role,
                requested_at_ms: request.requested_ms,
            });
        }
        requests.sort_by_key(|request| request.requested_at_ms);
        Ok(PasswordRequests { requests })
    })
    .await
}

/// Turns a request down. The person may ask again.
///
/// # Errors
/// [`ProblemCode::NotFound`] if there is none, or none of the caller's.
pub async fn decline(portal: &Portal, caller: &Caller, id: AccountId) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        let not_found = || Error::Refused(ProblemCode::NotFound);
        tx.load::<PasswordRequest>(&[id.as_bytes()])?.ok_or_else(not_found)?;
        let account = tx.load::<Account>(&[id.as_bytes()])?.ok_or_else(not_found)?;
        require(contacts(tx, id, &account)?.contains(&caller.id), ProblemCode::NotFound)?;
        tx.erase::<PasswordRequest>(&[id.as_bytes()]);
        let (kind, now_ms) = (SecurityEventKind::PasswordRequestDeclined, portal.state.now_ms());
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(id), Some(caller.id));
        Ok(())
    })
    .await
}

/// Who deals with the requests of an account.
fn contacts(tx: &mut Tx<'_>, id: AccountId, account: &Account) -> Result<BTreeSet<AccountId>, Error> {
    let mut contacts = BTreeSet::new();
    if !is_colleague(account.role) {
        let shared = mailbox::acquaintances(tx, id)?.into_iter().map(|(other, _)| other);
        for other in shared.chain(account.invited_by) {
            let other_account = tx.load::<Account>(&[other.as_bytes()])?;
            if other_account.is_some_and(|other| is_colleague(other.role)) {
                contacts.insert(other);
            }
        }
    }
    if contacts.is_empty() {
        for (key, _) in tx.list::<Colleague>(&[], None, LISTED)? {
            let other = AccountId::from_bytes(tail(&key)?);
            let administrator = tx.load::<Account>(&[other.as_bytes()])?;
            if administrator.is_some_and(|other| other.role == Role::Administrator) {
                contacts.insert(other);
            }
        }
    }
    Ok(contacts)
}
