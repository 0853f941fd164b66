//! Lies about whose key a key is, told to somebody who writes.

use client_sdk::Error;
use client_sdk::wire::api::{Proved, ProvedWanted};
use client_sdk::wire::{B64, CborError};
use crypto_core::Secret;
use crypto_core::certificate::{
    Cause, Certificate, CertificateBody, ChainError, FormError, PolicyBody, Reason, Role, issue_policy,
};
use crypto_core::directory::DirectoryError;
use crypto_core::keys::{Identity, make_account, make_root};
use crypto_core::wire::{SubjectLabel, limits};
use tests::actors::{self, COLLEAGUE, OTHER_PARTNER, PARTNER, PASSWORD, Person, STAFF, read_newest, write};
use tests::insider::{Insider, after, certificate, rng, statement};
use tests::scene::{NEW_PASSWORD, PROVED, Scene, append, certificates, exchange, proved};

const NEWCOMER: &str = "neu@traeger.example";

/// A lie and what is said about it.
type Row = (&'static str, Box<dyn Fn(&mut Proved) + Send + Sync>, Error);

fn row(
    what: &'static str,
    lie: impl Fn(&mut Proved) + Send + Sync + 'static,
    error: impl Into<Error>,
) -> Row {
    (what, Box::new(lie), error.into())
}

/// Of the chain of the partner to whom one writes.
fn keys(cause: ChainError) -> Error {
    Error::Keys { address: PARTNER.into(), cause }
}

fn entered(what: &'static str, entry: Vec<u8>, cause: ChainError) -> Row {
    row(what, move |it| append(&mut it.chains, &entry), keys(cause))
}

async fn all_refused(scene: &Scene, writer: &Person, to: &[&str], rows: Vec<Row>) {
    let mut others = Vec::new();
    for (what, lie, error) in rows {
        let refused = scene.refusal(writer, to, lie).await;
        if refused != error {
            others.push((what, refused));
        }
    }
    assert!(others.is_empty(), "{others:?}");
}

fn newest(proved: &Proved, address: &str) -> Certificate {
    certificates(&proved.chains, address).pop().expect("a certificate")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipients_key_is_nobody_elses() {
    let scene = Scene::new().await;
    let writer = scene.deceived(COLLEAGUE).await;
    let truth = proved(&writer, &[], &[PARTNER]).await;
    let others = proved(&writer, &[], &[OTHER_PARTNER]).await;
    let live = newest(&truth, PARTNER);
    let first = certificates(&truth.chains, PARTNER).remove(0).as_bytes().to_vec();
    let attacker = Secret::random(&mut rng());

    let own = live.as_bytes().to_vec();
    let swapped = move |new: Vec<u8>| {
        let own = own.clone();
        move |it: &mut Proved| exchange(&mut it.chains, &own, Some(&new))
    };
    // The server's own key in the body that the partner's client signed.
    let mut altered = live.as_bytes().to_vec();
    let at = altered.windows(32).position(|it| it == &live.mailbox_key().unwrap()[..32]).unwrap();
    altered[at] ^= 1;
    let body = CertificateBody {
        signing_key: crypto_core::hazmat::sign::public_key(&attacker).into(),
        mailbox_key: Some(crypto_core::hazmat::hpke::public_key(&attacker).to_vec().into()),
        ..live.body().clone()
    };
    let rotated = after(&live, Reason::Rotated, live.fingerprint(), &attacker);
    let lower = CertificateBody { suite: 0, ..live.body().clone() };
    let longer = |more: &[u8]| [&[live.as_bytes()[0] + 1], &live.as_bytes()[1..], more].concat();
    let twice = [&[live.as_bytes()[0] + 1, 0, 0], &live.as_bytes()[1..]].concat();
    let long = vec![0; limits::ENTRY_BYTES + 1];
    // Under a key that is not known.
    let deep = longer(&[vec![0x14], vec![0x81; limits::ENTRY_BYTES / 2], vec![0x80]].concat());
    let form = |error| keys(ChainError::Form(error));
    let other = others.chains.clone();
    let proof = others
        .histories
        .iter()
        .find(|it| it.subject == SubjectLabel::of(OTHER_PARTNER))
        .unwrap()
        .proof
        .clone();
    all_refused(
        &scene,
        &writer,
        &[PARTNER],
        vec![
            row("its bytes", swapped(altered), form(FormError::Proof)),
            row(
                "its server's",
                swapped(certificate(&body, &attacker, &attacker)),
                keys(ChainError::Signature),
            ),
            entered("rotated", certificate(&rotated, &attacker, &attacker), ChainError::Signature),
            entered("entered again", first, ChainError::Succession),
            row("lower suite", swapped(certificate(&lower, &attacker, &attacker)), form(FormError::Suite)),
            row("twice", swapped(twice), form(FormError::Cbor(CborError::NotCanonical))),
            row("too long", swapped(long), form(FormError::Cbor(CborError::TooLong))),
            row("too deep", swapped(deep), form(FormError::Cbor(CborError::NotCanonical))),
            row(
                "another's chain",
                move |it| it.chains = other.clone(),
                Error::Directory(DirectoryError::History),
            ),
            row(
                "another's proof",
                move |it| {
                    let own =
                        it.histories.iter_mut().find(|it| it.subject == SubjectLabel::of(PARTNER)).unwrap();
                    own.proof = proof.clone();
                },
                Error::Directory(DirectoryError::History),
            ),
        ],
    )
    .await;
    // Everything is right, and about somebody else.
    scene.lying.ask(PROVED, |it: &mut ProvedWanted| it.chains.addresses = vec![OTHER_PARTNER.into()]);
    let refused = write(&writer, &[PARTNER], "Betreff", "Text", &[]).await;
    assert_eq!(refused, Err(Error::NoKeys(PARTNER.into())));
    scene.lying.tell_the_truth();
    write(&writer, &[PARTNER], "Wahrheit", "Text", &[]).await.unwrap();
    assert_eq!(read_newest(&scene.cast.partner).await.unwrap().0.subject, "Wahrheit");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_vouched_for_by_who_may_not() {
    let scene = Scene::new().await;
    let url = scene.server.url();
    let writer = scene.deceived(COLLEAGUE).await;
    let old = Insider::of(&url, STAFF, PASSWORD).await;
    scene.cast.staff.set_password(NEW_PASSWORD).await.unwrap();
    let staff = Insider::of(&url, STAFF, NEW_PASSWORD).await;
    let partner = Insider::of(&url, PARTNER, PASSWORD).await;
    let truth = proved(&writer, &[], &[PARTNER, STAFF]).await;
    let (live, superior) = (newest(&truth, PARTNER), newest(&truth, STAFF));
    let own = partner.certificate().fingerprint();
    let new = Secret::random(&mut rng());
    let by_partner = |body: CertificateBody| certificate(&body, &partner.seed, &new);

    let newcomer = Identity { address: NEWCOMER.into(), name: None, unit: None, role: Role::Partner };
    let invited = make_account(newcomer, &partner.bundle.origin(None, 1), &mut rng()).unwrap();
    let rotated = after(&live, Reason::Rotated, own, &new);
    let risen = CertificateBody { role: Role::Staff, ..rotated.clone() };
    let elsewhere = CertificateBody {
        address: "leitung@kbs.example".into(),
        version: 1,
        previous: None,
        ..rotated.clone()
    };
    let seized = after(&superior, Reason::Rotated, own, &new);
    let stale = after(&superior, Reason::Rotated, old.certificate().fingerprint(), &new);
    let issued = after(&live, Reason::Issued, staff.certificate().fingerprint(), &new);
    let issued = CertificateBody { generation: 1, provisional: true, ..issued };
    let reset = after(&live, Reason::Reset, old.certificate().fingerprint(), &new);
    let reset = certificate(&reset, &old.seed, &new);
    let late = reset.clone();
    let left = statement(&superior, Cause::Stolen, Some(own), &partner.seed);
    let renewed = superior.as_bytes().to_vec();
    all_refused(
        &scene,
        &writer,
        &[PARTNER, STAFF],
        vec![
            entered("a partner vouches", invited.certificate.as_bytes().to_vec(), ChainError::Authority),
            entered("another role", by_partner(risen), ChainError::Identity),
            entered("another address", by_partner(elsewhere), ChainError::Liveness),
            entered("a stranger rotates", by_partner(seized), ChainError::Issuer),
            entered("a partner revokes", left, ChainError::Authority),
            entered("an old key rotates", certificate(&stale, &old.seed, &new), ChainError::Issuer),
            entered("issued again", certificate(&issued, &staff.seed, &new), ChainError::Liveness),
            entered("an old key resets", late, ChainError::Issuer),
            row(
                "an old key resets in its time",
                move |it| {
                    // Before the new key was entered, if the server is believed about the order.
                    for entry in &mut it.chains.entries {
                        entry.sequence *= 2;
                    }
                    let at = it.chains.entries.iter().position(|it| it.entry.0 == renewed).unwrap();
                    let sequence = it.chains.entries[at].sequence - 1;
                    let entry = B64(reset.clone());
                    it.chains.entries.insert(at, client_sdk::wire::api::SequencedEntry { sequence, entry });
                },
                Error::Directory(DirectoryError::NotNewest),
            ),
        ],
    )
    .await;
    write(&writer, &[PARTNER, STAFF], "Wahrheit", "Text", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insiders_right_certificate_counts_only_if_it_is_entered() {
    let scene = Scene::new().await;
    let writer = scene.deceived(COLLEAGUE).await;
    let staff = Insider::of(&scene.server.url(), STAFF, PASSWORD).await;
    let truth = proved(&writer, &[], &[PARTNER]).await;
    let live = newest(&truth, PARTNER);
    let new = Secret::random(&mut rng());
    // What staff may do, done in secret: for this reader alone.
    let reset = after(&live, Reason::Reset, staff.certificate().fingerprint(), &new);
    let reset = certificate(&reset, &staff.seed, &new);
    let refused = scene.refusal(&writer, &[PARTNER], move |it| append(&mut it.chains, &reset)).await;
    assert_eq!(refused, Error::Directory(DirectoryError::NotNewest));
    write(&writer, &[PARTNER], "Wahrheit", "Text", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_the_roots_and_the_newest() {
    let scene = Scene::new().await;
    let writer = scene.deceived(COLLEAGUE).await;
    let truth = proved(&writer, &[], &[PARTNER]).await;
    let policy = crypto_core::certificate::Policy::parse(&truth.chains.policies[0].0).unwrap();
    let (seed, root) = make_root("Andere", 1, &mut rng()).unwrap();
    // The server names a log of its own: signed by another, beside the true one and in its place.
    let next = PolicyBody {
        log_key: crypto_core::hazmat::sign::public_key(&seed).into(),
        revision: 2,
        previous: Some(policy.hash()),
        ..policy.body().clone()
    };
    let next = issue_policy(&next, &seed).unwrap().1;
    let first = PolicyBody { root: root.fingerprint(), ..policy.body().clone() };
    let first = issue_policy(&first, &seed).unwrap().1;
    let root = root.as_bytes().to_vec();
    let other_root = root.clone();
    all_refused(
        &scene,
        &writer,
        &[PARTNER],
        vec![
            row(
                "by another",
                move |it| it.chains.policies.push(B64(next.clone())),
                keys(ChainError::Signature),
            ),
            row("none", |it| it.chains.policies.clear(), keys(ChainError::Policy)),
            row(
                "another root's",
                move |it| {
                    it.chains.policies = vec![B64(first.clone())];
                    it.chains.entries[0].entry = B64(root.clone());
                },
                keys(ChainError::Root),
            ),
            row("a second root", move |it| append(&mut it.chains, &other_root), keys(ChainError::Succession)),
        ],
    )
    .await;

    // A policy that demands witnesses is not forgotten again, not even by a device that remembers nothing.
    let witness = crypto_core::certificate::Witness { name: "pruefer.example/1".into(), key: [7; 32].into() };
    scene.cast.admin.name_witnesses(std::slice::from_ref(&witness), 1).await.unwrap();
    scene.lying.answer(PROVED, |it: &mut Proved| it.chains.policies.truncate(1));
    let refused = actors::sign_in(&scene.lying.url(), STAFF, PASSWORD).await.err();
    assert_eq!(refused, Some(Error::Directory(DirectoryError::History)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_cannot_be_hidden() {
    let scene = Scene::new().await;
    let writer = scene.deceived(COLLEAGUE).await;
    let before = proved(&writer, &[], &[STAFF]).await;
    scene.cast.admin.revoke(scene.cast.staff.account(), Cause::Left).await.unwrap();
    // This reader has seen that something happened; then all of the old answer, or the old chains with new proofs.
    write(&writer, &[PARTNER], "Betreff", "Text", &[]).await.unwrap();
    let old = before.clone();
    let refused = scene.refusal(&writer, &[STAFF], move |it| *it = old.clone()).await;
    assert_eq!(refused, Error::Directory(DirectoryError::RolledBack));
    let refused = scene.refusal(&writer, &[STAFF], move |it| it.chains = before.chains.clone()).await;
    assert_eq!(refused, Error::Directory(DirectoryError::RolledBack));
    let truth = write(&writer, &[STAFF], "Betreff", "Text", &[]).await;
    assert_eq!(truth, Err(Error::NoKeys(STAFF.into())));
}
