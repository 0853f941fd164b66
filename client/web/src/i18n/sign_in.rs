//! Start page, set-up, forgotten password.

texts! {
    TITLE: "Anmeldung" | "Sign in";
    WELCOME: "Willkommen beim KBS-Webmailer" | "Welcome to the KBS Webmailer";
    INTRODUCTION: "Hier tauschen Sie vertrauliche Nachrichten und Unterlagen mit der Deutschen Rentenversicherung Knappschaft-Bahn-See aus. Alles wird in Ihrem Browser verschlüsselt und ist nur für Sie und Ihren Kommunikationspartner lesbar." | "Here you exchange confidential messages and documents with the Deutsche Rentenversicherung Knappschaft-Bahn-See. Everything is encrypted in your browser and can be read only by you and the person you write to.";
    INTRODUCTION_INITIAL: "Für die erste Anmeldung benötigen Sie das Initial-Kennwort, das Ihnen Ihr Kommunikationspartner mitteilt." | "For the first sign-in you need the initial password that your contact gives you.";
    ADDRESS: "E-Mail-Adresse" | "E-mail address";
    PASSWORD: "Kennwort" | "Password";
    SIGN_IN: "Anmelden" | "Sign in";
    SIGNING_IN: "Sie werden angemeldet. Das dauert einen Moment." | "Signing you in. This takes a moment.";
    FORGOTTEN: "Kennwort vergessen?" | "Forgotten your password?";
    SIGNED_OUT: "Sie sind abgemeldet." | "You are signed out.";
    SIGNED_OUT_HERE: "Sie sind hier abgemeldet. Der Server war nicht zu erreichen: Dort endet die Sitzung von selbst, wenn {minutes} Minuten lang nichts geschieht. Lesen lässt sich damit nichts." | "You are signed out here. The server could not be reached: there the session ends by itself when nothing happens for {minutes} minutes. Nothing can be read with it.";
    SESSION_OVER: "Ihre Sitzung ist beendet: Sie waren längere Zeit nicht aktiv, oder sie wurde anderswo beendet. Was Sie begonnen haben, ist als Entwurf gesichert. Bitte melden Sie sich wieder an; Sie kommen dorthin zurück, wo Sie waren." | "Your session has ended: you were inactive for some time, or it was ended elsewhere. What you have begun is kept as a draft. Please sign in again; you will return to where you were.";
    SIGNED_OUT_ELSEWHERE: "Sie wurden in einem anderen Fenster abgemeldet." | "You were signed out in another window.";
    NEEDS_SIGN_IN: "Bitte melden Sie sich an, um diese Seite zu öffnen." | "Please sign in to open this page.";
    FORGOTTEN_TITLE: "Kennwort vergessen" | "Forgotten password";
    NOT_SET_UP: "Dieses Portal ist noch nicht eingerichtet." | "This portal is not set up yet.";
    NOT_SET_UP_TEXT: "Die Administration öffnet dazu den Einrichtungs-Link, den der Server beim ersten Start ausgibt." | "To do so, the administrator opens the set-up link that the server prints at its first start.";
    SETUP_TITLE: "Portal einrichten" | "Set up the portal";
    SETUP_TEXT: "In Ihrem Browser werden jetzt der Schlüssel der Organisation und Ihr Zugang als Administratorin oder Administrator erzeugt." | "Your browser now makes the key of the organisation and your account as administrator.";
    SETUP_ORGANISATION: "Name der Organisation" | "Name of the organisation";
    SETUP_NAME: "Ihr Name" | "Your name";
    SETUP_SUBMIT: "Portal einrichten" | "Set up the portal";
    SETUP_WORKING: "Die Schlüssel werden erzeugt. Das dauert einen Moment." | "Making the keys. This takes a moment.";
    SETUP_NO_TOKEN: "Der Einrichtungs-Link ist unvollständig. Bitte kopieren Sie ihn vollständig aus der Ausgabe des Servers." | "The set-up link is incomplete. Please copy all of it from the server's output.";
    RESTORE_TITLE: "Verwaltung wiederherstellen" | "Restore the administration";
    RESTORE_TEXT: "Mit dem Ausdruck des Schlüssels der Organisation entsteht hier ein neuer Zugang für die Verwaltung. Nehmen Sie eine E-Mail-Adresse, die in diesem Portal noch nie ein Postfach hatte. Beenden Sie danach unter Verwaltung, Personen die Zugänge, in die niemand mehr hineinkommt." | "With the printed copy of the organisation's key a new administrator's account is made here. Take an e-mail address that never had a mailbox in this portal. Afterwards end the accounts that nobody can get into any more under Administration, People.";
    RESTORE_SUBMIT: "Zugang erzeugen" | "Make the account";
    RESTORE_FAILED: "Der Link für die neue Administration ist nicht mehr gültig. Bitte lassen Sie sich einen neuen geben; er gilt 24 Stunden." | "The link for a new administrator is not valid any more. Please have another one made; it is good for 24 hours.";
    SETUP_DONE: "Dieses Portal ist bereits eingerichtet. Sie können sich anmelden." | "This portal has been set up. You can sign in.";
    ROOT_TITLE: "Schlüssel der Organisation sichern" | "Keep the key of the organisation safe";
    ROOT_TEXT: "Das Portal ist eingerichtet. Drucken Sie den Schlüssel der Organisation jetzt aus und verwahren Sie ihn in einem Tresor. Wer ihn hat, kann ihn später in der Verwaltung noch einmal anzeigen; der Server kennt ihn nicht. Mit ihm lässt sich die Verwaltung des Portals wiederherstellen; Nachrichten lassen sich damit nicht lesen." | "The portal is set up. Print the key of the organisation now and lock it away in a safe. Whoever has it can show it again later under Administration; the server does not know it. It can restore the administration of the portal; it cannot read messages.";
    ROOT_COPY: "Schlüssel der Organisation" | "Key of the organisation";
    ROOT_PRINT: "Schlüssel drucken" | "Print the key";
    ROOT_CONFIRM: "Ich habe den Schlüssel ausgedruckt oder an einem sicheren Ort notiert." | "I have printed the key or written it down in a safe place.";
    ROOT_CONFIRM_NEEDED: "Bitte bestätigen Sie zuerst, dass der Schlüssel sicher verwahrt ist." | "Please confirm first that the key is kept safe.";
    ROOT_CONTINUE: "Weiter zum Postfach" | "Continue to the mailbox";
    ROOT_PAPER: "Mit diesem Schlüssel lässt sich die Verwaltung des Portals wiederherstellen; Nachrichten lassen sich damit nicht lesen." | "This key can restore the administration of the portal; it cannot read messages.";
    ROOT_PRINT_WARNING: "Streng vertraulich. Im Tresor verwahren." | "Strictly confidential. Keep in a safe.";
}
