//! Outgoing mail: a stored outbox, a worker that empties it, and templates without any content of a message.

mod outbox;

pub use outbox::{Notice, enqueue};

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
