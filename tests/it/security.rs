//! Passwords, second factor and sessions through the real client: a change that is cut off, a client that is
//! stale, a person who must do something first.

use crate::faketime::{mails, scanners_change_nothing, until};
use client_sdk::wire::ProblemCode;
use client_sdk::wire::api::Duty;
use client_sdk::{Error, SignIn};
use std::time::Duration;
use tests::actors::{
    ADMIN, COLLEAGUE, Cast, PARTNER, PASSWORD, STAFF, read_newest, set_up, sign_in, stranger, write,
};
use tests::mail::texts;
use tests::second_factor::{code, enrol};
use tests::server::Settings;
use tests::{ServerProcess, SmtpSink};

const ROUNDS: u32 = 8;
const FIRST_STRIKE: Duration = Duration::from_millis(200);
const SOON: Duration = Duration::from_secs(20);
const STRICT: &str = "KBS__SECURITY__SECOND_FACTOR_REQUIRED";

fn is(error: &Error, code: ProblemCode) -> bool {
    error.is(code)
}

/// `kill -9` at another moment of the change each time: one of the two passwords works afterwards, and what it
/// opens is the whole mailbox.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_password_that_a_crash_cuts_off_leaves_one_password_that_works() {
    let sink = SmtpSink::start();
    let mut server =
        Settings::default().mail_to(sink.port()).set("KBS__LIMITS__SIGN_INS_PER_ACCOUNT", 1000).start();
    let Cast { staff, .. } = Cast::assemble(&server).await;
    write(&staff, &[PARTNER], "Vor dem Absturz", "Text", &[]).await.unwrap();
    let mut current = PASSWORD.to_owned();
    let (mut kept, mut replaced) = (0, 0);
    // Where the change was not made yet, and where it was: the next crash comes in between, however slow the machine.
    let (mut too_early, mut too_late) = (Duration::ZERO, None);
    for round in 0..ROUNDS {
        let person = sign_in(&server.url(), PARTNER, &current).await.unwrap();
        let next = format!("Wechsel-auf-Kanal-{round}");
        let change = tokio::spawn({
            let next = next.clone();
            async move { person.set_password(&next).await }
        });
        // Not to wait for anything, but to strike at another moment each time.
        let wait = match too_late {
            Some(too_late) => (too_early + too_late) / 2,
            None if round == 0 => Duration::ZERO,
            None => too_early * 2 + FIRST_STRIKE,
        };
        tokio::time::sleep(wait).await;
        tokio::task::block_in_place(|| {
            server.kill();
            server.start();
        });
        let acknowledged = change.await.unwrap().is_ok();
        let old = sign_in(&server.url(), PARTNER, &current).await;
        let new = sign_in(&server.url(), PARTNER, &next).await;
        assert_ne!(old.is_ok(), new.is_ok(), "round {round}: exactly one password works");
        assert!(new.is_ok() || !acknowledged, "round {round}: what was acknowledged counts");
        if new.is_ok() {
            replaced += 1;
            current = next;
            too_late = Some(wait);
        } else {
            kept += 1;
            too_early = too_early.max(wait);
        }
        let person = new.or(old).unwrap();
        assert_eq!(read_newest(&person).await.unwrap().0.subject, "Vor dem Absturz");
    }
    println!("kept {kept} times, replaced {replaced} times");
    assert!(kept > 0 && replaced > 0, "the crashes hit both sides of the change");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_the_other_clients_and_a_stale_one_overwrites_nothing() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { partner, .. } = Cast::assemble(&server).await;
    let other = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    partner.set_password("Erster-war-schneller-1").await.unwrap();
    let late = other.set_password("Zweite-kommt-zu-spaet-2").await.unwrap_err();
    assert!(is(&late, ProblemCode::NotSignedIn), "{late:?}");
    assert!(sign_in(&server.url(), PARTNER, PASSWORD).await.is_err());
    assert!(sign_in(&server.url(), PARTNER, "Zweite-kommt-zu-spaet-2").await.is_err());
    let now = sign_in(&server.url(), PARTNER, "Erster-war-schneller-1").await.unwrap();
    assert_eq!(now.revision(), partner.revision());
    assert_eq!(now.sessions().await.unwrap().len(), 2);
    now.end_other_sessions().await.unwrap();
    assert!(partner.contacts().await.is_err_and(|error| is(&error, ProblemCode::NotSignedIn)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sets_a_second_factor_up_first_and_signs_in_with_it() {
    let sink = SmtpSink::start();
    let server = Settings::default().mail_to(sink.port()).set(STRICT, "[\"administrator\"]").start();
    let link = server.set_up_link().unwrap();
    let admin = set_up(&server.url(), link, "Testkasse", "Anna Admin", ADMIN, PASSWORD).await;
    assert_eq!(admin.info().duty, Some(Duty::SecondFactor));
    assert!(admin.contacts().await.is_err_and(|error| is(&error, ProblemCode::SecondFactorRequired)));
    let (seed, codes) = enrol(&admin).await;
    assert!(admin.info().duty.is_none() && admin.contacts().await.is_ok());
    let portal = stranger(&server.url()).await;
    let refused = portal.sign_in(ADMIN, PASSWORD).await.err().unwrap();
    assert!(is(&refused, ProblemCode::SecondFactorNeeded));
    let SignIn::SecondFactor(proved) = portal.begin_sign_in(ADMIN, PASSWORD).await.unwrap() else {
        panic!("a code is needed");
    };
    let wrong = portal.finish_sign_in(&proved, "abc").await.err().unwrap();
    assert!(is(&wrong, ProblemCode::SecondFactorFailed));
    let again = portal.finish_sign_in(&proved, &code(&admin, &seed, 1)).await.unwrap();
    assert!(again.info().second_factor && again.contacts().await.is_ok());
    let SignIn::SecondFactor(proved) = portal.begin_sign_in(ADMIN, PASSWORD).await.unwrap() else {
        panic!("a code is needed");
    };
    assert!(portal.finish_sign_in(&proved, &codes[0]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_requires_a_new_password_and_resets_a_second_factor() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, staff, .. } = Cast::assemble(&server).await;
    admin.require_password_change(staff.account()).await.unwrap();
    let refused = staff.contacts().await.unwrap_err();
    assert!(is(&refused, ProblemCode::PasswordChangeRequired), "{refused:?}");
    staff.set_password("Neues-Kennwort-fuer-Sabine-3").await.unwrap();
    assert!(staff.contacts().await.is_ok());
    enrol(&staff).await;
    admin.reset_second_factor(staff.account()).await.unwrap();
    assert!(staff.contacts().await.is_err_and(|error| is(&error, ProblemCode::NotSignedIn)));
    let address = staff.info().address;
    let back = sign_in(&server.url(), &address, "Neues-Kennwort-fuer-Sabine-3").await.unwrap();
    assert!(!back.info().second_factor);
    let told = tokio::task::block_in_place(|| sink.await_mail(&address, 2, SOON));
    assert!(texts(&told.raw).contains("zweiten Faktor"), "an e-mail says so");
}

/// A password that somebody asks for, its reset, the reset of a second factor: what their links show changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn links_in_mails_about_security_change_nothing() {
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, staff, colleague, .. } = Cast::assemble(&server).await;
    enrol(&colleague).await;
    admin.reset_second_factor(colleague.account()).await.unwrap();
    stranger(&server.url()).await.ask_for_password(PARTNER).await.unwrap();
    until("a request is told", || mails(&sink, STAFF, "Kennwort angefordert") == 1).await;
    staff.reset(PARTNER).await.unwrap();
    until("a reset is told", || mails(&sink, PARTNER, "neue Schlüssel") > 0).await;
    until("a lost factor is told", || mails(&sink, COLLEAGUE, "zweiten Faktor") > 0).await;
    scanners_change_nothing(&mut server, &sink).await;
}

/// The code of the recovery counts for the sign-in with the password that it set, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_needs_one_code_of_the_second_factor() {
    const NEW: &str = "Ganz-Neues-Kennwort-8!";
    let sink = SmtpSink::start();
    let server = Settings::default().mail_to(sink.port()).start();
    let Cast { partner, .. } = Cast::assemble(&server).await;
    let recovery_code = partner.make_recovery_code();
    partner.set_recovery_code(&recovery_code, &recovery_code).await.unwrap();
    let (_, codes) = enrol(&partner).await;
    let portal = stranger(&server.url()).await;
    let needed = portal.recover(PARTNER, &recovery_code, None).await.err().unwrap();
    assert!(is(&needed, ProblemCode::SecondFactorNeeded));
    let recovery = portal.recover(PARTNER, &recovery_code, Some(&codes[0])).await.unwrap();
    recovery.set_password(NEW).await.unwrap();
    let person = sign_in(&server.url(), PARTNER, NEW).await.unwrap();
    assert!(person.info().second_factor);
    let again = sign_in(&server.url(), PARTNER, NEW).await.err().unwrap();
    assert!(is(&again, ProblemCode::SecondFactorNeeded), "{again:?}");
}
