//! Many messages: bounded batches, no look at what is not due, broken off and gone on with.

use super::{READER, START_MS, portal};
use crate::jobs::{SMALL_BATCH, retention};
use crate::state::AppState;
use crate::store::models::mailbox;
use crate::store::{Batch, Key, MemoryStore, Scan, SledStore, Store, StoreError, transact};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Folder;
use crypto_core::wire::records::{Kind, Message};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A store that counts what it is asked for, and stops the server after some commits.
struct Counting {
    store: Box<dyn Store>,
    read: AtomicUsize,
    longest: AtomicUsize,
    commits: AtomicUsize,
    stop_after: usize,
    stopping: CancellationToken,
}

impl Store for Counting {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.store.get(key)
    }

    fn scan(&self, scan: &Scan) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        let found = self.store.scan(scan)?;
        self.read.fetch_add(found.len(), Ordering::Relaxed);
        Ok(found)
    }

    fn snapshot(&self, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        self.store.snapshot(each)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        self.longest.fetch_max(batch.write.len(), Ordering::Relaxed);
        if self.commits.fetch_add(1, Ordering::Relaxed) + 1 == self.stop_after {
            self.stopping.cancel();
        }
        self.store.commit(batch)
    }
}

/// One message a second, each in one mailbox.
async fn fill(store: &dyn Store, count: u64) {
    for first in (0..count).step_by(1000) {
        transact(store, |tx| {
            for number in first..(first + 1000).min(count) {
                use crate::store::models::Records;
                let mut id = [0; 16];
                id[8..].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
                let id = MessageId::from_bytes(id);
                let expires_ms = START_MS + number * 1000;
                let message = Message {
                    header: vec![1].into(),
                    signature: vec![2].into(),
                    sender: READER,
                    delivered_ms: START_MS,
                    expires_ms,
                    bytes: 1,
                    parts: vec![],
                    holders: vec![READER],
                    recalled_ms: None,
                };
                tx.save(&[id.as_bytes()], &message);
                mailbox::expire_at(tx, id, &message);
                mailbox::hold(tx, READER, id, Folder::Inbox, &message);
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    }
}

async fn counting(
    count: u64,
    stop_after: usize,
    store: impl Store + 'static,
) -> (AppState, Arc<Counting>, Arc<crate::clock::ManualClock>) {
    let (state, clock) = portal().await;
    fill(&store, count).await;
    let stopping = CancellationToken::new();
    let store = Arc::new(Counting {
        store: Box::new(store),
        read: AtomicUsize::new(0),
        longest: AtomicUsize::new(0),
        commits: AtomicUsize::new(0),
        stop_after,
        stopping: stopping.clone(),
    });
    (AppState { store: store.clone(), stopping, ..state }, store, clock)
}

fn left(store: &Counting) -> usize {
    let all = [Kind::Message, Kind::Holding, Kind::FolderIndex, Kind::ExpiryIndex];
    let counts: Vec<usize> = all
        .iter()
        .map(|kind| store.store.scan(&Scan::of([*kind as u8], usize::MAX)).unwrap().len())
        .collect();
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    counts[0]
}

#[tokio::test]
async fn of_a_hundred_thousand_only_what_is_due_is_looked_at() {
    let (state, store, clock) = counting(100_000, usize::MAX, MemoryStore::default()).await;
    clock.advance(Duration::from_secs(999));
    assert_eq!(retention::sweep(&state).await.unwrap(), 1000);
    assert_eq!(left(&store), 99_000);
    let read = store.read.swap(0, Ordering::Relaxed);
    assert!(read < 1000 * 12, "{read} reads for a thousand messages");
    let longest = store.longest.load(Ordering::Relaxed);
    assert!(longest <= SMALL_BATCH * 5, "{longest} changes in one transaction");
    assert_eq!(retention::sweep(&state).await.unwrap(), 0);
    let read = store.read.load(Ordering::Relaxed);
    assert!(read <= SMALL_BATCH + 1, "{read} reads where nothing is due");
}

#[tokio::test]
async fn a_sweep_that_is_broken_off_is_gone_on_with() {
    let (state, store, clock) = counting(2000, 7, MemoryStore::default()).await;
    clock.advance(Duration::from_secs(5000));
    let first = retention::sweep(&state).await.unwrap();
    assert_eq!(first, 7 * SMALL_BATCH as u64, "it stops between two batches");
    let state = AppState { stopping: CancellationToken::new(), ..state };
    assert_eq!(first + retention::sweep(&state).await.unwrap(), 2000);
    assert_eq!(left(&store), 0);
}

/// In the embedded store: `cargo test -p server --lib --release -- --ignored million --nocapture`
#[tokio::test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "a measurement")]
async fn a_million() {
    let dir = tempfile::tempdir().unwrap();
    let stored = SledStore::open(dir.path()).unwrap();
    let (state, store, clock) = counting(1_000_000, usize::MAX, stored).await;
    clock.advance(Duration::from_secs(2_000_000));
    let begun = std::time::Instant::now();
    assert_eq!(retention::sweep(&state).await.unwrap(), 1_000_000);
    let seconds = begun.elapsed().as_secs_f64();
    let longest = store.longest.load(Ordering::Relaxed);
    println!("a million messages in {seconds:.1} s, at most {longest} changes in one transaction");
}
