//! Files to send: deterministic contents, awkward names.

pub use auditor_canary::scan::noise;

/// Names that file systems, headers and people stumble over.
pub fn awkward_names() -> Vec<String> {
    vec![
        "Änderungsbescheid – Größe & Maße 😀.pdf".into(),
        "../../etc/passwd".into(),
        "..\\..\\windows\\win.ini".into(),
        "rechnung\u{202e}fdp.exe".into(),
        format!("{}.txt", "n".repeat(251)),
        format!("{}.pdf", "ü".repeat(125)),
        "CON".into(),
        ".versteckt".into(),
        "name mit \"Anführung\" und <spitzen>.txt".into(),
        "zeile\r\numbruch.txt".into(),
        "nul\0byte.txt".into(),
        "   ".into(),
        String::new(),
        "u\u{308}mlaut zerlegt.txt".into(),
        "punkt am ende.".into(),
    ]
}
