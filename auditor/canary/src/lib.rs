//! `auditor canary`: whether what people write lies in the clear where a running server keeps things.
//!
//! It writes through the real client, with random texts that occur nowhere else, and looks for them in the store, the
//! parts, the log, the outgoing mails and the memory of the server's process. In a package of its own, since the client
//! has the code that the auditor must not have.

pub mod canaries;
pub mod memory;
pub mod places;
pub mod remote;
pub mod report;
pub mod scan;
