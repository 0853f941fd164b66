//! A message as a file that other mail programs read (RFC 5322, RFC 2045 to 2049, RFC 2231).
//!
//! What a hostile sender wrote stays in its place: control characters end no header, and a media type that
//! is none, or that would be taken apart again, becomes bytes.

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId as IdHeader;
use std::io::{self, Write};

const BYTES: &str = "application/octet-stream";

/// Everything that the file says.
pub(crate) struct Letter<'m> {
    /// Name and address. The name of a deputy says for whom they wrote.
    pub(crate) from: (Option<&'m str>, &'m str),
    /// Names and addresses.
    pub(crate) to: Vec<(Option<&'m str>, &'m str)>,
    /// One line.
    pub(crate) subject: &'m str,
    /// Markdown, which is plain text.
    pub(crate) text: &'m str,
    /// As the sender's clock said.
    pub(crate) sent_at_ms: u64,
    /// With its domain, without angle brackets; so the others.
    pub(crate) id: String,
    /// The message that this answers.
    pub(crate) in_reply_to: Option<String>,
    /// The first message of the conversation.
    pub(crate) thread: Option<String>,
    /// Name, media type, contents.
    pub(crate) files: Vec<(String, &'m str, Vec<u8>)>,
}

impl Letter<'_> {
    /// Writes the file.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn write(self, out: impl Write) -> io::Result<()> {
        let date = i64::try_from(self.sent_at_ms / 1000).unwrap_or(i64::MAX);
        let to = self.to.iter().map(|it| address(*it)).collect();
        let mut builder = MessageBuilder::new()
            .message_id(self.id)
            .date(Date::new(date))
            .from(address(self.from))
            .to(Address::new_list(to))
            .subject(one_line(self.subject))
            .text_body(self.text);
        let thread = self.thread.filter(|thread| self.in_reply_to.as_ref() != Some(thread));
        let references: Vec<String> = thread.into_iter().chain(self.in_reply_to.clone()).collect();
        if let Some(answered) = self.in_reply_to {
            builder = builder.in_reply_to(answered);
        }
        if !references.is_empty() {
            builder = builder.references(IdHeader::new_list(references.into_iter()));
        }
        for (name, media_type, contents) in self.files {
            builder = builder.attachment(kind(media_type).to_owned(), one_line(&name), contents);
        }
        builder.write_to(out)
    }
}

fn address((name, address): (Option<&str>, &str)) -> Address<'static> {
    Address::new_address(name.map(one_line), address.to_owned())
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// A media type of two tokens (RFC 2045, section 5.1) without parameters; messages and multiparts are bytes.
fn kind(media_type: &str) -> &str {
    let token = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    match plain.split_once('/') {
        Some((top, _)) if ["message", "multipart"].iter().any(|it| top.eq_ignore_ascii_case(it)) => BYTES,
        Some((top, sub)) if token(top) && token(sub) => plain,
        _ => BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailparse::{MailHeaderMap, parse_mail};

    fn letter<'m>(subject: &'m str, text: &'m str) -> Letter<'m> {
        Letter {
            from: (Some("Sabine Sömmer, ESF"), "sabine@kbs.example"),
            to: vec![(None, "paula@xn--trger-gra.example"), (Some("Ödön \"Ö\" 😀"), "o@haus.example")],
            subject,
            text,
            sent_at_ms: 1_777_777_777_000,
            id: "eins@portal".into(),
            in_reply_to: Some("zwei@portal".into()),
            thread: Some("drei@portal".into()),
            files: Vec::new(),
        }
    }

    fn written(letter: Letter<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        letter.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn headers_and_text_are_read_back() {
        let subject = format!("Größe 😀 {}", "lang ".repeat(60));
        let text = "Grüße\n\n.\nFrom hier an\n**fett** € 😀\n";
        let bytes = written(letter(&subject, text));
        let parsed = parse_mail(&bytes).unwrap();
        let header = |name: &str| parsed.headers.get_first_value(name).unwrap();
        assert_eq!(header("Subject"), subject.trim());
        assert_eq!(header("Message-ID"), "<eins@portal>");
        assert_eq!(header("In-Reply-To"), "<zwei@portal>");
        assert_eq!(
            header("References").split_whitespace().collect::<Vec<_>>(),
            ["<drei@portal>", "<zwei@portal>"]
        );
        assert_eq!(mailparse::dateparse(&header("Date")).unwrap(), 1_777_777_777);
        let people = |name: &str| mailparse::addrparse_header(parsed.headers.get_first_header(name).unwrap());
        assert_eq!(people("From").unwrap().to_string(), "\"Sabine Sömmer, ESF\" <sabine@kbs.example>");
        let to = people("To").unwrap();
        assert_eq!(to.len(), 2);
        assert!(to.to_string().contains("paula@xn--trger-gra.example"), "{to}");
        assert_eq!(parsed.get_body().unwrap().replace("\r\n", "\n"), text);
        assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "RFC 5322, section 2.1.1");
        assert!(bytes.is_ascii());
    }

    #[test]
    fn files_come_back_byte_for_byte_under_their_names() {
        let contents: Vec<Vec<u8>> = vec![
            Vec::new(),
            b"eins\nzwei\r\ndrei\r\rvier \n.\n".to_vec(),
            (0..=255).cycle().take(70_001).collect(),
            "Überall\n".repeat(300).into_bytes(),
        ];
        let names =
            ["leer.txt", "zeilen.txt", "Bescheid – Größe & Maße 😀.pdf", &format!("{}.csv", "ü".repeat(120))];
        let kinds = ["text/plain", "text/plain; charset=utf-8", "application/pdf", "text/csv"];
        let mut letter = letter("Anhänge", "Text");
        letter.files = (0..4).map(|at| (names[at].to_owned(), kinds[at], contents[at].clone())).collect();
        let bytes = written(letter);
        let parsed = parse_mail(&bytes).unwrap();
        assert_eq!(parsed.subparts.len(), 5);
        for (at, part) in parsed.subparts[1..].iter().enumerate() {
            assert_eq!(part.get_body_raw().unwrap(), contents[at], "{}", names[at]);
            let disposition = part.get_content_disposition();
            assert_eq!(disposition.params.get("filename").map(String::as_str), Some(names[at]));
        }
        assert_eq!(parsed.subparts[3].ctype.mimetype, "application/pdf");
    }

    #[test]
    fn nothing_that_a_sender_wrote_becomes_a_header() {
        let mut letter = letter("Hallo\r\nBcc: x@boese.example\r\n\r\nText", "Text");
        letter.from.0 = Some("Eva\r\nX-Boese: 1");
        letter.files.push(("a\r\nX-Boese: 2.txt".into(), "text/plain\r\nX-Boese: 3", b"x".to_vec()));
        let bytes = written(letter);
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Boese")), "{text}");
    }

    #[test]
    fn media_types_that_are_none_become_bytes() {
        for (given, kept) in [
            ("application/pdf", "application/pdf"),
            ("text/plain; charset=utf-8", "text/plain"),
            ("", BYTES),
            ("pdf", BYTES),
            ("a b/c", BYTES),
            ("message/rfc822", BYTES),
            ("Multipart/mixed", BYTES),
        ] {
            assert_eq!(kind(given), kept, "{given}");
        }
    }
}
