//! What an auditor uses to see for themselves what the portal's server holds, and what it shows.
//!
//! It looks with code of its own: from `crypto-core` it takes the list of what may lie in the store, the public forms
//! and the proofs of the key directory, and it is built without everything that can open something.

pub mod client;
pub mod http;
pub mod log;
pub mod report;
pub mod store;

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the auditor's one clock")]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
