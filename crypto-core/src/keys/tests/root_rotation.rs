//! A new root, when an administrator is removed: what everybody makes of it, and what the old one is still worth.

use super::*;
use crate::certificate::{Cause, ChainError, CurrentCertificate, Entry, Lookup, Pins};
use crate::testing::{NOW_MS, follow, identity};

struct Scene {
    organisation: Organisation,
    first: Bundle,
    second: Bundle,
    third: Bundle,
    staff: Bundle,
}

impl Scene {
    fn new() -> Self {
        let mut organisation = Organisation::new();
        let first = organisation.administrator("admin@kbs.example");
        let second = organisation.administrator("second@kbs.example");
        let third = organisation.administrator("third@kbs.example");
        let staff = organisation.settled(&first, "staff@kbs.example", Role::Staff);
        Self { organisation, first, second, third, staff }
    }

    fn current(&self, bundle: &Bundle) -> CurrentCertificate {
        self.organisation.directory().account(bundle.account()).unwrap()
    }

    /// A new root by `by`, who removes the second administrator.
    fn rotation(&self, by: &Bundle, seed: u8) -> Result<RootRotation, KeyError> {
        let (second, others) =
            (self.current(&self.second), [self.current(&self.first), self.current(&self.third)]);
        let directory = self.organisation.directory();
        by.rotate_root(&directory, (&second, Cause::Left), &others, NOW_MS, &mut rng(seed))
    }

    fn enter(&mut self, rotation: &RootRotation) {
        for entry in [&rotation.root, &rotation.statement] {
            self.organisation.entries.push(entry.as_bytes().to_vec());
        }
        self.organisation.policies.push(rotation.policy.clone());
    }

    fn refusal(&self, pins: Pins) -> Option<ChainError> {
        follow(pins, &self.organisation.entries, &self.organisation.policies).err()
    }
}

#[test]
fn everybody_follows_from_the_old_root_to_the_new_one() {
    let mut scene = Scene::new();
    let rotation = scene.rotation(&scene.first, 5).unwrap();
    scene.enter(&rotation);
    // With what was pinned before.
    let directory = scene.organisation.directory();
    assert_eq!(directory.root().unwrap().fingerprint(), rotation.root.fingerprint());
    assert!(matches!(directory.look_up("second@kbs.example"), Lookup::Ended(Cause::Left)));
    assert!(directory.account(scene.staff.account()).is_some(), "what the old root's people issued stays");
    let remover = &rotation.bundle;
    assert!(remover.repinned(&directory).unwrap().is_none(), "pins it already");
    let third = scene.third.repinned(&directory).unwrap().unwrap();
    assert_eq!((third.pins(), third.revision()), (remover.pins(), scene.third.revision()));
    assert!(third.root_seed().is_none(), "the old seed goes");
    let [(account, share)] = rotation.shares.as_slice() else { panic!("one share") };
    assert_eq!(*account, third.account());
    let third = RootShare::parse(share).unwrap().take(&third, &directory.root().unwrap()).unwrap();
    assert!(third.root_seed() == remover.root_seed() && third.root_seed().is_some());
    assert!(third.root_origin(&directory.root().unwrap(), None, NOW_MS).is_ok());
}

/// A server shows the state before, or another successor of the old root, whose seed the removed person has.
#[test]
fn who_pins_the_new_root_goes_neither_back_nor_to_another_successor() {
    let mut scene = Scene::new();
    let honest = scene.rotation(&scene.first, 5).unwrap();
    let forged = scene.rotation(&scene.third, 6).unwrap();
    let before = scene.staff.pins();
    scene.enter(&honest);
    let staff = scene.staff.repinned(&scene.organisation.directory()).unwrap().unwrap();
    assert_eq!(scene.refusal(staff.pins()), None);
    let mut lying = Scene::new();
    assert_eq!(lying.refusal(staff.pins()), Some(ChainError::Root), "the state before");
    lying.enter(&forged);
    assert_eq!(lying.refusal(before), None, "who has not looked since cannot know");
    assert_eq!(lying.refusal(staff.pins()), Some(ChainError::Root), "another successor");
}

#[test]
fn the_old_root_is_worth_nothing_any_more() {
    let mut scene = Scene::new();
    let origin = scene.second.root_origin(&scene.organisation.directory().root().unwrap(), None, NOW_MS);
    let made = make_account(identity("late@kbs.example", Role::Administrator), &origin.unwrap(), &mut rng(8));
    let late = Entry::Certificate(made.unwrap().certificate);
    assert_eq!(scene.organisation.refusal(&late), None, "the control");
    let another = scene.rotation(&scene.third, 7).unwrap();
    let rotation = scene.rotation(&scene.first, 5).unwrap();
    scene.enter(&rotation);
    assert_eq!(scene.organisation.refusal(&late), Some(ChainError::Issuer));
    assert_eq!(scene.organisation.refusal(&another.root), Some(ChainError::Succession));
    // Neither does the bundle that still has its seed.
    let (first, directory) = (scene.current(&scene.first), scene.organisation.directory());
    let late = scene.third.rotate_root(&directory, (&first, Cause::Left), &[], NOW_MS, &mut rng(9));
    assert!(matches!(late, Err(KeyError::Authority)));
}

#[test]
fn only_who_has_the_root_removes_another_administrator() {
    let scene = Scene::new();
    assert!(matches!(scene.rotation(&scene.second, 5), Err(KeyError::Authority)), "oneself");
    assert!(matches!(scene.rotation(&scene.staff, 5), Err(KeyError::Authority)), "staff");
    let (staff, directory) = (scene.current(&scene.staff), scene.organisation.directory());
    let of_staff = scene.first.rotate_root(&directory, (&staff, Cause::Left), &[], NOW_MS, &mut rng(5));
    assert!(matches!(of_staff, Err(KeyError::Authority)));
}
