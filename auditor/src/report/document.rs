//! A report as tables under headings with a verdict at the end: for a terminal, and as a page to be printed, in one file
//! without scripts and without anything that has to be loaded.

use super::Language;
use std::fmt::Write as _;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#111}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}\
th,td{border-bottom:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}\
h1,h2{overflow-wrap:anywhere}td.w{white-space:nowrap}td.l{overflow-wrap:anywhere}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
.ok,.bad{padding:.75rem 1rem;border:2px solid #111;font-weight:bold}.bad{border-color:#b00020}\
thead{display:table-header-group}tr{break-inside:avoid}\
@media print{body{margin:0;max-width:none;font-size:10pt}h2{break-after:avoid}}@page{margin:18mm}";

/// A word that is longer may be broken.
const WORD_CHARS: usize = 14;

/// Something that can be written down in two languages.
pub trait Report: serde::Serialize {
    /// Whether nothing was found.
    fn is_clean(&self) -> bool;

    /// The tables.
    fn document(&self, language: Language) -> Document;

    /// Lines for a terminal; the last one is the verdict.
    fn text(&self, language: Language) -> String {
        self.document(language).text()
    }
}

/// Tables and a verdict.
pub struct Document {
    /// Of the page.
    pub title: String,
    /// One sentence or two.
    pub verdict: String,
    /// Whether that is good.
    pub is_clean: bool,
    /// In order; those without rows are left out.
    pub sections: Vec<Section>,
}

/// A table.
pub struct Section {
    /// Above it.
    pub title: String,
    /// Of its columns; without one the first cell of each row says what the others are.
    pub head: Option<Vec<&'static str>>,
    /// Its cells.
    pub rows: Vec<Vec<String>>,
}

impl Section {
    /// A table.
    #[must_use]
    pub fn new(title: impl Into<String>, head: &[&'static str], rows: Vec<Vec<String>>) -> Self {
        Self { title: title.into(), head: Some(head.to_vec()), rows }
    }

    /// What is what.
    #[must_use]
    pub fn of_facts(title: impl Into<String>, rows: Vec<Vec<String>>) -> Self {
        Self { title: title.into(), head: None, rows }
    }
}

impl Document {
    /// For a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", visible(&self.title));
        // Writing to a string does not fail.
        for section in self.sections.iter().filter(|section| !section.rows.is_empty()) {
            let _ = writeln!(out, "\n{}", visible(&section.title));
            let columns = section.rows.iter().map(Vec::len).max().unwrap_or(0);
            let rows: Vec<Vec<String>> =
                section.rows.iter().map(|row| row.iter().map(|cell| visible(cell)).collect()).collect();
            let width = |column: usize| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            };
            let widths: Vec<usize> = (0..columns).map(width).collect();
            for row in &rows {
                let mut line = String::from(" ");
                for (cell, width) in row.iter().zip(&widths) {
                    let _ = write!(line, " {cell:<width$}");
                }
                let _ = writeln!(out, "{}", line.trim_end());
            }
        }
        let _ = writeln!(out, "\n{}", visible(&self.verdict));
        out
    }

    /// The whole page, made at a time (ms since 1970).
    #[must_use]
    pub fn html(&self, language: Language, at_ms: u64) -> String {
        let mark = if self.is_clean { "ok" } else { "bad" };
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p class=\"{mark}\">{}</p><p>auditor {}, {}</p>",
            language.of("de", "en"),
            escaped(&self.verdict),
            env!("CARGO_PKG_VERSION"),
            super::log::time(at_ms),
            title = escaped(&self.title),
        );
        self.sections.iter().filter(|it| !it.rows.is_empty()).for_each(|it| it.html(&mut out));
        out.push_str("</main></body></html>\n");
        out
    }
}

impl Section {
    fn html(&self, out: &mut String) {
        let _ = write!(out, "<h2>{}</h2><table>", escaped(&self.title));
        if let Some(head) = &self.head {
            out.push_str("<thead><tr>");
            for name in head {
                let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(name));
            }
            out.push_str("</tr></thead>");
        }
        out.push_str("<tbody>");
        for row in &self.rows {
            out.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                if at == 0 && self.head.is_none() {
                    let _ = write!(out, "<th scope=\"row\">{}</th>", escaped(cell));
                } else {
                    let _ = write!(out, "<td{}>{}</td>", class_of(cell), escaped(cell));
                }
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table>");
    }
}

/// Numbers stand below one another; names of records and fields are never broken, and long values anywhere.
fn class_of(cell: &str) -> &'static str {
    let mut words = cell.split_whitespace().map(|word| word.chars().count());
    if cell.parse::<f64>().is_ok() {
        " class=\"n\""
    } else if cell.chars().all(|it| it.is_alphabetic() || it == '_') {
        " class=\"w\""
    } else if words.any(|it| it > WORD_CHARS) {
        " class=\"l\""
    } else {
        ""
    }
}

/// Text from outside as it can be shown: what would break a line, steer a terminal or turn the direction of writing is
/// written out.
#[must_use]
pub fn visible(text: &str) -> String {
    let hides = |it: char| {
        it.is_control()
            || matches!(it, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown = String::with_capacity(text.len());
    for it in text.chars() {
        if hides(it) { shown.extend(it.escape_default()) } else { shown.push(it) }
    }
    shown
}

/// An error with its causes, in one line.
#[must_use]
pub fn told(error: &anyhow::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    for cause in error.chain() {
        let cause = cause.to_string().trim_end_matches('.').to_owned();
        // Some say theirs themselves.
        if causes.last().is_none_or(|before| !before.ends_with(&cause)) {
            causes.push(cause);
        }
    }
    visible(&causes.join(": "))
}

fn escaped(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_broken_and_a_long_value_is() {
        assert_eq!(class_of("12"), " class=\"n\"");
        assert_eq!(class_of("MessageGrants"), " class=\"w\"");
        assert_eq!(class_of(&"0a".repeat(16)), " class=\"l\"");
        assert_eq!(class_of("credential, hashed or wrapped"), "");
    }

    #[test]
    fn an_error_is_one_line_with_one_stop_at_most() {
        let error = anyhow::anyhow!("No such file").context("a\nb cannot be read.");
        assert_eq!(told(&error), r"a\nb cannot be read: No such file");
        assert_eq!(told(&anyhow::anyhow!("No file").context("x: No file.")), "x: No file");
    }

    #[test]
    fn what_the_data_says_is_text_and_never_markup() {
        let rows = vec![vec!["<b a=\"1\">&".to_owned()]];
        let document = Document {
            title: "T".into(),
            verdict: "<V>".into(),
            is_clean: true,
            sections: vec![Section::new("<S>", &["H"], rows), Section::new("empty", &["H"], Vec::new())],
        };
        let page = document.html(Language::En, 1_800_000_000_000);
        assert!(page.contains(", 2027-01-15T08:00:00Z</p>"), "{page}");
        assert!(page.contains("&lt;b a=&quot;1&quot;&gt;&amp;") && page.contains("&lt;V&gt;"));
        assert!(!page.contains("<b ") && !page.contains("<S>") && !page.contains("empty"));
        assert!(document.text().ends_with("\n<V>\n"));
    }

    #[test]
    fn no_head_of_a_table_is_empty() {
        let mut out = String::new();
        Section::of_facts("S", vec![vec!["Size".into(), "12".into()]]).html(&mut out);
        let table =
            "<table><tbody><tr><th scope=\"row\">Size</th><td class=\"n\">12</td></tr></tbody></table>";
        assert_eq!(out, format!("<h2>S</h2>{table}"));
    }
}
