//! Chains that are proved to be the newest.
//!
//! What [`Directory::follow`] accepts may still hide something newer, or something that was entered out of order; a
//! [`ProvenDirectory`] does not. Clients seal and verify with this one alone.
//!
//! * The newest version of each subject is the one that the AKD proves; every earlier one of its chain that was not proved
//!   before is proved too.
//! * Along the order of entry the epochs never fall, and an entry stands before the epoch of the successor of its
//!   issuer's certificate, unless it is that successor: so the issuer was the newest when it was entered.

use super::POLICY_SUBJECT;
use super::history::{HistoryProof, ProvenVersion};
use super::state::{DirectoryError, DirectoryState};
use crate::certificate::{Directory, Place};
use crate::wire::{Fingerprint, SubjectLabel};
use std::collections::BTreeMap;
use std::ops::Deref;

/// Followed and proved.
pub struct ProvenDirectory(Directory);

impl Deref for ProvenDirectory {
    type Target = Directory;

    fn deref(&self) -> &Directory {
        &self.0
    }
}

/// What was proved before: for each subject its versions, from the one on with which its chain begins.
#[derive(Debug, Clone, Default)]
pub struct ProvenHistories(BTreeMap<SubjectLabel, Known>);

#[derive(Debug, Clone)]
struct Known {
    versions: Vec<ProvenVersion>,
    proved_ms: u64,
}

/// What the server gave, and what it was told.
pub struct HistoriesClaim<'a> {
    /// For each subject.
    pub proofs: BTreeMap<SubjectLabel, HistoryProof>,
    /// What is known may be taken as it is, if nothing newer stands in the chains. Good for reading, not for sealing.
    pub known: &'a BTreeMap<SubjectLabel, u64>,
    /// Whether a subject that is known must be proved again.
    pub fresh: bool,
}

impl ProvenHistories {
    /// Subjects with their newest version, of those that were proved at or after a time.
    #[must_use]
    pub fn since(&self, proved_ms: u64) -> BTreeMap<SubjectLabel, u64> {
        let young = self.0.iter().filter(|(_, known)| known.proved_ms >= proved_ms);
        young.filter_map(|(subject, known)| Some((*subject, known.versions.last()?.version))).collect()
    }

    /// Accepts chains, and remembers what was proved.
    ///
    /// # Errors
    /// See [`DirectoryError`]; nothing is remembered then.
    pub fn prove(
        &mut self,
        directory: Directory,
        state: &DirectoryState,
        claim: &HistoriesClaim<'_>,
        now_ms: u64,
    ) -> Result<ProvenDirectory, DirectoryError> {
        let mut proved = BTreeMap::new();
        for (subject, entered) in subjects(&directory) {
            let known = self.0.get(&subject).filter(|_| claim.known.contains_key(&subject));
            let versions = match claim.proofs.get(&subject) {
                Some(proof) => proved_versions(subject, &entered, known, state, proof)?,
                None if claim.fresh => return Err(DirectoryError::History),
                None => entered.known(known.ok_or(DirectoryError::History)?).to_vec(),
            };
            if !entered.are(&versions) {
                return Err(DirectoryError::NotNewest);
            }
            let proved_ms = match (claim.proofs.contains_key(&subject), known) {
                (false, Some(known)) => known.proved_ms,
                _ => now_ms,
            };
            proved.insert(subject, Known { versions, proved_ms });
        }
        check_order(&directory, proved.values().map(|known| known.versions.as_slice()))?;
        self.0.extend(proved);
        Ok(ProvenDirectory(directory))
    }
}

/// A subject's versions as the chains have them.
struct Entered {
    /// With which the chain begins: 1, unless what came before the end of an account is removed.
    first: u64,
    fingerprints: Vec<Fingerprint>,
}

impl Entered {
    /// What is known of them.
    fn known<'a>(&self, known: &'a Known) -> &'a [ProvenVersion] {
        let removed = known.versions.partition_point(|it| it.version < self.first);
        known.versions.get(removed..).unwrap_or_default()
    }

    fn are(&self, proved: &[ProvenVersion]) -> bool {
        let numbered = proved.iter().zip(self.first..).all(|(it, number)| it.version == number);
        numbered && proved.iter().map(|it| it.fingerprint).eq(self.fingerprints.iter().copied())
    }
}

fn subjects(directory: &Directory) -> BTreeMap<SubjectLabel, Entered> {
    let mut subjects: BTreeMap<SubjectLabel, Entered> = BTreeMap::new();
    for place in directory.order() {
        let first = Entered { first: place.version.into(), fingerprints: Vec::new() };
        subjects.entry(place.subject).or_insert(first).fingerprints.push(place.fingerprint);
    }
    let fingerprints = directory.policies().iter().map(|(hash, _)| *hash).collect();
    subjects.insert(SubjectLabel::of(POLICY_SUBJECT), Entered { first: 1, fingerprints });
    subjects
}

/// All versions of a subject: those known before, and those that the proof adds.
fn proved_versions(
    subject: SubjectLabel,
    entered: &Entered,
    known: Option<&Known>,
    state: &DirectoryState,
    proof: &HistoryProof,
) -> Result<Vec<ProvenVersion>, DirectoryError> {
    let known = known.map(|known| entered.known(known)).unwrap_or_default();
    // The newest one that is known is proved again.
    let kept = known.len().saturating_sub(1);
    let count = entered.fingerprints.len().checked_sub(kept).filter(|count| *count > 0);
    let count = count.ok_or(DirectoryError::RolledBack)?;
    let mut added = state.verify_history(subject, count, proof)?;
    added.reverse();
    if known.last().is_some_and(|last| added.first() != Some(last)) {
        return Err(DirectoryError::History);
    }
    Ok(known.iter().take(kept).copied().chain(added).collect())
}

/// Checks that along the order of entry the epochs never fall, and that each entry was made while its issuer's
/// certificate was the newest. `proved` has all versions of each subject of the chains, oldest first.
///
/// # Errors
/// [`DirectoryError::History`] if something of the chains is not proved; [`DirectoryError::Order`].
pub fn check_order<'a>(
    directory: &Directory,
    proved: impl IntoIterator<Item = &'a [ProvenVersion]>,
) -> Result<(), DirectoryError> {
    let by_fingerprint: BTreeMap<Fingerprint, (&[ProvenVersion], usize)> = proved
        .into_iter()
        .flat_map(|versions| {
            versions.iter().enumerate().map(move |(at, it)| (it.fingerprint, (versions, at)))
        })
        .collect();
    let version = |fingerprint: &Fingerprint, later: usize| {
        let (versions, at) = by_fingerprint.get(fingerprint)?;
        versions.get(at + later)
    };
    let mut last = 0;
    for Place { fingerprint, issuer, .. } in directory.order() {
        let epoch = version(fingerprint, 0).ok_or(DirectoryError::History)?.epoch;
        if epoch < last {
            return Err(DirectoryError::Order);
        }
        last = epoch;
        let Some(issuer) = issuer else { continue };
        check_issuer(epoch, fingerprint, version(issuer, 0), version(issuer, 1))?;
    }
    for (hash, root) in directory.policies() {
        let epoch = version(hash, 0).ok_or(DirectoryError::History)?.epoch;
        check_issuer(epoch, hash, version(root, 0), version(root, 1))?;
    }
    Ok(())
}

/// An entry stands in the span in which its issuer's certificate was the newest.
fn check_issuer(
    epoch: u64,
    own: &Fingerprint,
    issuer: Option<&ProvenVersion>,
    successor: Option<&ProvenVersion>,
) -> Result<(), DirectoryError> {
    let issuer = issuer.ok_or(DirectoryError::History)?;
    let in_time = successor.is_none_or(|next| epoch < next.epoch || next.fingerprint == *own);
    if issuer.epoch <= epoch && in_time { Ok(()) } else { Err(DirectoryError::Order) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(version: u64, epoch: u64) -> ProvenVersion {
        ProvenVersion { version, epoch, fingerprint: Fingerprint::from_bytes([version.to_be_bytes()[7]; 32]) }
    }

    #[test]
    fn an_entry_stands_in_the_span_in_which_its_issuers_certificate_was_the_newest() {
        let (issuer, successor, own) = (at(1, 5), at(2, 9), at(3, 0).fingerprint);
        let in_epoch = |epoch| check_issuer(epoch, &own, Some(&issuer), Some(&successor));
        for (epoch, expected) in [
            (4, Err(DirectoryError::Order)),
            (5, Ok(())),
            (8, Ok(())),
            (9, Err(DirectoryError::Order)),
            (10, Err(DirectoryError::Order)),
        ] {
            assert_eq!(in_epoch(epoch), expected, "{epoch}");
        }
        // The successor itself is signed by the one before it.
        assert_eq!(check_issuer(9, &successor.fingerprint, Some(&issuer), Some(&successor)), Ok(()));
        assert_eq!(check_issuer(900, &own, Some(&issuer), None), Ok(()));
        assert_eq!(check_issuer(9, &own, None, None), Err(DirectoryError::History));
    }

    #[test]
    fn what_is_proved_are_the_versions_of_the_chain_and_no_others() {
        let fingerprints = vec![at(2, 0).fingerprint, at(3, 0).fingerprint];
        let entered = Entered { first: 2, fingerprints };
        // The first version is removed from the chain since it became known.
        let known = Known { versions: vec![at(1, 1), at(2, 4), at(3, 6)], proved_ms: 0 };
        assert_eq!(entered.known(&known), [at(2, 4), at(3, 6)]);
        assert!(entered.are(&[at(2, 4), at(3, 6)]));
        let renumbered = |it: ProvenVersion| ProvenVersion { version: it.version - 1, ..it };
        for others in [
            vec![],
            vec![at(2, 4)],
            vec![at(3, 6)],
            vec![at(2, 4), at(3, 6), at(4, 7)],
            vec![at(2, 4), ProvenVersion { fingerprint: at(9, 0).fingerprint, ..at(3, 6) }],
            vec![renumbered(at(2, 4)), renumbered(at(3, 6))],
        ] {
            assert!(!entered.are(&others), "{others:?}");
        }
    }
}
