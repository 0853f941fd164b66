//! What has lain in a bin for its days goes, from that holder alone; with the last holder the message goes.

use super::{BATCH, JobError};
use crate::service::{DAY_MS, bin};
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::transact;
use crypto_core::wire::records::BinIndex;
use crypto_core::wire::{AccountId, MessageId};

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let kept_ms = u64::from(state.limits().bin_days) * DAY_MS;
    let mut swept = 0;
    let mut after = None;
    loop {
        // Oldest first.
        let page = transact(&*state.store, |tx| tx.list::<BinIndex>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(swept) };
        after = Some(last.clone());
        for (key, index) in page {
            if index.binned_ms + kept_ms > state.now_ms() {
                return Ok(swept);
            }
            let ids: [u8; 32] = tail(&key)?;
            let (account, message) = ids.split_at(AccountId::BYTES);
            let (Ok(account), Ok(id)) = (AccountId::try_from(account), MessageId::try_from(message)) else {
                continue;
            };
            let parts = transact(&*state.store, |tx| bin::remove_binned(tx, account, id)).await?;
            for blob in parts {
                state.blobs.delete(blob).await?;
            }
            swept += 1;
        }
    }
}
