//! Lines that strangers wrote.

/// A line of a stranger's as it may stand on a page: without what reorders it or breaks it.
pub fn one_line(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_line_keeps_its_letters_and_loses_what_reorders_it() {
        assert_eq!(
            one_line("Größe 👩\u{200d}🔬 \u{202e}exe\u{2066}x\u{2069}\n\0"),
            "Größe 👩\u{200d}🔬 exex"
        );
    }
}
