//! A year of the portal's life: the server's process under libfaketime, started again over the same data at
//! +53, +60, +335 and +365 days. What a person sees are the mails that arrive and what the API answers.

use client_sdk::SignIn;
use client_sdk::wire::ProblemCode;
use client_sdk::wire::api::{Duty, Folder};
use crypto_core::auth::STEP_MS;
use std::process::Command;
use std::time::Duration;
use tests::actors::{
    self, ADMIN, COLLEAGUE, Cast, OTHER_PARTNER, PARTNER, PASSWORD, STAFF, read, sign_in, write,
};
use tests::files::noise;
use tests::mail::{link, texts};
use tests::second_factor::{code, enrol};
use tests::{ServerProcess, SmtpSink};

const SOON: Duration = Duration::from_secs(60);
const REMINDER: &str = "Ungelesene Nachricht wird bald";
const FIRST_WARNING: &str = "wird in 30 Tagen";

/// Mails to somebody with this in their subject or text.
pub(crate) fn mails(sink: &SmtpSink, address: &str, said: &str) -> usize {
    let to = |mail: &&tests::smtp::Mail| mail.to.iter().any(|to| to == address);
    let has = |mail: &tests::smtp::Mail| {
        let parsed = mailparse::parse_mail(&mail.raw).unwrap();
        let subject = mailparse::MailHeaderMap::get_first_value(parsed.headers.as_slice(), "Subject")
            .unwrap_or_default();
        subject.contains(said) || texts(&mail.raw).contains(said)
    };
    sink.mails().iter().filter(to).filter(|mail| has(mail)).count()
}

pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(SOON, waiting).await.unwrap_or_else(|_| panic!("{what}"));
}

/// Stops, moves the clock, and starts again.
pub(crate) fn at_day(server: &mut ServerProcess, day: u32) {
    tokio::task::block_in_place(|| {
        server.stop();
        server.set_clock_ahead(day);
        server.start();
    });
}

fn check(server: &ServerProcess) -> (bool, String) {
    let mut command = Command::new(tests::server::binary());
    let output = command.args(["check", "--data"]).arg(server.data_dir()).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn pieces(server: &ServerProcess) -> usize {
    let parts = walkdir::WalkDir::new(server.data_dir().join("parts"));
    parts.into_iter().flatten().filter(|it| it.file_type().is_file()).count()
}

/// Every link in every mail, as a scanner opens it, changes nothing that a person could notice.
pub(crate) async fn scanners_change_nothing(server: &mut ServerProcess, sink: &SmtpSink) {
    let links: Vec<String> = sink.mails().iter().filter_map(|mail| link(&mail.raw, "http")).collect();
    assert!(links.len() > 5 && links.iter().all(|link| link.starts_with(&server.url())), "{links:?}");
    let state = |server: &ServerProcess| {
        let to = tempfile::tempdir().unwrap();
        let file = to.path().join("b");
        let mut command = Command::new(tests::server::binary());
        let taken =
            command.arg("backup").arg("--data").arg(server.data_dir()).arg("--to").arg(&file).output();
        assert!(taken.unwrap().status.success());
        std::fs::read(file).unwrap()
    };
    // What is on its way is noted after it was sent.
    let before = tokio::task::block_in_place(|| {
        loop {
            let (one, two) = (state(server), state(server));
            if one == two {
                return one;
            }
        }
    });
    for link in links {
        let path = link.strip_prefix(&server.url()).unwrap().split('#').next().unwrap().to_owned();
        let stranger = actors::stranger(&server.url()).await;
        let page =
            stranger.api().platform().raw(client_sdk::Method::Get, &path, client_sdk::Payload::Empty).await;
        assert_eq!(page.status, 200, "{link}");
    }
    let after = tokio::task::block_in_place(|| state(server));
    assert!(before == after, "the store is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year() {
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let unread = write(&staff, &[PARTNER], "Ungelesen", "T", &[("a.bin", &noise(1, 200_000))]).await.unwrap();
    write(&staff, &[PARTNER], "Auch ungelesen", "T", &[]).await.unwrap();
    let opened = write(&staff, &[OTHER_PARTNER], "Gelesen", "T", &[]).await.unwrap();
    read(&sign_in(&server.url(), OTHER_PARTNER, PASSWORD).await.unwrap(), opened[0]).await.unwrap();
    let answer = write(&partner, &[STAFF], "Antwort", "T", &[]).await.unwrap();

    at_day(&mut server, 53);
    until("a reminder", || mails(&sink, PARTNER, REMINDER) == 1).await;
    assert_eq!(mails(&sink, OTHER_PARTNER, REMINDER), 0, "it was opened");
    until("the answer was not opened", || mails(&sink, STAFF, REMINDER) == 1).await;
    // The second server process at once: no second reminder, and everything is still there.
    let reader = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    assert_eq!(read(&reader, unread[0]).await.unwrap().1, [noise(1, 200_000)]);

    at_day(&mut server, 60);
    let reader = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    assert!(reader.list(Folder::Inbox, None).await.unwrap().rows.is_empty());
    assert!(reader.list(Folder::Sent, None).await.unwrap().rows.is_empty(), "the sender's copy too");
    let gone = reader.open(answer[0]).await.err().unwrap();
    assert!(gone.is(ProblemCode::NotFound), "{gone:?}");
    until("the parts", || pieces(&server) == 0).await;
    assert_eq!(mails(&sink, PARTNER, REMINDER), 1, "once");

    // Somebody is there on day 60; the others were last there on day 0.
    at_day(&mut server, 335);
    for address in [COLLEAGUE, OTHER_PARTNER, STAFF] {
        until(address, || mails(&sink, address, FIRST_WARNING) == 1).await;
    }
    scanners_change_nothing(&mut server, &sink).await;
    assert_eq!(mails(&sink, PARTNER, FIRST_WARNING), 0, "was there on day 60");
    assert_eq!(mails(&sink, ADMIN, FIRST_WARNING), 0, "the last administrator stays");
    let admin = sign_in(&server.url(), ADMIN, PASSWORD).await.unwrap();
    assert!(sign_in(&server.url(), STAFF, PASSWORD).await.is_ok(), "who signs in stays");

    at_day(&mut server, 365);
    until("the end of an account", || {
        let log = std::fs::read_to_string(server.log_file()).unwrap_or_default();
        log.contains("closed: 2")
    })
    .await;
    for address in [COLLEAGUE, OTHER_PARTNER] {
        let refused = sign_in(&server.url(), address, PASSWORD).await.err().unwrap();
        assert_eq!(refused, client_sdk::Error::SignIn, "{address}");
    }
    drop(admin);
    let staff = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    // The address is free: a new mailbox, whose mail both the old contact and the new person can verify.
    let again = actors::join(&staff, &actors::partner(OTHER_PARTNER), PASSWORD).await;
    let sent = write(&staff, &[OTHER_PARTNER], "Neu", "T", &[("n.bin", &noise(2, 5000))]).await.unwrap();
    let (view, files) = read(&again, sent[0]).await.unwrap();
    assert_eq!((view.subject.as_str(), files), ("Neu", vec![noise(2, 5000)]));
    let back = write(&again, &[STAFF], "Zurück", "T", &[]).await.unwrap();
    assert_eq!(read(&staff, back[0]).await.unwrap().0.subject, "Zurück");
    assert!(sign_in(&server.url(), PARTNER, PASSWORD).await.is_ok(), "was there on day 60");
    tokio::task::block_in_place(|| server.stop());
    let (agrees, told) = check(&server);
    assert!(agrees, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_a_sweep_loses_nothing_that_should_live() {
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, .. } = Cast::assemble(&server).await;
    for number in 0..120 {
        write(&staff, &[PARTNER], "Alt", "T", &[("a.bin", &noise(number, 1000))]).await.unwrap();
    }
    at_day(&mut server, 30);
    let staff = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    let old = pieces(&server);
    let young = write(&staff, &[PARTNER], "Jung", "T", &[("j.bin", &noise(999, 70_000))]).await.unwrap();
    let of_young = pieces(&server) - old;
    // From now on the server begins to sweep as soon as it starts.
    tokio::task::block_in_place(|| server.stop());
    server.set_clock_ahead(61);
    for round in 0..10 {
        tokio::task::block_in_place(|| server.start());
        // Not to wait for anything, but to strike at another moment each time.
        tokio::time::sleep(Duration::from_millis(round * 8)).await;
        tokio::task::block_in_place(|| server.kill());
    }
    tokio::task::block_in_place(|| server.start());
    until("only the young message's parts are left", || pieces(&server) == of_young).await;
    let reader = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    let page = reader.list(Folder::Inbox, None).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.message).collect::<Vec<_>>(), young);
    assert_eq!(read(&reader, young[0]).await.unwrap().1, [noise(999, 70_000)]);
    tokio::task::block_in_place(|| server.stop());
    let (agrees, told) = check(&server);
    assert!(agrees, "{told}");
}

/// The server's clock alone counts: for initial passwords, and for codes of the second factor.
#[tokio::test(flavor = "multi_thread")]
async fn initial_passwords_end_and_codes_are_of_the_servers_time() {
    const NEVER: &str = "nie.da@traeger.example";
    const LATE: &str = "spaet.da@traeger.example";
    const KEPT: &str = "behaelt.es@traeger.example";
    const STEPS_A_DAY: u64 = 24 * 60 * 60 * 1000 / STEP_MS;
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let mut passwords = Vec::new();
    for address in [NEVER, LATE, KEPT] {
        passwords.push(staff.invite(&actors::partner(address)).await.unwrap().initial_password);
    }
    let kept = sign_in(&server.url(), KEPT, &passwords[2]).await.unwrap();
    assert!(kept.info().duty.is_none() && kept.contacts().await.is_ok());
    let (seed, _) = enrol(&partner).await;

    at_day(&mut server, 29);
    assert!(sign_in(&server.url(), LATE, &passwords[1]).await.is_ok(), "the last day on which it may begin");
    let kept = sign_in(&server.url(), KEPT, &passwords[2]).await.unwrap();
    assert!(kept.info().duty.is_none() && kept.contacts().await.is_ok(), "it may still be kept");

    at_day(&mut server, 30);
    let refused = sign_in(&server.url(), NEVER, &passwords[0]).await.err().unwrap();
    assert_eq!(refused, client_sdk::Error::SignIn, "nobody used it: as a wrong one");
    assert!(sign_in(&server.url(), LATE, &passwords[1]).await.unwrap().info().duty.is_none());
    let kept = sign_in(&server.url(), KEPT, &passwords[2]).await.unwrap();
    assert_eq!(kept.info().duty, Some(Duty::Password));
    let refused = kept.contacts().await.unwrap_err();
    assert!(refused.is(ProblemCode::PasswordChangeRequired), "{refused:?}");
    kept.set_password(PASSWORD).await.unwrap();
    assert!(kept.contacts().await.is_ok());
    let kept = sign_in(&server.url(), KEPT, PASSWORD).await.unwrap();
    assert!(kept.info().duty.is_none());

    let portal = actors::stranger(&server.url()).await;
    let SignIn::SecondFactor(proved) = portal.begin_sign_in(PARTNER, PASSWORD).await.unwrap() else {
        panic!("a code is needed");
    };
    // The next step's: the present one's was used to enrol.
    let old = portal.finish_sign_in(&proved, &code(&partner, &seed, 1)).await.err().unwrap();
    assert!(old.is(ProblemCode::SecondFactorFailed), "of the day it was set up: {old:?}");
    let now = code(&partner, &seed, 30 * STEPS_A_DAY);
    assert!(portal.finish_sign_in(&proved, &now).await.unwrap().info().second_factor);
}
