//! Jobs that run by themselves. Each is idempotent, works in batches, stops between two of them when the server
//! stops, and goes on where it was broken off: the record goes first, then the bytes. `docs/RETENTION.md` is the
//! operator's table of them.
//!
//! | job | what | how often |
//! | --- | --- | --- |
//! | sessions | sessions without a request for `sessions.idle_minutes` | every 5 minutes |
//! | messages | messages after `limits.retention_days`, by the expiry index, and parts that no other one names | every 5 minutes |
//! | reminders | a mail 7 days before that to who never opened it, by the same index | every 5 minutes |
//! | uploads | uploads that were never committed, 24 hours after they were opened | every 5 minutes |
//! | closed accounts | what a broken-off closing left; an account is forgotten with its last mail, with a partner's certificates | every 5 minutes |
//! | inactivity | warnings 30 and 7 days before `limits.inactivity_days`, then the account | at the start, every day |
//! | orphans | pieces that no upload and no message names, files of broken-off writes | at the start, every day |
//! | bin | messages `limits.bin_days` after their holder put them there, for that holder | every 5 minutes |
//! | password requests | an e-mail to those who may deal with one, if the request itself was cut off | every 5 minutes |
//! | security events | events after `limits.security_event_days` | every 5 minutes |
//! | drafts | drafts `limits.draft_days` after their last change, and their uploads | every 5 minutes |

mod bin;
pub mod check;
mod drafts;
mod events;
mod inactivity;
mod orphans;
mod reminders;
mod retention;
mod sessions;
#[cfg(test)]
mod tests;
mod uploads;

use crate::blobs::BlobError;
use crate::state::AppState;
use crate::store::StoreError;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(5 * 60);
/// The look at everything comes once in so many rounds.
const ROUNDS_A_DAY: u32 = 24 * 12;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Records that one transaction lists.
const BATCH: usize = 200;
/// Records that one transaction changes with all that belongs to them.
const SMALL_BATCH: usize = 50;

/// A job did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The parts.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// A use case.
    #[error(transparent)]
    Service(#[from] crate::service::Error),
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
    /// Readers who were reminded of a message.
    pub reminded: u64,
    /// Accounts that were warned of their end.
    pub warned: u64,
    /// Accounts that ended.
    pub closed: u64,
    /// Ended accounts whose contacts have forgotten them.
    pub forgotten: u64,
    /// Messages that lay in a bin for their days.
    pub bin: u64,
    /// Drafts that nobody has changed for long.
    pub drafts: u64,
    /// Security events that are old.
    pub events: u64,
    /// Requests for a new password of which nobody was told.
    pub requests: u64,
}

/// Runs until the server stops.
pub async fn run(state: AppState) {
    for round in (0..ROUNDS_A_DAY).cycle() {
        match if round == 0 { once(&state).await } else { due(&state).await } {
            Ok(swept) if swept == Swept::default() => {}
            Ok(swept) => tracing::info!(?swept, "jobs"),
            Err(error) => tracing::error!(%error, "jobs"),
        }
        tokio::select! {
            () = state.stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One round of every job.
///
/// # Errors
/// The first one that a job met; the next round tries again.
pub async fn once(state: &AppState) -> Result<Swept, JobError> {
    let swept = due(state).await?;
    let inactivity = inactivity::sweep(state).await?;
    Ok(Swept {
        warned: inactivity.warned,
        closed: inactivity.closed,
        orphans: orphans::sweep(state).await?,
        ..swept
    })
}

async fn closed_accounts(state: &AppState) -> Result<u64, JobError> {
    crate::service::closing::go_on(state, BATCH).await?;
    Ok(crate::service::forgetting::sweep(state, BATCH).await?)
}

/// One round of the jobs that know what is due without looking at everything.
async fn due(state: &AppState) -> Result<Swept, JobError> {
    Ok(Swept {
        sessions: sessions::sweep(state).await?,
        messages: retention::sweep(state).await?,
        reminded: reminders::sweep(state).await?,
        bin: bin::sweep(state).await?,
        drafts: drafts::sweep(state).await?,
        events: events::sweep(state).await?,
        uploads: uploads::sweep(state).await?,
        forgotten: closed_accounts(state).await?,
        requests: crate::service::requests::announce(state).await?,
        ..Swept::default()
    })
}
