//! Sealed settings: the caller's own, compared and swapped.

use super::actors::{Actor, World};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{ReplaceSettings, SettingsState, StoredSettings};
use crypto_core::wire::{B64, ProblemCode, limits};

const PATH: &str = "/account/settings";

fn replacing(expected_revision: u64, sealed: Vec<u8>) -> ReplaceSettings {
    let settings = StoredSettings { revision: expected_revision + 1, sealed: B64(sealed) };
    ReplaceSettings { expected_revision, settings }
}

#[tokio::test]
async fn settings_are_compared_and_swapped() {
    let (world, admin) = World::set_up().await;
    assert_eq!(world.get(&admin, PATH).await.json::<SettingsState>().settings, None);
    world.put(&admin, PATH, &replacing(0, vec![1; 50])).await.done();
    for stale in [0, 2, 7] {
        let reply = world.put(&admin, PATH, &replacing(stale, vec![2; 50])).await;
        assert_eq!(reply.code(), ProblemCode::SettingsStale, "{stale}");
    }
    world.put(&admin, PATH, &replacing(1, vec![3; 50])).await.done();
    let kept = world.get(&admin, PATH).await.json::<SettingsState>().settings;
    assert_eq!(kept, Some(StoredSettings { revision: 2, sealed: B64(vec![3; 50]) }));
}

#[tokio::test]
async fn settings_have_a_bound_and_a_revision_that_follows() {
    let (world, admin) = World::set_up().await;
    for sealed in [vec![], vec![1; limits::SETTINGS_BYTES + 1]] {
        assert_eq!(world.put(&admin, PATH, &replacing(0, sealed)).await.code(), ProblemCode::Malformed);
    }
    let mut jump = replacing(0, vec![1; 50]);
    jump.settings.revision = 2;
    assert_eq!(world.put(&admin, PATH, &jump).await.code(), ProblemCode::Malformed);
    let mut last = replacing(0, vec![1; 50]);
    (last.expected_revision, last.settings.revision) = (u64::MAX, 0);
    assert_eq!(world.put(&admin, PATH, &last).await.code(), ProblemCode::Malformed);
    world.put(&admin, PATH, &replacing(0, vec![1; limits::SETTINGS_BYTES])).await.done();
}

#[tokio::test]
async fn settings_are_of_one_account() {
    let (world, admin) = World::set_up().await;
    let partner = world.invited(&admin, "partner@firma.example", Role::Partner).await;
    world.put(&admin, PATH, &replacing(0, vec![1; 50])).await.done();
    assert_eq!(world.get(&partner, PATH).await.json::<SettingsState>().settings, None);
    world.put(&partner, PATH, &replacing(0, vec![2; 50])).await.done();
    let stranger = Actor::default();
    assert_eq!(world.get(&stranger, PATH).await.code(), ProblemCode::NotSignedIn);
    let reply = world.put(&stranger, PATH, &replacing(0, vec![1; 50])).await;
    assert_eq!(reply.code(), ProblemCode::NotSignedIn);
}
