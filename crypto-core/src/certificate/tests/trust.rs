//! The pinned root, the policy, and the order of entry.

use super::*;
use crate::Secret;
use crate::testing::{Hand, after, body_after, first_policy, follow, rng};
use crate::wire::DeploymentId;

/// The next root, signed by `by`.
fn next_root(before: &Certificate, by: Hand<'_>, seed: &Secret<32>) -> Entry {
    issue_certificate(&body_after(before, Reason::Rotated, by, seed), by.seed, Some(seed)).unwrap()
}

/// A server shows an organisation of its own, complete and consistent, with another root.
#[test]
fn a_history_without_the_pinned_root_is_refused() {
    let world = World::new();
    let mut servers = Organisation::new();
    let (seed, root) = crate::keys::make_root("Kreisverwaltung", 1, &mut servers.rng).unwrap();
    servers.entries = vec![root.as_bytes().to_vec()];
    let (policy, bytes) = issue_policy(&first_policy(root.fingerprint(), &servers.log_seed), &seed).unwrap();
    servers.policies = vec![bytes];
    servers.pins = Pins { root: root.fingerprint(), policy: policy.hash() };
    assert!(servers.follow().is_ok());
    let refusal = follow(world.organisation.pins, &servers.entries, &servers.policies).err();
    assert_eq!(refusal, Some(ChainError::Root));
    assert_eq!(follow(world.organisation.pins, &[], &[]).err(), Some(ChainError::Root));
}

/// A root that the old one did not sign, or that an administrator signed.
#[test]
fn a_root_rotates_by_the_old_root_only() {
    let mut world = World::new();
    let seed = Secret::random(&mut rng(2));
    let old = Hand::root(&world.organisation);
    let honest = next_root(&world.organisation.root, old, &seed);
    assert_eq!(world.organisation.refusal(&honest), None);
    let forged = next_root(&world.organisation.root, Hand { seed: &seed, ..old }, &seed);
    assert_eq!(world.organisation.refusal(&forged), Some(ChainError::Signature));
    let by_admin = next_root(&world.organisation.root, Hand::of(&world.admin), &seed);
    assert_eq!(world.organisation.refusal(&by_admin), Some(ChainError::Issuer));
    // Only the first successor counts: the old root signs another one later.
    let second = next_root(&world.organisation.root, old, &Secret::random(&mut rng(3)));
    assert_eq!(
        world.organisation.refusal_of(&[honest.as_bytes(), second.as_bytes()]),
        Some(ChainError::Succession)
    );
    // A root that was replaced makes no administrators.
    let late = after(world.admin.certificate(), Reason::Reset, old, |_| {});
    assert_eq!(world.organisation.refusal(&late), None);
    world.organisation.enter(honest.as_bytes().to_vec());
    assert_eq!(world.organisation.refusal(&late), Some(ChainError::Issuer));
    assert_eq!(world.organisation.directory().root().unwrap().fingerprint(), honest.fingerprint());
}

/// A second root appears beside the first: signed by itself, or issued like an account.
#[test]
fn there_is_one_root() {
    let world = World::new();
    let (_, other) = crate::keys::make_root("Andere", 1, &mut rng(5)).unwrap();
    let refusal = world.organisation.refusal_of(&[other.as_bytes()]);
    assert_eq!(refusal, Some(ChainError::Succession));
    let seed = Secret::random(&mut rng(5));
    let old = Hand::root(&world.organisation);
    let mut body = body_after(&world.organisation.root, Reason::Genesis, old, &seed);
    (body.issuer, body.generation) = (None, 1);
    let again = issue_certificate(&body, &seed, Some(&seed)).unwrap();
    assert_eq!(world.organisation.refusal(&again), Some(ChainError::Liveness));
    for reason in [Reason::Issued, Reason::Reset] {
        let by_admin = after(&world.organisation.root, reason, Hand::of(&world.admin), |_| {});
        assert!(world.organisation.refusal(&by_admin).is_some(), "{reason:?}");
        let (root, admin) = (Entry::Certificate(world.organisation.root.clone()), world.admin.certificate());
        assert!(admit(&by_admin, Some(&root), Signer::Certificate(admin)).is_err(), "{reason:?}");
    }
}

/// The server shows entries in another order than they were entered, or two at one place.
#[test]
fn order_of_entry_is_kept() {
    let world = World::new();
    let Organisation { entries, policies, pins, .. } = &world.organisation;
    let follow = |sequences: &dyn Fn(u64) -> u64| {
        let entries = (1..).map(sequences).zip(entries.iter().map(Vec::as_slice));
        Directory::follow(*pins, entries, policies.iter().map(Vec::as_slice)).err()
    };
    assert_eq!(follow(&|place| place * 3), None);
    assert_eq!(follow(&|place| place / 2), Some(ChainError::Order));
    assert_eq!(follow(&|place| 100 - place), Some(ChainError::Order));
    let mut swapped = entries.clone();
    // The partner's first certificate and its rotation, which that one signed.
    let last = swapped.len() - 1;
    swapped.swap(last - 1, last);
    assert_eq!(crate::testing::follow(*pins, &swapped, policies).err(), Some(ChainError::Issuer));
}

/// An old entry, with all its valid signatures, is entered once more to bring old keys back.
#[test]
fn an_entry_enters_once() {
    let mut world = World::new();
    let reset = after(world.partner.certificate(), Reason::Reset, Hand::of(&world.staff), |_| {});
    world.organisation.enter(reset.as_bytes().to_vec());
    assert_eq!(world.organisation.refusal(&reset), Some(ChainError::Succession));
    for entry in &world.organisation.entries {
        // A rotation comes from a certificate that is not the newest any more.
        let refusal = world.organisation.refusal_of(&[entry]);
        assert!(matches!(refusal, Some(ChainError::Succession | ChainError::Issuer)), "{refusal:?}");
    }
}

/// An entry is left out of the middle, or says another place or predecessor than the history has.
#[test]
fn version_and_predecessor_are_those_that_follow() {
    let mut world = World::new();
    let (partner, hand) = (world.partner.certificate(), Hand::of(&world.partner));
    for version in [1, 2, 4, u32::MAX] {
        let entry = after(partner, Reason::Rotated, hand, |body| {
            (body.version, body.previous) = (version, body.previous.filter(|_| version > 1));
        });
        assert_eq!(world.organisation.refusal(&entry), Some(ChainError::Succession), "{version}");
    }
    let entry =
        after(partner, Reason::Rotated, hand, |body| body.previous = Some(world.organisation.pins.root));
    assert_eq!(world.organisation.refusal(&entry), Some(ChainError::Succession));
    for _ in 0..2 {
        let newest = world.organisation.current(PARTNER);
        let reset = after(newest.accepted().certificate(), Reason::Reset, Hand::of(&world.staff), |_| {});
        world.organisation.enter(reset.as_bytes().to_vec());
    }
    let Organisation { entries, policies, pins, .. } = &world.organisation;
    let without = |left_out: usize| {
        let mut entries = entries.clone();
        entries.remove(left_out);
        follow(*pins, &entries, policies).err()
    };
    assert_eq!(without(entries.len() - 2), Some(ChainError::Succession), "one of two resets");
    assert_eq!(without(entries.len() - 1), None, "what is withheld at the end cannot be seen here");
    assert_eq!(without(1), Some(ChainError::Issuer), "the administrator's");
    assert_eq!(without(0), Some(ChainError::Root), "the root's");
}

struct Policies {
    world: World,
    body: PolicyBody,
}

impl Policies {
    fn new() -> Self {
        let world = World::new();
        let body = Policy::parse(&world.organisation.policies[0]).unwrap().body().clone();
        Self { world, body }
    }

    /// The second policy, with what `change` makes of it.
    fn second(&self, seed: &Secret<32>, change: impl FnOnce(&mut PolicyBody)) -> Vec<u8> {
        let mut body = self.body.clone();
        (body.revision, body.previous) = (2, Some(self.world.organisation.pins.policy));
        change(&mut body);
        issue_policy(&body, seed).unwrap().1
    }

    fn refusal(&self, policies: &[Vec<u8>]) -> Option<ChainError> {
        follow(self.world.organisation.pins, &self.world.organisation.entries, policies).err()
    }

    fn refusal_of(&self, second: Vec<u8>) -> Option<ChainError> {
        self.refusal(&[self.world.organisation.policies[0].clone(), second])
    }
}

/// A policy that the root did not sign names other log and VRF keys, or fewer witnesses.
#[test]
fn a_policy_is_signed_by_the_root() {
    let policies = Policies::new();
    let root = &policies.world.organisation.root_seed;
    assert_eq!(policies.refusal_of(policies.second(root, |_| {})), None);
    let forged = policies.second(&Secret::random(&mut rng(6)), |_| {});
    assert_eq!(policies.refusal_of(forged), Some(ChainError::Signature));
    let admin = &policies.world.admin;
    let by_admin = policies.second(admin.signing_seed(), |_| {});
    assert_eq!(policies.refusal_of(by_admin), Some(ChainError::Signature));
    let names_admin =
        policies.second(admin.signing_seed(), |body| body.root = admin.certificate().fingerprint());
    assert_eq!(policies.refusal_of(names_admin), Some(ChainError::Policy));
}

/// The policy is withheld, cut back before the pinned one, repeated, or replaced by another history.
#[test]
fn a_policy_is_neither_missing_nor_rolled_back() {
    let mut policies = Policies::new();
    let first = policies.world.organisation.policies[0].clone();
    let root = policies.world.organisation.root_seed.duplicate();
    assert_eq!(policies.refusal(&[]), Some(ChainError::Policy));
    assert_eq!(policies.refusal_of(first.clone()), Some(ChainError::Policy));
    let second = policies.second(&root, |_| {});
    assert_eq!(policies.refusal(std::slice::from_ref(&second)), Some(ChainError::Policy), "does not begin");
    assert_eq!(policies.refusal(&[second.clone(), first.clone()]), Some(ChainError::Policy), "backwards");
    let (other, other_bytes) =
        issue_policy(&PolicyBody { vrf_key: [9; 32].into(), ..policies.body.clone() }, &root).unwrap();
    assert_eq!(
        policies.refusal(std::slice::from_ref(&other_bytes)),
        Some(ChainError::Policy),
        "not the pinned one"
    );
    let of_other = policies.second(&root, |body| body.previous = Some(other.hash()));
    assert_eq!(policies.refusal_of(of_other), Some(ChainError::Policy));
    // A bundle that pins the second one refuses the first alone.
    policies.world.organisation.pins.policy = Policy::parse(&second).unwrap().hash();
    assert_eq!(policies.refusal(std::slice::from_ref(&first)), Some(ChainError::Policy));
    assert_eq!(policies.refusal(&[first, second]), None);
}

/// A later policy speaks for another installation, skips a number, or demands less.
#[test]
fn a_policy_follows_the_one_before() {
    let policies = Policies::new();
    let root = &policies.world.organisation.root_seed;
    let changes: [fn(&mut PolicyBody); 3] = [
        |body| body.deployment = DeploymentId::from_bytes([1; 16]),
        |body| body.revision = 3,
        |body| body.root = Fingerprint::from_bytes([1; 32]),
    ];
    for change in changes {
        assert_eq!(policies.refusal_of(policies.second(root, change)), Some(ChainError::Policy));
    }
}

/// The rule itself, which a server asks without a directory: the policy names the root that signs it.
#[test]
fn a_policy_names_its_root() {
    let policies = Policies::new();
    let Organisation { root_seed, root, .. } = &policies.world.organisation;
    let admit = |body: &PolicyBody, seed, root| issue_policy(body, seed).unwrap().0.admit(None, root);
    assert_eq!(admit(&policies.body, root_seed, root), Ok(()));
    let other = PolicyBody { root: Fingerprint::from_bytes([1; 32]), ..policies.body.clone() };
    assert_eq!(admit(&other, root_seed, root), Err(ChainError::Policy));
    let admin = policies.world.admin.certificate();
    let of_admin = PolicyBody { root: admin.fingerprint(), ..policies.body.clone() };
    let signed_by_admin = admit(&of_admin, policies.world.admin.signing_seed(), admin);
    assert_eq!(signed_by_admin, Err(ChainError::Policy));
}

/// A root that was replaced signs a policy after the new one did.
#[test]
fn policies_do_not_go_back_to_an_old_root() {
    let mut policies = Policies::new();
    let old = policies.world.organisation.root_seed.duplicate();
    let new = Secret::random(&mut rng(7));
    let root = next_root(&policies.world.organisation.root, Hand::root(&policies.world.organisation), &new);
    policies.world.organisation.enter(root.as_bytes().to_vec());
    let by_new = policies.second(&new, |body| body.root = root.fingerprint());
    assert_eq!(policies.refusal_of(by_new.clone()), None);
    let back = policies.second(&old, |body| {
        (body.revision, body.previous) = (3, Some(Policy::parse(&by_new).unwrap().hash()));
    });
    let all = [policies.world.organisation.policies[0].clone(), by_new, back];
    assert_eq!(policies.refusal(&all), Some(ChainError::Policy));
}
