//! Sessions by the hash of their token, with an index by account.

use super::{Records, tail};
use crate::store::{StoreError, Tx};
use crypto_core::wire::AccountId;
use crypto_core::wire::records::{Session, SessionIndex};

/// The hash of a session's token.
pub type SessionHash = [u8; 32];

/// Begins a session. The oldest ones end if there would be more than `most`.
///
/// # Errors
/// See [`StoreError`].
pub fn begin(tx: &mut Tx<'_>, hash: &SessionHash, session: &Session, most: u32) -> Result<(), StoreError> {
    let mut others = by_age(tx, session.account)?;
    others.sort_unstable();
    let spare = (others.len() + 1).saturating_sub(usize::try_from(most).unwrap_or(usize::MAX));
    for (_, old) in others.into_iter().take(spare) {
        end(tx, session.account, &old);
    }
    tx.save(&[hash], session);
    tx.save(&[session.account.as_bytes(), hash], &SessionIndex { signed_in_ms: session.signed_in_ms });
    Ok(())
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, account: AccountId, hash: &SessionHash) {
    tx.erase::<Session>(&[hash]);
    tx.erase::<SessionIndex>(&[account.as_bytes(), hash]);
}

/// Ends all sessions of an account but one, and answers which.
///
/// # Errors
/// See [`StoreError`].
pub fn end_others(
    tx: &mut Tx<'_>,
    account: AccountId,
    but: &SessionHash,
) -> Result<Vec<SessionHash>, StoreError> {
    let others: Vec<_> = of_account(tx, account)?.into_iter().filter(|hash| hash != but).collect();
    others.iter().for_each(|hash| end(tx, account, hash));
    Ok(others)
}

/// Sessions of an account, good or over.
///
/// # Errors
/// See [`StoreError`].
pub fn of_account(tx: &Tx<'_>, account: AccountId) -> Result<Vec<SessionHash>, StoreError> {
    Ok(by_age(tx, account)?.into_iter().map(|(_, hash)| hash).collect())
}

/// Ends all sessions of an account.
///
/// # Errors
/// See [`StoreError`].
pub fn end_all(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    of_account(tx, account)?.iter().for_each(|hash| end(tx, account, hash));
    Ok(())
}

fn by_age(tx: &Tx<'_>, account: AccountId) -> Result<Vec<(u64, SessionHash)>, StoreError> {
    let found = tx.list::<SessionIndex>(&[account.as_bytes()], None, usize::MAX / 2)?;
    found.into_iter().map(|(key, index)| Ok((index.signed_in_ms, tail(&key)?))).collect()
}
