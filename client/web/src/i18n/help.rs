//! Pages for everybody: how the portal works, imprint, data protection, accessibility, easy language.

texts! {
    HELP: "So funktioniert der KBS-Webmailer" | "How the KBS Webmailer works";
    HELP_LINK: "So funktioniert es" | "How it works";
    WHAT: "Mit dem KBS-Webmailer tauschen Sie vertrauliche Nachrichten mit und ohne Anhang mit der Deutschen Rentenversicherung Knappschaft-Bahn-See aus. Alles wird in Ihrem Browser verschlüsselt. Sie brauchen dafür nur einen aktuellen Browser; die Nutzung ist kostenlos." | "With the KBS Webmailer you exchange confidential messages, with and without attachments, with the Deutsche Rentenversicherung Knappschaft-Bahn-See. Everything is encrypted in your browser. A current browser is all you need; its use is free of charge.";
    PROCEDURE: "Das Verfahren" | "The procedure";
    MAIL_TITLE: "Initiale E-Mail" | "Initial e-mail";
    MAIL_TEXT: "Sie erhalten von uns eine E-Mail mit dem Link auf dieses Portal. Damit ist Ihr persönliches Postfach angelegt. Ihr Benutzername ist Ihre E-Mail-Adresse." | "You receive an e-mail from us with the link to this portal. Your personal mailbox exists from then on. Your user name is your e-mail address.";
    PASSWORD_TITLE: "Initial-Kennwort" | "Initial password";
    PASSWORD_TEXT: "Ihr Kommunikationspartner teilt Ihnen das Initial-Kennwort getrennt davon mit, am Telefon oder im Brief." | "Your contact tells you the initial password separately, by telephone or letter.";
    SIGN_IN_TITLE: "Anmeldung" | "Sign-in";
    SIGN_IN_TEXT: "Melden Sie sich mit E-Mail-Adresse und Initial-Kennwort an und wählen Sie ein eigenes Passwort. Danach können nur noch Sie Ihr Postfach öffnen." | "Sign in with your e-mail address and the initial password, and choose a password of your own. After that only you can open your mailbox.";
    MAILBOX_TITLE: "Postfach" | "Mailbox";
    MAILBOX_TEXT: "Lesen, antworten, Unterlagen speichern und senden. Liegt etwas Neues für Sie bereit, erhalten Sie eine E-Mail ohne vertraulichen Inhalt." | "Read, answer, save and send documents. When something new is there for you, you get an e-mail without confidential content.";
    WRITE: "Schreiben und Dokumente anhängen" | "Writing, and attaching documents";
    WRITE_1: "Wählen Sie „Neue Nachricht“ oder in einer Nachricht „Antworten“." | "Choose “New message”, or “Reply” in a message.";
    WRITE_2: "Geben Sie bei „An“ die Person an, der Sie schreiben, dazu Betreff und Text." | "Under “To”, name the person you write to; add subject and text.";
    WRITE_3: "Fügen Sie Dokumente mit „Anhang hinzufügen“ an oder ziehen Sie sie in das Feld." | "Add documents by “Add attachment”, or drag them into the field.";
    WRITE_4: "Wählen Sie „Senden“. Was Sie angefangen haben, bleibt unter „Entwürfe“ erhalten." | "Choose “Send”. What you have begun is kept under “Drafts”.";
    LEAVE: "Passwort ändern und abmelden" | "Changing the password, and signing out";
    LEAVE_TEXT: "Beides finden Sie im Menü am Pfeil neben Ihrer E-Mail-Adresse, oben rechts: „Passwort ändern“ und „Abmelden“." | "Both are in the menu at the arrow beside your e-mail address, at the top right: “Change password” and “Sign out”.";
    FORGOTTEN_TEXT: "Haben Sie Ihr Kennwort vergessen, wählen Sie auf der Startseite unter dem roten Anmelde-Button „Kennwort vergessen?“." | "If you have forgotten your password, choose “Forgotten your password?” under the red sign-in button on the start page.";
    RULES: "Die Regeln" | "The rules";
    RULE_PASSWORD: "Das Passwort muss mindestens 8 Zeichen lang sein und eine Zahl, einen Großbuchstaben und ein Sonderzeichen enthalten." | "The password must be at least 8 characters long and contain a digit, an upper-case letter and a special character.";
    ALTERNATIVES: "Andere sichere Wege" | "Other safe ways";
    ALTERNATIVES_TEXT: "Sie können uns Unterlagen auch per Post zusenden oder in ZUWES hochladen; bitte nutzen Sie vorrangig diese Möglichkeiten. Setzen Sie in Ihrem Unternehmen ein Verschlüsselungssystem ein und möchten E-Mails auf Domainebene verschlüsselt austauschen, fragen Sie bitte Ihren Kommunikationspartner nach der zuständigen Stelle und dem öffentlichen Schlüssel der KBS." | "You can also send us documents by post or upload them to ZUWES; please prefer these ways. If your company has an encryption system and you would like to exchange e-mail encrypted between domains, please ask your contact for the responsible office and the public key of the KBS.";
    MISSING: "Die Organisation hat hier noch nichts hinterlegt." | "The organisation has not entered anything here yet.";
    PRIVACY_TEXT: "Betreff, Text, Dateinamen und Dateien werden in Ihrem Browser verschlüsselt; auf dem Server liegt nur Verschlüsseltes. Der Server weiß, wer wem wann geschrieben hat, wie groß eine Nachricht ungefähr ist und wann sie geöffnet wurde, und er kennt Ihre E-Mail-Adresse und Ihre Anmeldungen. Nachrichten werden nach {retention} Tagen gelöscht, ein ungenutztes Konto nach {inactivity} Tagen. Es gibt keine Werbung, keine Auswertung Ihres Verhaltens und keine Inhalte fremder Anbieter. Gespeichert wird in Ihrem Browser nur, was für die Anmeldung, Ihre Entwürfe und die Sprache nötig ist." | "Subject, text, file names and files are encrypted in your browser; the server holds nothing but ciphertext. The server knows who wrote to whom and when, roughly how large a message is and when it was opened, and it knows your e-mail address and your sign-ins. Messages are deleted after {retention} days, an account that is not used after {inactivity} days. There is no advertising, no tracking and nothing from third parties. Your browser stores only what is needed for signing in, for your drafts and for the language.";
    ACCESSIBILITY: "Barrierefreiheit" | "Accessibility";
    ACCESSIBILITY_TEXT: "Dieses Portal soll alle Menschen erreichen. Es ist nach WCAG 2.2 Stufe AA und BITV 2.0 gebaut: mit Tastatur und Bildschirmleser bedienbar, in hellen und dunklen Farben, bis 320 Pixel Breite ohne seitliches Rollen. Anhänge kommen von den Absendern und können Barrieren haben." | "This portal is meant to reach everybody. It is built to WCAG 2.2 level AA and BITV 2.0: it can be used by keyboard and screen reader, in light and dark colours, down to a width of 320 pixels without scrolling sideways. Attachments come from their senders and can have barriers.";
    ACCESSIBILITY_REPORT: "Eine Barriere melden" | "Reporting a barrier";
    ACCESSIBILITY_ASK: "Stoßen Sie auf eine Barriere, sagen Sie es bitte Ihrem Kommunikationspartner; Sie erhalten die Information auf einem anderen Weg. Hilft das nicht, können Sie sich an die Schlichtungsstelle nach dem Behindertengleichstellungsgesetz wenden (www.schlichtungsstelle-bgg.de)." | "If you meet a barrier, please tell your contact; you get the information in another way. If that does not help, you can turn to the arbitration office under the German act on equal opportunities of persons with disabilities (www.schlichtungsstelle-bgg.de).";
    EASY: "Leichte Sprache" | "Easy language";
    EASY_1: "Das ist der KBS-Webmailer." | "This is the KBS Webmailer.";
    EASY_2: "Hier schreiben Sie der KBS. Und die KBS schreibt Ihnen." | "Here you write to the KBS. And the KBS writes to you.";
    EASY_3: "Alles ist geheim. Nur Sie und die KBS können es lesen." | "Everything is secret. Only you and the KBS can read it.";
    EASY_4: "Es kostet kein Geld." | "It costs no money.";
    EASY_5: "Sie brauchen Ihre E-Mail-Adresse und ein Kennwort. Das erste Kennwort bekommen Sie von der KBS." | "You need your e-mail address and a password. You get the first password from the KBS.";
    EASY_6: "Sagen Sie niemandem Ihr Kennwort." | "Tell nobody your password.";
    EASY_7: "Sie haben das Kennwort vergessen? Dann drücken Sie auf der ersten Seite auf: Kennwort vergessen." | "Have you forgotten the password? Then press on the first page: Forgotten your password.";
    EASY_8: "Eine Nachricht bleibt {retention} Tage da. Danach wird sie gelöscht. Speichern Sie wichtige Sachen auf Ihrem Computer." | "A message stays for {retention} days. Then it is deleted. Save important things on your computer.";
    EASY_9: "Sie haben eine Frage? Rufen Sie die Person an, die Ihnen geschrieben hat." | "Do you have a question? Call the person who wrote to you.";
    BELOW: "Über dieses Portal" | "About this portal";
}
