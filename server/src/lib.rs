//! The server: it stores ciphertext and a little metadata, and has no code that could open a message.

pub mod assets;
pub mod backup;
pub mod blobs;
pub mod clock;
pub mod config;
pub mod directory;
pub mod events;
pub mod http;
pub mod jobs;
pub mod notify;
pub mod rules;
pub mod secrets;
pub mod serve;
pub mod service;
pub mod state;
pub mod store;

use axum::Router;
use service::Portal;

/// Everything that the server answers, over these stores.
pub fn build(state: state::AppState) -> Router {
    http::router(Portal::new(state))
}
