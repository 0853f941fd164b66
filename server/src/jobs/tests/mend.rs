//! What `check --mend` sets right, and what it leaves.

use super::{FIRST, OWN, READER, SECOND, SENDER, SHARED, START_MS, messages, portal, put, upload, write};
use crate::jobs::check::{differences, examine};
use crate::service::usage;
use crate::state::AppState;
use crate::store::models::{Records, key, mailbox};
use crate::store::{Scan, transact};
use crypto_core::wire::UploadId;
use crypto_core::wire::api::Folder;
use crypto_core::wire::records::{
    BinIndex, Draft, ExpiryIndex, FolderIndex, Holding, Kind, Message, Part, UploadIndex, Usage,
};

fn everything(state: &AppState) -> Vec<(Vec<u8>, Vec<u8>)> {
    state.store.scan(&Scan::of([], usize::MAX)).unwrap()
}

#[tokio::test]
async fn indices_usage_and_leftovers_are_made_right() {
    let (state, _) = portal().await;
    messages(&state).await;
    upload(&state, vec![], 0).await;
    let draft = Draft {
        revision: 1,
        sealed: vec![1; 20].into(),
        changed_ms: START_MS,
        expires_ms: START_MS + 9,
        upload: None,
    };
    write(&state, |tx| {
        usage::draft_changes(tx, SENDER, 0, 20).unwrap();
        tx.save(&[SENDER.as_bytes(), &[1; 16]], &draft);
    })
    .await;
    let binned = transact(&*state.store, |tx| mailbox::bin(tx, READER, SECOND, START_MS + 1)).await;
    assert!(binned.unwrap().is_some());
    let right = everything(&state);
    let holding = Holding { folder: Folder::Inbox, delivered_ms: START_MS, opened_ms: None, binned_ms: None };
    write(&state, |tx| {
        for kind in [Kind::ExpiryIndex, Kind::FolderIndex, Kind::UploadIndex, Kind::BinIndex] {
            for (key, _) in tx.scan(&Scan::of([kind as u8], 99)).unwrap() {
                tx.remove(key);
            }
        }
        let nothing = [9; 16];
        tx.save(&[&7_u64.to_be_bytes(), &nothing], &ExpiryIndex { delivered_ms: 7 });
        tx.save(&[READER.as_bytes(), b"i", &[0; 8], &nothing], &FolderIndex { expires_ms: 9 });
        tx.save(&[READER.as_bytes(), &nothing], &holding);
        tx.save(&[&[7; 8], READER.as_bytes(), &nothing], &BinIndex { binned_ms: 7 });
        tx.save(&[READER.as_bytes(), &nothing], &UploadIndex { expires_ms: 9, kept: None });
        tx.save(
            &[SENDER.as_bytes()],
            &Usage { stored_bytes: 9, invitations_day: 0, invitations: 0, draft_bytes: Some(77) },
        );
    })
    .await;
    put(&state, UploadId::from_bytes([9; 16]), OWN, b"nobody names it").await;
    let told = differences(&*state.store, &state.blobs).await.unwrap().len();
    let report = examine(&*state.store, &state.blobs, true).await.unwrap();
    assert_eq!((report.differences, report.mended.len()), (vec![], told));
    assert!(everything(&state) == right, "as it was");
    assert_eq!(differences(&*state.store, &state.blobs).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn what_is_lost_is_told_and_nothing_is_removed_for_it() {
    let (state, _) = portal().await;
    messages(&state).await;
    write(&state, |tx| tx.erase::<Part>(&[OWN.as_bytes()])).await;
    state.blobs.delete(crate::blobs::BlobId { upload: super::UPLOAD, part: SHARED }).await.unwrap();
    let report = examine(&*state.store, &state.blobs, true).await.unwrap();
    assert_eq!(report.differences.len(), 2, "{report:?}");
    let message = transact(&*state.store, |tx| tx.load::<Message>(&[FIRST.as_bytes()]));
    assert!(message.await.unwrap().is_some());
}

#[tokio::test]
async fn a_part_of_a_message_that_is_gone_goes() {
    let (state, _) = portal().await;
    messages(&state).await;
    write(&state, |tx| {
        tx.erase::<Message>(&[SECOND.as_bytes()]);
        for account in [SENDER, READER] {
            mailbox::let_go(tx, account, SECOND).unwrap();
        }
        let record: Part = tx.need(&[SHARED.as_bytes()]).unwrap();
        tx.save(&[SHARED.as_bytes()], &Part { messages: vec![SECOND], ..record });
        let message: Message = tx.need(&[FIRST.as_bytes()]).unwrap();
        tx.save(&[FIRST.as_bytes()], &Message { parts: vec![OWN], ..message });
    })
    .await;
    assert!(examine(&*state.store, &state.blobs, true).await.unwrap().differences.is_empty());
    assert_eq!(super::blobs(&state).await, [OWN]);
    assert_eq!(state.store.get(&key::<Part>(&[SHARED.as_bytes()])).unwrap(), None);
}
