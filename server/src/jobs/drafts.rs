//! Drafts that nobody has changed for long; their uploads expire at the same time.

use super::{BATCH, JobError};
use crate::service::drafts;
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::{StoreError, transact};
use crypto_core::wire::records::Draft;
use crypto_core::wire::{AccountId, DraftId};

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let mut swept = 0;
    let mut after = None;
    loop {
        let page = transact(&*state.store, |tx| tx.list::<Draft>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(swept) };
        after = Some(last.clone());
        for (key, draft) in page {
            if draft.expires_ms > state.now_ms() {
                continue;
            }
            let ids: [u8; 32] = tail(&key)?;
            let (account, id) = ids.split_at(AccountId::BYTES);
            let (Ok(account), Ok(id)) = (AccountId::try_from(account), DraftId::try_from(id)) else {
                continue;
            };
            swept += u64::from(end(state, account, id).await?);
        }
    }
}

async fn end(state: &AppState, account: AccountId, id: DraftId) -> Result<bool, JobError> {
    let parts = transact(&*state.store, |tx| {
        let draft = tx.load::<Draft>(&[account.as_bytes(), id.as_bytes()])?;
        match draft.filter(|draft| draft.expires_ms <= state.now_ms()) {
            Some(draft) => drafts::remove(tx, account, id, &draft).map(Some),
            None => Ok::<_, StoreError>(None),
        }
    })
    .await?;
    let Some(parts) = parts else { return Ok(false) };
    for blob in parts {
        state.blobs.delete(blob).await?;
    }
    Ok(true)
}
