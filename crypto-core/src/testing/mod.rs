//! For tests: an organisation and its people, encodings that must be refused, and pinned vectors.

mod encodings;
mod organisation;
mod pinned;

pub(crate) use encodings::uncanonical;
pub(crate) use organisation::{
    Hand, NOW_MS, Organisation, after, body_after, end, first_policy, follow, identity,
};
pub(crate) use pinned::{Pinned, Replay};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// The same randomness each time.
pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}
