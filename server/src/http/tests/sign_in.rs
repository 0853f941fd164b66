//! Sign-in, session, resume key, throttling.

use super::actors::{Actor, PASSWORD, Reply, START_MS, World, identity, new_account, rng};
use crate::config::Config;
use crypto_core::auth::ClientSignIn;
use crypto_core::certificate::Role;
use crypto_core::keys::make_account;
use crypto_core::wire::api::{
    InvitationFinish, InvitationStart, ResumeKey, Resumed, SignInFinish, SignInStart, SignInStarted, SignedIn,
};
use crypto_core::wire::{B64, ProblemCode, SignInId};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn begin(world: &World, address: &str) -> (Reply, ClientSignIn) {
    let (client, ke1) = ClientSignIn::start(PASSWORD, &mut rng()).unwrap();
    let start = SignInStart { address: address.into(), ke1: B64(ke1.into_bytes()) };
    (world.post(&Actor::default(), "/sign-in/start", &start).await, client)
}

async fn finish(world: &World, sign_in: SignInId, ke3: Vec<u8>) -> Reply {
    finish_as(world, &Actor::default(), sign_in, ke3).await
}

async fn finish_as(world: &World, before: &Actor, sign_in: SignInId, ke3: Vec<u8>) -> Reply {
    world.post(before, "/sign-in/finish", &SignInFinish { sign_in, ke3: B64(ke3) }).await
}

/// Signs in with the password, and gives the last answer.
pub(super) async fn sign_in(world: &World, address: &str) -> Reply {
    sign_in_as(world, &Actor::default(), address).await
}

/// As [`sign_in`], in a browser that has a session already.
pub(super) async fn sign_in_as(world: &World, before: &Actor, address: &str) -> Reply {
    let (reply, client) = begin(world, address).await;
    let started: SignInStarted = reply.json();
    let ke3 = client.finish(PASSWORD, &started.ke2.0, world.state.deployment.as_bytes());
    let ke3 = ke3.map_or(vec![0; 64], |(ke3, _)| ke3.into_bytes());
    finish_as(world, before, started.sign_in, ke3).await
}

pub(super) async fn with_partner() -> (World, Actor) {
    with_partner_and(Config::default()).await
}

/// A partner whose password is [`PASSWORD`], invited by the administrator.
pub(super) async fn with_partner_and(config: Config) -> (World, Actor) {
    let (world, admin) = World::set_up_with(config).await;
    let address = "Partner@Firma.example";
    let start = |registration_request| InvitationStart {
        address: address.into(),
        role: Role::Partner,
        registration_request,
    };
    let (record, _) = world.register(&admin, "/invitations/start", start).await;
    let origin = admin.bundle().origin(None, START_MS);
    let made = make_account(identity("partner@firma.example", Role::Partner), &origin, &mut rng()).unwrap();
    let finish = InvitationFinish { account: new_account(address, &made, record) };
    world.post(&admin, "/invitations/finish", &finish).await.done();
    (world, admin)
}

pub(super) fn cookie_of(reply: &Reply) -> Actor {
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    let value = cookie.strip_prefix("__Host-session=").unwrap().split(';').next().unwrap();
    Actor { cookie: Some(value.to_owned()), ..Actor::default() }
}

#[tokio::test]
async fn with_the_password_there_is_a_session_and_with_it_a_resume_key() {
    let (world, _) = with_partner().await;
    let reply = sign_in(&world, " PARTNER@firma.example").await;
    let signed_in: SignedIn = reply.json();
    assert_eq!(signed_in.session.address, "partner@firma.example");
    assert!(
        signed_in.session.initial_password
            && signed_in.session.fresh
            && !signed_in.session.first_sign_in_done
    );
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{cookie}");
    let partner = cookie_of(&reply);
    let before: Resumed = world.get(&partner, "/session").await.json();
    assert_eq!((before.resume_key, before.bundle), (None, signed_in.bundle));
    world.put(&partner, "/session/resume-key", &ResumeKey { key: B64(vec![7; 32]) }).await.done();
    let after: Resumed = world.get(&partner, "/session").await.json();
    assert_eq!(after.resume_key, Some(B64(vec![7; 32])));
    let short = ResumeKey { key: B64(vec![7; 31]) };
    assert_eq!(world.put(&partner, "/session/resume-key", &short).await.code(), ProblemCode::Malformed);
    let out = world.delete(&partner, "/session").await;
    out.done();
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(world.get(&partner, "/session").await.code(), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn known_and_unknown_addresses_answer_alike() {
    let (world, _) = with_partner().await;
    for address in ["partner@firma.example", "nobody@firma.example"] {
        let (reply, _) = begin(&world, address).await;
        let started: SignInStarted = reply.json();
        assert_eq!(started.ke2.0.len(), 320, "{address}");
        assert_eq!(
            finish(&world, started.sign_in, vec![1; 64]).await.code(),
            ProblemCode::SignInFailed,
            "{address}"
        );
        let again = finish(&world, started.sign_in, vec![1; 64]).await;
        assert_eq!(again.code(), ProblemCode::SignInFailed, "{address}");
    }
}

#[tokio::test]
async fn a_handshake_is_good_once_and_for_two_minutes() {
    let (world, _) = with_partner().await;
    let (reply, client) = begin(&world, "partner@firma.example").await;
    let started: SignInStarted = reply.json();
    let (ke3, _) = client.finish(PASSWORD, &started.ke2.0, world.state.deployment.as_bytes()).unwrap();
    world.clock.advance(2 * MINUTE);
    let late = finish(&world, started.sign_in, ke3.into_bytes()).await;
    assert_eq!(late.code(), ProblemCode::SignInFailed);
}

#[tokio::test]
async fn guessing_is_slowed_down_by_account_whether_it_exists_or_not() {
    let mut config = Config::default();
    config.limits.sign_ins_per_account = 3;
    let (world, _) = with_partner_and(config).await;
    for address in ["partner@firma.example", "nobody@firma.example"] {
        for _ in 0..3 {
            assert!(begin(&world, address).await.0.status.is_success());
        }
        let (refused, _) = begin(&world, &address.to_uppercase()).await;
        assert_eq!(refused.code(), ProblemCode::RateLimited, "{address}");
        assert_eq!(refused.headers["retry-after"], "900");
    }
    world.clock.advance(15 * MINUTE);
    for _ in 0..5 {
        assert!(
            sign_in(&world, "partner@firma.example").await.status.is_success(),
            "a finished one does not count"
        );
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_by_network() {
    let mut config = Config::default();
    config.limits.sign_ins_per_network = 2;
    let (world, _) = with_partner_and(config).await;
    assert!(begin(&world, "a@firma.example").await.0.status.is_success());
    assert!(begin(&world, "b@firma.example").await.0.status.is_success());
    assert_eq!(begin(&world, "c@firma.example").await.0.code(), ProblemCode::RateLimited);
}

#[tokio::test]
async fn an_initial_password_that_nobody_used_stops_working() {
    let (world, _) = with_partner().await;
    world.clock.advance(29 * DAY);
    assert!(sign_in(&world, "partner@firma.example").await.status.is_success());
    world.clock.advance(2 * DAY);
    assert!(sign_in(&world, "partner@firma.example").await.status.is_success(), "it was used");
    let (world, _) = with_partner().await;
    world.clock.advance(30 * DAY);
    assert_eq!(sign_in(&world, "partner@firma.example").await.code(), ProblemCode::SignInFailed);
}

#[tokio::test]
async fn a_session_ends_when_nobody_is_there_and_after_twelve_hours() {
    let (world, admin) = World::set_up().await;
    for _ in 0..50 {
        world.clock.advance(14 * MINUTE);
        assert!(world.get(&admin, "/session").await.status.is_success());
    }
    world.clock.advance(14 * MINUTE);
    world.clock.advance(6 * MINUTE);
    assert_eq!(world.get(&admin, "/session").await.code(), ProblemCode::NotSignedIn);
    let (world, admin) = World::set_up().await;
    world.clock.advance(15 * MINUTE);
    assert_eq!(world.get(&admin, "/session").await.code(), ProblemCode::NotSignedIn, "idle");
}

#[tokio::test]
async fn sign_in_messages_of_wrong_form_are_malformed() {
    let (world, _) = World::set_up().await;
    let start = SignInStart { address: "a@b.example".into(), ke1: B64(vec![0; 95]) };
    assert_eq!(world.post(&Actor::default(), "/sign-in/start", &start).await.code(), ProblemCode::Malformed);
    let start = SignInStart { address: "nobody".into(), ke1: B64(vec![0; 96]) };
    assert_eq!(
        world.post(&Actor::default(), "/sign-in/start", &start).await.code(),
        ProblemCode::AddressInvalid
    );
}
