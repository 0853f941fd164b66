//! Encoding and form: what is refused before anybody asks who signed it.

use super::super::entry::{Kind, Signed};
use super::super::policy::SignedPolicy;
use super::*;
use crate::Secret;
use crate::hazmat::sign;
use crate::label::Label;
use crate::testing::{Hand, body_after, end, rng, uncanonical};
use crate::wire::cbor::{self, CborError};
use crate::wire::limits;
use minicbor::bytes::{ByteArray, ByteVec};
use proptest::prelude::*;
use std::sync::LazyLock;

/// An entry around `body` as it is, with valid signatures: a signer that lies.
fn entry_around(kind: Kind, body: Vec<u8>, seed: &Secret<32>, proof: bool) -> Vec<u8> {
    let label = if kind == Kind::Certificate { Label::CERTIFICATE } else { Label::STATEMENT };
    let proof = proof.then(|| ByteArray::from(sign::sign(seed, Label::CERTIFICATE_PROOF, &body)));
    let signature = ByteArray::from(sign::sign(seed, label, &body));
    cbor::encode(&Signed { kind, body: ByteVec::from(body), signature, proof })
}

struct Staff {
    seed: Secret<32>,
    body: CertificateBody,
}

impl Staff {
    fn new(world: &World) -> Self {
        let seed = Secret::random(&mut rng(2));
        let body = body_after(world.staff.certificate(), Reason::Rotated, Hand::of(&world.staff), &seed);
        Self { seed, body }
    }

    fn refusal(&self, change: impl FnOnce(&mut CertificateBody)) -> Option<FormError> {
        let mut body = self.body.clone();
        change(&mut body);
        issue_certificate(&body, &self.seed, Some(&self.seed)).err()
    }
}

#[test]
fn an_entry_has_one_encoding() {
    let world = World::new();
    let entry = world.staff.certificate().as_bytes();
    assert!(Entry::parse(entry).is_ok());
    for (what, other) in uncanonical(entry) {
        assert!(matches!(Entry::parse(&other), Err(FormError::Cbor(_))), "{what}");
    }
    let long = vec![0; limits::ENTRY_BYTES + 1];
    assert_eq!(Entry::parse(&long).err(), Some(FormError::Cbor(CborError::TooLong)));
}

/// The signer itself signs a body that other programs might read in another way.
#[test]
fn a_body_has_one_encoding_even_if_it_is_signed() {
    let world = World::new();
    let staff = Staff::new(&world);
    let right = entry_around(Kind::Certificate, cbor::encode(&staff.body), &staff.seed, true);
    assert!(Entry::parse(&right).is_ok());
    for (what, body) in uncanonical(&cbor::encode(&staff.body)) {
        let entry = entry_around(Kind::Certificate, body, &staff.seed, true);
        assert!(matches!(Entry::parse(&entry), Err(FormError::Cbor(_))), "{what}");
    }
    let admin = Hand::of(&world.admin);
    let left = end(world.staff.certificate(), Cause::Left, (admin.seed, Some(admin.certificate)), |_| {});
    let Entry::Statement(left) = left else { unreachable!() };
    for (what, body) in uncanonical(&cbor::encode(left.body())) {
        let entry = entry_around(Kind::Statement, body, admin.seed, false);
        assert!(matches!(Entry::parse(&entry), Err(FormError::Cbor(_))), "{what}");
    }
}

/// A certificate is passed off as a statement or the other way round.
#[test]
fn kinds_are_not_exchanged() {
    let world = World::new();
    let staff = Staff::new(&world);
    let body = cbor::encode(&staff.body);
    assert!(Entry::parse(&entry_around(Kind::Statement, body.clone(), &staff.seed, false)).is_err());
    assert!(Entry::parse(&entry_around(Kind::Statement, body, &staff.seed, true)).is_err());
    let admin = Hand::of(&world.admin);
    let left = end(world.staff.certificate(), Cause::Left, (admin.seed, Some(admin.certificate)), |_| {});
    let Entry::Statement(left) = left else { unreachable!() };
    let body = cbor::encode(left.body());
    assert!(Entry::parse(&entry_around(Kind::Certificate, body.clone(), admin.seed, true)).is_err());
    let with_proof = entry_around(Kind::Statement, body, admin.seed, true);
    assert_eq!(Entry::parse(&with_proof).err(), Some(FormError::Field("proof")));
}

/// An issuer certifies a signing key that the subject does not have, to pass its words off as another's.
#[test]
fn the_subject_proves_that_it_has_the_key() {
    let world = World::new();
    let staff = Staff::new(&world);
    let foreign =
        staff.refusal(|body| body.signing_key = ByteArray::from(*world.admin.certificate().signing_key()));
    assert_eq!(foreign, Some(FormError::Proof));
    assert_eq!(issue_certificate(&staff.body, &staff.seed, None).err(), Some(FormError::Proof));
    let mut deputed = staff.body.clone();
    deputed.reason = Reason::Deputed;
    assert_eq!(issue_certificate(&deputed, &staff.seed, Some(&staff.seed)).err(), Some(FormError::Proof));
    // The issuer's signature instead of the proof.
    let body = cbor::encode(&staff.body);
    let signature = ByteArray::from(sign::sign(&staff.seed, Label::CERTIFICATE, &body));
    let proof = Some(signature);
    let entry = cbor::encode(&Signed { kind: Kind::Certificate, body: body.into(), signature, proof });
    assert_eq!(Entry::parse(&entry).err(), Some(FormError::Proof));
}

/// A suite below or above the one that is known.
#[test]
fn other_suites_are_refused() {
    let world = World::new();
    let staff = Staff::new(&world);
    let admin = Hand::of(&world.admin);
    let left = end(world.staff.certificate(), Cause::Left, (admin.seed, Some(admin.certificate)), |_| {});
    let Entry::Statement(left) = left else { unreachable!() };
    let policy = Policy::parse(&world.organisation.policies[0]).unwrap();
    for suite in [0, 2, u16::MAX] {
        assert_eq!(staff.refusal(|body| body.suite = suite), Some(FormError::Suite));
        let body = StatementBody { suite, ..left.body().clone() };
        assert_eq!(issue_statement(&body, admin.seed).err(), Some(FormError::Suite));
        for body in [
            PolicyBody { suite, ..policy.body().clone() },
            PolicyBody { minimum_suite: suite, ..policy.body().clone() },
        ] {
            assert_eq!(issue_policy(&body, admin.seed).err(), Some(FormError::Suite));
        }
    }
}

#[test]
fn addresses_are_canonical_and_the_roots_own() {
    let world = World::new();
    let staff = Staff::new(&world);
    for address in
        ["Staff@kbs.example", "staff@KBS.example", " staff@kbs.example", "staff", "root", "", "a@b"]
    {
        assert_eq!(
            staff.refusal(|body| body.address = address.into()),
            Some(FormError::Address),
            "{address}"
        );
    }
    let mut root = world.organisation.root.body().clone();
    root.address = "root@kbs.example".into();
    let seed = &world.organisation.root_seed;
    assert_eq!(issue_certificate(&root, seed, Some(seed)).err(), Some(FormError::Address));
}

#[test]
fn fields_fit_their_role() {
    let world = World::new();
    let staff = Staff::new(&world);
    let deputy = Deputy { account: world.colleague.account(), from_ms: 1, until_ms: 2 };
    let own = Deputy { account: world.staff.account(), ..deputy.clone() };
    let backwards = Deputy { from_ms: 2, ..deputy.clone() };
    let partner = |body: &mut CertificateBody| {
        (body.role, body.name, body.unit) = (Role::Partner, None, None);
    };
    assert_eq!(staff.refusal(partner), None);
    type Change<'a> = &'a dyn Fn(&mut CertificateBody);
    let refused: [(&str, Change<'_>); 21] = [
        ("generation or version", &|body| body.generation = 0),
        ("generation or version", &|body| body.version = 0),
        ("previous", &|body| body.previous = None),
        ("previous", &|body| body.version = 1),
        ("issuer", &|body| body.issuer = None),
        ("issuer", &|body| body.reason = Reason::Genesis),
        ("moved from", &|body| body.moved_from = body.issuer),
        ("moved from", &|body| body.reason = Reason::Readdressed),
        ("name or unit", &|body| body.name = Some(" ".into())),
        ("name or unit", &|body| body.name = Some("a".repeat(limits::NAME_BYTES + 1))),
        ("name or unit", &|body| body.unit = Some("Amt\n".into())),
        ("name or unit", &|body| {
            partner(body);
            body.name = Some("Von Staff so genannt".into());
        }),
        ("domains", &|body| body.domains = Some(vec!["kbs.example".into()])),
        ("mailbox key", &|body| body.mailbox_key = None),
        ("mailbox key", &|body| body.mailbox_key = Some(vec![0; 1215].into())),
        ("mailbox key", &|body| (body.role, body.address) = (Role::Root, ROOT_LABEL.into())),
        ("deputies", &|body| body.deputies = Some(vec![])),
        ("deputies", &|body| body.deputies = Some(vec![own.clone()])),
        ("deputies", &|body| body.deputies = Some(vec![backwards.clone()])),
        ("deputies", &|body| body.deputies = Some(vec![deputy.clone(); 17])),
        ("deputies", &|body| {
            partner(body);
            body.deputies = Some(vec![deputy.clone()]);
        }),
    ];
    for (index, (field, change)) in refused.into_iter().enumerate() {
        assert_eq!(staff.refusal(change), Some(FormError::Field(field)), "{index}");
    }
    assert_eq!(staff.refusal(|body| body.deputies = Some(vec![deputy.clone(); 16])), None);
}

#[test]
fn gateways_have_domains_and_not_too_many() {
    let world = World::new();
    let staff = Staff::new(&world);
    let gateway = |domains: Option<Vec<String>>| {
        staff.refusal(|body| (body.role, body.domains) = (Role::Gateway, domains))
    };
    assert_eq!(gateway(Some(vec!["kbs.example".into(); 64])), None);
    assert_eq!(gateway(Some(vec![])), Some(FormError::Field("domains")));
    assert_eq!(gateway(Some(vec!["kbs.example".into(); 65])), Some(FormError::Field("domains")));
}

#[test]
fn a_statement_ends_something_and_never_the_root() {
    let world = World::new();
    let admin = Hand::of(&world.admin);
    let left = end(world.staff.certificate(), Cause::Left, (admin.seed, Some(admin.certificate)), |_| {});
    let Entry::Statement(left) = left else { unreachable!() };
    let first = StatementBody { version: 1, ..left.body().clone() };
    let root = StatementBody { role: Role::Root, address: Some(ROOT_LABEL.into()), ..left.body().clone() };
    for body in [first, root] {
        assert_eq!(issue_statement(&body, admin.seed).err(), Some(FormError::Field("version or role")));
    }
}

/// *Closed* alone names its history without the address.
#[test]
fn a_statement_names_one_history_in_one_way() {
    let world = World::new();
    let (admin, log) = (Hand::of(&world.admin), &world.organisation.log_seed);
    let left = end(world.staff.certificate(), Cause::Left, (admin.seed, Some(admin.certificate)), |_| {});
    let closed = end(world.partner.certificate(), Cause::Closed, (log, None), |_| {});
    assert_eq!((closed.address(), closed.subject()), (None, SubjectLabel::of(PARTNER)));
    let (Entry::Statement(left), Entry::Statement(closed)) = (left, closed) else { unreachable!() };
    let subject = closed.body().subject;
    let field = Some(FormError::Field("address or subject"));
    for body in [
        StatementBody { address: None, subject, ..left.body().clone() },
        StatementBody { subject, ..left.body().clone() },
        StatementBody { address: Some(PARTNER.into()), ..closed.body().clone() },
        StatementBody { subject: None, ..closed.body().clone() },
    ] {
        assert_eq!(issue_statement(&body, admin.seed).err(), field);
    }
}

#[test]
fn a_policy_has_one_encoding_and_its_form() {
    let world = World::new();
    let bytes = &world.organisation.policies[0];
    for (what, other) in uncanonical_policy(bytes, &world.organisation.root_seed) {
        assert!(matches!(Policy::parse(&other), Err(FormError::Cbor(_))), "{what}");
    }
    assert!(matches!(
        Policy::parse(&vec![0; limits::ENTRY_BYTES + 1]),
        Err(FormError::Cbor(CborError::TooLong))
    ));
    let body = Policy::parse(bytes).unwrap().body().clone();
    type Change<'a> = &'a dyn Fn(&mut PolicyBody);
    let refusal = |change: Change<'_>| {
        let mut body = body.clone();
        change(&mut body);
        issue_policy(&body, &world.organisation.root_seed).err()
    };
    let witness = Witness { name: "witness.example".into(), key: [1; 32].into() };
    let refused: [(&str, Change<'_>); 6] = [
        ("revision", &|body| body.revision = 0),
        ("revision", &|body| body.revision = 2),
        ("revision", &|body| body.previous = Some(body.root)),
        ("witnesses", &|body| body.quorum = 1),
        ("witnesses", &|body| body.witnesses = Some(vec![])),
        ("witnesses", &|body| body.witnesses = Some(vec![witness.clone(); 33])),
    ];
    for (index, (field, change)) in refused.into_iter().enumerate() {
        assert_eq!(refusal(change), Some(FormError::Field(field)), "{index}");
    }
    assert_eq!(refusal(&|body| (body.witnesses, body.quorum) = (Some(vec![witness.clone()]), 1)), None);
}

/// Around and inside; inside with a valid signature.
fn uncanonical_policy(bytes: &[u8], seed: &Secret<32>) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = uncanonical(bytes);
    let signed: SignedPolicy = cbor::decode(bytes, limits::ENTRY_BYTES).unwrap();
    all.extend(uncanonical(&signed.body).into_iter().map(|(what, body)| {
        let signature = ByteArray::from(sign::sign(seed, Label::POLICY, &body));
        (what, cbor::encode(&SignedPolicy { body: body.into(), signature }))
    }));
    all
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[A-Za-zÄÖÜäöüß0-9][A-Za-zÄÖÜäöüß0-9 .-]{0,60}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn certificates_survive_encoding(
        name in text(),
        unit in text(),
        provisional in any::<bool>(),
        generation in 1_u32..,
        version in 2_u32..,
        issued_at_ms in any::<u64>(),
        deputies in prop::option::of(prop::collection::vec((any::<[u8; 16]>(), 0_u64..u64::MAX), 1..=16)),
    ) {
        let seed = Secret::from_bytes([5; 32]);
        let deputies = deputies.map(|all| {
            let each = all.into_iter().map(|(account, from_ms)| Deputy {
                account: crate::wire::AccountId::from_bytes(account), from_ms, until_ms: from_ms + 1,
            });
            each.collect::<Vec<_>>()
        });
        let body = CertificateBody {
            suite: 1,
            account: crate::wire::AccountId::from_bytes([0; 16]),
            address: STAFF.into(),
            name, unit, domains: None,
            role: Role::Staff,
            provisional, generation,
            signing_key: ByteArray::from(sign::public_key(&seed)),
            mailbox_key: Some(vec![3; 1216].into()),
            deputies: deputies.filter(|all| all.iter().all(|it| it.account.as_bytes() != &[0; 16])),
            issued_at_ms,
            reason: Reason::Rotated,
            version,
            previous: Some(Fingerprint::from_bytes([1; 32])),
            issuer: Some(Fingerprint::from_bytes([1; 32])),
            moved_from: None,
        };
        let entry = issue_certificate(&body, &seed, Some(&seed)).unwrap();
        let read = Entry::parse(entry.as_bytes()).unwrap();
        prop_assert_eq!(read.certificate().unwrap().body(), &body);
        prop_assert_eq!(read.as_bytes(), entry.as_bytes());
    }

    /// Each bit of an entry counts: its form, its proof, its signature or its place breaks.
    #[test]
    fn no_bit_of_an_entry_can_be_turned(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        static ORGANISATION: LazyLock<(Organisation, Vec<u8>)> = LazyLock::new(|| {
            let mut organisation = Organisation::new();
            organisation.administrator(ADMIN);
            let entry = organisation.entries.pop().unwrap();
            (organisation, entry)
        });
        let (organisation, entry) = &*ORGANISATION;
        let mut entry = entry.clone();
        let place = place.index(entry.len());
        entry[place] ^= 1 << bit;
        prop_assert!(organisation.refusal_of(&[&entry]).is_some(), "byte {}", place);
    }
}
