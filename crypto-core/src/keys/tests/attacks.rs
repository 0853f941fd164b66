//! What a server can put in the place of a bundle or a wrap.

use super::*;
use crate::auth::Kek;
use crate::hazmat::{OpenError, aead};
use crate::label::Label;
use crate::testing::{Hand, end, uncanonical};
use crate::wire::cbor::{self, CborError};
use crate::wire::{AccountId, Fingerprint, SUITE_1, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use proptest::prelude::*;

/// A sealed bundle with fields that can be changed.
#[derive(Clone, Encode, Decode)]
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

fn read(bytes: &[u8]) -> Sealed {
    cbor::decode(bytes, limits::BUNDLE_BYTES).unwrap()
}

fn changed(bytes: &[u8], change: impl FnOnce(&mut Sealed)) -> Vec<u8> {
    let mut sealed = read(bytes);
    change(&mut sealed);
    cbor::encode(&sealed)
}

/// Seals other contents under the bundle key: a client that lies, or one that is broken.
fn resealed(bytes: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    changed(bytes, |sealed| {
        let Sealed { suite, account, revision, certificate, .. } = *sealed;
        let aad = cbor::encode(&Head { suite, account, revision, certificate });
        let mut body = aead::unwrap(&key(1).0, Label::BUNDLE, &aad, &sealed.wrapped).unwrap().to_vec();
        change(&mut body);
        sealed.wrapped = aead::wrap(&key(1).0, Label::BUNDLE, &aad, &body, &mut rng(3)).into();
    })
}

fn refusal(sealed: &[u8], owner: &Bundle) -> Option<BundleError> {
    open(sealed, owner).err()
}

#[test]
fn an_own_bundle_opens_with_all_that_it_holds() {
    let world = World::new();
    let opened = open(&sealed(&world.partner), &world.partner).unwrap();
    assert_eq!(opened.account(), world.partner.account());
    assert_eq!(opened.revision(), 2);
    assert_eq!(opened.pins(), world.organisation.pins);
    assert_eq!(opened.certificate().fingerprint(), world.partner.certificate().fingerprint());
    assert!(opened.signing_seed() == world.partner.signing_seed());
    assert!(opened.mailbox_seeds().eq(world.partner.mailbox_seeds()));
    assert_eq!(opened.mailbox.len(), 2);
    assert!(opened.root_seed().is_none());
    let parsed = SealedBundle::parse(&sealed(&world.partner)).unwrap();
    assert_eq!((parsed.account(), parsed.revision()), (world.partner.account(), 2));
}

/// The server serves the bundle of another account, as it is or under one's own name.
#[test]
fn a_bundle_of_another_account_is_refused() {
    let world = World::new();
    let others = sealed(&world.staff);
    assert_eq!(refusal(&others, &world.partner), Some(BundleError::Open));
    let renamed = changed(&others, |it| it.account = world.partner.account());
    assert_eq!(refusal(&renamed, &world.partner), Some(BundleError::Open));
    // Even under the same key, the contents must be of the account that the head names.
    let key = key(1);
    let body = sealed(&world.staff);
    let Sealed { suite, revision, certificate, wrapped, .. } = read(&body);
    let head = |account| cbor::encode(&Head { suite, account, revision, certificate });
    let opened = aead::unwrap(&key.0, Label::BUNDLE, &head(world.staff.account()), &wrapped).unwrap();
    let account = world.partner.account();
    let wrapped = aead::wrap(&key.0, Label::BUNDLE, &head(account), &opened, &mut rng(3)).into();
    let moved = cbor::encode(&Sealed { suite, account, revision, certificate, wrapped });
    assert_eq!(refusal(&moved, &world.partner), Some(BundleError::Mismatch));
}

/// The server serves an earlier bundle, under its own revision or a later one.
#[test]
fn a_bundle_is_not_rolled_back() {
    let mut world = World::new();
    let before = sealed(&world.partner);
    let partner = world.organisation.rotated(&world.partner);
    let open = |sealed: &[u8]| SealedBundle::parse(sealed).unwrap().open(&key(1), partner.account(), 3).err();
    assert_eq!(open(&sealed(&partner)), None);
    assert_eq!(open(&before), Some(BundleError::RolledBack));
    let renumbered = changed(&before, |it| it.revision = 3);
    assert_eq!(open(&renumbered), Some(BundleError::Open));
    let renamed = changed(&before, |it| {
        (it.revision, it.certificate) = (3, partner.certificate().fingerprint());
    });
    assert_eq!(open(&renamed), Some(BundleError::Open));
}

/// The head says another certificate, under which the directory would find other keys.
#[test]
fn the_head_of_a_bundle_is_bound() {
    let world = World::new();
    let bundle = sealed(&world.partner);
    let other = changed(&bundle, |it| it.certificate = world.staff.certificate().fingerprint());
    assert_eq!(refusal(&other, &world.partner), Some(BundleError::Open));
    for suite in [0, 2] {
        let other = changed(&bundle, |it| it.suite = suite);
        assert_eq!(refusal(&other, &world.partner), Some(BundleError::Suite));
    }
    let wrong_key = SealedBundle::parse(&bundle).unwrap().open(&key(9), world.partner.account(), 0);
    assert_eq!(wrong_key.err(), Some(BundleError::Open));
}

/// Contents that the head does not speak of: another revision, or another suite, inside than outside.
#[test]
fn a_bundles_contents_are_those_of_its_head() {
    let world = World::new();
    let bundle = sealed(&world.partner);
    assert_eq!(refusal(&resealed(&bundle, |_| {}), &world.partner), None);
    // { 0: suite, 1: account (1 + 16 bytes), 2: revision … } — the suite stands at 2, the revision at 22.
    for place in [2, 22] {
        let other = resealed(&bundle, |body| body[place] += 1);
        assert_eq!(refusal(&other, &world.partner), Some(BundleError::Mismatch), "byte {place}");
    }
    let key = key(1);
    let Sealed { suite, account, revision, .. } = read(&bundle);
    let certificate = world.staff.certificate().fingerprint();
    let mut inner = Vec::new();
    resealed(&bundle, |body| inner.clone_from(body));
    let aad = cbor::encode(&Head { suite, account, revision, certificate });
    let wrapped = aead::wrap(&key.0, Label::BUNDLE, &aad, &inner, &mut rng(3)).into();
    let other = cbor::encode(&Sealed { suite, account, revision, certificate, wrapped });
    assert_eq!(refusal(&other, &world.partner), Some(BundleError::Mismatch), "another certificate");
}

/// Keys that are not those of the certificate: what one seals and signs would not be what others see.
#[test]
fn a_bundle_whose_keys_are_not_its_certificates_is_refused() {
    type Change = fn(&mut World);
    let changes: [(&str, Change); 6] = [
        ("signing seed", |world| world.partner.signing_seed = Secret::from_bytes([1; 32])),
        ("mailbox seed", |world| {
            world.partner.mailbox.last_mut().unwrap().seed = Secret::from_bytes([1; 32]);
        }),
        ("the former mailbox seed as the newest", |world| world.partner.mailbox.reverse()),
        ("no mailbox seed", |world| world.partner.mailbox.clear()),
        ("another's certificate", |world| world.partner.certificate = world.staff.certificate.clone()),
        ("another's account", |world| world.partner.account = world.staff.account),
    ];
    for (what, change) in changes {
        let mut world = World::new();
        change(&mut world);
        let bundle = sealed(&world.partner);
        assert_eq!(refusal(&bundle, &world.partner), Some(BundleError::Mismatch), "{what}");
    }
}

/// A statement, or something that is no entry, where the certificate should be.
#[test]
fn a_bundle_holds_a_certificate() {
    let world = World::new();
    let staff = Hand::of(&world.staff);
    let cause = crate::certificate::Cause::Moved;
    let statement = end(world.partner.certificate(), cause, (staff.seed, Some(staff.certificate)), |_| {});
    let certificate = world.partner.certificate().as_bytes().to_vec();
    for other in [statement.as_bytes().to_vec(), vec![0; 700]] {
        let bundle = resealed(&sealed(&world.partner), |body| replace(body, &certificate, &other));
        assert_eq!(refusal(&bundle, &world.partner), Some(BundleError::Mismatch));
    }
}

/// Replaces a byte string of more than 255 bytes by another one.
fn replace(body: &mut Vec<u8>, old: &[u8], new: &[u8]) {
    let as_field = |bytes: &[u8]| cbor::encode(&ByteVec::from(bytes.to_vec()));
    let (old, new) = (as_field(old), as_field(new));
    let place = body.windows(old.len()).position(|window| window == old).unwrap();
    body.splice(place..place + old.len(), new);
}

#[test]
fn a_bundle_has_one_encoding() {
    let world = World::new();
    let bundle = sealed(&world.partner);
    for (what, other) in uncanonical(&bundle) {
        assert!(matches!(refusal(&other, &world.partner), Some(BundleError::Cbor(_))), "{what}");
    }
    let mut inner = Vec::new();
    resealed(&bundle, |body| inner.clone_from(body));
    for (what, other) in uncanonical(&inner) {
        let other = resealed(&bundle, |body| *body = other);
        assert!(matches!(refusal(&other, &world.partner), Some(BundleError::Cbor(_))), "{what}");
    }
    let long = vec![0; limits::BUNDLE_BYTES + 1];
    assert_eq!(SealedBundle::parse(&long).err(), Some(BundleError::Cbor(CborError::TooLong)));
}

/// The server serves a wrap of another account: it would put that one's bundle in the place of one's own.
#[test]
fn a_wrap_of_another_account_is_refused() {
    let [mine, other] = [1, 2].map(|byte| AccountId::from_bytes([byte; 16]));
    let kek = Kek::from_secret(Secret::from_bytes([1; 32]));
    let resume = ResumeKey::make(&mut rng(4));
    let (by_password, by_resume) = (
        key(1).wrap_for_password(&kek, other, &mut rng(5)),
        key(1).wrap_for_resume(&resume, other, &mut rng(5)),
    );
    assert!(BundleKey::unwrap_with_password(&by_password, &kek, other).is_ok_and(|it| it.0 == key(1).0));
    assert!(BundleKey::unwrap_with_resume(&by_resume, &resume, other).is_ok_and(|it| it.0 == key(1).0));
    assert_eq!(BundleKey::unwrap_with_password(&by_password, &kek, mine).err(), Some(OpenError));
    assert_eq!(BundleKey::unwrap_with_resume(&by_resume, &resume, mine).err(), Some(OpenError));
}

/// A wrap of one kind is given out as one of another, even if both keys were the same.
#[test]
fn a_wrap_of_another_kind_is_refused() {
    let account = AccountId::from_bytes([1; 16]);
    let kek = Kek::from_secret(Secret::from_bytes([1; 32]));
    let resume = ResumeKey::from_bytes(&[1; 32]).unwrap();
    let by_password = key(1).wrap_for_password(&kek, account, &mut rng(5));
    let by_resume = key(1).wrap_for_resume(&resume, account, &mut rng(5));
    assert_eq!(BundleKey::unwrap_with_resume(&by_password, &resume, account).err(), Some(OpenError));
    assert_eq!(BundleKey::unwrap_with_password(&by_resume, &kek, account).err(), Some(OpenError));
    // The label tells them apart, and the AAD does so on its own: suite, account, kind.
    let aad = |kind: u8| [&SUITE_1.to_be_bytes()[..], account.as_bytes(), &[kind]].concat();
    let key_bytes = Secret::from_bytes([1; 32]);
    for (kind, opens) in [(0, true), (1, false), (2, false)] {
        let sealed = aead::wrap(&key_bytes, Label::WRAP_PASSWORD, &aad(kind), &[9; 32], &mut rng(5));
        assert_eq!(BundleKey::unwrap_with_password(&sealed, &kek, account).is_ok(), opens, "{kind}");
    }
    let other_suite = [&2_u16.to_be_bytes()[..], account.as_bytes(), &[0]].concat();
    let sealed = aead::wrap(&key_bytes, Label::WRAP_PASSWORD, &other_suite, &[9; 32], &mut rng(5));
    assert!(BundleKey::unwrap_with_password(&sealed, &kek, account).is_err());
}

/// Something else than a key of 32 bytes in a wrap.
#[test]
fn a_wrap_holds_one_key() {
    let account = AccountId::from_bytes([1; 16]);
    let kek = Kek::from_secret(Secret::from_bytes([1; 32]));
    let aad = [&SUITE_1.to_be_bytes()[..], account.as_bytes(), &[0]].concat();
    for length in [0, 31, 33] {
        let contents = vec![9; length];
        let sealed =
            aead::wrap(&Secret::from_bytes([1; 32]), Label::WRAP_PASSWORD, &aad, &contents, &mut rng(5));
        assert!(BundleKey::unwrap_with_password(&sealed, &kek, account).is_err(), "{length}");
    }
    assert!(ResumeKey::from_bytes(&[1; 31]).is_none());
}

/// A draft of another account, or something else sealed with the same key, is given out as one's draft.
#[test]
fn a_draft_opens_for_its_writer_only() {
    let world = World::new();
    let draft = world.partner.seal_draft(b"Entwurf", &mut rng(6));
    assert!(world.partner.open_draft(&draft).is_ok_and(|opened| opened.as_slice() == b"Entwurf"));
    assert!(world.staff.open_draft(&draft).is_err());
    let same_key = aead::wrap(
        &world.partner.settings_key,
        Label::DRAFT,
        world.staff.account().as_bytes(),
        b"Entwurf",
        &mut rng(6),
    );
    assert!(world.partner.open_draft(&same_key).is_err());
    let settings = aead::wrap(
        &world.partner.settings_key,
        Label::SETTINGS,
        world.partner.account().as_bytes(),
        b"Entwurf",
        &mut rng(6),
    );
    assert!(world.partner.open_draft(&settings).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn bundles_survive_sealing(
        revision in 1_u64..,
        recovery in prop::option::of(prop::collection::vec(any::<u8>(), 1216)),
        settings_revision in any::<u64>(),
        earlier in prop::collection::vec((any::<[u8; 32]>(), any::<u64>(), prop::option::of(any::<u64>())), 0..6),
        root_seed in prop::option::of(any::<[u8; 32]>()),
        before in prop::option::of(any::<[u8; 32]>()),
    ) {
        let mut bundle = Organisation::new().administrator("admin@kbs.example");
        let newest = bundle.mailbox.pop().unwrap();
        bundle.revision = revision;
        bundle.recovery_public = recovery;
        bundle.settings_revision = settings_revision.into();
        bundle.mailbox.extend(earlier.into_iter().map(|(seed, made_at_ms, superseded_at_ms)| MailboxSeed {
            seed: Secret::from_bytes(seed), made_at_ms, superseded_at_ms,
        }));
        bundle.mailbox.push(newest);
        bundle.root_seed = root_seed.map(Secret::from_bytes);
        bundle.settings_key_before = before.map(Secret::from_bytes);
        let first = sealed(&bundle);
        let opened = open(&first, &bundle).unwrap();
        prop_assert_eq!(opened.revision, revision);
        prop_assert_eq!(&opened.recovery_public, &bundle.recovery_public);
        prop_assert_eq!(opened.settings_revision(), settings_revision);
        prop_assert_eq!(sealed(&opened), first);
    }

    #[test]
    fn no_bit_of_a_bundle_can_be_turned(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let bundle = Organisation::new().administrator("admin@kbs.example");
        let mut bytes = sealed(&bundle);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(open(&bytes, &bundle).is_err(), "byte {}", place);
    }

    #[test]
    fn wraps_survive_and_no_bit_can_be_turned(
        secret in any::<[u8; 32]>(),
        account in any::<[u8; 16]>(),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let account = AccountId::from_bytes(account);
        let kek = Kek::from_secret(Secret::from_bytes(secret));
        let resume = ResumeKey::from_bytes(&secret).unwrap();
        let mut by_password = key(1).wrap_for_password(&kek, account, &mut rng(5));
        let mut by_resume = key(1).wrap_for_resume(&resume, account, &mut rng(5));
        prop_assert!(by_password.len() <= limits::WRAP_BYTES);
        prop_assert!(BundleKey::unwrap_with_password(&by_password, &kek, account).is_ok_and(|it| it.0 == key(1).0));
        prop_assert!(BundleKey::unwrap_with_resume(&by_resume, &resume, account).is_ok_and(|it| it.0 == key(1).0));
        let place = place.index(by_password.len());
        by_password[place] ^= 1 << bit;
        by_resume[place] ^= 1 << bit;
        prop_assert!(BundleKey::unwrap_with_password(&by_password, &kek, account).is_err());
        prop_assert!(BundleKey::unwrap_with_resume(&by_resume, &resume, account).is_err());
    }
}
