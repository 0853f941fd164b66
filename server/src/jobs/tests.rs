use super::*;

mod mend;
mod scale;

use crate::blobs::BlobId;
use crate::clock::{ManualClock, SystemRandomness};
use crate::config::Config;
use crate::store::models::{Records, mailbox, sessions as model};
use crate::store::transact;
use crypto_core::wire::api::Folder;
use crypto_core::wire::records::{
    Kind, Message, Part, SecurityEvent, SecurityEventKind, Session, Upload, UploadIndex, UploadPart, Usage,
};
use crypto_core::wire::{AccountId, Fingerprint, MessageId, PartId, UploadId};
use futures::TryStreamExt;
use std::sync::Arc;

const START_MS: u64 = 1_700_000_000_000;
const SENDER: AccountId = AccountId::from_bytes([1; 16]);
const READER: AccountId = AccountId::from_bytes([2; 16]);
const UPLOAD: UploadId = UploadId::from_bytes([3; 16]);
const SHARED: PartId = PartId::from_bytes([4; 16]);
const OWN: PartId = PartId::from_bytes([5; 16]);
const FIRST: MessageId = MessageId::from_bytes([6; 16]);
const SECOND: MessageId = MessageId::from_bytes([7; 16]);

async fn portal() -> (AppState, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(START_MS));
    let state =
        AppState::in_memory(Config::default(), clock.clone(), Arc::new(SystemRandomness)).await.unwrap();
    (state, clock)
}

async fn write(state: &AppState, mut change: impl FnMut(&mut crate::store::Tx<'_>)) {
    transact(&*state.store, |tx| {
        change(tx);
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
}

async fn put(state: &AppState, upload: UploadId, part: PartId, bytes: &'static [u8]) {
    state.blobs.put_piece(BlobId { upload, part }, 0, bytes.into()).await.unwrap();
}

async fn upload(state: &AppState, parts: Vec<PartId>, received: u64) {
    let expires_ms = START_MS + 24 * 60 * 60 * 1000;
    write(state, |tx| {
        tx.save(
            &[UPLOAD.as_bytes()],
            &Upload { account: SENDER, expires_ms, parts: parts.clone(), drafts: None },
        );
        tx.save(&[SENDER.as_bytes(), UPLOAD.as_bytes()], &UploadIndex { expires_ms, kept: None });
        for part in &parts {
            tx.save(&[UPLOAD.as_bytes(), part.as_bytes()], &UploadPart { received });
        }
    })
    .await;
}

/// Two messages with a part in common; the first one has one more.
async fn messages(state: &AppState) {
    put(state, UPLOAD, SHARED, b"shared").await;
    put(state, UPLOAD, OWN, b"own").await;
    let message = |expires_ms, parts: Vec<PartId>| Message {
        header: vec![1].into(),
        signature: vec![2].into(),
        sender: SENDER,
        delivered_ms: START_MS,
        expires_ms,
        bytes: 9,
        parts,
        holders: vec![SENDER, READER],
        recalled_ms: None,
    };
    let part = |bytes: &[u8], messages: Vec<MessageId>| Part {
        upload: UPLOAD,
        bytes: bytes.len() as u64,
        hash: Fingerprint::of(bytes),
        messages,
        owner: Some(SENDER),
    };
    write(state, |tx| {
        for (id, message) in [
            (FIRST, message(START_MS + 1000, vec![SHARED, OWN])),
            (SECOND, message(START_MS + 5000, vec![SHARED])),
        ] {
            tx.save(&[id.as_bytes()], &message);
            mailbox::expire_at(tx, id, &message);
            mailbox::hold(tx, SENDER, id, Folder::Sent, &message);
            mailbox::hold(tx, READER, id, Folder::Inbox, &message);
        }
        tx.save(&[SHARED.as_bytes()], &part(b"shared", vec![FIRST, SECOND]));
        tx.save(&[OWN.as_bytes()], &part(b"own", vec![FIRST]));
        tx.save(
            &[SENDER.as_bytes()],
            &Usage { stored_bytes: 9, invitations_day: 0, invitations: 0, draft_bytes: None },
        );
    })
    .await;
}

async fn blobs(state: &AppState) -> Vec<PartId> {
    let mut parts: Vec<PartId> = state.blobs.list().map_ok(|blob| blob.part).try_collect().await.unwrap();
    parts.sort_unstable();
    parts
}

async fn differences(state: &AppState) -> Vec<String> {
    check::differences(&*state.store, &state.blobs).await.unwrap()
}

/// How many records there are of each kind but the deployment's.
fn records(state: &AppState) -> usize {
    let all = state.store.scan(&crate::store::Scan::of([], usize::MAX)).unwrap();
    all.iter().filter(|(key, _)| key[0] != Kind::Deployment as u8).count()
}

#[tokio::test]
async fn a_message_goes_with_what_no_other_message_needs() {
    let (state, clock) = portal().await;
    messages(&state).await;
    assert_eq!(once(&state).await.unwrap(), Swept::default());
    clock.advance(Duration::from_secs(1));
    assert_eq!(once(&state).await.unwrap(), Swept { messages: 1, ..Swept::default() });
    assert_eq!(blobs(&state).await, [SHARED]);
    assert_eq!(differences(&state).await, [""; 0]);
    let usage = transact(&*state.store, |tx| tx.load::<Usage>(&[SENDER.as_bytes()])).await.unwrap().unwrap();
    assert_eq!(usage.stored_bytes, 6);
    clock.advance(Duration::from_secs(4));
    assert_eq!(once(&state).await.unwrap(), Swept { messages: 1, ..Swept::default() });
    assert_eq!(blobs(&state).await, []);
    assert_eq!(records(&state), 2, "usage and reminder mark alone");
    assert_eq!(once(&state).await.unwrap(), Swept::default());
}

#[tokio::test]
async fn an_upload_under_way_is_left_alone_until_it_expires() {
    let (state, clock) = portal().await;
    upload(&state, vec![OWN], 3).await;
    put(&state, UPLOAD, OWN, b"own").await;
    put(&state, UPLOAD, SHARED, b"not yet recorded").await;
    assert_eq!(once(&state).await.unwrap(), Swept::default());
    assert_eq!(differences(&state).await, [""; 0]);
    clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(once(&state).await.unwrap(), Swept { uploads: 1, orphans: 1, ..Swept::default() });
    assert_eq!((blobs(&state).await, records(&state)), (vec![], 0));
}

#[tokio::test]
async fn what_nobody_names_is_swept() {
    let (state, _) = portal().await;
    messages(&state).await;
    put(&state, UploadId::from_bytes([9; 16]), OWN, b"same part, other upload").await;
    put(&state, UPLOAD, PartId::from_bytes([8; 16]), b"part that the message left out").await;
    assert_eq!(differences(&state).await.len(), 2);
    assert_eq!(once(&state).await.unwrap(), Swept { orphans: 2, ..Swept::default() });
    assert_eq!(blobs(&state).await, [SHARED, OWN]);
    assert_eq!(differences(&state).await, [""; 0]);
}

#[tokio::test]
async fn a_sweep_waits_for_a_piece_that_is_being_written() {
    let (state, _) = portal().await;
    put(&state, UPLOAD, OWN, b"own").await;
    let guard = state.blobs.exclusive(UPLOAD).await;
    let mut sweep = Box::pin(once(&state));
    for _ in 0..20 {
        assert!(futures::poll!(&mut sweep).is_pending());
        tokio::task::yield_now().await;
    }
    upload(&state, vec![OWN], 3).await;
    drop(guard);
    assert_eq!(sweep.await.unwrap(), Swept::default());
    assert_eq!(blobs(&state).await, [OWN]);
}

#[tokio::test]
async fn a_check_sees_what_is_missing_short_or_changed() {
    let (state, _) = portal().await;
    messages(&state).await;
    upload(&state, vec![PartId::from_bytes([8; 16])], 7).await;
    put(&state, UPLOAD, SHARED, b"Shared").await;
    state.blobs.delete(BlobId { upload: UPLOAD, part: OWN }).await.unwrap();
    write(&state, |tx| {
        let record = tx.load::<Part>(&[SHARED.as_bytes()]).unwrap().unwrap();
        tx.save(&[SHARED.as_bytes()], &Part { messages: vec![FIRST], ..record });
    })
    .await;
    let found = differences(&state).await;
    assert_eq!(found.len(), 4, "{found:?}");
    for said in ["other bytes", "0 bytes instead of 3", "has no record", "0 bytes instead of 7"] {
        assert!(found.iter().any(|line| line.contains(said)), "{said}: {found:?}");
    }
}

#[tokio::test]
async fn a_session_without_a_request_ends_and_its_clients_are_told() {
    let (state, clock) = portal().await;
    let session = Session {
        account: READER,
        signed_in_ms: START_MS,
        last_seen_ms: START_MS + 60_000,
        resume_key: None,
    };
    transact(&*state.store, |tx| model::begin(tx, &[1; 32], &session, 20)).await.unwrap();
    let mut live = state.live.subscribe();
    clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(once(&state).await.unwrap(), Swept::default());
    clock.advance(Duration::from_secs(60));
    assert_eq!(once(&state).await.unwrap(), Swept { sessions: 1, ..Swept::default() });
    assert_eq!(live.recv().await.unwrap().0, READER);
    assert_eq!(records(&state), 0);
}

#[tokio::test]
async fn security_events_go_after_their_days_and_not_before() {
    let (state, clock) = portal().await;
    let at = |days: u64, kind| (START_MS + days * DAY_MS, kind);
    // More than one batch on the first day.
    let first = (0..=BATCH).map(|_| at(0, SecurityEventKind::SignedIn));
    for (time_ms, kind) in first.chain([at(1, SecurityEventKind::SignInRefused)]) {
        write(&state, |tx| crate::events::record(tx, &mut *state.rng(), time_ms, kind, None, None)).await;
    }
    clock.advance(Duration::from_millis(365 * DAY_MS - 1));
    assert_eq!(once(&state).await.unwrap(), Swept::default());
    clock.advance(Duration::from_millis(1));
    assert_eq!(once(&state).await.unwrap(), Swept { events: BATCH as u64 + 1, ..Swept::default() });
    let left = transact(&*state.store, |tx| tx.list::<SecurityEvent>(&[], None, 9)).await.unwrap();
    assert!(matches!(left[..], [(_, SecurityEvent { kind: SecurityEventKind::SignInRefused, .. })]));
}
