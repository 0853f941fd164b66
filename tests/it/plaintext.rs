//! What people write is nowhere on the server: data directory, parts, secrets, log, mails.

use std::path::Path;
use tests::actors::{self, Cast, PARTNER, PASSWORD, STAFF, read_newest, write};
use tests::files::noise;
use tests::scan::{Needle, Scanner, report};
use tests::server::Settings;
use tests::smtp::{Demands, SmtpSink};

const SUBJECT: &str = "Streng vertraulich: Rückforderung Nr. 0815";
const TEXT: &str = "Der Erstattungsbetrag lautet 98.765,43 € und gehört niemandem sonst.";
const NAME: &str = "Ärztliches Gutachten (geheim).pdf";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_confidential_is_on_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let mails = dir.path().join("mails");
    std::fs::create_dir(&mails).unwrap();
    let sink = SmtpSink::demanding(Demands { copies: Some(mails.clone()), ..Demands::default() });
    let mut server = Settings::default().in_dir(dir.path().join("server")).mail_to(sink.port()).start();
    let cast = Cast::assemble(&server).await;
    let initial = cast.staff.invite(&actors::partner("neu@verein.example")).await.unwrap().initial_password;
    let _ = actors::sign_in(&server.url(), "neu@verein.example", &initial).await.unwrap();
    let compressible = "Wiederholung macht Texte klein. ".repeat(5000);
    let file = [noise(1, 300_000), compressible.into_bytes()].concat();
    write(&cast.staff, &[PARTNER], SUBJECT, TEXT, &[(NAME, &file)]).await.unwrap();
    read_newest(&cast.partner).await.unwrap();
    write(&cast.partner, &[STAFF], SUBJECT, TEXT, &[(NAME, &file)]).await.unwrap();
    sink.await_mail(STAFF, 2, std::time::Duration::from_secs(20));
    let code = cast.partner.make_recovery_code();
    cast.partner.set_recovery_code(&code, &code).await.unwrap();
    server.stop();

    let mut needles = vec![
        Needle::text("subject", SUBJECT),
        Needle::text("text", TEXT),
        Needle::text("file name", NAME),
        Needle::text("own password", PASSWORD),
        Needle::text("recovery code", &code),
        Needle::text("recovery code without hyphens", &code.replace('-', "")),
        Needle::text("initial password", &initial),
        Needle::text("initial password without hyphens", &initial.replace('-', "")),
    ];
    needles.extend(Needle::windows("file", &file));
    let scanner = Scanner::new(&needles);
    let findings = scanner.paths(&[dir.path()]).unwrap();
    assert_eq!(report(&findings), "", "plaintext on the server");

    // The same scan of the same place finds what is there: an address is metadata and in the clear.
    let address = Scanner::new(&[Needle::text("address", PARTNER)]).paths(&[&server.data_dir()]).unwrap();
    assert_ne!(report(&address), "", "the scan reads the metadata store");
    plant(&server.data_dir().join("parts"), &file[100_000..200_000]);
    let planted = scanner.paths(&[&server.data_dir()]).unwrap();
    assert_ne!(report(&planted), "", "a planted piece of the file is found among the parts");
}

fn plant(parts: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(parts.join("zz")).unwrap();
    std::fs::write(parts.join("zz/planted"), [noise(9, 4000), bytes.to_vec()].concat()).unwrap();
}
