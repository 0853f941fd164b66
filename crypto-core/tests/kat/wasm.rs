//! The known-answer tests as a WebAssembly module without imports of its own.
//!
//! Exports: `run() -> u32` (the number of failures), then `report() -> *const u8` and `report_bytes() -> usize`
//! (the report, UTF-8). See `run.mjs`.

mod suite;

use std::sync::OnceLock;

static REPORT: OnceLock<(u32, String)> = OnceLock::new();

fn outcome() -> &'static (u32, String) {
    REPORT.get_or_init(|| {
        let report = suite::run();
        let is_whole = report.passed() > 1500;
        (report.failed() + u32::from(!is_whole), report.summary())
    })
}

/// Runs all tests and gives the number of failures.
#[expect(unsafe_code, reason = "an export by name; nothing unsafe is done")]
#[unsafe(no_mangle)]
pub extern "C" fn run() -> u32 {
    outcome().0
}

/// Where the report lies.
#[expect(unsafe_code, reason = "an export by name; nothing unsafe is done")]
#[unsafe(no_mangle)]
pub extern "C" fn report() -> *const u8 {
    outcome().1.as_ptr()
}

/// How long the report is.
#[expect(unsafe_code, reason = "an export by name; nothing unsafe is done")]
#[unsafe(no_mangle)]
pub extern "C" fn report_bytes() -> usize {
    outcome().1.len()
}
