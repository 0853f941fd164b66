//! Part 0 of a message, behind an envelope that opens: a sender with true keys may have written anything.

use crate::input::Input;
use crate::targets::part_0::envelope::{Envelope, LIMIT, blob, part_0_of};
use crate::world::Known;
use crypto_core::hazmat::padding::padme;
use crypto_core::message::{Attachment, AttachmentKey, MessageKind, MessageSealer, Part0};
use crypto_core::wire::{AccountId, MessageId, limits};

pub(crate) mod envelope;

/// The first byte says how: with length and padding made right, or as they are. The second is the number of blobs in
/// the header.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    let framed = input.byte() == 0;
    let blobs = (1..=input.byte() % 4).map(|number| blob(number, 1024, &[])).collect::<Vec<_>>();
    let plain = if framed { part_0_of(input.rest()) } else { padded(input.rest().to_vec()) };
    let envelope = Envelope::seal(&plain, &blobs);
    let Some(message) = envelope.open() else { return false };
    let Ok(part_0) = message.open_part_0(&envelope.part_0, LIMIT) else { return false };
    assert!(part_0.names_fit() && part_0.counted_bytes() <= LIMIT);
    assert!(part_0.subject.len() <= limits::SUBJECT_BYTES);
    assert!(part_0.attachments.iter().map(|file| file.part).eq(blobs.iter().map(|blob| blob.part)));
    for file in &part_0.attachments {
        let _ = message.attachment(file);
    }
    let sealer = MessageSealer::new(MessageKind::Message, &mut Known);
    let (_, again) = sealer.part_0(&part_0, LIMIT, &mut Known).expect("what was read can be written");
    assert!(again == envelope.part_0 || has_gateway(&plain), "nothing of it is lost");
    true
}

pub(crate) fn padded(mut plain: Vec<u8>) -> Vec<u8> {
    plain.resize(usize::try_from(padme(plain.len() as u64)).expect("short"), 0);
    plain
}

/// Key 7 is reserved: it is read, and nothing shows it.
fn has_gateway(plain: &[u8]) -> bool {
    let mut decoder = minicbor::Decoder::new(&plain[8..]);
    let pairs = decoder.map().ok().flatten().unwrap_or(0);
    (0..pairs).any(|_| {
        let key = decoder.u32().unwrap_or(0);
        decoder.skip().is_err() || key == 7
    })
}

/// CBOR of a part 0 with something in each field and one file.
pub(crate) fn contents() -> Vec<u8> {
    let part_0 = Part0 {
        subject: "Bescheid Größe".into(),
        text: "Guten **Tag**".into(),
        attachments: vec![Attachment {
            name: "Bescheid.pdf".into(),
            media_type: "application/pdf".into(),
            bytes: 1000,
            part: blob(1, 1024, &[]).part,
            key: AttachmentKey::from_bytes(&[5; 32]).expect("32 bytes"),
        }],
        sent_at_ms: 1_800_000_000_000,
        thread: Some(MessageId::from_bytes([1; 16])),
        in_reply_to: Some(MessageId::from_bytes([2; 16])),
        forwarded_from: Some(AccountId::from_bytes([3; 16])),
        checkpoint: Some(b"checkpoint".to_vec()),
    };
    envelope::contents_of(&part_0)
}

/// The same with a padding that holds something.
pub(crate) fn with_padding_of_ones() -> Vec<u8> {
    let contents = contents();
    let mut plain = envelope::part_0_of(&contents);
    assert!(plain.len() > 8 + contents.len());
    plain[8 + contents.len()..].fill(1);
    plain
}
