//! Every check, in an order in which nothing is compiled twice and the quick ones come first.
//!
//! `cargo test` and the programs under test share the development profile; the WebAssembly modules have theirs. The
//! server and the auditor are built alone, since another package's features would give them code that they must not have.

use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

use crate::paths::Paths;
use crate::run::{self, Stopwatch};
use crate::tally::Tally;
use crate::wasm::Compiler;
use crate::{needs, web};

/// The packages whose own tests run natively, each with its own features.
const NATIVE: [&[&str]; 5] = [
    &["--package", "crypto-core", "--features", "kat"],
    &[
        "--package",
        "client-sdk",
        "--package",
        "client-bridge",
        "--package",
        "client-worker",
        "--package",
        "client-web",
    ],
    &["--package", "server"],
    &["--package", "auditor"],
    &["--package", "xtask"],
];

/// The packages whose tests start the programs, or that share everything with those: built as one.
const INTEGRATION: [&str; 6] = ["--package", "tests", "--package", "auditor-canary", "--package", "fuzz"];

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Paths, &[String]) -> Result<Tally>,
    /// What follows makes no sense without it.
    is_ground: bool,
}

const STEPS: [Step; 10] = [
    step("tidy-format", "Format", format),
    step("tidy-lints", "Lints", lints),
    step("tidy-licences", "Licences and sources", licences),
    step("tidy-docs", "Documentation", documentation),
    step("native", "Native tests of the packages", native),
    step("kat", "Known answers in WebAssembly", known_answers),
    ground("web", "Web client", web_client),
    ground("programs", "Server and test programs", programs),
    step("it", "Protocol, crashes, plaintext, corpora", integration),
    step("browser", "Browser", browser),
];

const fn step(name: &'static str, what: &'static str, run: fn(&Paths, &[String]) -> Result<Tally>) -> Step {
    Step { name, what, run, is_ground: false }
}

const fn ground(name: &'static str, what: &'static str, run: fn(&Paths, &[String]) -> Result<Tally>) -> Step {
    Step { name, what, run, is_ground: true }
}

/// Runs the steps whose name contains `filter`, and closes with the number of tests.
///
/// # Errors
/// When a test failed, or no step has such a name.
pub(crate) fn test(paths: &Paths, filter: Option<&str>, rest: &[String]) -> Result<()> {
    let steps = selected(filter)?;
    let mut total = Tally::default();
    let mut summary = Vec::new();
    for step in steps {
        run::heading(step.what);
        let stopwatch = Stopwatch::start();
        let tally = outcome((step.run)(paths, rest));
        summary.push(line(step, tally, &run::duration(stopwatch.elapsed())));
        total.add(tally);
        if step.is_ground && tally.failed > 0 {
            summary.push("The rest needs that and was left out.".to_owned());
            break;
        }
    }
    println!("\n{}\n\n{} passed, {} failed", summary.join("\n"), total.passed, total.failed);
    if total.failed > 0 {
        bail!("Not everything holds.");
    }
    Ok(())
}

fn selected(filter: Option<&str>) -> Result<Vec<&'static Step>> {
    let steps: Vec<_> =
        STEPS.iter().filter(|step| filter.is_none_or(|filter| step.name.contains(filter))).collect();
    if steps.is_empty() {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("No step has such a name; there are {}.", names.join(", "));
    }
    Ok(steps)
}

fn outcome(result: Result<Tally>) -> Tally {
    result.unwrap_or_else(|error| {
        println!("{error}");
        error.chain().skip(1).for_each(|cause| println!("  {cause}"));
        Tally::default().closed_by(false)
    })
}

fn line(step: &Step, tally: Tally, duration: &str) -> String {
    let verdict = if tally.failed > 0 { "FAILED" } else { "ok" };
    format!(
        "{verdict:<7} {:<32} {:>6} passed {:>4} failed  {duration}",
        step.what, tally.passed, tally.failed
    )
}

fn format(paths: &Paths, _: &[String]) -> Result<Tally> {
    run::run_counting(paths.cargo("fmt").args(["--all", "--check"]))
}

fn lints(paths: &Paths, _: &[String]) -> Result<Tally> {
    let mut cargo = paths.cargo("clippy");
    cargo.args([
        "--workspace",
        "--all-targets",
        "--features",
        "crypto-core/kat,crypto-core/strength",
        "--",
        "--deny",
        "warnings",
    ]);
    run::run_counting(&mut cargo)
}

/// Advisories are left out: their database lies where no package registry serves it.
fn licences(paths: &Paths, _: &[String]) -> Result<Tally> {
    let mut deny = needs::cargo_deny(paths)?;
    deny.args(["--workspace", "--locked", "--config", ".deny.toml", "check", "licenses", "bans", "sources"]);
    run::run_counting(&mut deny)
}

fn documentation(paths: &Paths, _: &[String]) -> Result<Tally> {
    let mut cargo = paths.cargo("doc");
    cargo
        .args(["--workspace", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "--deny warnings");
    run::run_counting(&mut cargo)
}

fn native(paths: &Paths, rest: &[String]) -> Result<Tally> {
    let mut total = Tally::default();
    for packages in NATIVE {
        let mut cargo = paths.cargo("test");
        total.add(run::run_counting(cargo.args(packages).arg("--no-fail-fast").arg("--").args(rest))?);
    }
    Ok(total)
}

fn known_answers(paths: &Paths, _: &[String]) -> Result<Tally> {
    needs::node()?;
    let selection = ["--package", "crypto-core", "--example", "kat", "--features", "kat"];
    let folder = Compiler::find(paths)?.build(paths, "worker", &selection)?;
    let mut node = paths.program("node");
    run::run_counting(node.arg("crypto-core/tests/kat/run.mjs").arg(folder.join("examples/kat.wasm")))
}

fn web_client(paths: &Paths, _: &[String]) -> Result<Tally> {
    web::build(paths)?;
    Ok(Tally::default().closed_by(true))
}

fn programs(paths: &Paths, _: &[String]) -> Result<Tally> {
    run::run(paths.cargo("build").args(["--package", "server"]))?;
    run::run(paths.cargo("build").args(["--package", "auditor"]))?;
    run::run(paths.cargo("build").args(INTEGRATION).arg("--bins"))?;
    Ok(Tally::default().closed_by(true))
}

fn integration(paths: &Paths, rest: &[String]) -> Result<Tally> {
    needs::faketime()?;
    let mut cargo = paths.cargo("test");
    cargo.args(INTEGRATION).args(["--no-fail-fast", "--"]).args(rest);
    run::run_counting(with_programs(paths, &mut cargo))
}

fn browser(paths: &Paths, rest: &[String]) -> Result<Tally> {
    run::run_counting(&mut playwright(paths, rest)?)
}

fn playwright(paths: &Paths, rest: &[String]) -> Result<Command> {
    needs::chromium()?;
    needs::npm_packages(&paths.browser_tests())?;
    let mut playwright = paths.program("npx");
    playwright.current_dir(paths.browser_tests()).args(["--no-install", "playwright", "test"]).args(rest);
    with_programs(paths, &mut playwright);
    Ok(playwright)
}

/// The browser tests with what they need, so that they keep pictures of these pages in both languages and themes.
///
/// # Errors
/// When something does not build or a test fails.
pub(crate) fn browser_with_pictures(paths: &Paths, pages: &[&str]) -> Result<()> {
    web_client(paths, &[])?;
    programs(paths, &[])?;
    run::run(playwright(paths, &[])?.env("KBS_SCREENSHOTS", pages.join(",")))
}

/// Tells the tests where the programs lie that they start.
fn with_programs<'a>(paths: &Paths, command: &'a mut Command) -> &'a mut Command {
    command
        .env("KBS_SERVER_BIN", paths.binary("debug", "server"))
        .env("KBS_AUDITOR_BIN", paths.binary("debug", "auditor"))
        .env("KBS_STAGE_BIN", paths.binary("debug", "stage"))
        .env("KBS_LIAR_BIN", paths.binary("debug", "liar"))
        .env("KBS_SCAN_BIN", paths.binary("debug", "scan"))
        .env("KBS_FULL_MAILBOX_BIN", paths.binary("debug", "full-mailbox"))
}

/// Measures the client in a real browser.
///
/// # Errors
/// When something does not build or cannot be measured.
pub(crate) fn bench_client(paths: &Paths) -> Result<()> {
    run::heading("The primitives alone");
    let selection = ["--package", "crypto-core", "--example", "bench", "--features", "kat"];
    let primitives = Compiler::find(paths)?.build(paths, "worker", &selection)?.join("examples/bench.wasm");
    measure(paths, "bench", ("KBS_BENCH_WASM", primitives))
}

/// Measures scrolling through a long mailbox.
///
/// # Errors
/// As [`bench_client`].
pub(crate) fn bench_list(paths: &Paths) -> Result<()> {
    measure(paths, "list", ("KBS_FULL_MAILBOX_BIN", paths.binary("release", "full-mailbox")))
}

/// Runs one of the scripts of tests/bench with a server and pages as they are shipped.
fn measure(paths: &Paths, script: &str, (name, value): (&str, PathBuf)) -> Result<()> {
    needs::chromium()?;
    let folder = paths.root.join("tests/bench");
    needs::npm_packages(&folder)?;
    web::build(paths)?;
    run::heading("The server");
    run::run(paths.cargo("build").args(["--release", "--package", "server"]))?;
    run::run(paths.cargo("build").args(["--release", "--package", "tests", "--bins"]))?;
    run::heading("Measurements");
    let mut npm = paths.program("npm");
    npm.current_dir(folder).args(["run", "--silent", script]).env(name, value);
    npm.env("KBS_SERVER_BIN", paths.binary("release", "server"));
    run::run(npm.env("KBS_STAGE_BIN", paths.binary("release", "stage")))
}

/// Measures the answers to strangers of a server as it is shipped.
pub(crate) fn bench_shape(paths: &Paths) -> Result<()> {
    run::heading("The server");
    run::run(paths.cargo("build").args(["--release", "--package", "server"]))?;
    run::run(paths.cargo("build").args(["--release", "--package", "tests", "--bin", "shape"]))?;
    run::heading("Measurements");
    let mut shape = paths.program(paths.binary("release", "shape"));
    run::run(shape.env("KBS_SERVER_BIN", paths.binary("release", "server")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_selects_by_a_part_of_the_name() {
        let names = |filter| selected(filter).unwrap().iter().map(|step| step.name).collect::<Vec<_>>();
        assert_eq!(names(None).len(), STEPS.len());
        assert_eq!(names(Some("browser")), ["browser"]);
        assert_eq!(names(Some("tidy")).len(), 4);
        assert!(selected(Some("nothing")).is_err());
    }

    #[test]
    fn a_step_that_cannot_run_is_a_failure() {
        assert_eq!(outcome(Err(anyhow::anyhow!("no"))), Tally { passed: 0, failed: 1 });
    }
}
