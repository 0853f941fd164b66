//! What is done to several messages: the bin, and what counts as not read.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::wire::MessageId;
use crypto_core::wire::api::{AccountUsage, Chosen};

/// Messages of one request.
const CHOSEN: usize = 200;

impl<P: Platform> Session<P> {
    /// Puts messages into the bin.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn bin(&self, messages: &[MessageId]) -> Result<(), Error> {
        self.choose("/bin", messages).await
    }

    /// Puts messages back where they were.
    ///
    /// # Errors
    /// As [`Self::bin`].
    pub async fn restore(&self, messages: &[MessageId]) -> Result<(), Error> {
        self.choose("/bin/restore", messages).await
    }

    /// Deletes messages of the bin for good.
    ///
    /// # Errors
    /// As [`Self::bin`].
    pub async fn delete_for_good(&self, messages: &[MessageId]) -> Result<(), Error> {
        self.choose("/bin/delete", messages).await
    }

    /// Deletes everything in the bin for good.
    ///
    /// # Errors
    /// As [`Self::bin`].
    pub async fn empty_bin(&self) -> Result<(), Error> {
        self.api().plain(Method::Post, "/bin/empty").await
    }

    /// Marks messages of the inbox as not read. Their senders see as before that they were opened.
    ///
    /// # Errors
    /// As [`Self::bin`].
    pub async fn mark_unread(&self, messages: &[MessageId]) -> Result<(), Error> {
        self.choose("/unread", messages).await
    }

    /// How much storage is used, of how much.
    ///
    /// # Errors
    /// As [`Self::bin`].
    pub async fn usage(&self) -> Result<AccountUsage, Error> {
        self.api().get("/account/usage").await
    }

    async fn choose(&self, path: &str, messages: &[MessageId]) -> Result<(), Error> {
        for some in messages.chunks(CHOSEN) {
            self.api().tell(Method::Post, path, &Chosen { messages: some.to_vec() }).await?;
        }
        Ok(())
    }
}
