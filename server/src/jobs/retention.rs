//! Messages after their time, in the order of the expiry index: everything that names a message goes in one
//! transaction, and then the parts that no other message names.

use super::{JobError, SMALL_BATCH};
use crate::blobs::BlobId;
use crate::service::holdings::remove;
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::{StoreError, Tx, transact};
use crypto_core::wire::MessageId;
use crypto_core::wire::records::{ExpiryIndex, Message};

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let mut swept = 0;
    while !state.stopping.is_cancelled() {
        let now_ms = state.now_ms();
        let (looked_at, ended, unneeded) = transact(&*state.store, |tx| batch(tx, now_ms)).await?;
        for blob in unneeded {
            state.blobs.delete(blob).await?;
        }
        swept += ended;
        if looked_at < SMALL_BATCH {
            break;
        }
    }
    Ok(swept)
}

/// The next messages that are due: how many index entries were due, how many messages ended, and whose bytes
/// nobody needs any more.
fn batch(tx: &mut Tx<'_>, now_ms: u64) -> Result<(usize, u64, Vec<BlobId>), StoreError> {
    let (mut looked_at, mut ended, mut unneeded) = (0, 0, Vec::new());
    for (key, _) in tx.list::<ExpiryIndex>(&[], None, SMALL_BATCH)? {
        let ids: [u8; 24] = tail(&key)?;
        let (time, id) = ids.split_at(8);
        let (Ok(time), Ok(id)) = (time.try_into(), MessageId::try_from(id)) else {
            return Err(StoreError::Damaged("expiry index"));
        };
        if u64::from_be_bytes(time) > now_ms {
            break;
        }
        looked_at += 1;
        tx.remove(key);
        // Its time may have changed since, or it went before its time.
        let due = tx.load::<Message>(&[id.as_bytes()])?.filter(|message| message.expires_ms <= now_ms);
        if let Some(message) = due {
            unneeded.extend(remove(tx, id, &message)?);
            ended += 1;
        }
    }
    Ok((looked_at, ended, unneeded))
}
