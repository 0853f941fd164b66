//! Where a report goes.

use super::{Language, Report};
use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// Where a report goes, as every command takes it.
#[derive(clap::Args)]
pub struct Output {
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
    /// Also a page to be printed.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Of the report.
    #[arg(long, value_enum, default_value = "de")]
    language: Language,
}

impl Output {
    /// Writes it, and answers whether nothing was found.
    ///
    /// # Errors
    /// If a file cannot be written.
    #[expect(clippy::print_stdout, reason = "the report is what it is for")]
    pub fn write(&self, report: &impl Report) -> Result<bool> {
        if let Some(file) = &self.html {
            std::fs::write(file, report.document(self.language).html(self.language, crate::now_ms()))
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(report).context("the report")?);
        } else {
            print!("{}", report.text(self.language));
        }
        Ok(report.is_clean())
    }
}
