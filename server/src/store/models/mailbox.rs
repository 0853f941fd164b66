//! Messages, who holds them, the parts they share, and who shares mail with whom.

use super::{Records, grants, key, newest_first, tail};
use crate::store::{Key, Scan, StoreError, Tx};
use crypto_core::wire::api::Folder;
use crypto_core::wire::records::{
    Acquaintance, BinIndex, ExpiryIndex, FolderIndex, Holding, Message, Part, Record, Reset,
};
use crypto_core::wire::{AccountId, MessageId, PartId};
use std::collections::HashMap;

/// Where a page of a folder begins: delivery time (8 bytes, as in the key) and message.
pub type Cursor = [u8; 24];

/// Expired messages that may lie between the end of a folder and its oldest living one, until a job comes by.
const OLDEST: usize = 1000;

/// Puts a message into a mailbox.
pub fn hold(tx: &mut Tx<'_>, account: AccountId, id: MessageId, folder: Folder, message: &Message) {
    let holding = Holding { folder, delivered_ms: message.delivered_ms, opened_ms: None, binned_ms: None };
    tx.save(&[account.as_bytes(), id.as_bytes()], &holding);
    enter_folder(tx, account, id, &holding, message.expires_ms);
}

/// Enters a message into the order of expiry.
pub fn expire_at(tx: &mut Tx<'_>, id: MessageId, message: &Message) {
    let index = ExpiryIndex { delivered_ms: message.delivered_ms };
    tx.save(&[&message.expires_ms.to_be_bytes(), id.as_bytes()], &index);
}

/// Takes a message out of a mailbox.
///
/// # Errors
/// See [`StoreError`].
pub fn let_go(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<(), StoreError> {
    let Some(holding) = tx.load::<Holding>(&[account.as_bytes(), id.as_bytes()])? else { return Ok(()) };
    tx.erase::<Holding>(&[account.as_bytes(), id.as_bytes()]);
    leave_folder(tx, account, id, &holding);
    Ok(())
}

/// Puts a message into its holder's bin. Answers the folder that it left, unless it was there already.
///
/// # Errors
/// See [`StoreError`].
pub fn bin(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    now_ms: u64,
) -> Result<Option<Folder>, StoreError> {
    move_to(tx, account, id, Some(now_ms))
}

/// Puts a message back from its holder's bin. Answers the folder that it came back to, unless it was there.
///
/// # Errors
/// See [`StoreError`].
pub fn restore(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Option<Folder>, StoreError> {
    move_to(tx, account, id, None)
}

/// Whether a message lies in an account's bin.
///
/// # Errors
/// See [`StoreError`].
pub fn is_binned(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<bool, StoreError> {
    let holding = tx.load::<Holding>(&[account.as_bytes(), id.as_bytes()])?;
    Ok(holding.is_some_and(|holding| holding.binned_ms.is_some()))
}

fn move_to(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    binned_ms: Option<u64>,
) -> Result<Option<Folder>, StoreError> {
    let key: [&[u8]; 2] = [account.as_bytes(), id.as_bytes()];
    let (Some(before), Some(message)) = (tx.load::<Holding>(&key)?, tx.load::<Message>(&[id.as_bytes()])?)
    else {
        return Ok(None);
    };
    if before.binned_ms.is_some() == binned_ms.is_some() {
        return Ok(None);
    }
    leave_folder(tx, account, id, &before);
    let holding = Holding { binned_ms, ..before };
    tx.save(&key, &holding);
    enter_folder(tx, account, id, &holding, message.expires_ms);
    Ok(Some(holding.folder))
}

fn enter_folder(tx: &mut Tx<'_>, account: AccountId, id: MessageId, holding: &Holding, expires_ms: u64) {
    tx.put(place(account, id, holding), FolderIndex { expires_ms }.to_bytes());
    if let Some(binned_ms) = holding.binned_ms {
        let parts: [&[u8]; 3] = [&binned_ms.to_be_bytes(), account.as_bytes(), id.as_bytes()];
        tx.save(&parts, &BinIndex { binned_ms });
    }
}

fn leave_folder(tx: &mut Tx<'_>, account: AccountId, id: MessageId, holding: &Holding) {
    tx.remove(place(account, id, holding));
    if let Some(binned_ms) = holding.binned_ms {
        tx.erase::<BinIndex>(&[&binned_ms.to_be_bytes(), account.as_bytes(), id.as_bytes()]);
    }
}

/// The key under which a held message stands in its folder: by the time of delivery; in the bin, of deletion.
pub fn place(account: AccountId, id: MessageId, holding: &Holding) -> Key {
    let (folder, time) = match holding.binned_ms {
        Some(binned_ms) => (Folder::Bin, newest_first(binned_ms)),
        None => (holding.folder, newest_first(holding.delivered_ms)),
    };
    key::<FolderIndex>(&[account.as_bytes(), letter(folder), &time, id.as_bytes()])
}

/// When the oldest message of a folder was delivered.
///
/// # Errors
/// See [`StoreError`].
pub fn oldest(
    tx: &mut Tx<'_>,
    account: AccountId,
    folder: Folder,
    now_ms: u64,
) -> Result<Option<u64>, StoreError> {
    let prefix = key::<FolderIndex>(&[account.as_bytes(), letter(folder)]);
    // The bin is sorted by another time, and small.
    let limit = if matches!(folder, Folder::Bin) { usize::MAX / 2 } else { OLDEST };
    let mut oldest = None;
    for (found, _) in tx.scan(&Scan::of(prefix, limit).reversed())? {
        let delivered_ms = held(tx, account, MessageId::from_bytes(tail(&found)?), now_ms)?
            .map(|(holding, _)| holding.delivered_ms);
        oldest = [oldest, delivered_ms].into_iter().flatten().min();
        if oldest.is_some() && !matches!(folder, Folder::Bin) {
            break;
        }
    }
    Ok(oldest)
}

/// How many messages of the inbox, as far as the account has their keys, were not opened.
///
/// # Errors
/// See [`StoreError`].
pub fn unread(tx: &mut Tx<'_>, account: AccountId, now_ms: u64) -> Result<u64, StoreError> {
    let reset = tx.load::<Reset>(&[account.as_bytes()])?;
    let mut unopened = HashMap::new();
    for (found, holding) in tx.list::<Holding>(&[account.as_bytes()], None, usize::MAX / 2)? {
        if holding.opened_ms.is_none() {
            unopened.insert(MessageId::from_bytes(tail(&found)?), holding);
        }
    }
    let inbox: [&[u8]; 2] = [account.as_bytes(), letter(Folder::Inbox)];
    let mut count = 0;
    for (found, index) in tx.list::<FolderIndex>(&inbox, None, usize::MAX / 2)? {
        let id = MessageId::from_bytes(tail(&found)?);
        let new = unopened.get(&id).filter(|_| index.expires_ms > now_ms);
        if let Some(holding) = new
            && grants::is_open_since(tx, account, id, holding, reset.as_ref())?
        {
            count += 1;
        }
    }
    Ok(count)
}

/// A message that an account holds and that has not expired.
///
/// # Errors
/// See [`StoreError`].
pub fn held(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    now_ms: u64,
) -> Result<Option<(Holding, Message)>, StoreError> {
    let Some(holding) = tx.load::<Holding>(&[account.as_bytes(), id.as_bytes()])? else { return Ok(None) };
    let message = tx.load::<Message>(&[id.as_bytes()])?.filter(|message| message.expires_ms > now_ms);
    Ok(message.map(|message| (holding, message)))
}

/// A part that stands in some message of an account.
///
/// # Errors
/// See [`StoreError`].
pub fn readable_part(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PartId,
    now_ms: u64,
) -> Result<Option<Part>, StoreError> {
    let Some(part) = tx.load::<Part>(&[id.as_bytes()])? else { return Ok(None) };
    for message in part.messages.clone() {
        if held(tx, account, message, now_ms)?.is_some() {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// Messages of a folder, newest first, and where the next page begins.
///
/// # Errors
/// See [`StoreError`].
pub fn page(
    tx: &Tx<'_>,
    account: AccountId,
    folder: Folder,
    before: Option<Cursor>,
    limit: usize,
    now_ms: u64,
) -> Result<(Vec<MessageId>, Option<Cursor>), StoreError> {
    let prefix: [&[u8]; 2] = [account.as_bytes(), letter(folder)];
    let mut after = before.map(|cursor| [key::<FolderIndex>(&prefix), cursor.to_vec()].concat());
    let mut messages = Vec::new();
    loop {
        let found = tx.list::<FolderIndex>(&prefix, after, limit + 1)?;
        let end = found.len() <= limit;
        for (key, index) in &found {
            if messages.len() == limit {
                let last: Option<&(Cursor, MessageId)> = messages.last();
                let cursor = last.map(|(cursor, _)| *cursor);
                return Ok((messages.into_iter().map(|(_, id)| id).collect(), cursor));
            }
            if index.expires_ms > now_ms {
                messages.push((tail(key)?, MessageId::from_bytes(tail(key)?)));
            }
        }
        if end {
            return Ok((messages.into_iter().map(|(_, id)| id).collect(), None));
        }
        after = found.into_iter().next_back().map(|(key, _)| key);
    }
}

/// Remembers that one account wrote to another.
///
/// # Errors
/// See [`StoreError`].
pub fn wrote(tx: &mut Tx<'_>, writer: AccountId, reader: AccountId, now_ms: u64) -> Result<(), StoreError> {
    meet(tx, writer, reader, |seen| seen.sent_ms = Some(now_ms))?;
    meet(tx, reader, writer, |seen| seen.received_ms = Some(now_ms))
}

/// Remembers that two accounts are readers of one message.
///
/// # Errors
/// See [`StoreError`].
pub fn read_together(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<(), StoreError> {
    meet(tx, one, other, |_| ())?;
    meet(tx, other, one, |_| ())
}

/// What an account has to do with another.
///
/// # Errors
/// See [`StoreError`].
pub fn acquaintance(
    tx: &mut Tx<'_>,
    account: AccountId,
    other: AccountId,
) -> Result<Option<Acquaintance>, StoreError> {
    tx.load(&[account.as_bytes(), other.as_bytes()])
}

/// Everybody with whom an account shares mail.
///
/// # Errors
/// See [`StoreError`].
pub fn acquaintances(tx: &Tx<'_>, account: AccountId) -> Result<Vec<(AccountId, Acquaintance)>, StoreError> {
    let found = tx.list::<Acquaintance>(&[account.as_bytes()], None, usize::MAX / 2)?;
    found.into_iter().map(|(key, seen)| Ok((AccountId::from_bytes(tail(&key)?), seen))).collect()
}

fn meet(
    tx: &mut Tx<'_>,
    account: AccountId,
    other: AccountId,
    change: impl FnOnce(&mut Acquaintance),
) -> Result<(), StoreError> {
    let mut seen =
        acquaintance(tx, account, other)?.unwrap_or(Acquaintance { received_ms: None, sent_ms: None });
    change(&mut seen);
    tx.save(&[account.as_bytes(), other.as_bytes()], &seen);
    Ok(())
}

const fn letter(folder: Folder) -> &'static [u8] {
    match folder {
        Folder::Inbox => b"i",
        Folder::Sent => b"s",
        Folder::Bin => b"b",
    }
}
