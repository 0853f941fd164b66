//! Lies about what was sent, by a server that has only ciphertext.

use client_sdk::Error;
use client_sdk::wire::api::{Folder, MessageEntry, MessagePage};
use client_sdk::wire::{B64, CborError, Fingerprint, MessageId, PartId};
use crypto_core::message::{HeaderError, MessageError, RecipientRole};
use tests::actors::{COLLEAGUE, PARTNER, write};
use tests::insider::HeaderBody;
use tests::scene::Scene;

const ENTRY: &str = "GET /messages/*";
const LIST: &str = "GET /messages";

/// A lie about a message and what is said about it.
type Row = (&'static str, Box<dyn Fn(&mut MessageEntry) + Send + Sync>, Error);

fn entry(
    what: &'static str,
    lie: impl Fn(&mut MessageEntry) + Send + Sync + 'static,
    error: impl Into<Error>,
) -> Row {
    (what, Box::new(lie), error.into())
}

fn header(
    what: &'static str,
    lie: impl Fn(&mut HeaderBody) + Send + Sync + 'static,
    error: MessageError,
) -> Row {
    let lie = move |it: &mut MessageEntry| {
        let mut body = HeaderBody::of(&it.header.0);
        lie(&mut body);
        it.header = B64(body.to_bytes());
    };
    (what, Box::new(lie), Error::Message(error))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_is_the_one_that_its_sender_signed() {
    let scene = Scene::new().await;
    let files: [(&str, &[u8]); 2] = [("a.bin", b"eins"), ("b.bin", b"zwei")];
    let staff = &scene.cast.staff;
    let sent = write(staff, &[PARTNER, COLLEAGUE], "Erste", "Text", &files).await.unwrap()[0];
    let other = write(staff, &[PARTNER], "Zweite", "Text", &[]).await.unwrap()[0];
    let reader = scene.deceived(PARTNER).await;
    let another: MessageEntry = reader.api().get(&format!("/messages/{other}")).await.unwrap();
    let two = HeaderBody::of(&another.header.0);
    let stranger = scene.cast.other_partner.account();
    let colleague = scene.cast.colleague.account();
    let cbor = |error| Error::Message(MessageError::Header(HeaderError::Cbor(error)));
    let (signature, part_0, whole) = (another.signature.clone(), two.part_0.clone(), another.clone());
    let rows = vec![
        header("dropped", |it| drop(it.recipients.remove(1)), MessageError::Sender),
        header(
            "added",
            move |it| {
                let more = crypto_core::message::Recipient { account: stranger, ..it.recipients[0].clone() };
                it.recipients.push(more);
            },
            MessageError::Sender,
        ),
        header("another role", |it| it.recipients[1].role = RecipientRole::Deputy, MessageError::Sender),
        header("on behalf", move |it| it.on_behalf_of = Some(colleague), MessageError::Sender),
        header(
            "another sender",
            move |it| {
                let own = it.recipients.iter_mut().find(|it| it.role == RecipientRole::Own).unwrap();
                (own.account, own.certificate) = (colleague, Fingerprint::from_bytes([1; 32]));
                (it.sender, it.sender_certificate) = (colleague, own.certificate);
            },
            MessageError::Open,
        ),
        header("a new id", |it| it.message = MessageId::from_bytes([1; 16]), MessageError::Open),
        header(
            "keys exchanged",
            |it| {
                let (left, right) = it.recipients.split_at_mut(1);
                std::mem::swap(&mut left[0].enc, &mut right[0].enc);
                std::mem::swap(&mut left[0].sealed_key, &mut right[0].sealed_key);
            },
            MessageError::Open,
        ),
        header(
            "accounts exchanged",
            |it| {
                let (left, right) = it.recipients.split_at_mut(1);
                std::mem::swap(&mut left[0].account, &mut right[0].account);
            },
            MessageError::Open,
        ),
        header("another part 0", move |it| it.part_0 = part_0.clone(), MessageError::Sender),
        header("files exchanged", |it| it.blobs.swap(0, 1), MessageError::Sender),
        header("a file dropped", |it| it.blobs.truncate(1), MessageError::Sender),
        header(
            "another hash",
            |it| it.blobs[0].sha256 = Fingerprint::from_bytes([1; 32]),
            MessageError::Sender,
        ),
        header("somebody's blob", |it| it.blobs[0].part = PartId::from_bytes([1; 16]), MessageError::Sender),
        header("another length", |it| it.blobs[0].bytes += 1, MessageError::Sender),
        header("an impossible length", |it| it.blobs[0].bytes = 3, MessageError::Header(HeaderError::Parts)),
        header("a huge length", |it| it.blobs[0].bytes = u64::MAX, MessageError::Header(HeaderError::Parts)),
        header("a lower suite", |it| it.suite = 0, MessageError::Header(HeaderError::Suite)),
        entry("another's signature", move |it| it.signature = signature.clone(), MessageError::Open),
        entry(
            "another message",
            move |it| {
                (it.header, it.signature) = (whole.header.clone(), whole.signature.clone());
            },
            Error::Answer,
        ),
        entry(
            "a key twice",
            |it| {
                it.header.0[0] += 1;
                it.header.0.splice(1..1, [0, 1]).for_each(drop);
            },
            cbor(CborError::NotCanonical),
        ),
        entry("one byte more", |it| it.header.0.push(0), cbor(CborError::NotCanonical)),
        entry(
            "too deep",
            |it| {
                // Under a key that is not known.
                it.header.0[0] += 1;
                it.header.0.extend([vec![0x14], vec![0x81; 100_000], vec![0x80]].concat());
            },
            cbor(CborError::NotCanonical),
        ),
        entry("too long", |it| it.header.0.resize(200_000, 0), cbor(CborError::TooLong)),
    ];
    let mut others = Vec::new();
    for (what, lie, error) in rows {
        let lie = std::sync::Arc::new(lie);
        let in_list = std::sync::Arc::clone(&lie);
        scene.lying.answer(ENTRY, move |it: &mut MessageEntry| lie(it));
        scene.lying.answer(LIST, move |page: &mut MessagePage| {
            page.messages.iter_mut().filter(|it| it.message == sent).for_each(|it| in_list(it));
        });
        let refused = reader.open(sent).await.err();
        let rows = reader.list(Folder::Inbox, None).await.unwrap().rows;
        scene.lying.tell_the_truth();
        let shown: Vec<_> = rows.iter().map(|row| row.subject.as_deref().ok()).collect();
        if refused != Some(error) || shown != [Some("Zweite"), None] {
            others.push((what, refused, shown.iter().flatten().count()));
        }
    }
    assert!(others.is_empty(), "{others:?}");
    assert_eq!(reader.open(sent).await.unwrap().subject, "Erste");
}
