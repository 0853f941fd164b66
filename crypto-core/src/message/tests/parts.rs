//! Part 0 and attachments: swapped, cut, replaced, or of another length than is said.

use super::*;
use crate::hazmat::padding::{CHUNK_BYTES, padme, sealed_len};

const SEALED_CHUNK: usize = CHUNK_BYTES + 16;

/// Opens the first attachment from ciphertext that the server gives.
fn open_blob(world: &World, sent: &Sent, blob: &[u8]) -> Result<Vec<u8>, MessageError> {
    let message = world.open(sent, &world.haus).unwrap();
    let part_0 = message.open_part_0(&sent.part_0, limits::MESSAGE_BYTES).unwrap();
    let mut opener = message.attachment(&part_0.attachments[0])?;
    let mut file = opener.push(blob)?;
    file.extend(opener.finish()?);
    Ok(file)
}

/// A message whose part 0, header and signature fit each other, made by its sender from other contents or
/// from bytes that are no contents.
pub(super) fn with_contents(world: &World, sent: &Sent, plaintext: &[u8]) -> Sent {
    let key = world.content_key(sent);
    let HeaderBody { message, part_0, .. } = header_body(sent);
    let (descriptor, sealed) = seal_part(part_0.part, part_key(&key, message), plaintext);
    let mut sent = resigned(sent, &key, &world.staff, |body| body.part_0 = descriptor);
    sent.part_0 = sealed;
    sent
}

pub(super) fn contents(world: &World, sent: &Sent) -> Contents {
    world.open(sent, &world.haus).unwrap().open_part_0(&sent.part_0, limits::MESSAGE_BYTES).unwrap()
}

/// A reader, who knows the attachment's key, seals another file of the same length in its place.
#[test]
fn an_attachment_replaced_under_its_own_key_is_refused() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"Sorgerecht: Mutter"]);
    let attachment = contents(&world, &sent).attachments.remove(0);
    let key = StreamKey::new(attachment.key.0.duplicate());
    let (descriptor, forged) = seal_part(attachment.part, key, b"Sorgerecht: Vater ");
    assert_eq!(descriptor.bytes, header_body(&sent).blobs[0].bytes);
    assert_eq!(open_blob(&world, &sent, &forged), Err(MessageError::Open));
    assert!(open_blob(&world, &sent, &sent.blobs[0]).is_ok());
    // Nor with its own hash in the header, which the sender did not sign.
    let renamed = changed(&sent, |body| body.blobs[0] = descriptor);
    assert_eq!(world.read(&Sent { blobs: vec![forged], ..renamed }, &world.haus), Err(MessageError::Sender));
}

/// The server gives out one part for another, within a message and between two.
#[test]
fn a_part_is_not_swapped() {
    let mut world = World::new();
    let one = world.send("Eins", &[b"erste Datei", b"zweite Dat."]);
    let two = world.send("Zwei", &[b"dritte Dat.", b"vierte Dat."]);
    let swapped = Sent { blobs: vec![one.blobs[1].clone(), one.blobs[0].clone()], ..one.clone() };
    assert_eq!(one.blobs[0].len(), one.blobs[1].len());
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Open));
    let swapped = Sent { blobs: vec![two.blobs[0].clone(), one.blobs[1].clone()], ..one.clone() };
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Open));
    let swapped = Sent { part_0: two.part_0.clone(), ..one.clone() };
    assert_eq!(one.part_0.len(), two.part_0.len());
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Open));
    let swapped = Sent { part_0: one.blobs[0].clone(), ..one.clone() };
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Open));
    let message = world.open(&one, &world.haus).unwrap();
    let of_other = contents(&world, &two).attachments.remove(0);
    assert_eq!(message.attachment(&of_other).err(), Some(MessageError::Parts));
    assert_eq!(message.descriptor(&of_other).err(), Some(MessageError::Parts));
}

/// The server drops, doubles, swaps or cuts chunks, or appends something.
#[test]
fn chunks_are_all_there_once_and_in_order() {
    let mut world = World::new();
    let file: Vec<u8> = (0..=250).cycle().take(CHUNK_BYTES * 3).collect();
    let sent = world.send("Guten Tag", &[&file]);
    let blob = &sent.blobs[0];
    let chunks: Vec<&[u8]> = blob.chunks(SEALED_CHUNK).collect();
    assert_eq!(chunks.len(), 3);
    assert_eq!(open_blob(&world, &sent, blob), Ok(file));
    let orders: [(&str, &[usize]); 8] = [
        ("first dropped", &[1, 2]),
        ("middle dropped", &[0, 2]),
        ("cut at a boundary", &[0, 1]),
        ("doubled", &[0, 0, 1, 2]),
        ("doubled instead of the next", &[0, 0, 2]),
        ("swapped", &[1, 0, 2]),
        ("last not last", &[0, 2, 1]),
        ("more after the end", &[0, 1, 2, 2]),
    ];
    for (what, order) in orders {
        let other: Vec<u8> = order.iter().flat_map(|index| chunks[*index]).copied().collect();
        assert_eq!(open_blob(&world, &sent, &other), Err(MessageError::Open), "{what}");
    }
    for length in [0, 1, 16, SEALED_CHUNK - 1, blob.len() - 1] {
        assert_eq!(open_blob(&world, &sent, &blob[..length]), Err(MessageError::Open), "{length}");
    }
}

/// The same, where header and hash say what the ciphertext is: a sender who shows two readers two lengths.
#[test]
fn a_cut_part_has_no_end_even_if_its_sender_says_so() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[&vec![5; CHUNK_BYTES * 4]]);
    let key = world.content_key(&sent);
    let mut contents = contents(&world, &sent);
    contents.attachments[0].bytes = (CHUNK_BYTES * 2) as u64;
    let with_length = with_contents(&world, &sent, &contents.to_plaintext());
    let blob = sent.blobs[0][..SEALED_CHUNK * 2].to_vec();
    let mut cut = resigned(&with_length, &key, &world.staff, |body| {
        body.blobs[0].bytes = blob.len() as u64;
        body.blobs[0].sha256 = Fingerprint::of(&blob);
    });
    cut.blobs = vec![blob];
    assert_eq!(world.read(&cut, &world.haus), Err(MessageError::Open));
    // Swapped chunks with the hash of the swapped.
    let blob: Vec<u8> = [1, 0, 2, 3]
        .iter()
        .flat_map(|i| &sent.blobs[0][i * SEALED_CHUNK..(i + 1) * SEALED_CHUNK])
        .copied()
        .collect();
    let mut swapped =
        resigned(&sent, &key, &world.staff, |body| body.blobs[0].sha256 = Fingerprint::of(&blob));
    swapped.blobs = vec![blob];
    assert_eq!(world.read(&swapped, &world.haus), Err(MessageError::Open));
}

/// Nothing of a chunk is handed on before its tag was checked.
#[test]
fn no_byte_of_an_altered_chunk_is_handed_on() {
    let mut world = World::new();
    let file = vec![5; CHUNK_BYTES * 3];
    let sent = world.send("Guten Tag", &[&file]);
    let message = world.open(&sent, &world.haus).unwrap();
    let attachment = contents(&world, &sent).attachments.remove(0);
    let mut blob = sent.blobs[0].clone();
    blob[SEALED_CHUNK + 5] ^= 1;
    let mut opener = message.attachment(&attachment).unwrap();
    let mut handed_on = 0;
    let refused = blob.chunks(1000).find_map(|piece| match opener.push(piece) {
        Ok(plain) => {
            handed_on += plain.len();
            None
        }
        Err(error) => Some(error),
    });
    assert!(refused.is_some());
    assert_eq!(handed_on, CHUNK_BYTES);
}

/// A header, signed by its sender, whose lengths no padded part has, or which names a part twice.
#[test]
fn a_header_names_possible_parts() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins"]);
    let key = world.content_key(&sent);
    let refusal = |change: &dyn Fn(&mut HeaderBody)| {
        world.read(&resigned(&sent, &key, &world.staff, change), &world.haus).err()
    };
    let parts = Some(MessageError::Header(HeaderError::Parts));
    for bytes in [0, 15, sealed_len(9), sealed_len(CHUNK_BYTES as u64) + 1, u64::MAX] {
        assert_eq!(refusal(&|body| body.blobs[0].bytes = bytes), parts, "{bytes}");
        assert_eq!(refusal(&|body| body.part_0.bytes = bytes), parts, "{bytes}");
    }
    assert_eq!(refusal(&|body| body.blobs[0].part = body.part_0.part), parts);
    assert_eq!(refusal(&|body| body.blobs = vec![body.blobs[0].clone(); 2]), parts);
    assert_eq!(refusal(&|body| body.blobs = many_blobs(101)), parts);
    let large = sealed_len(padme(ciphertext_bound(limits::MESSAGE_BYTES)));
    assert_eq!(
        refusal(&|body| body.blobs[0].bytes = large),
        Some(MessageError::Header(HeaderError::TooLarge))
    );
    // Many that fit, each on its own.
    let each = sealed_len(1 << 22);
    assert_eq!(
        refusal(&|body| {
            body.blobs = many_blobs(7);
            body.blobs.iter_mut().for_each(|blob| blob.bytes = each);
        }),
        Some(MessageError::Header(HeaderError::TooLarge))
    );
}

fn many_blobs(count: u8) -> Vec<PartDescriptor> {
    let blob = |id: u8| PartDescriptor {
        part: PartId::from_bytes([id; 16]),
        bytes: 16,
        sha256: Fingerprint::from_bytes([0; 32]),
    };
    (0..count).map(blob).collect()
}

/// A true length that does not fit the padded one, or that hides bytes behind the end.
#[test]
fn an_attachments_true_length_fits_its_ciphertext() {
    let mut world = World::new();
    // Ten bytes and nine are padded to ten.
    let sent = world.send("Guten Tag", &[b"1234567890"]);
    let with_length = |bytes| {
        let mut contents = contents(&world, &sent);
        contents.attachments[0].bytes = bytes;
        world.read(&with_contents(&world, &sent, &contents.to_plaintext()), &world.haus).map(|it| it.files)
    };
    assert_eq!(with_length(10), Ok(vec![b"1234567890".to_vec()]));
    // What stands behind the end is no padding.
    assert_eq!(with_length(9), Err(MessageError::Open));
    for bytes in [0, 1, 8, 11, 12] {
        assert_eq!(with_length(bytes), Err(MessageError::Open), "{bytes}");
    }
    assert_eq!(with_length(u64::MAX), Err(MessageError::TooLarge));
}

/// A shorter length than the padding is for, where the file itself ends with zeroes.
#[test]
fn a_file_of_zeroes_has_one_length() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[&[0; 10]]);
    for (bytes, opens) in [(10, true), (9, true), (8, false), (1, false), (0, false)] {
        let mut contents = contents(&world, &sent);
        contents.attachments[0].bytes = bytes;
        let other = with_contents(&world, &sent, &contents.to_plaintext());
        assert_eq!(world.read(&other, &world.haus).is_ok(), opens, "{bytes}");
    }
}

/// The sender announces a long file and names the hash of a short one.
#[test]
fn a_part_is_as_long_as_its_header_says() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"1234567890"]);
    let mut contents = contents(&world, &sent);
    contents.attachments[0].bytes = 2 * CHUNK_BYTES as u64;
    let key = world.content_key(&sent);
    let other = with_contents(&world, &sent, &contents.to_plaintext());
    let bytes = sealed_len(2 * CHUNK_BYTES as u64);
    let other = resigned(&other, &key, &world.staff, |body| body.blobs[0].bytes = bytes);
    assert_eq!(world.read(&other, &world.haus), Err(MessageError::Open));
}

/// Part 0 whose length lies, or with something in its padding.
#[test]
fn part_0s_length_fits_its_padding() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    // A text whose part 0 needs padding.
    let right = (0..100)
        .map(|length| Contents { text: "a".repeat(length), ..Contents::default() }.to_plaintext().to_vec())
        .find(|bytes| padme(bytes.len() as u64) > bytes.len() as u64 + 2)
        .unwrap();
    let refusal = |bytes: &[u8]| world.read(&with_contents(&world, &sent, bytes), &world.haus).err();
    assert_eq!(refusal(&right), None);
    let length = (right.len() - 8) as u64;
    let padded = padme(right.len() as u64) - 8;
    for lie in [0, 1, length - 1, length + 1, padded, padded + 1, u64::MAX] {
        let mut other = right.clone();
        other[..8].copy_from_slice(&lie.to_be_bytes());
        assert_eq!(refusal(&other), Some(MessageError::Open), "{lie}");
    }
    let mut nonzero = right.clone();
    nonzero.push(1);
    assert_eq!(padme(nonzero.len() as u64), padme(right.len() as u64));
    assert_eq!(refusal(&nonzero), Some(MessageError::Open));
    let mut longer = right.clone();
    longer.resize(usize::try_from(padme(2 * right.len() as u64)).unwrap(), 0);
    assert_eq!(refusal(&longer), Some(MessageError::Open), "more padding than Padmé's");
    for short in [&right[..0], &right[..7], &right[..8]] {
        assert_eq!(refusal(short), Some(MessageError::Open));
    }
}

/// Part 0 lists other attachments than the header: one would see a file that others do not have.
#[test]
fn part_0_and_header_name_the_same_attachments() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins", b"zwei"]);
    let changes: [fn(&mut Vec<Attachment>); 4] = [
        |files| files.swap(0, 1),
        |files| drop(files.pop()),
        |files| files.push(files[0].clone()),
        |files| files[0].part = PartId::from_bytes([1; 16]),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut contents = contents(&world, &sent);
        change(&mut contents.attachments);
        let other = with_contents(&world, &sent, &contents.to_plaintext());
        assert_eq!(world.read(&other, &world.haus), Err(MessageError::Parts), "{index}");
    }
}

/// A sender whose client does not keep the size rule.
#[test]
fn a_message_over_the_limit_is_refused_by_its_reader() {
    let mut world = World::new();
    let sent = world.send("12345", &[b"1234567"]);
    let message = world.open(&sent, &world.haus).unwrap();
    assert!(message.open_part_0(&sent.part_0, 12).is_ok());
    assert_eq!(message.open_part_0(&sent.part_0, 11).err(), Some(MessageError::TooLarge));
    // Lengths whose sum is more than a number holds.
    let mut contents = contents(&world, &sent);
    contents.attachments[0].bytes = u64::MAX;
    let huge = with_contents(&world, &sent, &contents.to_plaintext());
    assert_eq!(world.read(&huge, &world.haus), Err(MessageError::TooLarge));
}

/// Names that a careful client does not send.
#[test]
fn names_over_their_limit_are_refused() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[b"eins"]);
    type Change = fn(&mut Contents, usize);
    let changes: [(Change, usize); 3] = [
        (|contents, length| contents.subject = "a".repeat(length), limits::SUBJECT_BYTES),
        (|contents, length| contents.attachments[0].name = "a".repeat(length), limits::FILE_NAME_BYTES),
        (|contents, length| contents.attachments[0].media_type = "a".repeat(length), limits::NAME_BYTES),
    ];
    for (index, (change, limit)) in changes.into_iter().enumerate() {
        for (length, expected) in [(limit, None), (limit + 1, Some(MessageError::Parts))] {
            let mut contents = contents(&world, &sent);
            change(&mut contents, length);
            let other = with_contents(&world, &sent, &contents.to_plaintext());
            assert_eq!(world.read(&other, &world.haus).err(), expected, "{index} {length}");
        }
    }
}
