//! The letter that passes on an initial password.

texts! {
    SUBJECT: "Ihr Zugang zum KBS-Webmailer" | "Your access to the KBS Webmailer";
    SALUTATION: "Sehr geehrte Damen und Herren," | "Dear Sir or Madam,";
    INTRODUCTION: "für den sicheren und verschlüsselten Austausch von Nachrichten und Unterlagen haben wir für Sie ein persönliches Postfach auf dem KBS-Webmailer eingerichtet. Die Nutzung ist kostenlos. Ihre Zugangsdaten:" | "we have set up a personal mailbox on the KBS Webmailer for you, for the secure and encrypted exchange of messages and documents. Its use is free of charge. Your access data:";
    PORTAL: "Adresse des Portals" | "Address of the portal";
    USER_NAME: "Benutzername" | "User name";
    PASSWORD: "Initial-Kennwort" | "Initial password";
    STEPS: "So melden Sie sich an" | "How to sign in";
    STEP_1: "Öffnen Sie den Link in der initialen E-Mail oder geben Sie die Adresse des Portals in Ihren Browser ein." | "Open the link in the initial e-mail, or enter the address of the portal in your browser.";
    STEP_2: "Geben Sie Ihre E-Mail-Adresse und das Initial-Kennwort ein und wählen Sie „Anmelden“. Auf große und kleine Buchstaben und auf die Bindestriche kommt es nicht an." | "Enter your e-mail address and the initial password and choose “Sign in”. Capital letters and hyphens do not matter.";
    STEP_3: "Ersetzen Sie das Initial-Kennwort durch ein eigenes Passwort. Es muss mindestens 8 Zeichen lang sein und eine Zahl, einen Großbuchstaben und ein Sonderzeichen enthalten, und es darf nicht leicht zu erraten sein. Danach zeigt Ihnen das Portal einen Wiederherstellungscode: Bewahren Sie ihn gut auf, er hilft, wenn Sie Ihr Passwort vergessen." | "Replace the initial password by your own. It must be at least 8 characters long and contain a digit, an upper-case letter and a special character, and it must not be easy to guess. After that the portal shows you a recovery code: keep it well, it helps if you forget your password.";
    RULES: "Bitte beachten Sie" | "Please note";
    RULE_EXPIRY: "Wird das Initial-Kennwort {days} Tage lang nicht benutzt, verliert es seine Gültigkeit." | "If the initial password is not used for {days} days, it stops working.";
    RULE_RETENTION: "Nachrichten werden {days} Tage lang aufbewahrt und danach automatisch gelöscht. Bitte speichern Sie Ihre Daten bei Bedarf in Ihrem Dateisystem." | "Messages are kept for {days} days and then deleted automatically. Please save your data to your own files if you need them.";
    RULE_SIZE: "Eine Nachricht darf mit ihren Anhängen höchstens {size} groß sein." | "A message with its attachments may be at most {size} in size.";
    RULE_INACTIVITY: "Nutzen Sie den KBS-Webmailer {days} Tage lang nicht, wird das Konto automatisch gelöscht." | "If you do not use the KBS Webmailer for {days} days, the account is deleted automatically.";
    RULE_SECRET: "Geben Sie das Kennwort an niemanden weiter. Wir fragen Sie nie danach." | "Do not pass the password on to anybody. We never ask you for it.";
    QUESTIONS: "Haben Sie Fragen?" | "Do you have questions?";
    ASK: "Rufen Sie mich gern an oder schreiben Sie mir. In E-Mails bitte nichts Vertrauliches." | "Please call me or write to me. Nothing confidential by e-mail, please.";
    PHONE: "Telefon:" | "Telephone:";
    CLOSING: "Mit freundlichen Grüßen" | "Yours faithfully";
}
