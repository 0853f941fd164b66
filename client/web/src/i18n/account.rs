//! The menu at the top right, passwords, the first steps.

texts! {
    MENU: "Konto: {address}" | "Account: {address}";
    CHANGE_PASSWORD: "Passwort ändern" | "Change password";
    SIGN_OUT: "Abmelden" | "Sign out";
    INITIAL_NOTICE: "Ihr Initial-Kennwort gilt noch. Wer es kennt, kann Ihr Postfach öffnen." | "Your initial password still works. Whoever knows it can open your mailbox.";
    INITIAL_NOTICE_ACTION: "Eigenes Passwort wählen" | "Choose your own password";
    PASSWORD_TITLE: "Passwort ändern" | "Change password";
    PASSWORD_TEXT: "Mit dem neuen Passwort entstehen in Ihrem Browser neue Schlüssel. Ihre Nachrichten bleiben lesbar." | "With the new password your browser makes new keys. Your messages stay readable.";
    YOUR_PASSWORD: "Ihr Kennwort" | "Your password";
    CURRENT_PASSWORD: "Bisheriges Passwort" | "Current password";
    NEW_PASSWORD: "Neues Passwort" | "New password";
    REPEAT_PASSWORD: "Neues Passwort wiederholen" | "Repeat the new password";
    SET_PASSWORD: "Passwort speichern" | "Save password";
    SETTING_PASSWORD: "Das neue Passwort wird gesetzt. Das dauert einen Moment." | "Setting the new password. This takes a moment.";
    PASSWORD_SET: "Ihr neues Passwort gilt ab jetzt." | "Your new password is in force.";
    PASSWORDS_DIFFER: "Die beiden Passwörter sind verschieden. Bitte geben Sie das neue Passwort zweimal gleich ein." | "The two passwords differ. Please enter the new password twice in the same way.";
    POLICY: "Das Passwort muss enthalten:" | "The password must contain:";
    POLICY_LENGTH: "mindestens 8 Zeichen" | "at least 8 characters";
    POLICY_DIGIT: "eine Zahl" | "a digit";
    POLICY_UPPER: "einen Großbuchstaben" | "an upper-case letter";
    POLICY_SPECIAL: "ein Sonderzeichen" | "a special character";
    MET: "erfüllt" | "met";
    NOT_MET: "noch nicht erfüllt" | "not yet met";
    STRENGTH: "Passwortstärke" | "Password strength";
    STRENGTH_0: "sehr schwach" | "very weak";
    STRENGTH_1: "schwach" | "weak";
    STRENGTH_2: "mittel" | "fair";
    STRENGTH_3: "gut" | "good";
    STRENGTH_4: "sehr gut" | "very good";
    STRENGTH_NONE: "noch keine Eingabe" | "nothing entered yet";
    SHOW_PASSWORD: "Passwort anzeigen" | "Show password";
    WELCOME_TITLE: "Willkommen in Ihrem Postfach" | "Welcome to your mailbox";
    WELCOME_TEXT: "Ihr Browser hat eigene Schlüssel für Ihr Postfach erzeugt. Wählen Sie jetzt ein eigenes Passwort; danach kann niemand sonst Ihr Postfach öffnen, auch nicht mit dem Initial-Kennwort." | "Your browser has made keys of its own for your mailbox. Choose your own password now; after that nobody else can open your mailbox, not even with the initial password.";
    WELCOME_LATER: "Später, zuerst zum Postfach" | "Later, to the mailbox first";
    STEPS: "Die ersten Schritte" | "The first steps";
    STEP_PASSWORD: "Eigenes Passwort" | "Own password";
    STEP_KNOW: "Gut zu wissen" | "Good to know";
    STEP_DONE: "(erledigt)" | "(done)";
    STEP_LATER: "Später, zum nächsten Schritt" | "Later, on to the next step";
    STEP_MAILBOX: "Zum Postfach" | "To the mailbox";
    KNOW_RETENTION: "Jede Nachricht verschwindet {days} Tage nach ihrem Eingang von selbst, mit ihren Anhängen. In der Liste steht, bis wann sie da ist." | "Each message disappears by itself {days} days after it arrived, with its attachments. The list says until when it is there.";
    KNOW_TAKE: "Was Sie länger brauchen, speichern Sie vorher auf Ihrem Gerät: den Anhang, die Nachricht oder alle Nachrichten." | "What you need for longer, save on your device before that: the attachment, the message or all messages.";
    KNOW_UNUSED: "Melden Sie sich {unused} Tage lang nicht an, endet Ihr Postfach; vorher kommen Erinnerungen per E-Mail." | "If you do not sign in for {unused} days, your mailbox ends; reminders come by e-mail before that.";
    KNOW_MENU: "Passwort, Wiederherstellungscode und Abmelden finden Sie im Menü am Pfeil neben Ihrer E-Mail-Adresse, oben rechts." | "Password, recovery code and signing out are in the menu at the arrow beside your e-mail address, top right.";
    KNOW_MORE: "So funktioniert der KBS-Webmailer" | "How the KBS-Webmailer works";
}
