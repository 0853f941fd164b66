//! Following the chain from the pinned root to the newest certificate of an address.
//!
//! Invariant: an entry is accepted only if its issuer's certificate was the newest of its own address at
//! that place in the order of entry.

use super::ROOT_LABEL;
use super::entry::{Cause, Certificate, CertificateBody, Entry, Reason, Role, Statement};
use super::policy::Policy;
use super::rules::{ChainError, Signer, admit, check_move};
use crate::wire::{AccountId, Fingerprint, SubjectLabel};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a key bundle pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pins {
    /// A root certificate that must be in the root's history.
    pub root: Fingerprint,
    /// A policy that must be in the policy's history.
    pub policy: Fingerprint,
}

/// A certificate with a chain to the pinned root: was the newest of its address once. Good for reading.
#[derive(Clone)]
pub struct AcceptedCertificate {
    certificate: Arc<Certificate>,
    stolen: bool,
}

/// The newest entry of its address, and live. Good for sealing to and for issuing.
#[derive(Clone)]
pub struct CurrentCertificate(AcceptedCertificate);

/// What the directory says about an address.
pub enum Lookup {
    /// Live.
    Current(Box<CurrentCertificate>),
    /// Ended, and why.
    Ended(Cause),
    /// Never heard of.
    Unknown,
}

/// What became of a signing key since it signed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningKeyState {
    /// It is the account's newest.
    Newest,
    /// The account has renewed it.
    Renewed,
    /// Somebody else issued new keys to the account.
    Reset,
    /// The account has ended.
    Ended(Cause),
}

/// Histories that were followed to the pinned root.
pub struct Directory {
    histories: BTreeMap<SubjectLabel, Vec<Arc<Entry>>>,
    certificates: BTreeMap<Fingerprint, Arc<Certificate>>,
    /// Accounts of which a statement says that somebody else has the keys.
    stolen: BTreeSet<AccountId>,
    /// Accounts that were closed.
    closed: BTreeSet<AccountId>,
    policy: Policy,
    policies: Vec<(Fingerprint, Fingerprint)>,
    order: Vec<Place>,
    last_sequence: Option<u64>,
}

/// An entry's place in the order of entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose history it belongs to.
    pub subject: SubjectLabel,
    /// Its number in that.
    pub version: u32,
    /// Of the entry.
    pub fingerprint: Fingerprint,
    /// Whose certificate signed it; neither the first root's nor the log key's.
    pub issuer: Option<Fingerprint>,
}

impl Directory {
    /// Follows `entries`, each with its place in the order of entry, and `policies`, oldest first.
    ///
    /// # Errors
    /// The first rule that is broken. Nothing of a directory that breaks one is believed.
    pub fn follow<'a>(
        pins: Pins,
        entries: impl IntoIterator<Item = (u64, &'a [u8])>,
        policies: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, ChainError> {
        let entries = entries
            .into_iter()
            .map(|(sequence, bytes)| Ok((sequence, Entry::parse(bytes)?)))
            .collect::<Result<Vec<_>, ChainError>>()?;
        let roots = follow_roots(pins, &entries)?;
        let (policy, policies) = follow_policies(pins, &roots, policies)?;
        let mut directory = Self {
            histories: BTreeMap::new(),
            certificates: BTreeMap::new(),
            stolen: BTreeSet::new(),
            closed: BTreeSet::new(),
            policy,
            policies,
            order: Vec::new(),
            last_sequence: None,
        };
        for (sequence, entry) in entries {
            directory.enter(sequence, entry)?;
        }
        directory.check_moves()?;
        directory.check_accounts()?;
        Ok(directory)
    }

    fn enter(&mut self, sequence: u64, entry: Entry) -> Result<(), ChainError> {
        if self.last_sequence.is_some_and(|last| sequence <= last) {
            return Err(ChainError::Order);
        }
        self.last_sequence = Some(sequence);
        let newest = self.newest_entry(entry.subject()).cloned();
        admit(&entry, newest.as_deref(), self.signer(&entry)?)?;
        self.order.push(Place {
            subject: entry.subject(),
            version: entry.version(),
            fingerprint: entry.fingerprint(),
            issuer: entry.issuer(),
        });
        match &entry {
            Entry::Certificate(_) if self.closed.contains(&entry.account()) => {
                return Err(ChainError::Identity);
            }
            Entry::Certificate(certificate) => {
                self.certificates.insert(entry.fingerprint(), Arc::new(certificate.clone()));
            }
            Entry::Statement(statement) => {
                let of_cause = match statement.body().cause {
                    Cause::Stolen => Some(&mut self.stolen),
                    Cause::Closed => Some(&mut self.closed),
                    _ => None,
                };
                of_cause.map(|accounts| accounts.insert(entry.account()));
            }
        }
        self.histories.entry(entry.subject()).or_default().push(Arc::new(entry));
        Ok(())
    }

    fn signer(&self, entry: &Entry) -> Result<Signer<'_>, ChainError> {
        let Some(issuer) = entry.issuer() else {
            return Ok(match entry {
                Entry::Certificate(_) => Signer::Itself,
                Entry::Statement(_) => Signer::Log(&self.policy.body().log_key),
            });
        };
        let issuer = self.certificates.get(&issuer).ok_or(ChainError::Issuer)?;
        let newest = self.newest_entry(SubjectLabel::of(&issuer.body().address)).ok_or(ChainError::Issuer)?;
        if newest.fingerprint() == issuer.fingerprint() {
            Ok(Signer::Certificate(issuer))
        } else {
            Err(ChainError::Issuer)
        }
    }

    /// *Readdressed* needs the statement *moved* of the same account under the old address, which no other
    /// one names.
    fn check_moves(&self) -> Result<(), ChainError> {
        let mut used = BTreeSet::new();
        for certificate in self.certificates.values() {
            let Some(moved_from) = certificate.body().moved_from else { continue };
            let moved = self.statement(&moved_from).ok_or(ChainError::Identity)?;
            let before = self.certificates.get(&moved.body().previous).ok_or(ChainError::Identity)?;
            check_move(certificate, moved, before)?;
            if !used.insert(moved_from) {
                return Err(ChainError::Identity);
            }
        }
        Ok(())
    }

    /// An account begins once, and not again when it was closed: nobody can issue a twin of another. With
    /// [`Self::check_moves`], it is live under one address.
    fn check_accounts(&self) -> Result<(), ChainError> {
        let mut begun = BTreeSet::new();
        let first = |it: &&Arc<Certificate>| matches!(it.body().reason, Reason::Genesis | Reason::Issued);
        let twin = self.certificates.values().filter(first).any(|it| !begun.insert(it.body().account));
        let live = self.histories.values().filter_map(|history| history.last()?.certificate());
        let closed = live.into_iter().any(|it| self.closed.contains(&it.body().account));
        if twin || closed { Err(ChainError::Identity) } else { Ok(()) }
    }

    fn newest_entry(&self, subject: SubjectLabel) -> Option<&Arc<Entry>> {
        self.histories.get(&subject).and_then(|history| history.last())
    }

    /// What is known of a canonical address.
    pub fn look_up(&self, address: &str) -> Lookup {
        match self.newest_entry(SubjectLabel::of(address)).map(Arc::as_ref) {
            Some(Entry::Certificate(certificate)) => {
                Lookup::Current(Box::new(CurrentCertificate(self.accepted(certificate))))
            }
            Some(Entry::Statement(statement)) => Lookup::Ended(statement.body().cause),
            None => Lookup::Unknown,
        }
    }

    /// All entries of a canonical address, oldest first; from *closed* on, if what stood before it is removed.
    pub fn history(&self, address: &str) -> impl DoubleEndedIterator<Item = &Entry> {
        self.histories.get(&SubjectLabel::of(address)).into_iter().flatten().map(Arc::as_ref)
    }

    /// Version and fingerprint of the newest entry of a canonical address: what the next one follows.
    pub fn newest(&self, address: &str) -> Option<(u32, Fingerprint)> {
        self.newest_entry(SubjectLabel::of(address)).map(|entry| (entry.version(), entry.fingerprint()))
    }

    /// The newest certificate of an account, whichever its address.
    pub fn account(&self, account: AccountId) -> Option<CurrentCertificate> {
        self.histories.values().filter_map(|history| history.last()).find_map(|entry| match entry.as_ref() {
            Entry::Certificate(it) if it.body().account == account => {
                Some(CurrentCertificate(self.accepted(it)))
            }
            _ => None,
        })
    }

    /// The last time that somebody else issued new keys for an account's address which had some before, and
    /// who it was: a reset, or an invitation after the end of an account. Contacts are shown it.
    pub fn issued_anew(&self, account: AccountId) -> Option<(&Certificate, AcceptedCertificate)> {
        let current = self.account(account)?;
        let history = self.histories.get(&SubjectLabel::of(&current.body().address))?;
        let anew = |it: &&Certificate| {
            let body = it.body();
            body.reason == Reason::Reset || (body.reason == Reason::Issued && body.version > 1)
        };
        let it = history.iter().rev().filter_map(|entry| entry.certificate()).find(anew)?;
        Some((it, self.accepted_certificate(&it.body().issuer?)?))
    }

    /// A certificate that was the newest of its address once, by its fingerprint: for reading.
    pub fn accepted_certificate(&self, fingerprint: &Fingerprint) -> Option<AcceptedCertificate> {
        self.certificates.get(fingerprint).map(|certificate| self.accepted(certificate))
    }

    /// A statement by its fingerprint.
    pub fn statement(&self, fingerprint: &Fingerprint) -> Option<&Statement> {
        self.histories.values().flatten().find_map(|entry| match entry.as_ref() {
            Entry::Statement(statement) if statement.fingerprint() == *fingerprint => Some(statement),
            _ => None,
        })
    }

    /// What became of the signing key of a certificate.
    pub fn signing_key_state(&self, of: &AcceptedCertificate) -> SigningKeyState {
        let account = of.body().account;
        let Some(current) = self.account(account) else {
            return SigningKeyState::Ended(self.cause_of_end(account));
        };
        let current = current.accepted().certificate();
        if current.signing_key() == of.certificate().signing_key() {
            return SigningKeyState::Newest;
        }
        let later = self.order.iter().rev().take_while(|place| place.fingerprint != of.fingerprint());
        let reset = later.filter_map(|place| self.certificates.get(&place.fingerprint)).any(|certificate| {
            certificate.body().account == account && certificate.body().reason == Reason::Reset
        });
        if reset { SigningKeyState::Reset } else { SigningKeyState::Renewed }
    }

    fn cause_of_end(&self, account: AccountId) -> Cause {
        let mut ends = self.histories.values().flatten().filter_map(|entry| match entry.as_ref() {
            Entry::Statement(statement) if entry.account() == account => Some(statement.body().cause),
            _ => None,
        });
        ends.find(|cause| *cause != Cause::Moved).unwrap_or(Cause::Closed)
    }

    /// All entries in the order of entry.
    pub fn order(&self) -> &[Place] {
        &self.order
    }

    /// All policies, oldest first, each with the root's certificate that signed it.
    pub fn policies(&self) -> &[(Fingerprint, Fingerprint)] {
        &self.policies
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The root in force.
    pub fn root(&self) -> Option<CurrentCertificate> {
        match self.look_up(ROOT_LABEL) {
            Lookup::Current(root) => Some(*root),
            _ => None,
        }
    }

    fn accepted(&self, certificate: &Certificate) -> AcceptedCertificate {
        AcceptedCertificate {
            certificate: Arc::new(certificate.clone()),
            stolen: self.stolen.contains(&certificate.body().account),
        }
    }
}

fn follow_roots(pins: Pins, entries: &[(u64, Entry)]) -> Result<Vec<&Certificate>, ChainError> {
    let mut roots: Vec<&Certificate> = Vec::new();
    let mut newest: Option<&Entry> = None;
    for (_, entry) in entries.iter().filter(|(_, entry)| entry.address() == Some(ROOT_LABEL)) {
        let root = entry.certificate().filter(|it| it.body().role == Role::Root).ok_or(ChainError::Root)?;
        let signer = roots.last().map_or(Signer::Itself, |issuer| Signer::Certificate(issuer));
        admit(entry, newest, signer)?;
        newest = Some(entry);
        roots.push(root);
    }
    if roots.iter().any(|root| root.fingerprint() == pins.root) { Ok(roots) } else { Err(ChainError::Root) }
}

fn follow_policies<'a>(
    pins: Pins,
    roots: &[&Certificate],
    policies: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(Policy, Vec<(Fingerprint, Fingerprint)>), ChainError> {
    let mut newest: Option<Policy> = None;
    let mut all = Vec::new();
    let mut pinned = false;
    // A policy may be signed by the root of its time only, and roots do not go back.
    let mut signer_index = 0;
    for bytes in policies {
        let policy = Policy::parse(bytes)?;
        let index = roots.iter().position(|root| root.fingerprint() == policy.body().root);
        let index = index.filter(|index| *index >= signer_index).ok_or(ChainError::Policy)?;
        signer_index = index;
        policy.admit(newest.as_ref(), roots.get(index).ok_or(ChainError::Policy)?)?;
        pinned |= policy.hash() == pins.policy;
        all.push((policy.hash(), policy.body().root));
        newest = Some(policy);
    }
    newest.filter(|_| pinned).map(|newest| (newest, all)).ok_or(ChainError::Policy)
}

impl AcceptedCertificate {
    /// What it says.
    pub fn body(&self) -> &CertificateBody {
        self.certificate.body()
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        self.certificate.fingerprint()
    }

    /// Whether a statement says that somebody else has its keys: nothing signed by it is to be believed.
    pub fn is_stolen(&self) -> bool {
        self.stolen
    }
}

impl CurrentCertificate {
    /// The same, good for reading.
    pub fn accepted(&self) -> &AcceptedCertificate {
        &self.0
    }

    /// What it says.
    pub fn body(&self) -> &CertificateBody {
        self.0.body()
    }

    /// Its fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }
}
