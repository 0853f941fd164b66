//! What waits becomes epochs: when the server starts, twice a second, and when somebody asks for a proof.

use super::batch::{Waiting, cut};
use super::storage::Pending;
use super::{Akd, DirectoryError, KeyDirectory, append_only};
use crate::state::AppState;
use crate::store::models::{key, tail};
use crate::store::{Batch, Scan};
use akd::{AkdLabel, AkdValue};
use crypto_core::wire::records::{Entry, EntryCounter, EpochProof, Kind, Record};
use std::sync::PoisonError;
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(500);
/// Entries of one epoch, at most.
const BATCH: usize = 4096;

/// Publishes until the server stops.
pub async fn run(state: AppState) {
    loop {
        tokio::select! {
            () = state.stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = state.directory.publish(state.now_ms()).await {
            tracing::error!(%error, "nothing was published");
        }
    }
}

impl KeyDirectory {
    /// Publishes everything that was entered before this was called, and answers the number of epochs made.
    ///
    /// # Errors
    /// The store's. What could not be published waits for the next time.
    pub async fn publish(&self, now_ms: u64) -> Result<u64, DirectoryError> {
        let mut epochs = 0;
        while self.waits()? {
            if !self.publish_one(now_ms).await? {
                break;
            }
            epochs += 1;
        }
        Ok(epochs)
    }

    fn waits(&self) -> Result<bool, DirectoryError> {
        let Some(counter) = self.store.get(&key::<EntryCounter>(&[]))? else { return Ok(false) };
        let counter = EntryCounter::from_bytes(&counter).map_err(|_| DirectoryError::Damaged("entry"))?;
        Ok(self.published()? + 1 < counter.next)
    }

    /// The last entry that stands in an epoch.
    fn published(&self) -> Result<u64, DirectoryError> {
        Ok(self.newest()?.map_or(0, |epoch| epoch.sequence))
    }

    async fn publish_one(&self, now_ms: u64) -> Result<bool, DirectoryError> {
        let mut akd = self.akd.write().await;
        let (waiting, more_behind) = self.waiting(self.published()?)?;
        let batch = waiting.get(..cut(&waiting, more_behind)).unwrap_or_default();
        let Some(last) = batch.last() else { return Ok(false) };
        let updates = batch
            .iter()
            .map(|it| {
                let label = AkdLabel(it.subject.as_bytes().to_vec());
                (label, AkdValue(it.fingerprint.as_bytes().to_vec()))
            })
            .collect();
        self.expect(Some(Pending { sequence: last.sequence, now_ms }));
        let published = match akd.as_ref() {
            Some(akd) => akd.publish(updates).await,
            None => akd.insert(self.open().await?).publish(updates).await,
        };
        self.expect(None);
        match published {
            Ok(epoch) => {
                if let Some(akd) = akd.as_ref() {
                    self.keep_proof(akd, epoch.0).await?;
                }
                Ok(true)
            }
            Err(error) => {
                // It may hold half an epoch in its memory.
                *akd = None;
                Err(error.into())
            }
        }
    }

    /// Later it would cost a walk over everything that has changed since.
    async fn keep_proof(&self, akd: &Akd, epoch: u64) -> Result<(), DirectoryError> {
        let append_only = append_only(akd, epoch).await?.into();
        let key = key::<EpochProof>(&[&epoch.to_be_bytes()]);
        let write = [(key, Some(EpochProof { append_only }.to_bytes()))].into();
        Ok(self.store.commit(Batch { write, ..Batch::default() }).await?)
    }

    fn expect(&self, pending: Option<Pending>) {
        *self.pending.lock().unwrap_or_else(PoisonError::into_inner) = pending;
    }

    fn waiting(&self, published: u64) -> Result<(Vec<Waiting>, bool), DirectoryError> {
        let after = key::<Entry>(&[&published.to_be_bytes()]);
        let scan = Scan::of([Kind::Entry as u8], BATCH).after(Some(after));
        let found = self.store.scan(&scan)?;
        let more_behind = found.len() == BATCH;
        let waiting = found.iter().map(|(key, bytes)| {
            let entry = Entry::from_bytes(bytes).map_err(|_| DirectoryError::Damaged("entry"))?;
            Waiting::parse(u64::from_be_bytes(tail(key)?), &entry.signed)
        });
        Ok((waiting.collect::<Result<_, _>>()?, more_behind))
    }
}
