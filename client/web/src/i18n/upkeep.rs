//! What the portal does by itself: e-mails, deadlines.

texts! {
    MAIL_FAILED: "Die Benachrichtigung konnte nicht zugestellt werden ({day}). Bitte prüfen Sie die Adresse und rufen Sie an." | "The notification could not be delivered ({day}). Please check the address and call.";
}
