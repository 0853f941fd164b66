//! Messages that were verified while their signing key was the newest; all others are marked.
//!
//! Whoever had a signing key once, a colleague who left or a thief of an old device, can sign with it for ever, and a
//! server that helps them can say that it was long ago. So a message counts as written in time only if this account saw
//! it in time; the sealed settings remember which those are.

use crate::error::Error;
use crate::mailbox::OpenMessage;
use crate::platform::Platform;
use crate::session::Session;
use crypto_core::certificate::SigningKeyState;
use std::sync::Arc;

impl<P: Platform> Session<P> {
    /// Remembers what was verified in time. Where that fails, the worst that comes of it is a mark.
    pub(crate) async fn remember_verified(&self, opened: &[Arc<OpenMessage>]) -> Result<(), Error> {
        let known = self.known_settings().await?.verified;
        let new: Vec<&[u8]> = opened
            .iter()
            .filter(|open| open.signing_key == SigningKeyState::Newest)
            .filter(|open| open.message.header().sender() != self.account())
            .map(|open| open.message.header().as_bytes())
            .filter(|header| !known.contains(header))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let now_ms = self.api().platform().now_ms();
        let kept_days = u16::try_from(self.status().limits.retention_days).unwrap_or(u16::MAX);
        self.change_settings(|settings| {
            new.iter().for_each(|header| settings.verified.note(header, now_ms, kept_days));
        })
        .await
    }

    /// What a reader is to be told of a message's signing key: nothing if the message was seen in time.
    pub(crate) async fn signing_key_mark(
        &self,
        open: &OpenMessage,
    ) -> Result<Option<SigningKeyState>, Error> {
        let header = open.message.header();
        if open.signing_key == SigningKeyState::Newest || header.sender() == self.account() {
            return Ok(None);
        }
        let seen_in_time = self.known_settings().await?.verified.contains(header.as_bytes());
        Ok((!seen_in_time).then_some(open.signing_key))
    }
}
