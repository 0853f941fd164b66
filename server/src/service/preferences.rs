//! What a person wants of e-mails to the own account.

use super::sessions::Caller;
use super::{Error, Portal};
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::wire::api::Preferences;
use crypto_core::wire::records::Account;

/// Keeps them with the account.
///
/// # Errors
/// The store's.
pub async fn set(portal: &Portal, caller: &Caller, body: Preferences) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        let account: Account = tx.need(&[caller.id.as_bytes()])?;
        let account = Account { language: body.language, reminders: Some(body.reminders), ..account };
        tx.save(&[caller.id.as_bytes()], &account);
        Ok(())
    })
    .await
}
