//! What became of a message one sent, and taking it back.

use crate::error::Error;
use crate::mailbox::{Person, person};
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::certificate::Directory;
use crypto_core::message::{Header, RecipientRole};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::MessageEntry;

/// What became of it for one reader, as the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryInfo {
    /// Who; nobody known if it was handed on to them.
    pub person: Option<Person>,
    /// Whether they got it because they stand in for a recipient.
    pub stands_in: bool,
    /// When it was opened first.
    pub opened_at_ms: Option<u64>,
    /// When it or an attachment of it was saved first.
    pub saved_at_ms: Option<u64>,
    /// When the portal gave up to send them an e-mail, if none has got through since.
    pub mail_failed_at_ms: Option<u64>,
}

impl<P: Platform> Session<P> {
    /// Tells the server that a message, or an attachment of it, is saved. The reader has it in any case, so
    /// nothing hangs on whether the server hears of it.
    pub async fn report_saved(&self, message: MessageId) {
        let _ = self.api().plain(Method::Post, &format!("/messages/{message}/saved")).await;
    }

    /// Takes a message back from everybody, while nobody has opened it.
    ///
    /// # Errors
    /// The problem `already-opened`.
    pub async fn recall(&self, message: MessageId) -> Result<(), Error> {
        self.api().plain(Method::Post, &format!("/messages/{message}/recall")).await
    }
}

/// The deliveries of a message with the people of its header. What is said of somebody else has no name.
pub(crate) fn deliveries(entry: &MessageEntry, header: &Header, directory: &Directory) -> Vec<DeliveryInfo> {
    let of = |delivery: &crypto_core::wire::api::Delivery| {
        let mut recipients = header.recipients().iter().filter(|it| it.role != RecipientRole::Own);
        let recipient = recipients.find(|it| it.account == delivery.account);
        let known = match recipient {
            Some(recipient) => Some(person(&directory.accepted_certificate(&recipient.certificate)?)),
            None => None,
        };
        Some(DeliveryInfo {
            person: known,
            stands_in: recipient.is_some_and(|it| it.role == RecipientRole::Deputy),
            opened_at_ms: delivery.opened_at_ms,
            saved_at_ms: delivery.saved_at_ms,
            mail_failed_at_ms: delivery.mail_failed_at_ms,
        })
    };
    entry.deliveries.iter().filter_map(of).collect()
}
