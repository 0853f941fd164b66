//! Outgoing mail as administrators see it, and what senders and inviters are told of it.

use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::store::models::Records;
use crate::store::{StoreError, Tx, transact};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{FailedMail, MailKind, MailQueue, WaitingMail};
use crypto_core::wire::records::{Mail, MailFailure, MailTemplate};
use crypto_core::wire::{AccountId, ProblemCode};

/// Mails that a list shows of each kind.
const LISTED: usize = 500;

/// What waits and what was given up.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators.
pub async fn list(portal: &Portal, caller: &Caller) -> Result<MailQueue, Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)?;
    transact(&*portal.state.store, |tx| {
        let waiting = tx.list::<Mail>(&[], None, LISTED)?.into_iter().map(|(_, mail)| mail);
        let waiting = waiting.filter(|mail| mail.sent_ms.is_none()).map(waiting_mail).collect();
        let failed = tx.list::<MailFailure>(&[], None, LISTED)?.into_iter();
        let mut failed: Vec<_> = failed.map(|(_, failure)| failed_mail(failure)).collect();
        failed.sort_by_key(|failure| std::cmp::Reverse(failure.failed_at_ms));
        Ok(MailQueue { waiting, failed })
    })
    .await
}

/// When the portal gave up to send somebody an e-mail, if none has got through since.
///
/// # Errors
/// The store's.
pub fn failed_ms(tx: &Tx<'_>, account: AccountId) -> Result<Option<u64>, StoreError> {
    let failures = tx.list::<MailFailure>(&[account.as_bytes()], None, LISTED)?;
    Ok(failures.into_iter().map(|(_, failure)| failure.failed_ms).max())
}

fn waiting_mail(mail: Mail) -> WaitingMail {
    WaitingMail {
        address: mail.address,
        kind: kind(mail.template),
        created_at_ms: mail.created_ms,
        due_at_ms: mail.due_ms,
        attempts: mail.attempts,
    }
}

fn failed_mail(failure: MailFailure) -> FailedMail {
    FailedMail {
        address: failure.address,
        kind: kind(failure.template),
        failed_at_ms: failure.failed_ms,
        refused: failure.refused,
        code: failure.code,
    }
}

const fn kind(template: MailTemplate) -> MailKind {
    match template {
        MailTemplate::Initial => MailKind::Initial,
        MailTemplate::NewMessage => MailKind::NewMessage,
        MailTemplate::Reminder | MailTemplate::InactiveFirst | MailTemplate::InactiveLast => {
            MailKind::Deadline
        }
        _ => MailKind::Security,
    }
}
