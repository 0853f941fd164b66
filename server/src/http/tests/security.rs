//! Second factor, sessions, passwords that must be replaced.

use super::account::rotation;
use super::actors::{Actor, START_MS, World, record};
use super::sign_in::{cookie_of, sign_in, with_partner, with_partner_and};
use crate::config::Config;
use crate::service::second_factor::check;
use crate::service::throttle::Network;
use crate::store::models::Records;
use crate::store::{StoreError, transact};
use crypto_core::auth::{STEP_MS, TotpSeed};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{
    BackupCodes, Duty, EnrolSecondFactor, InvitationList, PeoplePage, RegistrationStart, Resumed,
    SecondFactorFinish, SecondFactorState, SecondFactorWanted, SessionList, SignedIn,
};
use crypto_core::wire::records::{Mail, MailTemplate, SecurityEvent, SecurityEventKind};
use crypto_core::wire::{AccountId, B64, ProblemCode, SessionId, SignInId};
use std::net::IpAddr;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SEED: &[u8; 20] = b"12345678901234567890";
const PARTNER: &str = "partner@firma.example";

fn code_at(time_ms: u64) -> String {
    TotpSeed::from_bytes(SEED).unwrap().code(time_ms / STEP_MS).to_string()
}

fn code(world: &World) -> String {
    code_at(world.state.now_ms())
}

async fn enrol(world: &World, actor: &Actor) -> Vec<String> {
    let body = EnrolSecondFactor { seed: B64(SEED.to_vec()), code: code(world) };
    world.put(actor, "/account/second-factor", &body).await.json::<BackupCodes>().codes
}

/// The right password, and what waits for a code then.
async fn pending(world: &World) -> SignInId {
    let reply = sign_in(world, PARTNER).await;
    assert!(!reply.headers.contains_key("set-cookie"), "no session before the code");
    assert!(!String::from_utf8_lossy(&reply.body).contains("bundle"), "no bundle before the code");
    reply.json::<SecondFactorWanted>().pending
}

async fn type_code(world: &World, pending: SignInId, code: &str) -> super::actors::Reply {
    let body = SecondFactorFinish { pending, code: code.into() };
    world.post(&Actor::default(), "/sign-in/second-factor", &body).await
}

async fn kinds(world: &World) -> Vec<SecurityEventKind> {
    let found = transact(&*world.state.store, |tx| tx.list::<SecurityEvent>(&[], None, 1000));
    found
        .await
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
        .into_iter()
        .map(|it| it.1.kind)
        .collect()
}

/// A partner with a second factor, and the backup codes.
async fn with_second_factor() -> (World, Actor, Actor, Vec<String>) {
    let (world, admin) = with_partner().await;
    let partner = cookie_of(&sign_in(&world, PARTNER).await);
    let codes = enrol(&world, &partner).await;
    world.clock.advance(MINUTE);
    (world, admin, partner, codes)
}

#[tokio::test]
async fn with_a_second_factor_there_is_neither_session_nor_bundle_before_the_code() {
    let (world, _, _, codes) = with_second_factor().await;
    assert_eq!(codes.len(), 10);
    let waiting = pending(&world).await;
    assert_eq!(type_code(&world, waiting, "000000").await.code(), ProblemCode::SecondFactorFailed);
    let reply = type_code(&world, waiting, &code(&world)).await;
    let signed_in: SignedIn = reply.json();
    assert!(signed_in.session.second_factor && signed_in.session.duty.is_none());
    let state: SecondFactorState = world.get(&cookie_of(&reply), "/account/second-factor").await.json();
    assert_eq!((state.since_ms, state.backup_codes, state.fresh), (Some(START_MS), 10, true));
    assert_eq!(type_code(&world, waiting, &code(&world)).await.code(), ProblemCode::SignInExpired, "used");
}

#[tokio::test]
async fn a_code_is_good_once_and_so_is_a_backup_code() {
    let (world, _, _, codes) = with_second_factor().await;
    let now = code(&world);
    type_code(&world, pending(&world).await, &now).await.json::<SignedIn>();
    assert_eq!(
        type_code(&world, pending(&world).await, &now).await.code(),
        ProblemCode::SecondFactorFailed,
        "the same 30 seconds"
    );
    let typed = codes[3].to_lowercase().replace('-', " ");
    type_code(&world, pending(&world).await, &typed).await.json::<SignedIn>();
    assert_eq!(
        type_code(&world, pending(&world).await, &codes[3]).await.code(),
        ProblemCode::SecondFactorFailed
    );
    assert!(kinds(&world).await.contains(&SecurityEventKind::BackupCodeUsed));
    let stored = format!("{:?}", world.state.store.scan(&crate::store::Scan::of(vec![41], 9)).unwrap());
    for secret in [SEED.as_slice(), codes[5].replace('-', "").as_bytes()] {
        assert!(!stored.contains(&format!("{secret:?}").replace(['[', ']'], "")), "stored in the clear");
    }
}

#[tokio::test]
async fn guessing_codes_ends_the_sign_in_and_is_slowed_down() {
    let mut config = Config::default();
    config.limits.sign_ins_per_account = 7;
    let (world, _) = with_partner_and(config).await;
    let partner = cookie_of(&sign_in(&world, PARTNER).await);
    enrol(&world, &partner).await;
    let waiting = pending(&world).await;
    for _ in 0..5 {
        assert_eq!(type_code(&world, waiting, "12 34 56").await.code(), ProblemCode::SecondFactorFailed);
    }
    assert_eq!(type_code(&world, waiting, &code(&world)).await.code(), ProblemCode::SignInExpired);
    let waiting = pending(&world).await;
    for _ in 0..2 {
        assert_eq!(
            type_code(&world, waiting, &"9".repeat(5000)).await.code(),
            ProblemCode::SecondFactorFailed
        );
    }
    world.clock.advance(MINUTE);
    assert_eq!(type_code(&world, waiting, &code(&world)).await.code(), ProblemCode::RateLimited);
    assert!(kinds(&world).await.contains(&SecurityEventKind::SecondFactorRefused));
    world.clock.advance(15 * MINUTE);
    type_code(&world, pending(&world).await, &code(&world)).await.json::<SignedIn>();
    let waiting = pending(&world).await;
    world.clock.advance(5 * MINUTE);
    assert_eq!(type_code(&world, waiting, &code(&world)).await.code(), ProblemCode::SignInExpired, "late");
}

#[tokio::test]
async fn other_use_cases_ask_for_a_code_by_the_same_check() {
    let (world, admin, partner, codes) = with_second_factor().await;
    let portal = crate::service::Portal::new(world.state.clone());
    let network = Network::from("192.0.2.1".parse::<IpAddr>().unwrap());
    let account = world.get(&partner, "/session").await.json::<Resumed>().session.account;
    let refused = |outcome: Result<(), crate::service::Error>| match outcome {
        Err(crate::service::Error::Refused(code)) => Some(code),
        _ => None,
    };
    assert!(check(&portal, network, admin.id(), None).await.is_ok(), "there is none");
    let needed = check(&portal, network, account, None).await;
    assert_eq!(refused(needed), Some(ProblemCode::SecondFactorNeeded));
    let wrong = check(&portal, network, account, Some("1")).await;
    assert_eq!(refused(wrong), Some(ProblemCode::SecondFactorFailed));
    assert!(check(&portal, network, account, Some(&codes[0])).await.is_ok());
}

#[tokio::test]
async fn an_administrator_without_a_second_factor_can_do_nothing_but_set_one_up() {
    let world = World::strict(Config::default()).await;
    let (body, made) = world.setup_finish("admin@kbs.example");
    world.post(&Actor::default(), "/setup/finish", &body).await.done();
    let admin = world.signed_in(made).await;
    let resumed: Resumed = world.get(&admin, "/session").await.json();
    assert_eq!(resumed.session.duty, Some(Duty::SecondFactor));
    for path in ["/contacts", "/invitations", "/messages?folder=inbox", "/sessions", "/events"] {
        assert_eq!(world.get(&admin, path).await.code(), ProblemCode::SecondFactorRequired, "{path}");
    }
    let start = RegistrationStart { registration_request: B64(vec![0; 32]) };
    let password = world.post(&admin, "/account/password/start", &start).await;
    assert_eq!(password.code(), ProblemCode::SecondFactorRequired);
    enrol(&world, &admin).await;
    assert!(world.get(&admin, "/contacts").await.status.is_success());
    let off = world.delete(&admin, "/account/second-factor").await;
    assert_eq!(off.code(), ProblemCode::SecondFactorRequired, "the role needs it");
}

#[tokio::test]
async fn setting_up_needs_a_fresh_sign_in_and_the_right_code_and_ends_the_other_sessions() {
    let (world, _) = with_partner().await;
    let other = cookie_of(&sign_in(&world, PARTNER).await);
    let partner = cookie_of(&sign_in(&world, PARTNER).await);
    let wrong = EnrolSecondFactor { seed: B64(SEED.to_vec()), code: "123456".into() };
    let refused = world.put(&partner, "/account/second-factor", &wrong).await;
    assert_eq!(refused.code(), ProblemCode::SecondFactorFailed);
    let short = EnrolSecondFactor { seed: B64(vec![1; 19]), code: code(&world) };
    assert_eq!(world.put(&partner, "/account/second-factor", &short).await.code(), ProblemCode::Malformed);
    let codes = enrol(&world, &partner).await;
    assert_eq!(world.get(&other, "/session").await.code(), ProblemCode::NotSignedIn);
    let path = "/account/second-factor/backup-codes";
    let renewed: BackupCodes = world.post(&partner, path, &()).await.json();
    assert_ne!(renewed.codes, codes);
    world.clock.advance(MINUTE);
    let void = type_code(&world, pending(&world).await, &codes[0]).await;
    assert_eq!(void.code(), ProblemCode::SecondFactorFailed);
    world.clock.advance(10 * MINUTE);
    assert_eq!(world.post(&partner, path, &()).await.code(), ProblemCode::FreshSignInNeeded);
    assert_eq!(world.delete(&partner, "/account/second-factor").await.code(), ProblemCode::FreshSignInNeeded);
    let again = EnrolSecondFactor { seed: B64(SEED.to_vec()), code: code(&world) };
    assert_eq!(
        world.put(&partner, "/account/second-factor", &again).await.code(),
        ProblemCode::FreshSignInNeeded
    );
    let fresh = cookie_of(&type_code(&world, pending(&world).await, &renewed.codes[0]).await);
    world.delete(&fresh, "/account/second-factor").await.done();
    sign_in(&world, PARTNER).await.json::<SignedIn>();
}

/// Whose second factor an administrator sees.
async fn with_factor(world: &World, admin: &Actor) -> Vec<AccountId> {
    let page: PeoplePage = world.get(admin, "/admin/people").await.json();
    page.people.iter().filter(|person| person.second_factor).map(|person| person.account).collect()
}

#[tokio::test]
async fn an_administrator_resets_a_second_factor_and_the_person_is_told() {
    let (world, admin, partner, _) = with_second_factor().await;
    let account = world.get(&partner, "/session").await.json::<Resumed>().session.account;
    let path = format!("/accounts/{account}/second-factor/reset");
    assert_eq!(world.post(&partner, &path, &()).await.code(), ProblemCode::Forbidden);
    assert_eq!(world.post(&Actor::default(), &path, &()).await.code(), ProblemCode::NotSignedIn);
    assert_eq!(with_factor(&world, &admin).await, [account]);
    world.post(&admin, &path, &()).await.done();
    assert!(with_factor(&world, &admin).await.is_empty());
    assert_eq!(world.get(&partner, "/session").await.code(), ProblemCode::NotSignedIn);
    sign_in(&world, PARTNER).await.json::<SignedIn>();
    assert_eq!(world.post(&admin, &path, &()).await.code(), ProblemCode::NotFound, "there is none");
    let key: [&[u8]; 2] = [&[MailTemplate::SecondFactorReset as u8], account.as_bytes()];
    let mail = transact(&*world.state.store, |tx| tx.load::<Mail>(&key)).await;
    assert!(mail.unwrap_or_else(|error: StoreError| panic!("{error}")).is_some(), "an e-mail waits");
    assert!(kinds(&world).await.contains(&SecurityEventKind::SecondFactorReset));
}

#[tokio::test]
async fn an_administrator_requires_a_new_password_at_once() {
    let (world, admin) = World::set_up().await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let path = format!("/accounts/{}/require-password-change", staff.id());
    assert_eq!(world.post(&staff, &path, &()).await.code(), ProblemCode::Forbidden);
    let nobody = format!("/accounts/{}/require-password-change", AccountId::from_bytes([9; 16]));
    assert_eq!(world.post(&admin, &nobody, &()).await.code(), ProblemCode::NotFound);
    world.post(&admin, &path, &()).await.done();
    let resumed: Resumed = world.get(&staff, "/session").await.json();
    assert_eq!(resumed.session.duty, Some(Duty::Password));
    for path in ["/contacts", "/sessions", "/account/second-factor"] {
        assert_eq!(world.get(&staff, path).await.code(), ProblemCode::PasswordChangeRequired, "{path}");
    }
    world.clock.advance(Duration::from_millis(1));
    let (rotate, _) = rotation(&staff, false, Some(record()));
    world.post(&staff, "/account/rotate", &rotate).await.done();
    assert!(world.get(&staff, "/contacts").await.status.is_success());
    assert!(kinds(&world).await.contains(&SecurityEventKind::PasswordChangeRequired));
}

#[tokio::test]
async fn an_initial_password_in_use_must_be_replaced_after_thirty_days() {
    let (world, admin) = World::set_up().await;
    let mut partner = world.invited(&admin, PARTNER, Role::Partner).await;
    let (rotate, made) = rotation(&partner, true, None);
    world.post(&partner, "/account/rotate", &rotate).await.done();
    partner = world.signed_in(made).await;
    let before: Resumed = world.get(&partner, "/session").await.json();
    assert_eq!(before.session.initial_password_until_ms, Some(START_MS + 30 * 24 * 60 * 60 * 1000));
    assert_eq!(before.session.duty, None);
    world.clock.advance(30 * DAY);
    let later = world.signed_in(partner.made.take().unwrap()).await;
    assert_eq!(world.get(&later, "/contacts").await.code(), ProblemCode::PasswordChangeRequired);
    let (rotate, _) = rotation(&later, false, Some(record()));
    world.post(&later, "/account/rotate", &rotate).await.done();
    assert!(world.get(&later, "/contacts").await.status.is_success());
}

#[tokio::test]
async fn an_unused_initial_password_ends_as_an_event_that_the_inviter_sees() {
    let (world, admin) = with_partner().await;
    let list: InvitationList = world.get(&admin, "/invitations").await.json();
    let ends_ms = START_MS + 30 * 24 * 60 * 60 * 1000;
    assert_eq!(list.invitations[0].initial_password_ends_at_ms, Some(ends_ms));
    world.clock.advance(30 * DAY);
    assert_eq!(sign_in(&world, PARTNER).await.code(), ProblemCode::SignInFailed, "as a wrong password");
    assert!(kinds(&world).await.contains(&SecurityEventKind::InitialPasswordExpired));
    let (world, admin) = with_partner().await;
    assert!(sign_in(&world, PARTNER).await.status.is_success());
    let list: InvitationList = world.get(&admin, "/invitations").await.json();
    assert_eq!(list.invitations[0].initial_password_ends_at_ms, None, "it was used");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner() {
    let (world, admin) = with_partner().await;
    let first = cookie_of(&sign_in(&world, PARTNER).await);
    world.clock.advance(MINUTE);
    let second = cookie_of(&sign_in(&world, PARTNER).await);
    let list: SessionList = world.get(&second, "/sessions").await.json();
    let seen: Vec<_> = list.sessions.iter().map(|it| (it.begun_at_ms, it.current)).collect();
    assert_eq!(seen, [(START_MS + 60_000, true), (START_MS, false)]);
    let path = format!("/sessions/{}", list.sessions[1].session);
    assert_eq!(world.delete(&admin, &path).await.code(), ProblemCode::NotFound, "somebody else's");
    let none = format!("/sessions/{}", SessionId::from_bytes([0; 16]));
    assert_eq!(world.delete(&second, &none).await.code(), ProblemCode::NotFound);
    world.delete(&second, &path).await.done();
    assert_eq!(world.get(&first, "/session").await.code(), ProblemCode::NotSignedIn);
    let third = cookie_of(&sign_in(&world, PARTNER).await);
    world.delete(&third, "/sessions").await.done();
    assert_eq!(world.get(&second, "/session").await.code(), ProblemCode::NotSignedIn);
    let left: SessionList = world.get(&third, "/sessions").await.json();
    assert_eq!(left.sessions.len(), 1);
    assert!(world.get(&admin, "/session").await.status.is_success(), "other accounts' go on");
}

#[tokio::test]
async fn a_session_goes_on_while_somebody_says_so_and_ends_when_idle() {
    let (world, admin) = World::set_up().await;
    world.clock.advance(Duration::from_secs(30));
    world.post(&admin, "/session/alive", &()).await.done();
    world.clock.advance(15 * MINUTE - Duration::from_millis(1));
    world.post(&admin, "/session/alive", &()).await.done();
    world.clock.advance(15 * MINUTE);
    assert_eq!(world.post(&admin, "/session/alive", &()).await.code(), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn a_sign_in_takes_the_place_of_the_session_that_the_browser_had() {
    let (world, _) = with_partner().await;
    let first = cookie_of(&sign_in(&world, PARTNER).await);
    let second = super::sign_in::sign_in_as(&world, &first, PARTNER).await;
    assert!(second.status.is_success());
    assert_eq!(world.get(&first, "/session").await.code(), ProblemCode::NotSignedIn);
    assert!(world.get(&cookie_of(&second), "/session").await.status.is_success());
}
