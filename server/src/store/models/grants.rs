//! Grants of a message, and what a reset hides until they are there.

use super::Records;
use crate::store::{StoreError, Tx};
use crypto_core::wire::records::{Holding, MessageGrants, Reset, StoredGrant};
use crypto_core::wire::{AccountId, MessageId};
use std::collections::BTreeSet;

/// All grants of a message.
///
/// # Errors
/// See [`StoreError`].
pub fn of_message(tx: &mut Tx<'_>, id: MessageId) -> Result<Vec<StoredGrant>, StoreError> {
    Ok(tx.load::<MessageGrants>(&[id.as_bytes()])?.map(|record| record.grants).unwrap_or_default())
}

/// Adds a grant. Of one granter to one receiver's certificate the first stays, and takes the place of one to
/// an earlier certificate.
pub fn add(grants: &mut Vec<StoredGrant>, new: StoredGrant) {
    let same = |it: &&StoredGrant| it.granter == new.granter && it.receiver == new.receiver;
    if grants.iter().find(same).is_none_or(|it| it.certificate != new.certificate) {
        grants.retain(|it| !same(&it));
        grants.push(new);
    }
}

/// The grants that a reader needs: those to the reader, and those to their granters, unless these are
/// recipients of the header, and so on.
pub fn chain(
    grants: Vec<StoredGrant>,
    reader: AccountId,
    recipients: &BTreeSet<AccountId>,
) -> Vec<StoredGrant> {
    let mut wanted = vec![reader];
    let mut seen = BTreeSet::new();
    let mut needed = Vec::new();
    while let Some(receiver) = wanted.pop() {
        if seen.insert(receiver) {
            let to_it = grants.iter().filter(|grant| grant.receiver == receiver);
            wanted.extend(to_it.clone().map(|it| it.granter).filter(|it| !recipients.contains(it)));
            needed.extend(to_it.cloned());
        }
    }
    needed
}

/// Whether an account's keys can open a message that it holds: it came after the last reset, or was granted
/// since.
///
/// # Errors
/// See [`StoreError`].
pub fn is_open(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    holding: &Holding,
) -> Result<bool, StoreError> {
    let reset = tx.load::<Reset>(&[account.as_bytes()])?;
    is_open_since(tx, account, id, holding, reset.as_ref())
}

/// [`is_open`] for who has the account's last reset at hand.
///
/// # Errors
/// See [`StoreError`].
pub fn is_open_since(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    holding: &Holding,
    reset: Option<&Reset>,
) -> Result<bool, StoreError> {
    match reset {
        Some(reset) if holding.delivered_ms < reset.at_ms => is_granted(tx, account, id, reset),
        _ => Ok(true),
    }
}

/// Whether an account was granted a message since its reset.
///
/// # Errors
/// See [`StoreError`].
pub fn is_granted(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    reset: &Reset,
) -> Result<bool, StoreError> {
    let grants = of_message(tx, id)?;
    Ok(grants.iter().any(|grant| grant.receiver == account && grant.given_ms >= reset.at_ms))
}
