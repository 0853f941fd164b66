//! A backup that is taken while messages arrive is one moment of the portal, and a restored server serves.

use client_sdk::wire::api::Folder;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tests::actors::{Cast, PARTNER, PASSWORD, read, sign_in, write};
use tests::files::noise;
use tests::server::Settings;
use tests::{ServerProcess, SmtpSink};

fn server(arguments: &[&str], paths: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(tests::server::binary());
    command.args(arguments);
    for (flag, path) in paths {
        command.arg(flag).arg(path);
    }
    command.output().unwrap()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_one_moment_and_a_restored_server_serves() {
    let sink = SmtpSink::start();
    let running = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&running).await;
    let before = write(&staff, &[PARTNER], "Vorher", "T", &[("a.bin", &noise(1, 2_500_000))]).await.unwrap();
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writer = tokio::spawn({
        let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
        async move {
            while !stop.load(Ordering::SeqCst) {
                let number = sent.load(Ordering::SeqCst);
                write(&staff, &[PARTNER], "Nummer", "T", &[("b.bin", &noise(number, 300_000))])
                    .await
                    .unwrap();
                sent.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let elsewhere = tempfile::tempdir().unwrap();
    let file = |number: u32| elsewhere.path().join(format!("{number}.backup"));
    for number in 0..4 {
        let to = file(number);
        let output = tokio::task::block_in_place(|| {
            server(&["backup"], &[("--data", &running.data_dir()), ("--to", &to)])
        });
        succeeds(&output);
        let again = server(&["backup"], &[("--data", &running.data_dir()), ("--to", &to)]);
        assert!(!again.status.success(), "no backup is written over");
        let so_far = sent.load(Ordering::SeqCst);
        let more = async {
            while sent.load(Ordering::SeqCst) == so_far {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), more).await.expect("messages go out meanwhile");
    }
    stop.store(true, Ordering::SeqCst);
    writer.await.unwrap();
    assert!(!holds(&std::fs::read(file(3)).unwrap(), &std::fs::read(running.secrets_file()).unwrap()[..64]));
    for number in 0..4 {
        let data = elsewhere.path().join(format!("{number}"));
        succeeds(&server(&["restore"], &[("--from", &file(number)), ("--data", &data)]));
        succeeds(&server(&["check"], &[("--data", &data)]));
    }
    let damaged = elsewhere.path().join("damaged");
    let mut bytes = std::fs::read(file(0)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let nowhere = elsewhere.path().join("nowhere");
    assert!(!server(&["restore"], &[("--from", &damaged), ("--data", &nowhere)]).status.success());
    assert!(!nowhere.exists(), "nothing of a damaged backup");

    let second = elsewhere.path().join("second");
    std::fs::create_dir_all(&second).unwrap();
    std::fs::copy(running.secrets_file(), second.join("secrets")).unwrap();
    succeeds(&server(&["restore"], &[("--from", &file(3)), ("--data", &second.join("data"))]));
    let mut restored = Settings::default().in_dir(&second).mail_to(sink.port()).start();
    let person = sign_in(&restored.url(), PARTNER, PASSWORD).await.unwrap();
    let (view, files) = read(&person, before[0]).await.unwrap();
    assert_eq!((view.subject.as_str(), files), ("Vorher", vec![noise(1, 2_500_000)]));
    let count = person.list(Folder::Inbox, None).await.unwrap().rows.len();
    assert!(count > 1, "those that came before the last backup");
    assert!(partner.list(Folder::Inbox, None).await.is_ok(), "the first server goes on");
    tokio::task::block_in_place(|| restored.stop());
    let offline = elsewhere.path().join("offline.backup");
    succeeds(&server(&["backup"], &[("--data", &second.join("data")), ("--to", &offline)]));
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}
