//! What a directory of 100,000 addresses costs: `cargo test -p server measure -- --ignored --nocapture`.

use super::Organisation;
use crate::store::models::directory::{Subject, enter};
use crate::store::{SledStore, transact};
use crypto_core::certificate::{Certificate, CertificateBody, issue_certificate};
use crypto_core::directory::{Expectation, HistoryProof, StateClaim, origin, verify_consistency};
use crypto_core::keys::{Identity, Origin, make_account};
use crypto_core::wire::{AccountId, Fingerprint, SubjectLabel};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

const ADDRESSES: u32 = 100_000;
/// Entered in one transaction.
const AT_ONCE: u32 = 1000;
const SAMPLES: u32 = 20;

fn now() -> Duration {
    UNIX_EPOCH.elapsed().unwrap()
}

fn address(number: u32) -> String {
    format!("person-{number}@haus.example")
}

/// Everybody has the same keys: making others is not what is measured.
fn certificate(
    like: &CertificateBody,
    number: u32,
    issuer: &crypto_core::Secret<32>,
    own: &crypto_core::Secret<32>,
) -> Vec<u8> {
    let mut account = [0; 16];
    account[..4].copy_from_slice(&number.to_be_bytes());
    let body =
        CertificateBody { account: AccountId::from_bytes(account), address: address(number), ..like.clone() };
    issue_certificate(&body, issuer, Some(own)).unwrap().as_bytes().to_vec()
}

async fn fill(organisation: &mut Organisation) {
    let fingerprint = Fingerprint::of(organisation.root.as_bytes());
    let pins = crypto_core::certificate::Pins { root: fingerprint, policy: fingerprint };
    let origin = Origin {
        issuer_seed: &organisation.seed,
        issuer: fingerprint,
        previous: None,
        pins,
        provisional: false,
        now_ms: 1,
    };
    let role = crypto_core::certificate::Role::Administrator;
    let identity = Identity { address: address(0), name: None, unit: None, role };
    let made = make_account(identity, &origin, &mut organisation.rng).unwrap();
    let like: &Certificate = &made.certificate;
    let own = crypto_core::Secret::from_bytes([9; 32]);
    let like = CertificateBody {
        signing_key: crypto_core::directory::witness_key(&own).into(),
        ..like.body().clone()
    };
    for first in (0..ADDRESSES).step_by(AT_ONCE as usize) {
        let signed: Vec<_> = (first..first + AT_ONCE)
            .map(|number| (address(number), certificate(&like, number, &organisation.seed, &own)))
            .collect();
        transact(&*organisation.store, |tx| {
            for (address, signed) in &signed {
                enter(tx, &Subject::Address(address.clone()), signed, 1)?;
            }
            Ok::<_, crate::store::StoreError>(())
        })
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn measure_a_hundred_thousand_addresses() {
    let dir = tempfile::tempdir().unwrap();
    let mut organisation = Organisation::over(Arc::new(SledStore::open(dir.path()).unwrap())).await;
    fill(&mut organisation).await;
    let directory = organisation.directory();
    let began = now();
    let epochs = directory.publish(1).await.unwrap();
    let taken = now() - began;
    println!("{ADDRESSES} addresses taken over: {epochs} epochs, {:.1} s", taken.as_secs_f64());
    println!("per entry: {:.2} ms", taken.as_secs_f64() * 1000.0 / f64::from(ADDRESSES));

    let mut one = Duration::ZERO;
    for sample in 0..SAMPLES {
        organisation.administrator(&format!("new-{sample}@kbs.example"), 0).await;
        let began = now();
        assert_eq!(directory.publish(1).await.unwrap(), 1);
        one += now() - began;
    }
    println!("one change published: {:.1} ms", (one / SAMPLES).as_secs_f64() * 1000.0);

    let policy = organisation.policy();
    let still = directory.still().await.unwrap();
    let newest = still.newest().unwrap().unwrap();
    let note = still.signed_checkpoint(newest.number, &origin(policy.deployment)).unwrap();
    let inclusion = still.inclusion(newest.number).unwrap();
    let began = now();
    let claim = StateClaim {
        note: &note,
        root: newest.root,
        inclusion: &inclusion,
        consistency: &[],
        cosigned: None,
    };
    let state = claim.verify(&Expectation { policy: &policy, memory: None, now_ms: 1 }).unwrap();
    println!("checkpoint and epoch verified: {:.2} ms", (now() - began).as_secs_f64() * 1000.0);
    let first = still.checkpoint(1).unwrap();
    let consistency = still.consistency(1, newest.number).unwrap().unwrap();
    let last = state.checkpoint();
    verify_consistency((1, &first.root), (last.size, &last.root), &consistency).unwrap();
    println!("inclusion {} bytes, consistency {} bytes", inclusion.len(), consistency.len());

    let (mut bytes, mut made, mut verified) = (0, Duration::ZERO, Duration::ZERO);
    for sample in 0..SAMPLES {
        let subject = SubjectLabel::of(&address(sample * 4711 % ADDRESSES));
        let began = now();
        let proof = still.history(subject, 1).await.unwrap().unwrap();
        made += now() - began;
        bytes += proof.len();
        let began = now();
        let proof = HistoryProof::parse(&proof).unwrap();
        assert_eq!(state.verify_history(subject, 1, &proof).unwrap().len(), 1);
        verified += now() - began;
    }
    let each = |all: Duration| (all / SAMPLES).as_secs_f64() * 1000.0;
    println!("history proof of one version: {} bytes", bytes / SAMPLES as usize);
    println!("made in {:.1} ms, verified in {:.1} ms", each(made), each(verified));
    println!("a sign-in of staff proves 4 subjects (root, policy, administrator, own)");
}
