//! Bytes in which nothing is hidden.

use rand_core::{Rng, SeedableRng};

/// Incompressible bytes, the same for the same seed.
#[must_use]
pub fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut out = vec![0; bytes];
    rand_chacha::ChaCha8Rng::seed_from_u64(seed).fill_bytes(&mut out);
    out
}
