//! The chain: whoever has some keys may sign what they like and a server may show it in any order; what
//! [`Directory::follow`] accepts keeps the rules of crypto.md, "Who vouches for a key", which are written down here once
//! more.

use crate::input::Input;
use crate::world::{NOW_MS, Person, WORLD};
use crypto_core::Secret;
use crypto_core::certificate::{
    Cause, Certificate, CertificateBody, Deputy, Directory, Entry, Lookup, Reason, Role, StatementBody,
    issue_certificate, issue_statement,
};
use crypto_core::hazmat::sign;
use crypto_core::wire::{AccountId, Fingerprint, SubjectLabel};
use minicbor::bytes::ByteArray;
use std::collections::{BTreeMap, BTreeSet};

const ADDRESSES: [&str; 6] = [
    "admin@kbs.example",
    "sabine@kbs.example",
    "paula@traeger.example",
    "neu@kbs.example",
    "root",
    "x@y.example",
];
const ROLES: [Role; 6] =
    [Role::Root, Role::Administrator, Role::Staff, Role::Partner, Role::Gateway, Role::Group];
const REASONS: [Reason; 6] =
    [Reason::Genesis, Reason::Issued, Reason::Rotated, Reason::Reset, Reason::Deputed, Reason::Readdressed];
const CAUSES: [Cause; 5] = [Cause::Closed, Cause::Moved, Cause::Left, Cause::Lost, Cause::Stolen];
/// Enough for a story, few enough to be quick.
const STEPS: usize = 10;

/// What a server shows, and the seeds that its friends have.
struct Shown {
    entries: Vec<Entry>,
    /// Seeds by the certificate whose signing key they make.
    seeds: BTreeMap<Fingerprint, Secret<32>>,
}

pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    let mut shown = Shown::honest();
    for _ in 0..STEPS {
        if input.is_empty() {
            break;
        }
        match input.byte() % 8 {
            0..4 => shown.certify(&mut input),
            4 | 5 => shown.end(&mut input),
            6 => shown.reorder(&mut input),
            _ => break,
        }
    }
    let mut bytes: Vec<Vec<u8>> = shown.entries.iter().map(|entry| entry.as_bytes().to_vec()).collect();
    if !input.is_empty() {
        let at = input.below(bytes.len());
        let place = usize::from(u16::from_be_bytes(input.array())) % bytes[at].len();
        bytes[at][place] ^= input.byte();
    }
    let numbered = (1..).zip(bytes.iter().map(Vec::as_slice));
    match Directory::follow(WORLD.pins, numbered, [WORLD.policy.as_slice()]) {
        Ok(directory) => {
            check(&directory, &bytes);
            true
        }
        Err(_) => false,
    }
}

impl Shown {
    fn honest() -> Self {
        let entries = WORLD.entries.iter().map(|bytes| Entry::parse(bytes).expect("an entry")).collect();
        let mut seeds = BTreeMap::from([(WORLD.root.fingerprint(), WORLD.root_seed.duplicate())]);
        for Person { bundle, seed } in [&WORLD.admin, &WORLD.staff, &WORLD.partner] {
            seeds.insert(bundle.certificate().fingerprint(), seed.duplicate());
        }
        Self { entries, seeds }
    }

    fn certificate(&self, input: &mut Input<'_>) -> Option<Certificate> {
        let all: Vec<&Certificate> = self.entries.iter().filter_map(Entry::certificate).collect();
        all.get(input.below(all.len())).map(|it| (*it).clone())
    }

    /// Version and predecessor that follow at an address.
    fn next(&self, address: &str) -> (u32, Option<Fingerprint>) {
        let subject = SubjectLabel::of(address);
        let newest = self.entries.iter().rev().find(|entry| entry.subject() == subject);
        newest.map_or((1, None), |it| (it.version() + 1, Some(it.fingerprint())))
    }

    /// A certificate that follows another, but for what the input changes.
    fn certify(&mut self, input: &mut Input<'_>) {
        let (Some(base), Some(issuer)) = (self.certificate(input), self.certificate(input)) else { return };
        let (reason, changes) = (REASONS[input.below(REASONS.len())], u16::from_be_bytes(input.array()));
        let is_changed = |bit: u32| changes >> bit & 1 == 1;
        let mut body: CertificateBody = base.body().clone();
        body.reason = reason;
        body.issuer = (!is_changed(0)).then(|| issuer.fingerprint());
        body.moved_from = None;
        if is_changed(1) {
            body.address = ADDRESSES[input.below(ADDRESSES.len())].into();
        }
        if is_changed(2) {
            body.role = ROLES[input.below(ROLES.len())];
        }
        if is_changed(3) {
            body.account = AccountId::from_bytes([input.byte(); 16]);
        }
        if !is_changed(4) {
            body.generation = if reason == Reason::Issued { 1 } else { body.generation.saturating_add(1) };
        }
        body.provisional ^= is_changed(5);
        (body.version, body.previous) = self.next(&body.address);
        if is_changed(6) {
            body.version = input.byte().into();
        }
        if is_changed(7) {
            let statements = self.entries.iter().filter(|entry| entry.certificate().is_none());
            let statements: Vec<Fingerprint> = statements.map(Entry::fingerprint).collect();
            body.moved_from = statements.get(input.below(statements.len())).copied();
        }
        if is_changed(8) {
            let account = AccountId::from_bytes([input.byte(); 16]);
            body.deputies = Some(vec![Deputy { account, from_ms: NOW_MS, until_ms: NOW_MS + 1 }]);
        }
        if is_changed(9) {
            (body.name, body.unit) = (None, None);
        }
        let seed = match (is_changed(10), self.seeds.get(&base.fingerprint())) {
            (true, Some(seed)) => seed.duplicate(),
            _ => Secret::from_bytes([input.byte(); 32]),
        };
        body.signing_key = ByteArray::from(sign::public_key(&seed));
        if body.role == Role::Root {
            body.mailbox_key = None;
        } else if body.mailbox_key.is_none() {
            body.mailbox_key.clone_from(&WORLD.staff.bundle.certificate().body().mailbox_key);
        }
        let signer =
            if is_changed(11) { &seed } else { self.seeds.get(&issuer.fingerprint()).unwrap_or(&seed) };
        let proof = (!matches!(reason, Reason::Deputed | Reason::Readdressed)).then_some(&seed);
        if let Ok(entry) = issue_certificate(&body, signer, proof) {
            self.seeds.insert(entry.fingerprint(), seed);
            self.entries.push(entry);
        }
    }

    fn end(&mut self, input: &mut Input<'_>) {
        let (Some(base), Some(issuer)) = (self.certificate(input), self.certificate(input)) else { return };
        let (cause, changes) = (CAUSES[input.below(CAUSES.len())], input.byte());
        let is_changed = |bit: u32| changes >> bit & 1 == 1;
        let old = base.body();
        let (version, previous) = self.next(&old.address);
        let by_log = (cause == Cause::Closed) ^ is_changed(0);
        let mut body = StatementBody {
            suite: old.suite,
            account: old.account,
            address: Some(old.address.clone()),
            role: old.role,
            generation: old.generation,
            issued_at_ms: NOW_MS,
            cause,
            version,
            previous: previous.unwrap_or_else(|| base.fingerprint()),
            issuer: (!by_log).then(|| issuer.fingerprint()),
            subject: None,
        };
        if is_changed(4) {
            (body.address, body.subject) = (None, Some(SubjectLabel::of(&old.address)));
        }
        if is_changed(1) {
            body.role = ROLES[input.below(ROLES.len())];
        }
        if is_changed(2) {
            body.account = AccountId::from_bytes([input.byte(); 16]);
        }
        if is_changed(3) {
            body.generation = input.byte().into();
        }
        let signer = if by_log { Some(&WORLD.log_seed) } else { self.seeds.get(&issuer.fingerprint()) };
        if let Some(Ok(entry)) = signer.map(|signer| issue_statement(&body, signer)) {
            self.entries.push(entry);
        }
    }

    fn reorder(&mut self, input: &mut Input<'_>) {
        let count = self.entries.len();
        let (what, first, second) = (input.byte() % 3, input.below(count), input.below(count));
        match what {
            0 => self.entries.swap(first, second),
            1 if count > 1 => drop(self.entries.remove(first)),
            _ => self.entries.insert(second, self.entries[first].clone()),
        }
    }
}

/// The rules, from the entries alone.
fn check(directory: &Directory, bytes: &[Vec<u8>]) {
    let entries: Vec<Entry> = bytes.iter().map(|bytes| Entry::parse(bytes).expect("as accepted")).collect();
    let mut newest: BTreeMap<SubjectLabel, &Entry> = BTreeMap::new();
    let mut certificates: BTreeMap<Fingerprint, &Certificate> = BTreeMap::new();
    let (mut begun, mut closed) = (BTreeSet::new(), BTreeSet::new());
    for entry in &entries {
        let before = newest.get(&entry.subject()).copied();
        let begins = before.is_none() && cause(entry) == Some(Cause::Closed);
        assert!(begins || entry.previous() == before.map(Entry::fingerprint), "one history");
        let issuer = entry.issuer().map(|issuer| {
            let issuer = certificates.get(&issuer).copied().expect("an issuer that was accepted");
            let newest = newest.get(&SubjectLabel::of(&issuer.body().address)).expect("its history");
            assert_eq!(newest.fingerprint(), issuer.fingerprint(), "the newest of its address");
            issuer
        });
        match entry {
            Entry::Certificate(it) => {
                assert!(!closed.contains(&it.body().account), "a closed account is not begun again");
                check_certificate(it, before, issuer);
                if matches!(it.body().reason, Reason::Genesis | Reason::Issued) {
                    assert!(begun.insert(it.body().account), "an account begins once");
                }
                certificates.insert(it.fingerprint(), it);
            }
            Entry::Statement(it) => {
                if let Some(before) = before {
                    let was_live = before.certificate().is_some();
                    let was_moved = cause(before) == Some(Cause::Moved) && it.body().cause == Cause::Closed;
                    assert!(was_live || was_moved, "what ends was live");
                    assert_eq!((it.body().account, it.body().role), (before.account(), before.role()));
                } else {
                    assert!(begins, "nothing else begins a history");
                }
                if it.body().cause == Cause::Closed {
                    closed.insert(it.body().account);
                }
                assert_eq!(issuer.is_none(), it.body().cause == Cause::Closed, "the log closes");
                if let Some(issuer) = issuer {
                    assert!(may(issuer.body().role, it.body().role), "authority");
                }
            }
        }
        newest.insert(entry.subject(), entry);
    }
    let mut live = BTreeSet::new();
    for address in ADDRESSES {
        let Some(entry) = newest.get(&SubjectLabel::of(address)) else { continue };
        match (directory.look_up(address), entry) {
            (Lookup::Current(current), Entry::Certificate(it)) => {
                assert_eq!(current.fingerprint(), it.fingerprint());
                assert!(live.insert(it.body().account), "live under one address");
                assert!(!closed.contains(&it.body().account), "a closed account is not live");
            }
            (Lookup::Ended(cause), Entry::Statement(it)) => assert_eq!(cause, it.body().cause),
            _ => panic!("what is looked up is the newest"),
        }
    }
    assert!(directory.root().is_some_and(|root| root.body().role == Role::Root));
}

fn cause(entry: &Entry) -> Option<Cause> {
    match entry {
        Entry::Statement(it) => Some(it.body().cause),
        Entry::Certificate(_) => None,
    }
}

fn check_certificate(it: &Certificate, before: Option<&Entry>, issuer: Option<&Certificate>) {
    let body = it.body();
    let live = before.and_then(Entry::certificate);
    let Some(issuer) = issuer else {
        assert!(body.reason == Reason::Genesis && body.role == Role::Root && before.is_none());
        return;
    };
    match body.reason {
        Reason::Genesis => panic!("the first root has no issuer"),
        Reason::Issued | Reason::Readdressed => {
            assert!(live.is_none() && may(issuer.body().role, body.role), "authority");
        }
        Reason::Rotated => assert_eq!(Some(issuer.fingerprint()), live.map(Certificate::fingerprint)),
        Reason::Reset => assert!(body.provisional && may(issuer.body().role, body.role), "authority"),
        Reason::Deputed => {
            let live = live.expect("somebody live");
            assert_eq!(issuer.body().role, Role::Administrator);
            assert!(live.signing_key() == it.signing_key() && live.mailbox_key() == it.mailbox_key());
        }
    }
    if let (Reason::Rotated | Reason::Reset | Reason::Deputed, Some(live)) = (body.reason, live) {
        let who = |body: &CertificateBody| (body.account, body.role, body.name.clone(), body.unit.clone());
        assert_eq!(who(body), who(live.body()), "the same person");
        assert!(body.reason == Reason::Reset || !body.provisional || live.body().provisional);
    }
}

fn may(issuer: Role, subject: Role) -> bool {
    match subject {
        Role::Root => false,
        Role::Administrator => issuer == Role::Root,
        Role::Staff | Role::Gateway | Role::Group => issuer == Role::Administrator,
        Role::Partner => matches!(issuer, Role::Administrator | Role::Staff),
    }
}
