//! The mail to those who may issue a new initial password: somebody asks for one. Who it is, only the portal says.

use super::{Block, Facts, automatic_de, automatic_en, link};

pub(super) fn requested_de(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Guten Tag,".into()),
        Block::Paragraph(format!(
            "im Portal von {organisation} hat jemand ein neues Kennwort angefordert, und Sie können es ausstellen. Wer \
             es ist, sehen Sie nach der Anmeldung unter „Eingeladene“:"
        )),
        Block::Link(link(facts)),
        Block::Paragraph(
            "Bitte rufen Sie die Person vorher an, unter einer Telefonnummer, die Sie schon kennen: Anfordern kann ein \
             Kennwort jeder, der die Adresse kennt."
                .into(),
        ),
        automatic_de(),
    ];
    (format!("Neues Kennwort angefordert: {organisation}"), blocks)
}

pub(super) fn requested_en(facts: &Facts<'_>) -> (String, Vec<Block>) {
    let Facts { organisation, .. } = facts;
    let blocks = vec![
        Block::Paragraph("Hello,".into()),
        Block::Paragraph(format!(
            "somebody has asked for a new password at the portal of {organisation}, and you can issue it. After signing \
             in you see who it is under “Invited”:"
        )),
        Block::Link(link(facts)),
        Block::Paragraph(
            "Please call the person first, using a telephone number that you already know: anybody who knows the \
             address can ask for a password."
                .into(),
        ),
        automatic_en(),
    ];
    (format!("New password requested: {organisation}"), blocks)
}
