//! What became of a sent message: opened and saved, for each recipient; and its recall while nobody has
//! opened it.

use super::bin::CHOSEN;
use super::sessions::Caller;
use super::{Error, Portal, outbox, require};
use crate::store::models::{Records, mailbox};
use crate::store::{StoreError, Tx, transact};
use crypto_core::message::{Header, RecipientRole};
use crypto_core::wire::api::{self, Chosen, Event, Folder};
use crypto_core::wire::records::{Delivery, Holding, Message};
use crypto_core::wire::{AccountId, MessageId, ProblemCode};
use std::collections::BTreeSet;

/// Notes that the caller has opened a message.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not hold it, too.
pub async fn opened(portal: &Portal, caller: &Caller, id: MessageId) -> Result<(), Error> {
    note(portal, caller, id, |delivery, now_ms| Delivery { opened_ms: Some(now_ms), ..delivery }).await
}

/// Notes that the caller has saved a message or an attachment of it; it is opened, too.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not hold it, too.
pub async fn saved(portal: &Portal, caller: &Caller, id: MessageId) -> Result<(), Error> {
    note(portal, caller, id, |delivery, now_ms| Delivery {
        opened_ms: delivery.opened_ms.or(Some(now_ms)),
        saved_ms: Some(now_ms),
    })
    .await
}

/// Marks messages of the inbox as not read. Their senders see as before that they were opened.
///
/// # Errors
/// [`ProblemCode::Malformed`] if there are too many.
pub async fn unread(portal: &Portal, caller: &Caller, chosen: Chosen) -> Result<(), Error> {
    require(chosen.messages.len() <= CHOSEN, ProblemCode::Malformed)?;
    let changed = transact(&*portal.state.store, |tx| {
        let mut changed = false;
        for id in &chosen.messages {
            let key: [&[u8]; 2] = [caller.id.as_bytes(), id.as_bytes()];
            let held = tx.load::<Holding>(&key)?;
            let in_inbox = |it: &Holding| it.folder == Folder::Inbox && it.binned_ms.is_none();
            let read = held.filter(|it| in_inbox(it) && it.opened_ms.is_some());
            if let Some(holding) = read {
                tx.save(&key, &Holding { opened_ms: None, ..holding });
                changed = true;
            }
        }
        Ok::<_, StoreError>(changed)
    })
    .await?;
    if changed {
        portal.state.tell(caller.id, Event::Changed { folder: Folder::Inbox });
    }
    Ok(())
}

/// What the sender sees is the first time; later ones change nothing of it.
async fn note(
    portal: &Portal,
    caller: &Caller,
    id: MessageId,
    change: impl Fn(Delivery, u64) -> Delivery,
) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    let (sender, read) = transact(&*portal.state.store, |tx| {
        let held = mailbox::held(tx, caller.id, id, now_ms)?;
        let (holding, message) = held.ok_or(Error::Refused(ProblemCode::NotFound))?;
        let before = of(tx, id, caller.id)?;
        let after = change(before.clone(), now_ms);
        let after = Delivery {
            opened_ms: before.opened_ms.or(after.opened_ms),
            saved_ms: before.saved_ms.or(after.saved_ms),
        };
        let news = after != before;
        if news {
            tx.save(&[id.as_bytes(), caller.id.as_bytes()], &after);
        }
        let unread = holding.opened_ms.is_none();
        let folder = if holding.binned_ms.is_some() { Folder::Bin } else { holding.folder };
        if unread {
            let holding = Holding { opened_ms: after.opened_ms, ..holding };
            tx.save(&[caller.id.as_bytes(), id.as_bytes()], &holding);
        }
        Ok::<_, Error>((news.then_some(message.sender), unread.then_some(folder)))
    })
    .await?;
    // The caller's other devices: it is not new any more.
    if let Some(folder) = read {
        portal.state.tell(caller.id, Event::Changed { folder });
    }
    if let Some(sender) = sender.filter(|sender| *sender != caller.id) {
        portal.state.tell(sender, Event::Changed { folder: Folder::Sent });
    }
    Ok(())
}

/// What became of a message, for its sender; nothing for anybody else. Who got it by a grant is among them once they
/// have opened it, so that what can be recalled and what is said of it agree.
///
/// # Errors
/// See [`StoreError`].
pub fn deliveries(
    tx: &mut Tx<'_>,
    reader: AccountId,
    id: MessageId,
    message: &Message,
) -> Result<Vec<api::Delivery>, StoreError> {
    if message.sender != reader {
        return Ok(Vec::new());
    }
    let mut readers = recipients(message)?;
    for holder in message.holders.iter().filter(|holder| **holder != reader) {
        if of(tx, id, *holder)? != Delivery::default() {
            readers.insert(*holder);
        }
    }
    readers
        .into_iter()
        .map(|account| {
            let Delivery { opened_ms, saved_ms } = of(tx, id, account)?;
            let mail_failed_at_ms = outbox::failed_ms(tx, account)?;
            Ok(api::Delivery { account, opened_at_ms: opened_ms, saved_at_ms: saved_ms, mail_failed_at_ms })
        })
        .collect()
}

/// Takes a message back from everybody but its sender. Every recipient's copy is read by the transaction, so
/// that one of recall and opening loses, whichever comes second.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not hold it; [`ProblemCode::Forbidden`] if somebody else sent
/// it; [`ProblemCode::AlreadyOpened`].
pub async fn recall(portal: &Portal, caller: &Caller, id: MessageId) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    let others = transact(&*portal.state.store, |tx| {
        let held = mailbox::held(tx, caller.id, id, now_ms)?;
        let (_, mut message) = held.ok_or(Error::Refused(ProblemCode::NotFound))?;
        require(message.sender == caller.id, ProblemCode::Forbidden)?;
        let others: Vec<_> = message.holders.iter().copied().filter(|holder| *holder != caller.id).collect();
        let mut readers: BTreeSet<_> = recipients(&message)?.into_iter().collect();
        readers.extend(&others);
        for reader in readers.iter().filter(|reader| **reader != caller.id) {
            let holding = tx.load::<Holding>(&[reader.as_bytes(), id.as_bytes()])?;
            let opened = holding.is_some_and(|holding| holding.opened_ms.is_some())
                || of(tx, id, *reader)? != Delivery::default();
            require(!opened, ProblemCode::AlreadyOpened)?;
        }
        for other in &others {
            mailbox::let_go(tx, *other, id)?;
        }
        message.holders.retain(|holder| *holder == caller.id);
        message.recalled_ms = message.recalled_ms.or(Some(now_ms));
        tx.save(&[id.as_bytes()], &message);
        Ok::<_, Error>(others)
    })
    .await?;
    for other in others {
        portal.state.tell(other, Event::Changed { folder: Folder::Inbox });
    }
    portal.state.tell(caller.id, Event::Changed { folder: Folder::Sent });
    Ok(())
}

fn of(tx: &mut Tx<'_>, id: MessageId, account: AccountId) -> Result<Delivery, StoreError> {
    Ok(tx.load(&[id.as_bytes(), account.as_bytes()])?.unwrap_or_default())
}

/// Everybody to whom it was written, deputies included, each once.
fn recipients(message: &Message) -> Result<BTreeSet<AccountId>, StoreError> {
    let header = Header::parse(&message.header).map_err(|_| StoreError::Damaged("header"))?;
    let to = header.recipients().iter().filter(|recipient| recipient.role != RecipientRole::Own);
    Ok(to.map(|recipient| recipient.account).collect())
}
