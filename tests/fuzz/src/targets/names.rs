//! File names as somebody else's system wrote them.

use crate::input::{Input, text};
use client_sdk::file_name::{safe_file_name, unique_names};
use std::collections::BTreeSet;

pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    let mut names = Vec::new();
    while !input.is_empty() && names.len() < 100 {
        names.push(safe_file_name(&text(input.piece())));
    }
    names.push(safe_file_name(&text(data)));
    names.iter().for_each(|name| check(name));
    let count = names.len();
    let unique = unique_names(names);
    assert_eq!(unique.len(), count);
    let folded: BTreeSet<String> = unique.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), count, "two files would be one on some systems");
    unique.iter().for_each(|name| check_parts(name));
    true
}

fn check(name: &str) {
    check_parts(name);
    assert!(name.len() <= 180, "{} bytes", name.len());
    assert_eq!(safe_file_name(name), name, "a safe name is safe");
}

fn check_parts(name: &str) {
    assert!(!name.is_empty() && name.len() < 255);
    assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']), "{name:?}");
    assert!(!name.chars().any(char::is_control), "{name:?}");
    assert!(
        !name.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')),
        "{name:?}"
    );
    assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']), "{name:?}");
    let stem = name.split('.').next().unwrap_or_default().trim().to_lowercase();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let is_device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || numbered.is_some_and(|number| {
            matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        });
    assert!(!is_device, "{name:?}");
}
