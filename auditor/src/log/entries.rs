//! Every entry, and its place in the tree.

use super::kept::{KeptDirectory, KeptEpoch};
use super::{Checked, Log, found};
use crate::http::Server;
use crate::report::log::LogProblem;
use anyhow::Result;
use crypto_core::certificate::{Directory, Entry, Pins, Policy, PolicyBody, ROOT_LABEL};
use crypto_core::directory::{
    DirectoryState, Expectation, HistoryProof, POLICY_SUBJECT, ProvenVersion, StateClaim, check_order,
};
use crypto_core::wire::Fingerprint;
use crypto_core::wire::api::{
    EntryPage, Histories, HistoriesWanted, SequencedEntry, SubjectHistory, WantedHistory,
};
use std::collections::{BTreeMap, BTreeSet};

/// Subjects in one question.
const AT_ONCE: usize = 100;
/// How often a directory that changes meanwhile is asked again.
const ROUNDS: usize = 50;

/// What the entries say, and what is proved of it.
pub(super) struct Gathered {
    entries: Vec<SequencedEntry>,
    /// Fingerprints of each subject's versions, from the first one on.
    entered: BTreeMap<String, Vec<Fingerprint>>,
    versions: BTreeMap<String, Vec<ProvenVersion>>,
    policy: Option<PolicyBody>,
    /// Of the epochs for which there were proofs.
    roots: BTreeMap<u64, [u8; 32]>,
}

/// Signed, by what it is.
pub(super) enum Signed {
    Entry(Box<Entry>),
    Policy(Box<Policy>),
}

pub(super) fn parse(signed: &[u8]) -> Option<Signed> {
    match Entry::parse(signed) {
        Ok(entry) => Some(Signed::Entry(Box::new(entry))),
        Err(_) => Policy::parse(signed).ok().map(|policy| Signed::Policy(Box::new(policy))),
    }
}

impl Gathered {
    pub(super) fn on_from(kept: KeptDirectory) -> Self {
        let mut gathered = Self {
            entries: Vec::new(),
            entered: BTreeMap::new(),
            versions: BTreeMap::new(),
            policy: None,
            roots: BTreeMap::new(),
        };
        for entry in kept.entries {
            // They were right once.
            let _ = gathered.enter(entry);
        }
        for (subject, epochs) in kept.versions {
            let entered = gathered.entered.get(&subject).map(Vec::as_slice).unwrap_or_default();
            let versions = (1..).zip(epochs).zip(entered);
            let versions = versions
                .map(|((version, epoch), fingerprint)| ProvenVersion {
                    version,
                    epoch,
                    fingerprint: *fingerprint,
                })
                .collect();
            gathered.versions.insert(subject, versions);
        }
        gathered
    }

    pub(super) fn kept(self) -> KeptDirectory {
        let epochs = |versions: Vec<ProvenVersion>| versions.into_iter().map(|it| it.epoch).collect();
        KeptDirectory {
            entries: self.entries,
            versions: self.versions.into_iter().map(|(subject, it)| (subject, epochs(it))).collect(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Entries behind the first ones, each with the epoch in which it stands.
    pub(super) fn behind(&self, known: usize) -> impl Iterator<Item = (&SequencedEntry, Option<u64>)> {
        let epochs: BTreeMap<Fingerprint, u64> =
            self.versions.values().flatten().map(|it| (it.fingerprint, it.epoch)).collect();
        self.entries.iter().skip(known).map(move |it| {
            let epoch = epochs.get(&Fingerprint::of(&it.entry.0)).copied();
            (it, epoch)
        })
    }

    /// Asks for what is new until nothing more is, and answers the checkpoint up to which that goes.
    pub(super) async fn gather(
        &mut self,
        server: &Server,
        log: &Log,
        now_ms: u64,
    ) -> Result<Checked<String>> {
        let mut open = self.unproved();
        for _ in 0..ROUNDS {
            let page = match self.more(server, &mut open).await? {
                Ok(page) => page,
                Err(finding) => return Ok(Err(finding)),
            };
            if open.is_empty() {
                return Ok(Ok(page.checkpoint));
            }
            if let Err(finding) = self.prove(server, log, &mut open, now_ms).await? {
                return Ok(Err(finding));
            }
        }
        anyhow::bail!("The directory changes faster than it can be followed.")
    }

    /// After a run without a token, or one that was broken off.
    fn unproved(&self) -> BTreeSet<String> {
        let proved = |subject: &String| self.versions.get(subject).map_or(0, Vec::len);
        let open = self.entered.iter().filter(|(subject, entered)| proved(subject) < entered.len());
        open.map(|(subject, _)| subject.clone()).collect()
    }

    /// Everything that stands in the newest epoch.
    async fn more(&mut self, server: &Server, open: &mut BTreeSet<String>) -> Result<Checked<EntryPage>> {
        loop {
            let last = self.entries.len() as u64;
            let page: EntryPage = server.get(&format!("/auditors/entries?after={last}")).await?;
            if page.entries.is_empty() {
                let whole = page.last == last;
                return Ok(if whole { Ok(page) } else { found(LogProblem::EntryMissing, last + 1) });
            }
            for entry in page.entries {
                match self.enter(entry) {
                    Ok(subject) => open.insert(subject),
                    Err(finding) => return Ok(Err(finding)),
                };
            }
        }
    }

    fn enter(&mut self, entry: SequencedEntry) -> Checked<String> {
        let next = self.entries.len() as u64 + 1;
        if entry.sequence != next {
            return found(LogProblem::EntryMissing, next);
        }
        let subject = match parse(&entry.entry.0) {
            Some(Signed::Entry(it)) => it.label().to_owned(),
            Some(Signed::Policy(policy)) => {
                self.policy = Some(policy.body().clone());
                POLICY_SUBJECT.to_owned()
            }
            None => return found(LogProblem::EntryForm, next),
        };
        self.entered.entry(subject.clone()).or_default().push(Fingerprint::of(&entry.entry.0));
        self.entries.push(entry);
        Ok(subject)
    }

    /// Proofs for subjects that have something new. What enters meanwhile leaves the rest open.
    async fn prove(
        &mut self,
        server: &Server,
        log: &Log,
        open: &mut BTreeSet<String>,
        now_ms: u64,
    ) -> Result<Checked<()>> {
        while !open.is_empty() {
            let subjects: Vec<_> = open.iter().take(AT_ONCE).map(|subject| self.wanted(subject)).collect();
            let first = subjects.first().map(|it| it.subject.clone()).unwrap_or_default();
            let answer: Histories = server.post("/auditors/histories", &HistoriesWanted { subjects }).await?;
            if answer.last > self.entries.len() as u64 {
                return Ok(Ok(()));
            }
            let state = match self.state(log, &answer, now_ms) {
                Ok(state) => state,
                Err(finding) => return Ok(Err(finding)),
            };
            if answer.histories.is_empty() {
                return Ok(found(LogProblem::NotProven, first));
            }
            for history in answer.histories {
                if !open.remove(&history.subject) {
                    return Ok(found(LogProblem::NotProven, history.subject));
                }
                if let Err(finding) = self.add(&state, &history) {
                    return Ok(Err(finding));
                }
            }
        }
        Ok(Ok(()))
    }

    /// The newest version that is known is proved again.
    fn wanted(&self, subject: &str) -> WantedHistory {
        let entered = self.entered.get(subject).map_or(0, Vec::len);
        let newest = (entered - self.settled(subject)) as u64;
        WantedHistory { subject: subject.to_owned(), newest }
    }

    fn settled(&self, subject: &str) -> usize {
        self.versions.get(subject).map_or(0, Vec::len).saturating_sub(1)
    }

    fn state(&mut self, log: &Log, answer: &Histories, now_ms: u64) -> Checked<DirectoryState> {
        log.checkpoint(&answer.checkpoint)?;
        let Some(policy) = &self.policy else { return found(LogProblem::Chain, POLICY_SUBJECT) };
        let ours = policy.deployment == log.deployment && *policy.log_key == log.key;
        if !ours {
            return found(LogProblem::OtherKeys, POLICY_SUBJECT);
        }
        let Ok(root) = <[u8; 32]>::try_from(answer.root.0.as_slice()) else {
            return found(LogProblem::Checkpoint, "");
        };
        let claim = StateClaim {
            note: &answer.checkpoint,
            root,
            inclusion: &answer.inclusion.0,
            consistency: &[],
            cosigned: None,
        };
        // Who audits is the witness, and waits for no other.
        let policy = PolicyBody { quorum: 0, ..policy.clone() };
        match claim.verify(&Expectation { policy: &policy, memory: None, now_ms }) {
            Ok(state) => {
                let size = state.checkpoint().size;
                match self.roots.insert(size, root) {
                    Some(other) if other != root => found(LogProblem::TwoHistories, size),
                    _ => Ok(state),
                }
            }
            Err(_) => found(LogProblem::Checkpoint, ""),
        }
    }

    fn add(&mut self, state: &DirectoryState, history: &SubjectHistory) -> Checked<()> {
        let subject = history.subject.as_str();
        let wrong = |problem| found(problem, subject);
        let entered = self.entered.get(subject).map(Vec::as_slice).unwrap_or_default();
        let settled = self.settled(subject);
        let count = entered.len() - settled;
        let Ok(proof) = HistoryProof::parse(&history.proof.0) else { return wrong(LogProblem::NotProven) };
        let Ok(mut added) = state.verify_history(subject, count, &proof) else {
            return wrong(LogProblem::NotProven);
        };
        added.reverse();
        let known = self.versions.entry(subject.to_owned()).or_default();
        if known.last().is_some_and(|last| added.first() != Some(last)) {
            return wrong(LogProblem::OtherCertificate);
        }
        known.truncate(settled);
        known.extend(added);
        let numbered = known.iter().zip(1..).all(|(it, number)| it.version == number);
        if numbered && known.iter().map(|it| it.fingerprint).eq(entered.iter().copied()) {
            Ok(())
        } else {
            wrong(LogProblem::OtherCertificate)
        }
    }

    /// All rules over all entries, and that nothing else is in the tree.
    pub(super) fn check(&self, log: &Log, epochs: &[KeptEpoch]) -> Checked<Directory> {
        for (size, root) in &self.roots {
            let at = usize::try_from(*size).ok().and_then(|size| epochs.get(size.checked_sub(1)?));
            if at.is_none_or(|epoch| epoch.root != *root) {
                return found(LogProblem::TwoHistories, size);
            }
        }
        let directory = self.follow()?;
        let policy = directory.policy().body();
        if policy.deployment != log.deployment || *policy.log_key != log.key {
            return found(LogProblem::OtherKeys, POLICY_SUBJECT);
        }
        let versions: BTreeMap<&str, &[ProvenVersion]> =
            self.versions.iter().map(|(subject, it)| (subject.as_str(), it.as_slice())).collect();
        if check_order(&directory, &versions).is_err() {
            return found(LogProblem::Order, "");
        }
        self.check_nothing_else(epochs)?;
        Ok(directory)
    }

    fn check_nothing_else(&self, epochs: &[KeptEpoch]) -> Checked<()> {
        let mut wanted: BTreeMap<u64, u64> = BTreeMap::new();
        for version in self.versions.values().flatten() {
            // The version, and the end of the one before.
            *wanted.entry(version.epoch).or_default() += if version.version == 1 { 1 } else { 2 };
        }
        for (number, epoch) in (1..).zip(epochs) {
            if wanted.get(&number).copied().unwrap_or(0) != epoch.inserted {
                return found(LogProblem::NotShown, number);
            }
        }
        Ok(())
    }

    fn follow(&self) -> Checked<Directory> {
        let follow = |count: usize| {
            let (mut entries, mut policies) = (Vec::new(), Vec::new());
            for it in self.entries.iter().take(count) {
                match parse(&it.entry.0) {
                    Some(Signed::Policy(_)) => policies.push(it.entry.0.as_slice()),
                    _ => entries.push((it.sequence, it.entry.0.as_slice())),
                }
            }
            Directory::follow(self.pins(), entries, policies)
        };
        match follow(self.entries.len()) {
            Ok(directory) => Ok(directory),
            Err(error) => {
                // The first one with which it does not hold any more; root and policy are never alone.
                let (mut right, mut wrong) = (1, self.entries.len());
                while right + 1 < wrong {
                    let middle = right.midpoint(wrong);
                    if follow(middle).is_ok() { right = middle } else { wrong = middle }
                }
                found(LogProblem::Chain, format!("{wrong} ({error})"))
            }
        }
    }

    /// The first root and the first policy: the report names the root in force, to be compared with the printed key.
    fn pins(&self) -> Pins {
        let first = |subject: &str| {
            let entered = self.entered.get(subject).and_then(|entered| entered.first());
            entered.copied().unwrap_or(Fingerprint::from_bytes([0; 32]))
        };
        Pins { root: first(ROOT_LABEL), policy: first(POLICY_SUBJECT) }
    }
}
