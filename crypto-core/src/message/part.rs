//! Sealing and opening one part, piece by piece, however large it is.

use super::header::PartDescriptor;
use crate::hazmat::OpenError;
use crate::hazmat::kdf::{Digest, Sha256};
use crate::hazmat::padding::{CHUNK_BYTES, TAG_BYTES, padme, plain_len, sealed_len};
use crate::hazmat::stream::{Opener, Sealer, StreamKey};
use crate::secret::Secret;
use crate::wire::{Fingerprint, PartId};
use rand_core::CryptoRng;

const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// More or fewer bytes were given than were announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the part has another length than announced")]
pub struct PartLengthError;

/// The key of an attachment. Goes into part 0 of every message that has the attachment.
pub struct AttachmentKey(pub(super) Secret<32>);

impl AttachmentKey {
    /// A second copy, for a further message or a draft.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// For a draft that will be sealed. **It goes nowhere else.**
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// From an opened draft.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Secret::from_slice(bytes).map(Self)
    }
}

/// Seals a part of a length that is known beforehand. `push` gives ciphertext as it gets ready.
pub struct PartSealer {
    part: PartId,
    sealer: Option<Sealer>,
    pending: Vec<u8>,
    hash: Sha256,
    /// Plaintext still to come.
    announced: u64,
    /// Zeroes after it.
    padding: u64,
    /// Chunks before the last one still to be sealed.
    full_chunks: u64,
    bytes: u64,
}

impl PartSealer {
    /// An attachment: a fresh id, a fresh key, sealed once.
    pub fn attachment(bytes: u64, rng: &mut (impl CryptoRng + ?Sized)) -> (Self, AttachmentKey) {
        let key = AttachmentKey(Secret::random(rng));
        (Self::new(PartId::random(rng), StreamKey::new(key.0.duplicate()), bytes), key)
    }

    pub(super) fn new(part: PartId, key: StreamKey, bytes: u64) -> Self {
        let padded = padme(bytes);
        Self {
            part,
            sealer: Some(Sealer::new(key)),
            pending: Vec::with_capacity(CHUNK_BYTES),
            hash: Sha256::new(),
            announced: bytes,
            padding: padded - bytes,
            full_chunks: padded.div_ceil(CHUNK_BYTES as u64).saturating_sub(1),
            bytes: sealed_len(padded),
        }
    }

    /// Its id.
    pub fn part(&self) -> PartId {
        self.part
    }

    /// Length of the whole ciphertext.
    pub fn sealed_bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next plaintext, gives the ciphertext that is ready.
    ///
    /// # Errors
    /// [`PartLengthError`] if there is more than was announced.
    pub fn push(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, PartLengthError> {
        self.announced = self.announced.checked_sub(plaintext.len() as u64).ok_or(PartLengthError)?;
        self.absorb(plaintext)
    }

    /// Pads and ends the part.
    ///
    /// # Errors
    /// [`PartLengthError`] if there was less than announced.
    pub fn finish(mut self) -> Result<(Vec<u8>, PartDescriptor), PartLengthError> {
        if self.announced > 0 {
            return Err(PartLengthError);
        }
        let mut sealed = Vec::new();
        while self.padding > 0 {
            let zeroes = self.padding.min(CHUNK_BYTES as u64);
            self.padding -= zeroes;
            sealed.extend(self.absorb(&vec![0; usize::try_from(zeroes).map_err(|_| PartLengthError)?])?);
        }
        let last = self.sealer.take().ok_or(PartLengthError)?;
        let last = last.seal_last(&self.pending).map_err(|_| PartLengthError)?;
        self.hash.update(&last);
        sealed.extend(last);
        let sha256 = Fingerprint::from_bytes(self.hash.finalize().into());
        Ok((sealed, PartDescriptor { part: self.part, bytes: self.bytes, sha256 }))
    }

    fn absorb(&mut self, mut plaintext: &[u8]) -> Result<Vec<u8>, PartLengthError> {
        let mut sealed = Vec::with_capacity(plaintext.len() + SEALED_CHUNK_BYTES);
        while self.full_chunks > 0 && self.pending.len() + plaintext.len() >= CHUNK_BYTES {
            let (now, later) = plaintext.split_at(CHUNK_BYTES - self.pending.len());
            plaintext = later;
            let sealer = self.sealer.as_mut().ok_or(PartLengthError)?;
            let chunk = if self.pending.is_empty() {
                sealer.seal_chunk(now)
            } else {
                self.pending.extend_from_slice(now);
                sealer.seal_chunk(&self.pending)
            };
            sealed.extend(chunk.map_err(|_| PartLengthError)?);
            self.pending.clear();
            self.full_chunks -= 1;
        }
        self.pending.extend_from_slice(plaintext);
        self.hash.update(&sealed);
        Ok(sealed)
    }
}

/// Opens a part, piece by piece. What `push` gives is authentic, but it is not all, and may not be
/// offered, before `finish` has succeeded.
pub struct PartOpener {
    opener: Option<Opener>,
    pending: Vec<u8>,
    hash: Sha256,
    expected: PartDescriptor,
    /// Ciphertext still to come.
    announced: u64,
    /// Plaintext still to come before the padding.
    plain: u64,
    full_chunks: u64,
}

impl PartOpener {
    /// `plain` is the true length, if the caller knows it.
    pub(super) fn new(
        key: StreamKey,
        expected: &PartDescriptor,
        plain: Option<u64>,
    ) -> Result<Self, OpenError> {
        let padded = plain_len(expected.bytes).ok_or(OpenError)?;
        let plain = plain.unwrap_or(padded);
        if padme(plain) != padded {
            return Err(OpenError);
        }
        Ok(Self {
            opener: Some(Opener::new(key)),
            pending: Vec::with_capacity(SEALED_CHUNK_BYTES),
            hash: Sha256::new(),
            expected: expected.clone(),
            announced: expected.bytes,
            plain,
            full_chunks: padded.div_ceil(CHUNK_BYTES as u64).saturating_sub(1),
        })
    }

    /// Takes the next ciphertext, gives the plaintext that is authentic.
    ///
    /// # Errors
    /// [`OpenError`] if there is more ciphertext than the header says, or it was altered.
    pub fn push(&mut self, mut sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        self.announced = self.announced.checked_sub(sealed.len() as u64).ok_or(OpenError)?;
        self.hash.update(sealed);
        let mut opened = Vec::with_capacity(sealed.len());
        while self.full_chunks > 0 && self.pending.len() + sealed.len() >= SEALED_CHUNK_BYTES {
            let (now, later) = sealed.split_at(SEALED_CHUNK_BYTES - self.pending.len());
            sealed = later;
            let opener = self.opener.as_mut().ok_or(OpenError)?;
            let chunk = if self.pending.is_empty() {
                opener.open_chunk(now)?
            } else {
                self.pending.extend_from_slice(now);
                opener.open_chunk(&self.pending)?
            };
            self.pending.clear();
            self.full_chunks -= 1;
            self.take(&chunk, &mut opened)?;
        }
        self.pending.extend_from_slice(sealed);
        Ok(opened)
    }

    /// The last plaintext, when length, hash, tags, last chunk and padding are right.
    ///
    /// # Errors
    /// [`OpenError`] otherwise.
    pub fn finish(mut self) -> Result<Vec<u8>, OpenError> {
        if self.announced > 0
            || Fingerprint::from_bytes(self.hash.clone().finalize().into()) != self.expected.sha256
        {
            return Err(OpenError);
        }
        let chunk = self.opener.take().ok_or(OpenError)?.open_last(&core::mem::take(&mut self.pending))?;
        let mut opened = Vec::new();
        // All that was announced came, so all of the plaintext did.
        self.take(&chunk, &mut opened)?;
        Ok(opened)
    }

    /// Parts a chunk into plaintext and padding, which must be zeroes.
    fn take(&mut self, chunk: &[u8], opened: &mut Vec<u8>) -> Result<(), OpenError> {
        let split = usize::try_from(self.plain).unwrap_or(usize::MAX).min(chunk.len());
        let (plain, padding) = chunk.split_at(split);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(OpenError);
        }
        self.plain -= plain.len() as u64;
        opened.extend_from_slice(plain);
        Ok(())
    }
}
