//! Mails about what is going to end: a message that nobody opened, an account that nobody uses.

use super::{Block, Facts, automatic_de, automatic_en, link};
use crypto_core::wire::api::Language;

/// A message that was never opened ends in about a week.
pub(super) fn reminder(language: Language, facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, retention_days, .. } = facts;
    match language {
        Language::De => (
            format!("Ungelesene Nachricht wird bald gelöscht: {organisation}"),
            vec![
                Block::Paragraph("Guten Tag,".into()),
                Block::Paragraph(format!(
                    "in Ihrem Postfach bei {organisation} liegt mindestens eine vertrauliche Nachricht, die Sie noch \
                     nicht geöffnet haben. Sie wird in etwa 7 Tagen gelöscht:"
                )),
                Block::Link(link(facts)),
                Block::Paragraph(format!(
                    "Nachrichten werden {retention_days} Tage nach der Zustellung gelöscht. Bitte lesen und speichern \
                     Sie vorher, was Sie länger brauchen."
                )),
                Block::Paragraph(
                    "Solche Erinnerungen können Sie im Portal abschalten, im Menü neben Ihrer E-Mail-Adresse.".into(),
                ),
                automatic_de(),
            ],
        ),
        Language::En => (
            format!("Unread message about to be deleted: {organisation}"),
            vec![
                Block::Paragraph("Hello,".into()),
                Block::Paragraph(format!(
                    "there is at least one confidential message in your mailbox at {organisation} that you have not \
                     opened yet. It will be deleted in about 7 days:"
                )),
                Block::Link(link(facts)),
                Block::Paragraph(format!(
                    "Messages are deleted {retention_days} days after delivery. Please read and save beforehand what \
                     you need for longer."
                )),
                Block::Paragraph(
                    "You can switch such reminders off on the portal, in the menu beside your e-mail address.".into(),
                ),
                automatic_en(),
            ],
        ),
    }
}

/// The account ends unless somebody signs in.
pub(super) fn inactive(language: Language, facts: &Facts<'_>, left_days: u32) -> (String, Vec<Block>) {
    let Facts { organisation, inactivity_days, address, .. } = facts;
    match language {
        Language::De => (
            format!("Ihr Postfach wird in {left_days} Tagen gelöscht: {organisation}"),
            vec![
                Block::Paragraph("Guten Tag,".into()),
                Block::Paragraph(format!(
                    "im Postfach {address} bei {organisation} hat sich seit langer Zeit niemand angemeldet. Postfächer, \
                     die {inactivity_days} Tage nicht benutzt werden, werden mit ihrem Inhalt gelöscht. Ihres wird in \
                     {left_days} Tagen gelöscht, wenn Sie sich vorher nicht anmelden:"
                )),
                Block::Link(link(facts)),
                Block::Paragraph("Brauchen Sie das Postfach nicht mehr? Dann müssen Sie nichts tun.".into()),
                automatic_de(),
            ],
        ),
        Language::En => (
            format!("Your mailbox will be deleted in {left_days} days: {organisation}"),
            vec![
                Block::Paragraph("Hello,".into()),
                Block::Paragraph(format!(
                    "nobody has signed in to the mailbox {address} at {organisation} for a long time. Mailboxes that \
                     are not used for {inactivity_days} days are deleted with all they hold. Yours will be deleted in \
                     {left_days} days unless you sign in before:"
                )),
                Block::Link(link(facts)),
                Block::Paragraph("If you do not need the mailbox any more, there is nothing to do.".into()),
                automatic_en(),
            ],
        ),
    }
}
