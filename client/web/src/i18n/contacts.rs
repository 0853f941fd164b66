//! Contacts, search, taking mail along, settings.

texts! {
    CONTACTS: "Kontakte" | "Contacts";
    CONTACT: "Kontakt" | "Contact";
    CONTACTS_TEXT: "Alle, denen Sie hier sicher schreiben können, und die Sie selbst eintragen. Eigene Namen und Notizen sind verschlüsselt und nur für Sie lesbar." | "Everybody you can write to securely here, and whom you add yourself. Names and notes of your own are encrypted and readable to you alone.";
    CONTACTS_EMPTY: "Hier stehen alle, die Ihnen geschrieben haben, und wen Sie selbst aufnehmen." | "Here is everybody who has written to you, and whom you add yourself.";
    LOADING: "Die Kontakte werden geladen …" | "Loading the contacts …";
    ADD: "Kontakt hinzufügen" | "Add a contact";
    EDIT: "Name und Notiz ändern" | "Change name and note";
    EDIT_LABEL: "Name und Notiz ändern: {person}" | "Change name and note: {person}";
    OWN_NAME: "Eigener Name" | "Name of your own";
    OWN_NAME_HINT: "So heißt der Kontakt bei Ihnen. Niemand sonst sieht diesen Namen." | "What you call this contact. Nobody else sees this name.";
    NOTE: "Notiz" | "Note";
    KEEP: "Kontakt speichern" | "Save contact";
    KEEPING: "Der Kontakt wird verschlüsselt gespeichert …" | "Encrypting and saving the contact …";
    KEPT: "Der Kontakt ist gespeichert." | "The contact is saved.";
    REMOVE: "Aus Kontakten löschen" | "Delete from contacts";
    REMOVE_LABEL: "Aus Kontakten löschen: {person}" | "Delete from contacts: {person}";
    REMOVE_TITLE: "Eintrag löschen?" | "Delete the entry?";
    REMOVE_TEXT: "Eigener Name und Notiz zu {person} werden gelöscht. Nachrichten bleiben erhalten." | "Your own name and note for {person} will be deleted. Messages are kept.";
    REMOVED: "Der Eintrag ist gelöscht." | "The entry is deleted.";
    WRITE: "Nachricht schreiben" | "Write a message";
    WRITE_LABEL: "Nachricht schreiben: {person}" | "Write a message: {person}";
    STANDING_NEVER: "Noch nie angemeldet; Postfach angelegt am {day}" | "Has never signed in; mailbox made on {day}";
    STANDING_INITIAL: "Eigene Schlüssel seit {day}; das Initial-Kennwort gilt noch" | "Own keys since {day}; the initial password still works";
    STANDING_CONFIRMED: "Schlüssel seit {day} bestätigt" | "Keys confirmed since {day}";
    STANDING_CLOSED: "Das Postfach wurde gelöscht" | "The mailbox was deleted";
    STANDING_MOVED: "Unter einer anderen Adresse erreichbar" | "Goes on under another address";
    STANDING_MOVED_TO: "Hat jetzt die Adresse {to}" | "Now has the address {to}";
    STANDING_REVOKED: "Gesperrt oder entfernt" | "Locked or removed";
    STANDING_NOT_ASKED: "Wird geprüft, sobald Sie dorthin schreiben" | "Will be checked when you write there";
    REISSUED: "Neue Schlüssel ausgestellt am {day} von {by}" | "New keys issued on {day} by {by}";
    REISSUED_AGAIN: "Neu eingeladen am {day} von {by}" | "Invited anew on {day} by {by}";
    REISSUED_MOVED: "Adresse geändert am {day} von {by}, bisher {from}" | "Address changed on {day} by {by}, formerly {from}";
    NEW_ADDRESS: "{from} hat jetzt die Adresse {person} (geändert am {day} von {by}). Wenn Sie das nicht erwartet haben, fragen Sie bitte telefonisch nach." | "{from} now has the address {person} (changed on {day} by {by}). If you did not expect this, please ask by phone.";
    NEW_KEYS: "Für {person} wurden am {day} von {by} neue Schlüssel ausgestellt. Wenn Sie das nicht erwartet haben, fragen Sie bitte telefonisch nach." | "New keys were issued for {person} on {day} by {by}. If you did not expect this, please ask by phone.";
    NEW_KEYS_AGAIN: "{person} wurde am {day} von {by} neu eingeladen; das Postfach ist ein anderes als früher. Wenn Sie das nicht erwartet haben, fragen Sie bitte telefonisch nach." | "{person} was invited anew on {day} by {by}; the mailbox is another one than before. If you did not expect this, please ask by phone.";
    NEW_KEYS_SEEN: "Verstanden" | "Understood";

    SEARCH: "Suchen" | "Search";
    SEARCH_HINT: "Betreff, Text, Personen und Dateinamen. Ihre Suchwörter verlassen diesen Browser nicht." | "Subject, text, people and file names. Your search words do not leave this browser.";
    SEARCH_CLEAR: "Suche beenden" | "End the search";
    RESULTS: "Suchergebnisse, neueste zuerst" | "Search results, newest first";
    FOUND_NONE: "Keine Treffer" | "No results";
    FOUND_ONE: "1 Treffer" | "1 result";
    FOUND_MANY: "{n} Treffer" | "{n} results";
    FOUND_MORE: "{n} Treffer, die neuesten {shown} werden gezeigt" | "{n} results, the newest {shown} are shown";
    DRAFT_TO: "Entwurf an: {people}" | "Draft to: {people}";
    COUNTING: "Die Nachrichten werden gezählt …" | "Counting the messages …";
    COVERED: "{n} von {total} Nachrichten durchsucht" | "{n} of {total} messages searched";
    COVERED_ALL: "Alle {total} Nachrichten durchsucht" | "All {total} messages searched";
    UNSEARCHED_ONE: "1 Nachricht konnte nicht geöffnet werden und ist nicht durchsucht." | "1 message could not be opened and is not searched.";
    UNSEARCHED_MANY: "{n} Nachrichten konnten nicht geöffnet werden und sind nicht durchsucht." | "{n} messages could not be opened and are not searched.";
    SEARCH_ON: "Weiter durchsuchen" | "Go on searching";

    SAVE_MESSAGE: "Als E-Mail-Datei speichern (.eml)" | "Save as e-mail file (.eml)";
    PRINT: "Drucken" | "Print";
    TAKE_ALL_TITLE: "Nachrichten mitnehmen" | "Take your messages along";
    TAKE_ALL_TEXT: "Alle Nachrichten mit ihren Anhängen als ZIP-Datei, dazu ein Verzeichnis. Die Dateien sind danach nicht mehr verschlüsselt; bewahren Sie sie sicher auf." | "All messages with their attachments as a ZIP file, with an index. The files are no longer encrypted then; please keep them safe.";
    TAKE_ALL: "Alle Nachrichten speichern (ZIP)" | "Save all messages (ZIP)";
    TAKE_SELECTED: "Auswahl speichern (ZIP)" | "Save selection (ZIP)";
    TAKING: "Die Nachrichten werden entschlüsselt und gepackt …" | "Decrypting and packing the messages …";
    TAKEN: "{n} Nachrichten sind gespeichert." | "{n} messages are saved.";
    TAKEN_WITHOUT: "{n} Nachrichten sind gespeichert; {bad} konnten nicht geöffnet werden und stehen im Verzeichnis." | "{n} messages are saved; {bad} could not be opened and are named in the index.";

    SETTINGS: "Einstellungen" | "Settings";
    MAIL_LANGUAGE: "Sprache der Benachrichtigungen" | "Language of notifications";
    REMINDERS: "Erinnern, bevor eine ungelesene Nachricht gelöscht wird" | "Remind me before an unread message is deleted";
    REMINDERS_HINT: "Per E-Mail, ohne Absender, Betreff und Inhalt." | "By e-mail, without sender, subject or content.";
    SAVE_SETTINGS: "Einstellungen speichern" | "Save settings";
    SETTINGS_SAVED: "Die Einstellungen sind gespeichert." | "The settings are saved.";
}
