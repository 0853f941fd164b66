//! "Attachment forgotten?": whether a message speaks of an attachment, in German or English.

/// Beginnings of words. What is quoted does not count.
const SAYS: [&str; 9] =
    ["angehäng", "anhang", "anhäng", "anbei", "anlage", "beigefüg", "beiliegend", "attach", "enclos"];

/// Whether subject or text speak of an attachment.
pub(crate) fn speaks_of_attachment(subject: &str, text: &str) -> bool {
    // The answer's subject is that of the message before.
    let own_subject = if subject.contains(':') { "" } else { subject };
    let own = text.lines().filter(|line| !line.trim_start().starts_with('>'));
    std::iter::once(own_subject).chain(own).any(|line| {
        let line = line.to_lowercase();
        line.split(|c: char| !c.is_alphanumeric()).any(|word| SAYS.iter().any(|says| word.starts_with(says)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_understood() {
        for text in [
            "Den Bescheid finden Sie im Anhang.",
            "ANBEI die Liste",
            "siehe Anlagen 1-3",
            "Please see attached.",
        ] {
            assert!(speaks_of_attachment("", text), "{text}");
        }
        assert!(speaks_of_attachment("Anhang zum Antrag", ""));
    }

    #[test]
    fn what_was_quoted_and_other_words_do_not_count() {
        for text in ["Guten Tag", "> im Anhang\n\nDanke!", "Zusammenhang", "unattached"] {
            assert!(!speaks_of_attachment("", text), "{text}");
        }
        assert!(!speaks_of_attachment("AW: Anhang", "Danke!"));
    }
}
