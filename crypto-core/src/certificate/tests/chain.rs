//! Who may certify whom, and what may change.

use super::*;
use crate::Secret;
use crate::testing::{Hand, after, body_after, identity, rng};
use crate::wire::AccountId;
use minicbor::bytes::ByteArray;

type Change<'a> = &'a dyn Fn(&mut CertificateBody);

fn reasons() -> [Reason; 5] {
    [Reason::Genesis, Reason::Issued, Reason::Rotated, Reason::Deputed, Reason::Readdressed]
}

fn deputy(account: AccountId) -> Option<Vec<Deputy>> {
    Some(vec![Deputy { account, from_ms: 1, until_ms: 2 }])
}

/// A first certificate of a new account at an address that is free.
fn first(by: Hand<'_>, address: &str, role: Role, change: impl FnOnce(&mut CertificateBody)) -> Entry {
    let seed = Secret::random(&mut rng(77));
    let who = identity(address, role);
    let mut body = CertificateBody {
        suite: 1,
        account: AccountId::from_bytes([77; 16]),
        address: who.address,
        name: who.name,
        unit: who.unit,
        domains: None,
        role,
        provisional: true,
        generation: 1,
        signing_key: ByteArray::from(crate::hazmat::sign::public_key(&seed)),
        mailbox_key: (role != Role::Root).then(|| vec![5; 1216].into()),
        deputies: None,
        issued_at_ms: 1,
        reason: Reason::Issued,
        version: 1,
        previous: None,
        issuer: Some(by.certificate),
        moved_from: None,
    };
    change(&mut body);
    issue_certificate(&body, by.seed, Some(&seed)).unwrap()
}

#[test]
fn everybody_may_certify_whom_the_table_says_and_nobody_else() {
    let world = World::new();
    let root = Hand::root(&world.organisation);
    let hands = [
        (Role::Root, root),
        (Role::Administrator, Hand::of(&world.admin)),
        (Role::Staff, Hand::of(&world.staff)),
        (Role::Partner, Hand::of(&world.partner)),
    ];
    let table = [
        (Role::Administrator, &[Role::Root][..]),
        (Role::Staff, &[Role::Administrator]),
        (Role::Group, &[Role::Administrator]),
        (Role::Gateway, &[Role::Administrator]),
        (Role::Partner, &[Role::Administrator, Role::Staff]),
    ];
    for (subject, allowed) in table {
        for (role, hand) in hands {
            let refusal = world.organisation.refusal(&first(hand, "new@haus.example", subject, |_| {}));
            let expected = (!allowed.contains(&role)).then_some(ChainError::Authority);
            assert_eq!(refusal, expected, "{role:?} issues {subject:?}");
        }
    }
}

/// A partner's certificate signs another partner: who has been invited cannot invite.
#[test]
fn a_partner_signs_nobody() {
    let world = World::new();
    let partner = Hand::of(&world.partner);
    let invited = first(partner, "friend@haus.example", Role::Partner, |_| {});
    assert_eq!(world.organisation.refusal(&invited), Some(ChainError::Authority));
    let reset = after(world.staff.certificate(), Reason::Reset, partner, |_| {});
    assert_eq!(world.organisation.refusal(&reset), Some(ChainError::Authority));
}

/// Staff gives an own friend, or itself, the rights of an administrator.
#[test]
fn nobody_rises_by_a_rotation() {
    let world = World::new();
    let staff = world.staff.certificate();
    let hand = Hand::of(&world.staff);
    let risen = after(staff, Reason::Rotated, hand, |body| body.role = Role::Administrator);
    assert_eq!(world.organisation.refusal(&risen), Some(ChainError::Identity));
    let partner = world.partner.certificate();
    let risen = after(partner, Reason::Rotated, Hand::of(&world.partner), |body| body.role = Role::Staff);
    assert_eq!(world.organisation.refusal(&risen), Some(ChainError::Identity));
}

/// A rotation takes over the address of somebody else, live or free.
#[test]
fn a_rotation_keeps_its_address() {
    let world = World::new();
    let hand = Hand::of(&world.partner);
    let partner = world.partner.certificate();
    let taken = after(partner, Reason::Rotated, hand, |body| body.address = STAFF.into());
    assert_eq!(world.organisation.refusal(&taken), Some(ChainError::Succession));
    // As the next entry of the other's history it comes from a key that is not that history's newest.
    let staff = world.staff.certificate();
    let taken = after(staff, Reason::Rotated, hand, |body| body.account = partner.body().account);
    assert_eq!(world.organisation.refusal(&taken), Some(ChainError::Issuer));
    let free = after(partner, Reason::Rotated, hand, |body| {
        body.address = "free@haus.example".into();
        (body.version, body.previous) = (1, None);
    });
    assert_eq!(world.organisation.refusal(&free), Some(ChainError::Liveness));
}

/// A rotation, reset or change of deputies gives the person another account, name or unit.
#[test]
fn account_name_and_unit_stay() {
    let world = World::new();
    let (staff, admin) = (Hand::of(&world.staff), Hand::of(&world.admin));
    let changes: [fn(&mut CertificateBody); 4] = [
        |body| body.account = AccountId::from_bytes([1; 16]),
        |body| body.name = Some("Die Landrätin".into()),
        |body| body.name = None,
        |body| body.unit = Some("Kasse".into()),
    ];
    for change in changes {
        for (reason, hand) in [(Reason::Rotated, staff), (Reason::Reset, admin)] {
            let changed = after(world.staff.certificate(), reason, hand, change);
            assert_eq!(world.organisation.refusal(&changed), Some(ChainError::Identity), "{reason:?}");
        }
    }
}

/// An old key, which somebody else may have by now, certifies new ones.
#[test]
fn a_rotation_comes_from_the_newest_key() {
    let mut world = World::new();
    let newest = world.organisation.rotated(&world.partner);
    let from_old = after(newest.certificate(), Reason::Rotated, Hand::of(&world.partner), |_| {});
    assert_eq!(world.organisation.refusal(&from_old), Some(ChainError::Issuer));
    // It names the newest certificate as its issuer, but has not that one's key.
    let old_key = Hand { seed: world.partner.signing_seed(), ..Hand::of(&newest) };
    let forged = after(newest.certificate(), Reason::Rotated, old_key, |_| {});
    assert_eq!(world.organisation.refusal(&forged), Some(ChainError::Signature));
    let honest = after(newest.certificate(), Reason::Rotated, Hand::of(&newest), |_| {});
    assert_eq!(world.organisation.refusal(&honest), None);
}

/// Somebody else's key, or no known one, rotates an account.
#[test]
fn a_rotation_by_a_stranger_is_refused() {
    let world = World::new();
    let partner = world.partner.certificate();
    for stranger in [&world.staff, &world.admin, &world.colleague] {
        let rotated = after(partner, Reason::Rotated, Hand::of(stranger), |_| {});
        assert_eq!(world.organisation.refusal(&rotated), Some(ChainError::Issuer));
    }
    let seed = Secret::random(&mut rng(5));
    let nobody = Hand { seed: &seed, certificate: Fingerprint::from_bytes([5; 32]) };
    let rotated = after(partner, Reason::Rotated, nobody, |_| {});
    assert_eq!(world.organisation.refusal(&rotated), Some(ChainError::Issuer));
}

/// Each rule's entry with its issuer's name, but another's key under it: a server that forges.
#[test]
fn an_entry_that_its_issuer_did_not_sign_is_refused() {
    let world = World::new();
    let servers = Secret::random(&mut rng(5));
    let forge = |hand: Hand<'_>| Hand { seed: &servers, certificate: hand.certificate };
    let (admin, staff) = (forge(Hand::of(&world.admin)), forge(Hand::of(&world.staff)));
    let forged = [
        first(staff, "new@haus.example", Role::Partner, |_| {}),
        first(admin, "new@kbs.example", Role::Staff, |_| {}),
        first(forge(Hand::root(&world.organisation)), "new@kbs.example", Role::Administrator, |_| {}),
        after(world.partner.certificate(), Reason::Reset, staff, |_| {}),
        after(world.staff.certificate(), Reason::Rotated, staff, |_| {}),
        crate::testing::end(
            world.staff.certificate(),
            Cause::Left,
            (&servers, Some(admin.certificate)),
            |_| {},
        ),
    ];
    for (index, entry) in forged.iter().enumerate() {
        assert_eq!(world.organisation.refusal(entry), Some(ChainError::Signature), "{index}");
    }
}

/// A second account appears at an address that is live: mail would go to the newcomer.
#[test]
fn a_live_address_is_not_issued_again() {
    let world = World::new();
    let partner = world.partner.certificate();
    let hand = Hand::of(&world.staff);
    let fresh = AccountId::from_bytes([77; 16]);
    for account in [fresh, partner.body().account] {
        let second = after(partner, Reason::Issued, hand, |body| {
            (body.account, body.generation, body.provisional) = (account, 1, true);
        });
        assert_eq!(world.organisation.refusal(&second), Some(ChainError::Liveness));
    }
    let from_nothing = first(hand, PARTNER, Role::Partner, |_| {});
    assert_eq!(world.organisation.refusal(&from_nothing), Some(ChainError::Succession));
}

/// An inviter gives a new address the account of somebody else, so that a look-up by account finds the twin.
#[test]
fn an_account_has_no_twin() {
    let world = World::new();
    let hand = Hand::of(&world.staff);
    for victim in [&world.partner, &world.admin, &world.colleague] {
        let twin = first(hand, "a@a.example", Role::Partner, |body| body.account = victim.account());
        assert_eq!(world.organisation.refusal(&twin), Some(ChainError::Identity));
    }
    // Not even of one that has ended: its mail would seem to be the newcomer's.
    let closed = crate::testing::end(
        world.partner.certificate(),
        Cause::Closed,
        (&world.organisation.log_seed, None),
        |_| {},
    );
    let twin = first(hand, "a@a.example", Role::Partner, |body| body.account = world.partner.account());
    let refusal = world.organisation.refusal_of(&[closed.as_bytes(), twin.as_bytes()]);
    assert_eq!(refusal, Some(ChainError::Identity));
    let honest = first(hand, "a@a.example", Role::Partner, |_| {});
    assert_eq!(world.organisation.refusal(&honest), None);
}

/// Only certificates that follow a live one may do so, and only first ones may begin a history.
#[test]
fn a_reason_fits_its_place_in_the_history() {
    let world = World::new();
    let (staff, admin) = (world.staff.certificate(), Hand::of(&world.admin));
    for reason in reasons() {
        let seed = Secret::random(&mut rng(3));
        let mut body = body_after(staff, reason, admin, &seed);
        (body.version, body.previous, body.address) = (1, None, "free@kbs.example".into());
        body.issuer = (reason != Reason::Genesis).then_some(admin.certificate);
        body.moved_from = (reason == Reason::Readdressed).then_some(staff.fingerprint());
        let proof = (!matches!(reason, Reason::Deputed | Reason::Readdressed)).then_some(&seed);
        let entry = issue_certificate(&body, admin.seed, proof).unwrap();
        let expected = match reason {
            Reason::Genesis => ChainError::Authority,
            // Two generations at once, and the account goes on elsewhere.
            Reason::Issued => ChainError::Provisional,
            // No statement says *moved*.
            Reason::Readdressed => ChainError::Identity,
            _ => ChainError::Liveness,
        };
        assert_eq!(world.organisation.refusal(&entry), Some(expected), "{reason:?}");
    }
}

/// Generations count key sets, so that an old set cannot pass for a newer one.
#[test]
fn generations_follow_each_other() {
    let world = World::new();
    let (partner, hand) = (world.partner.certificate(), Hand::of(&world.partner));
    for generation in [1, 2, 4, u32::MAX] {
        let rotated = after(partner, Reason::Rotated, hand, |body| body.generation = generation);
        assert_eq!(world.organisation.refusal(&rotated), Some(ChainError::Generation), "{generation}");
        let reset =
            after(partner, Reason::Reset, Hand::of(&world.staff), |body| body.generation = generation);
        assert_eq!(world.organisation.refusal(&reset), Some(ChainError::Generation), "{generation}");
    }
    let second = first(Hand::of(&world.staff), "new@haus.example", Role::Partner, |body| body.generation = 2);
    assert_eq!(world.organisation.refusal(&second), Some(ChainError::Generation));
}

/// Keys that somebody else made pass for the person's own, so that colleagues would grant old mail to them.
#[test]
fn what_another_made_is_provisional() {
    let world = World::new();
    let (staff, admin) = (Hand::of(&world.staff), Hand::of(&world.admin));
    let own = |body: &mut CertificateBody| body.provisional = false;
    let refused = [
        first(staff, "new@haus.example", Role::Partner, own),
        first(admin, "new@kbs.example", Role::Staff, own),
        after(world.partner.certificate(), Reason::Reset, staff, own),
        after(world.admin.certificate(), Reason::Reset, Hand::root(&world.organisation), own),
    ];
    for (index, entry) in refused.iter().enumerate() {
        assert_eq!(world.organisation.refusal(entry), Some(ChainError::Provisional), "{index}");
    }
}

/// Keys that were the person's own are called provisional again: contacts would not see that others can open.
#[test]
fn provisional_never_again() {
    let mut world = World::new();
    let again = after(world.partner.certificate(), Reason::Rotated, Hand::of(&world.partner), |body| {
        body.provisional = true;
    });
    assert_eq!(world.organisation.refusal(&again), Some(ChainError::Provisional));
    // While the initial password is still in force it stays.
    let invited = world.organisation.invited(&world.staff, "new@haus.example", Role::Partner);
    let still = after(invited.certificate(), Reason::Rotated, Hand::of(&invited), |_| {});
    assert!(still.certificate().unwrap().body().provisional);
    assert_eq!(world.organisation.refusal(&still), None);
}

/// A reset by somebody who may not: a partner's by a partner, staff's by staff, an administrator's by anybody
/// but the root, one's own by oneself.
#[test]
fn a_reset_needs_an_issuer_of_that_role() {
    let mut world = World::new();
    let other = world.organisation.settled(&world.staff, "other@haus.example", Role::Partner);
    let second = world.organisation.administrator("second@kbs.example");
    let root = Hand::root(&world.organisation);
    let (admin, staff) = (Hand::of(&world.admin), Hand::of(&world.staff));
    let cases = [
        (&world.partner, Hand::of(&other), Some(ChainError::Authority)),
        (&world.partner, staff, None),
        (&world.partner, Hand::of(&world.colleague), None),
        (&world.partner, admin, None),
        (&world.partner, root, Some(ChainError::Authority)),
        (&world.partner, Hand::of(&world.partner), Some(ChainError::Authority)),
        (&world.staff, Hand::of(&world.colleague), Some(ChainError::Authority)),
        (&world.staff, staff, Some(ChainError::Authority)),
        (&world.staff, admin, None),
        (&world.admin, Hand::of(&second), Some(ChainError::Authority)),
        (&world.admin, admin, Some(ChainError::Authority)),
        (&world.admin, root, None),
    ];
    for (index, (subject, hand, expected)) in cases.into_iter().enumerate() {
        let reset = after(subject.certificate(), Reason::Reset, hand, |_| {});
        assert_eq!(world.organisation.refusal(&reset), expected, "{index}");
    }
}

/// A reset slips a deputy in, who could read from then on.
#[test]
fn a_reset_keeps_the_deputies() {
    let world = World::new();
    let colleague = world.colleague.account();
    let reset = after(world.staff.certificate(), Reason::Reset, Hand::of(&world.admin), |body| {
        body.deputies = deputy(colleague);
    });
    assert_eq!(world.organisation.refusal(&reset), Some(ChainError::Keys));
    let issued = first(Hand::of(&world.admin), "new@kbs.example", Role::Staff, |body| {
        body.deputies = deputy(colleague);
    });
    assert_eq!(world.organisation.refusal(&issued), Some(ChainError::Keys));
}

fn deputed(world: &World, hand: Hand<'_>, change: impl FnOnce(&mut CertificateBody)) -> Entry {
    let staff = world.staff.certificate();
    let mut body = CertificateBody {
        generation: staff.body().generation,
        signing_key: staff.body().signing_key,
        deputies: deputy(world.colleague.account()),
        ..body_after(staff, Reason::Deputed, hand, hand.seed)
    };
    change(&mut body);
    issue_certificate(&body, hand.seed, None).unwrap()
}

/// An administrator changes keys, or what is said of them, under the pretext of deputies.
#[test]
fn deputed_keeps_the_keys() {
    let world = World::new();
    let admin = Hand::of(&world.admin);
    assert_eq!(world.organisation.refusal(&deputed(&world, admin, |_| {})), None);
    let seed = Secret::random(&mut rng(6));
    let other_key = crate::hazmat::sign::public_key(&seed);
    let changes: [(Change<'_>, ChainError); 5] = [
        (&|body| body.signing_key = other_key.into(), ChainError::Keys),
        (&|body| body.mailbox_key = Some(vec![6; 1216].into()), ChainError::Keys),
        (&|body| body.provisional = true, ChainError::Keys),
        (&|body| body.generation += 1, ChainError::Generation),
        (&|body| body.role = Role::Administrator, ChainError::Identity),
    ];
    for (index, (change, expected)) in changes.into_iter().enumerate() {
        let mut staff_role = false;
        let entry = deputed(&world, admin, |body| {
            change(body);
            staff_role = body.role == Role::Staff;
            if !staff_role {
                body.deputies = None;
            }
        });
        assert_eq!(world.organisation.refusal(&entry), Some(expected), "{index}");
    }
}

/// Somebody who is no administrator names deputies of another; the owner does it by *rotated*.
#[test]
fn deputed_needs_an_administrator() {
    let world = World::new();
    for hand in [Hand::of(&world.colleague), Hand::of(&world.partner), Hand::of(&world.staff)] {
        let refusal = world.organisation.refusal(&deputed(&world, hand, |_| {}));
        assert_eq!(refusal, Some(ChainError::Authority));
    }
    let by_owner = after(world.staff.certificate(), Reason::Rotated, Hand::of(&world.staff), |body| {
        body.deputies = deputy(world.colleague.account());
    });
    assert_eq!(world.organisation.refusal(&by_owner), None);
}

/// An issuer whose certificate has been superseded, reset or revoked goes on issuing.
#[test]
fn an_issuer_issues_only_while_its_certificate_is_the_newest() {
    let mut world = World::new();
    let late = first(Hand::of(&world.staff), "late@haus.example", Role::Partner, |_| {});
    assert_eq!(world.organisation.refusal(&late), None, "in time");
    let entries = world.organisation.entries.len();
    world.organisation.rotated(&world.staff);
    assert_eq!(world.organisation.refusal(&late), Some(ChainError::Issuer), "rotated");
    world.organisation.entries.truncate(entries);
    let hand = Hand::of(&world.admin);
    let left = crate::testing::end(
        world.staff.certificate(),
        Cause::Left,
        (hand.seed, Some(hand.certificate)),
        |_| {},
    );
    world.organisation.enter(left.as_bytes().to_vec());
    assert_eq!(world.organisation.refusal(&late), Some(ChainError::Issuer), "revoked");
    world.organisation.entries.truncate(entries);
    let reset = after(world.staff.certificate(), Reason::Reset, hand, |_| {});
    world.organisation.enter(reset.as_bytes().to_vec());
    assert_eq!(world.organisation.refusal(&late), Some(ChainError::Issuer), "reset");
}

/// An issuer that nobody has heard of, or that comes only later.
#[test]
fn an_issuer_must_have_been_entered_before() {
    let world = World::new();
    let seed = Secret::random(&mut rng(8));
    let unknown = Hand { seed: &seed, certificate: Fingerprint::from_bytes([8; 32]) };
    let entry = first(unknown, "new@haus.example", Role::Partner, |_| {});
    assert_eq!(world.organisation.refusal(&entry), Some(ChainError::Issuer));
    let issuer = after(world.staff.certificate(), Reason::Rotated, Hand::of(&world.staff), |_| {});
    let key = Secret::random(&mut rng(99));
    let later = Hand { seed: &key, certificate: issuer.fingerprint() };
    let entry = first(later, "new@haus.example", Role::Partner, |_| {});
    let (issuer, entry) = (issuer.as_bytes(), entry.as_bytes());
    assert_eq!(world.organisation.refusal_of(&[entry, issuer]), Some(ChainError::Issuer));
    assert_eq!(world.organisation.refusal_of(&[issuer, entry]), None);
}
