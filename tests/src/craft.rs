//! Messages that an insider makes by hand, and their delivery by the lying server alone.

use crate::LyingServer;
use crate::actors::Person;
use crate::insider::{HeaderBody, Insider, rng};
use crate::scene::proved;
use client_sdk::wire::api::{Folder, GivenGrant, MessageEntry};
use client_sdk::wire::{AccountId, B64, MessageId};
use crypto_core::Secret;
use crypto_core::certificate::{CurrentCertificate, Directory};
use crypto_core::message::{
    Attachment, AttachmentKey, MessageKind, MessageSealer, Part0, PartDescriptor, PartSealer, RecipientRole,
};
use crypto_core::wire::limits;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// A sealed message with all that its sender knows of it.
#[derive(Clone)]
pub struct Crafted {
    /// Open to changes.
    pub header: HeaderBody,
    /// Sealed.
    pub signature: Vec<u8>,
    /// Sealed.
    pub part_0: Vec<u8>,
    /// Each with its key.
    pub blobs: Vec<(PartDescriptor, Vec<u8>, [u8; 32])>,
    /// What the server says to have.
    pub grants: Vec<GivenGrant>,
    /// That all readers know.
    pub content_key: [u8; 32],
}

/// Newest certificates, as somebody is shown them.
///
/// # Panics
/// If somebody has none.
pub async fn newest<const N: usize>(asking: &Person, of: [AccountId; N]) -> [CurrentCertificate; N] {
    let chains = proved(asking, &of, &[]).await.chains;
    let root = &chains.entries[0].entry.0;
    let pins = crypto_core::certificate::Pins {
        root: crypto_core::wire::Fingerprint::of(root),
        policy: crypto_core::wire::Fingerprint::of(&chains.policies[0].0),
    };
    let entries = chains.entries.iter().map(|it| (it.sequence, it.entry.0.as_slice()));
    let policies = chains.policies.iter().map(|it| it.0.as_slice());
    let directory = Directory::follow(pins, entries, policies).expect("the truth");
    of.map(|account| directory.account(account).expect("a live account"))
}

/// Seals a message as the real client does.
///
/// # Panics
/// If it cannot be sealed.
pub fn craft(
    by: &Insider,
    own: &CurrentCertificate,
    to: &[&CurrentCertificate],
    on_behalf_of: Option<AccountId>,
    files: &[&[u8]],
) -> Crafted {
    craft_with(by, own, to, on_behalf_of, files, |_| {})
}

/// The same, with what `change` makes of part 0.
///
/// # Panics
/// As [`craft`].
pub fn craft_with(
    by: &Insider,
    own: &CurrentCertificate,
    to: &[&CurrentCertificate],
    on_behalf_of: Option<AccountId>,
    files: &[&[u8]],
    change: impl FnOnce(&mut Part0),
) -> Crafted {
    let mut contents = Part0 { subject: "Betreff".into(), text: "Text".into(), ..Part0::default() };
    let mut blobs = Vec::new();
    for file in files {
        let (mut sealer, key) = PartSealer::attachment(file.len() as u64, &mut rng());
        let mut sealed = sealer.push(file).unwrap();
        let (tail, descriptor) = sealer.finish().unwrap();
        sealed.extend(tail);
        blobs.push((descriptor.clone(), sealed, *key.expose()));
        contents.attachments.push(Attachment {
            name: "a.bin".into(),
            media_type: String::new(),
            bytes: file.len() as u64,
            part: descriptor.part,
            key,
        });
    }
    change(&mut contents);
    let mut seed = [0; 32];
    rng().fill_bytes(&mut seed);
    // A sealer keeps its content key to itself; who knows its randomness knows the key.
    let (mut drawn, mut known) = (ChaCha20Rng::from_seed(seed), ChaCha20Rng::from_seed(seed));
    let sealer = MessageSealer::new(MessageKind::Message, &mut drawn);
    assert_eq!(sealer.message(), MessageId::random(&mut known));
    let content_key = *Secret::<32>::random(&mut known).expose();
    let (sealed, part_0) = sealer.part_0(&contents, limits::MESSAGE_BYTES, &mut drawn).unwrap();
    let to: Vec<_> = to.iter().map(|it| ((*it).clone(), RecipientRole::To)).collect();
    let descriptors: Vec<_> = blobs.iter().map(|(descriptor, ..)| descriptor.clone()).collect();
    let sealed = sealed.finish(&by.bundle, own, &to, &descriptors, on_behalf_of, &mut drawn).unwrap();
    let header = HeaderBody::of(sealed.header.as_bytes());
    Crafted { header, signature: sealed.signature, part_0, blobs, grants: Vec::new(), content_key }
}

impl Crafted {
    /// That all readers know.
    pub fn content_key(&self) -> Secret<32> {
        Secret::from_bytes(self.content_key)
    }

    /// Another header, signed by whoever has the seed.
    pub fn resigned(&self, signer: &Insider, change: impl FnOnce(&mut HeaderBody)) -> Self {
        let mut other = self.clone();
        change(&mut other.header);
        other.signature = other.header.signed(&signer.seed, &self.content_key());
        other
    }

    /// Of one who writes in another's name, with keys that are sealed as if the other had done it.
    ///
    /// # Panics
    /// If the reader has no mailbox key.
    pub fn in_the_name_of(
        &self,
        other: &Insider,
        certificate: &CurrentCertificate,
        writer: &Insider,
        reader: &CurrentCertificate,
    ) -> Self {
        let key = self.content_key();
        self.resigned(writer, |it| {
            (it.sender, it.sender_certificate) = (other.bundle.account(), certificate.fingerprint());
            it.recipients = vec![
                it.recipient(reader.accepted(), RecipientRole::To, &key),
                it.recipient(certificate.accepted(), RecipientRole::Own, &key),
            ];
        })
    }

    /// The same with a grant.
    pub fn granted(&self, granter: &Insider, grant: Vec<u8>) -> Self {
        let given = GivenGrant { granter: granter.bundle.account(), grant: B64(grant) };
        Self { grants: vec![given], ..self.clone() }
    }

    /// The key of an attachment.
    ///
    /// # Panics
    /// If there is no such attachment.
    pub fn blob_key(&self, at: usize) -> AttachmentKey {
        AttachmentKey::from_bytes(&self.blobs[at].2).unwrap()
    }

    /// What the server would have of it.
    pub fn entry(&self) -> MessageEntry {
        MessageEntry {
            message: self.header.message,
            folder: Folder::Inbox,
            delivered_at_ms: 1_800_000_000_000,
            expires_at_ms: 4_000_000_000_000,
            opened_at_ms: None,
            binned_at_ms: None,
            recalled_at_ms: None,
            deliveries: Vec::new(),
            bytes: 1,
            header: B64(self.header.to_bytes()),
            signature: B64(self.signature.clone()),
            grants: self.grants.clone(),
        }
    }

    /// From now on whoever asks the liar for this message gets it, and hears no other lie.
    pub fn deliver(&self, lying: &LyingServer) -> MessageId {
        let id = self.header.message;
        let part = |part| format!("GET /messages/{id}/parts/{part}");
        lying.tell_the_truth();
        lying.answer_with(&format!("GET /messages/{id}"), &self.entry());
        lying.give(&format!("POST /messages/{id}/opened"), Vec::new());
        lying.give(&format!("POST /messages/{id}/saved"), Vec::new());
        lying.give(&part(self.header.part_0.part), self.part_0.clone());
        for (descriptor, sealed, _) in &self.blobs {
            lying.give(&part(descriptor.part), sealed.clone());
        }
        id
    }
}
