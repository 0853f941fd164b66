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

/// What is written in the place of what, in the same units; the browser can take it back as one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Where the part begins that is replaced.
    pub(crate) from: u32,
    /// Where it ends.
    pub(crate) to: u32,
    /// Stands there then.
    pub(crate) written: String,
    /// Where the selection begins then.
    pub(crate) start: u32,
    /// Where it ends then.
    pub(crate) end: u32,
}

/// Writes a mark, or takes it back where the selection has it; the same text stays selected.
pub(crate) fn apply(selected: &Selected, mark: Mark) -> Edit {
    let text = &selected.text;
    let (mut start, mut end) = (byte(text, selected.start), byte(text, selected.end.max(selected.start)));
    if let Mark::Around(sign) = mark
        && has_around(&text[..start], &text[end..], sign)
    {
        let (from, within) = (units(&text[..start - sign.len()]), units(&text[start..end]));
        let to = from.saturating_add(within).saturating_add(units(sign).saturating_mul(2));
        return Edit {
            from,
            to,
            written: text[start..end].into(),
            start: from,
            end: from.saturating_add(within),
        };
    }
    if !matches!(mark, Mark::Around(_)) {
        start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        end = text[end..].find('\n').map_or(text.len(), |at| end + at);
    }
    let (chosen, from) = (&text[start..end], units(&text[..start]));
    let lines = chosen.split('\n');
    let written = match mark {
        Mark::Around(sign) => format!("{sign}{chosen}{sign}"),
        Mark::Lines(sign) if lines.clone().all(|line| line.starts_with(sign)) => {
            lines.map(|line| &line[sign.len()..]).collect::<Vec<_>>().join("\n")
        }
        Mark::Lines(sign) => lines.map(|line| format!("{sign}{line}")).collect::<Vec<_>>().join("\n"),
        Mark::Numbers => {
            lines.enumerate().map(|(at, line)| format!("{}. {line}", at + 1)).collect::<Vec<_>>().join("\n")
        }
    };
    let within = if let Mark::Around(sign) = mark { units(sign) } else { 0 };
    let all = units(&written);
    Edit {
        from,
        to: from.saturating_add(units(chosen)),
        start: from.saturating_add(within),
        end: from.saturating_add(all.saturating_sub(within)),
        written,
    }
}

/// Whether what stands before and after has the sign alone, and not a longer one of the same character.
fn has_around(before: &str, after: &str, sign: &str) -> bool {
    let count = |run: usize| run == sign.len() || run == "***".len();
    let star = |c: char| sign.starts_with(c);
    let ends = before.len() - before.trim_end_matches(star).len();
    let begins = after.len() - after.trim_start_matches(star).len();
    count(ends) && count(begins)
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

    /// The text and its selection afterwards.
    fn applied(before: &Selected, mark: Mark) -> Selected {
        let Edit { from, to, written, start, end } = apply(before, mark);
        let text = &before.text;
        let text = format!("{}{written}{}", &text[..byte(text, from)], &text[byte(text, to)..]);
        Selected { text, start, end }
    }

    #[test]
    fn a_selection_is_marked_and_stays_selected() {
        assert_eq!(
            applied(&selected("ein 😀 Wort", 7, 11), Mark::Around("**")),
            selected("ein 😀 **Wort**", 9, 13)
        );
        assert_eq!(applied(&selected("", 0, 0), Mark::Around("*")), selected("**", 1, 1));
    }

    #[test]
    fn a_mark_that_is_there_is_taken_back() {
        let bold = Mark::Around("**");
        assert_eq!(applied(&selected("ein **Wort**", 6, 10), bold), selected("ein Wort", 4, 8));
        assert_eq!(
            applied(&selected("*Wort*", 1, 5), bold),
            selected("***Wort***", 3, 7),
            "that was the other"
        );
        assert_eq!(applied(&selected("***Wort***", 3, 7), Mark::Around("*")), selected("**Wort**", 2, 6));
        assert_eq!(applied(&selected("****", 2, 2), bold), selected("", 0, 0));
        assert_eq!(applied(&selected("**", 1, 1), bold), selected("******", 3, 3));
    }

    #[test]
    fn whole_lines_are_marked() {
        assert_eq!(applied(&selected("a\nbc\nd", 3, 6), Mark::Lines("- ")), selected("a\n- bc\n- d", 2, 10));
        assert_eq!(applied(&selected("a\nb", 0, 3), Mark::Numbers), selected("1. a\n2. b", 0, 9));
        assert_eq!(applied(&selected("a", 1, 1), Mark::Lines("> ")), selected("> a", 0, 3));
        assert_eq!(applied(&selected("- a\n- b", 0, 7), Mark::Lines("- ")), selected("a\nb", 0, 3));
        assert_eq!(applied(&selected("- a\nb", 0, 5), Mark::Lines("- ")).text, "- - a\n- b");
    }

    #[test]
    fn a_selection_out_of_bounds_or_within_a_character_is_taken_as_it_can() {
        assert_eq!(applied(&selected("😀", 1, 9), Mark::Around("*")).text, "😀**");
        assert_eq!(applied(&selected("ab", 2, 1), Mark::Around("*")).text, "ab**");
    }
}
