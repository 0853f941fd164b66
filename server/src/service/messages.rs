//! Reading: only who holds a message knows that it is there.

use super::sessions::Caller;
use super::{Error, Portal, delivery, grants, require};
use crate::blobs::BlobId;
use crate::store::models::{self, Records, mailbox};
use crate::store::{Tx, transact};
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::wire::api::{Folder, MessageEntry, MessagePage};
use crypto_core::wire::records::Part;
use crypto_core::wire::{B64, MessageId, PartId, ProblemCode};

/// Messages of a page, unless the client wants another number.
const PAGE: usize = 50;
/// Messages of a page at most.
const PAGE_MOST: usize = 100;

/// A page of a folder, newest first.
///
/// # Errors
/// [`ProblemCode::Malformed`] if `before` is not where an earlier page ended.
pub async fn page(
    portal: &Portal,
    caller: &Caller,
    folder: Folder,
    before: Option<&str>,
    limit: Option<usize>,
) -> Result<MessagePage, Error> {
    let before = before.map(parse_cursor).transpose()?;
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE_MOST);
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let mut messages = Vec::new();
        let mut next = before;
        loop {
            let ids;
            (ids, next) = mailbox::page(tx, caller.id, folder, next, limit - messages.len(), now_ms)?;
            for id in ids {
                messages.extend(shown(tx, caller, id, now_ms)?);
            }
            if messages.len() == limit || next.is_none() {
                break;
            }
        }
        Ok(MessagePage { messages, next: next.map(|cursor| Base64UrlUnpadded::encode_string(&cursor)) })
    })
    .await
}

/// One message.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not hold it, too.
pub async fn one(portal: &Portal, caller: &Caller, id: MessageId) -> Result<MessageEntry, Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| entry(tx, caller, id, now_ms)?.ok_or_else(not_found)).await
}

/// Where the bytes of a part lie, and how many they are.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not hold the message, too.
pub async fn part(
    portal: &Portal,
    caller: &Caller,
    id: MessageId,
    part: PartId,
) -> Result<(BlobId, u64), Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let (_, message) = mailbox::held(tx, caller.id, id, now_ms)?.ok_or_else(not_found)?;
        if !message.parts.contains(&part) {
            return Err(not_found());
        }
        let record: Part = tx.need(&[part.as_bytes()])?;
        Ok((BlobId { upload: record.upload, part }, record.bytes))
    })
    .await
}

fn entry(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: MessageId,
    now_ms: u64,
) -> Result<Option<MessageEntry>, Error> {
    let Some((holding, message)) = mailbox::held(tx, caller.id, id, now_ms)? else { return Ok(None) };
    let grants = grants::for_holder(tx, caller.id, id, &message.header)?;
    Ok(Some(MessageEntry {
        message: id,
        folder: holding.folder,
        delivered_at_ms: holding.delivered_ms,
        expires_at_ms: message.expires_ms,
        opened_at_ms: holding.opened_ms,
        binned_at_ms: holding.binned_ms,
        recalled_at_ms: message.recalled_ms,
        deliveries: delivery::deliveries(tx, caller.id, id, &message)?,
        bytes: message.bytes,
        header: B64(message.header.into()),
        signature: B64(message.signature.into()),
        grants,
    }))
}

/// An entry for a list: what was sealed to keys that are lost is not there until somebody grants it.
fn shown(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: MessageId,
    now_ms: u64,
) -> Result<Option<MessageEntry>, Error> {
    let Some((holding, _)) = mailbox::held(tx, caller.id, id, now_ms)? else { return Ok(None) };
    let open = models::grants::is_open(tx, caller.id, id, &holding)?;
    if open { entry(tx, caller, id, now_ms) } else { Ok(None) }
}

fn parse_cursor(text: &str) -> Result<mailbox::Cursor, Error> {
    let mut cursor = mailbox::Cursor::default();
    let read = Base64UrlUnpadded::decode(text, &mut cursor).map_or(0, |read| read.len());
    require(read == cursor.len(), ProblemCode::Malformed)?;
    Ok(cursor)
}

const fn not_found() -> Error {
    Error::Refused(ProblemCode::NotFound)
}
