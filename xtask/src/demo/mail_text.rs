//! A kept mail as a person reads it: sender, recipient, subject and text, decoded.

use anyhow::{Context as _, Result};
use mailparse::{MailHeaderMap as _, ParsedMail};

/// What the page shows of a mail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) date: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Mail {
    /// Reads the bytes of an .eml file.
    ///
    /// # Errors
    /// When they are no mail.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let mail = mailparse::parse_mail(bytes).context("The file is no mail.")?;
        let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
        let text = plain_text(&mail)?.unwrap_or_default();
        Ok(Self {
            date: header("Date"),
            from: header("From"),
            to: header("To"),
            subject: header("Subject"),
            text,
        })
    }
}

/// The first part that is plain text.
fn plain_text(mail: &ParsedMail<'_>) -> Result<Option<String>> {
    if mail.subparts.is_empty() {
        let is_plain = mail.ctype.mimetype.eq_ignore_ascii_case("text/plain");
        return is_plain.then(|| mail.get_body().context("A part of the mail is damaged.")).transpose();
    }
    for part in &mail.subparts {
        if let Some(text) = plain_text(part)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: Portal <portal@kbs.example>\r\nTo: p@firma.example\r\n\
        Subject: =?utf-8?B?TmV1ZSBOYWNocmljaHQgZsO8ciBTaWU=?=\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Gr=C3=BC=C3=9Fe http://localhost:8080/=\r\n#a\r\n\
        --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hallo</p>\r\n--x--\r\n";

    #[test]
    fn a_mail_is_decoded() {
        let mail = Mail::parse(MAIL.as_bytes()).unwrap();
        assert_eq!(mail.to, "p@firma.example");
        assert_eq!(mail.subject, "Neue Nachricht für Sie");
        assert_eq!(mail.text.trim(), "Grüße http://localhost:8080/#a");
    }

    #[test]
    fn a_mail_without_text_is_shown_empty() {
        assert_eq!(Mail::parse(b"Subject: a\r\nContent-Type: text/html\r\n\r\n<p>").unwrap().text, "");
    }
}
