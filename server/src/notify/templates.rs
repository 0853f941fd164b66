//! What the mails say: German or English, as text and as HTML from one list of blocks. None has a place for
//! a subject, a sender or any content of a message.

mod deadlines;
mod moved;
mod requested;
mod reset;

use crypto_core::wire::api::Language;
use crypto_core::wire::records::MailTemplate;

/// What a mail may name.
pub(super) struct Facts<'a> {
    /// The organisation.
    pub(super) organisation: &'a str,
    /// The portal, with no slash at the end.
    pub(super) portal: &'a str,
    /// The reader's own.
    pub(super) address: &'a str,
    /// Address of whoever reset the account, if that is what the mail is about.
    pub(super) reset_by: &'a str,
    /// Until messages are deleted.
    pub(super) retention_days: u32,
    /// Until an unused initial password ends.
    pub(super) initial_password_days: u32,
    /// Without a sign-in until an account ends.
    pub(super) inactivity_days: u32,
}

/// A mail without its envelope.
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

enum Block {
    Paragraph(String),
    Link(String),
    List(Vec<String>),
}

/// Writes a mail.
pub(super) fn render(template: MailTemplate, language: Language, facts: &Facts<'_>) -> Rendered {
    let organisation = one_line(facts.organisation);
    let facts = Facts { organisation: &organisation, ..*facts };
    let (subject, blocks) = match (template, language) {
        (MailTemplate::Initial, Language::De) => initial_de(&facts),
        (MailTemplate::Initial, Language::En) => initial_en(&facts),
        (MailTemplate::NewMessage, Language::De) => new_message_de(&facts),
        (MailTemplate::NewMessage, Language::En) => new_message_en(&facts),
        (MailTemplate::Reminder, language) => deadlines::reminder(language, &facts),
        (MailTemplate::InactiveFirst, language) => deadlines::inactive(language, &facts, 30),
        (MailTemplate::InactiveLast, language) => deadlines::inactive(language, &facts, 7),
        (MailTemplate::SecondFactorReset, Language::De) => second_factor_reset_de(&facts),
        (MailTemplate::SecondFactorReset, Language::En) => second_factor_reset_en(&facts),
        (MailTemplate::Reset, Language::De) => reset::reset_de(&facts),
        (MailTemplate::Reset, Language::En) => reset::reset_en(&facts),
        (MailTemplate::PasswordRequested, Language::De) => requested::requested_de(&facts),
        (MailTemplate::PasswordRequested, Language::En) => requested::requested_en(&facts),
        (MailTemplate::AddressChanged, language) => moved::changed(language, &facts),
        (MailTemplate::AddressLeft, language) => moved::left(language, &facts),
    };
    Rendered { text: text(&blocks), html: html(&subject, language, &blocks), subject }
}

fn initial_de(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, address, retention_days, initial_password_days, .. } = facts;
    let subject = format!("Ihr Postfach für vertrauliche Nachrichten: {organisation}");
    // The mailbox is made before the first message is sent: only the next mail tells of one.
    let reason = format!(
        "{organisation} hat für Sie ein Postfach eingerichtet, um vertrauliche Nachrichten verschlüsselt mit Ihnen \
         auszutauschen:"
    );
    let blocks = vec![
        Block::Paragraph("Guten Tag,".into()),
        Block::Paragraph(reason),
        Block::Link(link(facts)),
        Block::Paragraph("So melden Sie sich an:".into()),
        Block::List(vec![
            format!("Ihr Benutzername ist Ihre E-Mail-Adresse: {address}"),
            format!(
                "Ihr Initial-Kennwort erhalten Sie auf einem anderen Weg, zum Beispiel per Telefon oder Brief. Es \
                 gilt {initial_password_days} Tage, wenn Sie sich nicht anmelden."
            ),
        ]),
        Block::Paragraph(format!(
            "Nachrichten werden {retention_days} Tage nach der Zustellung gelöscht. Bitte speichern Sie vorher, was \
             Sie länger brauchen."
        )),
        Block::Paragraph(
            "Haben Sie diese E-Mail nicht erwartet? Dann melden Sie sich nicht an und geben Sie nirgends ein Kennwort \
             ein. Fragen Sie bitte bei Ihrer Ansprechperson nach, unter einer Telefonnummer, die Sie schon kennen."
                .into(),
        ),
        automatic_de(),
    ];
    (subject, blocks)
}

fn initial_en(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, address, retention_days, initial_password_days, .. } = facts;
    let subject = format!("Your mailbox for confidential messages: {organisation}");
    let reason = format!(
        "{organisation} has set up a mailbox for you, to exchange confidential, encrypted messages with you:"
    );
    let blocks = vec![
        Block::Paragraph("Hello,".into()),
        Block::Paragraph(reason),
        Block::Link(link(facts)),
        Block::Paragraph("How to sign in:".into()),
        Block::List(vec![
            format!("Your user name is your e-mail address: {address}"),
            format!(
                "You will receive your initial password in another way, for example by telephone or letter. It is \
                 valid for {initial_password_days} days if you do not sign in."
            ),
        ]),
        Block::Paragraph(format!(
            "Messages are deleted {retention_days} days after delivery. Please save beforehand what you need for \
             longer."
        )),
        Block::Paragraph(
            "You did not expect this e-mail? Then do not sign in, and do not enter a password anywhere. Please ask \
             your contact person, using a telephone number that you already know."
                .into(),
        ),
        automatic_en(),
    ];
    (subject, blocks)
}

fn new_message_de(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, retention_days, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Guten Tag,".into()),
        Block::Paragraph(format!(
            "in Ihrem Postfach bei {organisation} liegt eine neue vertrauliche Nachricht:"
        )),
        Block::Link(link(facts)),
        Block::Paragraph("Melden Sie sich mit Ihrer E-Mail-Adresse und Ihrem Kennwort an.".into()),
        Block::Paragraph(format!(
            "Nachrichten werden {retention_days} Tage nach der Zustellung gelöscht. Bitte speichern Sie vorher, was \
             Sie länger brauchen."
        )),
        automatic_de(),
    ];
    (format!("Neue vertrauliche Nachricht: {organisation}"), blocks)
}

fn new_message_en(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, retention_days, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Hello,".into()),
        Block::Paragraph(format!("there is a new confidential message in your mailbox at {organisation}:")),
        Block::Link(link(facts)),
        Block::Paragraph("Please sign in with your e-mail address and your password.".into()),
        Block::Paragraph(format!(
            "Messages are deleted {retention_days} days after delivery. Please save beforehand what you need for \
             longer."
        )),
        automatic_en(),
    ];
    (format!("New confidential message: {organisation}"), blocks)
}

fn second_factor_reset_de(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Guten Tag,".into()),
        Block::Paragraph(format!(
            "die Administration von {organisation} hat den zweiten Faktor Ihres Postfachs zurückgesetzt. Ihr \
             Kennwort und Ihre Nachrichten sind unverändert."
        )),
        Block::Paragraph(
            "Bitte richten Sie nach der nächsten Anmeldung im Menü unter „Zweiter Faktor“ einen neuen ein:".into(),
        ),
        Block::Link(link(facts)),
        Block::Paragraph(
            "Haben Sie das nicht veranlasst? Dann rufen Sie bitte die Administration an, unter einer Telefonnummer, \
             die Sie schon kennen."
                .into(),
        ),
        automatic_de(),
    ];
    (format!("Zweiter Faktor zurückgesetzt: {organisation}"), blocks)
}

fn second_factor_reset_en(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Hello,".into()),
        Block::Paragraph(format!(
            "the administrators of {organisation} have reset the second factor of your mailbox. Your password and \
             your messages are unchanged."
        )),
        Block::Paragraph(
            "After your next sign-in, please set up a new one in the menu under “Second factor”:".into(),
        ),
        Block::Link(link(facts)),
        Block::Paragraph(
            "You did not ask for this? Then please call the administrators, using a telephone number that you \
             already know."
                .into(),
        ),
        automatic_en(),
    ];
    (format!("Second factor reset: {organisation}"), blocks)
}

fn link(facts: &Facts<'_>) -> String {
    format!("{}/", facts.portal)
}

fn automatic_de() -> Block {
    Block::Paragraph("Diese E-Mail wurde automatisch versandt. Bitte antworten Sie nicht darauf.".into())
}

fn automatic_en() -> Block {
    Block::Paragraph("This e-mail was sent automatically. Please do not reply to it.".into())
}

/// A name that could hold anything, on one line.
fn one_line(name: &str) -> String {
    let visible: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(blocks: &[Block]) -> String {
    let paragraphs = blocks.iter().map(|block| match block {
        Block::Paragraph(text) | Block::Link(text) => format!("{text}\r\n\r\n"),
        Block::List(items) => items.iter().map(|item| format!("* {item}\r\n")).collect::<String>() + "\r\n",
    });
    paragraphs.collect()
}

fn html(subject: &str, language: Language, blocks: &[Block]) -> String {
    let lang = match language {
        Language::De => "de",
        Language::En => "en",
    };
    let body: String = blocks.iter().map(html_block).collect();
    let title = escape(subject);
    format!(
        "<!DOCTYPE html>\r\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\r\n\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em\">\r\n{body}</body></html>\r\n"
    )
}

fn html_block(block: &Block) -> String {
    match block {
        Block::Paragraph(text) => format!("<p>{}</p>\r\n", escape(text)),
        Block::Link(url) => format!("<p><a href=\"{url}\">{url}</a></p>\r\n", url = escape(url)),
        Block::List(items) => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>\r\n", escape(item))).collect();
            format!("<ul>\r\n{items}</ul>\r\n")
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts<'_> = Facts {
        organisation: "Amt <b>&\"Söhne\"\r\nBcc:\u{7} x@y.example",
        portal: "https://portal.example",
        address: "o'hara@b.example",
        reset_by: "sommer@amt.example",
        retention_days: 61,
        initial_password_days: 29,
        inactivity_days: 364,
    };

    #[test]
    fn every_mail_names_the_organisation_and_the_portal() {
        let all = [
            (MailTemplate::Initial, "61"),
            (MailTemplate::NewMessage, "61"),
            (MailTemplate::Reminder, "61"),
            (MailTemplate::InactiveFirst, "364"),
            (MailTemplate::InactiveLast, "364"),
        ];
        for (template, days) in all {
            for language in [Language::De, Language::En] {
                let mail = render(template, language, &FACTS);
                for whole in [&mail.text, &mail.html] {
                    assert!(whole.contains("https://portal.example/"), "{whole}");
                    assert!(whole.contains(days), "{whole}");
                }
                assert!(mail.text.contains("Amt <b>&\"Söhne\" Bcc: x@y.example"));
                assert!(mail.html.contains("Amt &lt;b&gt;&amp;&quot;Söhne&quot; Bcc: x@y.example"));
                assert!(!mail.subject.contains(['\r', '\n']));
            }
        }
    }

    #[test]
    fn who_was_reset_is_told_by_whom() {
        for language in [Language::De, Language::En] {
            let mail = render(MailTemplate::Reset, language, &FACTS);
            for whole in [&mail.text, &mail.html] {
                assert!(whole.contains("sommer@amt.example") && whole.contains("29"), "{whole}");
                assert!(whole.contains("https://portal.example/"), "{whole}");
            }
        }
    }

    #[test]
    fn who_may_issue_a_password_is_told_what_to_check_and_not_who_asks() {
        for (language, said) in [(Language::De, "rufen Sie"), (Language::En, "call")] {
            let mail = render(MailTemplate::PasswordRequested, language, &FACTS);
            for whole in [&mail.text, &mail.html] {
                assert!(whole.contains(said) && whole.contains("https://portal.example/"), "{whole}");
            }
        }
    }

    #[test]
    fn the_mail_of_a_reset_says_what_was_reset_and_what_to_do() {
        let template = MailTemplate::SecondFactorReset;
        let de = render(template, Language::De, &FACTS);
        let en = render(template, Language::En, &FACTS);
        for (mail, said) in [(&de, "zweiten Faktor"), (&de, "nicht veranlasst"), (&en, "second factor")] {
            assert!(mail.text.contains(said), "{said}");
            assert!(mail.html.contains("https://portal.example/"));
        }
    }

    #[test]
    fn who_has_another_address_is_told_at_both_and_the_former_does_not_name_the_new_one() {
        for (language, said) in [(Language::De, "Ihr Kennwort"), (Language::En, "Your password")] {
            let mail = render(MailTemplate::AddressChanged, language, &FACTS);
            for whole in [&mail.text, &mail.html] {
                assert!(whole.contains(said) && whole.contains("https://portal.example/"), "{whole}");
            }
            assert!(mail.text.contains(FACTS.address));
            let mail = render(MailTemplate::AddressLeft, language, &FACTS);
            assert!(mail.text.contains(FACTS.address) && !mail.text.contains("https://"), "{}", mail.text);
        }
    }

    #[test]
    fn the_initial_mail_says_how_to_sign_in() {
        let de = render(MailTemplate::Initial, Language::De, &FACTS);
        for said in
            ["ein Postfach eingerichtet", "o'hara@b.example", "Initial-Kennwort", "29 Tage", "nicht erwartet"]
        {
            assert!(de.text.contains(said), "{said}");
        }
        assert!(de.html.contains("o&#39;hara@b.example"));
        assert!(de.html.contains("<html lang=\"de\">"));
        let en = render(MailTemplate::Initial, Language::En, &FACTS);
        for said in ["set up a mailbox for you", "initial password", "29 days", "did not expect"] {
            assert!(en.text.contains(said), "{said}");
        }
    }
}
