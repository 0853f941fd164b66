//! A message from staff to a partner whose content key is known, so that anything can be sealed in it.

use crate::world::{Known, NOW_MS, WORLD, known_key};
use crypto_core::certificate::CurrentCertificate;
use crypto_core::hazmat::kdf::derive;
use crypto_core::hazmat::padding::padme;
use crypto_core::hazmat::sign;
use crypto_core::hazmat::stream::{Opener, Sealer, StreamKey};
use crypto_core::label::Label;
use crypto_core::message::{
    Message, MessageKind, MessageSealer, Part0, PartDescriptor, Recipient, RecipientRole, UnverifiedMessage,
};
use crypto_core::wire::{AccountId, Fingerprint, MessageId, PartId, cbor};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use std::sync::LazyLock;

pub(crate) const LIMIT: u64 = 20 * 1024 * 1024;

#[derive(Clone, Encode, Decode)]
#[cbor(map)]
struct HeaderBody {
    #[n(0)]
    suite: u16,
    #[n(1)]
    message: MessageId,
    #[n(2)]
    kind: MessageKind,
    #[n(3)]
    sender: AccountId,
    #[n(4)]
    sender_certificate: Fingerprint,
    #[n(5)]
    on_behalf_of: Option<AccountId>,
    #[n(6)]
    recipients: Vec<Recipient>,
    #[n(7)]
    part_0: PartDescriptor,
    #[n(8)]
    blobs: Vec<PartDescriptor>,
    #[n(9)]
    commitment: ByteArray<32>,
}

/// An honest header, and who reads and sends.
struct Honest {
    header: HeaderBody,
    sender: CurrentCertificate,
}

static HONEST: LazyLock<Honest> = LazyLock::new(|| {
    let (sender, reader) = (WORLD.current(&WORLD.staff), WORLD.current(&WORLD.partner));
    let sealer = MessageSealer::new(MessageKind::Message, &mut Known);
    let part_0 = Part0 { sent_at_ms: NOW_MS, ..Part0::default() };
    let (sealed, _) = sealer.part_0(&part_0, LIMIT, &mut Known).expect("sealed");
    let to = [(reader, RecipientRole::To)];
    let sealed = sealed.finish(&WORLD.staff.bundle, &sender, &to, &[], None, &mut Known).expect("a message");
    let header = cbor::decode(sealed.header.as_bytes(), usize::MAX).expect("a header");
    Honest { header, sender }
});

/// A message as it lies on the server.
pub(crate) struct Envelope {
    pub(crate) header: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// Ciphertext.
    pub(crate) part_0: Vec<u8>,
}

impl Envelope {
    /// Seals and signs any plaintext of a Padmé length as part 0, and names any blobs.
    pub(crate) fn seal(plain: &[u8], blobs: &[PartDescriptor]) -> Self {
        let part_0 = stream(key(Label::MESSAGE_PART), plain);
        let descriptor = PartDescriptor {
            part: PartId::from_bytes([0; 16]),
            bytes: part_0.len() as u64,
            sha256: Fingerprint::of(&part_0),
        };
        let body = HeaderBody { part_0: descriptor, blobs: blobs.to_vec(), ..HONEST.header.clone() };
        let header = cbor::encode(&body);
        let signature = sign::sign(&WORLD.staff.seed, Label::HEADER, &header);
        let signature = Sealer::new(key(Label::MESSAGE_SIGNATURE)).seal_last(&signature).expect("short");
        Self { header, signature, part_0 }
    }

    /// As its reader opens it; `None` if the header has not the right form.
    pub(crate) fn open(&self) -> Option<Message> {
        let opened = UnverifiedMessage::open(&self.header, &self.signature, &WORLD.partner.bundle);
        let message = opened.ok()?.verify(HONEST.sender.accepted());
        Some(message.unwrap_or_else(|error| panic!("truly signed: {error}")))
    }
}

/// An honest header.
pub(crate) fn header() -> Vec<u8> {
    cbor::encode(&HONEST.header)
}

/// `length ‖ CBOR ‖ zeroes`.
pub(crate) fn part_0_of(contents: &[u8]) -> Vec<u8> {
    super::padded([&(contents.len() as u64).to_be_bytes(), contents].concat())
}

/// The CBOR of a part 0.
pub(crate) fn contents_of(part_0: &Part0) -> Vec<u8> {
    let sealer = MessageSealer::new(MessageKind::Message, &mut Known);
    let (_, sealed) = sealer.part_0(part_0, LIMIT, &mut Known).expect("sealed");
    let plain = Opener::new(key(Label::MESSAGE_PART)).open_last(&sealed).expect("opened");
    let (length, rest) = plain.split_first_chunk::<8>().expect("a length");
    rest[..usize::try_from(u64::from_be_bytes(*length)).expect("short")].to_vec()
}

/// A blob's line in the header.
pub(crate) fn blob(number: u8, plain: u64, sealed: &[u8]) -> PartDescriptor {
    let bytes = if sealed.is_empty() { padme(plain) + 16 } else { sealed.len() as u64 };
    PartDescriptor { part: PartId::from_bytes([number; 16]), bytes, sha256: Fingerprint::of(sealed) }
}

fn key(label: Label) -> StreamKey {
    StreamKey::new(derive(known_key().expose(), label, HONEST.header.message.as_bytes()))
}

/// One chunk after the other.
fn stream(key: StreamKey, plain: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer::new(key);
    let (mut sealed, mut rest) = (Vec::new(), plain);
    while rest.len() > 65_536 {
        let (chunk, later) = rest.split_at(65_536);
        sealed.extend(sealer.seal_chunk(chunk).expect("a whole chunk"));
        rest = later;
    }
    sealed.extend(sealer.seal_last(rest).expect("the last chunk"));
    sealed
}
