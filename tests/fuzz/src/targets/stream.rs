//! Attachments: STREAM in pieces of any cut, and from a sender who has the key and may have sealed, cut and mixed
//! chunks as they liked.

use crate::input::Input;
use crate::targets::part_0::envelope::{Envelope, LIMIT, blob, contents_of, part_0_of};
use crate::world::{KNOWN, Known};
use crypto_core::message::{Attachment, AttachmentKey, Part0, PartSealer};

const CHUNK: usize = 65_536 + 16;

/// A length, numbers for the cuts, then what is done to the ciphertext.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    let length = usize::try_from(u32::from_be_bytes(input.array()) % (3 * 65_536 + 40)).expect("short");
    // Of a long part no more than 256 pieces: each has its price.
    let least = 1 + length / 256;
    let [sealing_cut, opening_cut] = [(); 2].map(|()| least + usize::from(u16::from_be_bytes(input.array())));
    let plain: Vec<u8> = (0..=250).cycle().take(length).collect();
    let honest = seal(&plain, sealing_cut);
    let mut altered = honest.clone();
    while !input.is_empty() {
        alter(&mut altered, &mut input);
    }
    let opened = open(&altered, length as u64, opening_cut);
    match &opened {
        Some(opened) => assert!(altered == honest && *opened == plain, "nothing but what was sealed opens"),
        None => assert!(altered != honest, "what was sealed opens"),
    }
    opened.is_some()
}

fn seal(plain: &[u8], cut: usize) -> Vec<u8> {
    let (mut sealer, key) = PartSealer::attachment(plain.len() as u64, &mut Known);
    assert_eq!(key.expose(), &[KNOWN; 32]);
    let announced = sealer.sealed_bytes();
    let pieces = plain.chunks(cut).map(|piece| sealer.push(piece).expect("as announced"));
    let mut sealed = pieces.collect::<Vec<_>>().concat();
    let (tail, descriptor) = sealer.finish().expect("as announced");
    sealed.extend(tail);
    assert_eq!((announced, descriptor.bytes), (sealed.len() as u64, announced));
    sealed
}

fn alter(sealed: &mut Vec<u8>, input: &mut Input<'_>) {
    let mut chunks: Vec<Vec<u8>> = sealed.chunks(CHUNK).map(<[u8]>::to_vec).collect();
    let what = input.byte() % 6;
    let (first, second) = (input.below(chunks.len()), input.below(chunks.len()));
    match what {
        0 => chunks.swap(first, second),
        1 => drop(chunks.remove(first)),
        2 => chunks.insert(second, chunks[first].clone()),
        3 => {
            let at = usize::try_from(u32::from_be_bytes(input.array())).unwrap_or(0) % chunks[first].len();
            chunks[first][at] ^= input.byte();
        }
        4 => {
            let kept = usize::try_from(u32::from_be_bytes(input.array())).unwrap_or(0) % chunks[first].len();
            chunks[first].truncate(kept);
        }
        _ => chunks[first].extend(vec![0; input.byte().into()]),
    }
    chunks.retain(|chunk| !chunk.is_empty());
    if chunks.is_empty() {
        chunks.push(vec![0]);
    }
    *sealed = chunks.concat();
}

/// The header vouches for these very bytes: only STREAM and the padding stand against them.
fn open(sealed: &[u8], length: u64, cut: usize) -> Option<Vec<u8>> {
    let descriptor = blob(1, 0, sealed);
    let file = Attachment {
        name: "a".into(),
        media_type: String::new(),
        bytes: length,
        part: descriptor.part,
        key: AttachmentKey::from_bytes(&[KNOWN; 32]).expect("32 bytes"),
    };
    let part_0 = Part0 { attachments: vec![file], ..Part0::default() };
    let envelope = Envelope::seal(&part_0_of(&contents_of(&part_0)), &[descriptor]);
    let message = envelope.open()?;
    let part_0 = message.open_part_0(&envelope.part_0, LIMIT).expect("truly sealed");
    let mut opener = message.attachment(&part_0.attachments[0]).ok()?;
    let mut plain = Vec::new();
    for piece in sealed.chunks(cut) {
        plain.extend(opener.push(piece).ok()?);
    }
    plain.extend(opener.finish().ok()?);
    assert_eq!(plain.len() as u64, length);
    Some(plain)
}
