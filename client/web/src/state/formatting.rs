//! What the buttons above a message's text do: they write Markdown around a selection.

/// What a button writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Around the selection.
    Around(&'static str),
    /// Before each of its lines.
    Lines(&'static str),
    /// Before each of its lines, counted.
    Numbers,
}

/// A text with its selection, in UTF-16 units as browsers count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selected {
    /// All of it.
    pub(crate) text: String,
    /// Where the selection begins.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
}

/// Writes a mark; the same text stays selected.
pub(crate) fn apply(selected: &Selected, mark: Mark) -> Selected {
    let text = &selected.text;
    let (start, end) = (byte(text, selected.start), byte(text, selected.end.max(selected.start)));
    match mark {
        Mark::Around(sign) => {
            let (before, chosen, after) = (&text[..start], &text[start..end], &text[end..]);
            let by = units(sign);
            Selected {
                text: format!("{before}{sign}{chosen}{sign}{after}"),
                start: selected.start.saturating_add(by),
                end: selected.end.saturating_add(by),
            }
        }
        Mark::Lines(_) | Mark::Numbers => {
            let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let end = text[end..].find('\n').map_or(text.len(), |at| end + at);
            let lines = text[start..end].split('\n').enumerate().map(|(at, line)| match mark {
                Mark::Numbers => format!("{}. {line}", at + 1),
                Mark::Lines(sign) | Mark::Around(sign) => format!("{sign}{line}"),
            });
            let lines: Vec<String> = lines.collect();
            let marked = lines.join("\n");
            let begin = units(&text[..start]);
            Selected {
                text: format!("{}{marked}{}", &text[..start], &text[end..]),
                start: begin,
                end: begin.saturating_add(units(&marked)),
            }
        }
    }
}

/// The byte at which a unit begins, or the one after it where it is the middle of a character.
fn byte(text: &str, unit: u32) -> usize {
    let mut at = 0_usize;
    for (index, c) in text.char_indices() {
        if at >= unit as usize {
            return index;
        }
        at += c.len_utf16();
    }
    text.len()
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(text: &str, start: u32, end: u32) -> Selected {
        Selected { text: text.into(), start, end }
    }

    #[test]
    fn a_selection_is_marked_and_stays_selected() {
        assert_eq!(
            apply(&selected("ein 😀 Wort", 7, 11), Mark::Around("**")),
            selected("ein 😀 **Wort**", 9, 13)
        );
        assert_eq!(apply(&selected("", 0, 0), Mark::Around("*")), selected("**", 1, 1));
    }

    #[test]
    fn whole_lines_are_marked() {
        assert_eq!(apply(&selected("a\nbc\nd", 3, 6), Mark::Lines("- ")), selected("a\n- bc\n- d", 2, 10));
        assert_eq!(apply(&selected("a\nb", 0, 3), Mark::Numbers), selected("1. a\n2. b", 0, 9));
        assert_eq!(apply(&selected("a", 1, 1), Mark::Lines("> ")), selected("> a", 0, 3));
    }

    #[test]
    fn a_selection_out_of_bounds_or_within_a_character_is_taken_as_it_can() {
        assert_eq!(apply(&selected("😀", 1, 9), Mark::Around("*")).text, "😀**");
        assert_eq!(apply(&selected("ab", 2, 1), Mark::Around("*")).text, "ab**");
    }
}
