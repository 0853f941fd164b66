//! Addresses in texts, so that they can be followed.

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As it is.
    Words(String),
    /// What is shown, and where it leads.
    Link(String, String),
}

/// Parts a text into words and what they lead to: web addresses (`https`) and e-mail addresses. All pieces together
/// are the text.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let core = if could_be(word) { core(word) } else { "" };
        match target(core).and_then(|target| Some((target, word.split_once(core)?))) {
            None => words.push_str(word),
            Some((target, (before, after))) => {
                words.push_str(before);
                if !words.is_empty() {
                    pieces.push(Piece::Words(std::mem::take(&mut words)));
                }
                pieces.push(Piece::Link(core.into(), target));
                words.push_str(after);
            }
        }
    }
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

const BEGINNINGS: [char; 13] = ['(', '[', '<', '"', '\'', '„', '“', '‚', '‘', '»', '«', '›', '‹'];
const ENDS: [char; 21] = [
    '.', ',', ';', ':', '!', '?', '…', ')', ']', '>', '"', '\'', '“', '”', '‘', '’', '«', '»', '›', '‹', '*',
];

/// Whether a word has anything of an address. Few have, and a text may be long.
fn could_be(word: &str) -> bool {
    word.contains("https://") || word.contains("www.") || word.contains('@')
}

/// A word without what the sentence puts around it. A bracket that the word itself opens stays.
fn core(word: &str) -> &str {
    let mut core = word.trim_end().trim_start_matches(BEGINNINGS);
    let (opened, mut closed) = (core.matches('(').count(), core.matches(')').count());
    while let Some(rest) = core.strip_suffix(ENDS) {
        if core.ends_with(')') {
            if closed <= opened {
                break;
            }
            closed -= 1;
        }
        core = rest;
    }
    core
}

fn target(word: &str) -> Option<String> {
    if word.strip_prefix("https://").is_some_and(|rest| rest.contains('.')) {
        return Some(word.into());
    }
    if word.strip_prefix("www.").is_some_and(|rest| rest.contains('.')) {
        return Some(format!("https://{word}"));
    }
    let (name, domain) = word.split_once('@')?;
    let fits = |part: &str, also: &str| {
        let known = |it: char| it.is_ascii_alphanumeric() || also.contains(it);
        !part.is_empty() && part.chars().all(known)
    };
    (fits(name, "._+-") && fits(domain, ".-") && domain.contains('.')).then(|| format!("mailto:{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Piece {
        Piece::Words(text.into())
    }

    fn link(text: &str, target: &str) -> Piece {
        Piece::Link(text.into(), target.into())
    }

    #[test]
    fn addresses_are_links_and_nothing_is_lost() {
        let text = "Schreiben Sie an barrierefrei@kbs.example,\nsonst (https://kbs.example/weg?a=b).";
        let expected = [
            words("Schreiben Sie an "),
            link("barrierefrei@kbs.example", "mailto:barrierefrei@kbs.example"),
            words(",\nsonst ("),
            link("https://kbs.example/weg?a=b", "https://kbs.example/weg?a=b"),
            words(")."),
        ];
        assert_eq!(pieces(text), expected);
        for (text, address) in [
            ("„https://kbs.example/b\"", "https://kbs.example/b"),
            ("»https://kbs.example«", "https://kbs.example"),
            ("[https://kbs.example/a_(b)]…", "https://kbs.example/a_(b)"),
            ("(https://kbs.example/a_(b)).", "https://kbs.example/a_(b)"),
        ] {
            let found = pieces(text);
            assert!(found.contains(&link(address, address)), "{found:?}");
        }
        assert_eq!(pieces("www.kbs.example"), [link("www.kbs.example", "https://www.kbs.example")]);
    }

    #[test]
    fn what_only_looks_like_one_stays_words() {
        for text in [
            "javascript:alert(1)",
            "a@b",
            "@kbs.example",
            "http://kbs.example",
            "https://x",
            "a?b@c.de",
            "www.",
        ] {
            assert_eq!(pieces(text), [words(text)]);
        }
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_word_without_end_is_looked_at_once() {
        let brackets = ")".repeat(200_000);
        assert_eq!(pieces(&brackets), [words(&brackets)]);
        let address = "https://kbs.example";
        assert_eq!(pieces(&format!("{address}{brackets}")), [link(address, address), words(&brackets)]);
    }
}
