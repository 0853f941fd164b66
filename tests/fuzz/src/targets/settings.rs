//! Sealed settings: as they come from the server, and what is behind the seal.

use crate::input::Input;
use crate::world::{Known, NOW_MS, WORLD, known_key};
use crypto_core::certificate::Role;
use crypto_core::hazmat::{aead, padding};
use crypto_core::keys::{Bundle, Identity, Settings, make_account};
use crypto_core::label::Label;
use crypto_core::wire::{AccountId, SUITE_1, cbor};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use std::sync::LazyLock;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Head {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    revision: u64,
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
    wrapped: ByteVec,
}

/// Somebody whose settings key is known, as all their keys are.
static OWNER: LazyLock<Bundle> = LazyLock::new(|| {
    let who =
        Identity { address: "otto@traeger.example".into(), name: None, unit: None, role: Role::Partner };
    make_account(who, &WORLD.staff.bundle.origin(None, NOW_MS), &mut Known).expect("an account").bundle
});

const REVISION: u64 = 5;

/// The first byte says how: 0, sealed settings; 1, their contents; 2, their contents with length and padding; 3, a
/// draft.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    match input.byte() % 4 {
        0 => open(input.rest()),
        1 => open(&sealed(&padded(input.rest()))),
        2 => open(&sealed(input.rest())),
        _ => OWNER.open_draft(input.rest()).is_ok(),
    }
}

pub(crate) fn padded(contents: &[u8]) -> Vec<u8> {
    let mut padded = [&(contents.len() as u64).to_be_bytes(), contents].concat();
    padded.resize(usize::try_from(padding::padme(padded.len() as u64)).expect("short"), 0);
    padded
}

pub(crate) fn sealed(padded: &[u8]) -> Vec<u8> {
    let account = OWNER.account();
    let aad = cbor::encode(&Head { suite: SUITE_1, account, revision: REVISION });
    let wrapped = aead::wrap(&known_key(), Label::SETTINGS, &aad, padded, &mut Known).into();
    cbor::encode(&Sealed { suite: SUITE_1, account, revision: REVISION, wrapped })
}

/// Settings with something in each field.
pub(crate) fn contents() -> Vec<u8> {
    use crypto_core::keys::{BookEntry, KnownKeys, RestoreAnswer, VerifiedMessages};
    let mut verified = VerifiedMessages::default();
    verified.note(b"header", NOW_MS, 60);
    cbor::encode(&Settings {
        book: vec![BookEntry {
            address: "paula@traeger.example".into(),
            name: Some("Paula".into()),
            note: Some("Rückruf".into()),
        }],
        known: vec![KnownKeys {
            address: "paula@traeger.example".into(),
            certificate: WORLD.partner.bundle.certificate().fingerprint(),
        }],
        restores: vec![RestoreAnswer {
            account: WORLD.partner.bundle.account(),
            certificate: WORLD.partner.bundle.certificate().fingerprint(),
            granted: true,
            at_ms: NOW_MS,
            done: false,
        }],
        checkpoint: Some(b"checkpoint".to_vec().into()),
        verified,
    })
}

fn open(bytes: &[u8]) -> bool {
    let Ok(opened) = OWNER.open_settings(bytes, 0) else { return false };
    let again = OWNER.seal_settings(&opened.settings, opened.revision, &mut Known);
    assert_eq!(again.as_deref(), Ok(bytes), "nothing of them is lost");
    assert!(OWNER.open_settings(bytes, opened.revision + 1).is_err(), "rolled back");
    true
}
