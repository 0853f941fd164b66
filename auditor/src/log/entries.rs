//! Every entry, and its place in the tree.

use super::kept::{KeptDirectory, KeptEpoch};
use super::{Checked, Log, found};
use crate::http::Server;
use crate::report::log::LogProblem;
use anyhow::Result;
use crypto_core::certificate::{Cause, Directory, Entry, Pins, Policy, PolicyBody, ROOT_LABEL};
use crypto_core::directory::{
    DirectoryState, Expectation, HistoryProof, POLICY_SUBJECT, ProvenPlace, ProvenVersion, REMOVAL_WAITS_MS,
    StateClaim, check_order,
};
use crypto_core::wire::api::{
    EntryPage, Histories, HistoriesWanted, RemovedEntry, SequencedEntry, SubjectHistory, WantedHistory,
};
use crypto_core::wire::{Fingerprint, SubjectLabel};
use std::collections::{BTreeMap, BTreeSet};

/// Subjects in one question.
const AT_ONCE: usize = 100;
/// By how much the server's clock may be ahead of this one.
const CLOCKS_DIFFER_MS: u64 = 24 * 60 * 60 * 1000;
/// How often a directory that changes meanwhile is asked again.
const ROUNDS: usize = 50;

/// An entry, or the place of one that was removed.
enum Shown {
    There(SequencedEntry),
    Removed(RemovedEntry),
}

impl Shown {
    const fn sequence(&self) -> u64 {
        match self {
            Self::There(entry) => entry.sequence,
            Self::Removed(place) => place.sequence,
        }
    }
}

/// What the entries say, and what is proved of it.
pub(super) struct Gathered {
    /// By number, from the first one on.
    entries: Vec<Shown>,
    /// Fingerprints of each subject's versions, from the first one on; none of what was removed.
    entered: BTreeMap<SubjectLabel, Vec<Option<Fingerprint>>>,
    versions: BTreeMap<SubjectLabel, Vec<ProvenPlace>>,
    /// Addresses, as far as they are said.
    names: BTreeMap<SubjectLabel, String>,
    policy: Option<PolicyBody>,
    /// How many versions of each subject an earlier run has proved.
    proved_before: BTreeMap<SubjectLabel, usize>,
    /// Something was removed while this run looked.
    changed: bool,
    /// How many entries an earlier run has seen, and when it looked.
    seen: (usize, Option<u64>),
    /// When this one looked.
    now_ms: Option<u64>,
    /// Of the epochs for which there were proofs.
    roots: BTreeMap<u64, [u8; 32]>,
}

/// Signed, by what it is.
pub(super) enum Signed {
    Entry(Box<Entry>),
    Policy(Box<Policy>),
}

impl Signed {
    fn subject(&self) -> SubjectLabel {
        match self {
            Self::Entry(entry) => entry.subject(),
            Self::Policy(_) => SubjectLabel::of(POLICY_SUBJECT),
        }
    }
}

/// Whether an entry stands before that with which the chain of its subject begins.
fn is_before(entry: &Entry, begins: &BTreeMap<SubjectLabel, usize>) -> bool {
    let begins = begins.get(&entry.subject()).copied().unwrap_or(0);
    usize::try_from(entry.version()).is_ok_and(|version| version <= begins)
}

fn in_order(there: Vec<SequencedEntry>, removed: Vec<RemovedEntry>) -> Vec<Shown> {
    let there = there.into_iter().map(Shown::There);
    let mut all: Vec<Shown> = there.chain(removed.into_iter().map(Shown::Removed)).collect();
    all.sort_by_key(Shown::sequence);
    all
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
            names: BTreeMap::new(),
            proved_before: BTreeMap::new(),
            changed: false,
            seen: (kept.entries.len() + kept.removed.len(), kept.looked_ms),
            now_ms: kept.looked_ms,
            policy: None,
            roots: BTreeMap::new(),
        };
        for shown in in_order(kept.entries, kept.removed) {
            // They were right once.
            let _ = gathered.enter(shown);
        }
        for (subject, epochs) in kept.versions {
            let entered = gathered.entered.get(&subject).map(Vec::as_slice).unwrap_or_default();
            let versions = (1..).zip(epochs).zip(entered);
            let versions = versions.map(|((version, epoch), fingerprint)| ProvenPlace {
                version,
                epoch,
                fingerprint: *fingerprint,
            });
            let versions: Vec<ProvenPlace> = versions.collect();
            gathered.proved_before.insert(subject, versions.len());
            gathered.versions.insert(subject, versions);
        }
        gathered
    }

    pub(super) fn kept(self) -> KeptDirectory {
        let epochs = |versions: Vec<ProvenPlace>| versions.into_iter().map(|it| it.epoch).collect();
        let mut kept = KeptDirectory {
            versions: self.versions.into_iter().map(|(subject, it)| (subject, epochs(it))).collect(),
            looked_ms: self.now_ms,
            ..KeptDirectory::default()
        };
        for shown in self.entries {
            match shown {
                Shown::There(entry) => kept.entries.push(entry),
                Shown::Removed(place) => kept.removed.push(place),
            }
        }
        kept
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of them are removed.
    pub(super) fn removed(&self) -> usize {
        self.entries.iter().filter(|it| matches!(it, Shown::Removed(_))).count()
    }

    /// The address, `root` or `policy`; the hash of it where nothing says more.
    pub(super) fn name(&self, subject: SubjectLabel) -> String {
        self.names.get(&subject).cloned().unwrap_or_else(|| subject.to_string())
    }

    /// Entries behind the first ones that are there, each with the epoch in which it stands.
    pub(super) fn behind(&self, known: usize) -> impl Iterator<Item = (&SequencedEntry, Option<u64>)> {
        let proved = self.versions.values().flatten().filter_map(|it| Some((it.fingerprint?, it.epoch)));
        let epochs: BTreeMap<Fingerprint, u64> = proved.collect();
        self.there().filter(move |(at, _)| *at >= known).map(move |(_, it)| {
            let epoch = epochs.get(&Fingerprint::of(&it.entry.0)).copied();
            (it, epoch)
        })
    }

    fn there(&self) -> impl Iterator<Item = (usize, &SequencedEntry)> {
        self.entries.iter().enumerate().filter_map(|(at, shown)| match shown {
            Shown::There(entry) => Some((at, entry)),
            Shown::Removed(_) => None,
        })
    }

    /// Asks for what is new until nothing more is, and answers the checkpoint up to which that goes.
    pub(super) async fn gather(
        &mut self,
        server: &Server,
        log: &Log,
        now_ms: u64,
    ) -> Result<Checked<String>> {
        self.now_ms = Some(now_ms);
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
            if std::mem::take(&mut self.changed) {
                // An account's goes at once, at all its addresses: what was proved before that is proved anew.
                for (subject, versions) in &mut self.versions {
                    versions.truncate(self.proved_before.get(subject).copied().unwrap_or(0));
                }
                open = self.unproved();
            }
        }
        anyhow::bail!("The directory changes faster than it can be followed.")
    }

    /// After a run without a token, or one that was broken off.
    fn unproved(&self) -> BTreeSet<SubjectLabel> {
        let proved = |subject: &SubjectLabel| self.versions.get(subject).map_or(0, Vec::len);
        let open = self.entered.iter().filter(|(subject, entered)| proved(subject) < entered.len());
        open.map(|(subject, _)| *subject).collect()
    }

    /// Everything that stands in the newest epoch.
    async fn more(
        &mut self,
        server: &Server,
        open: &mut BTreeSet<SubjectLabel>,
    ) -> Result<Checked<EntryPage>> {
        loop {
            let last = self.entries.len() as u64;
            let page: EntryPage = server.get(&format!("/auditors/entries?after={last}")).await?;
            if page.entries.is_empty() && page.removed.is_empty() {
                let whole = page.last == last;
                return Ok(if whole { Ok(page) } else { found(LogProblem::EntryMissing, last + 1) });
            }
            for shown in in_order(page.entries, page.removed) {
                match self.enter(shown) {
                    Ok(subject) => open.insert(subject),
                    Err(finding) => return Ok(Err(finding)),
                };
            }
        }
    }

    fn enter(&mut self, shown: Shown) -> Checked<SubjectLabel> {
        let next = self.entries.len() as u64 + 1;
        if shown.sequence() != next {
            return found(LogProblem::EntryMissing, next);
        }
        let (subject, fingerprint) = match &shown {
            Shown::Removed(place) => {
                let follows = self.entered.get(&place.subject).map_or(0, Vec::len) + 1;
                if u32::try_from(follows) != Ok(place.version) {
                    return found(LogProblem::EntryMissing, next);
                }
                (place.subject, None)
            }
            Shown::There(entry) => {
                let (subject, name) = match parse(&entry.entry.0) {
                    Some(Signed::Entry(it)) => (it.subject(), it.address().map(str::to_owned)),
                    Some(Signed::Policy(policy)) => {
                        self.policy = Some(policy.body().clone());
                        (SubjectLabel::of(POLICY_SUBJECT), Some(POLICY_SUBJECT.to_owned()))
                    }
                    None => return found(LogProblem::EntryForm, next),
                };
                self.names.extend(name.map(|name| (subject, name)));
                (subject, Some(Fingerprint::of(&entry.entry.0)))
            }
        };
        self.entered.entry(subject).or_default().push(fingerprint);
        self.entries.push(shown);
        Ok(subject)
    }

    /// Proofs for subjects that have something new. What enters meanwhile leaves the rest open.
    async fn prove(
        &mut self,
        server: &Server,
        log: &Log,
        open: &mut BTreeSet<SubjectLabel>,
        now_ms: u64,
    ) -> Result<Checked<()>> {
        while !open.is_empty() {
            let subjects: Vec<_> = open.iter().take(AT_ONCE).map(|subject| self.wanted(*subject)).collect();
            let first = subjects.first().map(|it| self.name(it.subject)).unwrap_or_default();
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
                    return Ok(found(LogProblem::NotProven, self.name(history.subject)));
                }
                if let Err(finding) = self.add(&state, &history) {
                    return Ok(Err(finding));
                }
            }
        }
        Ok(Ok(()))
    }

    /// The newest version that is known is proved again.
    fn wanted(&self, subject: SubjectLabel) -> WantedHistory {
        let entered = self.entered.get(&subject).map_or(0, Vec::len);
        let newest = (entered - self.settled(subject)) as u64;
        WantedHistory { subject, newest }
    }

    fn settled(&self, subject: SubjectLabel) -> usize {
        self.versions.get(&subject).map_or(0, Vec::len).saturating_sub(1)
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
        let subject = history.subject;
        let name = self.name(subject);
        let wrong = |problem| found(problem, &name);
        let entered = self.entered.get(&subject).map(Vec::as_slice).unwrap_or_default();
        let settled = self.settled(subject);
        let count = entered.len() - settled;
        let Ok(proof) = HistoryProof::parse(&history.proof.0) else { return wrong(LogProblem::NotProven) };
        let Ok(mut added) = state.verify_places(subject, count, &proof) else {
            return wrong(LogProblem::NotProven);
        };
        added.reverse();
        let known = self.versions.entry(subject).or_default();
        if let (Some(last), Some(first)) = (known.last(), added.first_mut()) {
            // It may have been removed since.
            first.fingerprint = first.fingerprint.or(last.fingerprint);
            if first != last {
                return wrong(LogProblem::OtherCertificate);
            }
        }
        known.truncate(settled);
        known.extend(added);
        let numbered = known.iter().zip(1..).all(|(it, number)| it.version == number);
        // What is shown and is a tombstone in the tree is nobody's word: it was removed meanwhile.
        let same = |(it, entered): (&ProvenPlace, &Option<Fingerprint>)| match it.fingerprint {
            Some(_) => it.fingerprint == *entered,
            None => true,
        };
        if !numbered || known.len() != entered.len() || !known.iter().zip(entered).all(same) {
            return wrong(LogProblem::OtherCertificate);
        }
        let places = known.iter().zip(entered);
        let gone = places.filter(|(it, entered)| it.fingerprint.is_none() && entered.is_some());
        let gone: BTreeSet<u64> = gone.map(|(it, _)| it.version).collect();
        self.forget(subject, &gone);
        Ok(())
    }

    /// Of these versions only the places count from now on.
    fn forget(&mut self, subject: SubjectLabel, versions: &BTreeSet<u64>) {
        if versions.is_empty() {
            return;
        }
        self.changed = true;
        for shown in &mut self.entries {
            let Shown::There(entry) = shown else { continue };
            let Some(Signed::Entry(it)) = parse(&entry.entry.0) else { continue };
            let version = it.version();
            if it.subject() == subject && versions.contains(&version.into()) {
                *shown = Shown::Removed(RemovedEntry { sequence: entry.sequence, subject, version });
            }
        }
        let entered = self.entered.get_mut(&subject).into_iter().flatten();
        for (_, fingerprint) in (1..).zip(entered).filter(|(version, _)| versions.contains(version)) {
            *fingerprint = None;
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
        self.check_removed(&directory)?;
        let versions: Vec<Vec<ProvenVersion>> = self.entered.keys().map(|it| self.followed(*it)).collect();
        if check_order(&directory, versions.iter().map(Vec::as_slice)).is_err() {
            return found(LogProblem::Order, "");
        }
        self.check_epochs()?;
        self.check_nothing_else(epochs)?;
        Ok(directory)
    }

    /// With which version of a subject its chain begins: behind what was removed.
    fn begins(&self, subject: SubjectLabel) -> usize {
        let entered = self.entered.get(&subject).map(Vec::as_slice).unwrap_or_default();
        entered.iter().rposition(Option::is_none).map_or(0, |last| last + 1)
    }

    /// The versions of a subject from there on.
    fn followed(&self, subject: SubjectLabel) -> Vec<ProvenVersion> {
        let proved = self.versions.get(&subject).map(Vec::as_slice).unwrap_or_default();
        proved.iter().skip(self.begins(subject)).filter_map(|it| it.known()).collect()
    }

    /// Whatever was removed stands before a statement by which the server's log key ended it, and nothing that somebody who
    /// looks so often could not have seen.
    fn check_removed(&self, directory: &Directory) -> Checked<()> {
        let (seen, before_ms) = self.seen;
        let early = |before_ms: u64| {
            self.now_ms < Some(before_ms.saturating_add(REMOVAL_WAITS_MS - CLOCKS_DIFFER_MS))
        };
        let mut new = self.entries.iter().skip(seen);
        if before_ms.is_some_and(early)
            && let Some(gone) = new.find(|it| matches!(it, Shown::Removed(_)))
        {
            return found(LogProblem::RemovedTooEarly, gone.sequence());
        }
        for subject in self.entered.keys().filter(|subject| self.begins(**subject) > 0) {
            let first = directory.order().iter().find(|place| place.subject == *subject);
            let end = first.and_then(|place| directory.statement(&place.fingerprint));
            if end.is_none_or(|end| end.body().cause != Cause::Closed) {
                return found(LogProblem::RemovedNotClosed, self.name(*subject));
            }
        }
        Ok(())
    }

    /// Along the order of entry the epochs never fall, of what was removed neither.
    fn check_epochs(&self) -> Checked<()> {
        let mut open: BTreeMap<SubjectLabel, std::slice::Iter<'_, ProvenPlace>> =
            self.versions.iter().map(|(subject, it)| (*subject, it.iter())).collect();
        let mut last = 0;
        for shown in &self.entries {
            let subject = match shown {
                Shown::Removed(place) => Some(place.subject),
                Shown::There(entry) => parse(&entry.entry.0).map(|it| it.subject()),
            };
            let place = subject.and_then(|subject| open.get_mut(&subject)?.next());
            let Some(epoch) = place.map(|it| it.epoch).filter(|epoch| *epoch >= last) else {
                return found(LogProblem::Order, shown.sequence());
            };
            last = epoch;
        }
        Ok(())
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
        let begins: BTreeMap<SubjectLabel, usize> =
            self.entered.keys().map(|subject| (*subject, self.begins(*subject))).collect();
        let follow = |count: usize| {
            let (mut entries, mut policies) = (Vec::new(), Vec::new());
            for (_, it) in self.there().filter(|(at, _)| *at < count) {
                match parse(&it.entry.0) {
                    Some(Signed::Policy(_)) => policies.push(it.entry.0.as_slice()),
                    Some(Signed::Entry(entry)) if is_before(&entry, &begins) => {}
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
            let entered =
                self.entered.get(&SubjectLabel::of(subject)).and_then(|entered| *entered.first()?);
            entered.unwrap_or(Fingerprint::from_bytes([0; 32]))
        };
        Pins { root: first(ROOT_LABEL), policy: first(POLICY_SUBJECT) }
    }
}
