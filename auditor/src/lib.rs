//! What an auditor uses to see for themselves what the portal's server holds.
//!
//! It reads a copy of the data with code of its own: from `crypto-core` it takes the list of what may lie in the
//! store and the public forms, and it is built without everything that can open something.

pub mod report;
pub mod store;
