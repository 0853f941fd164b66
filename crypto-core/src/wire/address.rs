//! E-mail addresses in the one canonical form that everything else uses (crypto.md, "Sign-in"):
//! NFC, case folded, the domain in IDNA's ASCII form (UTS 46, RFC 5890).

use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization;

/// A canonical e-mail address: `local@domain`, at most 254 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Address(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct AddressError;

const ADDRESS_BYTES: usize = 254;
const LOCAL_BYTES: usize = 64;
const FORBIDDEN_IN_LOCAL: &str = "\"(),:;<>@[\\]";

impl Address {
    /// Brings an address to canonical form.
    ///
    /// # Errors
    /// [`AddressError`] if it is none. Quoted local parts and address literals are refused.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > 4 * ADDRESS_BYTES {
            return Err(AddressError);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError)?;
        let local = canonical_local(local)?;
        let domain = canonical_domain(domain)?;
        let canonical = format!("{local}@{domain}");
        if canonical.len() > ADDRESS_BYTES { Err(AddressError) } else { Ok(Self(canonical)) }
    }

    /// The form for mails to it: the local part as it was written, since only its own mail server knows whether
    /// `ß` and `ss`, or `A` and `a`, are the same there (RFC 5321, section 2.4); the domain in ASCII.
    ///
    /// # Errors
    /// [`AddressError`] if the text is no address.
    pub fn deliverable(text: &str) -> Result<String, AddressError> {
        Self::parse(text)?;
        let (local, domain) = text.trim().rsplit_once('@').ok_or(AddressError)?;
        let deliverable = format!("{}@{}", local.nfc().collect::<String>(), canonical_domain(domain)?);
        if deliverable.len() > ADDRESS_BYTES { Err(AddressError) } else { Ok(deliverable) }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address as people write it: the domain with its umlauts, where it is written in common Latin letters alone
/// and leads back to the very same domain. Any other script stays in its ASCII form, so that no address looks
/// like another one.
pub fn shown(address: &str) -> String {
    let decoded = address.rsplit_once('@').and_then(|(local, ascii)| {
        let (domain, decoded) = idna::domain_to_unicode(ascii);
        let same = decoded.is_ok()
            && domain.chars().all(is_plain)
            && canonical_domain(&domain).is_ok_and(|again| again == ascii);
        same.then(|| format!("{local}@{domain}"))
    });
    decoded.unwrap_or_else(|| address.to_owned())
}

/// ASCII, and the letters of Latin-1 and Latin Extended-A that look like no other.
fn is_plain(c: char) -> bool {
    let confusable = matches!(c, 'ı' | 'ĸ' | 'ŀ' | 'ł' | 'ŋ' | 'þ' | 'ð' | 'đ' | 'ħ');
    c.is_ascii() || (matches!(c, '\u{df}'..='\u{17e}') && c.is_alphabetic() && !confusable)
}

fn canonical_local(local: &str) -> Result<String, AddressError> {
    let folded: String = caseless::default_case_fold_str(&local.nfc().collect::<String>()).nfc().collect();
    let fits = !folded.is_empty() && folded.len() <= LOCAL_BYTES;
    let dots = folded.starts_with('.') || folded.ends_with('.') || folded.contains("..");
    let bad =
        |c: char| c.is_whitespace() || c.is_control() || FORBIDDEN_IN_LOCAL.contains(c) || is_invisible(c);
    if !fits || dots || folded.chars().any(bad) { Err(AddressError) } else { Ok(folded) }
}

/// Format characters that would let two addresses look alike.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn canonical_domain(domain: &str) -> Result<String, AddressError> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError)?;
    let labels_fit = ascii.split('.').all(|label| !label.is_empty() && label.len() <= 63);
    if labels_fit && ascii.contains('.') { Ok(ascii) } else { Err(AddressError) }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    /// Addresses are kept out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(feature = "server")]
impl utoipa::PartialSchema for Address {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        super::ids::base64url_schema("an e-mail address; the server reads it in any case and form")
    }
}

#[cfg(feature = "server")]
impl utoipa::ToSchema for Address {}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Option<String> {
        Address::parse(text).ok().map(|address| address.0)
    }

    #[test]
    fn one_person_has_one_address() {
        let forms = [
            "Jürgen.Müller@Bücher.example",
            "JÜRGEN.MÜLLER@bücher.EXAMPLE",
            "ju\u{308}rgen.mu\u{308}ller@xn--bcher-kva.example",
        ];
        for form in forms {
            assert_eq!(canonical(form).as_deref(), Some("jürgen.müller@xn--bcher-kva.example"), "{form}");
        }
        assert_eq!(canonical(" a@b.example "), Some("a@b.example".into()));
    }

    #[test]
    fn mails_go_to_the_local_part_as_it_was_written() {
        let typed = " Jo\u{308}rg.Süß@Bäckerei.example";
        assert_eq!(canonical(typed).as_deref(), Some("jörg.süss@xn--bckerei-5wa.example"));
        assert_eq!(Address::deliverable(typed).as_deref(), Ok("Jörg.Süß@xn--bckerei-5wa.example"));
        assert!(Address::deliverable("a@b").is_err());
    }

    #[test]
    fn a_domain_is_shown_as_people_write_it_unless_it_could_look_like_another() {
        for (address, expected) in [
            ("Paula@xn--trger-hra.example", "Paula@träger.example"),
            ("a@b.example", "a@b.example"),
            // Cyrillic letters that look like Latin ones, alone and mixed; a dotless i; no punycode at all.
            ("a@xn--80ak6aa92e.com", "a@xn--80ak6aa92e.com"),
            ("a@xn--pple-43d.com", "a@xn--pple-43d.com"),
            ("a@xn--nstagram-skb.com", "a@xn--nstagram-skb.com"),
            ("a@xn--zzzzzz-.example", "a@xn--zzzzzz-.example"),
            ("kein Postfach", "kein Postfach"),
        ] {
            assert_eq!(shown(address), expected);
        }
        let shown = shown("Paula@xn--trger-hra.example");
        assert_eq!(canonical(&shown).as_deref(), Some("paula@xn--trger-hra.example"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@b.example", "a".repeat(65));
        let refused = [
            "",
            "a",
            "@b.example",
            "a@",
            "a@b",
            "a b@c.example",
            "a@b..example",
            "a..b@c.example",
            ".a@b.example",
            "a@[127.0.0.1]",
            "\"a\"@b.example",
            "a@b.example\r\nBcc: c@d.example",
            "a\u{202e}@b.example",
            "a\0@b.example",
            "<a@b.example>",
            long.as_str(),
        ];
        for text in refused {
            assert_eq!(canonical(text), None, "{text:?}");
        }
    }
}
