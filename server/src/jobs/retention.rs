//! Messages after their time: everything that names a message goes in one transaction, and then the parts
//! that no other message names.

use super::{BATCH, JobError};
use crate::service::holdings::remove;
use crate::state::AppState;
use crate::store::models::{Records, tail};
use crate::store::transact;
use crypto_core::wire::MessageId;
use crypto_core::wire::records::Message;

pub(super) async fn sweep(state: &AppState) -> Result<u64, JobError> {
    let mut swept = 0;
    let mut after = None;
    loop {
        let page = transact(&*state.store, |tx| tx.list::<Message>(&[], after.clone(), BATCH)).await?;
        let Some((last, _)) = page.last() else { return Ok(swept) };
        after = Some(last.clone());
        for (key, message) in page {
            if message.expires_ms <= state.now_ms() {
                end(state, MessageId::from_bytes(tail(&key)?)).await?;
                swept += 1;
            }
        }
    }
}

async fn end(state: &AppState, id: MessageId) -> Result<(), JobError> {
    let parts = transact(&*state.store, |tx| {
        let message = tx.load::<Message>(&[id.as_bytes()])?;
        match message.filter(|message| message.expires_ms <= state.now_ms()) {
            Some(message) => remove(tx, id, &message),
            None => Ok(Vec::new()),
        }
    })
    .await?;
    for blob in parts {
        state.blobs.delete(blob).await?;
    }
    Ok(())
}
