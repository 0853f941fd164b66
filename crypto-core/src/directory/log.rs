//! The log over the epochs: hashes of RFC 9162 §2.1, and the two proofs, verified by `ct-merkle`.

use super::DirectoryError;
use crate::label::Label;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use sha2::{Digest, Sha256};

/// Length of a hash of the log.
pub const HASH_BYTES: usize = 32;
/// Beyond this no log is believed; `ct-merkle`'s arithmetic ends above it.
const MOST_LEAVES: u64 = 1 << 48;

/// A hash of the log.
pub type LogHash = [u8; HASH_BYTES];

/// The leaf of an epoch.
#[must_use]
pub fn epoch_leaf(epoch: u64, root: &[u8; 32]) -> Vec<u8> {
    Label::DIRECTORY_EPOCH.prefix(&[&epoch.to_be_bytes(), root])
}

/// `SHA-256(0x00 ‖ leaf)`.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> LogHash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
#[must_use]
pub fn node_hash(left: &LogHash, right: &LogHash) -> LogHash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Checks that `leaf` is at `index` of the log with this size and root.
///
/// # Errors
/// [`DirectoryError::Inclusion`].
pub fn verify_inclusion(
    leaf: &[u8],
    index: u64,
    size: u64,
    root: &LogHash,
    proof: &[u8],
) -> Result<(), DirectoryError> {
    if index >= size || size > MOST_LEAVES {
        return Err(DirectoryError::Inclusion);
    }
    let proof =
        InclusionProof::<Sha256>::try_from_bytes(proof.to_vec()).map_err(|_| DirectoryError::Inclusion)?;
    let root = RootHash::<Sha256>::new((*root).into(), size);
    root.verify_inclusion(&leaf, index, &proof).map_err(|_| DirectoryError::Inclusion)
}

/// Checks that the log with the new size and root goes on with the one of the old size and root.
///
/// # Errors
/// [`DirectoryError::Split`].
pub fn verify_consistency(
    old: (u64, &LogHash),
    new: (u64, &LogHash),
    proof: &[u8],
) -> Result<(), DirectoryError> {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size || new_size > MOST_LEAVES {
        return Err(DirectoryError::Split);
    }
    if old_size == new_size {
        return if old_root == new_root { Ok(()) } else { Err(DirectoryError::Split) };
    }
    if old_size == 0 {
        return Ok(());
    }
    let proof =
        ConsistencyProof::<Sha256>::try_from_bytes(proof.to_vec()).map_err(|_| DirectoryError::Split)?;
    let old = RootHash::<Sha256>::new((*old_root).into(), old_size);
    let new = RootHash::<Sha256>::new((*new_root).into(), new_size);
    new.verify_consistency(&old, &proof).map_err(|_| DirectoryError::Split)
}
