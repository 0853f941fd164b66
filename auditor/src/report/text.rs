//! For a terminal.

use super::meaning::meaning;
use super::{AccountReport, Class, Language, StoreReport, class_name, visible};
use std::fmt::Write as _;

/// Lines of text; the last one is the verdict.
pub(super) fn text(report: &StoreReport, language: Language) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut out, report, language);
    out
}

fn write(out: &mut String, report: &StoreReport, language: Language) -> std::fmt::Result {
    writeln!(out, "{}", language.of("Datenbank", "Store"))?;
    for tree in &report.trees {
        let keys = language.of("Schlüssel", "keys");
        writeln!(out, "  {:<24} {:>9} {keys} {:>14} bytes", visible(&tree.name), tree.keys, tree.bytes)?;
    }
    for kind in report.kinds.iter().filter(|kind| kind.records > 0) {
        writeln!(out, "  {:>3} {:<20} {:>9} {:>20} bytes", kind.kind, kind.name, kind.records, kind.bytes)?;
        for field in &kind.fields {
            let class = class_name(field.class, language);
            writeln!(
                out,
                "      {:<22} {:>9} {:>16} bytes  {class}",
                field.name, field.present, field.bytes
            )?;
        }
    }
    writeln!(out, "\n{}", language.of("Dateien", "Files"))?;
    for files in &report.files {
        let class = class_name(files.class, language);
        writeln!(out, "  {:<24} {:>9} {:>16} bytes  {class}", files.folder, files.files, files.bytes)?;
    }
    writeln!(out, "\n{}", language.of("Zufälligkeit der Chiffrate", "Randomness of ciphertext"))?;
    for it in &report.randomness {
        let deviation = it.chi_square_deviation.map_or_else(|| "-".into(), |it| format!("{it:+.2} σ"));
        writeln!(
            out,
            "  {:<24} {:>9} {:>16} bytes  χ² {deviation}",
            it.what.name(language),
            it.samples,
            it.bytes
        )?;
    }
    if let Some(account) = &report.account {
        account_lines(out, account, language)?;
    }
    writeln!(out)?;
    for finding in &report.findings {
        write!(out, "{}: {}", finding.problem.sentence(language), visible(&finding.place))?;
        let detail = if finding.detail.is_empty() { "" } else { &format!(" ({})", visible(&finding.detail)) };
        writeln!(out, "{detail}")?;
    }
    writeln!(out, "{}", verdict(report, language))
}

fn account_lines(out: &mut String, account: &AccountReport, language: Language) -> std::fmt::Result {
    let title = language.of("Was der Server weiß über", "What the server knows about");
    writeln!(out, "\n{title} {} ({})", account.address, account.accounts.join(", "))?;
    for record in &account.records {
        writeln!(out, "  {} {}", record.kind, record.key)?;
        writeln!(out, "      {}", meaning(record.kind, language))?;
        for (name, class, value) in &record.fields {
            let class = if *class == Class::Metadata { "" } else { class_name(*class, language) };
            writeln!(out, "      {name:<22} {} {class}", visible(value))?;
        }
    }
    Ok(())
}

pub(super) fn verdict(report: &StoreReport, language: Language) -> String {
    let count = report.findings.len();
    if count == 0 {
        return language
            .of(
                "Ergebnis: kein Befund. Alles, was vertraulich ist, liegt nur als Chiffrat vor.",
                "Verdict: no finding. All that is confidential is there as ciphertext only.",
            )
            .to_owned();
    }
    match language {
        Language::De => format!("Ergebnis: {count} Befund(e)."),
        Language::En => format!("Verdict: {count} finding(s)."),
    }
}
