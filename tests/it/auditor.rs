//! The auditor looks at what a real server left, and finds nothing; then at the same with one thing hidden in it.

use auditor::report::{Class, Problem, StoreReport};
use auditor::store::audit;
use client_sdk::Draft;
use std::fs;
use std::path::{Path, PathBuf};
use tests::actors::{Cast, PARTNER, STAFF, attach, read_newest, write};
use tests::files::noise;
use tests::{ServerProcess, SmtpSink};

fn problems(report: &StoreReport) -> Vec<Problem> {
    report.findings.iter().map(|it| it.problem).collect()
}

/// The largest piece: of the message's attachment.
fn a_piece(data: &Path) -> PathBuf {
    let files = walkdir::WalkDir::new(data.join("parts")).into_iter().map(Result::unwrap);
    files
        .max_by_key(|it| it.metadata().unwrap().len() * u64::from(it.file_type().is_file()))
        .unwrap()
        .into_path()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_servers_data_has_no_finding_until_something_is_hidden_in_it() {
    let sink = SmtpSink::start();
    let mut server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let file = noise(4, 1_300_000);
    write(&staff, &[PARTNER], "Bescheid", "Guten Tag", &[("bescheid.pdf", &file)]).await.unwrap();
    read_newest(&partner).await.unwrap();
    write(&partner, &[STAFF], "Antwort", "Danke", &[]).await.unwrap();
    staff.new_draft();
    let attachment = attach(&staff, "plan.bin", noise(5, 100_000)).await;
    let draft = Draft { subject: "Entwurf".into(), attachments: vec![attachment], ..Draft::default() };
    staff.save_draft(&draft).await.unwrap();
    staff.keep_contact(PARTNER, "Frau Beispiel", "ruft zurück").await.unwrap();
    let code = staff.make_recovery_code();
    staff.set_recovery_code(&code, &code).await.unwrap();
    assert!(server.stop().success());

    let data = server.data_dir();
    let report = audit(&data, Some(PARTNER)).unwrap();
    assert_eq!(report.findings, []);
    assert!(report.ciphertexts > 15, "{}", report.ciphertexts);
    for name in ["Message", "Draft", "Settings", "Bundle", "Entry"] {
        assert!(report.kinds.iter().any(|it| it.name == name && it.records > 0), "{name}");
    }
    let sealed = report.files.iter().find(|it| it.class == Class::Ciphertext).unwrap();
    assert!(sealed.bytes > 1_400_000);
    let account = report.account.unwrap();
    for kind in ["Account", "AddressIndex", "Holding", "Acquaintance"] {
        assert!(account.records.iter().any(|it| it.kind == kind), "{kind}");
    }

    let part = a_piece(&data);
    let right = fs::read(&part).unwrap();
    let mut other = right.clone();
    other[20] ^= 1;
    fs::write(&part, other).unwrap();
    assert_eq!(problems(&audit(&data, None).unwrap()), [Problem::CiphertextHash]);
    fs::write(&part, right).unwrap();
    fs::write(data.join("parts/plain.txt"), "Bescheid").unwrap();
    assert_eq!(problems(&audit(&data, None).unwrap()), [Problem::UnknownFile]);
}
