//! Two servers with one log key that go different ways: a fork, shown to two people, or to one after the other.

use client_sdk::wire::api::{Folder, MessageEntry};
use client_sdk::{Error, Method, Payload};
use crypto_core::directory::DirectoryError;
use crypto_core::message::Header;
use tests::actors::{COLLEAGUE, PARTNER, PASSWORD, STAFF, sign_in, write};
use tests::scene::{NEW_PASSWORD, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_saw_one_history_refuses_the_other() {
    let mut scene = Scene::new().await;
    let dir = tempfile::tempdir().unwrap();
    let writer = scene.deceived(COLLEAGUE).await;
    let fork = scene.fork(dir.path());
    // Here the partner makes new keys, and there staff does, once and twice.
    scene.cast.partner.set_password(NEW_PASSWORD).await.unwrap();
    let there = sign_in(&fork.url(), STAFF, PASSWORD).await.unwrap();
    there.set_password(NEW_PASSWORD).await.unwrap();
    write(&writer, &[PARTNER], "Hier", "Text", &[]).await.unwrap();
    scene.lying.stand_before(&fork);
    let refused = write(&writer, &[STAFF], "Dort", "Text", &[]).await;
    assert_eq!(refused, Err(Error::Directory(DirectoryError::Split)), "as long as the one that was seen");
    there.set_password(PASSWORD).await.unwrap();
    let refused = write(&writer, &[STAFF], "Dort", "Text", &[]).await;
    assert_eq!(refused, Err(Error::Directory(DirectoryError::Split)), "longer");
    // Back home nothing is lost.
    scene.lying.stand_before(&scene.server);
    write(&writer, &[STAFF, PARTNER], "Wieder hier", "Text", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_are_shown_two_histories_find_out_by_a_message() {
    let mut scene = Scene::new().await;
    let dir = tempfile::tempdir().unwrap();
    let fork = scene.fork(dir.path());
    sign_in(&fork.url(), COLLEAGUE, PASSWORD).await.unwrap().set_password(NEW_PASSWORD).await.unwrap();
    scene.cast.colleague.set_password(NEW_PASSWORD).await.unwrap();
    let there = sign_in(&fork.url(), STAFF, PASSWORD).await.unwrap();
    let message = write(&there, &[PARTNER], "Von dort", "Text", &[]).await.unwrap()[0];

    // The server carries the message over, so that nobody misses it.
    let carrier = sign_in(&fork.url(), PARTNER, PASSWORD).await.unwrap();
    let entry: MessageEntry = carrier.api().get(&format!("/messages/{message}")).await.unwrap();
    let part = Header::parse(&entry.header.0).unwrap().part_0().part;
    let path = format!("/api/v1/messages/{message}/parts/{part}");
    let part_0 = carrier.api().platform().raw(Method::Get, &path, Payload::Empty).await.body;
    scene.lying.answer_with(&format!("GET /messages/{message}"), &entry);
    scene.lying.give(&format!("GET /messages/{message}/parts/{part}"), part_0);
    let reader = scene.deceived(PARTNER).await;
    let refused = reader.open(message).await.err();
    assert_eq!(refused, Some(Error::Directory(DirectoryError::Split)));
    assert!(reader.list(Folder::Inbox, None).await.unwrap().rows.is_empty(), "what is here can be read on");
}
