//! The log over the epochs (RFC 9162 §2.1): every whole subtree is stored as it becomes whole, and never changes;
//! root and proofs of any size are made of them with a few reads.

use super::DirectoryError;
use crate::store::models::key;
use crate::store::{Key, Store};
use crypto_core::directory::{LogHash, node_hash};
use crypto_core::wire::records::{LogNode, Record};
use std::collections::BTreeMap;

/// What a further leaf writes: itself, and the subtrees that it makes whole.
pub(super) fn append(
    store: &dyn Store,
    index: u64,
    leaf: LogHash,
) -> Result<BTreeMap<Key, Option<Vec<u8>>>, DirectoryError> {
    let mut writes = BTreeMap::new();
    let (mut level, mut number, mut hash) = (0, index, leaf);
    loop {
        writes.insert(node_key(level, number), Some(LogNode { hash: hash.into() }.to_bytes()));
        if number % 2 == 0 {
            return Ok(writes);
        }
        hash = node_hash(&node(store, level, number - 1)?, &hash);
        (level, number) = (level + 1, number / 2);
    }
}

/// The root of the first `size` leaves.
pub(super) fn root(store: &dyn Store, size: u64) -> Result<LogHash, DirectoryError> {
    subtree(store, 0, size)
}

/// RFC 9162 §2.1.3.1.
pub(super) fn inclusion(store: &dyn Store, index: u64, size: u64) -> Result<Vec<u8>, DirectoryError> {
    let (mut from, mut to, mut path) = (0, size, Vec::new());
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(subtree(store, middle, to)?);
            to = middle;
        } else {
            path.push(subtree(store, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path.concat())
}

/// RFC 9162 §2.1.4.1.
pub(super) fn consistency(store: &dyn Store, old: u64, new: u64) -> Result<Vec<u8>, DirectoryError> {
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut from, mut to, mut whole, mut path) = (0, new, true, Vec::new());
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(subtree(store, middle, to)?);
            to = middle;
        } else {
            path.push(subtree(store, from, middle)?);
            from = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(subtree(store, from, to)?);
    }
    path.reverse();
    Ok(path.concat())
}

/// The hash over leaves `from .. to`, where `from` is a multiple of the largest power of two not above the length.
fn subtree(store: &dyn Store, from: u64, to: u64) -> Result<LogHash, DirectoryError> {
    let length = to.checked_sub(from).filter(|length| *length > 0).ok_or(DirectoryError::Damaged("log"))?;
    if length.is_power_of_two() {
        let level = length.trailing_zeros();
        return node(store, level, from >> level);
    }
    let middle = from + split(length);
    Ok(node_hash(&subtree(store, from, middle)?, &subtree(store, middle, to)?))
}

/// The largest power of two below a length of two or more.
fn split(length: u64) -> u64 {
    let below = length.saturating_sub(1).max(1);
    1 << (u64::BITS - 1 - below.leading_zeros())
}

fn node(store: &dyn Store, level: u32, number: u64) -> Result<LogHash, DirectoryError> {
    let bytes = store.get(&node_key(level, number))?.ok_or(DirectoryError::Damaged("log"))?;
    Ok(*LogNode::from_bytes(&bytes).map_err(|_| DirectoryError::Damaged("log"))?.hash)
}

fn node_key(level: u32, number: u64) -> Key {
    let [.., level] = level.to_be_bytes();
    key::<LogNode>(&[&[level], &number.to_be_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Batch, MemoryStore};
    use crypto_core::directory::{leaf_hash, verify_consistency, verify_inclusion};

    const LEAVES: u64 = 70;

    async fn filled() -> MemoryStore {
        let store = MemoryStore::default();
        for index in 0..LEAVES {
            let write = append(&store, index, leaf_hash(&index.to_be_bytes())).unwrap();
            store.commit(Batch { expect: BTreeMap::new(), write }).await.unwrap();
        }
        store
    }

    /// The proofs of this file are verified by `ct-merkle`, for every size.
    #[tokio::test]
    async fn every_proof_of_every_size_is_verified_by_another_implementation() {
        let store = filled().await;
        for size in 1..=LEAVES {
            let newest = root(&store, size).unwrap();
            for index in 0..size {
                let proof = inclusion(&store, index, size).unwrap();
                verify_inclusion(&index.to_be_bytes(), index, size, &newest, &proof).unwrap();
                assert!(verify_inclusion(b"another", index, size, &newest, &proof).is_err());
                let old = root(&store, index + 1).unwrap();
                let proof = consistency(&store, index + 1, size).unwrap();
                verify_consistency((index + 1, &old), (size, &newest), &proof).unwrap();
                if index + 1 < size {
                    assert!(verify_consistency((index + 1, &[7; 32]), (size, &newest), &proof).is_err());
                }
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_an_error() {
        let store = filled().await;
        assert!(root(&store, LEAVES + 1).is_err());
        assert!(root(&store, 0).is_err());
    }
}
