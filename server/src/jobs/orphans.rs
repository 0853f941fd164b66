//! Pieces that no upload and no message names: left by a crash between a piece and its record, or between a
//! record and its pieces.
//!
//! An upload's number is never used again, so what has lost its records stays without. The look at the
//! records is under the upload's guard: no piece is just being written there.

use super::JobError;
use crate::blobs::BlobId;
use crate::state::AppState;
use crate::store::models::Records;
use crate::store::{StoreError, Tx, transact};
use crypto_core::wire::records::{Part, Upload};
use futures::TryStreamExt;
use std::time::{Duration, UNIX_EPOCH};

/// A write takes seconds; what is older was broken off.
const BROKEN_OFF_MS: u64 = 24 * 60 * 60 * 1000;

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let before = UNIX_EPOCH + Duration::from_millis(state.now_ms().saturating_sub(BROKEN_OFF_MS));
    let mut swept = state.blobs.sweep_broken_off(before).await?;
    let mut blobs = state.blobs.list();
    while let Some(blob) = blobs.try_next().await? {
        if state.stopping.is_cancelled() {
            break;
        }
        let _guard = state.blobs.exclusive(blob.upload).await;
        if !transact(&*state.store, |tx| is_named(tx, blob)).await? {
            state.blobs.delete(blob).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// Whether some record has a use for these bytes.
pub(super) fn is_named(tx: &mut Tx<'_>, blob: BlobId) -> Result<bool, StoreError> {
    let uploading = tx.load::<Upload>(&[blob.upload.as_bytes()])?.is_some();
    let part = tx.load::<Part>(&[blob.part.as_bytes()])?;
    Ok(uploading || part.is_some_and(|part| part.upload == blob.upload))
}
