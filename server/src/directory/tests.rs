//! Entries become epochs, whole and in order; AKD's own verifiers see that nothing is taken away.

mod measure;

use super::*;
use crate::clock::SystemRandomness;
use crate::store::models::directory::{Subject, enter};
use crate::store::{MemoryStore, SledStore, transact};
use akd::auditor::verify_consecutive_append_only;
use crypto_core::certificate::{Certificate, PolicyBody, Reason, Role};
use crypto_core::directory::{Expectation, StateClaim, origin, verify_inclusion};
use crypto_core::keys::{Identity, Origin, make_account, make_root};
use crypto_core::wire::{DeploymentId, Fingerprint, SubjectLabel};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

struct Organisation {
    store: Arc<dyn Store>,
    secrets: Arc<Secrets>,
    seed: crypto_core::Secret<32>,
    root: Certificate,
    rng: ChaCha20Rng,
}

impl Organisation {
    async fn over(store: Arc<dyn Store>) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let secrets = Arc::new(Secrets::make(&SystemRandomness));
        let (seed, root) = make_root("KBS", 1, &mut rng).unwrap();
        let organisation = Self { store, secrets, seed, root, rng };
        organisation.enter(Subject::Root, organisation.root.as_bytes()).await;
        organisation
    }

    async fn enter(&self, subject: Subject, signed: &[u8]) {
        let entered = transact(&*self.store, |tx| enter(tx, &subject, signed, 1)).await;
        entered.unwrap();
    }

    /// An administrator whose keys are made anew `rotations` times.
    async fn administrator(&mut self, address: &str, rotations: usize) {
        let fingerprint = Fingerprint::of(self.root.as_bytes());
        let origin = Origin {
            issuer_seed: &self.seed,
            issuer: fingerprint,
            previous: None,
            pins: crypto_core::certificate::Pins { root: fingerprint, policy: fingerprint },
            provisional: false,
            now_ms: 1,
        };
        let identity =
            Identity { address: address.into(), name: None, unit: None, role: Role::Administrator };
        let mut made = make_account(identity, &origin, &mut self.rng).unwrap();
        self.enter(Subject::Address(address.into()), made.certificate.as_bytes()).await;
        for _ in 0..rotations {
            made = made.bundle.rotated(false, 2, &mut self.rng).unwrap();
            assert_eq!(made.certificate.body().reason, Reason::Rotated);
            self.enter(Subject::Address(address.into()), made.certificate.as_bytes()).await;
        }
    }

    fn directory(&self) -> KeyDirectory {
        KeyDirectory::new(Arc::clone(&self.store), Arc::clone(&self.secrets))
    }

    /// With the keys of this directory, and no witnesses.
    fn policy(&self) -> PolicyBody {
        PolicyBody {
            suite: 1,
            deployment: DeploymentId::from_bytes([1; 16]),
            vrf_key: self.secrets.vrf_public_key().into(),
            log_key: self.secrets.log_public_key().into(),
            witnesses: None,
            quorum: 0,
            minimum_suite: 1,
            revision: 1,
            previous: None,
            root: Fingerprint::of(b""),
        }
    }
}

#[tokio::test]
async fn what_older_data_hold_is_taken_over_in_order() {
    let mut organisation = Organisation::over(Arc::new(MemoryStore::default())).await;
    organisation.administrator("a@kbs.example", 2).await;
    organisation.administrator("b@kbs.example", 0).await;
    let directory = organisation.directory();
    // root + a 1 | a 2 | a 3 + b 1: one version of a subject in an epoch.
    assert_eq!(directory.publish(5).await.unwrap(), 3);
    assert_eq!(directory.publish(5).await.unwrap(), 0, "nothing waits");
    let still = directory.still().await.unwrap();
    let newest = still.newest().unwrap().unwrap();
    assert_eq!((newest.number, newest.sequence), (3, 5));
    let history = still.history(SubjectLabel::of("a@kbs.example"), 3).await.unwrap().unwrap();
    assert!(HistoryProof::parse(&history).is_ok());
    assert_eq!(still.history(SubjectLabel::of("stranger@kbs.example"), 1).await.unwrap(), None);
}

#[tokio::test]
async fn every_epoch_is_in_the_log_and_goes_on_with_the_one_before() {
    let mut organisation = Organisation::over(Arc::new(MemoryStore::default())).await;
    organisation.administrator("a@kbs.example", 4).await;
    let directory = organisation.directory();
    directory.publish(5).await.unwrap();
    let still = directory.still().await.unwrap();
    let empty = <Tree as akd::Configuration>::compute_root_hash_from_val(
        &<Tree as akd::Configuration>::empty_root_value(),
    );
    let mut before = empty;
    let epochs = still.epochs(0, 100).unwrap();
    assert_eq!(epochs.len(), 5);
    for epoch in epochs {
        let checkpoint = still.checkpoint(epoch.number).unwrap();
        let leaf = crypto_core::directory::epoch_leaf(epoch.number, &epoch.root);
        let inclusion = still.inclusion(epoch.number).unwrap();
        verify_inclusion(&leaf, epoch.number - 1, epoch.number, &checkpoint.root, &inclusion).unwrap();
        let proof = AppendOnly::parse(&still.append_only(epoch.number).await.unwrap()).unwrap().0;
        verify_consecutive_append_only::<Tree>(&proof, before, epoch.root, epoch.number).await.unwrap();
        assert!(
            verify_consecutive_append_only::<Tree>(&proof, [1; 32], epoch.root, epoch.number).await.is_err()
        );
        before = epoch.root;
    }
}

/// From the smallest trees on, in which the root lacks a child, and with every number of versions that is asked for.
#[tokio::test]
async fn what_an_honest_tree_proves_is_believed() {
    let mut organisation = Organisation::over(Arc::new(MemoryStore::default())).await;
    let directory = organisation.directory();
    let policy = organisation.policy();
    let mut subjects = vec![(SubjectLabel::of("root"), 1)];
    for number in 0..24 {
        let address = format!("person-{number}@kbs.example");
        organisation.administrator(&address, number % 4).await;
        directory.publish(5).await.unwrap();
        subjects.push((SubjectLabel::of(&address), number % 4 + 1));
        if (6..23).contains(&number) {
            continue;
        }
        let still = directory.still().await.unwrap();
        let newest = still.newest().unwrap().unwrap();
        let claim = StateClaim {
            note: &still.signed_checkpoint(newest.number, &origin(policy.deployment)).unwrap(),
            root: newest.root,
            inclusion: &still.inclusion(newest.number).unwrap(),
            consistency: &[],
            cosigned: None,
        };
        let state = claim.verify(&Expectation { policy: &policy, memory: None, now_ms: 1 }).unwrap();
        for (subject, versions) in &subjects {
            for count in 1..=*versions {
                let proof = still.history(*subject, count).await.unwrap().unwrap();
                let proof = HistoryProof::parse(&proof).unwrap();
                let proved = state.verify_history(*subject, count, &proof).unwrap();
                assert_eq!((proved.len(), proved[0].version), (count, *versions as u64));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_opened_again_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut organisation = Organisation::over(Arc::new(SledStore::open(dir.path()).unwrap())).await;
    let first = organisation.directory();
    first.publish(5).await.unwrap();
    let checkpoint = first.still().await.unwrap().checkpoint(1).unwrap();
    drop(first);
    // Entered, acknowledged, and the server is gone before it is published.
    organisation.administrator("a@kbs.example", 0).await;
    let again = organisation.directory();
    assert_eq!(again.publish(6).await.unwrap(), 1);
    let still = again.still().await.unwrap();
    assert_eq!(still.checkpoint(1).unwrap(), checkpoint);
    assert!(still.history(SubjectLabel::of("a@kbs.example"), 1).await.unwrap().is_some());
}

/// A commit that fails leaves nothing behind, and the next try makes the same epoch.
#[tokio::test]
async fn an_epoch_is_there_wholly_or_not_at_all() {
    let store = Arc::new(Failing::default());
    let mut organisation = Organisation::over(store.clone()).await;
    organisation.administrator("a@kbs.example", 0).await;
    let directory = organisation.directory();
    drop(directory.still().await.unwrap());
    let before = store.inner.scan(&Scan::of([], usize::MAX)).unwrap();
    store.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(directory.publish(5).await.is_err());
    assert_eq!(store.inner.scan(&Scan::of([], usize::MAX)).unwrap(), before);
    store.fails.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(directory.publish(5).await.unwrap(), 1);
    assert!(
        directory
            .still()
            .await
            .unwrap()
            .history(SubjectLabel::of("a@kbs.example"), 1)
            .await
            .unwrap()
            .is_some()
    );
}

/// Does not commit when it is told so.
#[derive(Default)]
struct Failing {
    inner: MemoryStore,
    fails: std::sync::atomic::AtomicBool,
}

impl Store for Failing {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(key)
    }

    fn scan(&self, scan: &Scan) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        self.inner.scan(scan)
    }

    fn snapshot(&self, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        self.inner.snapshot(each)
    }

    fn commit(&self, batch: crate::store::Batch) -> futures::future::BoxFuture<'_, Result<(), StoreError>> {
        if self.fails.load(std::sync::atomic::Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::Backend("full".into())) });
        }
        self.inner.commit(batch)
    }
}

/// What a server with keys that are fixed proves. `KBS_WRITE_VECTORS=1 cargo test -p server pinned` writes it anew, see
/// `crypto-core/src/testing/pinned.rs`.
#[tokio::test]
async fn proofs_are_as_pinned() {
    struct Fixed;
    impl crate::clock::Randomness for Fixed {
        fn rng(&self) -> Box<dyn rand_core::CryptoRng + Send> {
            Box::new(ChaCha20Rng::seed_from_u64(2))
        }
    }
    let mut organisation = Organisation::over(Arc::new(MemoryStore::default())).await;
    organisation.secrets = Arc::new(Secrets::make(&Fixed));
    organisation.administrator("a@kbs.example", 2).await;
    organisation.administrator("b@kbs.example", 0).await;
    let directory = organisation.directory();
    directory.publish(5).await.unwrap();
    let still = directory.still().await.unwrap();
    let epochs = still.epochs(0, 10).unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let made = serde_json::json!({
        "vrf_key": hex(&organisation.secrets.vrf_public_key()),
        "subject": "a@kbs.example",
        "history": hex(&still.history(SubjectLabel::of("a@kbs.example"), 3).await.unwrap().unwrap()),
        "epoch_1": hex(&epochs[0].root),
        "epoch_2": hex(&epochs[1].root),
        "epoch_3": hex(&epochs[2].root),
        "append_only_3": hex(&still.append_only(3).await.unwrap()),
        "log_root_2": hex(&still.checkpoint(2).unwrap().root),
        "log_root_3": hex(&still.checkpoint(3).unwrap().root),
        "inclusion_3": hex(&still.inclusion(3).unwrap()),
        "consistency_2_3": hex(&still.consistency(2, 3).unwrap().unwrap()),
    });
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../crypto-core/tests/vectors/formats/proofs.json");
    if std::env::var_os("KBS_WRITE_VECTORS").is_some() {
        std::fs::write(file, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let pinned: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(made, pinned);
}
