//! The pages, one a file, and the frame around them.

pub(crate) mod account_menu;
pub(crate) mod admin;
pub(crate) mod attachments;
pub(crate) mod closed_message;
pub(crate) mod compose;
pub(crate) mod contacts;
pub(crate) mod conversation;
pub(crate) mod delivery;
pub(crate) mod deputies;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod forgotten;
pub(crate) mod format_bar;
pub(crate) mod help;
pub(crate) mod idle;
pub(crate) mod initial_password;
pub(crate) mod invitations;
pub(crate) mod long_list;
pub(crate) mod mailbox;
pub(crate) mod message;
pub(crate) mod message_list;
pub(crate) mod not_found;
pub(crate) mod notices;
pub(crate) mod password;
pub(crate) mod people;
pub(crate) mod print_area;
pub(crate) mod proof;
pub(crate) mod public;
mod recipient_input;
pub(crate) mod recipients;
pub(crate) mod recovery_code;
pub(crate) mod reset;
pub(crate) mod restore_administrator;
pub(crate) mod root_key;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod second_factor;
pub(crate) mod selection_bar;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod shell;
pub(crate) mod shortcuts;
pub(crate) mod staff;
pub(crate) mod stand_in;
pub(crate) mod start;
pub(crate) mod take_along;
pub(crate) mod usage;
pub(crate) mod welcome;
pub(crate) mod whose;
pub(crate) mod witnesses;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    const NAMING: [&str; 5] =
        ["aria-label=\"", "placeholder=\"", "title=\"", "alt=\"", "aria-description=\""];

    /// Text that a person would see and no translator would.
    fn literals(source: &str) -> Vec<String> {
        let code = source.split("#[cfg(test)]").next().unwrap();
        code.lines()
            .filter(|line| !line.trim().starts_with("//") && is_literal(line.trim()))
            .map(String::from)
            .collect()
    }

    fn is_literal(line: &str) -> bool {
        let begins_with_letter = |text: &str| text.chars().next().is_some_and(char::is_alphabetic);
        let named = NAMING.iter().any(|name| line.split(name).skip(1).any(begins_with_letter));
        let alone = line.starts_with('"') && line.ends_with('"') && line.chars().any(char::is_alphabetic);
        let block = line.split("{\"").skip(1).any(begins_with_letter);
        let after_tag = line.char_indices().any(|(at, c)| {
            let before = line[..at].chars().next_back();
            let rest = line[at + c.len_utf8()..].trim_start_matches('"');
            c == '>' && !matches!(before, Some('-' | '=' | ' ')) && begins_with_letter(rest)
        });
        named || alone || block || after_tag
    }

    #[test]
    fn no_view_has_text_of_its_own() {
        for folder in ["src/views", "src/components"] {
            for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let found = literals(&fs::read_to_string(&path).unwrap());
                assert!(found.is_empty(), "{}: {found:#?}", path.display());
            }
        }
    }

    #[test]
    fn a_literal_would_be_found() {
        for line in
            [r#"<p>Hallo</p>"#, r#"<p>"Hallo"</p>"#, r#""Hallo""#, r#"<a title="Hallo">"#, r#"{"Hallo"}"#]
        {
            assert_eq!(literals(line).len(), 1, "{line}");
        }
        assert!(literals(r#"<p class="note">{i18n.t(X)}</p> " " {"×"}"#).is_empty());
    }
}
