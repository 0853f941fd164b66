//! The style sheets, in the order of their names, as one that is checked and minified.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};

use super::{files_under, read_text};

/// All sheets of a folder as one.
///
/// # Errors
/// When there is none, or one is not right.
pub(crate) fn bundled(folder: &Path) -> Result<String> {
    let mut bundle = String::new();
    for file in files_under(folder)?.iter().filter(|file| file.extension().is_some_and(|end| end == "css")) {
        bundle.push_str(&minified(&read_text(file)?, &file.to_string_lossy())?);
    }
    if bundle.is_empty() {
        bail!("{} holds no style sheet.", folder.display());
    }
    Ok(bundle)
}

fn minified(source: &str, name: &str) -> Result<String> {
    let options = ParserOptions { filename: name.to_owned(), ..ParserOptions::default() };
    let mut sheet =
        StyleSheet::parse(source, options).map_err(|error| anyhow!("{name} is not right: {error}."))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{name} cannot be minified: {error}."))?;
    let printer = PrinterOptions { minify: true, ..PrinterOptions::default() };
    Ok(sheet.to_css(printer).map_err(|error| anyhow!("{name} cannot be written: {error}."))?.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_follow_each_other_by_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("2.css"), "b { color: #ff0000; }\n").unwrap();
        std::fs::write(folder.path().join("1.css"), "/* first */ a { margin: 0 0 0 0; }\n").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
        assert_eq!(bundled(folder.path()).unwrap(), "a{margin:0}b{color:red}");
    }

    #[test]
    fn a_wrong_sheet_is_named() {
        assert!(minified("a { color: }}", "wrong.css").unwrap_err().to_string().starts_with("wrong.css"));
        assert!(bundled(Path::new("/nowhere")).is_err());
    }
}
