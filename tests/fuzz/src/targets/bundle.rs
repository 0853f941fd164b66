//! Key bundles: as they come from the server, and what is behind the seal of one that opens.

use crate::input::Input;
use crate::world::{Known, WORLD, known_key};
use crypto_core::hazmat::aead;
use crypto_core::keys::{BundleKey, SealedBundle};
use crypto_core::label::Label;
use crypto_core::wire::{AccountId, Fingerprint, SUITE_1, cbor};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

#[derive(Encode, Decode)]
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

#[derive(Encode, Decode)]
#[cbor(map)]
struct Sealed {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
    #[n(3)]
    certificate: Fingerprint,
    #[n(4)]
    wrapped: ByteVec,
}

/// The first byte says how: 0, a sealed bundle; else its contents.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    if input.byte() == 0 { open(input.rest()) } else { open(&sealed(input.rest())) }
}

/// What stands in the bundle of a member of staff.
pub(crate) fn contents() -> Vec<u8> {
    let sealed: Sealed =
        cbor::decode(&WORLD.staff.bundle.seal(&key(), &mut Known), usize::MAX).expect("sealed");
    let aad = cbor::encode(&head());
    aead::unwrap(&known_key(), Label::BUNDLE, &aad, &sealed.wrapped).expect("opened").to_vec()
}

fn key() -> BundleKey {
    BundleKey::make(&mut Known)
}

fn head() -> Head {
    let bundle = &WORLD.staff.bundle;
    Head {
        suite: SUITE_1,
        account: bundle.account(),
        revision: bundle.revision(),
        certificate: bundle.certificate().fingerprint(),
    }
}

pub(crate) fn sealed(contents: &[u8]) -> Vec<u8> {
    let head = head();
    let aad = cbor::encode(&head);
    let wrapped = aead::wrap(&known_key(), Label::BUNDLE, &aad, contents, &mut Known).into();
    let Head { suite, account, revision, certificate } = head;
    cbor::encode(&Sealed { suite, account, revision, certificate, wrapped })
}

fn open(bytes: &[u8]) -> bool {
    let Ok(sealed) = SealedBundle::parse(bytes) else { return false };
    assert_eq!(cbor::encode(&sealed), bytes, "one bundle has one encoding");
    let account = WORLD.staff.bundle.account();
    let Ok(bundle) = sealed.open(&key(), account, 0) else { return false };
    assert_eq!((bundle.account(), bundle.revision()), (account, sealed.revision()));
    assert_eq!(bundle.certificate().body().account, account);
    assert!(sealed.open(&key(), account, sealed.revision() + 1).is_err(), "rolled back");
    assert_eq!(bundle.seal(&key(), &mut Known), bytes, "nothing of it is lost");
    true
}
