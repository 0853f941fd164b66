//! Messages, who holds them, the parts they share, and who shares mail with whom.

use super::{Records, key, newest_first, tail};
use crate::store::{Key, StoreError, Tx};
use crypto_core::wire::api::Folder;
use crypto_core::wire::records::{Acquaintance, ExpiryIndex, FolderIndex, Holding, Message, Part, Record};
use crypto_core::wire::{AccountId, MessageId, PartId};

/// Where a page of a folder begins: delivery time (8 bytes, as in the key) and message.
pub type Cursor = [u8; 24];

/// Puts a message into a mailbox.
pub fn hold(tx: &mut Tx<'_>, account: AccountId, id: MessageId, folder: Folder, message: &Message) {
    let holding = Holding { folder, delivered_ms: message.delivered_ms, opened_ms: None };
    tx.save(&[account.as_bytes(), id.as_bytes()], &holding);
    tx.put(place(account, id, &holding), FolderIndex { expires_ms: message.expires_ms }.to_bytes());
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
    tx.remove(place(account, id, &holding));
    Ok(())
}

/// The key under which a held message stands in its folder.
pub fn place(account: AccountId, id: MessageId, holding: &Holding) -> Key {
    let time = newest_first(holding.delivered_ms);
    key::<FolderIndex>(&[account.as_bytes(), letter(holding.folder), &time, id.as_bytes()])
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
    }
}
