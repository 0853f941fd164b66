//! Fuzzing: libFuzzer over the targets of `tests/fuzz`, compiled with the counters that show it where an input leads.
//!
//! The stable compiler has all that is needed (LLVM's SanitizerCoverage is a pass of it); only the sanitizers are the
//! nightly compiler's, and there is little in this code that they would find.

use anyhow::{Context as _, Result, bail};
use std::fs;

use crate::paths::Paths;
use crate::run;

/// Counters where the program branches, and what it compares with; one unit of code, which the linker drops as a whole
/// or not at all.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                        -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
                        -Ccodegen-units=1";
/// Quick, and every check on.
const PROFILE: &str = "fuzz";

/// What is looked for, and how long.
pub(crate) struct Options {
    /// One target instead of all of them.
    pub(crate) target: Option<String>,
    /// For each target.
    pub(crate) seconds: u64,
}

/// Builds the engine and runs one target after the other.
///
/// # Errors
/// When something does not build, or an input breaks a promise: it lies in `target/fuzz/found/` then.
pub(crate) fn fuzz(paths: &Paths, options: &Options) -> Result<()> {
    run::heading("The engine");
    let host = host(paths)?;
    let folder = paths.target.join("fuzz");
    let mut cargo = paths.cargo("build");
    // With `--target` the flags are not those of build scripts and macros, which could not be linked.
    cargo.args([
        "--package",
        "fuzz",
        "--bin",
        "engine",
        "--features",
        "engine",
        "--profile",
        PROFILE,
        "--target",
    ]);
    run::run(cargo.arg(&host).env("CARGO_TARGET_DIR", &folder).env("RUSTFLAGS", COUNTERS))?;
    let engine = folder.join(&host).join(PROFILE).join("engine");
    let mut broken = Vec::new();
    for target in targets(paths, options.target.as_deref())? {
        run::heading(&format!("Fuzzing {target}"));
        let (grown, found) = (folder.join("corpus").join(&target), folder.join("found").join(&target));
        fs::create_dir_all(&grown).and_then(|()| fs::create_dir_all(&found)).context("No folder for it.")?;
        let mut engine = paths.program(&engine);
        engine
            .env("KBS_FUZZ_TARGET", &target)
            .args([&grown, &paths.root.join("tests/fuzz/corpus").join(&target)])
            .arg(format!("-artifact_prefix={}/", found.display()))
            .arg(format!("-max_total_time={}", options.seconds))
            .args(["-timeout=20", "-max_len=16384", "-print_final_stats=1", "-verbosity=1"]);
        if run::run(&mut engine).is_err() {
            broken.push(target);
        }
    }
    if !broken.is_empty() {
        bail!(
            "Something broke a promise of {}; the inputs are in {}.",
            broken.join(", "),
            folder.join("found").display()
        );
    }
    Ok(())
}

/// Each has a folder in the corpus; the ordinary test sees to it.
fn targets(paths: &Paths, wanted: Option<&str>) -> Result<Vec<String>> {
    let folders = fs::read_dir(paths.root.join("tests/fuzz/corpus")).context("There is no corpus.")?;
    let names = folders.map(|folder| Ok(folder?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<String>>>()?;
    names.sort_unstable();
    let Some(wanted) = wanted else { return Ok(names) };
    if !names.iter().any(|name| name == wanted) {
        bail!("No target has that name; there are {}.", names.join(", "));
    }
    Ok(vec![wanted.to_owned()])
}

fn host(paths: &Paths) -> Result<String> {
    let version = run::read(paths.program("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it runs on.")
}
