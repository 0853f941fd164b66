//! The mails about another address: one to the new address, which is the user name from now on, and one to the
//! former, whose owner must hear of it too. That one does not say where the mailbox went: an address that somebody
//! gave up may be read by others.

use super::{Block, Facts, automatic_de, automatic_en, link};
use crypto_core::wire::api::Language;

pub(super) fn changed(language: Language, facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, address, .. } = facts;
    match language {
        Language::De => (
            format!("Neue Adresse Ihres Postfachs: {organisation}"),
            vec![
                Block::Paragraph("Guten Tag,".into()),
                Block::Paragraph(format!(
                    "Ihr Postfach bei {organisation} hat jetzt die Adresse {address}. Melden Sie sich ab jetzt mit \
                     dieser E-Mail-Adresse an:"
                )),
                Block::Link(link(facts)),
                Block::Paragraph(
                    "Ihr Kennwort, Ihre Nachrichten und Ihre Kontakte sind unverändert. Benachrichtigungen kommen an \
                     diese Adresse."
                        .into(),
                ),
                unasked_de(),
                automatic_de(),
            ],
        ),
        Language::En => (
            format!("New address of your mailbox: {organisation}"),
            vec![
                Block::Paragraph("Hello,".into()),
                Block::Paragraph(format!(
                    "your mailbox at {organisation} now has the address {address}. From now on, sign in with this \
                     e-mail address:"
                )),
                Block::Link(link(facts)),
                Block::Paragraph(
                    "Your password, your messages and your contacts are unchanged. Notifications come to this \
                     address."
                        .into(),
                ),
                unasked_en(),
                automatic_en(),
            ],
        ),
    }
}

pub(super) fn left(language: Language, facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, address, .. } = facts;
    match language {
        Language::De => (
            format!("Ihr Postfach hat eine andere Adresse: {organisation}"),
            vec![
                Block::Paragraph("Guten Tag,".into()),
                Block::Paragraph(format!(
                    "das Postfach bei {organisation} mit der Adresse {address} hat jetzt eine andere Adresse. Mit \
                     {address} kann sich niemand mehr anmelden, und Benachrichtigungen kommen hier nicht mehr an."
                )),
                unasked_de(),
                automatic_de(),
            ],
        ),
        Language::En => (
            format!("Your mailbox has another address: {organisation}"),
            vec![
                Block::Paragraph("Hello,".into()),
                Block::Paragraph(format!(
                    "the mailbox at {organisation} with the address {address} now has another address. Nobody can \
                     sign in with {address} any more, and notifications do not come here any more."
                )),
                unasked_en(),
                automatic_en(),
            ],
        ),
    }
}

fn unasked_de() -> Block {
    Block::Paragraph(
        "Haben Sie das nicht veranlasst? Dann rufen Sie bitte Ihre Ansprechperson an, unter einer Telefonnummer, die \
         Sie schon kennen."
            .into(),
    )
}

fn unasked_en() -> Block {
    Block::Paragraph(
        "You did not ask for this? Then please call your contact person, using a telephone number that you already \
         know."
            .into(),
    )
}
