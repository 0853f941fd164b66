//! A server that lies, and insiders who help it, against the real client: each lie is refused with its own error,
//! nothing is lost by it, and the truth is believed again.
//!
//! Which attack is refused where stands in `docs/THREAT-MODEL.md`.

mod grants;
mod keys;
mod mail;
mod parts;
mod senders;
mod sign_in;
mod table;
mod two_histories;
