//! What is forgotten of an account that has ended, when the last mail with it has expired: who shared mail with it, its
//! address, and a partner's certificates. Then the history of an address begins with the statement *closed*.
//!
//! Invariant: whatever the certificates and statements that stay name is there. So of an account either all is removed, at
//! every address that it had, or nothing; and nothing if before its end stands what somebody else's still needs: a
//! certificate of staff, who vouch for others, or the statement by which an account left for another address.

use super::certificates::{stored, subject_of};
use super::closing::{addresses, ended};
use super::{DAY_MS, Error};
use crate::state::AppState;
use crate::store::models::{Records, directory, mailbox, tail};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Cause, Entry, Reason, Role};
use crypto_core::directory::REMOVAL_WAITS_MS;
use crypto_core::message::Header;
use crypto_core::wire::records::{Acquaintance, Closed, ExpiryIndex, Message};
use crypto_core::wire::{AccountId, MessageId};
use std::collections::BTreeSet;

/// Entries of an index that are read at once.
const INDEX_PAGE: usize = 10_000;

/// What becomes of an account's certificates.
enum Certificates {
    /// They go: at each address what stands before an entry, by its number.
    Go(Vec<(String, u64)>),
    /// They stay.
    Stay,
    /// Another account goes first.
    Wait,
}

/// Forgets what is due, and answers how many accounts that was. What goes wrong with one keeps no other.
///
/// # Errors
/// The store's.
pub async fn sweep(state: &AppState, page: usize) -> Result<u64, Error> {
    let kept_ms = (u64::from(state.limits().retention_days) * DAY_MS).max(REMOVAL_WAITS_MS);
    let mut due = ended(state, page).await?;
    due.retain(|(_, closed)| closed.emptied && closed.closed_ms.saturating_add(kept_ms) <= state.now_ms());
    let Some(last_end_ms) = due.iter().map(|(_, closed)| closed.closed_ms).max() else { return Ok(0) };
    let in_mail = in_mail_until(state, last_end_ms).await?;
    due.retain(|(id, _)| !in_mail.contains(id));
    // What is removed stands in the tree by then.
    state.directory.publish(state.now_ms()).await?;
    let mut forgotten = 0;
    for (id, closed) in due {
        // No chain is given with its certificates while proofs of them end.
        let _apart = state.directory.apart().await;
        match transact(&*state.store, |tx| forget(tx, id, &closed.address)).await {
            Ok(true) => forgotten += 1,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, account = %id, "not forgotten"),
        }
    }
    Ok(forgotten)
}

/// Whose names stand in mail that became visible until then and is still there: it is kept by the rule of the day on which
/// it was sent, and the rule may have become stricter since.
async fn in_mail_until(state: &AppState, last_ms: u64) -> Result<BTreeSet<AccountId>, Error> {
    let (mut accounts, mut after) = (BTreeSet::new(), None);
    loop {
        let found =
            transact(&*state.store, |tx| tx.list::<ExpiryIndex>(&[], after.clone(), INDEX_PAGE)).await?;
        let Some((last, _)) = found.last() else { return Ok(accounts) };
        after = Some(last.clone());
        for (key, _) in found.iter().filter(|(_, index)| index.delivered_ms <= last_ms) {
            let id = MessageId::from_bytes(tail(key)?);
            let message = transact(&*state.store, |tx| tx.load::<Message>(&[id.as_bytes()])).await?;
            let Some(message) = message else { continue };
            accounts.insert(message.sender);
            if let Ok(header) = Header::parse(&message.header) {
                accounts.extend(header.recipients().iter().map(|it| it.account));
            }
        }
    }
}

fn forget(tx: &mut Tx<'_>, id: AccountId, address: &str) -> Result<bool, Error> {
    match certificates(tx, id, address)? {
        Certificates::Wait => return Ok(false),
        Certificates::Stay => {}
        Certificates::Go(ends) => {
            for (address, end) in ends {
                directory::remove_before(tx, &address, end)?;
            }
        }
    }
    for (other, _) in mailbox::acquaintances(tx, id)? {
        tx.erase::<Acquaintance>(&[other.as_bytes(), id.as_bytes()]);
        tx.erase::<Acquaintance>(&[id.as_bytes(), other.as_bytes()]);
    }
    tx.erase::<Closed>(&[id.as_bytes()]);
    Ok(true)
}

fn certificates(tx: &mut Tx<'_>, id: AccountId, address: &str) -> Result<Certificates, Error> {
    let mut ends = Vec::new();
    for address in addresses(tx, id, address)? {
        let mut before = BTreeSet::new();
        let mut end = None;
        for version in directory::history(tx, &subject_of(&address))? {
            let entry = stored(&version.signed)?;
            let own = entry.account() == id;
            if own && is_closed(&entry) {
                end = Some(version.sequence);
                break;
            }
            if entry.role() != Role::Partner || (!own && is_of_a_move(&entry)) {
                return Ok(Certificates::Stay);
            }
            before.insert(entry.account());
        }
        // None: the address was given anew before the account ended, or it ended otherwise.
        let Some(end) = end else { return Ok(Certificates::Stay) };
        before.remove(&id);
        for other in before {
            if tx.load::<Closed>(&[other.as_bytes()])?.is_some() {
                return Ok(Certificates::Wait);
            }
        }
        ends.push((address, end));
    }
    Ok(Certificates::Go(ends))
}

fn is_closed(entry: &Entry) -> bool {
    matches!(entry, Entry::Statement(it) if it.body().cause == Cause::Closed)
}

fn is_of_a_move(entry: &Entry) -> bool {
    match entry {
        Entry::Certificate(it) => it.body().reason == Reason::Readdressed,
        Entry::Statement(it) => it.body().cause == Cause::Moved,
    }
}
