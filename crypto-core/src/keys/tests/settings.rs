//! Settings sealed to oneself: round trip, rollback, other accounts, other paddings.

use super::*;
use crate::hazmat::aead;
use crate::label::Label;
use crate::testing::{NOW_MS, Pinned, Replay, uncanonical};
use crate::wire::cbor::{self, CborError};
use crate::wire::{AccountId, Fingerprint, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use proptest::prelude::*;

const NONCE_BYTES: usize = 24;

fn settings() -> Settings {
    Settings {
        book: vec![BookEntry {
            address: "paula@träger.example".into(),
            name: Some("Paula, Träger".into()),
            note: Some("nur vormittags".into()),
        }],
        known: vec![KnownKeys {
            address: "paula@träger.example".into(),
            certificate: Fingerprint::from_bytes([1; 32]),
        }],
        restores: vec![RestoreAnswer {
            account: AccountId::from_bytes([2; 16]),
            certificate: Fingerprint::from_bytes([3; 32]),
            granted: true,
            at_ms: NOW_MS,
            done: false,
        }],
        checkpoint: Some(vec![4; 5].into()),
        ..Settings::default()
    }
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

fn changed(bytes: &[u8], change: impl FnOnce(&mut Sealed)) -> Vec<u8> {
    let mut sealed: Sealed = cbor::decode(bytes, limits::SETTINGS_BYTES).unwrap();
    change(&mut sealed);
    cbor::encode(&sealed)
}

fn why(bundle: &Bundle, sealed: &[u8], seen: u64) -> SettingsError {
    bundle.open_settings(sealed, seen).err().unwrap()
}

#[test]
fn settings_open_for_their_account_alone() {
    let world = World::new();
    let sealed = world.staff.seal_settings(&settings(), 1, &mut rng(5)).unwrap();
    let opened = world.staff.open_settings(&sealed, 0).unwrap();
    assert_eq!((opened.settings, opened.revision, opened.under_former_key), (settings(), 1, false));
    assert_eq!(why(&world.partner, &sealed, 0), SettingsError::Open);
    let claimed = changed(&sealed, |sealed| sealed.account = world.partner.account());
    assert_eq!(why(&world.partner, &claimed, 0), SettingsError::Open);
}

#[test]
fn older_settings_than_were_seen_are_refused() {
    let world = World::new();
    let [first, second] =
        [1, 2].map(|revision| world.staff.seal_settings(&settings(), revision, &mut rng(5)).unwrap());
    assert_eq!(why(&world.staff, &first, 2), SettingsError::RolledBack);
    // What was opened is remembered, and by the next bundle too.
    world.staff.open_settings(&second, 0).unwrap();
    assert_eq!(why(&world.staff, &first, 0), SettingsError::RolledBack);
    let Made { bundle: later, .. } = world.staff.rotated(false, NOW_MS, &mut rng(6)).unwrap();
    let later = open(&sealed(&later), &later).unwrap();
    assert_eq!(why(&later, &first, 0), SettingsError::RolledBack);
    assert_eq!(later.open_settings(&second, 0).unwrap().revision, 2);
    // The server cannot call the first one the second.
    let renamed = changed(&first, |sealed| sealed.revision = 2);
    assert_eq!(why(&later, &renamed, 0), SettingsError::Open);
}

/// What was kept under an initial password opens afterwards, and asks to be sealed anew.
#[test]
fn settings_under_the_former_key_open_until_the_next_rotation() {
    let mut world = World::new();
    let invited = world.organisation.invited(&world.staff, "new@haus.example", Role::Partner);
    let before = invited.seal_settings(&settings(), 1, &mut rng(5)).unwrap();
    let own = world.organisation.rotated(&invited);
    assert!(own.open_settings(&before, 0).unwrap().under_former_key);
    let after = own.seal_settings(&settings(), 2, &mut rng(5)).unwrap();
    assert!(!own.open_settings(&after, 0).unwrap().under_former_key);
    assert_eq!(why(&invited, &after, 0), SettingsError::Open, "the inviter cannot read on");
    let later = world.organisation.rotated(&own);
    assert!(later.open_settings(&after, 0).is_ok());
}

#[test]
fn other_suites_and_encodings_are_refused() {
    let staff = World::new().staff;
    let sealed = staff.seal_settings(&settings(), 1, &mut rng(5)).unwrap();
    assert_eq!(why(&staff, &changed(&sealed, |sealed| sealed.suite = 2), 0), SettingsError::Suite);
    for (what, bytes) in uncanonical(&sealed) {
        assert!(staff.open_settings(&bytes, 0).is_err(), "{what}");
    }
    let long = vec![0; limits::SETTINGS_BYTES + 1];
    assert_eq!(why(&staff, &long, 0), SettingsError::Cbor(CborError::TooLong));
}

#[test]
fn there_is_one_right_padding() {
    let staff = World::new().staff;
    let sealed = staff.seal_settings(&settings(), 1, &mut rng(5)).unwrap();
    let repadded = |change: &dyn Fn(&mut Vec<u8>)| {
        changed(&sealed, |sealed| {
            let head = super::super::settings::aad(sealed.account, sealed.revision);
            let mut padded =
                aead::unwrap(&staff.settings_key, Label::SETTINGS, &head, &sealed.wrapped).unwrap().to_vec();
            change(&mut padded);
            sealed.wrapped =
                aead::wrap(&staff.settings_key, Label::SETTINGS, &head, &padded, &mut rng(7)).into();
        })
    };
    assert!(staff.open_settings(&repadded(&|_| {}), 0).is_ok());
    type Change = (&'static str, fn(&mut Vec<u8>));
    let changes: [Change; 4] = [
        ("more", |padded| padded.extend([0; 64])),
        ("less", |padded| padded.truncate(padded.len() - 1)),
        ("not zero", |padded| *padded.last_mut().unwrap() = 1),
        ("a length that lies", |padded| padded[0] = 0xff),
    ];
    for (what, change) in changes {
        assert_eq!(why(&staff, &repadded(&change), 0), SettingsError::Open, "{what}");
    }
}

#[test]
fn more_than_fits_is_not_sealed() {
    let staff = World::new().staff;
    let note = |bytes| Settings {
        book: vec![BookEntry { address: "a@b.example".into(), name: None, note: Some("n".repeat(bytes)) }],
        ..Settings::default()
    };
    assert!(staff.seal_settings(&note(200 * 1024), 1, &mut rng(5)).is_ok());
    let refused = staff.seal_settings(&note(limits::SETTINGS_BYTES), 1, &mut rng(5));
    assert_eq!(refused.err(), Some(SettingsError::TooLong));
}

#[test]
fn pinned_settings_open_and_seal_alike() {
    let pinned = Pinned::load("settings", |pinned| {
        let world = World::new();
        pinned.put_bundle("owner", &world.staff);
        pinned.put("settings_key", world.staff.settings_key.expose());
        pinned.put("settings", &cbor::encode(&settings()));
        pinned.put("sealed", &world.staff.seal_settings(&settings(), 3, &mut rng(5)).unwrap());
    });
    let (owner, sealed) = (pinned.bundle("owner"), pinned.bytes("sealed"));
    let opened = owner.open_settings(&sealed, 3).unwrap();
    assert!(owner.settings_key == pinned.secret("settings_key"));
    assert_eq!(cbor::encode(&opened.settings), pinned.bytes("settings"));
    let wrapped: Sealed = cbor::decode(&sealed, limits::SETTINGS_BYTES).unwrap();
    let mut replay = Replay(&wrapped.wrapped[..NONCE_BYTES]);
    assert_eq!(owner.seal_settings(&opened.settings, 3, &mut replay).unwrap(), sealed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn round_trip(
        entries in prop::collection::vec((".{1,20}", prop::option::of(".{0,20}"), prop::option::of(".{0,80}")), 0..6),
        headers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
        revision in 1_u64..,
    ) {
        let book = entries.into_iter().map(|(address, name, note)| BookEntry { address, name, note }).collect();
        let mut settings = Settings { book, ..Settings::default() };
        headers.iter().for_each(|header| settings.verified.note(header, NOW_MS, 60));
        let staff = World::new().staff;
        let sealed = staff.seal_settings(&settings, revision, &mut rng(5)).unwrap();
        let opened = staff.open_settings(&sealed, revision).unwrap();
        prop_assert_eq!((opened.settings, opened.revision), (settings, revision));
    }
}
