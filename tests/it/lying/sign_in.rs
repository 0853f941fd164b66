//! Lies told to somebody who signs in: another's record, wrap or bundle, or an older one; a recovery's proof used again.

use client_sdk::Error;
use client_sdk::wire::ProblemCode;
use client_sdk::wire::api::{RecoveryCommit, RecoveryFetched, SignInStart};
use crypto_core::certificate::ChainError;
use crypto_core::keys::BundleError;
use std::sync::{Arc, Mutex};
use tests::actors::{ADMIN, COLLEAGUE, PARTNER, PASSWORD, STAFF, sign_in, stranger};
use tests::scene::{NEW_PASSWORD, START, Scene};

const FETCH: &str = "POST /recovery/fetch";
const COMMIT: &str = "POST /recovery/commit";

async fn refusal(scene: &Scene, address: &str) -> Option<Error> {
    let refused = sign_in(&scene.lying.url(), address, PASSWORD).await.err();
    scene.lying.tell_the_truth();
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_gets_their_own_account_or_none() {
    let scene = Scene::new().await;
    scene.cast.admin.set_password(NEW_PASSWORD).await.unwrap();
    let others = scene.given(COLLEAGUE).await;
    let open = Some(Error::Bundle(BundleError::Open));
    let other = others.clone();
    scene.finished(move |it| it.bundle = other.bundle.clone());
    assert_eq!(refusal(&scene, STAFF).await, open, "another's bundle");
    let other = others.clone();
    scene.finished(move |it| it.wrap = other.wrap.clone());
    assert_eq!(refusal(&scene, STAFF).await, open, "another's wrap");
    let account = others.session.account;
    scene.finished(move |it| it.session.account = account);
    assert_eq!(refusal(&scene, STAFF).await, open, "another account");
    let other = others.clone();
    scene.finished(move |it| *it = other.clone());
    assert_eq!(refusal(&scene, STAFF).await, open, "all of another's");

    // Another's OPAQUE record, who has another password, and one who has the same.
    scene.lying.ask(START, |it: &mut SignInStart| it.address = ADMIN.into());
    assert_eq!(refusal(&scene, STAFF).await, Some(Error::SignIn));
    scene.lying.ask(START, |it: &mut SignInStart| it.address = COLLEAGUE.into());
    assert_eq!(refusal(&scene, STAFF).await, Some(Error::Bundle(BundleError::Mismatch)));
    sign_in(&scene.lying.url(), STAFF, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_does_not_go_back() {
    let scene = Scene::new().await;
    let old = scene.given(STAFF).await.bundle;
    let older = old.clone();
    let fresh = sign_in(&scene.lying.url(), STAFF, PASSWORD).await.unwrap();
    let code = fresh.make_recovery_code();
    fresh.set_recovery_code(&code, &code).await.unwrap();
    let seen = [(fresh.account(), fresh.revision())];
    scene.finished(move |it| it.bundle = older.clone());
    let device = stranger(&scene.lying.url()).await.with_seen(seen);
    let refused = device.sign_in(STAFF, PASSWORD).await.err();
    assert_eq!(refused, Some(Error::Bundle(BundleError::RolledBack)), "on a device that has seen more");
    scene.lying.tell_the_truth();

    // New mailbox keys after a month; password and wrap are as before.
    let later = stranger(&scene.lying.url()).await;
    later.api().platform().set_ahead(31 * 24 * 60 * 60 * 1000);
    let renewed = later.sign_in(STAFF, PASSWORD).await.unwrap();
    assert!(renewed.revision() > fresh.revision(), "they are renewed");
    scene.finished(move |it| it.bundle = old.clone());
    let keys = Error::Keys { address: STAFF.into(), cause: ChainError::Succession };
    assert_eq!(refusal(&scene, STAFF).await, Some(keys), "on a device that has seen nothing");
    sign_in(&scene.lying.url(), STAFF, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_counts_once_and_for_what_it_proves() {
    let scene = Scene::new().await;
    let (partner, staff) = (&scene.cast.partner, &scene.cast.staff);
    let code = partner.make_recovery_code();
    partner.set_recovery_code(&code, &code).await.unwrap();
    let second = staff.make_recovery_code();
    staff.set_recovery_code(&second, &second).await.unwrap();
    let portal = stranger(&scene.lying.url()).await;

    // Another's wrap and bundle.
    let others: Arc<Mutex<Option<RecoveryFetched>>> = Arc::default();
    let kept = Arc::clone(&others);
    scene.lying.answer(FETCH, move |it: &mut RecoveryFetched| *kept.lock().unwrap() = Some(it.clone()));
    assert!(portal.recover(STAFF, &second, None).await.is_ok());
    scene.lying.tell_the_truth();
    let others = others.lock().unwrap().take().unwrap();
    let bundle = others.bundle.clone();
    scene.lying.answer(FETCH, move |it: &mut RecoveryFetched| it.bundle = bundle.clone());
    let open = Some(Error::Bundle(BundleError::Open));
    assert_eq!(portal.recover(PARTNER, &code, None).await.err(), open);
    scene.lying.tell_the_truth();
    scene.lying.answer(FETCH, move |it: &mut RecoveryFetched| {
        (it.bundle, it.wrap, it.account) = (others.bundle.clone(), others.wrap.clone(), others.account);
    });
    assert_eq!(portal.recover(PARTNER, &code, None).await.err(), open);
    scene.lying.tell_the_truth();

    // The proof with another record: whoever is in between sets a password of their own.
    let recovery = portal.recover(PARTNER, &code, None).await.unwrap();
    scene.lying.ask(COMMIT, |it: &mut RecoveryCommit| {
        let end = it.record.0.len() - 1;
        it.record.0[end] ^= 1;
    });
    let refused = recovery.set_password(NEW_PASSWORD).await.unwrap_err();
    assert!(refused.is(ProblemCode::RecoveryFailed), "{refused:?}");
    scene.lying.tell_the_truth();
    sign_in(&scene.server.url(), PARTNER, PASSWORD).await.unwrap();

    // The proof once more.
    let recovery = portal.recover(PARTNER, &code, None).await.unwrap();
    let sent: Arc<Mutex<Option<RecoveryCommit>>> = Arc::default();
    let kept = Arc::clone(&sent);
    scene.lying.ask(COMMIT, move |it: &mut RecoveryCommit| *kept.lock().unwrap() = Some(it.clone()));
    recovery.set_password(NEW_PASSWORD).await.unwrap();
    let sent = sent.lock().unwrap().take().unwrap();
    let again = portal.api().tell(client_sdk::Method::Post, "/recovery/commit", &sent).await.unwrap_err();
    assert!(again.is(ProblemCode::RecoveryFailed), "{again:?}");
    sign_in(&scene.server.url(), PARTNER, NEW_PASSWORD).await.unwrap();
}
