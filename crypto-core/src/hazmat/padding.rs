//! Lengths of what is sealed: Padmé padding, and how long a STREAM of chunks becomes.
//!
//! * Padmé (Nikitin et al., *Reducing Metadata Leakage from Encrypted Files and Communication with PURBs*,
//!   PoPETs 2019, algorithm 1): the length keeps its `⌊log₂ log₂ L⌋ + 1` leading bits after the first. At most
//!   12 % are added, and the length tells only `O(log log L)` bits.
//! * STREAM: chunks of 64 KiB, each followed by a tag of 16 bytes; the last may be shorter, and is empty only
//!   when it is the only one.

/// Plaintext bytes of each chunk but the last.
pub const CHUNK_BYTES: usize = 65_536;
/// Bytes of the Poly1305 tag that ends each chunk.
pub const TAG_BYTES: usize = 16;

const CHUNK: u64 = CHUNK_BYTES as u64;
const TAG: u64 = TAG_BYTES as u64;

/// The padded length of `len` bytes: the smallest one, not below `len`, that Padmé allows.
#[must_use]
pub const fn padme(len: u64) -> u64 {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let kept_bits = exponent.ilog2() + 1;
    let mask = (1 << (exponent - kept_bits)) - 1;
    len.saturating_add(mask) & !mask
}

/// The length of the STREAM that seals `plain` bytes.
#[must_use]
pub const fn sealed_len(plain: u64) -> u64 {
    let chunks = if plain == 0 { 1 } else { plain.div_ceil(CHUNK) };
    plain.saturating_add(chunks.saturating_mul(TAG))
}

/// The length of what a STREAM of `sealed` bytes holds, or `None` if no STREAM has that length.
#[must_use]
pub const fn plain_len(sealed: u64) -> Option<u64> {
    let chunks = if sealed == 0 { 1 } else { sealed.div_ceil(CHUNK + TAG) };
    match sealed.checked_sub(chunks * TAG) {
        Some(plain) if sealed_len(plain) == sealed => Some(plain),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn padme_of_known_lengths() {
        // Worked by hand from the paper's algorithm 1: E = ⌊log₂ L⌋, S = ⌊log₂ E⌋ + 1, E − S low bits cleared.
        for (len, padded) in
            [(0, 0), (1, 1), (2, 2), (8, 8), (9, 10), (15, 16), (17, 18), (1000, 1024), (1025, 1088)]
        {
            assert_eq!(padme(len), padded, "{len}");
        }
        assert_eq!(padme(20 << 20), 20 << 20);
    }

    #[test]
    fn stream_lengths_at_the_edges() {
        assert_eq!(sealed_len(0), 16);
        assert_eq!(sealed_len(1), 17);
        assert_eq!(sealed_len(CHUNK), CHUNK + 16);
        assert_eq!(sealed_len(CHUNK + 1), CHUNK + 33);
        for impossible in [0, 15, CHUNK + 17, CHUNK + 32, 2 * (CHUNK + 16) + 16] {
            assert_eq!(plain_len(impossible), None, "{impossible}");
        }
        assert_eq!(plain_len(u64::MAX), Some(u64::MAX - u64::MAX.div_ceil(CHUNK + TAG) * TAG));
    }

    proptest! {
        #[test]
        fn padme_is_monotone_idempotent_and_cheap(len in 0_u64..1 << 40, more in 0_u64..1 << 20) {
            let padded = padme(len);
            prop_assert!(padded >= len);
            prop_assert!((padded - len) as f64 <= 0.12 * len as f64);
            prop_assert_eq!(padme(padded), padded);
            prop_assert!(padme(len + more) >= padded);
        }

        #[test]
        fn lengths_are_inverse(plain in 0_u64..1 << 50) {
            prop_assert_eq!(plain_len(sealed_len(plain)), Some(plain));
        }

        #[test]
        fn every_possible_length_is_reached(sealed in 0_u64..1 << 30) {
            if let Some(plain) = plain_len(sealed) {
                prop_assert_eq!(sealed_len(plain), sealed);
            }
        }
    }
}
