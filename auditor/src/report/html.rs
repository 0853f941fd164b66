//! To be read in a browser and printed: one file without scripts and without anything that has to be loaded.

use super::{Class, Language, StoreReport, class_name, text};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#111}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}\
th,td{border-bottom:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
.ok,.bad{padding:.75rem 1rem;border:2px solid #111;font-weight:bold}.bad{border-color:#b00020}\
thead{display:table-header-group}tr{break-inside:avoid}\
@media print{body{margin:0;max-width:none;font-size:10pt}h2{break-after:avoid}}@page{margin:18mm}";

/// The whole page.
#[must_use]
pub fn html(report: &StoreReport, language: Language) -> String {
    let t = |german, english| language.of(german, english);
    let title = t("Prüfbericht: Datenbestand des Servers", "Audit report: data of the server");
    let mark = if report.findings.is_empty() { "ok" } else { "bad" };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1><p class=\"{mark}\">{}</p><p>auditor {}</p>",
        language.of("de", "en"),
        escaped(&text::verdict(report, language)),
        escaped(report.auditor),
    );
    if !report.findings.is_empty() {
        let head = [t("Befund", "Finding"), t("Ort", "Place"), t("Einzelheiten", "Details")];
        let rows = report
            .findings
            .iter()
            .map(|it| vec![it.problem.sentence(language).to_owned(), it.place.clone(), it.detail.clone()]);
        section(&mut out, t("Befunde", "Findings"), &head, rows);
    }
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
    section(&mut out, t("Datenbank", "Store"), &head, rows);
    let head = [t("Ordner", "Folder"), t("Klasse", "Class"), t("Anzahl", "Count"), "Bytes"];
    let rows = report.files.iter().map(|it| {
        vec![
            it.folder.to_owned(),
            class_name(it.class, language).to_owned(),
            it.files.to_string(),
            it.bytes.to_string(),
        ]
    });
    section(&mut out, t("Dateien", "Files"), &head, rows);
    let head = [t("Chiffrate", "Ciphertext"), t("Anzahl", "Count"), "Bytes", "χ² (σ)"];
    let rows = report.randomness.iter().map(|it| {
        let deviation = it.chi_square_deviation.map_or_else(|| "–".into(), |it| format!("{it:+.2}"));
        vec![it.what.name(language).to_owned(), it.samples.to_string(), it.bytes.to_string(), deviation]
    });
    section(&mut out, t("Zufälligkeit der Chiffrate", "Randomness of ciphertext"), &head, rows);
    account(&mut out, report, language);
    out.push_str("</body></html>\n");
    out
}

fn account(out: &mut String, report: &StoreReport, language: Language) {
    let Some(account) = &report.account else { return };
    let title = language.of("Was der Server weiß über", "What the server knows about");
    let head = [
        language.of("Datensatz", "Record"),
        language.of("Feld", "Field"),
        language.of("Klasse", "Class"),
        language.of("Inhalt", "Content"),
    ];
    let rows = account.records.iter().flat_map(|record| {
        record.fields.iter().map(|(name, class, value): &(&str, Class, String)| {
            vec![
                record.kind.to_owned(),
                (*name).to_owned(),
                class_name(*class, language).to_owned(),
                value.clone(),
            ]
        })
    });
    section(out, &format!("{title} {}", account.address), &head, rows);
}

fn section(out: &mut String, title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    out.push_str(&format!("<h2>{}</h2><table><thead><tr>", escaped(title)));
    for name in head {
        out.push_str(&format!("<th scope=\"col\">{}</th>", escaped(name)));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let class = if cell.parse::<f64>().is_ok() { " class=\"n\"" } else { "" };
            out.push_str(&format!("<td{class}>{}</td>", escaped(&cell)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_data_says_is_text_and_never_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
