//! Ciphertext of one part in the place of another's, or what became of it.

use client_sdk::wire::{MessageId, PartId};
use client_sdk::{Error, Method, Payload};
use crypto_core::message::{Header, MessageError};
use std::ops::ControlFlow;
use tests::actors::{COLLEAGUE, PARTNER, PASSWORD, Person, STAFF, read, write};
use tests::craft::{craft, newest};
use tests::files::noise;
use tests::insider::{Insider, part_0_key, seal_part};
use tests::scene::Scene;

/// Four chunks and a bit.
const FILE_BYTES: usize = 4 * 65_536 + 1000;
const SEALED_CHUNK_BYTES: usize = 65_536 + 16;

async fn save(person: &Person, message: MessageId, part: PartId) -> Result<Vec<u8>, Error> {
    let saved = person.save_attachment(message, part, |_, _| ControlFlow::Continue(())).await?;
    Ok(saved.pieces.concat())
}

async fn ciphertext(person: &Person, message: MessageId, part: PartId) -> Vec<u8> {
    let path = format!("/api/v1/messages/{message}/parts/{part}");
    person.api().platform().raw(Method::Get, &path, Payload::Empty).await.body
}

fn path(message: MessageId, part: PartId) -> String {
    format!("GET /messages/{message}/parts/{part}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_the_one_that_was_sealed() {
    let scene = Scene::new().await;
    let (one, two) = (noise(1, FILE_BYTES), noise(2, FILE_BYTES));
    let files: [(&str, &[u8]); 2] = [("a.bin", &one), ("b.bin", &two)];
    let mut sent = Vec::new();
    for subject in ["Erste.", "Zweite"] {
        sent.extend(write(&scene.cast.staff, &[PARTNER], subject, "Text", &files).await.unwrap());
    }
    let reader = scene.deceived(PARTNER).await;
    let mut parts = Vec::new();
    for id in &sent {
        let entry: client_sdk::wire::api::MessageEntry =
            reader.api().get(&format!("/messages/{id}")).await.unwrap();
        let header = Header::parse(&entry.header.0).unwrap();
        let mut bytes = Vec::new();
        for part in header.parts() {
            bytes.push((part.part, ciphertext(&reader, *id, part.part).await));
        }
        parts.push(bytes);
    }
    let own = parts[0][1].1.clone();
    let chunk = |at: usize| &own[at * SEALED_CHUNK_BYTES..(at + 1) * SEALED_CHUNK_BYTES];
    let rest = &own[4 * SEALED_CHUNK_BYTES..];
    let open = Error::Message(MessageError::Open);
    let attached = parts[0][1].0;
    let rows = [
        ("the other file of the message", parts[0][2].1.clone(), open.clone()),
        ("the same file of another message", parts[1][1].1.clone(), open.clone()),
        ("chunks exchanged", [chunk(1), chunk(0), chunk(2), chunk(3), rest].concat(), open.clone()),
        ("a chunk doubled", [chunk(0), chunk(0), chunk(2), chunk(3), rest].concat(), open.clone()),
        ("a chunk dropped", [chunk(0), chunk(2), chunk(3), rest].concat(), Error::Answer),
        (
            "a chunk dropped, another added",
            [chunk(0), chunk(2), chunk(3), chunk(3), rest].concat(),
            open.clone(),
        ),
        ("cut off between chunks", own[..3 * SEALED_CHUNK_BYTES].to_vec(), Error::Answer),
        ("nothing", Vec::new(), Error::Answer),
        ("a bit", [&own[..70_000], &[own[70_000] ^ 1], &own[70_001..]].concat(), open.clone()),
    ];
    for (what, lie, error) in rows {
        scene.lying.give(&path(sent[0], attached), lie);
        assert_eq!(save(&reader, sent[0], attached).await, Err(error), "{what}");
        scene.lying.tell_the_truth();
    }
    assert_eq!(save(&reader, sent[0], attached).await.unwrap(), one);
    // Part 0 of another message, by a device that has opened neither.
    let reader = scene.deceived(PARTNER).await;
    assert_eq!(parts[0][0].1.len(), parts[1][0].1.len());
    scene.lying.give(&path(sent[0], parts[0][0].0), parts[1][0].1.clone());
    assert_eq!(reader.open(sent[0]).await.err(), Some(open));
    scene.lying.tell_the_truth();
    assert_eq!(read(&reader, sent[0]).await.unwrap().1, [one, two]);
}

/// Somebody who reads the message knows its keys, and helps the server.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_sealed_under_the_same_key_is_refused() {
    let scene = Scene::new().await;
    let staff = Insider::of(&scene.server.url(), STAFF, PASSWORD).await;
    let of = [scene.cast.staff.account(), scene.cast.partner.account(), scene.cast.colleague.account()];
    let [own, partner, colleague] = newest(&scene.cast.staff, of).await;
    let message = craft(&staff, &own, &[&partner, &colleague], None, &[b"Bescheid: ja"]);
    let open = Error::Message(MessageError::Open);

    let mut forged = message.clone();
    let key = crypto_core::Secret::from_bytes(*message.blob_key(0).expose());
    let (descriptor, sealed) = seal_part(message.blobs[0].0.part, &key, b"Bescheid: ne");
    assert_eq!(descriptor.bytes, message.blobs[0].0.bytes, "of the same length");
    forged.blobs[0].1 = sealed;
    let reader = scene.deceived(COLLEAGUE).await;
    let id = forged.deliver(&scene.lying);
    assert_eq!(save(&reader, id, descriptor.part).await, Err(open.clone()));

    let mut forged = message.clone();
    let key = part_0_key(&message.content_key(), message.header.message);
    let plain = vec![0; message.part_0.len() - 16];
    forged.part_0 = seal_part(message.header.part_0.part, &key, &plain).1;
    assert_eq!(forged.part_0.len(), message.part_0.len());
    let reader = scene.deceived(COLLEAGUE).await;
    assert_eq!(reader.open(forged.deliver(&scene.lying)).await.err(), Some(open));

    let id = message.deliver(&scene.lying);
    assert_eq!(reader.open(id).await.unwrap().text, "Text");
    assert_eq!(save(&reader, id, descriptor.part).await.unwrap(), b"Bescheid: ja");
}
