//! People whose keys a test has in hand, and what they can make with them for a server that lies: entries that the
//! rules forbid, headers and grants that are signed all the same.

use crate::actors::stranger;
use client_sdk::Method;
use client_sdk::wire::api::{SignInFinish, SignInFinished, SignInStart, SignInStarted, SignedIn};
use client_sdk::wire::{B64, Fingerprint, MessageId, SUITE_1};
use crypto_core::Secret;
use crypto_core::auth::ClientSignIn;
use crypto_core::certificate::{
    AcceptedCertificate, Cause, Certificate, CertificateBody, Reason, StatementBody,
};
use crypto_core::hazmat::stream::{Sealer, StreamKey};
use crypto_core::hazmat::{aead, hpke, kdf, padding, sign};
use crypto_core::keys::{Bundle, BundleKey, SealedBundle};
use crypto_core::label::Label;
use crypto_core::message::{GrantBody, MessageKind, PartDescriptor, Purpose, Recipient, RecipientRole};
use crypto_core::wire::{AccountId, PartId, cbor};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// Somebody who signed in with a client of their own making.
pub struct Insider {
    /// As it lay on the server.
    pub bundle: Bundle,
    /// Its signing seed, which the crate itself gives to nobody.
    pub seed: Secret<32>,
}

impl Insider {
    /// Signs in.
    ///
    /// # Panics
    /// If that fails.
    pub async fn of(url: &str, address: &str, password: &str) -> Self {
        let portal = stranger(url).await;
        let (api, deployment) = (portal.api(), portal.status().deployment);
        let (state, ke1) = ClientSignIn::start(password.as_bytes(), &mut rng()).expect("a password");
        let start = SignInStart { address: address.into(), ke1: B64(ke1.into_bytes()) };
        let started: SignInStarted =
            api.call(Method::Post, "/sign-in/start", &start).await.expect("an answer");
        let (ke3, kek) =
            state.finish(password.as_bytes(), &started.ke2.0, deployment.as_bytes()).expect("the password");
        let finish = SignInFinish { sign_in: started.sign_in, ke3: B64(ke3.into_bytes()) };
        let finished = api.call(Method::Post, "/sign-in/finish", &finish).await.expect("a session");
        let SignInFinished::SignedIn(signed_in) = finished else { panic!("without a second factor") };
        let SignedIn { session, bundle, wrap } = *signed_in;
        let key = BundleKey::unwrap_with_password(&wrap.sealed.0, &kek, session.account).expect("own wrap");
        let seed = signing_seed(&wrap.sealed.0, kek.secret(), session.account, &bundle.sealed.0);
        let bundle = SealedBundle::parse(&bundle.sealed.0).and_then(|it| it.open(&key, session.account, 0));
        Self { bundle: bundle.expect("own bundle"), seed }
    }

    /// The own certificate.
    pub fn certificate(&self) -> &Certificate {
        self.bundle.certificate()
    }
}

/// Randomness.
pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// The last link of the chain of wraps: wrap, bundle, seed.
fn signing_seed(wrap: &[u8], kek: &Secret<32>, account: AccountId, bundle: &[u8]) -> Secret<32> {
    let aad = [&SUITE_1.to_be_bytes()[..], account.as_bytes(), &[0]].concat();
    let key = aead::unwrap(kek, Label::WRAP_PASSWORD, &aad, wrap).expect("own wrap");
    let key = Secret::from_slice(&key).expect("a key");
    let sealed: SealedBody = minicbor::decode(bundle).expect("a bundle");
    let head = cbor::encode(&Head {
        suite: sealed.suite,
        account,
        revision: sealed.revision,
        certificate: sealed.certificate,
    });
    let body = aead::unwrap(&key, Label::BUNDLE, &head, &sealed.wrapped).expect("own bundle");
    let body: SeedBody = minicbor::decode(&body).expect("a bundle's body");
    Secret::from_bytes(*body.signing_seed)
}

#[derive(Decode)]
#[cbor(map)]
struct SealedBody {
    #[n(0)]
    suite: u16,
    #[n(2)]
    revision: u64,
    #[n(3)]
    certificate: Fingerprint,
    #[n(4)]
    wrapped: ByteVec,
}

#[derive(Encode)]
#[cbor(map)]
struct Head {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
    #[n(3)]
    certificate: Fingerprint,
}

#[derive(Decode)]
#[cbor(map)]
struct SeedBody {
    #[n(3)]
    signing_seed: ByteArray<32>,
}

#[derive(Encode)]
#[cbor(map)]
struct SignedEntry {
    #[n(0)]
    kind: u8,
    #[n(1)]
    body: ByteVec,
    #[n(2)]
    signature: ByteArray<64>,
    #[n(3)]
    proof: Option<ByteArray<64>>,
}

/// A certificate, whatever it says.
pub fn certificate(body: &CertificateBody, issuer: &Secret<32>, subject: &Secret<32>) -> Vec<u8> {
    let body = cbor::encode(body);
    let signature = ByteArray::from(sign::sign(issuer, Label::CERTIFICATE, &body));
    let proof = Some(ByteArray::from(sign::sign(subject, Label::CERTIFICATE_PROOF, &body)));
    cbor::encode(&SignedEntry { kind: 0, body: body.into(), signature, proof })
}

/// The end of `before`.
pub fn statement(
    before: &Certificate,
    cause: Cause,
    issuer: Option<Fingerprint>,
    seed: &Secret<32>,
) -> Vec<u8> {
    let old = before.body();
    let body = cbor::encode(&StatementBody {
        suite: SUITE_1,
        account: old.account,
        address: Some(old.address.clone()),
        role: old.role,
        generation: old.generation,
        issued_at_ms: old.issued_at_ms,
        cause,
        version: old.version + 1,
        previous: before.fingerprint(),
        issuer,
        subject: None,
    });
    let signature = ByteArray::from(sign::sign(seed, Label::STATEMENT, &body));
    cbor::encode(&SignedEntry { kind: 1, body: body.into(), signature, proof: None })
}

/// What follows `before` with the keys of `seed`, issued by a certificate.
pub fn after(
    before: &Certificate,
    reason: Reason,
    issuer: Fingerprint,
    seed: &Secret<32>,
) -> CertificateBody {
    let old = before.body().clone();
    CertificateBody {
        provisional: old.provisional || reason == Reason::Reset,
        generation: old.generation + 1,
        signing_key: ByteArray::from(sign::public_key(seed)),
        mailbox_key: Some(hpke::public_key(seed).to_vec().into()),
        reason,
        version: old.version + 1,
        previous: Some(before.fingerprint()),
        issuer: Some(issuer),
        moved_from: None,
        ..old
    }
}

/// `message::Header` with every field open.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct HeaderBody {
    /// 1.
    #[n(0)]
    pub suite: u16,
    /// Which.
    #[n(1)]
    pub message: MessageId,
    /// Message or draft.
    #[n(2)]
    pub kind: MessageKind,
    /// Who says to have sent it.
    #[n(3)]
    pub sender: AccountId,
    /// With which certificate.
    #[n(4)]
    pub sender_certificate: Fingerprint,
    /// For whom the sender stands in.
    #[n(5)]
    pub on_behalf_of: Option<AccountId>,
    /// All who can open it.
    #[n(6)]
    pub recipients: Vec<Recipient>,
    /// Subject, text and so on.
    #[n(7)]
    pub part_0: PartDescriptor,
    /// Attachments.
    #[n(8)]
    pub blobs: Vec<PartDescriptor>,
    /// To the content key.
    #[n(9)]
    pub commitment: ByteArray<32>,
}

impl HeaderBody {
    /// Of a header.
    ///
    /// # Panics
    /// If it is none.
    pub fn of(header: &[u8]) -> Self {
        minicbor::decode(header).expect("a header")
    }

    /// The encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// The signature of this header, sealed under a key from the content key.
    ///
    /// # Panics
    /// Never.
    pub fn signed(&self, signer: &Secret<32>, content_key: &Secret<32>) -> Vec<u8> {
        let signature = sign::sign(signer, Label::HEADER, &self.to_bytes());
        let key = kdf::derive(content_key.expose(), Label::MESSAGE_SIGNATURE, self.message.as_bytes());
        Sealer::new(StreamKey::new(key)).seal_last(&signature).expect("one chunk")
    }

    /// Seals a content key to somebody as this header's sender.
    ///
    /// # Panics
    /// If the certificate has no mailbox key.
    pub fn recipient(&self, to: &AcceptedCertificate, role: RecipientRole, key: &Secret<32>) -> Recipient {
        let info = Label::MESSAGE_HPKE.prefix(&[
            self.message.as_bytes(),
            self.sender_certificate.as_bytes(),
            to.fingerprint().as_bytes(),
        ]);
        let mailbox = to.certificate().mailbox_key().expect("a mailbox key");
        let (enc, sealed_key) = hpke::seal_key(mailbox, &info, key, &mut rng()).expect("a key");
        Recipient {
            account: to.body().account,
            certificate: to.fingerprint(),
            role,
            enc: enc.into(),
            sealed_key: sealed_key.to_vec().into(),
        }
    }
}

/// The commitment of a header to its content key.
pub fn commitment(content_key: &Secret<32>, message: MessageId) -> ByteArray<32> {
    let committed = kdf::derive::<32>(content_key.expose(), Label::MESSAGE_COMMIT, message.as_bytes());
    ByteArray::from(*committed.expose())
}

/// The key of part 0.
pub fn part_0_key(content_key: &Secret<32>, message: MessageId) -> Secret<32> {
    kdf::derive(content_key.expose(), Label::MESSAGE_PART, message.as_bytes())
}

/// Seals a part of one chunk, padded as everything is, under a key that is known.
///
/// # Panics
/// If it is longer than a chunk.
pub fn seal_part(part: PartId, key: &Secret<32>, plain: &[u8]) -> (PartDescriptor, Vec<u8>) {
    let mut padded = plain.to_vec();
    padded.resize(usize::try_from(padding::padme(plain.len() as u64)).expect("small"), 0);
    let sealed = Sealer::new(StreamKey::new(key.duplicate())).seal_last(&padded).expect("one chunk");
    let sha256 = Fingerprint::from_bytes(kdf::sha256(&sealed));
    (PartDescriptor { part, bytes: sealed.len() as u64, sha256 }, sealed)
}

#[derive(Encode)]
#[cbor(map)]
struct SignedGrant {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: ByteArray<64>,
}

/// A grant of the content key of `header` by whoever it be.
///
/// # Panics
/// If the receiver has no mailbox key.
pub fn grant(
    header: &HeaderBody,
    content_key: &Secret<32>,
    granter: &Insider,
    receiver: &AcceptedCertificate,
) -> Vec<u8> {
    let hash = Fingerprint::of(&header.to_bytes());
    let granted = granter.certificate().fingerprint();
    let info = Label::GRANT_HPKE.prefix(&[
        header.message.as_bytes(),
        hash.as_bytes(),
        granted.as_bytes(),
        receiver.fingerprint().as_bytes(),
    ]);
    let mailbox = receiver.certificate().mailbox_key().expect("a mailbox key");
    let (enc, sealed_key) = hpke::seal_key(mailbox, &info, content_key, &mut rng()).expect("a key");
    let body = cbor::encode(&GrantBody {
        suite: SUITE_1,
        message: header.message,
        header: hash,
        granter: granted,
        receiver: receiver.fingerprint(),
        enc: enc.into(),
        sealed_key: sealed_key.to_vec().into(),
        purpose: Purpose::Restore,
        issued_at_ms: 1,
    });
    let signature = ByteArray::from(sign::sign(&granter.seed, Label::GRANT, &body));
    cbor::encode(&SignedGrant { body: body.into(), signature })
}
