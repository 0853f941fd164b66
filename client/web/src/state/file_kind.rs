//! What an attachment is by the ending of its name, as the person's system will take it.

use super::file_name;

/// What can be done with it here, and what may come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A raster image, which the browser can show.
    Image,
    /// Text to read or print.
    Document,
    /// Rows and columns.
    Table,
    /// Other files in one.
    Archive,
    /// Runs as a program, or brings macros or scripts along.
    Active,
    /// Anything else.
    Other,
}

/// Decoded by the browser itself. No SVG: it is a document.
const IMAGES: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp"];

const DOCUMENTS: [&str; 8] = ["pdf", "docx", "odt", "rtf", "txt", "md", "pptx", "odp"];

const TABLES: [&str; 3] = ["xlsx", "ods", "csv"];

const ARCHIVES: [&str; 6] = ["zip", "7z", "rar", "tar", "gz", "tgz"];

/// Sorted.
const ACTIVE: [&str; 123] = [
    "accdb",
    "accde",
    "ade",
    "adp",
    "apk",
    "app",
    "appinstaller",
    "application",
    "appref-ms",
    "appx",
    "appxbundle",
    "bash",
    "bat",
    "chm",
    "chw",
    "class",
    "cmd",
    "com",
    "command",
    "cpl",
    "deb",
    "desktop",
    "diagcab",
    "dll",
    "dmg",
    "doc",
    "docm",
    "dot",
    "dotm",
    "exe",
    "gadget",
    "hlp",
    "hta",
    "htm",
    "html",
    "img",
    "inf",
    "iqy",
    "iso",
    "jar",
    "jnlp",
    "job",
    "js",
    "jscript",
    "jse",
    "library-ms",
    "lnk",
    "mdb",
    "mde",
    "mht",
    "mhtml",
    "msc",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "one",
    "onepkg",
    "osd",
    "php",
    "pif",
    "pkg",
    "pl",
    "pot",
    "potm",
    "ppa",
    "ppam",
    "pps",
    "ppsm",
    "ppt",
    "pptm",
    "prf",
    "ps1",
    "ps1xml",
    "psd1",
    "psm1",
    "py",
    "pyw",
    "rb",
    "rdp",
    "reg",
    "rpm",
    "run",
    "scf",
    "scr",
    "sct",
    "search-ms",
    "settingcontent-ms",
    "sh",
    "shtml",
    "slk",
    "svg",
    "svgz",
    "udl",
    "url",
    "vb",
    "vbe",
    "vbs",
    "vbscript",
    "vhd",
    "vhdx",
    "webloc",
    "website",
    "wim",
    "workflow",
    "ws",
    "wsc",
    "wsf",
    "wsh",
    "xht",
    "xhtml",
    "xla",
    "xlam",
    "xll",
    "xls",
    "xlsb",
    "xlsm",
    "xlt",
    "xltm",
    "xlw",
    "xnk",
    "zsh",
];

/// By the ending alone, of the name that the file is saved by: what is inside is never looked at.
pub(crate) fn of(name: &str) -> FileKind {
    let visible = file_name::visible(name);
    let ending =
        visible.trim_end_matches(is_dropped).rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let ending = ending.unwrap_or_default();
    let ending = ending.as_str();
    let kinds: [(&[&str], FileKind); 5] = [
        (&IMAGES, FileKind::Image),
        (&ACTIVE, FileKind::Active),
        (&DOCUMENTS, FileKind::Document),
        (&TABLES, FileKind::Table),
        (&ARCHIVES, FileKind::Archive),
    ];
    kinds.iter().find(|(endings, _)| endings.contains(&ending)).map_or(FileKind::Other, |(_, kind)| *kind)
}

/// What the portal, browsers and systems drop at the end of a name, some of it after it became `_`.
fn is_dropped(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '_' | '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endings_are_sorted_and_there_once() {
        assert!(ACTIVE.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn the_last_ending_counts() {
        for (name, kind) in [
            ("Foto.JPG", FileKind::Image),
            ("Bescheid.pdf.exe", FileKind::Active),
            ("Liste.xlsm", FileKind::Active),
            ("Bild.svg", FileKind::Active),
            ("Liste.xlsx", FileKind::Table),
            ("exe", FileKind::Other),
            ("Foto.jpg.txt", FileKind::Document),
            ("Belege.tar.GZ", FileKind::Archive),
            ("Schlüssel.asc", FileKind::Other),
            ("n.scr.", FileKind::Active),
            ("n.exe. . _", FileKind::Active),
            ("n.exe::", FileKind::Active),
            ("n.e\u{200b}xe\u{202e}", FileKind::Active),
            ("Brief.doc", FileKind::Active),
        ] {
            assert_eq!(of(name), kind, "{name}");
        }
    }
}
