//! Sessions without a request for too long.

use super::{BATCH, JobError};
use crate::state::AppState;
use crate::store::models::{Records, sessions, tail};
use crate::store::{StoreError, transact};
use crypto_core::wire::api::Event;
use crypto_core::wire::records::Session;

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let idle_ms = u64::from(state.config.sessions.idle_minutes) * 60 * 1000;
    let mut swept = 0;
    let mut after = None;
    loop {
        let page = transact(&*state.store, |tx| tx.list::<Session>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(swept) };
        after = Some(last.clone());
        for (key, _) in page {
            let hash = tail(&key)?;
            let ended = transact(&*state.store, |tx| {
                let session = tx.load::<Session>(&[&hash])?;
                let over =
                    session.filter(|session| session.last_seen_ms.saturating_add(idle_ms) <= state.now_ms());
                if let Some(session) = &over {
                    sessions::end(tx, session.account, &hash);
                }
                Ok::<_, StoreError>(over)
            })
            .await?;
            if let Some(session) = ended {
                state.tell(session.account, Event::SessionEnded);
                swept += 1;
            }
        }
    }
}
