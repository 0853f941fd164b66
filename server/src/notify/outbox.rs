//! The outbox: which mails wait, when they leave, and the worker that sends them.
//!
//! There is one record for each reader and template. It waits until `due_ms`, for two seconds at first, so
//! that a burst makes one mail. When it has been sent it stays for five minutes; what happens meanwhile sets
//! `again`, and makes one more mail at their end. A mail leaves at least once: its record changes after it was
//! sent, and a crash in between sends it again under the same `Message-ID`.

use super::templates::{Facts, Rendered, render};
use super::transport::{Failure, Transport, TransportError};
use crate::events;
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::{Key, StoreError, Tx, transact};
use crypto_core::wire::api::Language;
use crypto_core::wire::records::{
    Account, Mail, MailFailure, MailTemplate, Portal, Reset, SecurityEventKind,
};
use crypto_core::wire::{AccountId, Fingerprint, shown_address};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use std::time::{Duration, UNIX_EPOCH};

const SECOND_MS: u64 = 1000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
/// A burst of messages makes one mail.
const COLLECT_MS: u64 = 2 * SECOND_MS;
/// At most one mail of a kind to one reader in this time.
const QUIET_MS: u64 = 5 * MINUTE_MS;
const FIRST_RETRY_MS: u64 = 30 * SECOND_MS;
const LONGEST_RETRY_MS: u64 = 60 * MINUTE_MS;
const GIVE_UP_MS: u64 = 3 * 24 * 60 * MINUTE_MS;
/// The worker looks at least so often, whatever the clock did.
const LOOK_MS: u64 = MINUTE_MS;
const PAGE: usize = 100;

/// Why somebody gets a mail.
pub struct Notice<'a> {
    /// Who.
    pub account: AccountId,
    /// Canonical.
    pub address: &'a str,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub template: MailTemplate,
    /// Whether the person has ever signed in.
    pub signed_in_before: bool,
}

/// Puts a mail into the outbox, in the transaction of its reason. After the commit, wake the
/// [`Mailer`](super::Mailer).
///
/// # Errors
/// [`StoreError`].
pub fn enqueue(tx: &mut Tx<'_>, now_ms: u64, notice: &Notice<'_>) -> Result<(), StoreError> {
    if notice.template == MailTemplate::NewMessage && !notice.signed_in_before {
        // The initial mail says that there is a message.
        let initial = tx.load::<Mail>(&[&[MailTemplate::Initial as u8], notice.account.as_bytes()])?;
        if initial.is_some_and(|mail| mail.sent_ms.is_none() || mail.due_ms > now_ms) {
            return Ok(());
        }
    }
    let key: [&[u8]; 2] = [&[notice.template as u8], notice.account.as_bytes()];
    let fresh = Mail {
        address: notice.address.into(),
        language: notice.language,
        template: notice.template,
        due_ms: now_ms + COLLECT_MS,
        attempts: 0,
        sent_ms: None,
        again: false,
        created_ms: now_ms,
    };
    let mail = match tx.load::<Mail>(&key)? {
        Some(waiting) => Mail { address: fresh.address, language: fresh.language, again: true, ..waiting },
        None => fresh,
    };
    tx.save(&key, &mail);
    Ok(())
}

/// Takes back what waits for an account that is gone.
///
/// # Errors
/// [`StoreError`].
pub fn take_back(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    for (key, _) in tx.list::<Mail>(&[], None, usize::MAX / 2)? {
        if tail(&key)? == *account.as_bytes() {
            tx.remove(key);
        }
    }
    Ok(())
}

/// Sends what the outbox holds.
pub struct Outbox {
    state: AppState,
    transport: Transport,
    from: Mailbox,
}

/// What a mail that is due needs.
struct Due {
    mail: Mail,
    account: AccountId,
    to: String,
    organisation: String,
    reset_by: String,
}

impl Outbox {
    /// As configured.
    ///
    /// # Errors
    /// [`TransportError`].
    pub fn new(state: AppState) -> Result<Self, TransportError> {
        let transport = Transport::of(&state.config.mail)?;
        let from = state.config.mail.from.parse().map_err(std::io::Error::other)?;
        Ok(Self { state, transport, from })
    }

    /// Sends until the server stops.
    pub async fn run(self) {
        loop {
            let due_ms = match self.send_due().await {
                Ok(due_ms) => due_ms,
                Err(error) => {
                    tracing::error!(%error, "outbox");
                    None
                }
            };
            let wait_ms =
                due_ms.map_or(LOOK_MS, |due_ms| due_ms.saturating_sub(self.state.now_ms()).min(LOOK_MS));
            tokio::select! {
                () = self.state.stopping.cancelled() => return,
                () = self.state.mailer.0.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
            }
        }
    }

    /// Sends everything that is due, and answers when the next mail will be.
    ///
    /// # Errors
    /// The store's.
    pub async fn send_due(&self) -> Result<Option<u64>, StoreError> {
        let mut next_ms: Option<u64> = None;
        let mut after = None;
        loop {
            let page = transact(&*self.state.store, |tx| tx.list::<Mail>(&[], after.clone(), PAGE)).await?;
            let Some((last, _)) = page.last() else { return Ok(next_ms) };
            after = Some(last.clone());
            for (key, mail) in page {
                if self.state.stopping.is_cancelled() {
                    return Ok(None);
                }
                let due_ms = if mail.due_ms <= self.state.now_ms() {
                    self.handle(&key).await?
                } else {
                    Some(mail.due_ms)
                };
                next_ms = next_ms.into_iter().chain(due_ms).min();
            }
        }
    }

    /// Deals with one mail that is due, and answers when it will be due again.
    async fn handle(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        let account = AccountId::from_bytes(tail(key)?);
        let Some(due) = transact(&*self.state.store, |tx| self.begin(tx, key, account)).await? else {
            return Ok(None);
        };
        let result = match self.compose(&due) {
            Ok((message, name)) => self.transport.send(&message, &name).await,
            Err(failure) => Err(failure),
        };
        transact(&*self.state.store, |tx| self.finish(tx, key, account, &result)).await
    }

    /// Clears `again`, so that what comes while the mail leaves sets it anew.
    fn begin(&self, tx: &mut Tx<'_>, key: &Key, account: AccountId) -> Result<Option<Due>, StoreError> {
        let now_ms = self.state.now_ms();
        let own = key.get(1..).unwrap_or_default();
        let Some(mail) = tx.load::<Mail>(&[own])?.filter(|mail| mail.due_ms <= now_ms) else {
            return Ok(None);
        };
        let reader = tx.load::<Account>(&[account.as_bytes()])?;
        let (Some(reader), true) = (reader, mail.sent_ms.is_none() || mail.again) else {
            tx.erase::<Mail>(&[own]);
            return Ok(None);
        };
        let mut mail = match mail.sent_ms {
            None => Mail { again: false, ..mail },
            Some(_) => Mail { again: false, sent_ms: None, attempts: 0, created_ms: now_ms, ..mail },
        };
        // What waits while the address changes goes to the present one.
        let former = mail.template == MailTemplate::AddressLeft;
        if !former {
            mail.address.clone_from(&reader.address);
        }
        tx.save(&[own], &mail);
        let organisation = tx.load::<Portal>(&[])?.map(|portal| portal.organisation).unwrap_or_default();
        let to = reader.mail_address.filter(|_| !former).unwrap_or_else(|| mail.address.clone());
        let reset_by = reset_by(tx, account)?;
        Ok(Some(Due { mail, account, to, organisation, reset_by }))
    }

    fn finish(
        &self,
        tx: &mut Tx<'_>,
        key: &Key,
        account: AccountId,
        result: &Result<(), Failure>,
    ) -> Result<Option<u64>, StoreError> {
        let now_ms = self.state.now_ms();
        let own = key.get(1..).unwrap_or_default();
        let Some(mail) = tx.load::<Mail>(&[own])? else { return Ok(None) };
        let kept = mail.clone();
        let (after, event) = match result {
            Ok(()) => (Some(Mail { sent_ms: Some(now_ms), due_ms: now_ms + QUIET_MS, ..mail }), None),
            Err(Failure { again: false, .. }) => (None, Some(SecurityEventKind::MailRefused)),
            Err(_) if now_ms.saturating_sub(mail.created_ms) >= GIVE_UP_MS => {
                (None, Some(SecurityEventKind::MailGivenUp))
            }
            Err(_) => {
                let due_ms = now_ms + retry_after_ms(mail.attempts);
                (Some(Mail { attempts: mail.attempts.saturating_add(1), due_ms, ..mail }), None)
            }
        };
        // A former address may be dead, and says nothing of the one that the reader has now.
        let former = kept.template == MailTemplate::AddressLeft;
        match (result, event) {
            _ if former => {}
            (Ok(()), _) => forget_failures(tx, account)?,
            (Err(failure), Some(event)) => keep_failure(tx, account, &kept, now_ms, failure, event),
            (Err(_), None) => {}
        }
        if let Err(Failure { reason, .. }) = result {
            tracing::warn!(%account, reason, given_up = after.is_none(), "a mail did not leave");
        }
        if let Some(kind) = event {
            events::record(tx, &mut *self.state.rng(), now_ms, kind, Some(account), None);
        }
        match &after {
            Some(mail) => tx.save(&[own], mail),
            None => tx.erase::<Mail>(&[own]),
        }
        Ok(after.map(|mail| mail.due_ms))
    }

    /// The mail, and a name that is the same at each try.
    fn compose(&self, due: &Due) -> Result<(Message, String), Failure> {
        let limits = self.state.limits();
        let facts = Facts {
            organisation: &due.organisation,
            portal: &self.state.public_url,
            address: &shown_address(&due.mail.address),
            reset_by: &shown_address(&due.reset_by),
            retention_days: limits.retention_days,
            initial_password_days: limits.initial_password_days,
            inactivity_days: limits.inactivity_days,
        };
        let Rendered { subject, text, html } = render(due.mail.template, due.mail.language, &facts);
        let never =
            |error: &dyn std::fmt::Display| Failure { again: false, reason: error.to_string(), code: None };
        let to = due.to.parse().map_err(|error| never(&error))?;
        let number = number(due);
        let sent = UNIX_EPOCH + Duration::from_millis(self.state.now_ms());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(sent)
            .message_id(Some(format!("<{number}@{}>", self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|error| never(&error))?;
        // RFC 3834: no out-of-office answers.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".into()));
        Ok((message, format!("{:013}-{number}", due.mail.created_ms)))
    }
}

/// Whoever invited or wrote to the account is told until a mail gets through.
fn keep_failure(
    tx: &mut Tx<'_>,
    account: AccountId,
    mail: &Mail,
    now_ms: u64,
    failure: &Failure,
    event: SecurityEventKind,
) {
    let record = MailFailure {
        address: mail.address.clone(),
        template: mail.template,
        failed_ms: now_ms,
        refused: event == SecurityEventKind::MailRefused,
        code: failure.code,
    };
    tx.save(&[account.as_bytes(), &[mail.template as u8]], &record);
}

fn forget_failures(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    for (key, _) in tx.list::<MailFailure>(&[account.as_bytes()], None, usize::MAX / 2)? {
        tx.remove(key);
    }
    Ok(())
}

/// The address of whoever reset an account the last time.
fn reset_by(tx: &mut Tx<'_>, account: AccountId) -> Result<String, StoreError> {
    let Some(reset) = tx.load::<Reset>(&[account.as_bytes()])? else { return Ok(String::new()) };
    Ok(tx.load::<Account>(&[reset.by.as_bytes()])?.map(|by| by.address).unwrap_or_default())
}

/// Random enough to be unique, and the same at each try.
fn number(due: &Due) -> String {
    let created = due.mail.created_ms.to_be_bytes();
    let source = [&[due.mail.template as u8], &due.account.as_bytes()[..], &created[..]].concat();
    Fingerprint::of(&source).as_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn retry_after_ms(attempts: u32) -> u64 {
    FIRST_RETRY_MS.checked_shl(attempts.min(16)).unwrap_or(LONGEST_RETRY_MS).min(LONGEST_RETRY_MS)
}

#[cfg(test)]
mod tests;
