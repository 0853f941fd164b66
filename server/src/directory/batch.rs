//! Which of the entries that wait make the next epoch.
//!
//! * A subject has one version in an epoch.
//! * An entry does not stand in an epoch with the successor of its issuer's certificate, unless it is that: so the
//!   order of epochs shows that the issuer was the newest.
//! * *Moved* and the *readdressed* behind it enter together.

use super::DirectoryError;
use crypto_core::certificate::{Cause, Entry, Policy, Statement};
use crypto_core::directory::POLICY_SUBJECT;
use crypto_core::wire::{Fingerprint, SubjectLabel};
use std::collections::BTreeSet;

/// An entry on its way into an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) sequence: u64,
    pub(super) subject: SubjectLabel,
    pub(super) fingerprint: Fingerprint,
    previous: Option<Fingerprint>,
    issuer: Option<Fingerprint>,
    /// The next one must come along.
    moved: bool,
}

impl Waiting {
    /// A stored entry or policy.
    pub(super) fn parse(sequence: u64, signed: &[u8]) -> Result<Self, DirectoryError> {
        if let Ok(entry) = Entry::parse(signed) {
            let moved = |it: &Statement| it.body().cause == Cause::Moved;
            return Ok(Self {
                sequence,
                subject: entry.subject(),
                fingerprint: entry.fingerprint(),
                previous: entry.previous(),
                issuer: entry.issuer(),
                moved: matches!(&entry, Entry::Statement(statement) if moved(statement)),
            });
        }
        let policy = Policy::parse(signed).map_err(|_| DirectoryError::Damaged("entry"))?;
        Ok(Self {
            sequence,
            subject: SubjectLabel::of(POLICY_SUBJECT),
            fingerprint: policy.hash(),
            previous: policy.body().previous,
            issuer: Some(policy.body().root),
            moved: false,
        })
    }
}

/// How many from the beginning are the next epoch; at least one if there is one that can enter.
pub(super) fn cut(waiting: &[Waiting], more_behind: bool) -> usize {
    let mut subjects = BTreeSet::new();
    let mut issuers = BTreeSet::new();
    let mut taken = 0;
    while let Some(group) = group_at(waiting, taken, more_behind) {
        let fits = group.iter().all(|it| {
            let supersedes_issuer = it.previous.is_some_and(|before| issuers.contains(&before));
            !subjects.contains(&it.subject) && !supersedes_issuer
        });
        if !fits {
            break;
        }
        subjects.extend(group.iter().map(|it| it.subject));
        issuers.extend(group.iter().filter_map(|it| it.issuer));
        taken += group.len();
    }
    taken
}

/// One entry, or two that belong together; none if the second one is not here yet.
fn group_at(waiting: &[Waiting], at: usize, more_behind: bool) -> Option<&[Waiting]> {
    let first = waiting.get(at)?;
    if !first.moved {
        return waiting.get(at..=at);
    }
    match waiting.get(at..=at + 1) {
        None if more_behind => None,
        // A statement alone: nothing is behind it, and there will be nothing.
        None => waiting.get(at..=at),
        pair => pair,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(sequence: u8, subject: &str, previous: Option<u8>, issuer: Option<u8>) -> Waiting {
        let fingerprint = |byte| Fingerprint::from_bytes([byte; 32]);
        Waiting {
            sequence: sequence.into(),
            subject: SubjectLabel::of(subject),
            fingerprint: fingerprint(sequence),
            previous: previous.map(fingerprint),
            issuer: issuer.map(fingerprint),
            moved: false,
        }
    }

    #[test]
    fn one_version_of_a_subject_in_an_epoch() {
        let all = [waiting(1, "a", None, None), waiting(2, "b", None, None), waiting(3, "a", Some(1), None)];
        assert_eq!(cut(&all, false), 2);
        assert_eq!(cut(&all[2..], false), 1);
    }

    #[test]
    fn no_entry_beside_the_successor_of_its_issuer() {
        let all = [waiting(5, "b", None, Some(1)), waiting(6, "a", Some(1), Some(1))];
        assert_eq!(cut(&all, false), 1);
        // The other way round they are in order: the issuer of the second is the first.
        let all = [waiting(6, "a", Some(1), Some(1)), waiting(7, "b", None, Some(6))];
        assert_eq!(cut(&all, false), 2);
    }

    #[test]
    fn moved_and_readdressed_enter_together() {
        let moved = Waiting { moved: true, ..waiting(2, "old", Some(9), Some(1)) };
        let all = [waiting(1, "new", None, None), moved.clone(), waiting(3, "new", Some(1), Some(1))];
        assert_eq!(cut(&all, false), 1);
        assert_eq!(cut(&all[1..], false), 2);
        assert_eq!(cut(std::slice::from_ref(&moved), true), 0);
        assert_eq!(cut(&[moved], false), 1);
    }
}
