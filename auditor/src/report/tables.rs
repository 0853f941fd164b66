//! The store's report in tables.

use super::document::{Document, Section};
use super::meaning::meaning;
use super::{Class, Language, StoreReport, class_name, text};
use std::collections::BTreeSet;

pub(super) fn document(report: &StoreReport, language: Language) -> Document {
    let t = |german, english| language.of(german, english);
    let head = [t("Befund", "Finding"), t("Ort", "Place"), t("Einzelheiten", "Details")];
    let rows = report
        .findings
        .iter()
        .map(|it| vec![it.problem.sentence(language).to_owned(), it.place.clone(), it.detail.clone()]);
    let findings = Section::new(t("Befunde", "Findings"), &head, rows.collect());
    let head =
        [t("Datensatz", "Record"), t("Feld", "Field"), t("Klasse", "Class"), t("Anzahl", "Count"), "Bytes"];
    let rows = report.kinds.iter().filter(|kind| kind.records > 0).flat_map(|kind| {
        kind.fields.iter().map(|field| {
            vec![
                kind.name.to_owned(),
                field.name.to_owned(),
                class_name(field.class, language).to_owned(),
                field.present.to_string(),
                field.bytes.to_string(),
            ]
        })
    });
    let store = Section::new(t("Datenbank", "Store"), &head, rows.collect());
    let head = [t("Ordner", "Folder"), t("Klasse", "Class"), t("Anzahl", "Count"), "Bytes"];
    let rows = report.files.iter().map(|it| {
        vec![
            it.folder.to_owned(),
            class_name(it.class, language).to_owned(),
            it.files.to_string(),
            it.bytes.to_string(),
        ]
    });
    let files = Section::new(t("Dateien", "Files"), &head, rows.collect());
    let head = [t("Chiffrate", "Ciphertext"), t("Anzahl", "Count"), "Bytes", "χ² (σ)"];
    let rows = report.randomness.iter().map(|it| {
        let deviation = it.chi_square_deviation.map_or_else(|| "–".into(), |it| format!("{it:+.2}"));
        vec![it.what.name(language).to_owned(), it.samples.to_string(), it.bytes.to_string(), deviation]
    });
    let title = t("Zufälligkeit der Chiffrate", "Randomness of ciphertext");
    let randomness = Section::new(title, &head, rows.collect());
    let rows = vec![vec![t("Ordner", "Folder").to_owned(), report.data.clone()]];
    let looked = Section::of_facts(t("Angesehen", "Looked at"), rows);
    let mut sections = vec![looked, findings, store, files, randomness];
    sections.extend(account(report, language));
    Document {
        title: t("Prüfbericht: Datenbestand des Servers", "Audit report: data of the server").to_owned(),
        verdict: text::verdict(report, language),
        is_clean: report.findings.is_empty(),
        sections,
    }
}

/// What is known of an account, and before it what the kinds of its records are.
fn account(report: &StoreReport, language: Language) -> Vec<Section> {
    let Some(account) = report.account.as_ref() else { return Vec::new() };
    let kinds: BTreeSet<_> = account.records.iter().map(|record| record.kind).collect();
    let meanings = kinds.into_iter().map(|kind| vec![kind.to_owned(), meaning(kind, language).to_owned()]);
    let meanings = Section::new(
        language.of("Was die Datensätze sind", "What the records are"),
        &[language.of("Datensatz", "Record"), language.of("Bedeutung", "Meaning")],
        meanings.collect(),
    );
    let title = language.of("Was der Server weiß über", "What the server knows about");
    let head = [
        language.of("Datensatz", "Record"),
        language.of("Feld", "Field"),
        language.of("Klasse", "Class"),
        language.of("Inhalt", "Content"),
    ];
    let rows = account.records.iter().flat_map(|record| {
        let row = |field: &str, class: &str, value: &str| {
            [record.kind, field, class, value].map(str::to_owned).to_vec()
        };
        let key =
            row(language.of("(Schlüssel)", "(key)"), class_name(Class::Metadata, language), &record.key);
        let fields = record.fields.iter();
        let fields = fields.map(move |(name, class, value)| row(name, class_name(*class, language), value));
        std::iter::once(key).chain(fields)
    });
    let title = format!("{title} {} ({})", account.address, account.accounts.join(", "));
    vec![meanings, Section::new(title, &head, rows.collect())]
}
