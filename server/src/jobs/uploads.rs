//! Uploads that were never committed.

use super::{BATCH, JobError};
use crate::service::uploads;
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::{StoreError, transact};
use crypto_core::wire::UploadId;
use crypto_core::wire::records::Upload;

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let mut swept = 0;
    let mut after = None;
    loop {
        let page = transact(&*state.store, |tx| tx.list::<Upload>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(swept) };
        after = Some(last.clone());
        for (key, upload) in page {
            if upload.expires_ms <= state.now_ms() {
                swept += u64::from(end(state, UploadId::from_bytes(tail(&key)?)).await?);
            }
        }
    }
}

/// Record first, then pieces.
async fn end(state: &AppState, id: UploadId) -> Result<bool, JobError> {
    let _guard = state.blobs.exclusive(id).await;
    let unneeded = transact(&*state.store, |tx| {
        let upload = tx.load::<Upload>(&[id.as_bytes()])?;
        match upload.filter(|upload| upload.expires_ms <= state.now_ms()) {
            Some(upload) => uploads::end(tx, id, &upload).map(Some),
            None => Ok::<_, StoreError>(None),
        }
    })
    .await?;
    let Some(unneeded) = unneeded else { return Ok(false) };
    for blob in unneeded {
        state.blobs.delete(blob).await?;
    }
    Ok(true)
}
