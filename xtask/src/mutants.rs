//! Code that is broken on purpose, to see which test notices: `cargo-mutants` over what decides in `crypto-core`.
//!
//! All of it takes hours, so it is no check of CI; a part of a file's path selects. What no test notices stands in
//! `target/mutants.out/missed.txt`.

use anyhow::{Result, bail};

use crate::paths::Paths;
use crate::{needs, run};

/// Files of `crypto-core/src`, and what is about them: packages, and the tests whose names contain one of these.
struct Area {
    files: &'static [&'static str],
    packages: &'static str,
    tests: &'static [&'static str],
}

const AREAS: [Area; 4] = [
    Area {
        files: &[
            "certificate/rules.rs",
            "certificate/directory.rs",
            "certificate/entry.rs",
            "certificate/policy.rs",
        ],
        packages: "crypto-core",
        tests: &["certificate::"],
    },
    Area {
        files: &["keys/bundle.rs", "keys/verified.rs", "keys/wrap.rs", "password.rs"],
        packages: "crypto-core",
        tests: &["keys::", "password::", "auth::", "recovery::"],
    },
    Area {
        files: &["message/open.rs", "message/header.rs", "message/grant.rs", "message/grant/open.rs"],
        packages: "crypto-core",
        tests: &["message::"],
    },
    // Proofs need a tree, which the server makes.
    Area {
        files: &[
            "directory/paths.rs",
            "directory/proven.rs",
            "directory/state.rs",
            "directory/log.rs",
            "directory/checkpoint.rs",
            "directory/witness.rs",
            "directory/audit.rs",
        ],
        packages: "crypto-core,server",
        tests: &["directory", "proofs"],
    },
];

/// Breaks the files whose path contains `filter`; `rest` goes to `cargo mutants`.
///
/// # Errors
/// When there is no such file, or a mutant was not noticed.
pub(crate) fn run(paths: &Paths, filter: Option<&str>, rest: &[String]) -> Result<()> {
    let mut found = false;
    for area in AREAS {
        let chosen: Vec<_> =
            area.files.iter().filter(|file| filter.is_none_or(|filter| file.contains(filter))).collect();
        if chosen.is_empty() {
            continue;
        }
        found = true;
        run::heading("Mutants");
        let mut mutants = needs::cargo_mutants(paths)?;
        mutants.args(["mutants", "--package", "crypto-core", "--test-package", area.packages]);
        for file in chosen {
            mutants.args(["--file", &format!("crypto-core/src/{file}")]);
        }
        mutants.args(["--features", "crypto-core/kat,crypto-core/strength"]);
        mutants.args(["--jobs", "1", "--no-shuffle", "--output", "target"]);
        // Of what is compiled so often, compiling takes longer than running.
        mutants
            .args(["--cargo-arg=--lib", "--cargo-arg=--config=profile.dev.package.crypto-core.opt-level=1"]);
        // What does not change is compiled once, and not anew in each run.
        mutants.env("CARGO_TARGET_DIR", paths.target.join("mutants-build"));
        run::run(mutants.args(rest).args(["--", "--"]).args(area.tests))?;
    }
    if found { Ok(()) } else { bail!("No file has such a path.") }
}
