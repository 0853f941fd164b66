//! A message taken along as an e-mail file: whatever its sender wrote, another program reads what was meant.

use crate::input::{Input, text};
use client_sdk::file_name::safe_file_name;
use mailparse::{MailHeaderMap, ParsedMail, addrparse_header, parse_mail};

#[path = "../../../../client/sdk/src/letter.rs"]
mod sdk;

use sdk::Letter;

const HEADERS: &[&str] =
    &["message-id", "date", "from", "to", "subject", "in-reply-to", "references", "mime-version"];

pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    let shape = input.byte();
    let sent_at_ms = if shape & 1 == 0 { 1_777_777_777_000 } else { input.number() };
    let [from, to, subject, name, kind, contents] = [(); 6].map(|()| input.piece());
    let [from, to, subject, name, kind] = [from, to, subject, name, kind].map(text);
    let body = text(input.rest());
    let files = usize::from(shape >> 1 & 3);
    let letter = Letter {
        from: ((shape & 8 == 0).then_some(from.as_str()), "sabine@kbs.example"),
        to: vec![
            ((shape & 16 == 0).then_some(to.as_str()), "paula@xn--trger-gra.example"),
            (None, "o@haus.example"),
        ],
        subject: &subject,
        text: &body,
        sent_at_ms,
        id: "eins@portal".into(),
        in_reply_to: (shape & 32 != 0).then(|| "zwei@portal".into()),
        thread: (shape & 64 != 0).then(|| "drei@portal".into()),
        files: vec![(safe_file_name(&name), kind.as_str(), contents.to_vec()); files],
    };
    let mut bytes = Vec::new();
    letter.write(&mut bytes).expect("written to memory");
    assert!(bytes.is_ascii(), "seven bits (RFC 5322, section 2.1)");
    let lines = bytes.split(|byte| *byte == b'\n');
    assert!(
        lines.clone().all(|line| line.len() <= 999),
        "998 characters and the end (RFC 5322, section 2.1.1)"
    );
    assert!(lines.rev().skip(1).all(|line| line.ends_with(b"\r")), "lines end in CRLF");
    let mail = parse_mail(&bytes).expect("an e-mail");
    check_headers(&mail, &subject);
    check_parts(&mail, files, (&name, contents), &body);
    true
}

fn check_headers(mail: &ParsedMail<'_>, subject: &str) {
    for header in &mail.headers {
        let key = header.get_key().to_ascii_lowercase();
        assert!(HEADERS.contains(&key.as_str()) || key.starts_with("content-"), "{key}");
        assert_eq!(mail.headers.get_all_values(&key).len(), 1, "{key} stands once");
    }
    let value = |key| mail.headers.get_first_value(key);
    assert_eq!(value("Message-ID").as_deref(), Some("<eins@portal>"));
    assert_eq!(squeezed(&value("Subject").unwrap_or_default()), squeezed(subject));
    for (key, addresses) in
        [("From", vec!["sabine@kbs.example"]), ("To", vec!["paula@xn--trger-gra.example", "o@haus.example"])]
    {
        let header = mail.headers.get_first_header(key).expect("the header");
        let raw = String::from_utf8_lossy(header.get_value_raw());
        // Encoded words hold no address; what is left of them is checked.
        let bare = raw.split(['<', '>']).skip(1).step_by(2).map(str::to_owned);
        let found: Vec<String> = match addrparse_header(header) {
            Ok(list) => list.iter().flat_map(single).collect(),
            Err(_) => bare.collect(),
        };
        assert_eq!(found, addresses, "{key}: {raw:?}");
    }
}

fn single(address: &mailparse::MailAddr) -> Vec<String> {
    match address {
        mailparse::MailAddr::Single(one) => vec![one.addr.clone()],
        mailparse::MailAddr::Group(group) => group.addrs.iter().map(|one| one.addr.clone()).collect(),
    }
}

fn check_parts(mail: &ParsedMail<'_>, files: usize, (name, contents): (&str, &[u8]), body: &str) {
    if files == 0 {
        assert!(mail.subparts.is_empty());
        assert_eq!(unix(&mail.get_body().expect("a text")), unix(body));
        return;
    }
    assert_eq!(mail.subparts.len(), files + 1, "no part more");
    assert_eq!(unix(&mail.subparts[0].get_body().expect("a text")), unix(body));
    for part in &mail.subparts[1..] {
        assert!(part.subparts.is_empty(), "a file is one part");
        let kind = part.ctype.mimetype.to_ascii_lowercase();
        assert!(
            !kind.starts_with("message/") && !kind.starts_with("multipart/"),
            "nothing takes it apart: {kind}"
        );
        assert_eq!(part.get_body_raw().expect("a file"), contents);
        let headers = part.headers.iter().map(|header| header.get_key().to_ascii_lowercase());
        headers.for_each(|key| assert!(key.starts_with("content-"), "{key}"));
        let disposition = part.get_content_disposition();
        assert_eq!(disposition.disposition, mailparse::DispositionType::Attachment);
        assert_eq!(
            disposition.params.get("filename").map(|it| squeezed(it)),
            Some(squeezed(&safe_file_name(name)))
        );
    }
}

/// A text without what folding may change.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

/// Lines end in one way.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches('\n').to_owned()
}
