//! AKD's storage over the metadata store.
//!
//! Invariant: what AKD commits at the end of an epoch, the epoch's record and its leaf of the log are one batch.

use super::{DirectoryError, log};
use crate::store::models::directory::version_subject;
use crate::store::models::key;
use crate::store::{Batch, Key, Scan, Store};
use akd::errors::StorageError;
use akd::storage::types::{
    DbRecord, KeyData, StorageType, ValueState, ValueStateKey, ValueStateRetrievalFlag,
};
use akd::storage::{Database, DbSetState, Storable};
use akd::tree_node::{TreeNode, TreeNodeWithPreviousValue};
use akd::{AkdLabel, AkdValue, Azks, NodeLabel};
use crypto_core::directory::{epoch_leaf, leaf_hash};
use crypto_core::wire::records::{
    DirectoryNode, DirectoryTree, DirectoryVersion, Epoch, Record, StoredLabel, StoredNode,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Versions of a subject that are read at once.
const VERSIONS: usize = 10_000;

/// What the publisher knows of the epoch that AKD is about to commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    /// The last entry in it.
    pub(super) sequence: u64,
    /// When.
    pub(super) now_ms: u64,
}

/// AKD's storage. A clone is the same.
#[derive(Clone)]
pub(super) struct TreeStorage {
    store: Arc<dyn Store>,
    pending: Arc<Mutex<Option<Pending>>>,
}

impl TreeStorage {
    pub(super) fn new(store: Arc<dyn Store>, pending: Arc<Mutex<Option<Pending>>>) -> Self {
        Self { store, pending }
    }

    /// The epoch's record and its leaf, if the publisher has said that there is one.
    fn add_epoch(&self, records: &[DbRecord], batch: &mut Batch) -> Result<(), DirectoryError> {
        let Some(pending) = *self.pending.lock().unwrap_or_else(PoisonError::into_inner) else {
            return Ok(());
        };
        let mut root = None;
        let mut number = None;
        for record in records {
            match record {
                DbRecord::Azks(azks) => number = Some(azks.latest_epoch),
                DbRecord::TreeNode(node) if node.label == NodeLabel::root() => {
                    root = Some(node.latest_node.hash.0);
                }
                DbRecord::TreeNode(_) | DbRecord::ValueState(_) => {}
            }
        }
        let (Some(root), Some(number @ 1..)) = (root, number) else {
            return Err(DirectoryError::Damaged("epoch"));
        };
        let key = key::<Epoch>(&[&number.to_be_bytes()]);
        let epoch = Epoch { root: root.into(), sequence: pending.sequence, published_ms: pending.now_ms };
        batch.expect.insert(key.clone(), None);
        batch.write.insert(key, Some(epoch.to_bytes()));
        let leaf = leaf_hash(&epoch_leaf(number, &root));
        batch.write.extend(log::append(&*self.store, number - 1, leaf)?);
        Ok(())
    }

    fn read<St: Storable>(&self, id: &St::StorageKey) -> Result<Option<DbRecord>, StorageError> {
        let akd_key = St::get_full_binary_key_id(id);
        match St::data_type() {
            StorageType::Azks => {
                let found = self.load::<DirectoryTree>(&key::<DirectoryTree>(&[&akd_key]))?;
                Ok(found.map(|it| DbRecord::Azks(Azks { latest_epoch: it.epoch, num_nodes: it.nodes })))
            }
            StorageType::TreeNode => {
                let label =
                    TreeNodeWithPreviousValue::key_from_full_binary(&akd_key).map_err(StorageError::Other)?.0;
                let found = self.load::<DirectoryNode>(&key::<DirectoryNode>(&[&akd_key]))?;
                found.map(|it| node(label, &it).map(DbRecord::TreeNode)).transpose()
            }
            StorageType::ValueState => {
                let ValueStateKey(subject, epoch) =
                    ValueState::key_from_full_binary(&akd_key).map_err(StorageError::Other)?;
                let found = self.load::<DirectoryVersion>(&version_key(&subject, epoch)?)?;
                Ok(found.map(|it| DbRecord::ValueState(version(AkdLabel(subject), epoch, &it))))
            }
        }
    }

    fn load<R: Record>(&self, key: &[u8]) -> Result<Option<R>, StorageError> {
        let found = self.store.get(key).map_err(other)?;
        found.map(|bytes| R::from_bytes(&bytes).map_err(|_| damaged())).transpose()
    }

    /// All versions of a subject, or the oldest, or the newest ones at most of an epoch.
    fn versions(
        &self,
        subject: &AkdLabel,
        scan: impl FnOnce(Scan) -> Scan,
    ) -> Result<Vec<ValueState>, StorageError> {
        let prefix = key::<DirectoryVersion>(&[&subject_key(subject)?]);
        let found = self.store.scan(&scan(Scan::of(prefix, VERSIONS))).map_err(other)?;
        found
            .into_iter()
            .map(|(key, bytes)| {
                let epoch = key.last_chunk().copied().map(u64::from_be_bytes).ok_or_else(damaged)?;
                let it = DirectoryVersion::from_bytes(&bytes).map_err(|_| damaged())?;
                Ok(version(subject.clone(), epoch, &it))
            })
            .collect()
    }
}

#[async_trait::async_trait]
impl Database for TreeStorage {
    async fn set(&self, record: DbRecord) -> Result<(), StorageError> {
        self.batch_set(vec![record], DbSetState::General).await
    }

    async fn batch_set(&self, records: Vec<DbRecord>, state: DbSetState) -> Result<(), StorageError> {
        let mut batch = Batch::default();
        if matches!(state, DbSetState::TransactionCommit) {
            self.add_epoch(&records, &mut batch).map_err(other)?;
        }
        for record in &records {
            let (key, bytes) = stored(record)?;
            batch.write.insert(key, Some(bytes));
        }
        self.store.commit(batch).await.map_err(other)
    }

    async fn get<St: Storable>(&self, id: &St::StorageKey) -> Result<DbRecord, StorageError> {
        self.read::<St>(id)?.ok_or_else(|| StorageError::NotFound(format!("{:?} {id:?}", St::data_type())))
    }

    async fn batch_get<St: Storable>(&self, ids: &[St::StorageKey]) -> Result<Vec<DbRecord>, StorageError> {
        ids.iter().filter_map(|id| self.read::<St>(id).transpose()).collect()
    }

    async fn get_user_data(&self, subject: &AkdLabel) -> Result<KeyData, StorageError> {
        let states = self.versions(subject, |scan| scan)?;
        if states.is_empty() { Err(unknown(subject)) } else { Ok(KeyData { states }) }
    }

    async fn get_user_state(
        &self,
        subject: &AkdLabel,
        flag: ValueStateRetrievalFlag,
    ) -> Result<ValueState, StorageError> {
        use ValueStateRetrievalFlag as Flag;
        let one = |scan: Scan| Scan { limit: 1, ..scan };
        let found = match flag {
            Flag::SpecificVersion(wanted) => {
                self.versions(subject, |scan| scan)?.into_iter().find(|state| state.version == wanted)
            }
            Flag::SpecificEpoch(epoch) => {
                let id = ValueStateKey(subject.to_vec(), epoch);
                return match self.read::<ValueState>(&id)? {
                    Some(DbRecord::ValueState(state)) => Ok(state),
                    _ => Err(unknown(subject)),
                };
            }
            Flag::LeqEpoch(epoch) => {
                let after = key::<DirectoryVersion>(&[&version_tail(subject, epoch.saturating_add(1))?]);
                self.versions(subject, |scan| one(scan.reversed().after(Some(after))))?.pop()
            }
            Flag::MaxEpoch => self.versions(subject, |scan| one(scan.reversed()))?.pop(),
            Flag::MinEpoch => self.versions(subject, one)?.pop(),
        };
        found.ok_or_else(|| unknown(subject))
    }

    async fn get_user_state_versions(
        &self,
        subjects: &[AkdLabel],
        flag: ValueStateRetrievalFlag,
    ) -> Result<HashMap<AkdLabel, (u64, AkdValue)>, StorageError> {
        let mut found = HashMap::new();
        for subject in subjects {
            match self.get_user_state(subject, flag).await {
                Ok(state) => found.insert(subject.clone(), (state.version, state.value)),
                Err(StorageError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
        }
        Ok(found)
    }
}

fn stored(record: &DbRecord) -> Result<(Key, Vec<u8>), StorageError> {
    Ok(match record {
        DbRecord::Azks(azks) => {
            let it = DirectoryTree { epoch: azks.latest_epoch, nodes: azks.num_nodes };
            (key::<DirectoryTree>(&[&record.get_full_binary_id()]), it.to_bytes())
        }
        DbRecord::TreeNode(node) => {
            let before = node.previous_node.as_ref().map(stored_node);
            let it = DirectoryNode { latest: stored_node(&node.latest_node), before };
            (key::<DirectoryNode>(&[&record.get_full_binary_id()]), it.to_bytes())
        }
        DbRecord::ValueState(state) => {
            let it = DirectoryVersion {
                value: state.value.to_vec().into(),
                version: state.version,
                bits: state.label.label_len,
                leaf: state.label.label_val.into(),
            };
            (version_key(&state.username, state.epoch)?, it.to_bytes())
        }
    })
}

fn stored_node(node: &TreeNode) -> StoredNode {
    StoredNode {
        epoch: node.last_epoch,
        lowest_epoch: node.min_descendant_epoch,
        kind: node.node_type as u8,
        hash: node.hash.0.into(),
        parent: StoredLabel::of(&node.parent),
        left: node.left_child.as_ref().map(StoredLabel::of),
        right: node.right_child.as_ref().map(StoredLabel::of),
    }
}

fn label(stored: &StoredLabel) -> Result<NodeLabel, StorageError> {
    stored.label().ok_or_else(damaged)
}

fn node(own: NodeLabel, stored: &DirectoryNode) -> Result<TreeNodeWithPreviousValue, StorageError> {
    let one = |it: &StoredNode| {
        Ok::<_, StorageError>(TreeNode {
            label: own,
            last_epoch: it.epoch,
            min_descendant_epoch: it.lowest_epoch,
            parent: label(&it.parent)?,
            node_type: kind(it.kind)?,
            left_child: it.left.as_ref().map(label).transpose()?,
            right_child: it.right.as_ref().map(label).transpose()?,
            hash: akd::AzksValue(*it.hash),
        })
    };
    let previous_node = stored.before.as_ref().map(one).transpose()?;
    Ok(TreeNodeWithPreviousValue { label: own, latest_node: one(&stored.latest)?, previous_node })
}

fn kind(stored: u8) -> Result<akd::tree_node::TreeNodeType, StorageError> {
    use akd::tree_node::TreeNodeType as Type;
    [Type::Leaf, Type::Root, Type::Interior].into_iter().find(|it| *it as u8 == stored).ok_or_else(damaged)
}

fn version(subject: AkdLabel, epoch: u64, stored: &DirectoryVersion) -> ValueState {
    ValueState {
        value: AkdValue(stored.value.to_vec()),
        version: stored.version,
        label: NodeLabel::new(*stored.leaf, stored.bits),
        epoch,
        username: subject,
    }
}

fn subject_key(subject: &[u8]) -> Result<Vec<u8>, StorageError> {
    version_subject(subject).ok_or_else(damaged)
}

fn version_tail(subject: &[u8], epoch: u64) -> Result<Vec<u8>, StorageError> {
    Ok([&subject_key(subject)?[..], &epoch.to_be_bytes()].concat())
}

fn version_key(subject: &[u8], epoch: u64) -> Result<Key, StorageError> {
    Ok(key::<DirectoryVersion>(&[&version_tail(subject, epoch)?]))
}

fn other(error: impl std::fmt::Display) -> StorageError {
    StorageError::Other(error.to_string())
}

fn damaged() -> StorageError {
    StorageError::Other("a stored record is damaged".into())
}

fn unknown(subject: &AkdLabel) -> StorageError {
    StorageError::NotFound(format!("{subject:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MemoryStore, SledStore};
    use akd::storage::tests::run_test_cases_for_storage_impl;

    fn over(store: impl Store) -> TreeStorage {
        TreeStorage::new(Arc::new(store), Arc::default())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn akds_own_suite_passes_in_memory() {
        run_test_cases_for_storage_impl(over(MemoryStore::default())).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn akds_own_suite_passes_on_sled() {
        let dir = tempfile::tempdir().unwrap();
        run_test_cases_for_storage_impl(over(SledStore::open(dir.path()).unwrap())).await;
    }
}
