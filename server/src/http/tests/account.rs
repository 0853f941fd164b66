//! Rotation, change of password, bundles.

use super::actors::{Actor, START_MS, World, password_wrap, record, rng};
use crypto_core::certificate::Role;
use crypto_core::keys::Made;
use crypto_core::wire::api::{
    Chains, ChainsWanted, Event, InvitationList, RegistrationStart, ReplaceBundle, Resumed, Rotate,
    StoredBundle, Wrap, WrapKind,
};
use crypto_core::wire::{B64, ProblemCode};
use std::time::Duration;

pub(super) fn rotation(actor: &Actor, provisional: bool, record: Option<B64>) -> (Rotate, Made) {
    let made = actor.bundle().rotated(provisional, START_MS, &mut rng()).unwrap();
    let expected_revision = actor.bundle().revision();
    let rotate = Rotate {
        expected_revision,
        certificate: B64(made.certificate.as_bytes().to_vec()),
        bundle: StoredBundle { revision: expected_revision + 1, sealed: B64(vec![3; 90]) },
        wraps: vec![password_wrap()],
        record,
    };
    (rotate, made)
}

async fn with_partner() -> (World, Actor, Actor) {
    let (world, admin) = World::set_up().await;
    let partner = world.invited(&admin, "partner@firma.example", Role::Partner).await;
    (world, admin, partner)
}

#[tokio::test]
async fn the_first_rotation_keeps_the_initial_password_and_tells_the_inviter() {
    let (world, admin, mut partner) = with_partner().await;
    let mut live = world.state.live.subscribe();
    let (rotate, made) = rotation(&partner, true, None);
    world.post(&partner, "/account/rotate", &rotate).await.done();
    assert_eq!(live.try_recv().unwrap(), (admin.id(), Event::Contact { account: partner.id() }));
    let list: InvitationList = world.get(&admin, "/invitations").await.json();
    assert_eq!(list.invitations[0].first_sign_in_at_ms, Some(START_MS));
    partner.made = Some(made);
    let now: Resumed = world.get(&partner, "/session").await.json();
    assert!(now.session.initial_password && now.session.first_sign_in_done);
    assert_eq!(now.bundle, rotate.bundle);
    let wanted = ChainsWanted { accounts: vec![partner.id()], addresses: vec![] };
    let chains: Chains = world.post(&partner, "/directory/chains", &wanted).await.json();
    assert_eq!(chains.entries.len(), 4, "both versions of the partner");
}

#[tokio::test]
async fn an_own_password_ends_the_other_sessions_and_the_provisional_keys() {
    let (world, _, mut partner) = with_partner().await;
    let other = world.signed_in(partner.bundle().rotated(true, START_MS, &mut rng()).unwrap()).await;
    let (rotate, made) = rotation(&partner, false, Some(record()));
    world.post(&partner, "/account/rotate", &rotate).await.done();
    assert_eq!(world.get(&other, "/session").await.code(), ProblemCode::NotSignedIn);
    let now: Resumed = world.get(&partner, "/session").await.json();
    assert!(!now.session.initial_password);
    partner.made = Some(made);
    let (further, _) = rotation(&partner, false, None);
    world.post(&partner, "/account/rotate", &further).await.done();
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_the_password_is_refused() {
    let (world, _, partner) = with_partner().await;
    let (claims_own, _) = rotation(&partner, false, None);
    let (stays_provisional, _) = rotation(&partner, true, Some(record()));
    for body in [claims_own, stays_provisional] {
        assert_eq!(
            world.post(&partner, "/account/rotate", &body).await.code(),
            ProblemCode::CertificateRefused
        );
    }
}

#[tokio::test]
async fn only_the_newest_keys_of_the_same_account_rotate() {
    let (world, admin, partner) = with_partner().await;
    let other = world.invited(&admin, "other@firma.example", Role::Partner).await;
    let (others, _) = rotation(&other, true, None);
    assert_eq!(
        world.post(&partner, "/account/rotate", &others).await.code(),
        ProblemCode::CertificateRefused
    );
    let (first, _) = rotation(&partner, true, None);
    let (mut second, _) = rotation(&partner, true, None);
    world.post(&partner, "/account/rotate", &first).await.done();
    second.expected_revision = 2;
    second.bundle.revision = 3;
    assert_eq!(
        world.post(&partner, "/account/rotate", &second).await.code(),
        ProblemCode::CertificateRefused
    );
}

#[tokio::test]
async fn a_stale_client_overwrites_nothing() {
    let (world, _, partner) = with_partner().await;
    let replace = |expected_revision, revision| ReplaceBundle {
        expected_revision,
        bundle: StoredBundle { revision, sealed: B64(vec![5; 50]) },
    };
    world.put(&partner, "/account/bundle", &replace(1, 2)).await.done();
    for (expected, revision) in [(1, 2), (2, 2), (2, 4), (3, 4), (u64::MAX, 0)] {
        let code = world.put(&partner, "/account/bundle", &replace(expected, revision)).await.code();
        assert_eq!(code, ProblemCode::BundleStale, "{expected} {revision}");
    }
    let (stale, _) = rotation(&partner, true, None);
    assert_eq!(world.post(&partner, "/account/rotate", &stale).await.code(), ProblemCode::BundleStale);
}

#[tokio::test]
async fn a_password_is_replaced_after_a_fresh_sign_in_only() {
    let (world, _, partner) = with_partner().await;
    world.clock.advance(Duration::from_secs(600));
    let (rotate, _) = rotation(&partner, false, Some(record()));
    assert_eq!(world.post(&partner, "/account/rotate", &rotate).await.code(), ProblemCode::FreshSignInNeeded);
    let start = RegistrationStart { registration_request: B64(vec![0; 32]) };
    assert_eq!(
        world.post(&partner, "/account/password/start", &start).await.code(),
        ProblemCode::FreshSignInNeeded
    );
    let (rotate, _) = rotation(&partner, true, None);
    world.post(&partner, "/account/rotate", &rotate).await.done();
}

#[tokio::test]
async fn wraps_are_one_of_a_kind_with_a_password_wrap_among_them() {
    let (world, _, partner) = with_partner().await;
    let wrap = |kind| Wrap { kind, sealed: B64(vec![1; 80]) };
    let wrong = [
        vec![],
        vec![wrap(WrapKind::Recovery)],
        vec![wrap(WrapKind::Password), wrap(WrapKind::Password)],
        vec![wrap(WrapKind::Password), wrap(WrapKind::Resume)],
        vec![Wrap { kind: WrapKind::Password, sealed: B64(vec![]) }],
        vec![Wrap { kind: WrapKind::Password, sealed: B64(vec![0; 3000]) }],
    ];
    for wraps in wrong {
        let (mut rotate, _) = rotation(&partner, true, None);
        rotate.wraps = wraps;
        assert_eq!(world.post(&partner, "/account/rotate", &rotate).await.code(), ProblemCode::Malformed);
    }
    let (mut rotate, _) = rotation(&partner, false, Some(B64(vec![0; 192])));
    assert_eq!(
        world.post(&partner, "/account/rotate", &rotate).await.code(),
        ProblemCode::Malformed,
        "record"
    );
    rotate.record = Some(B64(vec![0; 5]));
    assert_eq!(
        world.post(&partner, "/account/rotate", &rotate).await.code(),
        ProblemCode::Malformed,
        "record"
    );
}
