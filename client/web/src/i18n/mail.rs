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
    EXTERNAL_LINK: "(öffnet in neuem Fenster)" | "(opens in a new window)";
}
