//! The mailbox: folders, list, message.

texts! {
    INBOX: "Posteingang" | "Inbox";
    SENT: "Gesendet" | "Sent";
    DRAFTS: "Entwürfe" | "Drafts";
    NEW_MESSAGE: "Neue Nachricht" | "New message";
    LOADING_LIST: "Die Nachrichten werden geladen …" | "Loading the messages …";
    EMPTY_INBOX: "Ihr Posteingang ist leer. Neue Nachrichten erscheinen hier von selbst." | "Your inbox is empty. New messages appear here by themselves.";
    EMPTY_SENT: "Sie haben in den letzten {days} Tagen nichts gesendet." | "You have sent nothing in the last {days} days.";
    LIST_LABEL: "Nachrichten, neueste zuerst" | "Messages, newest first";
    UNREAD: "Neu" | "New";
    ATTACHMENTS_ONE: "1 Anhang" | "1 attachment";
    ATTACHMENTS_MANY: "{n} Anhänge" | "{n} attachments";
    NO_SUBJECT: "(ohne Betreff)" | "(no subject)";
    UNREADABLE: "Diese Nachricht kann nicht angezeigt werden." | "This message cannot be shown.";
    LOAD_MORE: "Weitere Nachrichten laden" | "Load more messages";
    TO_PEOPLE: "An: {people}" | "To: {people}";
    NEW_MAIL: "Neue Nachricht eingetroffen." | "A new message has arrived.";
    LOADING_MESSAGE: "Die Nachricht wird geöffnet …" | "Opening the message …";
    BACK_TO_LIST: "Zurück zur Liste" | "Back to the list";
    CHOOSE: "Wählen Sie links eine Nachricht aus." | "Choose a message on the left.";
    FROM: "Von" | "From";
    TO: "An" | "To";
    DELIVERED: "Eingegangen" | "Received";
    SENT_AT: "Gesendet am" | "Sent on";
    EXPIRES: "Wird gelöscht am" | "Will be deleted on";
    VERIFIED: "Absender geprüft" | "Sender verified";
    FORMER_KEY_RENEWED: "{name} hat inzwischen neue Schlüssel, zum Beispiel durch ein neues Passwort. Diese Nachricht ist mit dem früheren Schlüssel unterschrieben, wie es bei älteren Nachrichten üblich ist." | "{name} has new keys by now, from a new password for example. This message is signed with the former key, as is usual for older messages.";
    FORMER_KEY_RESET: "Für {name} wurden inzwischen neue Schlüssel ausgestellt. Diese Nachricht ist noch mit dem früheren Schlüssel unterschrieben, und Sie sehen sie erst jetzt. Wenn ihr Inhalt Sie wundert, fragen Sie telefonisch nach." | "New keys have been issued to {name} by now. This message is still signed with the former key, and you see it only now. If its content surprises you, ask by phone.";
    FORMER_KEY_ENDED: "Der Zugang von {name} ist beendet. Sie sehen diese Nachricht erst seitdem; ob sie vorher geschrieben wurde, lässt sich nicht prüfen. Wenn ihr Inhalt Sie wundert, fragen Sie telefonisch bei der Stelle nach." | "The access of {name} has ended. You see this message only since then; whether it was written before cannot be checked. If its content surprises you, ask the office by phone.";
    ATTACHMENTS: "Anhänge" | "Attachments";
    NO_NAME: "(ohne Namen)" | "(no name)";
    SAVE: "Speichern" | "Save";
    SAVE_LABEL: "Speichern: {name}" | "Save: {name}";
    SAVE_ALL: "Alle speichern" | "Save all";
    SAVING: "Anhang wird entschlüsselt: {name}" | "Decrypting attachment: {name}";
    SAVED: "„{name}“ ist gespeichert." | "“{name}” is saved.";
    ANSWER: "Antworten" | "Reply";
    CANNOT_ANSWER: "Auf diese Nachricht können Sie nicht antworten." | "You cannot reply to this message.";
    REPLY_PREFIX: "AW: " | "Re: ";
    REPLY_QUOTE: "{person} schrieb am {date}:" | "{person} wrote on {date}:";
    IMAGE: "[Bild: {text}]" | "[Image: {text}]";
    TEXT_CUT: "Der Text ist sehr lang oder sehr verschachtelt; hier steht nur sein Anfang." | "The text is very long or deeply nested; only its beginning is here.";
    TEXT_ALL: "Ganzen Text ohne Gestaltung anzeigen" | "Show the whole text without formatting";
    EXTERNAL_LINK: "(öffnet in neuem Fenster)" | "(opens in a new window)";
}
