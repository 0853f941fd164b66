//! The frame around every page.

texts! {
    PRODUCT: "KBS-Webmailer" | "KBS Webmailer";
    CLAIM: "Sicher kommunizieren" | "Secure communication";
    TITLE: "{page} – {product}" | "{page} – {product}";
    SKIP: "Zum Inhalt springen" | "Skip to content";
    NAVIGATION: "Hauptnavigation" | "Main navigation";
    LANGUAGE: "Sprache" | "Language";
    GERMAN: "Deutsch" | "Deutsch";
    ENGLISH: "English" | "English";
    STARTING: "Das Postfach wird geladen …" | "The mailbox is loading …";
    WORKING: "Bitte warten …" | "Please wait …";
    CANCEL: "Abbrechen" | "Cancel";
    RETRY: "Noch einmal versuchen" | "Try again";
    COPY: "Kopieren" | "Copy";
    SAVE_FAILED: "Ihr Browser hat die Datei nicht gespeichert." | "Your browser did not save the file.";
    COPIED: "Kopiert." | "Copied.";
    COPY_FAILED: "Kopieren ist in diesem Browser nicht möglich. Bitte markieren Sie den Text und kopieren Sie ihn von Hand." | "This browser cannot copy. Please select the text and copy it by hand.";
    FIELD_MISSING: "Bitte füllen Sie dieses Feld aus." | "Please fill in this field.";
    FIELD_RANGE: "Bitte geben Sie eine ganze Zahl von {min} bis {max} ein." | "Please enter a whole number from {min} to {max}.";
    FIELD_NUMBER: "Bitte geben Sie eine ganze Zahl ab {min} ein." | "Please enter a whole number of at least {min}.";
    NO_NEWS: "Keine Verbindung zum Portal. Was neu ist, erscheint, sobald sie wieder da ist; was Sie schreiben, bleibt bis dahin auf diesem Gerät." | "No connection to the portal. What is new appears as soon as it is back; until then, what you write stays on this device.";
    PUT_AWAY: "Bis zur nächsten Anmeldung ausblenden" | "Hide until the next sign-in";
    DISMISS: "Hinweis schließen" | "Dismiss notice";
    NOTICES: "Hinweise" | "Notices";
    NOT_LOADED: "Diese Seite wurde nicht geladen" | "This page did not load";
    NOT_FOUND: "Seite nicht gefunden" | "Page not found";
    NOT_FOUND_TEXT: "Unter dieser Adresse gibt es keine Seite. Bitte prüfen Sie den Link oder gehen Sie zur Startseite." | "There is no page at this address. Please check the link or go to the start page.";
    TO_START: "Zur Startseite" | "To the start page";
    BYTE: "1 Byte" | "1 byte";
    BYTES: "{n} Bytes" | "{n} bytes";
    KILOBYTES: "{n} KB" | "{n} KB";
    MEGABYTES: "{n} MB" | "{n} MB";
}
