//! The key directory: every entry a version of its subject in an AKD, every state of that an epoch in a log
//! (`crypto_core::directory` has the formats).
//!
//! * `storage` is AKD's storage over the metadata store.
//! * `publish` takes what was entered and not yet published into epochs, in the order of entry.
//! * `log` is the log: whole subtrees are stored, proofs are made of them.
//!
//! Invariants: an epoch, its tree, its versions and its leaf of the log are one commit, so each is there wholly or
//! not at all. What was acknowledged stands in the store's entries, and an epoch says which entry was its last: what
//! comes behind it is published when the server starts. One task publishes at a time, and no proof is made meanwhile.

mod batch;
mod log;
mod publish;
mod storage;
#[cfg(test)]
mod tests;

pub use publish::run;

use crate::secrets::Secrets;
use crate::store::models::{key, tail};
use crate::store::{Scan, Store, StoreError};
use akd::directory::Directory;
use akd::ecvrf::{VRFKeyStorage, VrfError};
use akd::errors::AkdError;
use akd::storage::StorageManager;
use akd::{AkdLabel, AzksParallelismConfig, HistoryParams};
use crypto_core::directory::{AppendOnly, Checkpoint, HistoryProof, Tree};
use crypto_core::wire::SubjectLabel;
use crypto_core::wire::records::{Epoch, EpochProof, Kind, Record};
use std::sync::{Arc, Mutex};
use storage::{Pending, TreeStorage};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The directory failed; that is never a caller's fault.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tree.
    #[error("key directory: {0}")]
    Tree(String),
    /// A stored entry, or something that an epoch names.
    #[error("key directory: {0} is damaged or missing")]
    Damaged(&'static str),
}

impl From<AkdError> for DirectoryError {
    fn from(error: AkdError) -> Self {
        Self::Tree(error.to_string())
    }
}

type Akd = Directory<Tree, TreeStorage, VrfKey>;

/// The directory of this installation.
pub struct KeyDirectory {
    store: Arc<dyn Store>,
    secrets: Arc<Secrets>,
    /// Opened when it is first needed. Written while an epoch is published, read while proofs are made.
    akd: RwLock<Option<Akd>>,
    pending: Arc<Mutex<Option<Pending>>>,
}

/// An epoch with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedEpoch {
    /// 1 for the first.
    pub number: u64,
    /// Root of the tree.
    pub root: [u8; 32],
    /// The last entry in it.
    pub sequence: u64,
}

#[derive(Clone)]
struct VrfKey(Arc<Secrets>);

#[async_trait::async_trait]
impl VRFKeyStorage for VrfKey {
    async fn retrieve(&self) -> Result<Vec<u8>, VrfError> {
        Ok(self.0.vrf_seed().to_vec())
    }
}

impl KeyDirectory {
    /// Over a store. The tree is made, or opened, when it is first needed.
    pub fn new(store: Arc<dyn Store>, secrets: Arc<Secrets>) -> Self {
        Self { store, secrets, akd: RwLock::new(None), pending: Arc::default() }
    }

    async fn open(&self) -> Result<Akd, DirectoryError> {
        let storage = TreeStorage::new(Arc::clone(&self.store), Arc::clone(&self.pending));
        let vrf = VrfKey(Arc::clone(&self.secrets));
        let storage = StorageManager::new_no_cache(storage);
        Ok(Directory::new(storage, vrf, AzksParallelismConfig::disabled()).await?)
    }

    /// Holds off the publisher while proofs are made, so that all of them are of one epoch.
    ///
    /// # Errors
    /// If the tree cannot be opened.
    pub async fn still(&self) -> Result<Still<'_>, DirectoryError> {
        loop {
            if let Ok(akd) = RwLockReadGuard::try_map(self.akd.read().await, Option::as_ref) {
                return Ok(Still { directory: self, akd });
            }
            let mut akd = self.akd.write().await;
            if akd.is_none() {
                *akd = Some(self.open().await?);
            }
        }
    }

    /// Holds off the publisher and those who make proofs: for whoever takes away what a proof is about.
    pub async fn apart(&self) -> Apart<'_> {
        Apart(self.akd.write().await)
    }

    fn newest(&self) -> Result<Option<NumberedEpoch>, DirectoryError> {
        let found = self.store.scan(&Scan::of([Kind::Epoch as u8], 1).reversed())?;
        found.into_iter().next().map(|(key, bytes)| numbered(&key, &bytes)).transpose()
    }
}

fn numbered(key: &[u8], bytes: &[u8]) -> Result<NumberedEpoch, DirectoryError> {
    let epoch = Epoch::from_bytes(bytes).map_err(|_| DirectoryError::Damaged("epoch"))?;
    let number = u64::from_be_bytes(tail(key)?);
    Ok(NumberedEpoch { number, root: *epoch.root, sequence: epoch.sequence })
}

async fn append_only(akd: &Akd, epoch: u64) -> Result<Vec<u8>, DirectoryError> {
    let before = epoch.checked_sub(1).ok_or(DirectoryError::Damaged("epoch"))?;
    let proof = akd.audit(before, epoch).await?.proofs.pop();
    Ok(AppendOnly(proof.ok_or(DirectoryError::Damaged("epoch"))?).to_bytes())
}

/// Nobody makes a proof and nothing is published while this lives.
pub struct Apart<'a>(#[expect(dead_code, reason = "held, not used")] RwLockWriteGuard<'a, Option<Akd>>);

/// The directory at one epoch.
pub struct Still<'a> {
    directory: &'a KeyDirectory,
    akd: RwLockReadGuard<'a, Akd>,
}

impl Still<'_> {
    /// The newest epoch; none before the portal is set up.
    ///
    /// # Errors
    /// The store's.
    pub fn newest(&self) -> Result<Option<NumberedEpoch>, DirectoryError> {
        self.directory.newest()
    }

    /// Size and root of the log at an epoch.
    ///
    /// # Errors
    /// The store's.
    pub fn checkpoint(&self, size: u64) -> Result<Checkpoint, DirectoryError> {
        Ok(Checkpoint { size, root: log::root(&*self.directory.store, size)? })
    }

    /// The checkpoint of an epoch, signed.
    ///
    /// # Errors
    /// The store's.
    pub fn signed_checkpoint(&self, size: u64, origin: &str) -> Result<String, DirectoryError> {
        let secrets = &self.directory.secrets;
        let seed = crypto_core::Secret::from_bytes(secrets.log_key().to_bytes());
        Ok(self.checkpoint(size)?.sign(origin, &seed))
    }

    /// That the epoch with the log's size is its last leaf.
    ///
    /// # Errors
    /// The store's.
    pub fn inclusion(&self, size: u64) -> Result<Vec<u8>, DirectoryError> {
        let index = size.checked_sub(1).ok_or(DirectoryError::Damaged("epoch"))?;
        log::inclusion(&*self.directory.store, index, size)
    }

    /// That the log of one size goes on with that of a smaller one. `None`: there is no such size.
    ///
    /// # Errors
    /// The store's.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<u8>>, DirectoryError> {
        if old > new {
            return Ok(None);
        }
        log::consistency(&*self.directory.store, old, new).map(Some)
    }

    /// Proof of the newest versions of a subject; `None` if it has none.
    ///
    /// # Errors
    /// The store's.
    pub async fn history(
        &self,
        subject: SubjectLabel,
        newest: usize,
    ) -> Result<Option<Vec<u8>>, DirectoryError> {
        let label = AkdLabel(subject.as_bytes().to_vec());
        let params = HistoryParams::MostRecent(newest);
        match self.akd.key_history(&label, params).await {
            Ok((proof, _)) => Ok(Some(HistoryProof::of(proof).to_bytes())),
            Err(AkdError::Storage(akd::errors::StorageError::NotFound(_))) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// That an epoch took nothing away from the one before, and changed nothing.
    ///
    /// # Errors
    /// The store's.
    pub async fn append_only(&self, epoch: u64) -> Result<Vec<u8>, DirectoryError> {
        let stored = self.directory.store.get(&key::<EpochProof>(&[&epoch.to_be_bytes()]))?;
        match stored.map(|bytes| EpochProof::from_bytes(&bytes)) {
            Some(Ok(stored)) => Ok(stored.append_only.into()),
            // The server was stopped between epoch and proof.
            _ => append_only(&self.akd, epoch).await,
        }
    }

    /// Epochs in order, after a number.
    ///
    /// # Errors
    /// The store's.
    pub fn epochs(&self, after: u64, limit: usize) -> Result<Vec<NumberedEpoch>, DirectoryError> {
        let after = [&[Kind::Epoch as u8][..], &after.to_be_bytes()].concat();
        let scan = Scan::of([Kind::Epoch as u8], limit).after(Some(after));
        self.directory.store.scan(&scan)?.iter().map(|(key, bytes)| numbered(key, bytes)).collect()
    }
}
