//! Set-up: once, by the link, by the rules of the chain.

use super::actors::{Actor, START_MS, World, identity, new_account};
use crate::service::setup;
use crypto_core::certificate::Role;
use crypto_core::keys::{Made, Origin, make_account, make_root};
use crypto_core::secret::Secret;
use crypto_core::wire::api::{PortalStatus, RestoreAdministratorFinish, SetupStart};
use crypto_core::wire::{B64, ProblemCode};
use std::time::Duration;

#[tokio::test]
async fn the_portal_is_set_up_once() {
    let (world, admin) = World::set_up().await;
    let status: PortalStatus = world.get(&Actor::default(), "/status").await.json();
    assert_eq!((status.set_up, status.organisation.as_deref()), (true, Some("KBS")));
    let (again, _) = world.setup_finish("other@kbs.example");
    assert_eq!(world.post(&Actor::default(), "/setup/finish", &again).await.code(), ProblemCode::SetupDone);
    assert!(setup::make_token(&world.state).await.unwrap().is_none());
    assert!(world.get(&admin, "/session").await.status.is_success());
}

#[tokio::test]
async fn without_the_link_there_is_no_set_up() {
    let world = World::empty().await;
    let stranger = Actor::default();
    let start = SetupStart {
        token: B64(vec![0; 32]),
        address: "a@b.example".into(),
        registration_request: B64(vec![]),
    };
    assert_eq!(world.post(&stranger, "/setup/start", &start).await.code(), ProblemCode::SetupTokenInvalid);
    let (mut finish, _) = world.setup_finish("admin@kbs.example");
    finish.token = B64(vec![0; 32]);
    assert_eq!(world.post(&stranger, "/setup/finish", &finish).await.code(), ProblemCode::SetupTokenInvalid);
}

#[tokio::test]
async fn a_newer_link_replaces_the_older() {
    let world = World::empty().await;
    let (finish, _) = world.setup_finish("admin@kbs.example");
    setup::make_token(&world.state).await.unwrap().unwrap();
    let refused = world.post(&Actor::default(), "/setup/finish", &finish).await;
    assert_eq!(refused.code(), ProblemCode::SetupTokenInvalid);
}

#[tokio::test]
async fn what_breaks_the_chain_is_refused_and_the_link_still_works() {
    let world = World::empty().await;
    let stranger = Actor::default();
    let (right, made) = world.setup_finish("admin@kbs.example");
    let (_, other_root) = make_root("KBS", START_MS, &mut super::actors::rng()).unwrap();
    let staff = make_account(
        identity("admin@kbs.example", Role::Staff),
        &made.bundle.origin(None, START_MS),
        &mut super::actors::rng(),
    );
    let staff = B64(staff.unwrap().certificate.as_bytes().to_vec());
    let mut wrong = vec![right.clone(); 5];
    wrong[0].root = B64(other_root.as_bytes().to_vec());
    wrong[1].policy = world.setup_finish("admin@kbs.example").0.policy;
    wrong[2].account.certificate = staff;
    wrong[3].account.address = "somebody@else.example".into();
    wrong[4].account.certificate = B64(vec![0; 10]);
    for (number, body) in wrong.iter().enumerate() {
        let code = world.post(&stranger, "/setup/finish", body).await.code();
        assert_eq!(code, ProblemCode::CertificateRefused, "{number}");
    }
    let mut malformed = right.clone();
    malformed.organisation = " ".into();
    assert_eq!(world.post(&stranger, "/setup/finish", &malformed).await.code(), ProblemCode::Malformed);
    world.post(&stranger, "/setup/finish", &right).await.done();
}

#[tokio::test]
async fn a_new_administrator_needs_a_young_link_and_the_roots_signature() {
    let (mut world, admin, root_seed) = World::set_up_with_root().await;
    let stranger = Actor::default();
    let path = "/setup/administrator/finish";
    let made = |address: &str, role, seed: &Secret<32>, provisional| {
        let root = admin.bundle().pins().root;
        let pins = admin.bundle().pins();
        let origin =
            Origin { issuer_seed: seed, issuer: root, previous: None, pins, provisional, now_ms: START_MS };
        make_account(identity(address, role), &origin, &mut super::actors::rng()).unwrap()
    };
    let body = |world: &World, made: &Made| RestoreAdministratorFinish {
        token: world.token(),
        account: new_account(&made.bundle.certificate().body().address, made, super::actors::record()),
    };
    let right = made("back@kbs.example", Role::Administrator, &root_seed, false);
    let used = world.post(&stranger, path, &body(&world, &right)).await;
    assert_eq!(used.code(), ProblemCode::SetupTokenInvalid, "the set-up's link is no such link");

    world.setup_token = setup::make_restore_token(&world.state).await.unwrap().unwrap();
    let start = |address: &str| SetupStart {
        token: world.token(),
        address: address.into(),
        registration_request: B64(vec![]),
    };
    let start_path = "/setup/administrator/start";
    let taken = world.post(&stranger, start_path, &start("admin@kbs.example")).await.code();
    assert_eq!(taken, ProblemCode::AddressTaken);
    assert_eq!(
        world.post(&stranger, start_path, &start("back@kbs.example")).await.code(),
        ProblemCode::Malformed
    );
    let foreign = Secret::random(&mut super::actors::rng());
    for wrong in [
        made("back@kbs.example", Role::Administrator, &foreign, false),
        made("back@kbs.example", Role::Administrator, &root_seed, true),
        made("back@kbs.example", Role::Staff, &root_seed, true),
    ] {
        let code = world.post(&stranger, path, &body(&world, &wrong)).await.code();
        assert_eq!(code, ProblemCode::CertificateRefused);
    }
    world.clock.advance(Duration::from_secs(24 * 60 * 60 + 1));
    let late = world.post(&stranger, path, &body(&world, &right)).await.code();
    assert_eq!(late, ProblemCode::SetupTokenInvalid);
    world.setup_token = setup::make_restore_token(&world.state).await.unwrap().unwrap();
    world.post(&stranger, path, &body(&world, &right)).await.done();
    let again = world.post(&stranger, path, &body(&world, &right)).await.code();
    assert_eq!(again, ProblemCode::SetupTokenInvalid);
}

#[tokio::test]
async fn before_the_set_up_there_is_no_link_for_a_new_administrator() {
    let world = World::empty().await;
    assert!(setup::make_restore_token(&world.state).await.unwrap().is_none());
}
