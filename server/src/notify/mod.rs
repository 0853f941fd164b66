//! Outgoing mail: a stored outbox, a worker that empties it, and templates without any content of a message.

mod outbox;
mod templates;
mod transport;

pub use outbox::{Notice, Outbox, enqueue, take_back};
pub use transport::TransportError;

use std::sync::Arc;
use tokio::sync::Notify;

/// Wakes the outbox's worker after a commit.
#[derive(Clone, Default)]
pub struct Mailer(Arc<Notify>);

impl Mailer {
    /// There may be something to send.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}
