//! A pinned message and grant: opened by their reader, and every part sealed once more to the same bytes.
//!
//! Only what is sealed to a mailbox cannot be made again, since its randomness is nowhere; it is opened.

use super::*;
use crate::testing::Pinned;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

/// Part 0 with every field that may be missing.
fn full_contents(rng: &mut ChaCha20Rng) -> (Contents, Vec<PartDescriptor>, Vec<Vec<u8>>) {
    let (contents, descriptors, blobs) = with_files("Guten **Tag**", &[b"Inhalt der Datei"], rng);
    let contents = Contents {
        thread: Some(MessageId::from_bytes([1; 16])),
        in_reply_to: Some(MessageId::from_bytes([2; 16])),
        forwarded_from: Some(AccountId::from_bytes([3; 16])),
        checkpoint: Some(b"kbs.example\n1\n".to_vec()),
        ..contents
    };
    (contents, descriptors, blobs)
}

#[test]
fn a_pinned_message_opens_and_seals_alike() {
    let pinned = Pinned::load("message", |pinned| {
        let mut world = World::new();
        let (contents, descriptors, blobs) = full_contents(&mut world.rng);
        let sealer = MessageSealer::new(MessageKind::Message, &mut world.rng);
        let (sealed, part_0) = sealer.part_0(&contents, limits::MESSAGE_BYTES, &mut world.rng).unwrap();
        let (own, to) = (world.current(&world.staff), world.recipients());
        let behalf = Some(world.admin.account());
        let message = sealed.finish(&world.staff, &own, &to, &descriptors, behalf, &mut world.rng).unwrap();
        pinned.put_directory(&world.organisation);
        pinned.put_bundle("reader", &world.haus);
        pinned.put("sender_signing_seed", world.staff.signing_seed().expose());
        pinned.put("header", message.header.as_bytes());
        pinned.put("signature", &message.signature);
        pinned.put("part_0", &part_0);
        pinned.put("attachment", &blobs[0]);
        let sent =
            Sent { header: message.header.as_bytes().to_vec(), signature: message.signature, part_0, blobs };
        pinned.put("content_key", world.content_key(&sent).expose());
        pinned.put("attachment_key", contents.attachments[0].key.expose());
        pinned.put_text("text", &contents.text);
        pinned.put_text("file", "Inhalt der Datei");
    });
    let header = Header::parse(&pinned.bytes("header")).unwrap();
    let sender = pinned.directory(&[]).accepted_certificate(&header.sender_certificate()).unwrap();
    let signature = pinned.bytes("signature");
    let message = UnverifiedMessage::open(header.as_bytes(), &signature, &pinned.bundle("reader"))
        .and_then(|message| message.verify(&sender))
        .unwrap();
    assert!(*message.content_key() == pinned.secret("content_key"));
    let part_0 = message.open_part_0(&pinned.bytes("part_0"), limits::MESSAGE_BYTES).unwrap();
    check_contents(&pinned, &message, &part_0);
    seal_again(&pinned, &header, &part_0);
}

fn check_contents(pinned: &Pinned, message: &Message, part_0: &Contents) {
    assert_eq!(part_0.text, pinned.text("text"));
    assert_eq!(part_0.thread, Some(MessageId::from_bytes([1; 16])));
    assert_eq!(part_0.in_reply_to, Some(MessageId::from_bytes([2; 16])));
    assert_eq!(part_0.forwarded_from, Some(AccountId::from_bytes([3; 16])));
    assert_eq!(part_0.checkpoint.as_deref(), Some(&b"kbs.example\n1\n"[..]));
    let attachment = &part_0.attachments[0];
    assert!(attachment.key.0 == pinned.secret("attachment_key"));
    let mut opener = message.attachment(attachment).unwrap();
    let mut file = opener.push(&pinned.bytes("attachment")).unwrap();
    file.extend(opener.finish().unwrap());
    assert_eq!(file, pinned.text("file").as_bytes());
}

fn seal_again(pinned: &Pinned, header: &Header, part_0: &Contents) {
    let (key, id) = (pinned.secret("content_key"), header.message());
    let (descriptor, sealed) = seal_part(header.part_0().part, part_key(&key, id), &part_0.to_plaintext());
    assert_eq!(&descriptor, header.part_0());
    assert_eq!(sealed, pinned.bytes("part_0"));
    let attachment = StreamKey::new(pinned.secret("attachment_key"));
    let (descriptor, sealed) = seal_part(header.blobs()[0].part, attachment, pinned.text("file").as_bytes());
    assert_eq!(descriptor, header.blobs()[0]);
    assert_eq!(sealed, pinned.bytes("attachment"));
    let body: HeaderBody = cbor::decode(header.as_bytes(), limits::HEADER_BYTES).unwrap();
    assert_eq!(cbor::encode(&body), pinned.bytes("header"));
    assert_eq!(header.commitment(), &commitment(&key, id));
    let signature = sign::sign(&pinned.secret("sender_signing_seed"), Label::HEADER, header.as_bytes());
    assert_eq!(seal_signature(&key, id, &signature), pinned.bytes("signature"));
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct SignedGrant {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: ByteArray<64>,
}

#[test]
fn a_pinned_grant_opens_and_signs_alike() {
    let pinned = Pinned::load("grant", |pinned| {
        let mut world = World::new();
        let sent = world.send("Guten Tag", &[]);
        let message = world.open(&sent, &world.haus).unwrap();
        let receiver = world.current(&world.stranger);
        let grant =
            Grant::make(&message, &world.haus, &receiver, Purpose::Deputy, NOW_MS, &mut world.rng).unwrap();
        pinned.put_directory(&world.organisation);
        pinned.put_bundle("receiver", &world.stranger);
        pinned.put("granter_signing_seed", world.haus.signing_seed().expose());
        pinned.put("header", &sent.header);
        pinned.put("signature", &sent.signature);
        pinned.put("content_key", message.content_key().expose());
        pinned.put("grant", &grant);
    });
    let bytes = pinned.bytes("grant");
    let grant = Grant::parse(&bytes).unwrap();
    let directory = pinned.directory(&[]);
    let accepted = |fingerprint| directory.accepted_certificate(fingerprint).unwrap();
    let (granter, receiver) = (accepted(&grant.body().granter), accepted(&grant.body().receiver));
    let (header, signature) = (pinned.bytes("header"), pinned.bytes("signature"));
    let reader = pinned.bundle("receiver");
    let message =
        UnverifiedMessage::open_granted(&header, &signature, &grant, &granter, false, (&reader, &receiver))
            .unwrap();
    let sender = accepted(&message.header().sender_certificate());
    let message = message.verify(&sender).unwrap();
    assert!(*message.content_key() == pinned.secret("content_key"));
    let body = cbor::encode(grant.body());
    let seed = pinned.secret("granter_signing_seed");
    let signature = ByteArray::from(sign::sign(&seed, Label::GRANT, &body));
    assert_eq!(cbor::encode(&SignedGrant { body: body.into(), signature }), bytes);
}
