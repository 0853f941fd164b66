//! STREAM: ChaCha20-Poly1305 (RFC 8439) over chunks of 64 KiB, the construction of the age format.
//!
//! ```text
//! nonce of chunk i = i as 11 bytes, big-endian ‖ 0x01 for the last chunk, 0x00 for each other
//! sealed           = (ciphertext of a chunk ‖ tag (16))…
//! ```
//!
//! Invariants: each chunk but the last has exactly [`CHUNK_BYTES`]; the last is empty only when it is the only
//! one; there is always a last one. So a chunk that is dropped, doubled, swapped or cut off is seen, and one
//! plaintext has one encoding. A [`StreamKey`] seals one stream: the nonces start at zero each time.
//! Hoang, Reyhanitabar, Rogaway, Vizár: *Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance* (CRYPTO 2015), as in the age v1 specification, section "Payload".

use super::OpenError;
use super::padding::{CHUNK_BYTES, TAG_BYTES};
use crate::secret::Secret;
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Nonce};

/// The key of one stream. **A key that sealed one stream must never seal another.**
pub struct StreamKey(Secret<32>);

impl StreamKey {
    /// Takes over a key that was made or derived for this one stream.
    #[must_use]
    pub fn new(key: Secret<32>) -> Self {
        Self(key)
    }
}

/// A chunk has a length that its place in the stream does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a chunk has the wrong length")]
pub struct ChunkLengthError;

/// Seals a stream, chunk by chunk.
pub struct Sealer(State);

impl Sealer {
    /// Starts the stream.
    #[must_use]
    pub fn new(key: StreamKey) -> Self {
        Self(State::new(key))
    }

    /// Seals a chunk that is not the last one.
    ///
    /// # Errors
    /// [`ChunkLengthError`] unless `chunk` has exactly [`CHUNK_BYTES`].
    pub fn seal_chunk(&mut self, chunk: &[u8]) -> Result<Vec<u8>, ChunkLengthError> {
        if chunk.len() != CHUNK_BYTES {
            return Err(ChunkLengthError);
        }
        let sealed = self.0.seal(chunk, false);
        self.0.advance();
        Ok(sealed)
    }

    /// Seals the last chunk and ends the stream.
    ///
    /// # Errors
    /// [`ChunkLengthError`] if `chunk` is longer than [`CHUNK_BYTES`], or is empty but not the only one.
    pub fn seal_last(self, chunk: &[u8]) -> Result<Vec<u8>, ChunkLengthError> {
        if self.0.is_last_length(chunk.len()) { Ok(self.0.seal(chunk, true)) } else { Err(ChunkLengthError) }
    }
}

/// Opens a stream, chunk by chunk.
///
/// **What [`Opener::open_chunk`] gave is authentic, but it is not all before [`Opener::open_last`] succeeded.**
pub struct Opener(State);

impl Opener {
    /// Starts with the first chunk.
    #[must_use]
    pub fn new(key: StreamKey) -> Self {
        Self(State::new(key))
    }

    /// Opens a chunk that is not the last one.
    ///
    /// # Errors
    /// [`OpenError`] if this is not the next chunk as it was sealed.
    pub fn open_chunk(&mut self, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        if sealed.len() != CHUNK_BYTES + TAG_BYTES {
            return Err(OpenError);
        }
        let chunk = self.0.open(sealed, false)?;
        self.0.advance();
        Ok(chunk)
    }

    /// Opens the last chunk and ends the stream.
    ///
    /// # Errors
    /// [`OpenError`] if this is not the last chunk as it was sealed.
    pub fn open_last(self, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let length = sealed.len().checked_sub(TAG_BYTES).ok_or(OpenError)?;
        if self.0.is_last_length(length) { self.0.open(sealed, true) } else { Err(OpenError) }
    }
}

/// ChaCha20-Poly1305 in place; appends the tag.
pub fn encrypt(key: &Secret<32>, nonce: &[u8; 12], aad: &[u8], buffer: &mut Vec<u8>) {
    #[expect(clippy::expect_used, reason = "what fits into memory is below the cipher's limit of 256 GiB")]
    cipher(key).encrypt_in_place(&Nonce::from(*nonce), aad, buffer).expect("within the cipher's limit");
}

/// The reverse of [`encrypt`].
///
/// # Errors
/// [`OpenError`] if the tag is not right.
pub fn decrypt(
    key: &Secret<32>,
    nonce: &[u8; 12],
    aad: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), OpenError> {
    cipher(key).decrypt_in_place(&Nonce::from(*nonce), aad, buffer).map_err(|_| OpenError)
}

fn cipher(key: &Secret<32>) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.expose().into())
}

/// Key and place. A `u64` of chunks is more than anybody can seal, so the counter cannot wrap.
struct State {
    key: Secret<32>,
    counter: u64,
}

impl State {
    fn new(key: StreamKey) -> Self {
        Self { key: key.0, counter: 0 }
    }

    fn advance(&mut self) {
        self.counter += 1;
    }

    fn is_last_length(&self, length: usize) -> bool {
        length <= CHUNK_BYTES && (length > 0 || self.counter == 0)
    }

    fn seal(&self, chunk: &[u8], last: bool) -> Vec<u8> {
        let mut buffer = Vec::with_capacity(chunk.len() + TAG_BYTES);
        buffer.extend_from_slice(chunk);
        encrypt(&self.key, &self.nonce(last), &[], &mut buffer);
        buffer
    }

    fn open(&self, sealed: &[u8], last: bool) -> Result<Vec<u8>, OpenError> {
        let mut buffer = sealed.to_vec();
        decrypt(&self.key, &self.nonce(last), &[], &mut buffer)?;
        Ok(buffer)
    }

    fn nonce(&self, last: bool) -> [u8; 12] {
        let [c0, c1, c2, c3, c4, c5, c6, c7] = self.counter.to_be_bytes();
        [0, 0, 0, c0, c1, c2, c3, c4, c5, c6, c7, u8::from(last)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazmat::padding::{plain_len, sealed_len};
    use proptest::prelude::*;

    const SEALED_CHUNK: usize = CHUNK_BYTES + TAG_BYTES;

    fn key(byte: u8) -> StreamKey {
        StreamKey::new(Secret::from_bytes([byte; 32]))
    }

    /// Chunks as they were sealed; each plaintext chunk is full but the last.
    fn seal(plain: &[u8]) -> Vec<Vec<u8>> {
        let mut sealer = Sealer::new(key(1));
        let mut sealed = Vec::new();
        let mut rest = plain;
        while rest.len() > CHUNK_BYTES {
            let (chunk, others) = rest.split_at(CHUNK_BYTES);
            sealed.push(sealer.seal_chunk(chunk).unwrap());
            rest = others;
        }
        sealed.push(sealer.seal_last(rest).unwrap());
        sealed
    }

    /// Opens the last of the chunks as the last and each other as another.
    fn open(sealed: &[Vec<u8>]) -> Result<Vec<u8>, OpenError> {
        let mut opener = Opener::new(key(1));
        let (last, others) = sealed.split_last().ok_or(OpenError)?;
        let mut plain = Vec::new();
        for chunk in others {
            plain.extend(opener.open_chunk(chunk)?);
        }
        plain.extend(opener.open_last(last)?);
        Ok(plain)
    }

    /// Three chunks whose contents differ, the last of full length: each can stand where another stood.
    fn three_full_chunks() -> (Vec<u8>, Vec<Vec<u8>>) {
        let plain: Vec<u8> = [1, 2, 3].iter().flat_map(|byte| [*byte; CHUNK_BYTES]).collect();
        let sealed = seal(&plain);
        (plain, sealed)
    }

    #[test]
    fn opens_what_was_sealed() {
        let (plain, sealed) = three_full_chunks();
        assert_eq!(open(&sealed), Ok(plain));
        assert_eq!(open(&seal(&[])), Ok(vec![]));
    }

    #[test]
    fn a_chunk_dropped_doubled_or_swapped_is_refused() {
        let (_, sealed) = three_full_chunks();
        let [first, second, last] = sealed.as_slice() else { unreachable!() };
        for wrong in [
            vec![second, last],
            vec![first, last],
            vec![first, first, last],
            vec![first, second, second, last],
            vec![first, second, last, last],
            vec![second, first, last],
            vec![first, last, second],
        ] {
            let wrong: Vec<Vec<u8>> = wrong.into_iter().cloned().collect();
            assert_eq!(open(&wrong), Err(OpenError));
        }
    }

    #[test]
    fn a_cut_at_a_chunk_boundary_is_refused() {
        let (_, sealed) = three_full_chunks();
        for kept in 0..sealed.len() {
            assert_eq!(open(&sealed[..kept]), Err(OpenError), "{kept} chunks");
        }
    }

    #[test]
    fn a_last_chunk_is_not_taken_for_another_nor_another_for_the_last() {
        let (_, sealed) = three_full_chunks();
        assert_eq!(Opener::new(key(1)).open_last(&sealed[0]), Err(OpenError));
        let only = seal(&[7; CHUNK_BYTES]);
        assert_eq!(Opener::new(key(1)).open_chunk(&only[0]), Err(OpenError));
    }

    #[test]
    fn another_key_or_an_altered_byte_is_refused() {
        let mut sealed = seal(b"text");
        assert_eq!(Opener::new(key(2)).open_last(&sealed[0]), Err(OpenError));
        sealed[0][1] ^= 1;
        assert_eq!(open(&sealed), Err(OpenError));
    }

    #[test]
    fn a_refused_chunk_does_not_move_the_place() {
        let (_, sealed) = three_full_chunks();
        let mut opener = Opener::new(key(1));
        assert!(opener.open_chunk(&sealed[1]).is_err());
        assert!(opener.open_chunk(&sealed[0]).is_ok());
    }

    #[test]
    fn lengths_outside_the_format_are_refused() {
        assert!(Sealer::new(key(1)).seal_chunk(&[0; CHUNK_BYTES - 1]).is_err());
        assert!(Sealer::new(key(1)).seal_last(&[0; CHUNK_BYTES + 1]).is_err());
        let mut sealer = Sealer::new(key(1));
        let first = sealer.seal_chunk(&[0; CHUNK_BYTES]).unwrap();
        assert!(sealer.seal_last(&[]).is_err(), "an empty last chunk behind another");
        // The same, made by somebody who has the key.
        let mut empty = Vec::new();
        encrypt(&Secret::from_bytes([1; 32]), &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], &[], &mut empty);
        assert_eq!(open(&[first, empty]), Err(OpenError));
        let mut short = vec![7; 100];
        encrypt(&Secret::from_bytes([1; 32]), &[0; 12], &[], &mut short);
        assert_eq!(Opener::new(key(1)).open_chunk(&short), Err(OpenError), "a short chunk before the last");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn round_trip_at_every_length(length in 0_usize..3 * CHUNK_BYTES + 2, seed in any::<u8>()) {
            let plain: Vec<u8> = (0..=250_u8).cycle().map(|byte| byte.wrapping_add(seed)).take(length).collect();
            let sealed = seal(&plain);
            let total = sealed.iter().map(Vec::len).sum::<usize>() as u64;
            prop_assert_eq!(sealed_len(length as u64), total);
            prop_assert_eq!(plain_len(total), Some(length as u64));
            prop_assert_eq!(open(&sealed), Ok(plain));
        }

        #[test]
        fn no_bit_can_be_turned(length in 0_usize..300, place in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut sealed = seal(&vec![5; length]);
            let place = place.index(sealed[0].len());
            sealed[0][place] ^= 1 << bit;
            prop_assert_eq!(open(&sealed), Err(OpenError));
        }

        #[test]
        fn no_cut_opens(cut in 0_usize..SEALED_CHUNK + 40) {
            let whole = seal(&[9; CHUNK_BYTES + 24]).concat();
            let cut = &whole[..cut];
            let pieces: Vec<Vec<u8>> = cut.chunks(SEALED_CHUNK).map(<[u8]>::to_vec).collect();
            prop_assert_eq!(open(&pieces), Err(OpenError));
        }
    }
}
