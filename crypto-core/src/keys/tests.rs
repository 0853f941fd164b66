//! Bundles and wraps of somebody else, rolled back or altered; and what a rotation keeps and drops.

mod administration;
mod attacks;
mod pinned;
mod root_rotation;
mod rotation;
mod settings;

use super::*;
use crate::Secret;
use crate::certificate::Role;
use crate::testing::{Organisation, rng};

struct World {
    organisation: Organisation,
    staff: Bundle,
    partner: Bundle,
}

impl World {
    fn new() -> Self {
        let mut organisation = Organisation::new();
        let admin = organisation.administrator("admin@kbs.example");
        let staff = organisation.settled(&admin, "staff@kbs.example", Role::Staff);
        let partner = organisation.settled(&staff, "partner@haus.example", Role::Partner);
        Self { organisation, staff, partner }
    }
}

fn key(seed: u8) -> BundleKey {
    BundleKey::make(&mut rng(seed))
}

fn sealed(bundle: &Bundle) -> Vec<u8> {
    bundle.seal(&key(1), &mut rng(2))
}

/// Opened on a device that has seen no bundle.
fn open(sealed: &[u8], owner: &Bundle) -> Result<Bundle, BundleError> {
    SealedBundle::parse(sealed)?.open(&key(1), owner.account(), 0)
}
