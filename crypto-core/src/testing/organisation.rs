//! An organisation whose directory can be given entries, honest ones and others.

use super::rng;
use crate::Secret;
use crate::certificate::{
    Cause, Certificate, CertificateBody, ChainError, CurrentCertificate, Directory, Entry, Lookup, Pins,
    PolicyBody, Reason, Role, StatementBody, issue_certificate, issue_policy, issue_statement,
};
use crate::hazmat::sign;
use crate::keys::{Bundle, Identity, Made, Origin, make_account, make_root};
use crate::wire::{DeploymentId, Fingerprint, SUITE_1, SubjectLabel};
use minicbor::bytes::ByteArray;
use rand_chacha::ChaCha20Rng;

pub(crate) const NOW_MS: u64 = 1_800_000_000_000;

/// Root, policy and directory of an organisation.
pub(crate) struct Organisation {
    pub(crate) rng: ChaCha20Rng,
    pub(crate) root_seed: Secret<32>,
    pub(crate) root: Certificate,
    pub(crate) log_seed: Secret<32>,
    pub(crate) pins: Pins,
    /// In order of entry.
    pub(crate) entries: Vec<Vec<u8>>,
    /// Oldest first.
    pub(crate) policies: Vec<Vec<u8>>,
}

impl Organisation {
    pub(crate) fn new() -> Self {
        let mut rng = rng(1);
        let (root_seed, root) = make_root("Kreisverwaltung", NOW_MS, &mut rng).unwrap();
        let log_seed = Secret::random(&mut rng);
        let body = first_policy(root.fingerprint(), &log_seed);
        let (policy, policy_bytes) = issue_policy(&body, &root_seed).unwrap();
        let pins = Pins { root: root.fingerprint(), policy: policy.hash() };
        let entries = vec![root.as_bytes().to_vec()];
        Self { rng, root_seed, root, log_seed, pins, entries, policies: vec![policy_bytes] }
    }

    pub(crate) fn administrator(&mut self, address: &str) -> Bundle {
        let seed = self.root_seed.duplicate();
        let origin = Origin {
            issuer_seed: &seed,
            issuer: self.root.fingerprint(),
            previous: None,
            pins: self.pins,
            provisional: false,
            now_ms: NOW_MS,
        };
        let made = make_account(identity(address, Role::Administrator), &origin, &mut self.rng).unwrap();
        self.entered(made).with_root_seed(seed)
    }

    /// Invited by `by`, with keys that are still provisional.
    pub(crate) fn invited(&mut self, by: &Bundle, address: &str, role: Role) -> Bundle {
        let origin = by.origin(self.directory().newest(address), NOW_MS);
        let made = make_account(identity(address, role), &origin, &mut self.rng).unwrap();
        self.entered(made)
    }

    /// Invited by `by`, has signed in and chosen a password.
    pub(crate) fn settled(&mut self, by: &Bundle, address: &str, role: Role) -> Bundle {
        let invited = self.invited(by, address, role);
        self.rotated(&invited)
    }

    /// New keys of the person's own.
    pub(crate) fn rotated(&mut self, bundle: &Bundle) -> Bundle {
        let made = bundle.rotated(false, NOW_MS, &mut self.rng).unwrap();
        self.entered(made)
    }

    pub(crate) fn entered(&mut self, made: Made) -> Bundle {
        self.enter(made.certificate.as_bytes().to_vec());
        made.bundle
    }

    /// Enters what must be right.
    pub(crate) fn enter(&mut self, entry: Vec<u8>) {
        self.entries.push(entry);
        self.follow().map(drop).unwrap();
    }

    pub(crate) fn follow(&self) -> Result<Directory, ChainError> {
        follow(self.pins, &self.entries, &self.policies)
    }

    pub(crate) fn directory(&self) -> Directory {
        self.follow().map_err(|error| error.to_string()).unwrap()
    }

    /// What is said about an entry that comes next.
    pub(crate) fn refusal(&self, entry: &Entry) -> Option<ChainError> {
        self.refusal_of(&[entry.as_bytes()])
    }

    pub(crate) fn refusal_of(&self, more: &[&[u8]]) -> Option<ChainError> {
        let entries: Vec<_> = self.entries.iter().cloned().chain(more.iter().map(|it| it.to_vec())).collect();
        follow(self.pins, &entries, &self.policies).err()
    }

    pub(crate) fn current(&self, address: &str) -> CurrentCertificate {
        match self.directory().look_up(address) {
            Lookup::Current(current) => *current,
            Lookup::Ended(_) | Lookup::Unknown => panic!("{address} is not live"),
        }
    }
}

pub(crate) fn follow(pins: Pins, entries: &[Vec<u8>], policies: &[Vec<u8>]) -> Result<Directory, ChainError> {
    let numbered = (1..).zip(entries.iter().map(Vec::as_slice));
    Directory::follow(pins, numbered, policies.iter().map(Vec::as_slice))
}

pub(crate) fn identity(address: &str, role: Role) -> Identity {
    let named = role != Role::Partner;
    Identity {
        address: address.into(),
        name: named.then(|| "Anna Beispiel".into()),
        unit: (role == Role::Staff).then(|| "Jugendamt".into()),
        role,
    }
}

pub(crate) fn first_policy(root: Fingerprint, log_seed: &Secret<32>) -> PolicyBody {
    PolicyBody {
        suite: SUITE_1,
        deployment: DeploymentId::from_bytes([7; 16]),
        vrf_key: ByteArray::from([8; 32]),
        log_key: ByteArray::from(sign::public_key(log_seed)),
        witnesses: None,
        quorum: 0,
        minimum_suite: SUITE_1,
        revision: 1,
        previous: None,
        root,
    }
}

/// Who signs an entry.
#[derive(Clone, Copy)]
pub(crate) struct Hand<'a> {
    pub(crate) seed: &'a Secret<32>,
    pub(crate) certificate: Fingerprint,
}

impl<'a> Hand<'a> {
    pub(crate) fn of(bundle: &'a Bundle) -> Self {
        Self { seed: bundle.signing_seed(), certificate: bundle.certificate().fingerprint() }
    }

    pub(crate) fn root(organisation: &'a Organisation) -> Self {
        Self { seed: &organisation.root_seed, certificate: organisation.root.fingerprint() }
    }
}

/// The body that a certificate for `reason` after `before` has, with the keys of `seed` and the mailbox key
/// of before.
pub(crate) fn body_after(
    before: &Certificate,
    reason: Reason,
    by: Hand<'_>,
    seed: &Secret<32>,
) -> CertificateBody {
    let old = before.body().clone();
    CertificateBody {
        provisional: old.provisional || reason == Reason::Reset,
        generation: old.generation + 1,
        signing_key: ByteArray::from(sign::public_key(seed)),
        reason,
        version: old.version + 1,
        previous: Some(before.fingerprint()),
        issuer: Some(by.certificate),
        moved_from: None,
        ..old
    }
}

/// A certificate after `before`, signed by `by`, with what `change` makes of it.
pub(crate) fn after(
    before: &Certificate,
    reason: Reason,
    by: Hand<'_>,
    change: impl FnOnce(&mut CertificateBody),
) -> Entry {
    let seed = Secret::random(&mut rng(99));
    let mut body = body_after(before, reason, by, &seed);
    change(&mut body);
    issue_certificate(&body, by.seed, Some(&seed)).unwrap()
}

/// The end of `before`, signed by `by` or, without a certificate, by a bare key.
pub(crate) fn end(
    before: &Certificate,
    cause: Cause,
    (seed, issuer): (&Secret<32>, Option<Fingerprint>),
    change: impl FnOnce(&mut StatementBody),
) -> Entry {
    let old = before.body();
    let mut body = StatementBody {
        suite: SUITE_1,
        account: old.account,
        address: (cause != Cause::Closed).then(|| old.address.clone()),
        role: old.role,
        generation: old.generation,
        issued_at_ms: NOW_MS,
        cause,
        version: old.version + 1,
        previous: before.fingerprint(),
        issuer,
        subject: (cause == Cause::Closed).then(|| SubjectLabel::of(&old.address)),
    };
    change(&mut body);
    issue_statement(&body, seed).unwrap()
}
