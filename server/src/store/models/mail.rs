//! The outbox of e-mails: one of a kind waits for an account.
//!
//! A mail goes through three states: it waits (`sent_ms` empty), it has been sent and is remembered until
//! `due_ms`, it is gone. A further reason in the second state sets `again`, and then one more mail leaves at
//! `due_ms`; so several messages within a few minutes make one mail.

use super::Records;
use crate::store::{StoreError, Tx};
use crypto_core::wire::records::{Account, Mail, MailTemplate};
use crypto_core::wire::AccountId;

/// Puts a mail into the outbox.
///
/// # Errors
/// See [`StoreError`].
pub fn enqueue(
    tx: &mut Tx<'_>,
    to: AccountId,
    account: &Account,
    template: MailTemplate,
    now_ms: u64,
) -> Result<(), StoreError> {
    let number = [template as u8];
    let parts: [&[u8]; 2] = [&number, to.as_bytes()];
    let mail = match tx.load::<Mail>(&parts)? {
        Some(waiting) if waiting.sent_ms.is_none() => return Ok(()),
        Some(sent) => Mail { again: true, ..sent },
        None => Mail {
            address: account.address.clone(),
            language: account.language,
            template,
            due_ms: now_ms,
            attempts: 0,
            sent_ms: None,
            again: false,
        },
    };
    tx.save(&parts, &mail);
    Ok(())
}
