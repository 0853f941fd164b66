//! Pinned bundle, wraps, draft and printed secret: opened, and sealed once more with the same nonce.

use super::*;
use crate::auth::Kek;
use crate::label::Label;
use crate::printed;
use crate::testing::{Pinned, Replay};
use crate::wire::AccountId;

const NONCE_BYTES: usize = 24;

#[test]
fn a_pinned_bundle_opens_and_seals_alike() {
    let pinned = Pinned::load("bundle", |pinned| {
        let mut organisation = Organisation::new();
        let admin = organisation.administrator("admin@kbs.example");
        let mut bundle = organisation.rotated(&admin);
        // Every field is there.
        bundle.recovery_public = Some(vec![5; 1216]);
        bundle.settings_key_before = Some(Secret::from_bytes([6; 32]));
        bundle.note_settings(7);
        pinned.put("bundle_key", key(1).0.expose());
        pinned.put("account", bundle.account().as_bytes());
        pinned.put("signing_seed", bundle.signing_seed.expose());
        pinned.put("mailbox_seed_before", bundle.mailbox[0].seed.expose());
        pinned.put("mailbox_seed", bundle.mailbox[1].seed.expose());
        pinned.put("recovery_public", bundle.recovery_public.as_ref().unwrap());
        pinned.put("settings_key", bundle.settings_key.expose());
        pinned.put("settings_key_before", bundle.settings_key_before.as_ref().unwrap().expose());
        pinned.put("root", bundle.pins.root.as_bytes());
        pinned.put("policy", bundle.pins.policy.as_bytes());
        pinned.put("certificate", bundle.certificate.as_bytes());
        pinned.put("root_seed", organisation.root_seed.expose());
        pinned.put("sealed", &sealed(&bundle));
    });
    let key = BundleKey(pinned.secret("bundle_key"));
    let account = AccountId::from_bytes(pinned.array("account"));
    let sealed = pinned.bytes("sealed");
    let bundle = SealedBundle::parse(&sealed).unwrap().open(&key, account, 2).unwrap();
    assert_eq!((bundle.revision(), bundle.settings_revision()), (2, 7));
    assert!(bundle.signing_seed == pinned.secret("signing_seed"));
    let seeds: Vec<_> = bundle.mailbox.iter().map(|mailbox| mailbox.seed.expose().to_vec()).collect();
    assert_eq!(seeds, [pinned.bytes("mailbox_seed_before"), pinned.bytes("mailbox_seed")]);
    assert_eq!(bundle.recovery_public(), Some(pinned.bytes("recovery_public").as_slice()));
    assert!(bundle.settings_key == pinned.secret("settings_key"));
    assert!(bundle.settings_key_before.as_ref() == Some(&pinned.secret("settings_key_before")));
    assert_eq!(bundle.pins.root.as_bytes(), &pinned.array("root"));
    assert_eq!(bundle.pins.policy.as_bytes(), &pinned.array("policy"));
    assert_eq!(bundle.certificate.as_bytes(), pinned.bytes("certificate"));
    assert!(bundle.root_seed() == Some(&pinned.secret("root_seed")));
    // The sealed contents stand at the end of the map, and begin with their nonce.
    let nonce = nonce_of_last(&sealed, account, &key, &bundle);
    assert_eq!(bundle.seal(&key, &mut Replay(&nonce)), sealed);
}

/// The wrapped contents are the last bytes; their length follows from sealing once more.
fn nonce_of_last(sealed: &[u8], account: AccountId, key: &BundleKey, bundle: &Bundle) -> Vec<u8> {
    let zero = bundle.seal(key, &mut Replay(&[0; NONCE_BYTES]));
    assert_eq!(zero.len(), sealed.len());
    let start = zero.windows(NONCE_BYTES).position(|window| window == [0; NONCE_BYTES]).unwrap();
    assert!(start > account.as_bytes().len());
    sealed[start..start + NONCE_BYTES].to_vec()
}

#[test]
fn a_pinned_password_wrap_opens_and_seals_alike() {
    let pinned = Pinned::load("wrap-password", |pinned| {
        let (kek, account) = ([3; 32], AccountId::from_bytes([4; 16]));
        let sealed =
            key(1).wrap_for_password(&Kek::from_secret(Secret::from_bytes(kek)), account, &mut rng(5));
        pinned.put("kek", &kek);
        pinned.put("account", account.as_bytes());
        pinned.put("bundle_key", key(1).0.expose());
        pinned.put("sealed", &sealed);
    });
    let (kek, account) =
        (Kek::from_secret(pinned.secret("kek")), AccountId::from_bytes(pinned.array("account")));
    let sealed = pinned.bytes("sealed");
    let key = BundleKey::unwrap_with_password(&sealed, &kek, account).unwrap();
    assert!(key.0 == pinned.secret("bundle_key"));
    assert_eq!(key.wrap_for_password(&kek, account, &mut Replay(&sealed[..NONCE_BYTES])), sealed);
}

#[test]
fn a_pinned_resume_wrap_opens_and_seals_alike() {
    let pinned = Pinned::load("wrap-resume", |pinned| {
        let (resume, account) = (ResumeKey::make(&mut rng(3)), AccountId::from_bytes([4; 16]));
        pinned.put("resume_key", resume.expose());
        pinned.put("account", account.as_bytes());
        pinned.put("bundle_key", key(1).0.expose());
        pinned.put("sealed", &key(1).wrap_for_resume(&resume, account, &mut rng(5)));
    });
    let resume = ResumeKey::from_bytes(&pinned.bytes("resume_key")).unwrap();
    let account = AccountId::from_bytes(pinned.array("account"));
    let sealed = pinned.bytes("sealed");
    let key = BundleKey::unwrap_with_resume(&sealed, &resume, account).unwrap();
    assert!(key.0 == pinned.secret("bundle_key"));
    assert_eq!(key.wrap_for_resume(&resume, account, &mut Replay(&sealed[..NONCE_BYTES])), sealed);
}

#[test]
fn a_pinned_draft_opens_and_seals_alike() {
    let pinned = Pinned::load("draft", |pinned| {
        let world = World::new();
        pinned.put_bundle("writer", &world.partner);
        pinned.put("settings_key", world.partner.settings_key.expose());
        pinned.put_text("draft", "Noch nicht fertig");
        pinned.put("sealed", &world.partner.seal_draft(b"Noch nicht fertig", &mut rng(5)));
    });
    let (writer, sealed) = (pinned.bundle("writer"), pinned.bytes("sealed"));
    let draft = writer.open_draft(&sealed).unwrap();
    assert_eq!(draft.as_slice(), pinned.text("draft").as_bytes());
    assert!(writer.settings_key == pinned.secret("settings_key"));
    assert_eq!(writer.seal_draft(&draft, &mut Replay(&sealed[..NONCE_BYTES])), sealed);
}

#[test]
fn a_pinned_printed_secret_is_read_and_printed_alike() {
    let pinned = Pinned::load("printed", |pinned| {
        let secret = Secret::random(&mut rng(6));
        pinned.put("root_seed", secret.expose());
        pinned.put_text("printed", &printed::print(&secret, Label::ROOT_COPY));
    });
    let text = pinned.text("printed");
    let secret = printed::read(text, Label::ROOT_COPY).unwrap();
    assert!(secret == pinned.secret("root_seed"));
    assert_eq!(printed::print(&secret, Label::ROOT_COPY).as_str(), text);
}
