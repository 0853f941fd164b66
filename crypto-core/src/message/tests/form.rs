//! Encoding and form of headers, part 0 and grants.

use super::parts::{contents, with_contents};
use super::*;
use crate::hazmat::padding::{padme, plain_len, sealed_len};
use crate::testing::uncanonical;
use crate::wire::CborError;

type Change<'a> = &'a dyn Fn(&mut HeaderBody);

fn refusal(sent: &Sent, change: Change<'_>) -> Option<HeaderError> {
    Header::parse(&changed(sent, |body| change(body)).header).err()
}

#[test]
fn a_header_has_one_encoding() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins"]);
    assert!(Header::parse(&sent.header).is_ok());
    for (what, other) in uncanonical(&sent.header) {
        assert!(matches!(Header::parse(&other), Err(HeaderError::Cbor(_))), "{what}");
    }
    let long = vec![0; limits::HEADER_BYTES + 1];
    assert_eq!(Header::parse(&long).err(), Some(HeaderError::Cbor(CborError::TooLong)));
}

/// Something inside that says the same in another way, where the outer map is in order.
#[test]
fn nested_maps_have_one_encoding_too() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins"]);
    let part_0 = cbor::encode(&header_body(&sent).part_0);
    let place = sent.header.windows(part_0.len()).position(|window| window == part_0).unwrap();
    for (what, other) in uncanonical(&part_0).into_iter().filter(|(_, other)| !other.is_empty()) {
        let mut header = sent.header.clone();
        header.splice(place..place + part_0.len(), other);
        assert!(matches!(Header::parse(&header), Err(HeaderError::Cbor(_))), "{what}");
    }
}

/// The sender encodes part 0 so that two programs could read it in two ways.
#[test]
fn part_0_has_one_encoding() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let plaintext = contents(&world, &sent).to_plaintext();
    let with_body = |body: &[u8]| [&(body.len() as u64).to_be_bytes()[..], body].concat();
    let right = with_contents(&world, &sent, &with_body(&plaintext[8..]));
    assert!(world.read(&right, &world.haus).is_ok());
    for (what, body) in uncanonical(&plaintext[8..]) {
        let other = with_contents(&world, &sent, &with_body(&body));
        assert_eq!(world.read(&other, &world.haus), Err(MessageError::Open), "{what}");
    }
}

/// Nobody, too many, one twice, or an own copy that is missing, doubled or another's.
#[test]
fn recipients_have_their_form() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let staff = header_body(&sent).sender;
    let refused: [(&str, Change<'_>); 11] = [
        ("nobody", &|body| body.recipients.clear()),
        ("only oneself", &|body| drop(body.recipients.drain(..2))),
        ("one twice", &|body| body.recipients.push(body.recipients[0].clone())),
        ("one twice, in two roles", &|body| {
            let twice = Recipient { role: RecipientRole::Deputy, ..body.recipients[0].clone() };
            body.recipients.push(twice);
        }),
        ("no own copy", &|body| drop(body.recipients.pop())),
        ("two own copies", &|body| body.recipients[0].role = RecipientRole::Own),
        ("another's own copy", &|body| body.sender = AccountId::from_bytes([1; 16])),
        ("own copy under another certificate", &|body| {
            body.sender_certificate = Fingerprint::from_bytes([1; 32]);
        }),
        ("a short enc", &|body| body.recipients[0].enc = vec![0; 1119].into()),
        ("a long sealed key", &|body| body.recipients[0].sealed_key = vec![0; 49].into()),
        ("a draft for others", &|body| body.kind = MessageKind::Draft),
    ];
    for (what, change) in refused {
        assert_eq!(refusal(&sent, change), Some(HeaderError::Recipients), "{what}");
    }
    let with = |count: u8| {
        move |body: &mut HeaderBody| {
            let recipient = body.recipients[0].clone();
            let other = |id| Recipient { account: AccountId::from_bytes([id; 16]), ..recipient.clone() };
            body.recipients.drain(..2);
            body.recipients.extend((1..count).map(other));
        }
    };
    assert_eq!(refusal(&sent, &with(100)), None);
    assert_eq!(refusal(&sent, &with(101)), Some(HeaderError::RecipientsTooMany));
    // One may write to oneself, beside the own copy.
    assert_eq!(refusal(&sent, &|body| body.recipients[0].account = staff), None);
}

fn part(number: usize, bytes: u64) -> PartDescriptor {
    let mut id = [0; PartId::BYTES];
    id[..8].copy_from_slice(&number.to_be_bytes());
    PartDescriptor { part: PartId::from_bytes(id), bytes, sha256: Fingerprint::of(b"") }
}

/// Lengths that sealed parts can have and that make up `total` together.
fn lengths_of(total: u64) -> Vec<u64> {
    let is_length = |sealed| plain_len(sealed).is_some_and(|plain| padme(plain) == plain);
    let (mut lengths, mut left) = (Vec::new(), total);
    while !is_length(left) {
        let ends = (0..9).map(sealed_len).find(|it| left.checked_sub(*it).is_some_and(is_length));
        let next = ends.unwrap_or_else(|| sealed_len(padme(left / 2)));
        lengths.push(next);
        left -= next;
    }
    lengths.push(left);
    lengths
}

#[test]
fn parts_have_their_number_and_their_bound() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins", b"zwei"]);
    let (header, body) = (Header::parse(&sent.header).unwrap(), header_body(&sent));
    let parts: Vec<_> = header.parts().cloned().collect();
    assert_eq!(parts, [vec![body.part_0.clone()], body.blobs.clone()].concat());
    assert_eq!(header.ciphertext_bytes(), parts.iter().map(|it| it.bytes).sum::<u64>());

    let with = |count| move |body: &mut HeaderBody| body.blobs = (1..=count).map(|it| part(it, 17)).collect();
    assert_eq!(refusal(&sent, &with(limits::ATTACHMENTS)), None);
    assert_eq!(refusal(&sent, &with(limits::ATTACHMENTS + 1)), Some(HeaderError::Parts));

    // By hand: (20 MiB + 192 KiB), a hundredth of that cut and times 12, 12 more, 362 tags, and 100 of attachments.
    assert_eq!(ciphertext_bound(limits::MESSAGE_BYTES), 23_715_704);
    assert_eq!(ciphertext_bound(0), 221_876);
    let of = |total| {
        move |body: &mut HeaderBody| {
            let attached = total - body.part_0.bytes;
            body.blobs = lengths_of(attached).into_iter().enumerate().map(|(at, it)| part(at, it)).collect();
        }
    };
    assert_eq!(refusal(&sent, &of(23_715_704)), None);
    assert_eq!(refusal(&sent, &of(23_715_705)), Some(HeaderError::TooLarge));
}

#[test]
fn a_sealed_signature_has_its_length() {
    let mut world = World::new();
    assert_eq!(world.send("Guten Tag", &[]).signature.len(), 80);
    assert_eq!(SEALED_SIGNATURE_BYTES, 80);
}
