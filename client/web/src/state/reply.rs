//! The beginning of an answer, and of a message that hands another one on.

use crate::i18n::mail;
use client_bridge::{Draft, Message};
use crypto_core::wire::api::Language;

const ANSWERED: [&str; 3] = ["aw:", "re:", "antw:"];
const FORWARDED: [&str; 4] = ["wg:", "fw:", "fwd:", "wtr:"];

/// Whom an answer goes to: the sender, or in whose name they wrote, who outlasts a deputy; of one's own message,
/// those it went to.
pub(crate) fn recipients(message: &Message, own_address: &str) -> Vec<String> {
    let owner = message.on_behalf_of.as_ref().filter(|it| !it.address.eq_ignore_ascii_case(own_address));
    if let Some(owner) = owner.filter(|_| !message.from.address.eq_ignore_ascii_case(own_address)) {
        vec![owner.address.clone()]
    } else if message.from.address.eq_ignore_ascii_case(own_address) {
        message.to.iter().map(|person| person.address.clone()).collect()
    } else {
        vec![message.from.address.clone()]
    }
}

/// A draft that answers `message`; `heading` says who wrote when.
pub(crate) fn draft(message: &Message, own_address: &str, heading: &str, language: Language) -> Draft {
    Draft {
        to: recipients(message, own_address),
        subject: subject(&message.subject, &ANSWERED, mail::REPLY_PREFIX.in_language(language)),
        text: format!("\n\n{heading}\n\n{}", quote(&message.text)),
        attachments: Vec::new(),
        in_reply_to: Some(message.message),
        on_behalf_of: message.for_whom.as_ref().map(|(owner, _)| *owner),
        lacking: Vec::new(),
    }
}

/// A draft that hands `message` on to somebody still to be named; `heading` says who wrote to whom and when. It is no
/// part of the conversation, which whoever gets it does not know.
pub(crate) fn forwarded(message: &Message, heading: &str, language: Language) -> Draft {
    Draft {
        subject: subject(&message.subject, &FORWARDED, mail::FORWARD_PREFIX.in_language(language)),
        text: format!("\n\n{heading}\n\n{}", quote(&message.text)),
        ..Draft::default()
    }
}

/// Whether a subject says that the message hands another one on.
pub(crate) fn is_forwarded(subject: &str) -> bool {
    begins_with(subject, &FORWARDED)
}

fn begins_with(subject: &str, known: &[&str]) -> bool {
    let lower = subject.trim_start().to_lowercase();
    known.iter().any(|prefix| lower.starts_with(prefix))
}

fn subject(of: &str, known: &[&str], prefix: &str) -> String {
    if begins_with(of, known) { of.into() } else { format!("{prefix}{of}") }
}

fn quote(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { ">\n".into() } else { format!("> {line}\n") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_gets_one_prefix() {
        assert_eq!(subject("Antrag", &ANSWERED, "AW: "), "AW: Antrag");
        assert_eq!(subject("Re: Antrag", &ANSWERED, "AW: "), "Re: Antrag");
        assert_eq!(subject("AW: Antrag", &FORWARDED, "WG: "), "WG: AW: Antrag");
        assert_eq!(subject("Fwd: Antrag", &FORWARDED, "WG: "), "Fwd: Antrag");
    }

    #[test]
    fn every_line_is_quoted() {
        assert_eq!(quote("a\n\n> b"), "> a\n>\n> > b\n");
    }
}
