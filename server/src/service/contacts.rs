//! Who may know of whom, and who may write to whom.
//!
//! | | sees chains of | may write to |
//! | --- | --- | --- |
//! | staff, administrators | everybody | everybody |
//! | partners | themselves and those with whom they share mail | staff and administrators who wrote to them |

use super::accounts::is_colleague;
use super::sessions::Caller;
use super::{Error, Portal};
use crate::store::models::{Records, mailbox, tail};
use crate::store::{Tx, transact};
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{Contact, ContactList};
use crypto_core::wire::records::{Account, Colleague, InvitationIndex};
use std::collections::BTreeSet;

const MOST: usize = usize::MAX / 2;

/// Whom the caller may write to and shares mail with.
///
/// # Errors
/// The store's.
pub async fn list(portal: &Portal, caller: &Caller) -> Result<ContactList, Error> {
    transact(&*portal.state.store, |tx| {
        let mut contacts = Vec::new();
        for id in candidates(tx, caller)? {
            let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { continue };
            if is_colleague(caller.account.role) || is_colleague(account.role) {
                contacts.push(Contact {
                    account: id,
                    address: account.address,
                    role: account.role,
                    first_sign_in_done: account.first_sign_in_ms.is_some(),
                });
            }
        }
        Ok(ContactList { contacts })
    })
    .await
}

/// Whether `caller` may be shown the chain of `other`.
///
/// # Errors
/// The store's.
pub fn may_see(tx: &mut Tx<'_>, caller: &Caller, other: AccountId) -> Result<bool, Error> {
    let own = is_colleague(caller.account.role) || caller.id == other;
    Ok(own || mailbox::acquaintance(tx, caller.id, other)?.is_some())
}

/// Whether `sender` may write to `other`.
///
/// # Errors
/// The store's.
pub fn may_write(
    tx: &mut Tx<'_>,
    sender: (AccountId, &Account),
    other: (AccountId, &Account),
) -> Result<bool, Error> {
    if is_colleague(sender.1.role) || sender.0 == other.0 {
        return Ok(true);
    }
    let seen = mailbox::acquaintance(tx, sender.0, other.0)?;
    Ok(is_colleague(other.1.role) && seen.is_some_and(|seen| seen.received_ms.is_some()))
}

fn candidates(tx: &Tx<'_>, caller: &Caller) -> Result<BTreeSet<AccountId>, Error> {
    let mut ids = BTreeSet::new();
    let colleague = is_colleague(caller.account.role);
    for (id, seen) in mailbox::acquaintances(tx, caller.id)? {
        if colleague || seen.received_ms.is_some() {
            ids.insert(id);
        }
    }
    if colleague {
        for (key, _) in tx.list::<Colleague>(&[], None, MOST)? {
            ids.insert(AccountId::from_bytes(tail(&key)?));
        }
        for (key, _) in tx.list::<InvitationIndex>(&[caller.id.as_bytes()], None, MOST)? {
            ids.insert(AccountId::from_bytes(tail(&key)?));
        }
    }
    ids.remove(&caller.id);
    Ok(ids)
}
