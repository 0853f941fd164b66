//! Uploads that were never committed.

use super::{BATCH, JobError};
use crate::blobs::BlobId;
use crate::service::uploads::remove;
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
    let upload = transact(&*state.store, |tx| {
        let upload =
            tx.load::<Upload>(&[id.as_bytes()])?.filter(|upload| upload.expires_ms <= state.now_ms());
        if let Some(upload) = &upload {
            remove(tx, id, upload);
        }
        Ok::<_, StoreError>(upload)
    })
    .await?;
    let Some(upload) = upload else { return Ok(false) };
    for part in upload.parts {
        state.blobs.delete(BlobId { upload: id, part }).await?;
    }
    Ok(true)
}
