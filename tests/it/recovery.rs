//! A lost password, with the recovery code and without: nothing is lost that somebody else still has.

use client_sdk::wire::api::Folder;
use client_sdk::wire::{MessageId, ProblemCode};
use client_sdk::{Error, StandIn};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;
use tests::actors::{self, COLLEAGUE, Cast, PARTNER, PASSWORD, Person, STAFF, read, stranger, write};
use tests::files::noise;
use tests::mail::texts;
use tests::server::Settings;
use tests::{ServerProcess, SmtpSink};

/// 2100-01-01.
const FAR_MS: u64 = 4_102_444_800_000;
const NEW: &str = "Ganz-Neues-Kennwort-8!";

struct Scene {
    cast: Cast,
    server: ServerProcess,
    sink: SmtpSink,
}

async fn scene() -> Scene {
    let sink = SmtpSink::start();
    let server = Settings::default().mail_to(sink.port()).start();
    Scene { cast: Cast::assemble(&server).await, server, sink }
}

impl Scene {
    async fn sign_in(&self, address: &str, password: &str) -> Result<Person, Error> {
        actors::sign_in(&self.server.url(), address, password).await
    }

    /// Reset by staff, first sign-in, own password.
    async fn reset(&self, by: &Person, address: &str) -> Person {
        let invited = by.reset(address).await.unwrap();
        let person = self.sign_in(address, &invited.initial_password).await.unwrap();
        assert!(person.made_own_keys(), "keys of somebody else's browser are replaced at once");
        person.set_password(NEW).await.unwrap();
        person
    }
}

async fn listed(person: &Person, folder: Folder) -> Vec<MessageId> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = person.list(folder, before.as_deref()).await.unwrap();
        for row in page.rows {
            assert!(row.subject.is_ok(), "{:?} cannot be opened: {:?}", row.message, row.subject);
            all.push(row.message);
        }
        before = page.next;
        if before.is_none() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_code_a_password_is_replaced_and_nothing_is_lost() {
    let scene = scene().await;
    let Cast { staff, partner, .. } = &scene.cast;
    let sent = write(staff, &[PARTNER], "S", "T", &[("a.bin", &noise(1, 5000))]).await.unwrap();
    let code = partner.make_recovery_code();
    let slip = partner.set_recovery_code(&code, &partner.make_recovery_code()).await;
    assert_eq!(slip.err(), Some(Error::RecoveryCode));
    assert!(!partner.has_recovery_code());
    partner.set_recovery_code(&code, &code.to_lowercase().replace('-', " ")).await.unwrap();
    // A new password seals the new bundle key to the code too.
    partner.set_password("Zwischen-Kennwort-5!").await.unwrap();
    let portal = stranger(&scene.server.url()).await;
    let recovery = portal.recover(PARTNER, &code, None).await.unwrap();
    recovery.set_password(NEW).await.unwrap();
    assert!(partner.contacts().await.is_err_and(|error| error.is(ProblemCode::NotSignedIn)));
    assert_eq!(scene.sign_in(PARTNER, "Zwischen-Kennwort-5!").await.err(), Some(Error::SignIn));
    let again = scene.sign_in(PARTNER, NEW).await.unwrap();
    assert_eq!(read(&again, sent[0]).await.unwrap().1, [noise(1, 5000)]);
    assert!(again.has_recovery_code(), "the code goes on to count");

    // A new code kills the old one.
    let second = again.make_recovery_code();
    again.set_recovery_code(&second, &second).await.unwrap();
    let old = portal.recover(PARTNER, &code, None).await.err().unwrap();
    let unknown = portal.recover("niemand@verein.example", &code, None).await.err().unwrap();
    assert!(old.is(ProblemCode::RecoveryFailed));
    assert_eq!(old, unknown, "the same answer whether or not there is a mailbox");
    assert!(portal.recover(PARTNER, &second, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_code_staff_reset_and_make_the_mail_accessible_again() {
    let scene = scene().await;
    let Cast { staff, partner, colleague, other_partner, .. } = &scene.cast;
    let file = noise(2, 90_000);
    let got = write(staff, &[PARTNER, COLLEAGUE], "S", "T", &[("a.bin", &file)]).await.unwrap();
    let sent = write(partner, &[STAFF], "Re", "T", &[("b.bin", &file)]).await.unwrap();
    write(staff, &[actors::OTHER_PARTNER], "S", "T", &[]).await.unwrap();

    let portal = stranger(&scene.server.url()).await;
    portal.ask_for_password(PARTNER).await.unwrap();
    portal.ask_for_password("niemand@verein.example").await.unwrap();
    let requests = staff.password_requests().await.unwrap();
    assert_eq!(requests.iter().map(|it| it.address.as_str()).collect::<Vec<_>>(), [PARTNER]);
    assert!(scene.cast.admin.password_requests().await.unwrap().is_empty(), "there are contacts");
    assert!(partner.password_requests().await.is_err_and(|error| error.is(ProblemCode::Forbidden)));

    let invited = staff.reset(PARTNER).await.unwrap();
    assert!(staff.password_requests().await.unwrap().is_empty(), "done");
    assert!(partner.contacts().await.is_err(), "all sessions end");
    assert_eq!(scene.sign_in(PARTNER, PASSWORD).await.err(), Some(Error::SignIn));
    let told = |n| texts(&scene.sink.await_mail(PARTNER, n, Duration::from_secs(20)).raw).contains(STAFF);
    assert!((1..9).any(told), "by whom is told");

    let again = scene.sign_in(PARTNER, &invited.initial_password).await.unwrap();
    assert!(staff.restores().await.unwrap().is_empty(), "not while the initial password is kept");
    again.set_password(NEW).await.unwrap();
    assert!(listed(&again, Folder::Inbox).await.is_empty(), "what cannot be opened is not there");
    let offers = staff.restores().await.unwrap();
    assert_eq!(offers.len(), 1);
    assert_eq!((offers[0].person.address.as_str(), offers[0].messages), (PARTNER, 2));
    assert_eq!(offers[0].by.address, STAFF);
    assert!(other_partner.restores().await.is_err());
    colleague.answer_restore(&colleague.restores().await.unwrap()[0], false, true).await.unwrap();
    assert!(colleague.restores().await.unwrap().is_empty(), "who said no is not asked again");

    let granted = staff.make_accessible(offers[0].account, |_, _| ControlFlow::Continue(())).await.unwrap();
    assert_eq!((granted.granted, granted.failed), (2, Vec::new()));
    assert!(staff.restores().await.unwrap().is_empty());
    assert_eq!(listed(&again, Folder::Inbox).await, got);
    assert_eq!(listed(&again, Folder::Sent).await, sent);
    assert_eq!(read(&again, got[0]).await.unwrap().1, std::slice::from_ref(&file));
    assert_eq!(read(&again, sent[0]).await.unwrap().1, [file]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_goes_on_to_count_when_an_administrator_changes_the_certificate() {
    const MOVED: &str = "paula.neu@traeger.example";
    let scene = scene().await;
    let Cast { admin, staff, partner, colleague, .. } = &scene.cast;
    let sent = write(staff, &[PARTNER], "S", "T", &[]).await.unwrap();
    let code = partner.make_recovery_code();
    partner.set_recovery_code(&code, &code).await.unwrap();
    admin.move_account(partner.account(), MOVED).await.unwrap();
    let portal = stranger(&scene.server.url()).await;
    portal.recover(MOVED, &code, None).await.unwrap().set_password(NEW).await.unwrap();
    let again = scene.sign_in(MOVED, NEW).await.unwrap();
    assert_eq!(listed(&again, Folder::Inbox).await, sent);

    let code = staff.make_recovery_code();
    staff.set_recovery_code(&code, &code).await.unwrap();
    let deputy = StandIn { account: colleague.account(), from_ms: 0, until_ms: FAR_MS };
    admin.depute(staff.account(), &[deputy]).await.unwrap();
    portal.recover(STAFF, &code, None).await.unwrap().set_password(NEW).await.unwrap();
    let again = scene.sign_in(STAFF, NEW).await.unwrap();
    let deputies = again.deputies().await.unwrap();
    assert_eq!(
        deputies.iter().map(|it| it.account).collect::<Vec<_>>(),
        [colleague.account()],
        "still deputy"
    );
    assert_eq!(listed(&again, Folder::Sent).await, sent);
}

/// Writes until the keys that were looked up are still those of the commit.
async fn write_on(from: &Person, to: &str) -> MessageId {
    for _ in 0..20 {
        match write(from, &[to], "S", "T", &[("a.bin", b"abc")]).await {
            Ok(sent) => return sent[0],
            Err(error) => assert!(error.is(ProblemCode::RecipientUnknown), "{error:?}"),
        }
    }
    panic!("the keys change all the time");
}

/// Restores; the dice say after how many messages it is broken off before it goes on.
async fn restore(by: &Person, dice: &mut impl Iterator<Item = u8>) {
    for offer in by.restores().await.unwrap() {
        let mut left = dice.next().unwrap() % 4;
        let broken_off = by
            .make_accessible(offer.account, |_, _| {
                let stop = left == 0;
                left = left.saturating_sub(1);
                if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .await;
        assert!(broken_off.is_ok() || broken_off.err() == Some(Error::Cancelled));
        let granted = by.make_accessible(offer.account, |_, _| ControlFlow::Continue(())).await.unwrap();
        assert_eq!(granted.failed, Vec::new());
    }
}

/// Resets while messages arrive, two staff at once who restore at once, broken off half-way and resumed.
#[tokio::test(flavor = "multi_thread")]
async fn after_any_resets_every_message_is_there_once() {
    let scene = scene().await;
    let Cast { staff, colleague, .. } = &scene.cast;
    for seed in [1, 2, 3] {
        let address = format!("fuzz-{seed}@verein.example");
        let address = address.as_str();
        let mut dice = noise(seed, 100).into_iter();
        let mut partner = actors::join(staff, &actors::partner(address), PASSWORD).await;
        let (mut inbox, mut sent) = (BTreeSet::new(), BTreeSet::new());
        for round in 0..2 {
            for _ in 0..1 + dice.next().unwrap() % 3 {
                inbox.insert(write_on(staff, address).await);
                inbox.insert(write_on(colleague, address).await);
                sent.insert(write_on(&partner, STAFF).await);
            }
            let (by, other) =
                if dice.next().unwrap().is_multiple_of(2) { (staff, colleague) } else { (colleague, staff) };
            let (reset, first, second) = tokio::join!(
                scene.reset(by, address),
                async { [write_on(staff, address).await, write_on(staff, address).await] },
                async { [write_on(colleague, address).await, write_on(colleague, address).await] },
            );
            partner = reset;
            inbox.extend(first.into_iter().chain(second));
            let mut theirs = noise(seed * 7 + round, 100).into_iter();
            tokio::join!(restore(by, &mut dice), restore(other, &mut theirs));
        }
        let (in_inbox, in_sent) =
            (listed(&partner, Folder::Inbox).await, listed(&partner, Folder::Sent).await);
        assert_eq!((in_inbox.len(), in_sent.len()), (inbox.len(), sent.len()), "seed {seed}");
        assert_eq!(in_inbox.iter().copied().collect::<BTreeSet<_>>(), inbox, "seed {seed}");
        assert_eq!(in_sent.iter().copied().collect::<BTreeSet<_>>(), sent, "seed {seed}");
        for message in in_inbox.into_iter().chain(in_sent) {
            assert_eq!(read(&partner, message).await.unwrap().1, [b"abc".to_vec()]);
        }
    }
}
