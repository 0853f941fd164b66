//! `auditor canary`: see the library.
//!
//! Exit codes: 0 no finding and every control found, 1 otherwise, 2 it could not be done.

use anyhow::{Context as _, Result};
use auditor::http::Server;
use auditor::report::{Output, told};
use auditor_canary::canaries::{Staff, sing, word};
use auditor_canary::places::{Places, look};
use auditor_canary::report::CanaryReport;
use auditor_canary::scan::{Needle, controls};
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// A question that is not finished until the look is over.
const HELD_PATH: &str = "/api/v1/sign-in/start";

/// So long mails may take to leave.
const TRIES: u32 = 30;

/// Writes random texts through the real client, and looks for them on the server.
#[derive(Parser)]
#[command(name = "auditor canary", version)]
struct Cli {
    /// The server itself, not a proxy in front of it: http://localhost:8080
    #[arg(long, value_name = "URL")]
    server: String,
    /// Address of a member of staff without a second factor, who invites and writes.
    #[arg(long, value_name = "ADDRESS")]
    staff: String,
    /// With the password of that account.
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
    /// Who is invited; an address of nobody unless said otherwise.
    #[arg(long, value_name = "ADDRESS")]
    partner: Option<String>,
    /// The server's data directory, as it runs.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The server's process, for its memory.
    #[arg(long, value_name = "N")]
    pid: Option<u32>,
    /// The server's log: a file or a folder.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Outgoing mails (`mail.transport = "file"`, or copies).
    #[arg(long, value_name = "DIR")]
    mail: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("auditor canary: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let blind = controls::missed(folder.path())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(report(&cli, blind))?;
    cli.output.write(&report)
}

async fn report(cli: &Cli, blind: Vec<String>) -> Result<CanaryReport> {
    let password = std::fs::read_to_string(&cli.password_file);
    let password = password.with_context(|| format!("{} cannot be read.", cli.password_file.display()))?;
    let partner = match &cli.partner {
        Some(partner) => partner.clone(),
        None => format!("kanarie-{}@canary.invalid", word()?),
    };
    let staff = Staff { address: &cli.staff, password: password.trim_end_matches(['\r', '\n']) };
    let sung = sing(&cli.server, &staff, &partner).await?;
    let server = Server::at(&cli.server)?;
    let held = format!("gehalten-{}", word()?);
    let _open = server.hold(HELD_PATH, held.as_bytes()).await?;
    let places = Places {
        data: cli.data.clone(),
        pid: cli.pid,
        log: cli.log.clone(),
        mail: cli.mail.clone(),
        tries: TRIES,
    };
    let looked = look(&places, &sung, &Needle::text("held in memory", &held)).await?;
    Ok(CanaryReport {
        auditor: env!("CARGO_PKG_VERSION"),
        url: server.url().to_owned(),
        partner,
        canaries: names(&sung.needles),
        blind,
        places: looked,
    })
}

/// A file's windows count as one.
fn names(needles: &[Needle]) -> Vec<String> {
    let mut names: Vec<String> =
        needles.iter().map(|it| it.name.split(" from byte ").next().unwrap_or_default().to_owned()).collect();
    names.dedup();
    names
}
