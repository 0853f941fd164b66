//! What an attachment is by the ending of its name, as the person's system will take it.

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

const DOCUMENTS: [&str; 10] = ["pdf", "doc", "docx", "odt", "rtf", "txt", "md", "ppt", "pptx", "odp"];

const TABLES: [&str; 4] = ["xls", "xlsx", "ods", "csv"];

const ARCHIVES: [&str; 6] = ["zip", "7z", "rar", "tar", "gz", "tgz"];

const ACTIVE: [&str; 46] = [
    "app",
    "appref-ms",
    "bat",
    "chm",
    "cmd",
    "com",
    "cpl",
    "deb",
    "desktop",
    "dll",
    "dmg",
    "docm",
    "dotm",
    "exe",
    "hta",
    "htm",
    "html",
    "img",
    "iso",
    "jar",
    "js",
    "jse",
    "lnk",
    "msi",
    "msp",
    "pif",
    "pkg",
    "potm",
    "ppam",
    "ppsm",
    "pptm",
    "ps1",
    "py",
    "reg",
    "rpm",
    "scr",
    "sh",
    "svg",
    "vbe",
    "vbs",
    "wsf",
    "xhtml",
    "xlam",
    "xll",
    "xlsm",
    "xltm",
];

/// By the ending alone: what is inside is never looked at.
pub(crate) fn of(name: &str) -> FileKind {
    let ending = name.trim().rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    // Windows drops these at the end.
    let ending = ending.trim_end_matches(['.', ' ']);
    let kinds: [(&[&str], FileKind); 5] = [
        (&IMAGES, FileKind::Image),
        (&ACTIVE, FileKind::Active),
        (&DOCUMENTS, FileKind::Document),
        (&TABLES, FileKind::Table),
        (&ARCHIVES, FileKind::Archive),
    ];
    kinds.iter().find(|(endings, _)| endings.contains(&ending)).map_or(FileKind::Other, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(of(name), kind, "{name}");
        }
    }
}
