//! Grants: their form, and what a granter with true keys may have signed.

use crate::input::Input;
use crate::targets::part_0::envelope::{Envelope, part_0_of};
use crate::world::{DIRECTORY, Known, WORLD};
use crypto_core::hazmat::sign;
use crypto_core::label::Label;
use crypto_core::message::{Grant, GrantBody, Purpose, UnverifiedMessage};
use crypto_core::wire::{Fingerprint, cbor};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

#[derive(Encode, Decode)]
#[cbor(map)]
struct Signed {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: ByteArray<64>,
}

/// The first byte says how: 0, a signed grant; else its body, which the sender of a message signs.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    if input.byte() == 0 { read(input.rest()) } else { read(&signed(input.rest())) }
}

fn signed(body: &[u8]) -> Vec<u8> {
    let signature = sign::sign(&WORLD.staff.seed, Label::GRANT, body);
    cbor::encode(&Signed { body: body.to_vec().into(), signature: signature.into() })
}

fn read(bytes: &[u8]) -> bool {
    let Ok(grant) = Grant::parse(bytes) else { return false };
    let signed: Signed = cbor::decode(bytes, usize::MAX).expect("as it was read");
    assert_eq!(cbor::encode(grant.body()), *signed.body, "one grant has one encoding");
    let granter = WORLD.current(&WORLD.staff);
    if grant.verify(granter.accepted().certificate()).is_err() {
        return false;
    }
    let (message, reader) = (message(), WORLD.current(&WORLD.admin));
    let body = grant.body().clone();
    let accepted = |fingerprint: &Fingerprint| DIRECTORY.accepted_certificate(fingerprint);
    let opened = UnverifiedMessage::open_by_grants(
        &message.header,
        &message.signature,
        &[grant],
        accepted,
        &WORLD.admin.bundle,
    );
    if opened.is_ok() {
        assert_eq!(body.header, Fingerprint::of(&message.header), "a grant of this message");
        assert_eq!(body.receiver, reader.fingerprint(), "to this reader");
    }
    opened.is_ok()
}

fn message() -> Envelope {
    Envelope::seal(&part_0_of(&[0xa0]), &[])
}

/// The body of a grant that opens.
pub(crate) fn contents() -> Vec<u8> {
    use crypto_core::hazmat::hpke;
    use crypto_core::message::Header;
    use crypto_core::wire::SUITE_1;
    let message = message();
    let header = Header::parse(&message.header).expect("a header");
    let (granter, receiver) = (WORLD.current(&WORLD.staff), WORLD.current(&WORLD.admin));
    let header_hash = Fingerprint::of(&message.header);
    let info = Label::GRANT_HPKE.prefix(&[
        header.message().as_bytes(),
        header_hash.as_bytes(),
        granter.fingerprint().as_bytes(),
        receiver.fingerprint().as_bytes(),
    ]);
    let key = receiver.accepted().certificate().mailbox_key().expect("a mailbox key");
    let (enc, sealed_key) =
        hpke::seal_key(key, &info, &crate::world::known_key(), &mut Known).expect("sealed");
    cbor::encode(&GrantBody {
        suite: SUITE_1,
        message: header.message(),
        header: header_hash,
        granter: granter.fingerprint(),
        receiver: receiver.fingerprint(),
        enc: enc.into(),
        sealed_key: sealed_key.to_vec().into(),
        purpose: Purpose::Deputy,
        issued_at_ms: 1_800_000_000_000,
    })
}
