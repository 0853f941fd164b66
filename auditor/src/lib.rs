//! What an auditor uses to see for themselves what the portal's server holds, and what it shows.
//!
//! It looks with code of its own: from `crypto-core` it takes the list of what may lie in the store, the public forms
//! and the proofs of the key directory, and it is built without everything that can open something.

pub mod client;
pub mod http;
pub mod log;
pub mod report;
pub mod store;
