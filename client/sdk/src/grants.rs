//! Granting: messages that one can open, sealed anew to somebody. Nothing is uploaded again; attachments come
//! along, since their keys stand in the message.

use crate::error::Error;
use crate::mailbox::FETCHES;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::certificate::{ChainError, CurrentCertificate};
use crypto_core::directory::ProvenDirectory;
use crypto_core::message::{Grant, Purpose};
use crypto_core::wire::api::{GiveGrants, MessageEntry};
use crypto_core::wire::{AccountId, B64, MessageId};
use futures::StreamExt;
use std::ops::ControlFlow;

/// Messages whose chains are followed together.
const BATCH: usize = 50;

/// What came of granting.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Granted {
    /// How many messages the receiver can open now.
    pub granted: usize,
    /// Those that could not be granted, each with its reason.
    pub failed: Vec<(MessageId, Error)>,
}

impl<P: Platform> Session<P> {
    /// Lets somebody whose keys are their own open messages. Doing it again does no harm, so it goes on where
    /// it was broken off. `progress` is told how many messages are done.
    ///
    /// # Errors
    /// [`Error::NoKeys`] if the receiver has no keys of their own; [`Error::Keys`]; [`Error::Offline`];
    /// [`Error::Cancelled`].
    pub async fn grant(
        &self,
        messages: &[MessageId],
        receiver: AccountId,
        purpose: Purpose,
        mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Granted, Error> {
        let mut result = Granted::default();
        for batch in messages.chunks(BATCH) {
            let entries: Vec<(MessageId, Result<MessageEntry, Error>)> = futures::stream::iter(batch)
                .map(async |id| (*id, self.api().get(&format!("/messages/{id}")).await))
                .buffered(FETCHES)
                .collect()
                .await;
            let there: Vec<MessageEntry> =
                entries.iter().filter_map(|(_, entry)| entry.as_ref().ok().cloned()).collect();
            let directory = self.directory_for(&there).await?;
            let to = self.receiver(receiver).await?;
            for (id, entry) in entries {
                let granted = match entry {
                    Ok(entry) => self.grant_one(&entry, &directory, &to, purpose).await,
                    Err(error) => Err(error),
                };
                match granted {
                    Ok(()) => result.granted += 1,
                    Err(Error::Offline) => return Err(Error::Offline),
                    Err(error) => result.failed.push((id, error)),
                }
                if progress(result.granted + result.failed.len(), messages.len()).is_break() {
                    return Err(Error::Cancelled);
                }
            }
        }
        Ok(result)
    }

    /// The newest certificate of somebody, which must be their own.
    async fn receiver(&self, receiver: AccountId) -> Result<CurrentCertificate, Error> {
        let current = self.directory(&[receiver], &[]).await?.account(receiver);
        let unknown = || Error::Keys { address: String::new(), cause: ChainError::Liveness };
        let current = current.ok_or_else(unknown)?;
        if current.body().provisional {
            return Err(Error::NoKeys(current.body().address.clone()));
        }
        Ok(current)
    }

    async fn grant_one(
        &self,
        entry: &MessageEntry,
        directory: &ProvenDirectory,
        receiver: &CurrentCertificate,
        purpose: Purpose,
    ) -> Result<(), Error> {
        let (message, _) = self.verified(entry, directory)?;
        let now_ms = self.api().platform().now_ms();
        let mut rng = self.api().platform().rng();
        let grant = Grant::make(&message, &self.keys().bundle, receiver, purpose, now_ms, &mut rng)?;
        let body = GiveGrants { grants: vec![B64(grant)] };
        self.api().tell(Method::Post, &format!("/messages/{}/grants", entry.message), &body).await
    }
}
