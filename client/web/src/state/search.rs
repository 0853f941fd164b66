//! What a search says of itself: how many results, and of how much.

use crate::i18n::contacts as c;
use client_bridge::search::{Coverage, Found};
use crypto_core::wire::api::Language;

/// A number as it is written: `2.000`, `2,000`.
pub(crate) fn number(number: usize, language: Language) -> String {
    let separator = match language {
        Language::De => '.',
        Language::En => ',',
    };
    let digits = number.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

/// How many were found.
pub(crate) fn found(found: &Found, language: Language) -> String {
    let count = number(found.count, language);
    match found.count {
        0 => c::FOUND_NONE.in_language(language).into(),
        1 => c::FOUND_ONE.in_language(language).into(),
        many if many > found.hits.len() => {
            let shown = number(found.hits.len(), language);
            c::FOUND_MORE.fill(language, &[("n", &count), ("shown", &shown)])
        }
        _ => c::FOUND_MANY.fill(language, &[("n", &count)]),
    }
}

/// Of how much.
pub(crate) fn covered(coverage: Option<&Coverage>, language: Language) -> String {
    let Some(coverage) = coverage else { return c::COUNTING.in_language(language).into() };
    let total = number(coverage.total, language);
    if coverage.complete {
        return c::COVERED_ALL.fill(language, &[("total", &total)]);
    }
    c::COVERED.fill(language, &[("n", &number(coverage.covered, language)), ("total", &total)])
}

/// What was not searched, if anything.
pub(crate) fn unsearched(coverage: Option<&Coverage>, language: Language) -> Option<String> {
    match coverage?.unreadable {
        0 => None,
        1 => Some(c::UNSEARCHED_ONE.in_language(language).into()),
        many => Some(c::UNSEARCHED_MANY.fill(language, &[("n", &number(many, language))])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (given, german) in [(0, "0"), (999, "999"), (2000, "2.000"), (1_234_567, "1.234.567")] {
            assert_eq!(number(given, Language::De), german);
        }
        assert_eq!(number(2000, Language::En), "2,000");
    }

    #[test]
    fn coverage_is_told_and_what_is_left_out_too() {
        let mut coverage = Coverage { covered: 124, total: 2000, unreadable: 2, ..Coverage::default() };
        assert_eq!(covered(Some(&coverage), Language::De), "124 von 2.000 Nachrichten durchsucht");
        assert!(
            unsearched(Some(&coverage), Language::De).is_some_and(|text| text.starts_with("2 Nachrichten"))
        );
        (coverage.complete, coverage.unreadable) = (true, 0);
        assert_eq!(covered(Some(&coverage), Language::De), "Alle 2.000 Nachrichten durchsucht");
        assert_eq!(unsearched(Some(&coverage), Language::De), None);
        assert_eq!(
            found(&Found { hits: Vec::new(), count: 3 }, Language::De),
            "3 Treffer, die neuesten 0 werden gezeigt"
        );
    }
}
