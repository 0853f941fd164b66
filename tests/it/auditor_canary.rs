//! Canaries at a real server: they are nowhere, and each that is let out is found where it flew to.

use auditor::http::Server;
use auditor_canary::canaries::{Staff, sing};
use auditor_canary::places::{Places, look};
use auditor_canary::report::Place;
use auditor_canary::scan::Needle;
use base64ct::Encoding;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Command;
use tests::actors::{Cast, PASSWORD, STAFF};
use tests::server::{Settings, program};
use tests::smtp::{Demands, SmtpSink};

const HELD: &str = "/api/v1/sign-in/start";

#[tokio::test(flavor = "multi_thread")]
async fn canaries_are_nowhere_until_they_are_let_out() {
    let dir = tempfile::tempdir().unwrap();
    let mails = dir.path().join("mails");
    fs::create_dir(&mails).unwrap();
    let sink = SmtpSink::demanding(Demands { copies: Some(mails.clone()), ..Demands::default() });
    let server = Settings::default().in_dir(dir.path().join("server")).mail_to(sink.port()).start();
    Cast::assemble(&server).await;
    let places = Places {
        data: server.data_dir(),
        pid: server.id(),
        log: Some(server.log_file()),
        mail: Some(mails.clone()),
        tries: 30,
    };
    let staff = Staff { address: STAFF, password: PASSWORD };
    let sung = sing(&server.url(), &staff, "kanarie@verein.example").await.unwrap();
    let at = Server::at(&server.url()).unwrap();
    let held = Needle::text("held in memory", "gehalten-in-diesem-Augenblick");
    let _held = at.hold(HELD, &held.bytes).await.unwrap();
    let looked = look(&places, &sung, &held).await.unwrap();
    assert_eq!(looked.len(), 5);
    for it in &looked {
        assert_eq!((it.control, it.findings.as_slice()), (Some(true), [].as_slice()), "{it:?}");
    }

    // One for each place, in another encoding each.
    let canary = |name: &str| sung.needles.iter().find(|it| it.name == name).unwrap().bytes.clone();
    let _out = at.hold(HELD, &canary("subject by staff")).await.unwrap();
    let file = sung.needles.iter().find(|it| it.name.starts_with("file by partner")).unwrap();
    fs::write(places.data.join("parts/leak"), [b"..".as_slice(), &file.bytes].concat()).unwrap();
    fs::write(places.data.join("leak"), canary("recovery code")).unwrap();
    let word = base64ct::Base64::encode_string(&canary("search word that finds nothing"));
    let mut log = fs::OpenOptions::new().append(true).open(server.log_file()).unwrap();
    writeln!(log, "{{\"query\":\"{word}\"}}").unwrap();
    fs::write(mails.join("leak.eml"), [b"Subject: ".as_slice(), &canary("subject by partner")].concat())
        .unwrap();
    let looked = look(&places, &sung, &held).await.unwrap();
    let found = |place: Place| {
        let it = looked.iter().find(|it| it.place == place).unwrap();
        // The same in several encodings counts once.
        BTreeSet::from_iter(it.findings.iter().map(|it| it.needle.as_str()))
    };
    assert!(found(Place::Memory).contains("subject by staff"), "{:?}", found(Place::Memory));
    assert!(found(Place::Parts).contains(file.name.as_str()), "{:?}", found(Place::Parts));
    assert!(found(Place::Store).contains("recovery code"), "{:?}", found(Place::Store));
    assert_eq!(found(Place::Log), BTreeSet::from(["search word that finds nothing"]));
    assert_eq!(found(Place::Mail), BTreeSet::from(["subject by partner"]));

    // Somewhere else nothing is found, and that is no good sign.
    let elsewhere = dir.path().join("elsewhere");
    fs::create_dir_all(elsewhere.join("parts")).unwrap();
    let wrong = Places {
        data: elsewhere.clone(),
        pid: Some(std::process::id()),
        log: Some(elsewhere.clone()),
        mail: Some(elsewhere),
        tries: 1,
    };
    let looked = look(&wrong, &sung, &held).await.unwrap();
    for it in looked.iter().filter(|it| it.place != Place::Memory) {
        assert_eq!((it.control, it.findings.len()), (Some(false), 0), "{it:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_tells_what_it_looked_for_and_where() {
    let dir = tempfile::tempdir().unwrap();
    let sink = SmtpSink::start();
    let server = Settings::default().in_dir(dir.path().join("server")).mail_to(sink.port()).start();
    Cast::assemble(&server).await;
    let password = dir.path().join("password");
    fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    let run = |staff: &str| {
        let output = Command::new(program("auditor"))
            .args([
                "canary",
                "--language",
                "en",
                "--server",
                &server.url(),
                "--staff",
                staff,
                "--password-file",
            ])
            .arg(&password)
            .arg("--data")
            .arg(server.data_dir())
            .arg("--log")
            .arg(server.log_file())
            .args(["--pid", &server.id().unwrap().to_string()])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let (code, text) = run(STAFF);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("not looked at") && text.contains("every control was found"), "{text}");
    let (code, text) = run("nobody@kbs.example");
    assert_eq!(code, Some(2), "{text}");
}
