//! `auditor`: sees for itself what the portal's server holds and shows.
//!
//! Exit codes: 0 no finding, 1 findings, 2 it could not be done.

use anyhow::{Context as _, Result};
use auditor::http::Server;
use auditor::log::{self, Kept, Witness};
use auditor::report::{Output, Report, told};
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks that the portal's server holds nothing that it could read, and shows everybody the same.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Looks at every live record and every file of a copy of the data directory.
    Store {
        /// The copy; it is not changed.
        data: PathBuf,
        /// Also what is known of the account with this address.
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Follows the key directory from where the last run ended.
    Log {
        /// Of the server: https://portal.example
        url: String,
        /// What one run keeps for the next; made by the first one.
        #[arg(long, value_name = "FILE")]
        keep: PathBuf,
        /// With the token that the operator gave, to see the entries too.
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
        /// The witness's key with which what is right is signed.
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Compares the web client that is served with a build of the source.
    Client {
        /// Of the server: https://portal.example
        url: String,
        /// A clean checkout of the source, which is built.
        #[arg(long, value_name = "DIR", required_unless_present = "built")]
        source: Option<PathBuf>,
        /// A finished build instead: target/web.
        #[arg(long, value_name = "DIR")]
        built: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Writes random texts through the real client, and looks for them on the server; `auditor-canary` beside this
    /// program does it, since this one has no code of a client.
    #[command(disable_help_flag = true)]
    Canary {
        /// As `auditor canary --help` says.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Makes a witness's key, and prints what the organisation names in its policy.
    Key {
        /// The witness's name, such as pruefer.example/1
        name: String,
        /// A file that is not there yet.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("auditor: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

/// Whether there was no finding.
fn run(cli: Cli) -> Result<bool> {
    match cli.command {
        Command::Store { data, account, output } => {
            output.write(&auditor::store::audit(&data, account.as_deref())?)
        }
        Command::Log { url, keep, token_file, key, output } => {
            output.write(&follow(&url, &keep, token_file.as_deref(), key.as_deref())?)
        }
        Command::Client { url, source, built, output } => {
            let server = Server::at(&url)?;
            let built = match (built, source) {
                (Some(built), _) => built,
                (None, Some(source)) => auditor::client::build(&source)?,
                (None, None) => anyhow::bail!("Either --source or --built is needed."),
            };
            output.write(&wait(auditor::client::compare(&server, &built))?)
        }
        Command::Canary { arguments } => canary(&arguments),
        Command::Key { name, to } => {
            print(&format!("{}\n", Witness::make(&name, &to)?.public()));
            Ok(true)
        }
    }
}

fn follow(url: &str, keep: &Path, token: Option<&Path>, key: Option<&Path>) -> Result<impl Report + use<>> {
    let mut server = Server::at(url)?;
    if let Some(file) = token {
        let token = std::fs::read_to_string(file);
        let token = token.with_context(|| format!("{} cannot be read.", file.display()))?;
        server = server.with_token(token.trim())?;
    }
    let witness = key.map(Witness::read).transpose()?;
    let before = Kept::read(keep)?;
    let followed = wait(log::follow(&server, before, witness.as_ref(), auditor::now_ms()))?;
    if let Some(kept) = &followed.kept {
        kept.write(keep)?;
    }
    Ok(followed.report)
}

/// Becomes the other program.
fn canary(arguments: &[OsString]) -> Result<bool> {
    let beside = std::env::current_exe()?.with_file_name("auditor-canary");
    let error = std::process::Command::new(&beside).args(arguments).exec();
    Err(error).with_context(|| format!("{} does not start; cargo build -p auditor-canary", beside.display()))
}

fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

#[expect(clippy::print_stdout, reason = "what it makes is what it is for")]
fn print(text: &str) {
    print!("{text}");
}
