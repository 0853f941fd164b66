//! File names as somebody else's system wrote them, made safe to save under on every system.

/// Leaves room for a browser's own additions below the 255 bytes of most file systems.
const NAME_BYTES: usize = 180;
const EXTENSION_BYTES: usize = 20;
const NAMELESS: &str = "Anhang";
/// Names that mean devices on Windows, with any extension.
const DEVICES: [&str; 28] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "com¹", "com²", "com³", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹",
    "lpt²", "lpt³",
];

/// A name that stays in its folder, shows what it is and fits every file system: no path, no control or
/// direction character, no device name, at most 180 bytes with its extension kept.
pub fn safe_file_name(name: &str) -> String {
    let replaced: String =
        name.chars().filter(|c| !is_invisible(*c)).map(|c| if is_special(c) { '_' } else { c }).collect();
    let trimmed = shorten(replaced.trim_matches(is_loose));
    // The cut may have bared a dot at the end, or a device.
    let trimmed = trimmed.trim_end_matches(is_loose);
    if trimmed.is_empty() {
        return NAMELESS.to_owned();
    }
    let stem = trimmed.split('.').next().unwrap_or_default().trim().to_lowercase();
    if DEVICES.contains(&stem.as_str()) {
        shorten(&format!("_{trimmed}")).trim_end_matches(is_loose).to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// The same names, with numbers where one would come twice (compared without case).
pub fn unique_names(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let mut unique = Vec::new();
    for name in names {
        let (stem, extension) = split(&name);
        let candidates = (2..).map(|number| format!("{stem} ({number}){extension}"));
        let free = std::iter::once(name.clone()).chain(candidates).find(|it| taken.insert(it.to_lowercase()));
        unique.push(free.unwrap_or(name));
    }
    unique
}

/// What no name begins or ends with.
fn is_loose(c: char) -> bool {
    c == '.' || c == '_' || c.is_whitespace()
}

fn is_special(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Stem, and extension with its dot if it has a short one.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= EXTENSION_BYTES => name.split_at(dot),
        _ => (name, ""),
    }
}

fn shorten(name: &str) -> String {
    if name.len() <= NAME_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = split(name);
    let room = NAME_BYTES - extension.len();
    let end = (0..=room).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or(0);
    let stem = stem.get(..end).unwrap_or_default().trim_end();
    format!("{stem}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe_and_stay_recognisable() {
        let cases = [
            ("Bescheid Größe 📄.pdf", "Bescheid Größe 📄.pdf"),
            ("../../etc/passwd", "etc_passwd"),
            ("C:\\Windows\\evil.exe", "C__Windows_evil.exe"),
            ("rechnung\u{202e}fdp.exe", "rechnungfdp.exe"),
            ("", "Anhang"),
            ("...", "Anhang"),
            ("/", "Anhang"),
            ("\u{200b}\0", "Anhang"),
            ("CON.txt", "_CON.txt"),
            ("com¹.txt", "_com¹.txt"),
            (".htaccess", "htaccess"),
            ("a\r\nb.txt", "ab.txt"),
            ("liste ", "liste"),
        ];
        for (name, safe) in cases {
            assert_eq!(safe_file_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let long = format!("{}.xlsx", "ü".repeat(125));
        let safe = safe_file_name(&long);
        assert!(safe.len() <= NAME_BYTES && safe.ends_with("ü.xlsx"), "{safe}");
        assert!(safe_file_name(&"x".repeat(300)).len() == NAME_BYTES);
    }

    #[test]
    fn a_cut_bares_no_dot_and_no_device() {
        let dot = format!("{}.{}", "x".repeat(179), "y".repeat(100));
        assert_eq!(safe_file_name(&dot), "x".repeat(179));
        let device = format!("con{}x", " ".repeat(200));
        assert_eq!(safe_file_name(&device), "_con");
        let long_device = safe_file_name(&format!("con.{}", "x".repeat(300)));
        assert!(long_device.starts_with("_con.") && long_device.len() == NAME_BYTES, "{long_device}");
    }

    #[test]
    fn equal_names_get_numbers() {
        let names = ["a.pdf", "A.pdf", "a.pdf", "a (2).pdf", "b"].map(String::from);
        assert_eq!(unique_names(names), ["a.pdf", "A (2).pdf", "a (3).pdf", "a (2) (2).pdf", "b"]);
    }
}
