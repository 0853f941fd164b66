//! Messages of insiders who sign what is not theirs to say, brought by a server that would have had to refuse them.

use client_sdk::{Error, SigningKeyState, StandIn};
use crypto_core::Secret;
use crypto_core::certificate::Cause;
use crypto_core::message::{MessageError, RecipientRole};
use std::ops::ControlFlow;
use tests::actors::{self, COLLEAGUE, OTHER_PARTNER, PARTNER, PASSWORD, Person, STAFF};
use tests::craft::{Crafted, craft, craft_with, newest};
use tests::insider::{Insider, rng};
use tests::scene::{NEW_PASSWORD, Scene};

/// What a reader says to a message.
async fn told(scene: &Scene, reader: &Person, message: &Crafted) -> Result<String, Error> {
    let id = message.deliver(&scene.lying);
    let told = reader.open(id).await.map(|view| view.text);
    scene.lying.tell_the_truth();
    told
}

fn refused(error: MessageError) -> Result<String, Error> {
    Err(Error::Message(error))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_is_who_signed_and_says_one_thing_to_all() {
    let scene = Scene::new().await;
    let url = scene.server.url();
    let staff = Insider::of(&url, STAFF, PASSWORD).await;
    let partner = Insider::of(&url, PARTNER, PASSWORD).await;
    let cast = &scene.cast;
    let of = [&cast.staff, &cast.partner, &cast.colleague, &cast.other_partner].map(|it| it.account());
    let [its, partners, colleagues, others] = newest(&cast.staff, of).await;
    let reader = scene.deceived(COLLEAGUE).await;
    let message = craft(&staff, &its, &[&partners, &colleagues], None, &[b"Datei"]);
    let key = message.content_key();

    // A partner writes in the name of staff, with keys that are sealed as if staff had done it.
    let theirs = craft(&partner, &partners, &[&colleagues], None, &[]);
    let forged = theirs.in_the_name_of(&staff, &its, &partner, &colleagues);
    assert_eq!(told(&scene, &reader, &forged).await, refused(MessageError::Sender));

    // A reader adds a reader, with the content key that all readers know.
    let mut added = message.clone();
    let more = added.header.recipient(others.accepted(), RecipientRole::To, &key);
    added.header.recipients.push(more);
    assert_eq!(told(&scene, &reader, &added).await, refused(MessageError::Sender));
    let other = scene.deceived(OTHER_PARTNER).await;
    assert_eq!(told(&scene, &other, &added).await, refused(MessageError::Sender));

    // Two contents under one header.
    let second = Secret::random(&mut rng());
    let mut two = message.resigned(&staff, |it| {
        it.recipients[1] = it.recipient(colleagues.accepted(), RecipientRole::To, &second);
    });
    two.signature = two.header.signed(&staff.seed, &second);
    assert_eq!(told(&scene, &reader, &two).await, refused(MessageError::Open));

    let uncommitted = message.resigned(&staff, |it| it.commitment = [0; 32].into());
    assert_eq!(told(&scene, &reader, &uncommitted).await, refused(MessageError::Open));

    // Lengths and names of files that are not those of the header.
    let named = message.resigned(&staff, |it| it.blobs.clear());
    assert_eq!(told(&scene, &reader, &named).await, refused(MessageError::Parts));
    for bytes in [4, 6, 70_000, u64::MAX / 2] {
        let long = craft_lying_length(&staff, &its, &colleagues, bytes);
        let id = long.deliver(&scene.lying);
        let part = long.blobs[0].0.part;
        let saved = reader.save_attachment(id, part, |_, _| ControlFlow::Continue(())).await;
        assert!(saved.is_err(), "{bytes}");
        scene.lying.tell_the_truth();
    }

    assert_eq!(told(&scene, &reader, &message).await, Ok("Text".into()), "the true one");
}

/// Part 0 says another length than the file has.
fn craft_lying_length(
    by: &Insider,
    own: &crypto_core::certificate::CurrentCertificate,
    to: &crypto_core::certificate::CurrentCertificate,
    bytes: u64,
) -> Crafted {
    let big = vec![7; 5];
    craft_with(by, own, &[to], None, &[&big], |it| it.attachments[0].bytes = bytes.min(20_000_000))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_is_who_the_owner_names_now() {
    let scene = Scene::new().await;
    let staff = Insider::of(&scene.server.url(), STAFF, PASSWORD).await;
    let cast = &scene.cast;
    let owner = cast.colleague.account();
    let reader = scene.deceived(PARTNER).await;
    let say = async || {
        let of = [cast.staff.account(), cast.partner.account(), owner];
        let [own, partner, colleague] = newest(&cast.staff, of).await;
        let message = craft(&staff, &own, &[&partner, &colleague], Some(owner), &[]);
        told(&scene, &reader, &message).await
    };
    // The reader must know the owner to see their certificate.
    actors::write(&cast.colleague, &[PARTNER], "Betreff", "Text", &[]).await.unwrap();
    actors::write(&cast.staff, &[PARTNER], "Betreff", "Text", &[]).await.unwrap();
    assert_eq!(say().await, refused(MessageError::Deputy), "never named");
    let stand_in = StandIn { account: cast.staff.account(), from_ms: 0, until_ms: 4_000_000_000_000 };
    let third = actors::staff_member("dritte@kbs.example", "Dora Dritte");
    let third = actors::join(&cast.admin, &third, PASSWORD).await;
    let other = StandIn { account: third.account(), ..stand_in };
    cast.colleague.name_deputies(&[other]).await.unwrap();
    assert_eq!(say().await, refused(MessageError::Deputy), "somebody else is named");
    cast.colleague.name_deputies(std::slice::from_ref(&stand_in)).await.unwrap();
    assert_eq!(say().await, Ok("Text".into()), "named");
    cast.colleague.name_deputies(&[]).await.unwrap();
    assert_eq!(say().await, refused(MessageError::Deputy), "no longer named");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_key_is_marked_and_a_stolen_one_refused() {
    let scene = Scene::new().await;
    let thief = Insider::of(&scene.server.url(), STAFF, PASSWORD).await;
    let cast = &scene.cast;
    actors::write(&cast.staff, &[PARTNER], "Betreff", "Text", &[]).await.unwrap();
    let [own, partner] = newest(&cast.staff, [cast.staff.account(), cast.partner.account()]).await;
    cast.staff.set_password(NEW_PASSWORD).await.unwrap();
    // The server says that it was delivered long ago.
    let late = craft(&thief, &own, &[&partner], None, &[]);
    let reader = scene.deceived(PARTNER).await;
    let id = late.deliver(&scene.lying);
    assert_eq!(reader.open(id).await.unwrap().signing_key, Some(SigningKeyState::Renewed));
    cast.admin.revoke(cast.staff.account(), Cause::Stolen).await.unwrap();
    let stolen = Some(Error::Message(MessageError::Stolen));
    assert_eq!(reader.open(id).await.err(), stolen, "also by who had it open before");
    let reader = scene.deceived(PARTNER).await;
    let id = late.deliver(&scene.lying);
    assert_eq!(reader.open(id).await.err(), stolen);
}
