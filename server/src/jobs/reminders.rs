//! A mail to who has never opened a message that is about to expire.
//!
//! A mark says up to which expiry readers were reminded; it moves in the transaction that puts the mails into
//! the outbox. When the first message beyond it is a week from its end, those of a day more are taken along,
//! so that somebody with several gets one mail for them.

use super::{DAY_MS, JobError, SMALL_BATCH};
use crate::notify::{Notice, enqueue};
use crate::state::AppState;
use crate::store::models::{Records, key, tail};
use crate::store::{StoreError, Tx, transact};
use crypto_core::wire::api::Folder;
use crypto_core::wire::records::{
    Account, Delivery, ExpiryIndex, Holding, MailTemplate, Message, ReminderMark,
};
use crypto_core::wire::{AccountId, MessageId};

const BEFORE_MS: u64 = 7 * DAY_MS;
const TAKEN_ALONG_MS: u64 = DAY_MS;

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let (mut reminded, mut until_ms) = (0, None);
    while !state.stopping.is_cancelled() {
        let now_ms = state.now_ms();
        let batch = transact(&*state.store, |tx| batch(tx, now_ms, until_ms)).await?;
        let Some(batch) = batch else { break };
        reminded += batch.reminded;
        until_ms = Some(batch.until_ms);
        if batch.is_last {
            break;
        }
    }
    if reminded > 0 {
        state.mailer.wake();
    }
    Ok(reminded)
}

struct Batch {
    until_ms: u64,
    reminded: u64,
    is_last: bool,
}

/// Looks at the next messages beyond the mark. `until_ms` is where this round ends, once it is known.
fn batch(tx: &mut Tx<'_>, now_ms: u64, until_ms: Option<u64>) -> Result<Option<Batch>, StoreError> {
    let mark = tx.load::<ReminderMark>(&[])?.map_or(0, |mark| mark.until_ms);
    let after = key::<ExpiryIndex>(&[&mark.to_be_bytes(), &[u8::MAX; 16]]);
    let found = tx.list::<ExpiryIndex>(&[], Some(after), SMALL_BATCH)?;
    let times: Vec<u64> = found.iter().map(|(key, _)| expires_ms(key)).collect::<Result<_, _>>()?;
    let Some(first) = times.first() else { return Ok(None) };
    if until_ms.is_none() && *first > now_ms + BEFORE_MS {
        return Ok(None);
    }
    let until_ms = until_ms.unwrap_or(now_ms + BEFORE_MS + TAKEN_ALONG_MS);
    let within = times.iter().take_while(|time| **time <= until_ms).count();
    let is_last = within < SMALL_BATCH;
    // A full batch ends between two times, so that the mark says where the next one begins.
    let last = times.last().copied().unwrap_or_default();
    let cut = if is_last || *first == last { within } else { times.partition_point(|time| *time < last) };
    let mut reminded = 0;
    for (key, _) in found.iter().take(cut) {
        reminded += remind(tx, now_ms, MessageId::from_bytes(tail(key)?))?;
    }
    let done_ms = if is_last { until_ms } else { times.get(cut.saturating_sub(1)).copied().unwrap_or(last) };
    tx.save(&[], &ReminderMark { until_ms: done_ms });
    Ok(Some(Batch { until_ms, reminded, is_last }))
}

fn expires_ms(key: &[u8]) -> Result<u64, StoreError> {
    let time = key.get(1..9).and_then(|time| time.try_into().ok());
    time.map(u64::from_be_bytes).ok_or(StoreError::Damaged("expiry index"))
}

/// Who has it in the inbox, has not opened it, and wants to be reminded.
fn remind(tx: &mut Tx<'_>, now_ms: u64, id: MessageId) -> Result<u64, StoreError> {
    let Some(message) = tx.load::<Message>(&[id.as_bytes()])? else { return Ok(0) };
    let mut reminded = 0;
    for holder in message.holders.iter().filter(|_| message.expires_ms > now_ms) {
        reminded += u64::from(remind_one(tx, now_ms, *holder, id)?);
    }
    Ok(reminded)
}

fn remind_one(tx: &mut Tx<'_>, now_ms: u64, holder: AccountId, id: MessageId) -> Result<bool, StoreError> {
    let holding = tx.load::<Holding>(&[holder.as_bytes(), id.as_bytes()])?;
    // Whoever marked it as not read knows of it.
    let delivery = tx.load::<Delivery>(&[id.as_bytes(), holder.as_bytes()])?.unwrap_or_default();
    let unread = holding
        .is_some_and(|it| it.folder == Folder::Inbox && it.opened_ms.is_none() && it.binned_ms.is_none())
        && delivery == Delivery::default();
    let account = tx.load::<Account>(&[holder.as_bytes()])?;
    let Some(account) = account.filter(|it| unread && it.reminders != Some(false)) else { return Ok(false) };
    let notice = Notice {
        account: holder,
        address: &account.address,
        language: account.language,
        template: MailTemplate::Reminder,
        signed_in_before: account.last_sign_in_ms.is_some(),
    };
    enqueue(tx, now_ms, &notice)?;
    Ok(true)
}
