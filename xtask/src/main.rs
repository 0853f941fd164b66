//! The developer's only command: `cargo xtask web|build|reproduce|demo|test|screenshots|tidy|bench|fuzz|mutants|ci`.
//!
//! It gets what a machine lacks, builds the two WebAssembly modules and bundles them for the server, starts the
//! demo, and runs every check in an order in which nothing is compiled twice. Invariant: everything it writes lies in
//! `target/`, in `node_modules/` or in the demo's own folder.
#![expect(clippy::print_stdout, reason = "a developer's command speaks on its standard output")]

mod check;
mod demo;
mod fuzz;
mod mutants;
mod needs;
mod paths;
mod reproduce;
mod run;
mod screenshots;
mod tally;
mod wasm;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use crate::paths::Paths;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, tests and shows the portal")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the web client into target/web.
    Web,
    /// Builds the web client and the server in release.
    Build,
    /// Builds the web client twice, in two folders, and compares every byte.
    Reproduce,
    /// Starts a portal with invented people and mail on this machine.
    Demo {
        /// Throws the demo's data away first.
        #[arg(long)]
        fresh: bool,
        /// The portal's port; its mails are shown on the next one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The demo's folder.
        #[arg(long, default_value = "demo-data")]
        data: PathBuf,
    },
    /// Runs every check, or those whose name contains FILTER.
    Test {
        /// A part of a step's name.
        filter: Option<String>,
        /// Given on to the step's own command.
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Runs the browser tests and keeps pictures of the pages in docs/screenshots.
    Screenshots,
    /// Format, lints, licences and documentation.
    Tidy,
    /// Measures, and prints what it saw.
    Bench {
        /// What to measure.
        #[arg(value_enum)]
        what: Bench,
    },
    /// Breaks what decides in crypto-core, place by place, and tells what no test notices. Takes hours.
    Mutants {
        /// A part of a file's path.
        filter: Option<String>,
        /// Given on to cargo-mutants.
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Looks for inputs that break a promise of whatever reads bytes from outside.
    Fuzz {
        /// One of the folders of tests/fuzz/corpus; all of them if it is left out.
        target: Option<String>,
        /// For each target.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// What CI runs: every check.
    Ci,
}

#[derive(Clone, Copy, ValueEnum)]
enum Bench {
    /// The client's ciphers, and sealing and sending 20 MB.
    Client,
    /// Scrolling through 10,000 messages.
    List,
    /// Whether answers tell known addresses, right codes and open requests from others by status, length or time.
    Shape,
}

fn main() -> ExitCode {
    match execute(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            error.chain().skip(1).for_each(|cause| eprintln!("  {cause}"));
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<()> {
    let paths = Paths::of_workspace();
    match command {
        Command::Web => web::build(&paths),
        Command::Build => {
            web::build(&paths)?;
            run::heading("The server");
            run::run(paths.cargo("build").args(["--release", "--package", "server"]))?;
            println!("The server is {}.", paths.binary("release", "server").display());
            println!("What it serves is listed in {}.", paths.web().join("manifest.json").display());
            Ok(())
        }
        Command::Reproduce => reproduce::reproduce(&paths),
        Command::Demo { fresh, port, data } => demo::run(&paths, &demo::Options { fresh, port, data }),
        Command::Test { filter, rest } => check::test(&paths, filter.as_deref(), &rest),
        Command::Screenshots => screenshots::take(&paths),
        Command::Tidy => check::test(&paths, Some("tidy"), &[]),
        Command::Bench { what: Bench::Client } => check::bench_client(&paths),
        Command::Bench { what: Bench::List } => check::bench_list(&paths),
        Command::Bench { what: Bench::Shape } => check::bench_shape(&paths),
        Command::Mutants { filter, rest } => mutants::run(&paths, filter.as_deref(), &rest),
        Command::Fuzz { target, seconds } => fuzz::fuzz(&paths, &fuzz::Options { target, seconds }),
        Command::Ci => check::test(&paths, None, &[]),
    }
}
