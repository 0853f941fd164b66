//! The mail to somebody who got a new initial password: by whom.

use super::{Block, Facts, automatic_de, automatic_en, link};

pub(super) fn reset_de(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, reset_by, initial_password_days, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Guten Tag,".into()),
        Block::Paragraph(format!(
            "für Ihr Postfach bei {organisation} wurden ein neues Initial-Kennwort und neue Schlüssel ausgestellt, und \
             zwar von {reset_by}. Ihr bisheriges Kennwort gilt nicht mehr."
        )),
        Block::Link(link(facts)),
        Block::List(vec![
            format!(
                "Das Initial-Kennwort erhalten Sie auf einem anderen Weg, zum Beispiel per Telefon oder Brief. Es gilt \
                 {initial_password_days} Tage, wenn Sie sich nicht anmelden."
            ),
            "Vergeben Sie nach der Anmeldung gleich ein eigenes Passwort. Danach kann Ihre Ansprechperson Ihre früheren \
             Nachrichten wieder zugänglich machen."
                .into(),
        ]),
        Block::Paragraph(
            "Haben Sie das nicht veranlasst? Dann melden Sie sich bitte sofort bei Ihrer Ansprechperson, unter einer \
             Telefonnummer, die Sie schon kennen."
                .into(),
        ),
        automatic_de(),
    ];
    (format!("Neues Initial-Kennwort für Ihr Postfach: {organisation}"), blocks)
}

pub(super) fn reset_en(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, reset_by, initial_password_days, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Hello,".into()),
        Block::Paragraph(format!(
            "a new initial password and new keys were issued for your mailbox at {organisation}, by {reset_by}. Your \
             previous password no longer works."
        )),
        Block::Link(link(facts)),
        Block::List(vec![
            format!(
                "You will receive the initial password in another way, for example by telephone or letter. It is valid \
                 for {initial_password_days} days if you do not sign in."
            ),
            "Choose a password of your own as soon as you have signed in. Your contact person can then make your \
             earlier messages accessible again."
                .into(),
        ]),
        Block::Paragraph(
            "Was this not at your request? Then please tell your contact person at once, using a telephone number that \
             you already know."
                .into(),
        ),
        automatic_en(),
    ];
    (format!("New initial password for your mailbox: {organisation}"), blocks)
}
