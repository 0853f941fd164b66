//! How two files differ: where, in text which line, in WebAssembly which section.

use std::fmt;

const SHOWN_CHARS: usize = 120;
const WASM: &[u8] = b"\0asm\x01\0\0\0";
/// By their number (WebAssembly core, 5.5.2); 0 has a name of its own.
const SECTIONS: [&str; 14] = [
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
];

/// The first difference of two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Bytes of the build's.
    pub built_bytes: usize,
    /// Bytes of the server's.
    pub served_bytes: usize,
    /// Of the first byte that is another.
    pub at: usize,
    /// What is there.
    pub place: Place,
}

/// What is where two files differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A line of text: its number from 1, the build's and the server's.
    Line(usize, String, String),
    /// A section of a WebAssembly module.
    Section(String),
    /// Neither.
    Bytes,
}

/// The first difference; `None` if there is none.
#[must_use]
pub fn explain(path: &str, built: &[u8], served: &[u8]) -> Option<Difference> {
    if built == served {
        return None;
    }
    let at = built.iter().zip(served).take_while(|(a, b)| a == b).count();
    let place = match (std::str::from_utf8(built), path.ends_with(".wasm")) {
        (_, true) => section(built, at).map_or(Place::Bytes, Place::Section),
        (Ok(_), false) => {
            let number = built.iter().take(at).filter(|byte| **byte == b'\n').count();
            Place::Line(number + 1, line(built, at), line(served, at))
        }
        (Err(_), false) => Place::Bytes,
    };
    Some(Difference { built_bytes: built.len(), served_bytes: served.len(), at, place })
}

/// From the difference's surroundings to the end of the line, if that is not far.
fn line(bytes: &[u8], at: usize) -> String {
    let before = bytes.get(..at).unwrap_or(bytes);
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
    // A line of minified code is the whole file.
    let begin = begin.max(at.saturating_sub(SHOWN_CHARS / 2));
    let rest = bytes.get(begin..).unwrap_or_default();
    let text =
        String::from_utf8_lossy(rest.split(|byte| *byte == b'\n').next().unwrap_or_default()).into_owned();
    text.chars().take(SHOWN_CHARS).collect()
}

/// The section of a module in which a byte lies.
fn section(module: &[u8], at: usize) -> Option<String> {
    if !module.starts_with(WASM) || at < WASM.len() {
        return Some("header".into());
    }
    let mut begin = WASM.len();
    while let Some((id, rest)) = module.get(begin..).and_then(<[u8]>::split_first) {
        let (length, digits) = leb128(rest)?;
        let body = begin + 1 + digits;
        let end = body.checked_add(length)?;
        if at < end {
            let name = SECTIONS.get(usize::from(*id)).copied().unwrap_or("unknown");
            let own = (*id == 0).then(|| custom_name(module.get(body..end)?)).flatten();
            return Some(own.map_or_else(|| name.into(), |own| format!("{name} \"{own}\"")));
        }
        begin = end;
    }
    Some("behind the last section".into())
}

fn custom_name(body: &[u8]) -> Option<String> {
    let (length, digits) = leb128(body)?;
    let name = body.get(digits..digits.checked_add(length)?)?;
    Some(String::from_utf8_lossy(name).into_owned())
}

fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let value = bytes.iter().take(digits).rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f));
    Some((value, digits))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { built_bytes, served_bytes, at, place } = self;
        write!(f, "{built_bytes} → {served_bytes} bytes, byte {at}")?;
        match place {
            Place::Line(number, built, served) => write!(f, ", line {number}: «{built}» → «{served}»"),
            Place::Section(name) => write!(f, ", section {name}"),
            Place::Bytes => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_text_the_first_line_that_differs() {
        let found = explain("/a.js", b"one\ntwo\nthree\n", b"one\ntwO\nthree\n").unwrap();
        assert_eq!((found.at, found.place), (6, Place::Line(2, "two".into(), "twO".into())));
        let longer = explain("/a.js", b"one", b"one\nmore").unwrap();
        assert_eq!((longer.at, longer.served_bytes), (3, 8));
        assert_eq!(explain("/a.js", b"one", b"one"), None);
        let minified = "x".repeat(5000) + "a;" + &"y".repeat(5000);
        let other = minified.replace("a;", "b;");
        let found = explain("/a.js", minified.as_bytes(), other.as_bytes()).unwrap();
        let Place::Line(1, built, served) = found.place else { panic!("a line") };
        assert!(built.contains("xa;y") && served.contains("xb;y") && built.len() <= SHOWN_CHARS);
    }

    #[test]
    fn of_a_module_the_section() {
        let module = [WASM, &[1, 2, 7, 7], &[0, 5, 4], b"name", &[10, 1, 9]].concat();
        let differs_at = |at: usize| {
            let mut other = module.clone();
            other[at] ^= 1;
            match explain("/m.wasm", &module, &other).unwrap().place {
                Place::Section(name) => name,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(differs_at(2), "header");
        assert_eq!(differs_at(10), "type");
        assert_eq!(differs_at(16), "custom \"name\"");
        assert_eq!(differs_at(module.len() - 1), "code");
        let longer = explain("/m.wasm", &module, &[module.as_slice(), &[1]].concat()).unwrap();
        assert_eq!(longer.place, Place::Section("behind the last section".into()));
    }
}
