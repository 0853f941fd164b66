//! `kill -9` in the middle of uploads and commits, many times: what was acknowledged is there and whole, what was
//! not is there as a whole or not at all, and what is left over is swept.
//!
//! `KBS_CRASH_ROUNDS` and `KBS_CRASH_SEED` set the number of kills and their times.

use client_sdk::wire::MessageId;
use client_sdk::wire::api::Folder;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::actors::{Cast, PARTNER, Person, read, sign_in, write};
use tests::files::noise;
use tests::{ServerProcess, SmtpSink};

/// Files of a message, from its number alone.
fn files(number: u64) -> Vec<Vec<u8>> {
    let sizes: &[usize] = match number % 4 {
        0 => &[],
        1 => &[1],
        2 => &[200_000, 70_000],
        _ => &[2_500_000],
    };
    sizes.iter().enumerate().map(|(at, size)| noise(number * 10 + at as u64, *size)).collect()
}

#[derive(Default)]
struct Log {
    acknowledged: Mutex<BTreeMap<MessageId, u64>>,
    next: AtomicU64,
    stop: AtomicBool,
}

/// Writes one message after the other, whatever happens to the server.
async fn keep_writing(person: Arc<Person>, log: Arc<Log>) {
    while !log.stop.load(Ordering::SeqCst) {
        let number = log.next.fetch_add(1, Ordering::SeqCst);
        if let Some(message) = try_to_write(&person, number).await {
            log.acknowledged.lock().unwrap().insert(message, number);
        } else {
            let _ = person.drop_draft().await;
        }
    }
}

async fn try_to_write(person: &Person, number: u64) -> Option<MessageId> {
    let mut attachments = Vec::new();
    for bytes in files(number) {
        let file = ("a.bin".to_owned(), String::new(), bytes);
        attachments.push(person.attach(&file, 0, |_, _| std::ops::ControlFlow::Continue(())).await.ok()?);
    }
    let draft = client_sdk::Draft {
        to: vec![PARTNER.into()],
        subject: format!("Nummer {number}"),
        text: "Text".into(),
        attachments,
        in_reply_to: None,
        on_behalf_of: None,
        lacking: Vec::new(),
    };
    person.send(&draft).await.ok()?.messages.first().copied()
}

fn number_of(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_is_half() {
    let rounds = number_of("KBS_CRASH_ROUNDS", 30);
    let seed = number_of("KBS_CRASH_SEED", 1);
    println!("{rounds} rounds with seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let log = Arc::new(Log::default());
    let staff = Arc::new(staff);
    let writer = tokio::spawn(keep_writing(Arc::clone(&staff), Arc::clone(&log)));
    for _ in 0..rounds {
        // Not to wait for anything, but to strike at another moment each time.
        tokio::time::sleep(Duration::from_millis(u64::from(rng.next_u32() % 400))).await;
        tokio::task::block_in_place(|| {
            server.kill();
            server.start();
        });
    }
    log.stop.store(true, Ordering::SeqCst);
    writer.await.unwrap();
    let acknowledged = log.acknowledged.lock().unwrap().clone();
    println!("{} messages tried, {} acknowledged", log.next.load(Ordering::SeqCst), acknowledged.len());
    assert!(!acknowledged.is_empty(), "some came through");

    let inbox = everything(&partner, Folder::Inbox).await;
    let sent = everything(&staff, Folder::Sent).await;
    assert_eq!(inbox, sent, "a message is there for both or for nobody");
    for (message, number) in &acknowledged {
        assert_eq!(inbox.get(message), Some(number), "an acknowledged message is lost");
    }
    for (message, number) in &inbox {
        let (_, received) = read(&partner, *message).await.expect("every message that shows opens");
        assert_eq!(received, files(*number), "number {number}, byte for byte");
    }

    let parts = server.data_dir().join("parts");
    tokio::task::block_in_place(|| server.stop());
    plant_orphan(&parts);
    assert!(!check(&server.data_dir()).0, "the check sees a planted orphan");
    tokio::task::block_in_place(|| server.start());
    await_sweep(&server, &parts).await;
    tokio::task::block_in_place(|| server.stop());
    let (agrees, told) = check(&server.data_dir());
    assert!(agrees, "store and parts agree after the sweep: {told}");
}

/// Every message of a folder that shows, with the number in its subject.
async fn everything(person: &Person, folder: Folder) -> BTreeMap<MessageId, u64> {
    let mut all = BTreeMap::new();
    let mut before: Option<String> = None;
    loop {
        let page = person.list(folder, before.as_deref()).await.unwrap();
        for row in page.rows {
            let subject = row.subject.expect("every message that shows opens");
            all.insert(row.message, subject.strip_prefix("Nummer ").unwrap().parse().unwrap());
        }
        match page.next {
            Some(next) => before = Some(next),
            None => return all,
        }
    }
}

/// A piece that nobody names.
fn plant_orphan(parts: &Path) {
    let dir = parts.join("ab").join("ab".repeat(16)).join("cd".repeat(16));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("0".repeat(16)), b"orphan").unwrap();
}

/// The sweep at the start has ended when the planted orphan is gone.
async fn await_sweep(server: &ServerProcess, parts: &Path) {
    let planted = parts.join("ab").join("ab".repeat(16)).join("cd".repeat(16)).join("0".repeat(16));
    let gone = async {
        while planted.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone)
        .await
        .unwrap_or_else(|_| panic!("no sweep at {}", server.url()));
}

fn check(data: &Path) -> (bool, String) {
    let output = Command::new(tests::server::binary()).args(["check", "--data"]).arg(data).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_and_a_draft_upload_live_over_a_crash() {
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let file = ("a.bin".to_owned(), String::new(), noise(1, 3_000_000));
    let mut kills = 0;
    let attached = staff
        .attach(&file, 0, |_, _| {
            if kills == 0 {
                kills += 1;
                tokio::task::block_in_place(|| {
                    server.kill();
                    server.start();
                });
            }
            std::ops::ControlFlow::Continue(())
        })
        .await
        .unwrap();
    let draft = client_sdk::Draft {
        to: vec![PARTNER.into()],
        subject: "S".into(),
        text: "T".into(),
        attachments: vec![attached],
        in_reply_to: None,
        on_behalf_of: None,
        lacking: Vec::new(),
    };
    let sent = staff.send(&draft).await.unwrap();
    assert_eq!(read(&partner, sent.messages[0]).await.unwrap().1, [noise(1, 3_000_000)]);
    assert!(sign_in(&server.url(), PARTNER, tests::actors::PASSWORD).await.is_ok());
    let _ = write(&staff, &[PARTNER], "S", "T", &[]).await.unwrap();
}
