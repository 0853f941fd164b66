//! What a person wants of e-mails, and what became of the portal's own.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::wire::api::{Language, MailQueue, Preferences};

impl<P: Platform> Session<P> {
    /// Sets the language of e-mails, and whether reminders are sent.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn set_preferences(&self, language: Language, reminders: bool) -> Result<(), Error> {
        let wanted = Preferences { language, reminders };
        self.api().tell(Method::Put, "/account/preferences", &wanted).await?;
        self.note_preferences(&wanted);
        Ok(())
    }

    /// E-mails that wait, and those that were given up.
    ///
    /// # Errors
    /// The problem `forbidden` to all but administrators.
    pub async fn outbox(&self) -> Result<MailQueue, Error> {
        self.api().get("/admin/outbox").await
    }
}
