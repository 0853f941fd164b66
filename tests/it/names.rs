//! Files with awkward names and lengths arrive byte for byte and are saved under a safe name.

use client_sdk::Error;
use std::ops::ControlFlow;
use tests::actors::{Cast, PARTNER, attach, read, write};
use tests::files::{awkward_names, noise};
use tests::{ServerProcess, SmtpSink};

#[tokio::test(flavor = "multi_thread")]
async fn awkward_names_arrive_and_are_saved_safely() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let names = awkward_names();
    let contents: Vec<Vec<u8>> = (0..names.len()).map(|at| noise(at as u64, at * 37)).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&contents).map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let sent = write(&staff, &[PARTNER], "Namen", "Text", &files).await.unwrap();
    let (view, received) = read(&partner, sent[0]).await.unwrap();
    assert_eq!(received, contents, "byte for byte, the empty one too");
    let told: Vec<_> = view.attachments.iter().map(|file| file.name.clone()).collect();
    assert_eq!(told, names, "the sender's own names");
    for file in &view.attachments {
        let saved =
            partner.save_attachment(sent[0], file.part, |_, _| ControlFlow::Continue(())).await.unwrap();
        assert_safe(&saved.name);
    }
    let all = partner.save_all_attachments(sent[0], |_, _| ControlFlow::Continue(())).await.unwrap();
    assert_safe(&all.name);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(all.pieces.concat())).unwrap();
    assert_eq!(archive.len(), names.len(), "no two have the same name");
    for (at, content) in contents.iter().enumerate() {
        let mut entry = archive.by_index(at).unwrap();
        assert_safe(&entry.name().unwrap());
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        assert_eq!(&bytes, content);
    }
}

#[track_caller]
fn assert_safe(name: &str) {
    let bad = |c: char| {
        c.is_control()
            || "/\\:*?\"<>|".contains(c)
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    assert!(!name.is_empty() && name.len() <= 255, "{name:?}");
    assert!(!name.contains(bad), "{name:?}");
    assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']), "{name:?}");
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    assert!(!["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str()), "{name:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_mebibytes_pass_and_one_byte_more_does_not() {
    const LIMIT: usize = 20 * 1024 * 1024;
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let text = "Genau.";
    let whole = noise(1, LIMIT - text.len());
    let sent = write(&staff, &[PARTNER], "Genau 20 MiB", text, &[("a.bin", &whole)]).await.unwrap();
    assert_eq!(read(&partner, sent[0]).await.unwrap().1, [whole]);

    let file = ("b.bin".to_owned(), String::new(), noise(2, LIMIT + 1));
    let refused = staff.attach(&file, 0, |_, _| ControlFlow::Continue(())).await;
    assert_eq!(refused.err(), Some(Error::TooLarge { bytes: LIMIT as u64 + 1, limit: LIMIT as u64 }));
    let fits = attach(&staff, "c.bin", noise(3, LIMIT - 3)).await;
    let draft = client_sdk::Draft {
        to: vec![PARTNER.into()],
        text: "vier".into(),
        attachments: vec![fits],
        ..Default::default()
    };
    assert!(matches!(staff.send(&draft).await, Err(Error::TooLarge { .. })));
    assert_eq!(partner.list(client_sdk::wire::api::Folder::Inbox, None).await.unwrap().rows.len(), 1);
}
