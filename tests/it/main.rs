//! The server's real process against the real client, as code.

mod admin;
mod auditor;
mod auditor_canary;
mod auditor_client;
mod auditor_log;
mod backup;
mod binary;
mod contacts;
mod crash;
mod deputies;
mod directory;
mod faketime;
mod lying;
mod mailbox;
mod mails;
mod names;
mod operation;
mod plaintext;
mod protocol;
mod recovery;
mod security;
