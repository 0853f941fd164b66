//! What `auditor canary` found.

use crate::scan::Finding;
use auditor::report::{Document, Language, Report, Section};
use serde::Serialize;

/// Where it is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The data directory without the parts.
    Store,
    /// Parts of messages.
    Parts,
    /// The server's log.
    Log,
    /// Outgoing mails.
    Mail,
    /// What the server's process can write.
    Memory,
}

impl Place {
    pub(crate) const fn name(self, language: Language) -> &'static str {
        match self {
            Self::Store => language.of("Datenbank", "store"),
            Self::Parts => language.of("Nachrichtenteile", "parts of messages"),
            Self::Log => language.of("Protokoll des Servers", "the server's log"),
            Self::Mail => language.of("E-Mails", "mails"),
            Self::Memory => language.of("Arbeitsspeicher", "memory"),
        }
    }
}

/// A look at one place.
#[derive(Debug, Clone, Serialize)]
pub struct Looked {
    /// Which.
    pub place: Place,
    /// Files, or regions of memory.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether what must be there was found; `None`: not looked at.
    pub control: Option<bool>,
    /// What must not be there.
    pub findings: Vec<Finding>,
}

impl Looked {
    /// Nobody said where it is.
    #[must_use]
    pub const fn not_at(place: Place) -> Self {
        Self { place, count: 0, bytes: 0, control: None, findings: Vec::new() }
    }
}

/// What was found in all places.
#[derive(Debug, Clone, Serialize)]
pub struct CanaryReport {
    /// Version of the auditor.
    pub auditor: &'static str,
    /// Of the server.
    pub url: String,
    /// The mailbox that was made for it.
    pub partner: String,
    /// Names of what was looked for.
    pub canaries: Vec<String>,
    /// Encodings in which the scanner did not find what was planted for it: it is blind to them.
    pub blind: Vec<String>,
    /// In order.
    pub places: Vec<Looked>,
}

impl CanaryReport {
    fn missed(&self) -> usize {
        self.blind.len() + self.places.iter().filter(|it| it.control == Some(false)).count()
    }

    fn found(&self) -> usize {
        self.places.iter().map(|it| it.findings.len()).sum()
    }

    fn verdict(&self, language: Language) -> String {
        match (self.found(), self.missed(), language) {
            (0, 0, Language::De) => {
                "Ergebnis: kein Befund. Nichts Vertrauliches liegt offen, und jede Kontrolle wurde gefunden."
                    .into()
            }
            (0, 0, Language::En) => {
                "Verdict: no finding. Nothing confidential is in the clear, and every control was found."
                    .into()
            }
            (0, missed, Language::De) => {
                format!("Ergebnis: {missed} Kontrolle(n) nicht gefunden. Die Suche sagt dort nichts.")
            }
            (0, missed, Language::En) => {
                format!("Verdict: {missed} control(s) not found. There the search says nothing.")
            }
            (found, _, Language::De) => format!("Ergebnis: {found} Befund(e)."),
            (found, _, Language::En) => format!("Verdict: {found} finding(s)."),
        }
    }
}

impl Report for CanaryReport {
    fn is_clean(&self) -> bool {
        self.found() == 0 && self.missed() == 0
    }

    fn document(&self, language: Language) -> Document {
        let t = |german, english| language.of(german, english);
        let control = |found| match found {
            Some(true) => t("Kontrolle gefunden", "control found"),
            Some(false) => t("KONTROLLE NICHT GEFUNDEN", "CONTROL NOT FOUND"),
            None => t("nicht angesehen", "not looked at"),
        };
        let places = self.places.iter().map(|it| {
            vec![
                it.place.name(language).to_owned(),
                it.count.to_string(),
                it.bytes.to_string(),
                control(it.control).to_owned(),
                it.findings.len().to_string(),
            ]
        });
        let head = [
            t("Ort", "Place"),
            t("Dateien", "Files"),
            "Bytes",
            t("Kontrolle", "Control"),
            t("Befunde", "Findings"),
        ];
        let places = Section::new(t("Orte", "Places"), &head, places.collect());
        let findings = self.places.iter().flat_map(|it| &it.findings);
        let findings = findings.map(|it| vec![it.needle.clone(), it.encoding.clone(), it.place.clone()]);
        let head = [t("Was", "What"), t("Kodierung", "Encoding"), t("Wo", "Where")];
        let findings = Section::new(t("Befunde", "Findings"), &head, findings.collect());
        let blind = self.blind.iter().map(|it| vec![it.clone()]).collect();
        let sung = self.canaries.iter().map(|it| vec![it.clone()]).collect();
        Document {
            title: format!("{} {}", t("Kanarienvögel bei", "Canaries at"), self.url),
            verdict: self.verdict(language),
            is_clean: self.is_clean(),
            sections: vec![
                Section::new(t("Gesucht", "Looked for"), &[""], sung),
                places,
                findings,
                Section::new(t("Blind für", "Blind to"), &[""], blind),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_that_is_missing_is_no_clean_report() {
        let looked = |control, findings| Looked { place: Place::Log, count: 1, bytes: 1, control, findings };
        let report = |looked| CanaryReport {
            auditor: "1",
            url: "u".into(),
            partner: "p".into(),
            canaries: Vec::new(),
            blind: Vec::new(),
            places: vec![looked],
        };
        assert!(report(looked(Some(true), Vec::new())).is_clean());
        assert!(report(looked(None, Vec::new())).is_clean());
        assert!(!report(looked(Some(false), Vec::new())).is_clean());
        let finding = Finding { needle: "n".into(), encoding: "e".into(), place: "p".into() };
        let found = report(looked(Some(true), vec![finding]));
        assert!(!found.is_clean());
        assert!(found.text(Language::En).contains("1 finding(s)"));
        let blind = CanaryReport { blind: vec!["hex".into()], ..report(looked(Some(true), Vec::new())) };
        assert!(!blind.is_clean());
    }
}
