//! What the server keeps in memory between two requests of a sign-in: for a short time, for one use. A
//! restart ends only sign-ins under way.

use super::Error;
use crypto_core::wire::SignInId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// More than this are not kept at once.
const MOST: usize = 20_000;

/// Something that waits for its next request.
pub(super) struct Pending<T>(Mutex<HashMap<SignInId, Waiting<T>>>);

struct Waiting<T> {
    what: T,
    until_ms: u64,
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Pending<T> {
    /// Keeps it until a time.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if too much waits already.
    pub(super) fn keep(&self, id: SignInId, what: T, now_ms: u64, until_ms: u64) -> Result<(), Error> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() >= MOST {
            pending.retain(|_, waiting| now_ms < waiting.until_ms);
        }
        if pending.len() >= MOST {
            let retry_after_seconds = until_ms.saturating_sub(now_ms).div_ceil(1000);
            return Err(Error::RateLimited { retry_after_seconds });
        }
        pending.insert(id, Waiting { what, until_ms });
        Ok(())
    }

    /// Takes it, with the time until which it was kept.
    pub(super) fn take(&self, id: &SignInId, now_ms: u64) -> Option<(T, u64)> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = pending.remove(id).filter(|waiting| now_ms < waiting.until_ms)?;
        Some((waiting.what, waiting.until_ms))
    }
}
