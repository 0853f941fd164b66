//! Recipients, sender, keys and signature.

use super::*;
use crate::certificate::{Cause, CertificateBody, Reason, issue_certificate};
use crate::testing::{Hand, body_after, end};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The server adds a recipient of its own, with the content key that a reader gave away; or moves somebody.
#[test]
fn a_recipient_added_is_seen() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let (key, stranger) = (world.content_key(&sent), world.accepted(&world.stranger));
    let added = changed(&sent, |body| {
        body.recipients.push(recipient(body.message, body.sender_certificate, &stranger, &key));
    });
    for reader in [&world.haus, &world.verein, &world.stranger] {
        assert_eq!(world.read(&added, reader), Err(MessageError::Sender));
    }
    let other_role = changed(&sent, |body| body.recipients[0].role = RecipientRole::Deputy);
    assert_eq!(world.read(&other_role, &world.haus), Err(MessageError::Sender));
}

/// The server hides from one reader that another one has the message too.
#[test]
fn a_recipient_dropped_is_seen() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let dropped = changed(&sent, |body| drop(body.recipients.remove(1)));
    assert_eq!(world.read(&dropped, &world.haus), Err(MessageError::Sender));
    let swapped = changed(&sent, |body| body.recipients.swap(0, 1));
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Sender));
}

/// The server exchanges part 0 for another one that a reader sealed with the content key.
#[test]
fn a_changed_part_0_is_seen() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let key = world.content_key(&sent);
    let id = header_body(&sent).message;
    let forged = Contents { text: "Bitte zahlen".into(), ..Contents::default() };
    let part = header_body(&sent).part_0.part;
    let (descriptor, sealed) = seal_part(part, part_key(&key, id), &forged.to_plaintext());
    let mut swapped = changed(&sent, |body| body.part_0 = descriptor);
    swapped.part_0 = sealed;
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Sender));
    // Under the true header its hash is wrong.
    swapped.header = sent.header;
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Open));
}

/// The server exchanges an attachment in the header, drops it or adds one.
#[test]
fn changed_blobs_are_seen() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins", b"zwei"]);
    let changes: [fn(&mut HeaderBody); 5] = [
        |body| body.blobs[0].sha256 = Fingerprint::from_bytes([1; 32]),
        |body| body.blobs[0].part = PartId::from_bytes([1; 16]),
        |body| body.blobs.truncate(1),
        |body| body.blobs.swap(0, 1),
        |body| body.blobs.push(PartDescriptor { part: PartId::from_bytes([1; 16]), ..body.blobs[0].clone() }),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert_eq!(world.read(&changed(&sent, change), &world.haus), Err(MessageError::Sender), "{index}");
    }
}

/// The server says that somebody else is meant, or that the sender stands in for somebody.
#[test]
fn on_behalf_of_is_signed() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let changed = changed(&sent, |body| body.on_behalf_of = Some(AccountId::from_bytes([1; 16])));
    assert_eq!(world.read(&changed, &world.haus), Err(MessageError::Sender));
}

/// The server delivers a draft, or hides a message among the drafts.
#[test]
fn the_kind_is_signed() {
    let mut world = World::new();
    let contents = Contents { text: "Noch nicht fertig".into(), ..Contents::default() };
    let sealer = MessageSealer::new(MessageKind::Draft, &mut world.rng);
    let (sealed, part_0) = sealer.part_0(&contents, 100, &mut world.rng).unwrap();
    let own = world.current(&world.staff);
    let draft = sealed.finish(&world.staff, &own, &[], &[], None, &mut world.rng).unwrap();
    let draft = Sent {
        header: draft.header.as_bytes().to_vec(),
        signature: draft.signature,
        part_0,
        blobs: Vec::new(),
    };
    assert!(world.read(&draft, &world.staff).is_ok_and(|it| it.text == "Noch nicht fertig"));
    let delivered = changed(&draft, |body| body.kind = MessageKind::Message);
    assert_eq!(world.read(&delivered, &world.staff), Err(MessageError::Header(HeaderError::Recipients)));
    let key = world.open(&draft, &world.staff).unwrap().content_key().duplicate();
    let haus = world.accepted(&world.haus);
    let delivered = changed(&draft, |body| {
        body.kind = MessageKind::Message;
        body.recipients.push(recipient(body.message, body.sender_certificate, &haus, &key));
    });
    assert_eq!(world.read(&delivered, &world.haus), Err(MessageError::Sender));
}

/// A stranger writes in the name of staff.
#[test]
fn a_forged_sender_is_refused() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let key = world.content_key(&sent);
    assert!(world.read(&resigned(&sent, &key, &world.staff, |_| {}), &world.haus).is_ok());
    // Names staff and signs itself.
    let forged = resigned(&sent, &key, &world.stranger, |_| {});
    assert_eq!(world.read(&forged, &world.haus), Err(MessageError::Sender));
    // Names staff as the sender and its own certificate beside it, which its signature fits.
    let stranger = world.accepted(&world.stranger);
    let haus = world.accepted(&world.haus);
    let forged = resigned(&sent, &key, &world.stranger, |body| {
        body.sender_certificate = stranger.fingerprint();
        body.recipients = vec![recipient(body.message, stranger.fingerprint(), &haus, &key)];
        let mut own = recipient(body.message, stranger.fingerprint(), &stranger, &key);
        (own.account, own.role) = (body.sender, RecipientRole::Own);
        body.recipients.push(own);
    });
    let opened = UnverifiedMessage::open(&forged.header, &forged.signature, &world.haus).unwrap();
    assert_eq!(opened.header().sender(), world.staff.account());
    assert_eq!(opened.verify(&stranger).err(), Some(MessageError::Sender));
}

/// The reader's client is made to check with a certificate that the header does not name.
#[test]
fn another_certificate_of_the_same_account_does_not_verify() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let rotated = world.organisation.rotated(&world.staff);
    assert_eq!(read(&sent, &world.haus, &world.accepted(&rotated)).err(), Some(MessageError::Sender));
    // The old key signs, the header names the new certificate.
    let (key, new) = (world.content_key(&sent), world.accepted(&rotated));
    let (haus, own) = (world.accepted(&world.haus), new.clone());
    let renamed = resigned(&sent, &key, &world.staff, |body| {
        body.sender_certificate = new.fingerprint();
        body.recipients = vec![recipient(body.message, new.fingerprint(), &haus, &key)];
        let own = recipient(body.message, new.fingerprint(), &own, &key);
        body.recipients.push(Recipient { role: RecipientRole::Own, ..own });
    });
    assert_eq!(read(&renamed, &world.haus, &new).err(), Some(MessageError::Sender));
}

/// The same keys under a certificate that says something else: other deputies.
#[test]
fn a_certificate_that_the_header_does_not_name_does_not_verify() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let (staff, admin) = (world.staff.certificate(), Hand::of(&world.admin));
    let deputed = CertificateBody {
        generation: staff.body().generation,
        signing_key: staff.body().signing_key,
        ..body_after(staff, Reason::Deputed, admin, admin.seed)
    };
    let deputed = issue_certificate(&deputed, admin.seed, None).unwrap();
    world.organisation.enter(deputed.as_bytes().to_vec());
    let deputed = world.organisation.directory().accepted_certificate(&deputed.fingerprint()).unwrap();
    assert_eq!(read(&sent, &world.haus, &deputed), Err(MessageError::Sender));
    assert!(world.read(&sent, &world.haus).is_ok());
}

/// Somebody who stole staff's key writes with it.
#[test]
fn a_stolen_certificate_verifies_nothing() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let admin = Hand::of(&world.admin);
    let certificate = world.staff.certificate().clone();
    let entries = world.organisation.entries.len();
    let refused = Some(MessageError::Stolen);
    for (cause, error) in [(Cause::Stolen, refused), (Cause::Left, None), (Cause::Lost, None)] {
        world.organisation.entries.truncate(entries);
        let statement = end(&certificate, cause, (admin.seed, Some(admin.certificate)), |_| {});
        world.organisation.enter(statement.as_bytes().to_vec());
        assert_eq!(world.read(&sent, &world.haus).err(), error, "{cause:?}");
    }
}

/// The signature of another message of the same sender, as it is, and sealed anew by a reader of both.
#[test]
fn another_messages_signature_is_refused() {
    let mut world = World::new();
    let (one, other) = (world.send("Eins", &[]), world.send("Zwei", &[]));
    let moved = Sent { signature: other.signature.clone(), ..one.clone() };
    assert_eq!(world.read(&moved, &world.haus), Err(MessageError::Open));
    let signature = sign::sign(world.staff.signing_seed(), Label::HEADER, &other.header);
    let id = header_body(&one).message;
    let moved = Sent { signature: seal_signature(&world.content_key(&one), id, &signature), ..one.clone() };
    assert_eq!(world.read(&moved, &world.haus), Err(MessageError::Sender));
    // A signature that staff made for another purpose.
    let signature = sign::sign(world.staff.signing_seed(), Label::GRANT, &one.header);
    let moved = Sent { signature: seal_signature(&world.content_key(&one), id, &signature), ..one.clone() };
    assert_eq!(world.read(&moved, &world.haus), Err(MessageError::Sender));
}

/// A sealed signature that is cut, longer, or none.
#[test]
fn a_signature_has_one_length() {
    let mut world = World::new();
    let sent = world.send("Eins", &[]);
    for length in [0, 16, 79, 81] {
        let mut signature = sent.signature.clone();
        signature.resize(length, 0);
        let cut = Sent { signature, ..sent.clone() };
        assert_eq!(world.read(&cut, &world.haus), Err(MessageError::Open), "{length}");
    }
    // Sealed as it should be, but not 64 bytes.
    let key = signature_key(&world.content_key(&sent), header_body(&sent).message);
    let short = Sent { signature: Sealer::new(key).seal_last(&[0; 63]).unwrap(), ..sent };
    assert_eq!(world.read(&short, &world.haus), Err(MessageError::Sender));
}

/// An old message is sent again as a new one.
#[test]
fn a_replay_under_a_new_id_is_refused() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let id = MessageId::from_bytes([1; 16]);
    assert_eq!(world.read(&changed(&sent, |body| body.message = id), &world.haus), Err(MessageError::Open));
    // A reader helps: key, commitment, part 0 and signature are sealed anew, but nobody signs for staff.
    let key = world.content_key(&sent);
    let contents = world.open(&sent, &world.haus).unwrap().open_part_0(&sent.part_0, 100).unwrap();
    let part = header_body(&sent).part_0.part;
    let (descriptor, part_0) = seal_part(part, part_key(&key, id), &contents.to_plaintext());
    let (haus, staff) = (world.accepted(&world.haus), world.accepted(&world.staff));
    let mut replay = changed(&sent, |body| {
        body.message = id;
        body.part_0 = descriptor;
        body.commitment = ByteArray::from(commitment(&key, id));
        body.recipients = vec![recipient(id, body.sender_certificate, &haus, &key)];
        let own = recipient(id, body.sender_certificate, &staff, &key);
        body.recipients.push(Recipient { role: RecipientRole::Own, ..own });
    });
    replay.part_0 = part_0;
    let signature = sign::sign(world.staff.signing_seed(), Label::HEADER, &sent.header);
    replay.signature = seal_signature(&key, id, &signature);
    assert_eq!(world.read(&replay, &world.haus), Err(MessageError::Sender));
}

/// The key that was sealed to one reader is given to another, or stands beside another certificate.
#[test]
fn a_sealed_key_opens_for_its_reader_only() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let swapped = changed(&sent, |body| {
        let (haus, verein) = (body.recipients[0].account, body.recipients[1].account);
        (body.recipients[0].account, body.recipients[1].account) = (verein, haus);
    });
    for reader in [&world.haus, &world.verein] {
        assert_eq!(world.read(&swapped, reader), Err(MessageError::Open));
    }
    let stranger = changed(&sent, |body| body.recipients[0].account = world.stranger.account());
    assert_eq!(world.read(&stranger, &world.stranger), Err(MessageError::Open));
    let certificate = world.stranger.certificate().fingerprint();
    let renamed = changed(&sent, |body| body.recipients[0].certificate = certificate);
    assert_eq!(world.read(&renamed, &world.haus), Err(MessageError::Open));
    let of_other_sender = changed(&sent, |body| {
        body.sender_certificate = certificate;
        body.recipients[2].certificate = certificate;
    });
    assert_eq!(world.read(&of_other_sender, &world.haus), Err(MessageError::Open));
}

/// A sender seals two keys under one header, so that two readers see two contents.
#[test]
fn a_header_has_one_content_key() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let (key, other) = (world.content_key(&sent), Secret::from_bytes([1; 32]));
    let verein = world.accepted(&world.verein);
    let two = resigned(&sent, &key, &world.staff, |body| {
        body.recipients[1] = recipient(body.message, body.sender_certificate, &verein, &other);
    });
    assert!(world.read(&two, &world.haus).is_ok());
    // Opens, but the key is not the one that the header commits to.
    let for_verein = Sent { signature: resigned(&two, &other, &world.staff, |_| {}).signature, ..two };
    assert_eq!(world.read(&for_verein, &world.verein), Err(MessageError::Open));
    let none = resigned(&sent, &key, &world.staff, |body| body.commitment = ByteArray::from([0; 32]));
    assert_eq!(world.read(&none, &world.haus), Err(MessageError::Open));
    // The commitment belongs to the message: that of the same key under another id is another.
    let moved = resigned(&sent, &key, &world.staff, |body| {
        body.commitment = ByteArray::from(commitment(&key, MessageId::from_bytes([1; 16])));
    });
    assert_eq!(world.read(&moved, &world.haus), Err(MessageError::Open));
}

/// A suite below or above the one that is known, signed by the sender.
#[test]
fn other_suites_are_refused() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let key = world.content_key(&sent);
    for suite in [0, 2, u16::MAX] {
        let other = resigned(&sent, &key, &world.staff, |body| body.suite = suite);
        assert_eq!(world.read(&other, &world.haus), Err(MessageError::Header(HeaderError::Suite)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each bit of header, signature and parts counts, for each reader.
    #[test]
    fn no_bit_of_a_message_can_be_turned(
        which in 0_usize..4,
        who in 0_usize..3,
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        static WORLD: LazyLock<(World, Sent, AcceptedCertificate)> = LazyLock::new(|| {
            let mut world = World::new();
            let sent = world.send("Guten Tag", &[b"Inhalt"]);
            let sender = world.accepted(&world.staff);
            (world, sent, sender)
        });
        let (world, sent, sender) = &*WORLD;
        let mut sent = sent.clone();
        let bytes = match which {
            0 => &mut sent.header,
            1 => &mut sent.signature,
            2 => &mut sent.part_0,
            _ => &mut sent.blobs[0],
        };
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let reader = [&world.haus, &world.verein, &world.staff][who];
        prop_assert!(read(&sent, reader, sender).is_err(), "{} byte {}", which, place);
    }
}
