//! Grants by strangers, for others, to others and of other keys.

use super::*;
use crate::certificate::{Cause, Reason};
use crate::testing::{Hand, after, end, uncanonical};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use proptest::prelude::*;
use std::sync::LazyLock;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Signed {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: ByteArray<64>,
}

/// A message from staff to haus and verein, and a grant of it by haus to the stranger.
struct Granted {
    world: World,
    sent: Sent,
    grant: Vec<u8>,
}

impl Granted {
    fn new() -> Self {
        let mut world = World::new();
        let sent = world.send("Guten Tag", &[]);
        let message = world.open(&sent, &world.haus).unwrap();
        let receiver = world.current(&world.stranger);
        let grant =
            Grant::make(&message, &world.haus, &receiver, Purpose::Restore, NOW_MS, &mut world.rng).unwrap();
        Self { world, sent, grant }
    }

    fn body(&self) -> GrantBody {
        Grant::parse(&self.grant).unwrap().body().clone()
    }

    /// What the stranger gets who is shown `grant`, said to be by `granter`.
    fn open(&self, grant: &[u8], granter: &Bundle, may: bool) -> Result<Message, MessageError> {
        self.open_as(&self.sent, grant, (granter, may), &self.world.stranger)
    }

    fn open_as(
        &self,
        sent: &Sent,
        grant: &[u8],
        (granter, may): (&Bundle, bool),
        reader: &Bundle,
    ) -> Result<Message, MessageError> {
        let world = &self.world;
        let (granter, receiver) = (world.accepted(granter), world.accepted(reader));
        let grant = Grant::parse(grant)?;
        UnverifiedMessage::open_granted(
            &sent.header,
            &sent.signature,
            &grant,
            &granter,
            may,
            (reader, &receiver),
        )?
        .verify(&world.accepted(&world.staff))
    }
}

/// A grant of `key`, as `signer` can make it with whatever it says.
fn forged(
    body: &mut GrantBody,
    signer: &Bundle,
    receiver: &AcceptedCertificate,
    key: &Secret<32>,
) -> Vec<u8> {
    let info = Label::GRANT_HPKE.prefix(&[
        body.message.as_bytes(),
        body.header.as_bytes(),
        body.granter.as_bytes(),
        body.receiver.as_bytes(),
    ]);
    let mailbox = receiver.certificate().mailbox_key().unwrap();
    let (enc, sealed_key) = hpke::seal_key(mailbox, &info, key, &mut rng(8)).unwrap();
    (body.enc, body.sealed_key) = (enc.into(), sealed_key.to_vec().into());
    signed(&cbor::encode(body), signer)
}

fn signed(body: &[u8], signer: &Bundle) -> Vec<u8> {
    let signature = ByteArray::from(sign::sign(signer.signing_seed(), Label::GRANT, body));
    cbor::encode(&Signed { body: body.to_vec().into(), signature })
}

#[test]
fn a_grant_by_a_recipient_opens_the_message_for_its_receiver() {
    let granted = Granted::new();
    let message = granted.open(&granted.grant, &granted.world.haus, false).unwrap();
    let part_0 = message.open_part_0(&granted.sent.part_0, 100).unwrap();
    assert_eq!(part_0.text, "Guten Tag");
    assert_eq!(granted.body().purpose, Purpose::Restore);
}

/// Somebody who was never a recipient grants; a former receiver may, if its own grant is valid.
#[test]
fn a_grant_by_a_stranger_is_refused() {
    let mut granted = Granted::new();
    let message = granted.open(&granted.grant, &granted.world.haus, false).unwrap();
    let receiver = granted.world.current(&granted.world.admin);
    let (stranger, rng) = (&granted.world.stranger, &mut granted.world.rng);
    let grant = Grant::make(&message, stranger, &receiver, Purpose::HandOver, NOW_MS, rng).unwrap();
    let open = |may| {
        let (world, sent) = (&granted.world, &granted.sent);
        granted.open_as(sent, &grant, (&world.stranger, may), &world.admin).err()
    };
    assert_eq!(open(false), Some(MessageError::Sender));
    assert_eq!(open(true), None);
}

/// The chain of grants is shown by the server, in any order, with whatever else it likes to add.
#[test]
fn a_chain_of_grants_is_believed_link_by_link() {
    let mut granted = Granted::new();
    let message = granted.open(&granted.grant, &granted.world.haus, false).unwrap();
    let receiver = granted.world.current(&granted.world.admin);
    let (stranger, rng) = (&granted.world.stranger, &mut granted.world.rng);
    let second = Grant::make(&message, stranger, &receiver, Purpose::HandOver, NOW_MS, rng).unwrap();
    let world = &granted.world;
    let certificates =
        [&world.haus, &world.stranger, &world.admin, &world.staff].map(|it| world.accepted(it));
    let open = |grants: &[&[u8]], known: &[AcceptedCertificate]| {
        let grants: Vec<Grant> = grants.iter().map(|bytes| Grant::parse(bytes).unwrap()).collect();
        let find = |wanted: &Fingerprint| known.iter().find(|it| it.fingerprint() == *wanted).cloned();
        let (header, signature) = (&granted.sent.header, &granted.sent.signature);
        UnverifiedMessage::open_by_grants(header, signature, &grants, find, &world.admin).err()
    };
    assert_eq!(open(&[&second, &granted.grant], &certificates), None);
    assert_eq!(open(&[&granted.grant, &second], &certificates), None);
    assert_eq!(open(&[&second], &certificates), Some(MessageError::Open), "the first link is missing");
    assert_eq!(open(&[&granted.grant], &certificates), Some(MessageError::Open), "not for this reader");
    assert_eq!(
        open(&[&second, &granted.grant], &certificates[1..]),
        Some(MessageError::Open),
        "who is that?"
    );
    // A first link that a stranger made for a stranger.
    let forged = signed(&cbor::encode(&granted.body()), &world.verein);
    assert_eq!(open(&[&second, &forged], &certificates), Some(MessageError::Open), "a forged first link");
}

/// A grant that names a recipient as its granter and is signed by somebody else.
#[test]
fn a_grant_is_signed_by_its_granter() {
    let granted = Granted::new();
    let (world, key) = (&granted.world, granted.world.content_key(&granted.sent));
    let receiver = world.accepted(&world.stranger);
    let by_verein = forged(&mut granted.body(), &world.verein, &receiver, &key);
    assert_eq!(granted.open(&by_verein, &world.haus, false).err(), Some(MessageError::Sender));
    assert_eq!(granted.open(&by_verein, &world.verein, false).err(), Some(MessageError::Sender));
    // The signature of a header, or of other bytes, is none.
    let other = cbor::encode(&Signed {
        body: cbor::encode(&granted.body()).into(),
        signature: sign::sign(world.haus.signing_seed(), Label::HEADER, &cbor::encode(&granted.body()))
            .into(),
    });
    assert_eq!(granted.open(&other, &world.haus, false).err(), Some(MessageError::Sender));
}

/// Who stole a recipient's key grants with it.
#[test]
fn a_grant_by_a_stolen_key_is_refused() {
    let mut granted = Granted::new();
    let message = granted.world.open(&granted.sent, &granted.world.staff).unwrap();
    let receiver = granted.world.current(&granted.world.stranger);
    let (staff, rng) = (&granted.world.staff, &mut granted.world.rng);
    let grant = Grant::make(&message, staff, &receiver, Purpose::Restore, NOW_MS, rng).unwrap();
    // The message is verified with the sender's certificate as it was before, so only the grant decides.
    let sender = granted.world.accepted(&granted.world.staff);
    let open = |world: &World| {
        let (granter, receiver) = (world.accepted(&world.staff), world.accepted(&world.stranger));
        let (header, signature) = (&granted.sent.header, &granted.sent.signature);
        let grant = Grant::parse(&grant).unwrap();
        let reader = (&world.stranger, &receiver);
        UnverifiedMessage::open_granted(header, signature, &grant, &granter, false, reader)?
            .verify(&sender)
            .map(drop)
    };
    assert_eq!(open(&granted.world), Ok(()));
    let admin = Hand::of(&granted.world.admin);
    let issuer = (admin.seed, Some(admin.certificate));
    let stolen = end(granted.world.staff.certificate(), Cause::Stolen, issuer, |_| {});
    let stolen = stolen.as_bytes().to_vec();
    granted.world.organisation.enter(stolen);
    assert_eq!(open(&granted.world), Err(MessageError::Sender));
}

/// The grant of one message is given out with another, and one that its granter rewrote.
#[test]
fn a_grant_opens_its_own_header_only() {
    let mut granted = Granted::new();
    let other = granted.world.send("Anderes", &[]);
    let world = &granted.world;
    let open = |grant: &[u8]| granted.open_as(&other, grant, (&world.haus, false), &world.stranger).err();
    assert_eq!(open(&granted.grant), Some(MessageError::Sender));
    let other_id = header_body(&other).message;
    let other_header = Fingerprint::of(&other.header);
    let renamed = |change: &dyn Fn(&mut GrantBody)| {
        let mut body = granted.body();
        change(&mut body);
        signed(&cbor::encode(&body), &world.haus)
    };
    assert_eq!(open(&renamed(&|body| body.message = other_id)), Some(MessageError::Sender));
    assert_eq!(open(&renamed(&|body| body.header = other_header)), Some(MessageError::Sender));
    // Both at once: the sealed key is bound to what it was sealed for.
    let both = renamed(&|body| (body.message, body.header) = (other_id, other_header));
    assert_eq!(open(&both), Some(MessageError::Open));
    // Sealed anew for the other header: the key is not the one that it commits to.
    let (mut body, key) = (granted.body(), world.content_key(&granted.sent));
    (body.message, body.header) = (other_id, other_header);
    let anew = forged(&mut body, &world.haus, &world.accepted(&world.stranger), &key);
    assert_eq!(open(&anew), Some(MessageError::Open));
}

/// A server asks for a grant to the keys that an inviter made.
#[test]
fn provisional_keys_are_granted_nothing() {
    let mut granted = Granted::new();
    let hand = Hand::of(&granted.world.staff);
    let reset = after(granted.world.stranger.certificate(), Reason::Reset, hand, |_| {});
    let reset = reset.as_bytes().to_vec();
    granted.world.organisation.enter(reset);
    let world = &mut granted.world;
    let invited = world.organisation.invited(&world.staff, "neu@haus.example", Role::Partner);
    let message = world.open(&granted.sent, &world.haus).unwrap();
    for provisional in [world.current(&world.stranger), world.current(&invited)] {
        let made = Grant::make(&message, &world.haus, &provisional, Purpose::Restore, NOW_MS, &mut world.rng);
        assert_eq!(made.err(), Some(SealError::RecipientKey));
    }
    // A granter's client that does not look is not believed either.
    let receiver = granted.world.accepted(&invited);
    let key = granted.world.content_key(&granted.sent);
    let mut body = GrantBody { receiver: receiver.fingerprint(), ..granted.body() };
    let grant = forged(&mut body, &granted.world.haus, &receiver, &key);
    let opened = granted.open_as(&granted.sent, &grant, (&granted.world.haus, false), &invited);
    assert_eq!(opened.err(), Some(MessageError::Sender));
}

/// A grant is moved to another receiver, by the server and by the granter itself without sealing anew.
#[test]
fn a_grant_opens_for_its_receiver_only() {
    let granted = Granted::new();
    let world = &granted.world;
    let open =
        |grant: &[u8], reader| granted.open_as(&granted.sent, grant, (&world.haus, false), reader).err();
    assert_eq!(open(&granted.grant, &world.admin), Some(MessageError::Sender));
    let body = GrantBody { receiver: world.admin.certificate().fingerprint(), ..granted.body() };
    let signature =
        Grant::parse(&granted.grant).map(|_| cbor::decode::<Signed>(&granted.grant, 8192).unwrap().signature);
    let moved = cbor::encode(&Signed { body: cbor::encode(&body).into(), signature: signature.unwrap() });
    assert_eq!(open(&moved, &world.admin), Some(MessageError::Sender));
    assert_eq!(open(&signed(&cbor::encode(&body), &world.haus), &world.admin), Some(MessageError::Open));
    // A certificate of somebody else beside one's own keys.
    let (granter, receiver) = (world.accepted(&world.haus), world.accepted(&world.stranger));
    let grant = Grant::parse(&granted.grant).unwrap();
    let reader = (&world.admin, &receiver);
    let opened = UnverifiedMessage::open_granted(
        &granted.sent.header,
        &granted.sent.signature,
        &grant,
        &granter,
        false,
        reader,
    );
    assert_eq!(opened.err(), Some(MessageError::Sender));
}

/// A granter gives another content key, to show other contents under the same header.
#[test]
fn a_granted_key_is_the_one_that_the_header_commits_to() {
    let granted = Granted::new();
    let world = &granted.world;
    let receiver = world.accepted(&world.stranger);
    let right = forged(&mut granted.body(), &world.haus, &receiver, &world.content_key(&granted.sent));
    assert!(granted.open(&right, &world.haus, false).is_ok());
    let other = forged(&mut granted.body(), &world.haus, &receiver, &Secret::from_bytes([1; 32]));
    // Before anything is opened with it: a sender who helps could have sealed a second signature.
    let (sent, grant) = (&granted.sent, Grant::parse(&other).unwrap());
    let reader = (&world.stranger, &receiver);
    let granter = world.accepted(&world.haus);
    let opened =
        UnverifiedMessage::open_granted(&sent.header, &sent.signature, &grant, &granter, false, reader);
    assert_eq!(opened.err(), Some(MessageError::Open));
}

/// A grant does not stand in for the sender's signature.
#[test]
fn a_granted_message_is_still_its_senders() {
    let granted = Granted::new();
    let world = &granted.world;
    let mut other = granted.sent.clone();
    other.signature[0] ^= 1;
    let opened = granted.open_as(&other, &granted.grant, (&world.haus, false), &world.stranger);
    assert_eq!(opened.err(), Some(MessageError::Open));
    other.signature.truncate(30);
    let opened = granted.open_as(&other, &granted.grant, (&world.haus, false), &world.stranger);
    assert_eq!(opened.err(), Some(MessageError::Open));
}

#[test]
fn a_grant_has_one_encoding_and_suite() {
    let granted = Granted::new();
    let world = &granted.world;
    let refused = |bytes: &[u8]| Grant::parse(bytes).is_err();
    for (what, other) in uncanonical(&granted.grant) {
        assert!(refused(&other), "{what}");
    }
    let body = cbor::encode(&granted.body());
    assert!(!refused(&signed(&body, &world.haus)));
    for (what, other) in uncanonical(&body) {
        assert!(refused(&signed(&other, &world.haus)), "{what}");
    }
    for suite in [0, 2] {
        let body = GrantBody { suite, ..granted.body() };
        assert!(refused(&signed(&cbor::encode(&body), &world.haus)), "{suite}");
    }
    assert!(refused(&vec![0; limits::ENTRY_BYTES + 1]));
    // Right in form, but longer than any.
    let body = GrantBody { enc: vec![0; limits::ENTRY_BYTES].into(), ..granted.body() };
    assert!(refused(&signed(&cbor::encode(&body), &world.haus)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bit_of_a_grant_can_be_turned(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        static GRANTED: LazyLock<Granted> = LazyLock::new(Granted::new);
        let granted = &*GRANTED;
        let mut grant = granted.grant.clone();
        let place = place.index(grant.len());
        grant[place] ^= 1 << bit;
        prop_assert!(granted.open(&grant, &granted.world.haus, false).is_err(), "byte {}", place);
    }
}
