//! Invitations, initial passwords, administration.

texts! {
    STAFF: "Verwaltung" | "Administration";
    STAFF_TITLE: "Beschäftigte einladen" | "Invite staff";
    STAFF_TEXT: "Beschäftigte der KBS erhalten ein Postfach mit Initial-Kennwort, wie Partner auch. Name und Organisationseinheit erscheinen in ihren Nachrichten." | "KBS staff get a mailbox with an initial password, as partners do. Name and unit appear in their messages.";
    NAME: "Name" | "Name";
    UNIT: "Organisationseinheit" | "Unit";
    INVITE: "Einladen" | "Invite";
    INVITED_LIST: "Eingeladene" | "Invited";
    INVITED_TEXT: "Wen Sie eingeladen haben, und wann die erste Anmeldung war." | "Whom you invited, and when they first signed in.";
    INVITED_EMPTY: "Sie haben noch niemanden eingeladen. Ein Postfach legen Sie an, indem Sie eine Nachricht an eine neue Adresse schreiben." | "You have not invited anybody yet. You make a mailbox by writing a message to a new address.";
    INVITED_EMPTY_ADMIN: "Sie haben noch niemanden eingeladen." | "You have not invited anybody yet.";
    COLUMN_ROLE: "Rolle" | "Role";
    COLUMN_INVITED: "Eingeladen am" | "Invited on";
    COLUMN_FIRST_SIGN_IN: "Erste Anmeldung" | "First sign-in";
    NOT_YET: "noch nicht" | "not yet";
    ROLE_PARTNER: "Partner" | "Partner";
    ROLE_STAFF: "KBS" | "KBS staff";
    ROLE_ADMINISTRATOR: "Administration" | "Administrator";
    ROLE_OTHER: "Organisation" | "Organisation";
    KEYS_RENEWED: "{person}: Schlüssel oder Vertretung wurden geändert, zum Beispiel bei der ersten Anmeldung." | "{person}: keys or deputies were changed, for example at the first sign-in.";
    INITIAL_TITLE: "Das Postfach ist angelegt" | "The mailbox is made";
    INITIAL_TEXT: "Teilen Sie das Initial-Kennwort für {address} per Telefon oder Brief mit, nicht per E-Mail. Es wird nur dieses eine Mal angezeigt." | "Pass on the initial password for {address} by phone or letter, not by e-mail. It is shown only this once.";
    INITIAL_PASSWORD: "Initial-Kennwort" | "Initial password";
    PRINT_LANGUAGE: "Sprache des Briefs" | "Language of the letter";
    PRINT_LETTER: "Brief drucken" | "Print letter";
    INITIAL_DONE: "Ich habe das Initial-Kennwort weitergegeben oder gedruckt" | "I have passed on or printed the initial password";
}
