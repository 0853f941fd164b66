//! The API as its callers see it: actors with real certificates, a memory store, a clock that stands still.

mod account;
mod actors;
mod auditors;
mod closing;
mod deadlines;
mod directory;
mod invitations;
mod mailbox;
mod matrix;
mod people;
mod reading;
mod recovery;
mod refusals;
mod requests;
mod security;
mod sending;
mod settings;
mod setup;
mod sign_in;
