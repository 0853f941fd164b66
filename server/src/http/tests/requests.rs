//! A request for a new password costs the same work for every address.

use super::actors::World;
use super::sending::{People, people};
use crate::service::{Portal, requests};
use crate::state::AppState;
use crate::store::{Batch, Key, Scan, Store, StoreError};
use crypto_core::wire::api::{AskForPassword, Event};
use crypto_core::wire::records::Kind;
use futures::future::BoxFuture;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

/// Kinds of the records that were read, and written, in order; a scan is one of its own.
type Work = Vec<(&'static str, u8)>;

/// Writes down what another store is asked for.
struct Watched {
    store: Arc<dyn Store>,
    work: Mutex<Work>,
}

impl Watched {
    fn note(&self, what: &'static str, key: &[u8]) {
        self.work.lock().unwrap().push((what, key[0]));
    }
}

impl Store for Watched {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.note("get", key);
        self.store.get(key)
    }

    fn scan(&self, scan: &Scan) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        self.note("scan", &scan.prefix);
        self.store.scan(scan)
    }

    fn snapshot(&self, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        self.store.snapshot(each)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        batch.write.keys().for_each(|key| self.note("write", key));
        self.store.commit(batch)
    }
}

/// What was done until the answer.
async fn work(world: &World, address: &str) -> Work {
    let store = Arc::new(Watched { store: Arc::clone(&world.state.store), work: Mutex::default() });
    let portal = Portal::new(AppState { store: store.clone(), ..world.state.clone() });
    let network = IpAddr::V4(Ipv4Addr::LOCALHOST).into();
    // In this thread alone: what goes on after the answer has not begun.
    requests::ask(&portal, network, AskForPassword { address: address.into() }).await.unwrap();
    std::mem::take(&mut *store.work.lock().unwrap())
}

#[tokio::test]
async fn a_request_reads_and_writes_the_same_for_known_and_unknown_addresses() {
    let People { world, staff, partner, colleague, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    world.sent(&colleague, &[&partner]).await;
    let mut live = world.state.live.subscribe();
    let unknown = work(&world, "unbekannt@firma.example").await;
    assert!(!unknown.iter().any(|(what, _)| *what == "scan"), "{unknown:?}");
    assert!(unknown.contains(&("write", Kind::PasswordRequest as u8)), "{unknown:?}");
    for address in ["partner@firma.example", "partner@firma.example", "admin@kbs.example"] {
        assert_eq!(work(&world, address).await, unknown, "{address}");
    }
    // The contacts are told all the same.
    let told = [live.recv().await.unwrap(), live.recv().await.unwrap()];
    for contact in [&staff, &colleague] {
        assert!(told.contains(&(contact.id(), Event::PasswordRequest { account: partner.id() })), "{told:?}");
    }
}
