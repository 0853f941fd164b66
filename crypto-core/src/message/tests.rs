//! Servers, readers and senders that lie about a message.
//!
//! Actors: `staff` writes to two partners, `haus` and `verein`; a `stranger` is another partner who is no
//! recipient. A reader who helps the server knows the content key: the helpers below let it do its worst.

mod deputies;
mod form;
mod grants;
mod header;
mod parts;
mod pinned;
mod properties;
mod sealing;

use super::header::HeaderBody;
use super::part_0::Part0 as Contents;
use super::seal::{commitment, hpke_info, part_key, signature_key};
use super::*;
use crate::Secret;
use crate::certificate::{AcceptedCertificate, CurrentCertificate, Role};
use crate::hazmat::stream::{Sealer, StreamKey};
use crate::hazmat::{hpke, sign};
use crate::keys::Bundle;
use crate::label::Label;
use crate::testing::{NOW_MS, Organisation, rng};
use crate::wire::cbor;
use crate::wire::{AccountId, Fingerprint, MessageId, PartId, limits};
use minicbor::bytes::ByteArray;
use rand_chacha::ChaCha20Rng;

const STAFF: &str = "staff@kbs.example";
const HAUS: &str = "haus@haus.example";
const VEREIN: &str = "verein@verein.example";
const STRANGER: &str = "stranger@anders.example";

struct World {
    organisation: Organisation,
    admin: Bundle,
    staff: Bundle,
    haus: Bundle,
    verein: Bundle,
    stranger: Bundle,
    rng: ChaCha20Rng,
}

/// A message as the server has it.
#[derive(Clone)]
struct Sent {
    header: Vec<u8>,
    signature: Vec<u8>,
    part_0: Vec<u8>,
    blobs: Vec<Vec<u8>>,
}

/// A message as its reader sees it.
#[derive(Debug, PartialEq)]
struct Read {
    subject: String,
    text: String,
    files: Vec<Vec<u8>>,
}

impl World {
    fn new() -> Self {
        let mut organisation = Organisation::new();
        let admin = organisation.administrator("admin@kbs.example");
        let staff = organisation.settled(&admin, STAFF, Role::Staff);
        let [haus, verein, stranger] =
            [HAUS, VEREIN, STRANGER].map(|address| organisation.settled(&staff, address, Role::Partner));
        Self { organisation, admin, staff, haus, verein, stranger, rng: rng(42) }
    }

    fn current(&self, bundle: &Bundle) -> CurrentCertificate {
        self.organisation.directory().account(bundle.account()).unwrap()
    }

    fn accepted(&self, bundle: &Bundle) -> AcceptedCertificate {
        self.organisation.directory().accepted_certificate(&bundle.certificate().fingerprint()).unwrap()
    }

    fn recipients(&self) -> Vec<(CurrentCertificate, RecipientRole)> {
        [&self.haus, &self.verein].map(|to| (self.current(to), RecipientRole::To)).into()
    }

    /// From staff to both partners.
    fn send(&mut self, text: &str, files: &[&[u8]]) -> Sent {
        let (contents, descriptors, blobs) = with_files(text, files, &mut self.rng);
        let sealer = MessageSealer::new(MessageKind::Message, &mut self.rng);
        let (sealed, part_0) = sealer.part_0(&contents, limits::MESSAGE_BYTES, &mut self.rng).unwrap();
        let (own, to) = (self.current(&self.staff), self.recipients());
        let message = sealed.finish(&self.staff, &own, &to, &descriptors, None, &mut self.rng).unwrap();
        Sent { header: message.header.as_bytes().to_vec(), signature: message.signature, part_0, blobs }
    }

    /// What `reader` gets of a message that says to be from staff.
    fn read(&self, sent: &Sent, reader: &Bundle) -> Result<Read, MessageError> {
        read(sent, reader, &self.accepted(&self.staff))
    }

    fn open(&self, sent: &Sent, reader: &Bundle) -> Result<Message, MessageError> {
        UnverifiedMessage::open(&sent.header, &sent.signature, reader)?.verify(&self.accepted(&self.staff))
    }

    /// The content key, as any reader has it.
    fn content_key(&self, sent: &Sent) -> Secret<32> {
        self.open(sent, &self.haus).unwrap().content_key().duplicate()
    }
}

fn read(sent: &Sent, reader: &Bundle, sender: &AcceptedCertificate) -> Result<Read, MessageError> {
    let message = UnverifiedMessage::open(&sent.header, &sent.signature, reader)?.verify(sender)?;
    let part_0 = message.open_part_0(&sent.part_0, limits::MESSAGE_BYTES)?;
    let mut files = Vec::new();
    for (attachment, blob) in part_0.attachments.iter().zip(&sent.blobs) {
        let mut opener = message.attachment(attachment)?;
        let mut file = opener.push(blob)?;
        file.extend(opener.finish()?);
        files.push(file);
    }
    Ok(Read { subject: part_0.subject, text: part_0.text, files })
}

fn expected(text: &str, files: &[&[u8]]) -> Read {
    Read {
        subject: "Betreff".into(),
        text: text.into(),
        files: files.iter().map(|file| file.to_vec()).collect(),
    }
}

/// Part 0 with its attachments sealed.
fn with_files(
    text: &str,
    files: &[&[u8]],
    rng: &mut ChaCha20Rng,
) -> (Contents, Vec<PartDescriptor>, Vec<Vec<u8>>) {
    let mut contents =
        Contents { subject: "Betreff".into(), text: text.into(), sent_at_ms: NOW_MS, ..Contents::default() };
    let (mut descriptors, mut blobs) = (Vec::new(), Vec::new());
    for (index, file) in files.iter().enumerate() {
        let (mut sealer, key) = PartSealer::attachment(file.len() as u64, rng);
        let mut blob = sealer.push(file).unwrap();
        let (tail, descriptor) = sealer.finish().unwrap();
        blob.extend(tail);
        contents.attachments.push(Attachment {
            name: format!("Datei {index}.pdf"),
            media_type: "application/pdf".into(),
            bytes: file.len() as u64,
            part: descriptor.part,
            key,
        });
        descriptors.push(descriptor);
        blobs.push(blob);
    }
    (contents, descriptors, blobs)
}

/// Seals bytes as a part, padded as everything is, under a key that the liar knows.
fn seal_part(part: PartId, key: StreamKey, bytes: &[u8]) -> (PartDescriptor, Vec<u8>) {
    let mut sealer = PartSealer::new(part, key, bytes.len() as u64);
    let mut sealed = sealer.push(bytes).unwrap();
    let (tail, descriptor) = sealer.finish().unwrap();
    sealed.extend(tail);
    (descriptor, sealed)
}

fn header_body(sent: &Sent) -> HeaderBody {
    cbor::decode(&sent.header, limits::HEADER_BYTES).unwrap()
}

/// The header with what `change` makes of it, the signature as it was: what a server can do.
fn changed(sent: &Sent, change: impl FnOnce(&mut HeaderBody)) -> Sent {
    let mut body = header_body(sent);
    change(&mut body);
    Sent { header: cbor::encode(&body), ..sent.clone() }
}

/// The same, signed by `signer` and the signature sealed again: what a sender can do, or, with another's
/// seed, a reader who passes for the sender.
fn resigned(
    sent: &Sent,
    content_key: &Secret<32>,
    signer: &Bundle,
    change: impl FnOnce(&mut HeaderBody),
) -> Sent {
    let mut sent = changed(sent, change);
    let message = header_body(&sent).message;
    let signature = sign::sign(signer.signing_seed(), Label::HEADER, &sent.header);
    sent.signature = seal_signature(content_key, message, &signature);
    sent
}

fn seal_signature(content_key: &Secret<32>, message: MessageId, signature: &[u8; 64]) -> Vec<u8> {
    Sealer::new(signature_key(content_key, message)).seal_last(signature).unwrap()
}

/// A recipient entry for `certificate`, as a sender makes it.
fn recipient(
    message: MessageId,
    sender: Fingerprint,
    certificate: &AcceptedCertificate,
    key: &Secret<32>,
) -> Recipient {
    let info = hpke_info(message, sender, certificate.fingerprint());
    let mailbox = certificate.certificate().mailbox_key().unwrap();
    let (enc, sealed_key) = hpke::seal_key(mailbox, &info, key, &mut rng(9)).unwrap();
    Recipient {
        account: certificate.body().account,
        certificate: certificate.fingerprint(),
        role: RecipientRole::To,
        enc: enc.into(),
        sealed_key: sealed_key.to_vec().into(),
    }
}

#[test]
fn everybody_addressed_and_the_sender_read_the_same_and_nobody_else() {
    let mut world = World::new();
    let files: [&[u8]; 3] = [b"Inhalt", b"", &[7; 200_000]];
    let sent = world.send("Guten Tag", &files);
    for reader in [&world.haus, &world.verein, &world.staff] {
        assert_eq!(world.read(&sent, reader), Ok(expected("Guten Tag", &files)));
    }
    assert_eq!(world.read(&sent, &world.stranger), Err(MessageError::Open));
    assert_eq!(world.read(&sent, &world.admin), Err(MessageError::Open));
}

#[test]
fn mail_is_read_with_earlier_keys_until_it_expires() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let haus = world.organisation.rotated(&world.haus);
    assert_eq!(world.read(&sent, &haus), Ok(expected("Guten Tag", &[])));
    // And the sender's rotation does not make its mail unreadable.
    let before = world.accepted(&world.staff);
    world.organisation.rotated(&world.staff);
    assert_eq!(read(&sent, &haus, &before), Ok(expected("Guten Tag", &[])));
}
