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
