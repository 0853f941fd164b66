//! What new keys keep, what they drop, and that the directory takes them.

use super::*;
use crate::testing::NOW_MS;

#[test]
fn the_directory_takes_every_rotation() {
    let mut world = World::new();
    for generation in 3..6 {
        world.partner = world.organisation.rotated(&world.partner);
        assert_eq!(world.partner.certificate().body().generation, generation);
        assert_eq!(world.partner.revision(), u64::from(generation));
    }
    let current = world.organisation.current("partner@haus.example");
    assert_eq!(current.fingerprint(), world.partner.certificate().fingerprint());
}

#[test]
fn a_rotation_makes_every_key_anew_and_keeps_earlier_mailbox_seeds() {
    let world = World::new();
    let Made { bundle, .. } = world.partner.rotated(false, NOW_MS + 5, &mut rng(3)).unwrap();
    assert!(bundle.signing_seed() != world.partner.signing_seed());
    let seeds: Vec<_> = bundle.mailbox_seeds().collect();
    assert_eq!(seeds.len(), 3);
    assert!(seeds[1..].iter().copied().eq(world.partner.mailbox_seeds()));
    let superseded: Vec<_> = bundle.mailbox.iter().map(|seed| seed.superseded_at_ms).collect();
    assert_eq!(superseded, [Some(NOW_MS), Some(NOW_MS + 5), None]);
}

/// A seed that goes too soon loses mail, one that stays opens what should be gone.
#[test]
fn a_mailbox_seed_goes_when_no_mail_needs_it_any_more_and_not_before() {
    let world = World::new();
    let Made { bundle, .. } = world.partner.rotated(false, NOW_MS + 5, &mut rng(3)).unwrap();
    // Superseded at NOW_MS, NOW_MS + 5, and in use.
    for (needed_from_ms, kept) in [(NOW_MS, 3), (NOW_MS + 1, 2), (NOW_MS + 5, 2), (NOW_MS + 6, 1)] {
        let without = bundle.without_seeds_before(needed_from_ms).unwrap();
        assert_eq!(without.mailbox_seeds().count(), kept);
        assert_eq!(bundle.has_seeds_before(needed_from_ms), kept < 3);
        let Made { bundle: next, .. } =
            bundle.with_new_mailbox_key(needed_from_ms, NOW_MS + 9, &mut rng(4)).unwrap();
        assert_eq!(next.mailbox_seeds().count(), kept + 1);
    }
}

#[test]
fn keys_of_ones_own_do_not_become_provisional_again() {
    let world = World::new();
    assert_eq!(world.partner.rotated(true, NOW_MS, &mut rng(3)).err(), Some(KeyError::Authority));
}

/// The first rotation happens under the initial password, which the inviter knows: the certificate says so.
#[test]
fn provisional_stays_until_the_initial_password_is_replaced() {
    let mut world = World::new();
    let invited = world.organisation.invited(&world.staff, "new@haus.example", Role::Partner);
    assert!(invited.certificate().body().provisional);
    let first = world.organisation.entered(invited.rotated(true, NOW_MS, &mut rng(3)).unwrap());
    assert!(first.certificate().body().provisional);
    let second = world.organisation.entered(first.rotated(false, NOW_MS, &mut rng(4)).unwrap());
    assert!(!second.certificate().body().provisional);
}

/// The inviter made the first settings key, and whoever knows the initial password can have the second one.
#[test]
fn the_settings_key_is_renewed_when_provisional_keys_end() {
    let mut world = World::new();
    let invited = world.organisation.invited(&world.staff, "new@haus.example", Role::Partner);
    let before = invited.seal_draft(b"vorher", &mut rng(5));
    let own = world.organisation.rotated(&invited);
    assert!(own.open_draft(&before).is_ok_and(|draft| draft.as_slice() == b"vorher"));
    let after = own.seal_draft(b"nachher", &mut rng(5));
    assert!(own.open_draft(&after).is_ok());
    assert!(invited.open_draft(&after).is_err());
    // Once they are the person's own, the key stays.
    let later = world.organisation.rotated(&own);
    assert!(later.open_draft(&after).is_ok());
}

#[test]
fn an_administrator_keeps_the_root_seed() {
    let mut organisation = Organisation::new();
    let admin = organisation.administrator("admin@kbs.example");
    let rotated = organisation.rotated(&admin);
    let opened = open(&sealed(&rotated), &rotated).unwrap();
    assert!(opened.root_seed().is_some_and(|seed| *seed == organisation.root_seed));
}

#[test]
fn counters_end_and_do_not_wrap() {
    let mut world = World::new();
    world.partner.revision = u64::MAX;
    assert_eq!(world.partner.rotated(false, NOW_MS, &mut rng(3)).err(), Some(KeyError::Counter));
    let previous = Some((u32::MAX, world.partner.certificate().fingerprint()));
    let origin = world.staff.origin(previous, NOW_MS);
    let identity = crate::testing::identity("new@haus.example", Role::Partner);
    assert_eq!(make_account(identity, &origin, &mut rng(3)).err(), Some(KeyError::Counter));
}

#[test]
fn names_that_do_not_fit_make_no_account() {
    let world = World::new();
    let origin = world.staff.origin(None, NOW_MS);
    let named =
        Identity { name: Some("Partner".into()), ..crate::testing::identity("a@b.example", Role::Partner) };
    assert!(matches!(make_account(named, &origin, &mut rng(3)).err(), Some(KeyError::Form(_))));
    assert!(matches!(make_root(" ", NOW_MS, &mut rng(3)).err(), Some(KeyError::Form(_))));
}
