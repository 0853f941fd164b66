//! Reading the mails that the portal sends, as a person's mail program does.

use mailparse::ParsedMail;

/// Every text of a mail, transfer encodings undone, its parts one after the other.
///
/// # Panics
/// If it is no mail.
pub fn texts(raw: &[u8]) -> String {
    let mail = mailparse::parse_mail(raw).expect("a mail");
    mail.parts().filter(|part| part.subparts.is_empty()).filter_map(body).collect::<Vec<_>>().join("\n")
}

/// The first link in a mail that starts with this.
pub fn link(raw: &[u8], start: &str) -> Option<String> {
    let text = texts(raw);
    let rest = text.get(text.find(start)?..)?;
    let end = rest.find(|c: char| c.is_whitespace() || "\"<>'".contains(c)).unwrap_or(rest.len());
    rest.get(..end).map(String::from)
}

fn body(part: &ParsedMail<'_>) -> Option<String> {
    part.get_body().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfer_encodings_are_undone() {
        let raw = b"Subject: x\r\nContent-Type: multipart/alternative;\r\n boundary=\"b\"\r\n\r\n--b\r\n\
            Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nf=C3=BCr http://x=\r\n/y\r\n--b\r\n\
            Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nZsO8\r\ncg==\r\n--b--\r\n";
        let text = texts(raw);
        assert!(text.starts_with("für http://x/y"), "{text}");
        assert!(text.contains("\nfür"), "{text}");
        assert_eq!(link(raw, "http://x").as_deref(), Some("http://x/y"));
    }
}
