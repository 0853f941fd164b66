//! What `auditor client` found.

use super::Language;
use super::document::{Document, Report, Section};
use serde::Serialize;
use std::path::Path;

/// What is not as it must be. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientProblem {
    /// The list of what is served.
    OtherList,
    /// A file is not served.
    Missing,
    /// A file has other bytes.
    OtherBytes,
    /// Something is served that is not in the build.
    Unknown,
    /// A header is not there.
    HeaderMissing,
    /// A header says something else.
    OtherHeader,
    /// A header is there more than once.
    HeaderTwice,
    /// A header that neither the build nor HTTP needs.
    UnknownHeader,
}

impl ClientProblem {
    const fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::OtherList => language.of(
                "Die Liste des Servers ist nicht die des Quelltextes",
                "The server's list is not that of the source",
            ),
            Self::Missing => language.of("Eine Datei wird nicht ausgeliefert", "A file is not served"),
            Self::OtherBytes => language.of("Eine Datei ist eine andere", "A file is another one"),
            Self::Unknown => language.of(
                "Etwas wird ausgeliefert, das nicht im Quelltext steht",
                "Something is served that is not of the source",
            ),
            Self::HeaderMissing => language.of("Eine Kopfzeile fehlt", "A header is missing"),
            Self::OtherHeader => language.of("Eine Kopfzeile lautet anders", "A header says something else"),
            Self::HeaderTwice => language.of("Eine Kopfzeile kommt mehrfach vor", "A header is there twice"),
            Self::UnknownHeader => language.of("Eine unbekannte Kopfzeile", "An unknown header"),
        }
    }
}

/// Something that is not as it must be, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientFinding {
    /// What.
    pub problem: ClientProblem,
    /// Below the server's address.
    pub path: String,
    /// More about it.
    pub detail: String,
}

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// Answers.
    pub answers: u64,
    /// Their bytes, as they came.
    pub bytes: u64,
}

/// What a comparison found.
#[derive(Debug, Clone, Serialize)]
pub struct ClientReport {
    /// Version of the auditor.
    pub auditor: &'static str,
    /// Of the server.
    pub url: String,
    /// The folder of the build.
    pub built: String,
    /// How much was compared.
    pub looked: Looked,
    /// What is not as it must be.
    pub findings: Vec<ClientFinding>,
}

impl ClientReport {
    pub(crate) fn of(url: &str, built: &Path) -> Self {
        Self {
            auditor: env!("CARGO_PKG_VERSION"),
            url: url.to_owned(),
            built: built.display().to_string(),
            looked: Looked::default(),
            findings: Vec::new(),
        }
    }

    pub(crate) const fn count(&mut self, more: Looked) {
        self.looked.answers += more.answers;
        self.looked.bytes += more.bytes;
    }
}

impl Report for ClientReport {
    fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn document(&self, language: Language) -> Document {
        let t = |german, english| language.of(german, english);
        let facts = vec![
            vec![t("Build", "Build").to_owned(), self.built.clone()],
            vec![t("Verglichene Antworten", "Answers compared").to_owned(), self.looked.answers.to_string()],
            vec!["Bytes".to_owned(), self.looked.bytes.to_string()],
        ];
        let rows = self
            .findings
            .iter()
            .map(|it| vec![it.problem.sentence(language).to_owned(), it.path.clone(), it.detail.clone()]);
        let head = [t("Befund", "Finding"), t("Pfad", "Path"), t("Einzelheiten", "Details")];
        let verdict = match (self.findings.len(), language) {
            (0, Language::De) => {
                "Ergebnis: kein Befund. Ausgeliefert wird, Byte für Byte, was der Quelltext ergibt.".into()
            }
            (0, Language::En) => {
                "Verdict: no finding. What is served is, byte for byte, what the source makes.".into()
            }
            (count, Language::De) => format!("Ergebnis: {count} Befund(e)."),
            (count, Language::En) => format!("Verdict: {count} finding(s)."),
        };
        Document {
            title: format!("{} {}", t("Webclient von", "Web client of"), self.url),
            verdict,
            is_clean: self.is_clean(),
            sections: vec![
                Section::of_facts(t("Vergleich", "Comparison"), facts),
                Section::new(t("Befunde", "Findings"), &head, rows.collect()),
            ],
        }
    }
}
