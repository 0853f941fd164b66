//! What a server says of its directory, and what of that is verified.

use super::checkpoint::{Checkpoint, SignedCheckpoint, origin};
use super::history::{HistoryProof, ProvenPlace, ProvenVersion};
use super::log::{epoch_leaf, verify_consistency, verify_inclusion};
use crate::certificate::PolicyBody;
use crate::wire::SubjectLabel;
use std::collections::BTreeSet;

/// On a device that remembers nothing, a cosignature must not be older.
pub const COSIGNATURE_LIFE_MS: u64 = 24 * 60 * 60 * 1000;
/// By how much a witness's clock may be ahead.
const CLOCKS_DIFFER_MS: u64 = 10 * 60 * 1000;

/// Why a directory is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The checkpoint is not one of this log, or not signed by it.
    #[error("checkpoint")]
    Checkpoint,
    /// The directory is older than one that was seen.
    #[error("rolled back")]
    RolledBack,
    /// It does not go on with the one that was seen: there are two histories.
    #[error("two histories")]
    Split,
    /// The epoch is not in the log.
    #[error("the epoch is not in the log")]
    Inclusion,
    /// Too few witnesses that the policy names have signed.
    #[error("cosignatures are missing")]
    Witnesses,
    /// Witnesses have signed, but too long ago for a device that remembers nothing.
    #[error("cosignatures are too old")]
    Stale,
    /// A history is not proved.
    #[error("history")]
    History,
    /// What is proved is not what the chains say: something newer is hidden, or something is not entered.
    #[error("not the newest")]
    NotNewest,
    /// An entry was entered when its issuer's certificate was not the newest.
    #[error("order of epochs")]
    Order,
}

/// What is demanded of a directory.
pub struct Expectation<'a> {
    /// In force.
    pub policy: &'a PolicyBody,
    /// What was seen before.
    pub memory: Option<Checkpoint>,
    /// By the device's clock.
    pub now_ms: u64,
}

/// A checkpoint that witnesses signed, and what leads from it to the newest one.
pub struct CosignedClaim<'a> {
    /// Signed note with the witnesses' lines.
    pub note: &'a str,
    /// RFC 9162 consistency.
    pub consistency: &'a [u8],
}

/// What a server says of its newest epoch.
pub struct StateClaim<'a> {
    /// Signed note.
    pub note: &'a str,
    /// Root of the AKD.
    pub root: [u8; 32],
    /// That the epoch is the log's last leaf.
    pub inclusion: &'a [u8],
    /// That the log goes on with [`Expectation::memory`].
    pub consistency: &'a [u8],
    /// Where the policy names witnesses.
    pub cosigned: Option<CosignedClaim<'a>>,
}

/// A verified state of the directory.
#[derive(Debug, Clone)]
pub struct DirectoryState {
    checkpoint: Checkpoint,
    root: [u8; 32],
    vrf_key: [u8; 32],
}

impl StateClaim<'_> {
    /// Checks signature, epoch, memory and witnesses.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub fn verify(&self, wanted: &Expectation<'_>) -> Result<DirectoryState, DirectoryError> {
        let checkpoint = read(self.note, wanted.policy)?.1;
        let index = checkpoint.size.checked_sub(1).ok_or(DirectoryError::Inclusion)?;
        let leaf = epoch_leaf(checkpoint.size, &self.root);
        verify_inclusion(&leaf, index, checkpoint.size, &checkpoint.root, self.inclusion)?;
        if let Some(seen) = wanted.memory {
            if seen.size > checkpoint.size {
                return Err(DirectoryError::RolledBack);
            }
            goes_on(&seen, &checkpoint, self.consistency)?;
        }
        self.check_witnesses(wanted, &checkpoint)?;
        Ok(DirectoryState { checkpoint, root: self.root, vrf_key: *wanted.policy.vrf_key })
    }

    fn check_witnesses(&self, wanted: &Expectation<'_>, newest: &Checkpoint) -> Result<(), DirectoryError> {
        let policy = wanted.policy;
        let Ok(quorum @ 1..) = usize::try_from(policy.quorum) else { return Ok(()) };
        let cosigned = self.cosigned.as_ref().ok_or(DirectoryError::Witnesses)?;
        let (note, checkpoint) = read(cosigned.note, policy)?;
        let mut keys = BTreeSet::new();
        let witnesses = policy.witnesses.iter().flatten().filter(|it| keys.insert(*it.key));
        let mut times: Vec<u64> = witnesses
            .filter_map(|witness| note.cosignature(&witness.name, &witness.key))
            .map(|it| it.at_ms)
            .filter(|at_ms| *at_ms <= wanted.now_ms.saturating_add(CLOCKS_DIFFER_MS))
            .collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let oldest_needed = times.get(quorum - 1).ok_or(DirectoryError::Witnesses)?;
        if wanted.memory.is_none() && oldest_needed.saturating_add(COSIGNATURE_LIFE_MS) < wanted.now_ms {
            return Err(DirectoryError::Stale);
        }
        goes_on(&checkpoint, newest, cosigned.consistency)
    }
}

fn read(note: &str, policy: &PolicyBody) -> Result<(SignedCheckpoint, Checkpoint), DirectoryError> {
    let note = SignedCheckpoint::parse(note).map_err(|_| DirectoryError::Checkpoint)?;
    let checkpoint =
        note.verify(&origin(policy.deployment), &policy.log_key).map_err(|_| DirectoryError::Checkpoint)?;
    Ok((note, checkpoint))
}

fn goes_on(old: &Checkpoint, new: &Checkpoint, proof: &[u8]) -> Result<(), DirectoryError> {
    verify_consistency((old.size, &old.root), (new.size, &new.root), proof)
}

impl DirectoryState {
    /// Size and root of the log.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// Verifies the newest `count` versions of a subject, newest first. There is none that is newer.
    ///
    /// # Errors
    /// [`DirectoryError::History`].
    pub fn verify_history(
        &self,
        subject: SubjectLabel,
        count: usize,
        proof: &HistoryProof,
    ) -> Result<Vec<ProvenVersion>, DirectoryError> {
        let proved = self.verify_places(subject, count, proof)?;
        proved.into_iter().map(|it| it.known().ok_or(DirectoryError::History)).collect()
    }

    /// The same, with those that are tombstones, for auditors: there is such a version, and what it said is gone.
    ///
    /// # Errors
    /// [`DirectoryError::History`].
    pub fn verify_places(
        &self,
        subject: SubjectLabel,
        count: usize,
        proof: &HistoryProof,
    ) -> Result<Vec<ProvenPlace>, DirectoryError> {
        proof.verify(subject, count, &self.vrf_key, self.root, self.checkpoint.size)
    }

    /// Checks that the log goes on with a checkpoint that somebody else saw.
    ///
    /// # Errors
    /// [`DirectoryError::Split`] if it does not.
    pub fn goes_on_with(&self, seen: &Checkpoint, consistency: &[u8]) -> Result<(), DirectoryError> {
        goes_on(seen, &self.checkpoint, consistency)
    }
}
