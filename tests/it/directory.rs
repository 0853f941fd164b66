//! The key directory against the real server: what is proved, remembered, carried along and compared; and a server
//! that lies, by answers put in the place of the real ones.

use client_sdk::wire::api::{ChainsWanted, Cosign, Folder, Proved, ProvedWanted};
use client_sdk::{Error, Method, Payload, SigningKeyState};
use crypto_core::Secret;
use crypto_core::certificate::Witness;
use crypto_core::directory::forged::without_newest;
use crypto_core::directory::{DirectoryError, HistoryProof, SignedCheckpoint, origin, witness_key};
use crypto_core::wire::SubjectLabel;
use tests::actors::{ADMIN, Cast, PARTNER, PASSWORD, Person, STAFF, sign_in, stranger, write};
use tests::{ServerProcess, SmtpSink};

const PROVED: &str = "/api/v1/directory/proved";

/// What the server answers to a client that remembers nothing.
async fn proved(person: &Person, address: &str) -> Proved {
    let chains = ChainsWanted { accounts: vec![person.account()], addresses: vec![address.into()] };
    let wanted = ProvedWanted { chains, seen: 0, known: Vec::new(), fresh: true };
    person.api().call(Method::Post, "/directory/proved", &wanted).await.unwrap()
}

fn lie(person: &Person, answer: &Proved) {
    person.api().platform().answer_with(PROVED, &serde_json::to_vec(answer).unwrap());
}

async fn send(from: &Person, to: &str) -> Result<(), Error> {
    write(from, &[to], "Betreff", "Text", &[]).await.map(|_| ())
}

fn size_of(note: &[u8]) -> u64 {
    SignedCheckpoint::parse(std::str::from_utf8(note).unwrap()).unwrap().claimed().size
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_directory_is_refused_by_a_session_and_by_a_new_device() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let old = proved(&staff, PARTNER).await;
    partner.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    send(&staff, PARTNER).await.unwrap();
    lie(&staff, &old);
    assert_eq!(send(&staff, PARTNER).await, Err(Error::Directory(DirectoryError::RolledBack)));
    // The sealed settings remember, whatever the device does.
    let again = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    assert!(again.settings().await.unwrap().checkpoint.is_some_and(|note| size_of(&note) > 1));
    let new_device = stranger(&server.url()).await;
    new_device.api().platform().answer_with(PROVED, &serde_json::to_vec(&old).unwrap());
    let refused = new_device.sign_in(STAFF, PASSWORD).await.err();
    assert_eq!(refused, Some(Error::Directory(DirectoryError::RolledBack)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_certificate_cannot_be_hidden() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, colleague, .. } = Cast::assemble(&server).await;
    let before = proved(&colleague, STAFF).await;
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    let after = proved(&colleague, STAFF).await;
    let new_device = sign_in(&server.url(), "klaus.kohl@kbs.example", PASSWORD).await.unwrap();
    // The old chain with the newest proofs; the newest chain with the old proofs; no proof at all.
    let hidden = Proved { chains: before.chains.clone(), ..after.clone() };
    lie(&new_device, &hidden);
    assert!(matches!(send(&new_device, STAFF).await, Err(Error::Directory(_))));
    let outdated = Proved { histories: before.histories.clone(), ..after.clone() };
    lie(&new_device, &outdated);
    assert_eq!(send(&new_device, STAFF).await, Err(Error::Directory(DirectoryError::History)));
    // Nothing of the newest, to a device that has not seen it: its own place in the tree is shown for the proof that it
    // is not there.
    let mut forged = Proved { chains: before.chains.clone(), ..after.clone() };
    let history = forged.histories.iter_mut().find(|it| it.subject == SubjectLabel::of(STAFF)).unwrap();
    let proof = HistoryProof::parse(&history.proof.0).unwrap();
    let proof = without_newest(proof, size_of(after.checkpoint.as_bytes())).unwrap();
    history.proof = proof.to_bytes().into();
    let another_device = stranger(&server.url()).await;
    another_device.api().platform().answer_with(PROVED, &serde_json::to_vec(&forged).unwrap());
    let refused = another_device.sign_in("klaus.kohl@kbs.example", PASSWORD).await.err();
    assert_eq!(refused, Some(Error::Directory(DirectoryError::History)));
    let mut silent = after.clone();
    silent.histories.retain(|it| it.subject != SubjectLabel::of(STAFF));
    lie(&new_device, &silent);
    assert_eq!(send(&new_device, STAFF).await, Err(Error::Directory(DirectoryError::History)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_carries_the_senders_checkpoint_and_the_reader_compares() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    send(&staff, PARTNER).await.unwrap();
    let sent_at = size_of(&staff.settings().await.unwrap().checkpoint.unwrap());
    let row = partner.list(Folder::Inbox, None).await.unwrap().rows.remove(0);
    // Something happens in between, so that there is something to compare.
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    let reader = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    let seen = size_of(&reader.settings().await.unwrap().checkpoint.unwrap());
    assert!(sent_at < seen, "{sent_at} {seen}");
    for size in 1..seen {
        let path = format!("/api/v1/directory/consistency?from={size}&to={seen}");
        reader.api().platform().answer_with(&path, br#"{"proof":"AAAA"}"#);
    }
    let refused = reader.open(row.message).await.err();
    assert_eq!(refused, Some(Error::Directory(DirectoryError::Split)));
    // To an honest server, the same message is what it is.
    let honest = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    assert_eq!(honest.open(row.message).await.unwrap().text, "Text");
}

#[tokio::test(flavor = "multi_thread")]
async fn witnesses_that_the_organisation_names_must_have_signed() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, staff, .. } = Cast::assemble(&server).await;
    let seed = Secret::from_bytes([7; 32]);
    let public = witness_key(&seed);
    let witness = Witness { name: "pruefer.example/1".into(), key: public.into() };
    admin.name_witnesses(std::slice::from_ref(&witness), 1).await.unwrap();
    let missing = Err(Error::Directory(DirectoryError::Witnesses));
    assert_eq!(send(&staff, PARTNER).await, missing);
    let note = proved(&staff, "").await.checkpoint;
    let checkpoint = SignedCheckpoint::parse(&note).unwrap().claimed();
    let log = origin(staff.status().deployment);
    let now_seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let body = Cosign { checkpoint: note + &checkpoint.cosign(&log, &witness.name, &seed, now_seconds) };
    staff.api().tell(Method::Post, "/directory/cosignatures", &body).await.unwrap();
    send(&staff, PARTNER).await.unwrap();
    // The log goes on; what goes on with what was signed is believed.
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    send(&staff, PARTNER).await.unwrap();
    let mut alone = proved(&staff, PARTNER).await;
    alone.cosigned = None;
    lie(&staff, &alone);
    assert_eq!(send(&staff, PARTNER).await, missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_who_does_not_sign_is_taken_back_by_who_has_the_organisations_key() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, staff, .. } = Cast::assemble(&server).await;
    let seeds = [Secret::from_bytes([7; 32]), Secret::from_bytes([8; 32])];
    let named: Vec<Witness> = (0..2)
        .map(|at| Witness { name: format!("pruefer.example/{at}"), key: witness_key(&seeds[at]).into() })
        .collect();
    let log = origin(staff.status().deployment);
    let now_seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let sign = async |at: usize| {
        let note = proved(&staff, "").await.checkpoint;
        let line = SignedCheckpoint::parse(&note).unwrap().claimed().cosign(
            &log,
            &named[at].name,
            &seeds[at],
            now_seconds,
        );
        let body = Cosign { checkpoint: note + &line };
        staff.api().tell(Method::Post, "/directory/cosignatures", &body).await.unwrap();
    };
    let signed = async |admin: &Person| {
        let found = admin.witnesses().await.unwrap();
        let at: Vec<bool> = found.witnesses.iter().map(|(_, at_ms)| at_ms.is_some()).collect();
        (at, found.quorum)
    };
    admin.name_witnesses(&named, 0).await.unwrap();
    send(&staff, PARTNER).await.unwrap();
    sign(0).await;
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    sign(1).await;
    assert_eq!(signed(&admin).await, (vec![true, true], 0), "what is behind is known too");
    admin.name_witnesses(&named[..1], 1).await.unwrap();
    send(&staff, PARTNER).await.unwrap();

    // Somebody who never signs.
    let silent =
        Witness { name: "still.example/1".into(), key: witness_key(&Secret::from_bytes([9; 32])).into() };
    admin.name_witnesses(&[named[0].clone(), silent], 2).await.unwrap();
    let missing = Error::Directory(DirectoryError::Witnesses);
    assert_eq!(send(&staff, PARTNER).await, Err(missing.clone()));
    let refused = sign_in(&server.url(), STAFF, "Anderes-Pferd-Batterie-8").await;
    assert_eq!(refused.err(), Some(missing.clone()));
    let again = sign_in(&server.url(), ADMIN, PASSWORD).await.unwrap();
    assert_eq!(send(&again, PARTNER).await, Err(missing), "nobody seals without them");
    assert_eq!(signed(&again).await, (vec![true, false], 2));
    again.name_witnesses(&named[..1], 1).await.unwrap();
    send(&again, PARTNER).await.unwrap();
    send(&staff, PARTNER).await.unwrap();
    again.name_witnesses(&[], 0).await.unwrap();
    send(&staff, PARTNER).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_colleague_is_in_the_directory_within_two_seconds() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, colleague, .. } = Cast::assemble(&server).await;
    let size = async || {
        let path = "/api/v1/directory/checkpoint";
        let answer = admin.api().platform().raw(Method::Get, path, Payload::Empty).await;
        let state: client_sdk::wire::api::CheckpointState = serde_json::from_slice(&answer.body).unwrap();
        size_of(state.checkpoint.as_bytes())
    };
    let before = size().await;
    admin.revoke(colleague.account(), crypto_core::certificate::Cause::Left).await.unwrap();
    let published = async {
        while size().await <= before {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(2), published).await.expect("within two seconds");
    assert_eq!(
        send(&admin, "klaus.kohl@kbs.example").await,
        Err(Error::NoKeys("klaus.kohl@kbs.example".into()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_first_seen_after_its_signing_key_ended_is_marked() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, staff, colleague, partner, .. } = Cast::assemble(&server).await;
    let newest = async || partner.list(Folder::Inbox, None).await.unwrap().rows.remove(0).message;
    let mark = async |message| {
        // Another device, which has seen nothing itself.
        let reader = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
        reader.open(message).await.unwrap().signing_key
    };
    send(&staff, PARTNER).await.unwrap();
    let seen = newest().await;
    assert_eq!(mark(seen).await, None);
    // Seen in the list and never opened before the key is renewed: still in time.
    send(&staff, PARTNER).await.unwrap();
    let listed = newest().await;
    send(&colleague, PARTNER).await.unwrap();
    admin.revoke(colleague.account(), crypto_core::certificate::Cause::Left).await.unwrap();
    let unseen = newest().await;
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    send(&staff, PARTNER).await.unwrap();
    assert_eq!(mark(listed).await, None);
    assert_eq!(mark(unseen).await, Some(SigningKeyState::Ended(crypto_core::certificate::Cause::Left)));
    // Once marked, always marked.
    assert_eq!(mark(unseen).await, Some(SigningKeyState::Ended(crypto_core::certificate::Cause::Left)));
    assert_eq!(mark(newest().await).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_first_seen_after_its_signing_key_was_renewed_is_marked() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    send(&staff, PARTNER).await.unwrap();
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    let row = partner.list(Folder::Inbox, None).await.unwrap().rows.remove(0);
    let opened = partner.open(row.message).await.unwrap();
    assert_eq!(opened.signing_key, Some(SigningKeyState::Renewed));
}
