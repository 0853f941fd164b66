//! What an attachment is by the ending of its name, as the person's system will take it.

/// What can be done with it here, and what may come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A raster image, which the browser can show.
    Image,
    /// Runs as a program, or brings macros or scripts along.
    Active,
    /// Anything else.
    Other,
}

/// Decoded by the browser itself. No SVG: it is a document.
const IMAGES: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp"];

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
    if IMAGES.contains(&ending) {
        FileKind::Image
    } else if ACTIVE.contains(&ending) {
        FileKind::Active
    } else {
        FileKind::Other
    }
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
            ("Liste.xlsx", FileKind::Other),
            ("exe", FileKind::Other),
            ("Foto.jpg.txt", FileKind::Other),
        ] {
            assert_eq!(of(name), kind, "{name}");
        }
    }
}
