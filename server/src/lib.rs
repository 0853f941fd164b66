//! The server: it stores ciphertext and a little metadata, and has no code that could open a message.

pub mod blobs;
pub mod clock;
pub mod config;
pub mod events;
pub mod jobs;
pub mod notify;
pub mod secrets;
pub mod state;
pub mod store;
