//! File names as a page may show them: nobody can hide an ending or reorder the line with them.
//!
//! What a file is saved as is the worker's decision; this is about the eye alone.

const LONGEST_CHARS: usize = 80;
const ENDING_CHARS: usize = 16;

/// The name without control and direction characters, shortened in the middle. `None` if nothing is left.
pub(crate) fn display(name: &str) -> Option<String> {
    let clean = visible(name);
    let clean = clean.trim();
    if clean.is_empty() {
        return None;
    }
    let length = clean.chars().count();
    if length <= LONGEST_CHARS {
        return Some(clean.into());
    }
    let start: String = clean.chars().take(LONGEST_CHARS - ENDING_CHARS - 1).collect();
    let end: String = clean.chars().skip(length - ENDING_CHARS).collect();
    Some(format!("{start}…{end}"))
}

/// The name without control and direction characters.
pub(crate) fn visible(name: &str) -> String {
    name.chars().filter(|c| !is_hidden(*c)).collect()
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umlauts_and_emoji_stay() {
        assert_eq!(display("Übersicht 😀.pdf").as_deref(), Some("Übersicht 😀.pdf"));
    }

    #[test]
    fn a_direction_mark_cannot_turn_an_ending_round() {
        assert_eq!(display("rechnung\u{202e}fdp.exe").as_deref(), Some("rechnungfdp.exe"));
        assert_eq!(display("a\nb\u{0}.txt").as_deref(), Some("ab.txt"));
    }

    #[test]
    fn nothing_visible_is_no_name() {
        assert_eq!(display(" \u{200b}\u{202e} "), None);
    }

    #[test]
    fn long_names_keep_their_ending() {
        let shown = display(&format!("{}.tar.gz", "ä".repeat(300))).unwrap();
        assert!(shown.ends_with(".tar.gz") && shown.contains('…'));
        assert_eq!(shown.chars().count(), LONGEST_CHARS);
    }
}
