//! The auditor follows the key directory of a real server over several runs; then of one that lies.

use crate::faketime::at_day;
use auditor::http::Server;
use auditor::log::{Followed, Kept, Witness, follow};
use auditor::report::log::{Cosigned, EventKind, LogProblem};
use auditor::report::{Language, Report};
use base64ct::Encoding;
use client_sdk::wire::api::{EntryPage, EpochPage, Histories, RemovedEntry, SequencedEntry};
use crypto_core::certificate::{Cause, Entry, Witness as Named};
use crypto_core::wire::{Fingerprint, SubjectLabel};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tests::actors::{
    ADMIN, COLLEAGUE, Cast, OTHER_PARTNER, PARTNER, PASSWORD, STAFF, join, partner, read, sign_in, write,
};
use tests::proxy::{Proxy, with_json};
use tests::server::Settings;
use tests::{ServerProcess, SmtpSink};

const TOKEN: &str = "ein-zufaelliges-Merkmal-von-32-Bytes";
const NOW_MS: u64 = 1_800_000_000_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const SOON: Duration = Duration::from_secs(60);

fn settings(sink: &SmtpSink) -> Settings {
    let hash = Fingerprint::of(TOKEN.as_bytes());
    let hex: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Settings::default().mail_to(sink.port()).set("KBS__AUDITORS__TOKEN_SHA256", hex)
}

async fn look(url: &str, before: Option<Kept>) -> Followed {
    look_at(url, before, NOW_MS).await
}

async fn look_at(url: &str, before: Option<Kept>, now_ms: u64) -> Followed {
    follow(&Server::at(url).unwrap().with_token(TOKEN).unwrap(), before, None, now_ms).await.unwrap()
}

/// A look in which nothing may be found.
async fn clean(url: &str, before: Option<Kept>) -> (auditor::report::log::LogReport, Kept) {
    let followed = look(url, before).await;
    assert_eq!(followed.report.findings, []);
    (followed.report, followed.kept.unwrap())
}

async fn problem(url: &str, before: Option<Kept>) -> LogProblem {
    let followed = look(url, before).await;
    assert!(followed.kept.is_none(), "what is not right is not kept");
    followed.report.findings[0].problem
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_from_run_to_run_and_tells_what_happened() {
    let sink = SmtpSink::start();
    let server = settings(&sink).start();
    let Cast { admin, staff, colleague, partner, .. } = Cast::assemble(&server).await;
    let url = server.url();
    let (first, kept) = clean(&url, None).await;
    assert!(first.new_epochs > 5 && first.entries == Some(first.new_entries), "{first:?}");
    let told: Vec<_> = first.events.iter().map(|it| (it.kind, it.subject.as_str())).collect();
    assert!(
        told.contains(&(EventKind::FirstRoot, "root")) && told.contains(&(EventKind::Administrator, ADMIN))
    );
    let new_staff = |address| {
        first.events.iter().find(|it| (it.kind, it.subject.as_str()) == (EventKind::Staff, address))
    };
    assert!(new_staff(STAFF).is_some_and(|it| it.by == format!("Anna Admin <{ADMIN}>") && !it.again));
    assert!(new_staff(COLLEAGUE).is_some() && first.new_partners == 2, "{first:?}");
    assert!(first.events.iter().all(|it| it.kind != EventKind::Partner));
    let (still, kept) = clean(&url, Some(kept)).await;
    assert_eq!((still.new_epochs, still.new_entries, still.events.len()), (0, 0, 0));

    staff.reset(PARTNER).await.unwrap();
    admin.revoke(colleague.account(), Cause::Stolen).await.unwrap();
    drop(partner);
    let (second, kept) = clean(&url, Some(kept)).await;
    assert_eq!(second.before, still.now);
    let told: Vec<_> =
        second.events.iter().map(|it| (it.kind, it.subject.as_str(), it.by.as_str())).collect();
    let by_staff = format!("Sabine Sommer <{STAFF}>");
    let by_admin = format!("Anna Admin <{ADMIN}>");
    let wanted = [
        (EventKind::Reset, PARTNER, by_staff.as_str()),
        (EventKind::RevokedStolen, COLLEAGUE, by_admin.as_str()),
    ];
    assert_eq!(told, wanted);
    assert!(second.events.iter().all(|it| it.epoch.is_some()));
    assert!(second.text(Language::En).contains("new keys issued"));

    // Without a token the log alone is followed; with it, what was left out is looked at.
    let bare = Server::at(&url).unwrap();
    staff.invite(&tests::actors::partner("neu@verein.example")).await.unwrap();
    entries(&server).await;
    let log = follow(&bare, Some(kept), None, NOW_MS).await.unwrap();
    assert_eq!((log.report.findings.as_slice(), log.report.entries), ([].as_slice(), None));
    assert!(log.report.new_epochs > 0);
    let (third, _) = clean(&url, log.kept).await;
    assert_eq!((third.new_epochs, third.new_entries), (0, 1));
    let fresh = follow(&bare, None, None, NOW_MS).await.unwrap();
    clean(&url, fresh.kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_the_policy_names_signs_what_was_right() {
    let dir = tempfile::tempdir().unwrap();
    let sink = SmtpSink::start();
    let server = settings(&sink).start();
    let Cast { admin, staff, .. } = Cast::assemble(&server).await;
    let witness = Witness::make("pruefer.example/1", &dir.path().join("key")).unwrap();
    let at = Server::at(&server.url()).unwrap().with_token(TOKEN).unwrap();
    let now_ms = u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    let unnamed = follow(&at, None, Some(&witness), now_ms).await.unwrap();
    assert_eq!(unnamed.report.cosigned, Cosigned::NotNamed("pruefer.example/1".into()));
    let public = witness.public();
    let key = base64ct::Base64::decode_vec(public.splitn(3, '+').last().unwrap()).unwrap();
    let key: [u8; 32] = key[1..].try_into().unwrap();
    admin.name_witnesses(&[Named { name: "pruefer.example/1".into(), key: key.into() }], 1).await.unwrap();
    let send = async || tests::actors::write(&staff, &[PARTNER], "Betreff", "Text", &[]).await;
    assert!(send().await.is_err(), "nobody has signed yet");
    // The witness waits for no signature but gives one.
    let named = follow(&at, unnamed.kept, Some(&witness), now_ms).await.unwrap();
    assert_eq!(named.report.findings, []);
    assert_eq!(named.report.cosigned, Cosigned::Taken("pruefer.example/1".into()));
    assert!(named.report.events.iter().any(|it| it.kind == EventKind::Policy));
    send().await.unwrap();
    // Whoever remembers nothing looks at the signature's age, too.
    let invited = staff.invite(&partner("neu@verein.example")).await.unwrap();
    sign_in(&server.url(), "neu@verein.example", &invited.initial_password).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_or_replaced_is_found() {
    let sink = SmtpSink::start();
    let server = settings(&sink).start();
    let Cast { staff, .. } = Cast::assemble(&server).await;
    let proxy = Proxy::start(server.port());
    let url = proxy.url();
    let (_, kept) = clean(&url, None).await;
    staff.invite(&partner("neu@verein.example")).await.unwrap();
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    let (shown, histories) = ("/api/v1/auditors/entries", "/api/v1/auditors/histories");
    for before in [None, Some(kept)] {
        // The last entry, as if it were not there.
        let last = entries(&server).await;
        proxy.change(move |target, answer| {
            let hide = |answer: &[u8]| {
                let body = tests::proxy::parted(answer).1;
                let mut body: serde_json::Value = serde_json::from_slice(body).unwrap();
                body["last"] = (last - 1).into();
                if let Some(shown) = body.get_mut("entries").and_then(|it| it.as_array_mut()) {
                    shown.retain(|it| it["sequence"] != last);
                }
                tests::proxy::with_body(answer, &serde_json::to_vec(&body).unwrap())
            };
            if target.starts_with("/api/v1/auditors/") { hide(&answer) } else { answer }
        });
        let found = problem(&url, before.clone()).await;
        // The subject's own history is longer than its entries, or the tree has more.
        assert!(
            matches!(found, LogProblem::NotProven | LogProblem::NotShown | LogProblem::OtherCertificate),
            "{found:?}"
        );
        // One in the middle; and the same with the ones behind it moved up.
        proxy.change_json(shown, |page: &mut EntryPage| {
            if page.entries.len() > 1 {
                page.entries.remove(0);
            }
        });
        assert_eq!(problem(&url, before.clone()).await, LogProblem::EntryMissing);
        // No proof, another one's proof, an altered root.
        proxy.change_json(histories, |page: &mut Histories| page.histories.clear());
        assert_eq!(problem(&url, before.clone()).await, LogProblem::NotProven);
        proxy.change_json(histories, |page: &mut Histories| {
            let other = page.histories[1].proof.clone();
            page.histories[0].proof = other;
        });
        assert_eq!(problem(&url, before.clone()).await, LogProblem::NotProven);
        proxy.change_json(histories, |page: &mut Histories| page.root.0[3] ^= 1);
        assert_eq!(problem(&url, before.clone()).await, LogProblem::Checkpoint);
        // An epoch with something altered, left out, or put in the place of another.
        proxy.change_json("/api/v1/directory/epochs", |page: &mut EpochPage| {
            let last = page.epochs.len() - 1;
            page.epochs[last].root.0[3] ^= 1;
        });
        assert_eq!(problem(&url, before.clone()).await, LogProblem::NotAppendOnly);
        proxy.change_json("/api/v1/directory/epochs", |page: &mut EpochPage| drop(page.epochs.remove(0)));
        assert_eq!(problem(&url, before.clone()).await, LogProblem::EpochMissing);
        proxy.change(|_, answer| answer);
    }
    // Root, policy, administrator, staff (issued, own keys, own password), colleague: somebody before who issued
    // them; and two who have nothing to do with each other, out of order.
    let swapped = |one: usize, other: usize| {
        proxy.change_json(shown, move |page: &mut EntryPage| {
            if page.entries.len() > 6 {
                let kept = page.entries[one].entry.clone();
                page.entries[one].entry = std::mem::replace(&mut page.entries[other].entry, kept);
            }
        });
    };
    swapped(2, 3);
    assert_eq!(problem(&url, None).await, LogProblem::Chain);
    swapped(5, 6);
    assert_eq!(problem(&url, None).await, LogProblem::Order);
}

/// Certificates go with their account. An auditor who saw them, one who did not and one who comes anew all go on; what is
/// removed of somebody else is noticed.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_with_an_account_is_not_missed() {
    let sink = SmtpSink::start();
    let mut server = settings(&sink).start();
    let Cast { staff, .. } = Cast::assemble(&server).await;
    write(&staff, &[PARTNER], "Betreff", "Text", &[]).await.unwrap();
    let on = async |day: u64, url: &str, before: Option<Kept>| {
        let followed = look_at(url, before, NOW_MS + day * DAY_MS).await;
        assert_eq!(followed.report.findings, [], "{day}");
        (followed.report, followed.kept.unwrap())
    };
    let (_, before) = on(0, &server.url(), None).await;
    at_day(&mut server, 335);
    let staff = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    staff.reset(OTHER_PARTNER).await.unwrap();
    let (_, without_end) = on(335, &server.url(), Some(before.clone())).await;
    at_day(&mut server, 366);
    let at = Server::at(&server.url()).unwrap().with_token(TOKEN).unwrap();
    let page = async || at.get::<EntryPage>("/auditors/entries?after=0").await.unwrap();
    soon("the end of both partners", async || {
        let entries = page().await.entries;
        [PARTNER, OTHER_PARTNER].iter().all(|it| entries.iter().any(|entry| is_end_of(entry, it)))
    })
    .await;
    let (ended, with_end) = on(366, &server.url(), Some(without_end.clone())).await;
    assert!(ended.events.iter().any(|it| (it.kind, it.subject.as_str()) == (EventKind::Closed, PARTNER)));
    assert_eq!(ended.removed, 0);
    let staff = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    let again = join(&staff, &partner(PARTNER), PASSWORD).await;

    let with_bodies = page().await;
    at_day(&mut server, 427);
    // Two partners with two certificates each.
    soon("removal", async || page().await.removed.len() >= 4).await;
    let gone = page().await.removed.len();
    drop(again);
    let staff = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    let again = sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    let sent = write(&staff, &[PARTNER], "Neu", "Text", &[]).await.unwrap();
    assert_eq!(read(&again, sent[0]).await.unwrap().0.subject, "Neu");
    let url = server.url();
    let (fresh, kept) = on(427, &url, None).await;
    assert_eq!(fresh.removed, gone);
    assert_eq!(on(427, &url, Some(kept)).await.0.new_entries, 0);
    let again = fresh.events.iter().filter(|it| it.kind == EventKind::Partner && it.again);
    assert_eq!(again.map(|it| it.subject.as_str()).collect::<Vec<_>>(), [PARTNER]);
    let (went_on, kept) = on(427, &url, Some(with_end)).await;
    assert_eq!(went_on.removed, 0, "what was seen stays seen");
    on(427, &url, Some(kept)).await;
    for partly in [before.clone(), without_end] {
        let (partly, kept) = on(427, &url, Some(partly)).await;
        assert!(partly.removed <= gone);
        on(427, &url, Some(kept)).await;
    }
    // Whoever looked less than a month ago has seen everything that may be gone by now.
    let hasty = look_at(&url, Some(before), NOW_MS + 28 * DAY_MS).await;
    assert_eq!(hasty.report.findings[0].problem, LogProblem::RemovedTooEarly);

    let proxy = Proxy::start(server.port());
    let shown = "/api/v1/auditors/entries";
    // What is shown and is a tombstone in the tree is nobody's word: it is counted as removed, and not kept.
    let there = fresh.new_entries - fresh.removed;
    proxy.change_json(shown, move |page: &mut EntryPage| {
        let seen = with_bodies
            .entries
            .iter()
            .filter(|it| page.removed.iter().any(|gone| gone.sequence == it.sequence));
        page.entries.extend(seen.cloned());
        page.entries.sort_by_key(|it| it.sequence);
        page.removed.clear();
    });
    let (shown_again, kept) = on(427, &proxy.url(), None).await;
    assert_eq!((shown_again.removed, kept.directory.entries.len()), (gone, there));
    let lie = async |change: fn(&mut EntryPage)| {
        proxy.change_json(shown, change);
        problem(&proxy.url(), None).await
    };
    assert_eq!(lie(|page| page.removed.truncate(page.removed.len() - 1)).await, LogProblem::EntryMissing);
    assert_eq!(lie(|page| page.removed[0].version += 1).await, LogProblem::EntryMissing);
    // Staff who vouch for others, as if they had never been; and somebody who is there, in the tree with all values.
    assert_eq!(lie(|page| hide(page, STAFF)).await, LogProblem::OtherCertificate);
    assert_eq!(lie(|page| hide(page, PARTNER)).await, LogProblem::OtherCertificate);
    // With tombstones in the tree it would have to be somebody whom the log's key has ended.
    let page = page().await;
    let unclosed = LogProblem::RemovedNotClosed;
    for (address, wrong) in [(PARTNER, unclosed), (OTHER_PARTNER, unclosed), (STAFF, LogProblem::Chain)] {
        let subject = SubjectLabel::of(address);
        let of_address = |it: &&SequencedEntry| is_of(it, subject);
        let values: Vec<_> =
            page.entries.iter().filter(of_address).map(|it| Fingerprint::of(&it.entry.0)).collect();
        proxy.change(move |target, answer| match target.split('?').next() {
            Some("/api/v1/auditors/entries") => {
                with_json(&answer, &mut |page: &mut EntryPage| hide(page, address))
            }
            Some("/api/v1/auditors/histories") => with_json(&answer, &mut |page: &mut Histories| {
                for it in page.histories.iter_mut().filter(|it| it.subject == subject) {
                    it.proof.0 = buried(&it.proof.0, &values);
                }
            }),
            _ => answer,
        });
        assert_eq!(problem(&proxy.url(), None).await, wrong, "{address}");
    }
}

/// Waits for what the server does by itself.
async fn soon(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(SOON, waiting).await.unwrap_or_else(|_| panic!("{what}"));
}

fn is_end_of(it: &SequencedEntry, address: &str) -> bool {
    is_of(it, SubjectLabel::of(address))
        && matches!(Entry::parse(&it.entry.0), Ok(Entry::Statement(it)) if it.body().cause == Cause::Closed)
}

fn is_of(it: &SequencedEntry, subject: SubjectLabel) -> bool {
    Entry::parse(&it.entry.0).is_ok_and(|entry| entry.subject() == subject)
}

/// As if everything of an address were removed.
fn hide(page: &mut EntryPage, address: &str) {
    let subject = SubjectLabel::of(address);
    for it in page.entries.extract_if(.., |it| is_of(it, subject)) {
        let version = Entry::parse(&it.entry.0).unwrap().version();
        page.removed.push(RemovedEntry { sequence: it.sequence, subject, version });
    }
}

/// A proof as it would be if these values were tombstones.
fn buried(proof: &[u8], values: &[Fingerprint]) -> Vec<u8> {
    let mut proof = proof.to_vec();
    for value in values {
        let value = [&[0x58, 32], &value.as_bytes()[..]].concat();
        if let Some(at) = proof.windows(value.len()).position(|window| window == value) {
            proof.splice(at..at + value.len(), [0x40]);
        }
    }
    proof
}

/// How many entries there are, all of them published.
async fn entries(server: &ServerProcess) -> u64 {
    let at = Server::at(&server.url()).unwrap().with_token(TOKEN).unwrap();
    at.get::<EntryPage>("/auditors/entries?after=0").await.unwrap().last
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else if entry.file_type().is_file() {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Two servers with the same keys and the same past, and with two presents.
#[tokio::test(flavor = "multi_thread")]
async fn two_histories_and_a_certificate_that_is_another_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let sink = SmtpSink::start();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let mut first = settings(&sink).in_dir(&one).start();
    Cast::assemble(&first).await;
    assert!(first.stop().success());
    copy(&one, &two);
    first.start();
    let second = settings(&sink).in_dir(&two).start();
    let same_past = clean(&second.url(), None).await.1;
    clean(&first.url(), Some(same_past)).await;

    let invite = async |server: &ServerProcess, addresses: &[&str]| {
        let staff = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
        for address in addresses {
            staff.invite(&partner(address)).await.unwrap();
        }
        entries(server).await;
    };
    invite(&first, &["neu@verein.example"]).await;
    let (_, kept) = clean(&first.url(), None).await;
    // As far: the same size. Then further.
    invite(&second, &["neu@verein.example"]).await;
    assert_eq!(problem(&second.url(), Some(kept.clone())).await, LogProblem::TwoHistories);
    invite(&second, &["dritte@verein.example"]).await;
    assert_eq!(problem(&second.url(), Some(kept.clone())).await, LogProblem::TwoHistories);
    // And back.
    let further = clean(&second.url(), None).await.1;
    assert_eq!(problem(&first.url(), Some(further)).await, LogProblem::RolledBack);

    // The second one's epochs, each right after the other, under the first one's signature.
    let at = Server::at(&second.url()).unwrap().with_token(TOKEN).unwrap();
    let epochs: EpochPage = at.get("/directory/epochs?after=0").await.unwrap();
    let proxy = Proxy::start(first.port());
    proxy.change_json("/api/v1/directory/epochs", move |page: &mut EpochPage| *page = epochs.clone());
    assert_eq!(problem(&proxy.url(), None).await, LogProblem::OtherEpochs);

    // The first server's directory with the second one's certificate for the same address: right in itself, issued by
    // somebody who may, at its place in the order.
    let last = entries(&first).await;
    let other: EntryPage = at.get(&format!("/auditors/entries?after={}", last - 1)).await.unwrap();
    let other = other.entries[0].clone();
    proxy.change_json("/api/v1/auditors/entries", move |page: &mut EntryPage| {
        for entry in page.entries.iter_mut().filter(|it| it.sequence == last) {
            *entry = other.clone();
        }
    });
    assert_eq!(problem(&proxy.url(), None).await, LogProblem::OtherCertificate);

    // The program says so, with the sentence and the exit code, and keeps nothing.
    let keep = dir.path().join("kept.json");
    let token = dir.path().join("token");
    std::fs::write(&token, TOKEN).unwrap();
    let run = |url: &str| {
        let output = Command::new(tests::server::program("auditor"))
            .args(["log", url, "--language", "en", "--keep"])
            .arg(&keep)
            .arg("--token-file")
            .arg(&token)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let (code, text) = run(&proxy.url());
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("A certificate shown is not the one in the directory (neu@verein.example)"),
        "{text}"
    );
    assert!(!keep.exists());
    let (code, text) = run(&first.url());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.trim_end().ends_with("and every entry stands in it and no other."), "{text}");
    let (code, text) = run(&second.url());
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("there are two histories"), "{text}");
    std::fs::write(&token, "another").unwrap();
    let (code, text) = run(&first.url());
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("does not take the auditors' token"), "{text}");
    std::fs::write(&keep, "{}").unwrap();
    assert_eq!(run(&first.url()).0, Some(2));
}
