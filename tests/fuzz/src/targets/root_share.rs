//! The root's seed on its way to another administrator.

use crate::world::{DIRECTORY, Known, WORLD};
use crypto_core::keys::RootShare;

pub(crate) fn run(data: &[u8]) -> bool {
    let Ok(share) = RootShare::parse(data) else { return false };
    let root = DIRECTORY.root().expect("a root");
    let Ok(bundle) = share.take(&WORLD.admin.bundle, &root) else { return false };
    let seed = bundle.root_seed().expect("what was taken is kept");
    assert!(*seed == WORLD.root_seed, "no other seed than the root's");
    assert_eq!(bundle.account(), WORLD.admin.bundle.account());
    true
}

/// A share that can be taken.
pub(crate) fn share() -> Vec<u8> {
    let root = DIRECTORY.root().expect("a root");
    RootShare::make(&WORLD.admin.bundle, &WORLD.current(&WORLD.admin), &root, &mut Known).expect("a share")
}
