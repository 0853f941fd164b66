//! What an auditor keeps between two runs: the signed checkpoint up to which everything was right, and what is needed to
//! go on from there. A JSON file; it holds no secret, but addresses and names.

use anyhow::{Context as _, Result, bail, ensure};
use crypto_core::directory::{
    Checkpoint, LogHash, SignedCheckpoint, epoch_leaf, leaf_hash, node_hash, origin,
};
use crypto_core::wire::api::{RemovedEntry, SequencedEntry};
use crypto_core::wire::{B64, DeploymentId, SubjectLabel};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

const FORM: u32 = 1;

/// Everything up to a checkpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Of this file.
    form: u32,
    /// The installation.
    pub deployment: DeploymentId,
    /// That signs its checkpoints.
    pub log_key: B64,
    /// As signed.
    pub checkpoint: String,
    /// From the first one on.
    pub epochs: Vec<KeptEpoch>,
    /// If the entries were looked at.
    pub directory: KeptDirectory,
}

/// An epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptEpoch {
    /// Root of its tree.
    #[serde(with = "hash")]
    pub root: [u8; 32],
    /// What entered the tree in it.
    pub inserted: u64,
}

/// Entries, and where they stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptDirectory {
    /// From the first one on; what is missing between them was removed.
    pub entries: Vec<SequencedEntry>,
    /// The places of what was removed.
    #[serde(default)]
    pub removed: Vec<RemovedEntry>,
    /// When they were looked at, ms since 1970.
    #[serde(default)]
    pub looked_ms: Option<u64>,
    /// For each subject the epochs of its versions, from the first one on.
    #[serde(deserialize_with = "by_subject")]
    pub versions: BTreeMap<SubjectLabel, Vec<u64>>,
}

/// Older files have the subject itself: an address, `root` or `policy`, none of which has the form of a label.
fn by_subject<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<SubjectLabel, Vec<u64>>, D::Error> {
    let read = BTreeMap::<String, Vec<u64>>::deserialize(from)?;
    let label = |subject: String| subject.parse().unwrap_or_else(|_| SubjectLabel::of(&subject));
    Ok(read.into_iter().map(|(subject, epochs)| (label(subject), epochs)).collect())
}

mod hash {
    use crypto_core::wire::B64;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    pub(super) fn serialize<S: Serializer>(hash: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        B64(hash.to_vec()).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        B64::deserialize(from)?.0.try_into().map_err(|_| de::Error::custom("not 32 bytes"))
    }
}

impl Kept {
    /// What is right.
    #[must_use]
    pub const fn new(
        deployment: DeploymentId,
        log_key: B64,
        checkpoint: String,
        epochs: Vec<KeptEpoch>,
        directory: KeptDirectory,
    ) -> Self {
        Self { form: FORM, deployment, log_key, checkpoint, epochs, directory }
    }

    /// Reads the file; `None` if there is none yet.
    ///
    /// # Errors
    /// If it cannot be read, or is not in itself what an earlier run wrote.
    pub fn read(file: &Path) -> Result<Option<Self>> {
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read.", file.display()));
            }
        };
        let damaged = || format!("{} is damaged.", file.display());
        let kept: Self = serde_json::from_slice(&bytes).with_context(damaged)?;
        ensure!(kept.form == FORM, "{} is of another version.", file.display());
        let checkpoint = kept.signed().with_context(damaged)?;
        let whole = usize::try_from(checkpoint.size).is_ok_and(|size| size == kept.epochs.len());
        ensure!(whole && log_root(&kept.epochs) == checkpoint.root, "{} is damaged.", file.display());
        Ok(Some(kept))
    }

    /// Writes the file anew: the old one, or the new one, is there at any moment.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        let cannot = || format!("{} cannot be written.", file.display());
        let folder = match file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut beside = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
        serde_json::to_writer(&mut beside, self).with_context(cannot)?;
        beside.flush().with_context(cannot)?;
        beside.as_file().sync_all().with_context(cannot)?;
        beside.persist(file).with_context(cannot)?;
        Ok(())
    }

    /// Size and root up to which everything was right.
    ///
    /// # Errors
    /// If the note is not signed with the key.
    pub fn signed(&self) -> Result<Checkpoint> {
        let Ok(key) = <[u8; 32]>::try_from(self.log_key.0.as_slice()) else { bail!("no key") };
        let note = SignedCheckpoint::parse(&self.checkpoint)?;
        Ok(note.verify(&origin(self.deployment), &key)?)
    }
}

/// The root of the log (RFC 9162 §2.1.1) whose leaves are these epochs.
#[must_use]
pub fn log_root(epochs: &[KeptEpoch]) -> LogHash {
    // Whole subtrees from left to right, each with its number of leaves, which is a power of two.
    let mut whole: Vec<(u64, LogHash)> = Vec::new();
    for (number, epoch) in (1_u64..).zip(epochs) {
        let mut subtree = (1, leaf_hash(&epoch_leaf(number, &epoch.root)));
        while let Some((leaves, left)) = whole.pop_if(|(leaves, _)| *leaves == subtree.0) {
            subtree = (2 * leaves, node_hash(&left, &subtree.1));
        }
        whole.push(subtree);
    }
    let joined = whole.into_iter().map(|(_, hash)| hash).rev().reduce(|right, left| node_hash(&left, &right));
    joined.unwrap_or_else(|| crypto_core::wire::Fingerprint::of(b"").as_bytes().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_core::directory::verify_consistency;

    fn epochs(count: u8) -> Vec<KeptEpoch> {
        (0..count).map(|byte| KeptEpoch { root: [byte; 32], inserted: 1 }).collect()
    }

    #[test]
    fn the_root_is_that_of_rfc_9162() {
        let leaf = |number: u64| leaf_hash(&epoch_leaf(number, &[u8::try_from(number - 1).unwrap(); 32]));
        let pair = node_hash(&leaf(1), &leaf(2));
        assert_eq!(log_root(&epochs(1)), leaf(1));
        assert_eq!(log_root(&epochs(2)), pair);
        assert_eq!(log_root(&epochs(3)), node_hash(&pair, &leaf(3)));
        let four = node_hash(&pair, &node_hash(&leaf(3), &leaf(4)));
        let seven = node_hash(&node_hash(&leaf(5), &leaf(6)), &leaf(7));
        assert_eq!(log_root(&epochs(7)), node_hash(&four, &seven));
        // ct-merkle says the same: from 4 leaves to 7 leads the right subtree alone.
        let (old, new) = (log_root(&epochs(4)), log_root(&epochs(7)));
        verify_consistency((4, &old), (7, &new), &seven).unwrap();
    }

    #[test]
    fn an_older_file_names_histories_by_their_addresses() {
        let older = r#"{"entries": [], "versions": {"root": [1], "a@kbs.example": [2, 3]}}"#;
        let read: KeptDirectory = serde_json::from_str(older).unwrap();
        let again = serde_json::from_slice(&serde_json::to_vec(&read).unwrap()).unwrap();
        for it in [read, again] {
            let wanted = [("root", vec![1]), ("a@kbs.example", vec![2, 3])];
            assert_eq!(
                it.versions,
                wanted.map(|(subject, epochs)| (SubjectLabel::of(subject), epochs)).into()
            );
            assert_eq!((it.removed, it.looked_ms), (Vec::new(), None));
        }
    }

    #[test]
    fn a_file_that_was_changed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.json");
        assert!(Kept::read(&file).unwrap().is_none());
        let deployment = DeploymentId::from_bytes([7; 16]);
        let seed = crypto_core::Secret::from_bytes([3; 32]);
        let key = B64(crypto_core::directory::witness_key(&seed).to_vec());
        let signed = Checkpoint { size: 3, root: log_root(&epochs(3)) };
        let note = signed.sign(&origin(deployment), &seed);
        let kept = Kept::new(deployment, key, note, epochs(3), KeptDirectory::default());
        kept.write(&file).unwrap();
        assert_eq!(Kept::read(&file).unwrap().unwrap().signed().unwrap(), signed);
        for changed in [
            Kept { epochs: epochs(2), ..kept.clone() },
            Kept { epochs: vec![epochs(1)[0]; 3], ..kept.clone() },
            Kept { deployment: DeploymentId::from_bytes([8; 16]), ..kept.clone() },
            Kept { form: 2, ..kept.clone() },
        ] {
            changed.write(&file).unwrap();
            assert!(Kept::read(&file).is_err());
        }
    }
}
