//! Servers and issuers that lie about keys.
//!
//! Actors: `root`, an `admin`, two of `staff` (Jugendamt), and the `partner` that the first of them invited.
//! Each test says the attack in a sentence; the honest neighbour of each is accepted in the same file.

mod chain;
mod ends;
mod form;
mod pinned;
mod trust;

use super::*;
use crate::keys::Bundle;
use crate::testing::Organisation;
use crate::wire::{Fingerprint, SubjectLabel};

const ADMIN: &str = "admin@kbs.example";
const STAFF: &str = "staff@kbs.example";
const COLLEAGUE: &str = "colleague@kbs.example";
const PARTNER: &str = "partner@haus.example";

struct World {
    organisation: Organisation,
    admin: Bundle,
    staff: Bundle,
    colleague: Bundle,
    partner: Bundle,
}

impl World {
    fn new() -> Self {
        let mut organisation = Organisation::new();
        let admin = organisation.administrator(ADMIN);
        let staff = organisation.settled(&admin, STAFF, Role::Staff);
        let colleague = organisation.settled(&admin, COLLEAGUE, Role::Staff);
        let partner = organisation.settled(&staff, PARTNER, Role::Partner);
        Self { organisation, admin, staff, colleague, partner }
    }
}

#[test]
fn an_honest_directory_shows_everybody_with_their_newest_keys() {
    let world = World::new();
    let directory = world.organisation.directory();
    for (address, bundle) in [
        (ADMIN, &world.admin),
        (STAFF, &world.staff),
        (COLLEAGUE, &world.colleague),
        (PARTNER, &world.partner),
    ] {
        assert!(matches!(directory.look_up(address), Lookup::Current(found)
            if found.fingerprint() == bundle.certificate().fingerprint()));
        let by_account = directory.account(bundle.account()).unwrap();
        assert_eq!(by_account.fingerprint(), bundle.certificate().fingerprint());
        assert_eq!(by_account.body().address, address);
        assert!(!by_account.accepted().is_stolen());
    }
    assert!(matches!(directory.look_up("stranger@haus.example"), Lookup::Unknown));
    assert_eq!(directory.root().map(|root| root.fingerprint()), Some(world.organisation.root.fingerprint()));
}

#[test]
fn a_superseded_certificate_is_good_for_reading_and_never_for_sealing() {
    let mut world = World::new();
    let before = world.partner.certificate().fingerprint();
    let partner = world.organisation.rotated(&world.partner);
    let directory = world.organisation.directory();
    assert!(directory.accepted_certificate(&before).is_some());
    let current = directory.account(partner.account()).unwrap();
    assert_eq!(current.fingerprint(), partner.certificate().fingerprint());
    assert!(matches!(directory.look_up(PARTNER), Lookup::Current(found) if found.fingerprint() != before));
}
