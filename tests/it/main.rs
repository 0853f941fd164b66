//! The server's real process against the real client, as code.

mod binary;
mod contacts;
mod crash;
mod mails;
mod names;
mod plaintext;
mod protocol;
mod recovery;
