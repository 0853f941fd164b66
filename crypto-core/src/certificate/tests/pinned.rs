//! Pinned entries and policy: read, followed, and signed once more to the same bytes.

use super::*;
use crate::Secret;
use crate::testing::{Hand, Pinned, end};

fn certificates() -> Pinned {
    Pinned::load("certificate", |pinned| {
        let mut organisation = Organisation::new();
        let admin = organisation.administrator(ADMIN);
        let invited = organisation.invited(&admin, STAFF, Role::Staff);
        let staff = organisation.rotated(&invited);
        let new = organisation.invited(&staff, PARTNER, Role::Partner);
        let partner = organisation.rotated(&new);
        pinned.put_directory(&organisation);
        let root = &organisation.root_seed;
        let seeds = [
            (root, root),
            (root, admin.signing_seed()),
            (admin.signing_seed(), invited.signing_seed()),
            (invited.signing_seed(), staff.signing_seed()),
            (staff.signing_seed(), new.signing_seed()),
            (new.signing_seed(), partner.signing_seed()),
        ];
        for (index, (issuer, subject)) in seeds.into_iter().enumerate() {
            pinned.put(&format!("issuer_seed_{}", index + 1), issuer.expose());
            pinned.put(&format!("subject_seed_{}", index + 1), subject.expose());
        }
    })
}

#[test]
fn pinned_certificates_are_followed_and_signed_alike() {
    let pinned = certificates();
    let directory = pinned.directory(&[]);
    for (address, generation) in [(ROOT_LABEL, 1), (ADMIN, 1), (STAFF, 2), (PARTNER, 2)] {
        assert!(
            matches!(directory.look_up(address), Lookup::Current(current)
            if current.body().generation == generation),
            "{address}"
        );
    }
    for index in 1..=6 {
        let bytes = pinned.bytes(&format!("entry_{index}"));
        let entry = Entry::parse(&bytes).unwrap();
        let seed = |whose: &str| -> Secret<32> { pinned.secret(&format!("{whose}_seed_{index}")) };
        let body = entry.certificate().unwrap().body();
        let again = issue_certificate(body, &seed("issuer"), Some(&seed("subject"))).unwrap();
        assert_eq!(again.as_bytes(), bytes, "{index}");
    }
}

#[test]
fn pinned_statements_are_followed_and_signed_alike() {
    let pinned = Pinned::load("statement", |pinned| {
        let world = World::new();
        pinned.put_directory(&world.organisation);
        let admin = Hand::of(&world.admin);
        let left = end(world.staff.certificate(), Cause::Left, (admin.seed, Some(admin.certificate)), |_| {});
        let log = &world.organisation.log_seed;
        // As it was before it named its history by the hash.
        let closed = end(world.partner.certificate(), Cause::Closed, (log, None), |body| {
            (body.address, body.subject) = (Some(PARTNER.into()), None);
        });
        pinned.put("left", left.as_bytes());
        pinned.put("left_issuer_seed", admin.seed.expose());
        pinned.put("closed", closed.as_bytes());
        pinned.put("closed_issuer_seed", log.expose());
    });
    let directory = pinned.directory(&["left", "closed"]);
    assert!(matches!(directory.look_up(STAFF), Lookup::Ended(Cause::Left)));
    assert!(matches!(directory.look_up(PARTNER), Lookup::Ended(Cause::Closed)));
    for name in ["left", "closed"] {
        let bytes = pinned.bytes(name);
        let Ok(Entry::Statement(statement)) = Entry::parse(&bytes) else { panic!("{name}") };
        let seed = pinned.secret(&format!("{name}_issuer_seed"));
        assert_eq!(issue_statement(statement.body(), &seed).unwrap().as_bytes(), bytes, "{name}");
    }
}

#[test]
fn a_pinned_end_without_an_address_is_followed_and_signed_alike() {
    let pinned = Pinned::load("closed", |pinned| {
        let world = World::new();
        let log = &world.organisation.log_seed;
        let closed = end(world.partner.certificate(), Cause::Closed, (log, None), |_| {});
        pinned.put_directory(&world.organisation);
        pinned.put("closed", closed.as_bytes());
        pinned.put("issuer_seed", log.expose());
    });
    let directory = pinned.directory(&["closed"]);
    assert!(matches!(directory.look_up(PARTNER), Lookup::Ended(Cause::Closed)));
    let bytes = pinned.bytes("closed");
    let Ok(Entry::Statement(statement)) = Entry::parse(&bytes) else { panic!("closed") };
    let again = issue_statement(statement.body(), &pinned.secret("issuer_seed")).unwrap();
    assert_eq!(again.as_bytes(), bytes);
    assert!(!bytes.windows(PARTNER.len()).any(|window| window == PARTNER.as_bytes()));
}

#[test]
fn a_pinned_deputed_certificate_is_signed_alike_without_a_proof() {
    let pinned = Pinned::load("deputed", |pinned| {
        let world = World::new();
        let admin = Hand::of(&world.admin);
        let staff = world.staff.certificate();
        let deputy = Deputy { account: world.colleague.account(), from_ms: 1, until_ms: 2 };
        let body = CertificateBody {
            generation: staff.body().generation,
            signing_key: staff.body().signing_key,
            deputies: Some(vec![deputy]),
            ..crate::testing::body_after(staff, Reason::Deputed, admin, admin.seed)
        };
        let entry = issue_certificate(&body, admin.seed, None).unwrap();
        pinned.put_directory(&world.organisation);
        pinned.put("deputed", entry.as_bytes());
        pinned.put("issuer_seed", admin.seed.expose());
    });
    let directory = pinned.directory(&["deputed"]);
    let Lookup::Current(staff) = directory.look_up(STAFF) else { panic!("not live") };
    assert_eq!(staff.body().deputies.as_ref().map(Vec::len), Some(1));
    let again = issue_certificate(staff.body(), &pinned.secret("issuer_seed"), None).unwrap();
    assert_eq!(again.as_bytes(), pinned.bytes("deputed"));
}

#[test]
fn a_pinned_policy_is_read_and_signed_alike() {
    let pinned = Pinned::load("policy", |pinned| {
        let organisation = Organisation::new();
        let mut body = Policy::parse(&organisation.policies[0]).unwrap().body().clone();
        let witness = |name: &str, key: u8| Witness { name: name.into(), key: [key; 32].into() };
        body.witnesses = Some(vec![witness("eins.example", 1), witness("zwei.example", 2)]);
        body.quorum = 2;
        let (policy, bytes) = issue_policy(&body, &organisation.root_seed).unwrap();
        pinned.put("root", organisation.root.as_bytes());
        pinned.put("root_seed", organisation.root_seed.expose());
        pinned.put("policy", &bytes);
        pinned.put("hash", policy.hash().as_bytes());
    });
    let policy = Policy::parse(&pinned.bytes("policy")).unwrap();
    let root = Entry::parse(&pinned.bytes("root")).unwrap();
    assert_eq!(policy.admit(None, root.certificate().unwrap()), Ok(()));
    assert_eq!(policy.hash().as_bytes(), &pinned.array("hash"));
    assert_eq!(policy.body().quorum, 2);
    let (again, bytes) = issue_policy(policy.body(), &pinned.secret("root_seed")).unwrap();
    assert_eq!(bytes, pinned.bytes("policy"));
    assert!(again == policy);
}
