//! What administrators sign about others, what clients take over of it, and the root's seed for a further
//! administrator.

use super::*;
use crate::certificate::{Cause, CurrentCertificate, Deputy, Entry, Lookup};
use crate::hazmat::hpke;
use crate::label::Label;
use crate::testing::{NOW_MS, Pinned};
use crate::wire::{AccountId, Fingerprint, cbor, limits};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

const SECOND: &str = "second@kbs.example";

struct Administrators {
    organisation: Organisation,
    first: Bundle,
    second: Bundle,
    staff: Bundle,
}

/// A root share, for whoever forges one.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Forged {
    #[n(0)]
    suite: u16,
    #[n(1)]
    account: AccountId,
    #[n(2)]
    receiver: Fingerprint,
    #[n(3)]
    root: Fingerprint,
    #[n(4)]
    enc: ByteVec,
    #[n(5)]
    sealed: ByteVec,
}

impl Administrators {
    fn new() -> Self {
        let mut organisation = Organisation::new();
        let first = organisation.administrator("admin@kbs.example");
        let origin = first.root_origin(&root(&organisation), None, NOW_MS).unwrap();
        let identity = crate::testing::identity(SECOND, Role::Administrator);
        let made = make_account(identity, &origin, &mut rng(7)).unwrap();
        let invited = organisation.entered(made);
        let second = organisation.rotated(&invited);
        let staff = organisation.settled(&first, "staff@kbs.example", Role::Staff);
        Self { organisation, first, second, staff }
    }

    fn current(&self, bundle: &Bundle) -> CurrentCertificate {
        self.organisation.directory().account(bundle.account()).unwrap()
    }

    fn root(&self) -> CurrentCertificate {
        root(&self.organisation)
    }

    fn share(&self) -> Vec<u8> {
        RootShare::make(&self.first, &self.current(&self.second), &self.root(), &mut rng(8)).unwrap()
    }

    fn take(&self, share: &[u8], by: &Bundle) -> Result<Bundle, RootShareError> {
        RootShare::parse(share)?.take(by, &self.root())
    }
}

fn root(organisation: &Organisation) -> CurrentCertificate {
    organisation.directory().root().unwrap()
}

fn deputy(account: AccountId) -> Option<Vec<Deputy>> {
    Some(vec![Deputy { account, from_ms: NOW_MS, until_ms: NOW_MS + 10 }])
}

#[test]
fn a_second_administrator_has_the_root_after_taking_the_share_and_not_before() {
    let all = Administrators::new();
    assert!(all.second.root_seed().is_none(), "an invitation alone gives no root");
    let second = all.take(&all.share(), &all.second).unwrap();
    assert!(second.root_seed() == Some(&all.organisation.root_seed));
    assert_eq!(second.revision(), all.second.revision() + 1);
    let third = second.root_origin(&all.root(), None, NOW_MS);
    assert!(third.is_ok(), "the second can make a third");
    assert!(all.second.root_origin(&all.root(), None, NOW_MS).is_err());
}

#[test]
fn a_share_is_for_one_administrator_with_keys_of_their_own() {
    let mut all = Administrators::new();
    let staff = all.current(&all.staff);
    assert!(RootShare::make(&all.first, &staff, &all.root(), &mut rng(8)).is_err(), "staff");
    let to_second = all.current(&all.second);
    assert!(RootShare::make(&all.second, &to_second, &all.root(), &mut rng(8)).is_err(), "has none to give");
    let share = all.share();
    assert!(all.take(&share, &all.first).is_err(), "another administrator");
    assert!(all.take(&share, &all.staff).is_err(), "staff");
    let origin = all.first.root_origin(&all.root(), None, NOW_MS).unwrap();
    let identity = crate::testing::identity("third@kbs.example", Role::Administrator);
    let made = make_account(identity, &origin, &mut rng(9)).unwrap();
    let third = all.organisation.entered(made);
    let provisional = all.current(&third);
    assert!(RootShare::make(&all.first, &provisional, &all.root(), &mut rng(8)).is_err(), "provisional");
}

/// The server, or anybody, gives an administrator a root of their own.
#[test]
fn nothing_but_the_seed_of_the_root_in_force_is_taken() {
    let all = Administrators::new();
    let honest: Forged = cbor::decode(&all.share(), limits::ENTRY_BYTES).unwrap();
    let key = all.second.certificate().mailbox_key().unwrap();
    let info = |account: AccountId, receiver: Fingerprint, root: Fingerprint| {
        Label::ROOT_SHARE.prefix(&[account.as_bytes(), receiver.as_bytes(), root.as_bytes()])
    };
    let seal = |info: &[u8], seed: &Secret<32>| {
        let (enc, sealed) = hpke::seal_key(key, info, seed, &mut rng(3)).unwrap();
        let (enc, sealed) = (enc.into(), sealed.to_vec().into());
        cbor::encode(&Forged { enc, sealed, ..cbor::decode(&all.share(), limits::ENTRY_BYTES).unwrap() })
    };
    let right = info(honest.account, honest.receiver, honest.root);
    assert!(all.take(&seal(&right, &all.organisation.root_seed), &all.second).is_ok(), "the control");
    assert!(all.take(&seal(&right, &Secret::from_bytes([1; 32])), &all.second).is_err(), "another seed");
    let other = info(honest.account, honest.root, honest.root);
    assert!(all.take(&seal(&other, &all.organisation.root_seed), &all.second).is_err(), "moved");
    let changes: [fn(&mut Forged); 5] = [
        |it| it.suite = 2,
        |it| it.account = AccountId::from_bytes([1; 16]),
        |it| it.receiver = Fingerprint::from_bytes([1; 32]),
        |it| it.root = Fingerprint::from_bytes([1; 32]),
        |it| it.sealed[0] ^= 1,
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut forged: Forged = cbor::decode(&all.share(), limits::ENTRY_BYTES).unwrap();
        change(&mut forged);
        assert!(all.take(&cbor::encode(&forged), &all.second).is_err(), "{index}");
    }
    let share = all.share();
    assert!(RootShare::parse(&share[..share.len() - 1]).is_err());
    assert!(RootShare::parse(&[&share[..], &[0]].concat()).is_err());
}

#[test]
fn the_printed_root_is_taken_by_administrators_alone() {
    let all = Administrators::new();
    let seed = || all.organisation.root_seed.duplicate();
    assert!(all.second.with_root(seed(), &all.root()).is_ok());
    assert!(all.staff.with_root(seed(), &all.root()).is_err());
    assert!(all.second.with_root(Secret::from_bytes([1; 32]), &all.root()).is_err());
}

#[test]
fn a_pinned_root_share_is_taken() {
    let pinned = Pinned::load("root-share", |pinned| {
        let all = Administrators::new();
        pinned.put_directory(&all.organisation);
        pinned.put("bundle_key", key(1).0.expose());
        pinned.put("account", all.second.account().as_bytes());
        pinned.put("bundle", &sealed(&all.second));
        pinned.put("root_seed", all.organisation.root_seed.expose());
        pinned.put("share", &all.share());
    });
    let key = BundleKey(pinned.secret("bundle_key"));
    let account = AccountId::from_bytes(pinned.array("account"));
    let bundle = SealedBundle::parse(&pinned.bytes("bundle")).unwrap().open(&key, account, 0).unwrap();
    let root = pinned.directory(&[]).root().unwrap();
    let share = pinned.bytes("share");
    let taken = RootShare::parse(&share).unwrap().take(&bundle, &root).unwrap();
    assert!(taken.root_seed() == Some(&pinned.secret("root_seed")));
    let body: Forged = cbor::decode(&share, limits::ENTRY_BYTES).unwrap();
    assert_eq!(cbor::encode(&body), share);
}

#[test]
fn what_an_administrator_made_for_the_same_keys_is_taken_over_and_nothing_else() {
    let mut all = Administrators::new();
    assert!(all.staff.adopt(&all.current(&all.staff)).unwrap().is_none(), "it is the own");
    let deputed = all.first.depute(&all.current(&all.staff), deputy(all.second.account()), NOW_MS).unwrap();
    all.organisation.enter(deputed.as_bytes().to_vec());
    let staff = all.staff.adopt(&all.current(&all.staff)).unwrap().unwrap();
    assert_eq!(staff.certificate().fingerprint(), deputed.fingerprint());
    assert_eq!(staff.revision(), all.staff.revision());
    assert!(all.first.adopt(&all.current(&all.staff)).unwrap().is_none(), "somebody else's");

    let moved = all.first.move_account(&all.current(&staff), "new@kbs.example", None, None, NOW_MS).unwrap();
    all.organisation.entries.push(moved.moved.as_bytes().to_vec());
    all.organisation.enter(moved.readdressed.as_bytes().to_vec());
    assert!(matches!(all.organisation.directory().look_up("staff@kbs.example"), Lookup::Ended(Cause::Moved)));
    let staff = staff.adopt(&all.current(&staff)).unwrap().unwrap();
    assert_eq!(staff.certificate().body().address, "new@kbs.example");
    assert!(staff.certificate().body().deputies.is_none());
    // Keys that the account does not have.
    let rotated = staff.rotated(false, NOW_MS, &mut rng(4)).unwrap();
    all.organisation.enter(rotated.certificate.as_bytes().to_vec());
    assert!(staff.adopt(&all.current(&staff)).unwrap().is_none());
    let elsewhere = sealed(&rotated.bundle);
    assert!(open(&elsewhere, &staff).is_ok_and(|it| it.certificate().body().address == "new@kbs.example"));
}

#[test]
fn an_owner_names_deputies_with_new_keys() {
    let mut all = Administrators::new();
    let named = all.staff.rotated_with(false, deputy(all.second.account()), NOW_MS, &mut rng(5)).unwrap();
    let staff = all.organisation.entered(named);
    let body = staff.certificate().body().clone();
    assert!(body.names_deputy(all.second.account(), NOW_MS));
    for (account, at_ms) in [
        (all.second.account(), NOW_MS - 1),
        (all.second.account(), NOW_MS + 10),
        (all.first.account(), NOW_MS),
    ] {
        assert!(!body.names_deputy(account, at_ms));
    }
    let staff = all.organisation.rotated(&staff);
    assert_eq!(staff.certificate().body().deputies, body.deputies);
    let none = staff.rotated_with(false, None, NOW_MS, &mut rng(6)).unwrap();
    assert!(all.organisation.entered(none).certificate().body().deputies.is_none());
}

#[test]
fn an_administrator_ends_staff_and_only_the_root_ends_an_administrator() {
    let mut all = Administrators::new();
    let (staff, second, root) = (all.current(&all.staff), all.current(&all.second), all.root());
    assert!(all.first.revoke(&second, Cause::Left, None, NOW_MS).is_err());
    assert!(all.second.revoke(&second, Cause::Left, Some(&root), NOW_MS).is_err(), "has no root");
    for (subject, root) in [(&staff, None), (&second, Some(&root))] {
        let ended: Entry = all.first.revoke(subject, Cause::Left, root, NOW_MS).unwrap();
        all.organisation.enter(ended.as_bytes().to_vec());
        let found = all.organisation.directory().look_up(&subject.body().address);
        assert!(matches!(found, Lookup::Ended(Cause::Left)), "nobody seals to it any more");
    }
}
