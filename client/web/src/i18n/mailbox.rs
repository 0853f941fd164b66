//! Drafts, bin, delivery state, storage.

texts! {
    BIN: "Papierkorb" | "Bin";
    EMPTY_BIN: "Der Papierkorb ist leer. Was Sie löschen, bleibt hier {days} Tage." | "The bin is empty. What you delete stays here for {days} days.";
}
