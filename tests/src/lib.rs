//! What the tests stand on: the real server in a process of its own, a real SMTP server to take its
//! mail, files with awkward names, and a scanner that looks for plaintext where none may be.
//!
//! No sleeps: everything that waits does so for an event, with a deadline.

pub mod actors;
pub mod craft;
pub mod documents;
pub mod files;
pub mod insider;
pub mod lying;
pub mod mail;
pub mod proxy;
pub mod scene;
pub mod second_factor;
pub mod server;
pub mod smtp;
pub mod tap;

pub use auditor_canary::scan;
pub use lying::LyingServer;
pub use server::ServerProcess;
pub use smtp::SmtpSink;
