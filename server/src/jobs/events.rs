//! Security events after their days, oldest first.

use super::{BATCH, DAY_MS, JobError};
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::transact;
use crypto_core::wire::records::SecurityEvent;

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let kept_ms = u64::from(state.config.limits.security_event_days) * DAY_MS;
    let mut swept = 0;
    loop {
        let gone = transact(&*state.store, |tx| {
            let mut gone = 0;
            for (key, _) in tx.list::<SecurityEvent>(&[], None, BATCH)? {
                // Time and eight random bytes.
                let own: [u8; 16] = tail(&key)?;
                let [time, _] = own.as_chunks::<8>().0 else { continue };
                if u64::from_be_bytes(*time).saturating_add(kept_ms) > state.now_ms() {
                    break;
                }
                tx.remove(key);
                gone += 1;
            }
            Ok::<_, JobError>(gone)
        })
        .await?;
        swept += gone;
        if gone < BATCH as u64 {
            return Ok(swept);
        }
    }
}
