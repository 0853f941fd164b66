//! The end of an account: record, bundle, wraps, sessions, settings, mailbox and what nobody else holds.
//!
//! 1. One transaction ends the address's history with a statement, and removes what lets somebody in and what
//!    an account is made of. From then on the address can be invited anew.
//! 2. The mailbox is emptied in batches. If that is broken off, the job *closed accounts* goes on with it.
//! 3. When the last mail with it has expired, it is forgotten: `forgetting`.

use super::Error;
use super::certificates::{newest, stored, subject_of};
use super::holdings::let_go;
use crate::blobs::BlobId;
use crate::events;
use crate::notify::take_back;
use crate::state::AppState;
use crate::store::models::{Records, directory, newest_first, removal, sessions, tail};
use crate::store::{StoreError, Tx, transact};
use crypto_core::Secret;
use crypto_core::certificate::{Cause, Signer, StatementBody, admit, issue_statement};
use crypto_core::wire::api::Event;
use crypto_core::wire::records::{
    Account, AddressIndex, Closed, Holding, InvitationIndex, Kind, SecurityEventKind, Upload, UploadIndex,
};
use crypto_core::wire::{AccountId, MessageId, SUITE_1, SubjectLabel, UploadId};

/// Messages that leave a mailbox in one transaction.
const BATCH: usize = 50;
/// What goes in batches, or later.
const NOT_AT_ONCE: &[Kind] =
    &[Kind::Holding, Kind::FolderIndex, Kind::UploadIndex, Kind::Acquaintance, Kind::Closed];
const AT_THE_END: &[Kind] = &[Kind::Acquaintance, Kind::Closed];

/// Closes an account, at the word of an administrator or after its time: the server's statement *closed*, and then
/// everything of it goes. Nothing happens if there is no such account.
///
/// # Errors
/// The store's and the parts'. What is not done then, the job does.
pub async fn close(state: &AppState, id: AccountId, by: Option<AccountId>) -> Result<(), Error> {
    let now_ms = state.now_ms();
    let found = transact(&*state.store, |tx| {
        let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { return Ok(false) };
        for address in addresses(tx, id, &account.address)? {
            end_history(state, tx, (id, &address), now_ms)?;
        }
        end_account(tx, id, &account, now_ms)?;
        let kind = by.map_or(SecurityEventKind::AccountClosed, |_| SecurityEventKind::AccountRevoked);
        events::record(tx, &mut *state.rng(), now_ms, kind, Some(id), by);
        Ok::<_, Error>(true)
    })
    .await?;
    if found {
        state.tell(id, Event::SessionEnded);
        empty(state, id).await?;
    }
    Ok(())
}

/// Removes what lets somebody in and what an account is made of, in the transaction that enters the statement
/// by which it ends. After the commit, [`empty`] its mailbox.
///
/// # Errors
/// The store's.
pub fn end_account(tx: &mut Tx<'_>, id: AccountId, account: &Account, now_ms: u64) -> Result<(), Error> {
    sessions::end_others(tx, id, &[0; 32])?;
    tx.erase::<AddressIndex>(&[account.address.as_bytes()]);
    if let Some(inviter) = account.invited_by {
        let key: [&[u8]; 3] = [inviter.as_bytes(), &newest_first(account.created_ms), id.as_bytes()];
        tx.erase::<InvitationIndex>(&key);
    }
    take_back(tx, id)?;
    removal::erase_under(tx, id.as_bytes(), NOT_AT_ONCE)?;
    let closed = Closed { address: account.address.clone(), closed_ms: now_ms, emptied: false };
    tx.save(&[id.as_bytes()], &closed);
    Ok(())
}

/// Empties the mailbox of an account that has ended, in batches, and can be called again at any time.
///
/// # Errors
/// The store's and the parts'.
pub async fn empty(state: &AppState, id: AccountId) -> Result<(), Error> {
    loop {
        let (left, unneeded) = transact(&*state.store, |tx| leave_some(tx, id)).await?;
        for blob in unneeded {
            state.blobs.delete(blob).await?;
        }
        if left == 0 {
            break;
        }
    }
    drop_uploads(state, id).await?;
    transact(&*state.store, |tx| {
        removal::erase_under(tx, id.as_bytes(), AT_THE_END)?;
        if let Some(closed) = tx.load::<Closed>(&[id.as_bytes()])? {
            tx.save(&[id.as_bytes()], &Closed { emptied: true, ..closed });
        }
        Ok(())
    })
    .await
}

/// Goes on with what was broken off.
///
/// # Errors
/// The store's and the parts'.
pub async fn go_on(state: &AppState, page: usize) -> Result<(), Error> {
    for (id, _) in ended(state, page).await?.into_iter().filter(|(_, closed)| !closed.emptied) {
        empty(state, id).await?;
    }
    Ok(())
}

/// Accounts that have ended and are not forgotten, `page` read at once.
///
/// # Errors
/// The store's.
pub async fn ended(state: &AppState, page: usize) -> Result<Vec<(AccountId, Closed)>, Error> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let found = transact(&*state.store, |tx| tx.list::<Closed>(&[], after.clone(), page)).await?;
        let Some((last, _)) = found.last() else { return Ok(all) };
        after = Some(last.clone());
        for (key, closed) in found {
            all.push((AccountId::from_bytes(tail(&key)?), closed));
        }
    }
}

fn leave_some(tx: &mut Tx<'_>, id: AccountId) -> Result<(usize, Vec<BlobId>), StoreError> {
    let some = tx.list::<Holding>(&[id.as_bytes()], None, BATCH)?;
    let mut unneeded = Vec::new();
    for (key, _) in &some {
        unneeded.extend(let_go(tx, id, MessageId::from_bytes(tail(key)?))?);
    }
    Ok((some.len(), unneeded))
}

async fn drop_uploads(state: &AppState, id: AccountId) -> Result<(), Error> {
    let uploads =
        transact(&*state.store, |tx| tx.list::<UploadIndex>(&[id.as_bytes()], None, usize::MAX / 2)).await?;
    for (key, _) in uploads {
        let upload_id = UploadId::from_bytes(tail(&key)?);
        let _guard = state.blobs.exclusive(upload_id).await;
        let unneeded = transact(&*state.store, |tx| match tx.load::<Upload>(&[upload_id.as_bytes()])? {
            Some(upload) => super::uploads::end(tx, upload_id, &upload),
            None => Ok::<_, StoreError>(Vec::new()),
        })
        .await?;
        for blob in unneeded {
            state.blobs.delete(blob).await?;
        }
    }
    Ok(())
}

/// The last address of an account, and those that it had before, the latest first.
///
/// # Errors
/// The store's.
pub fn addresses(tx: &mut Tx<'_>, id: AccountId, last: &str) -> Result<Vec<String>, Error> {
    let (mut addresses, mut open) = (Vec::new(), vec![last.to_owned()]);
    while let Some(address) = open.pop() {
        if addresses.contains(&address) {
            continue;
        }
        for version in directory::history(tx, &subject_of(&address))? {
            let entry = stored(&version.signed)?;
            let of_account = entry.certificate().filter(|it| it.body().account == id);
            let Some(moved_from) = of_account.and_then(|it| it.body().moved_from) else { continue };
            let Some(moved) = directory::by_fingerprint(tx, &moved_from)? else { continue };
            open.extend(stored(&moved.signed)?.address().map(str::to_owned));
        }
        addresses.push(address);
    }
    Ok(addresses)
}

/// Enters the statement *closed* behind what an account had last at an address, unless the address was given anew.
fn end_history(
    state: &AppState,
    tx: &mut Tx<'_>,
    (id, address): (AccountId, &str),
    now_ms: u64,
) -> Result<(), Error> {
    let subject = subject_of(address);
    let last = newest(tx, &subject)?.ok_or(Error::Internal("no history"))?;
    if last.account() != id {
        return Ok(());
    }
    let body = StatementBody {
        suite: SUITE_1,
        account: id,
        address: None,
        role: last.role(),
        generation: last.generation(),
        issued_at_ms: now_ms,
        cause: Cause::Closed,
        version: last.version().saturating_add(1),
        previous: last.fingerprint(),
        issuer: None,
        subject: Some(SubjectLabel::of(address)),
    };
    let seed = Secret::from_bytes(state.secrets.log_key().to_bytes());
    let statement = issue_statement(&body, &seed).map_err(|_| Error::Internal("statement"))?;
    // Admitted by the rules that clients have.
    let log_key = state.secrets.log_public_key();
    admit(&statement, Some(&last), Signer::Log(&log_key)).map_err(|_| Error::Internal("statement"))?;
    directory::enter(tx, &subject, statement.as_bytes(), now_ms)?;
    Ok(())
}
