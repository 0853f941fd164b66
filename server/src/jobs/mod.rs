//! Jobs that run by themselves, at the start and every hour. Each is idempotent, works in batches, and goes
//! on where it stopped if it is broken off: the record goes first, then the bytes.
//!
//! | job | what goes | when |
//! | --- | --- | --- |
//! | uploads | uploads that were never committed | when they expire, 24 hours after they were opened |
//! | orphans | pieces that no upload and no message names | found at the start and every hour |
//! | sessions | sessions without a request | after `sessions.idle_minutes` |
//! | messages | messages, and parts that no other message names | after `limits.retention_days` |

pub mod check;
mod orphans;
mod retention;
mod sessions;
#[cfg(test)]
mod tests;
mod uploads;

use crate::blobs::BlobError;
use crate::state::AppState;
use crate::store::StoreError;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(60 * 60);
/// Records that one transaction lists.
const BATCH: usize = 200;

/// A job did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The parts.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

/// What a round has done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Expired uploads.
    pub uploads: u64,
    /// Parts without an owner.
    pub orphans: u64,
    /// Expired sessions.
    pub sessions: u64,
    /// Expired messages.
    pub messages: u64,
}

/// Runs until the server stops.
pub async fn run(state: AppState) {
    loop {
        let round = async {
            match once(&state).await {
                Ok(swept) if swept == Swept::default() => {}
                Ok(swept) => tracing::info!(?swept, "jobs"),
                Err(error) => tracing::error!(%error, "jobs"),
            }
            tokio::time::sleep(EVERY).await;
        };
        tokio::select! {
            () = state.stopping.cancelled() => return,
            () = round => {}
        }
    }
}

/// One round of every job.
///
/// # Errors
/// The first one that a job met; the next round tries again.
pub async fn once(state: &AppState) -> Result<Swept, JobError> {
    Ok(Swept {
        sessions: sessions::sweep(state).await?,
        messages: retention::sweep(state).await?,
        uploads: uploads::sweep(state).await?,
        orphans: orphans::sweep(state).await?,
    })
}
