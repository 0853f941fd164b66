//! Round trips over arbitrary contents and pieces.

use super::*;
use crate::hazmat::padding::{CHUNK_BYTES, padme, sealed_len};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Lengths around the edges of chunks and of Padmé's steps, 0 among them.
fn lengths() -> impl Strategy<Value = usize> {
    let edge = |edge: usize| edge.saturating_sub(2)..edge + 3;
    prop_oneof![
        Just(0),
        1_usize..40,
        edge(1024),
        edge(CHUNK_BYTES),
        edge(2 * CHUNK_BYTES),
        // Padmé's last step below a chunk, and one whose padding begins a chunk of its own.
        edge(CHUNK_BYTES - 2048),
        edge(CHUNK_BYTES * 31 / 16),
        CHUNK_BYTES + 1..CHUNK_BYTES + 2049,
        0_usize..300_000,
    ]
}

/// Lengths of any size, half of them those to which Padmé adds most.
fn file_lengths() -> impl Strategy<Value = u64> {
    prop_oneof![0..=limits::MESSAGE_BYTES, (0_u32..25).prop_map(|exponent| (1 << exponent) + 1)]
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    let piece =
        prop_oneof![Just(0), 1_usize..50, Just(CHUNK_BYTES), Just(CHUNK_BYTES + 16), 1_usize..200_000];
    prop::collection::vec(piece, 1..8)
}

/// Calls `take` with pieces of these lengths, again and again until there is nothing left.
fn in_pieces(mut bytes: &[u8], lengths: &[usize], mut take: impl FnMut(&[u8])) {
    let fallback = [CHUNK_BYTES / 3];
    for length in lengths.iter().chain(fallback.iter().cycle()) {
        if bytes.is_empty() {
            return;
        }
        let (now, later) = bytes.split_at((*length).min(bytes.len()));
        take(now);
        bytes = later;
    }
}

fn sealed_in_pieces(file: &[u8], lengths: &[usize]) -> (PartDescriptor, AttachmentKey, Vec<u8>) {
    let (mut sealer, key) = PartSealer::attachment(file.len() as u64, &mut rng(6));
    let announced = sealer.sealed_bytes();
    let mut sealed = Vec::new();
    in_pieces(file, lengths, |piece| sealed.extend(sealer.push(piece).unwrap()));
    let (tail, descriptor) = sealer.finish().unwrap();
    sealed.extend(tail);
    assert_eq!(descriptor.bytes, announced);
    (descriptor, key, sealed)
}

/// What can be shown when a case fails; part 0 itself holds keys.
#[derive(Debug)]
struct Written {
    subject: String,
    text: String,
    sent_at_ms: u64,
    thread: Option<MessageId>,
    in_reply_to: Option<MessageId>,
    forwarded_from: Option<AccountId>,
    checkpoint: Option<Vec<u8>>,
}

fn written() -> impl Strategy<Value = Written> {
    let id = || prop::option::of(any::<[u8; 16]>().prop_map(MessageId::from_bytes));
    let account = prop::option::of(any::<[u8; 16]>().prop_map(AccountId::from_bytes));
    let checkpoint = prop::option::of(prop::collection::vec(any::<u8>(), 0..300));
    (".{0,200}", "(?s).{0,2000}", any::<u64>(), id(), id(), account, checkpoint).prop_map(
        |(subject, text, sent_at_ms, thread, in_reply_to, forwarded_from, checkpoint)| Written {
            subject,
            text,
            sent_at_ms,
            thread,
            in_reply_to,
            forwarded_from,
            checkpoint,
        },
    )
}

impl Written {
    fn with(self, attachments: Vec<Attachment>) -> Contents {
        let Self { subject, text, sent_at_ms, thread, in_reply_to, forwarded_from, checkpoint } = self;
        Contents { subject, text, attachments, sent_at_ms, thread, in_reply_to, forwarded_from, checkpoint }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_part_survives_any_pieces(length in lengths(), push in pieces(), pull in pieces()) {
        let file: Vec<u8> = (0..=250).cycle().take(length).collect();
        let (descriptor, key, sealed) = sealed_in_pieces(&file, &push);
        prop_assert_eq!(sealed.len() as u64, sealed_len(padme(length as u64)));
        prop_assert_eq!(descriptor.sha256, Fingerprint::of(&sealed));
        let (_, _, at_once) = sealed_in_pieces(&file, &[usize::MAX]);
        prop_assert!(sealed == at_once, "ciphertext depends on the pieces");
        let mut opener =
            PartOpener::new(StreamKey::new(key.0.duplicate()), &descriptor, Some(length as u64)).unwrap();
        let mut opened = Vec::new();
        in_pieces(&sealed, &pull, |piece| opened.extend(opener.push(piece).unwrap()));
        opened.extend(opener.finish().unwrap());
        prop_assert!(opened == file);
        // One byte is missing, or one too many.
        let open = || PartOpener::new(StreamKey::new(key.0.duplicate()), &descriptor, Some(length as u64)).unwrap();
        let mut short = open();
        prop_assert!(short.push(&sealed[..sealed.len() - 1]).is_err() || short.finish().is_err());
        let mut long = open();
        prop_assert!(long.push(&[&sealed[..], &[0]].concat()).is_err());
    }

    #[test]
    fn part_0_survives_sealing(
        written in written(),
        files in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 0..4),
    ) {
        static WORLD: LazyLock<World> = LazyLock::new(World::new);
        let (world, mut rng) = (&*WORLD, rng(43));
        let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let (with_files, descriptors, blobs) = with_files("", &files, &mut rng);
        let contents = written.with(with_files.attachments);
        prop_assume!(contents.names_fit());
        let sealer = MessageSealer::new(MessageKind::Message, &mut rng);
        let (sealed, part_0) = sealer.part_0(&contents, limits::MESSAGE_BYTES, &mut rng).unwrap();
        let (own, to) = (world.current(&world.staff), world.recipients());
        let message = sealed.finish(&world.staff, &own, &to, &descriptors, None, &mut rng).unwrap();
        prop_assert!(message.header.ciphertext_bytes() <= ciphertext_bound(contents.counted_bytes()));
        let sent = Sent { header: message.header.as_bytes().to_vec(), signature: message.signature, part_0, blobs };
        let read = world.read(&sent, &world.verein).unwrap();
        prop_assert_eq!(&read.text, &contents.text);
        prop_assert!(read.files.iter().zip(&files).all(|(read, file)| read == file));
        let opened = world.open(&sent, &world.haus).unwrap().open_part_0(&sent.part_0, limits::MESSAGE_BYTES).unwrap();
        prop_assert!(opened.to_plaintext() == contents.to_plaintext());
    }
}

proptest! {
    /// No message within the size rule is longer than the bound that the server enforces.
    #[test]
    fn the_bound_covers_every_split(
        text in file_lengths().prop_map(|length| length.min(limits::MESSAGE_BYTES)),
        files in prop::collection::vec(file_lengths(), 0..=100),
        overhead in 0..=limits::PART_0_OVERHEAD_BYTES,
    ) {
        let mut left = limits::MESSAGE_BYTES - text;
        let mut sealed = sealed_len(padme(text + overhead));
        for file in &files {
            let file = if *file > left { 0 } else { *file };
            left -= file;
            sealed += sealed_len(padme(file));
        }
        let counted = limits::MESSAGE_BYTES - left;
        prop_assert!(sealed <= ciphertext_bound(counted), "{} of {}", sealed, counted);
    }
}
