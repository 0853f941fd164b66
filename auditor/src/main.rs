//! `auditor`: sees for itself what the portal's server holds.
//!
//! Exit codes: 0 no finding, 1 findings, 2 it could not be done.

use anyhow::{Context as _, Result};
use auditor::report::{self, Language};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks that the portal's server holds nothing that it could read.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Looks at every byte of a copy of the data directory.
    Store {
        /// The copy; it is not changed.
        data: PathBuf,
        /// Also what is known of the account with this address.
        #[arg(long)]
        account: Option<String>,
        /// JSON instead of text.
        #[arg(long)]
        json: bool,
        /// Also a page to be printed.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
        /// Of the report.
        #[arg(long, value_enum, default_value = "de")]
        language: Language,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("auditor: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether there was no finding.
#[expect(clippy::print_stdout, reason = "the report is what it is for")]
fn run(cli: Cli) -> Result<bool> {
    let Command::Store { data, account, json, html, language } = cli.command;
    let report = auditor::store::audit(&data, account.as_deref())?;
    if let Some(file) = html {
        std::fs::write(&file, report::html(&report, language))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&report).context("the report")?);
    } else {
        print!("{}", report::text(&report, language));
    }
    Ok(report.findings.is_empty())
}
