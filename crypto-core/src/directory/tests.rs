//! The log, its checkpoints, and pinned proofs; more of the tree is tested with the server, which makes them.

use super::*;
use crate::certificate::{PolicyBody, Witness};
use crate::secret::Secret;
use crate::testing::Pinned;
use crate::wire::{DeploymentId, Fingerprint, SubjectLabel};
use ed25519_dalek::SigningKey;

fn key(byte: u8) -> (Secret<32>, [u8; 32]) {
    (Secret::from_bytes([byte; 32]), SigningKey::from_bytes(&[byte; 32]).verifying_key().to_bytes())
}

fn log() -> String {
    origin(DeploymentId::from_bytes([1; 16]))
}

fn note() -> (Checkpoint, String) {
    let checkpoint = Checkpoint { size: 7, root: [9; 32] };
    let (secret, _) = key(3);
    (checkpoint, checkpoint.sign(&log(), &secret))
}

#[test]
fn a_checkpoint_is_pinned() {
    let (checkpoint, note) = note();
    let (secret, _) = key(4);
    let whole = note + &checkpoint.cosign(&log(), "witness.example/1", &secret, 1_800_000_000);
    assert_eq!(whole, include_str!("../../tests/vectors/checkpoint.txt"));
}

#[test]
fn a_checkpoint_is_the_logs_own() {
    let (checkpoint, note) = note();
    let parsed = SignedCheckpoint::parse(&note).unwrap();
    assert_eq!(parsed.verify(&log(), &key(3).1), Ok(checkpoint));
    assert!(parsed.verify(&log(), &key(4).1).is_err());
    assert!(parsed.verify("kbs.directory/another", &key(3).1).is_err());
    let another = note.replace("\n7\n", "\n8\n");
    assert!(SignedCheckpoint::parse(&another).unwrap().verify(&log(), &key(3).1).is_err());
}

#[test]
fn a_witness_is_counted_by_name_and_key() {
    let (checkpoint, note) = note();
    let (secret, public) = key(4);
    let line = checkpoint.cosign(&log(), "w", &secret, 1_800_000_000);
    let parsed = SignedCheckpoint::parse(&format!("{note}{line}")).unwrap();
    assert_eq!(parsed.cosignature("w", &public).unwrap().at_ms, 1_800_000_000_000);
    assert_eq!(parsed.cosignature("v", &public), None);
    assert_eq!(parsed.cosignature("w", &key(5).1), None);
    // Another time, another checkpoint.
    let other = Checkpoint { size: 8, ..checkpoint }.cosign(&log(), "w", &secret, 1_800_000_000);
    assert_eq!(SignedCheckpoint::parse(&format!("{note}{other}")).unwrap().cosignature("w", &public), None);
}

#[test]
fn a_note_has_one_form() {
    let (_, note) = note();
    let long = "x".repeat(20_000);
    for (what, broken) in [
        ("no signature", note.split_once("\n\n").unwrap().0.to_owned() + "\n\n"),
        ("a leading zero", note.replace("\n7\n", "\n07\n")),
        ("an extension line", note.replace("\n\n", "\nextension\n\n")),
        ("a short root", note.replacen("CQkJ", "", 1)),
        ("no end of line", note.trim_end().to_owned()),
        ("a hyphen for a dash", note.replace('\u{2014}', "-")),
        ("too long", note.clone() + &long),
        ("empty", String::new()),
    ] {
        assert!(SignedCheckpoint::parse(&broken).is_err(), "{what}");
    }
}

#[test]
fn lengths_that_lie_are_refused_and_do_not_panic() {
    let leaf = epoch_leaf(1, &[1; 32]);
    for proof in [&[][..], &[0; 31], &[0; 32], &[0; 33], &[0; 64 * 32]] {
        for (index, size) in [(0, 0), (0, 2), (1, 1), (u64::MAX, u64::MAX), (5, u64::MAX), (1, 1 << 48)] {
            assert!(verify_inclusion(&leaf, index, size, &[2; 32], proof).is_err());
        }
        for (old, new) in [(1, 2), (2, 1), (3, u64::MAX), (u64::MAX, u64::MAX - 1), (1, 1 << 48)] {
            assert!(verify_consistency((old, &[1; 32]), (new, &[2; 32]), proof).is_err());
        }
    }
    assert!(verify_consistency((5, &[1; 32]), (5, &[2; 32]), &[]).is_err());
}

/// Written by the server's test of the same name.
#[test]
fn proofs_are_as_pinned() {
    let pinned = Pinned::read("proofs");
    let (vrf_key, subject) = (pinned.array("vrf_key"), pinned.text("subject"));
    let history = pinned.bytes("history");
    let proof = HistoryProof::parse(&history).unwrap();
    assert_eq!(proof.to_bytes(), history);
    let verify = |count, root, epoch| proof.verify(SubjectLabel::of(subject), count, &vrf_key, root, epoch);
    let proved = verify(3, pinned.array("epoch_3"), 3).unwrap();
    let places: Vec<_> = proved.iter().map(|it| (it.version, it.epoch)).collect();
    assert_eq!(places, [(3, 3), (2, 2), (1, 1)]);
    assert!(verify(3, pinned.array("epoch_2"), 3).is_err(), "another root");
    assert!(verify(2, pinned.array("epoch_3"), 3).is_err(), "another number of versions");
    assert!(
        proof.verify(SubjectLabel::of("b@kbs.example"), 3, &vrf_key, pinned.array("epoch_3"), 3).is_err()
    );

    let leaf = epoch_leaf(3, &pinned.array("epoch_3"));
    let (old, new) = (pinned.array("log_root_2"), pinned.array("log_root_3"));
    verify_inclusion(&leaf, 2, 3, &new, &pinned.bytes("inclusion_3")).unwrap();
    let consistency = pinned.bytes("consistency_2_3");
    verify_consistency((2, &old), (3, &new), &consistency).unwrap();
    assert!(verify_consistency((2, &new), (3, &old), &consistency).is_err());
    let append_only = pinned.bytes("append_only_3");
    assert_eq!(AppendOnly::parse(&append_only).unwrap().to_bytes(), append_only);
}

/// RFC 9162 §2.1.1; the known answers are those of RFC 6962's reference implementation.
#[test]
fn the_log_is_hashed_as_its_rfc_says() {
    let hex = |hash: LogHash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(leaf_hash(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    let root = node_hash(&leaf_hash(b""), &leaf_hash(b"\0"));
    assert_eq!(hex(root), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
}

/// The largest power of two below a number of leaves.
fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// RFC 9162 §2.1.1: MTH.
fn tree(leaves: &[Vec<u8>]) -> LogHash {
    match leaves {
        [leaf] => leaf_hash(leaf),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&tree(left), &tree(right))
        }
    }
}

/// RFC 9162 §2.1.3.1: PATH.
fn path(index: usize, leaves: &[Vec<u8>]) -> Vec<u8> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, other) = match index.checked_sub(left.len()) {
        None => (path(index, left), right),
        Some(index) => (path(index, right), left),
    };
    path.extend(tree(other));
    path
}

/// RFC 9162 §2.1.4.1: SUBPROOF.
fn subproof(old: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<u8> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { tree(leaves).to_vec() };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut proof, other) = match old.checked_sub(left.len()) {
        None | Some(0) => (subproof(old, left, whole), right),
        Some(old) => (subproof(old, right, false), left),
    };
    proof.extend(tree(other));
    proof
}

#[test]
fn what_the_log_says_is_believed_and_nothing_else() {
    let leaves: Vec<_> = (0..9).map(|epoch| epoch_leaf(epoch, &[7; 32])).collect();
    let root = |size: usize| tree(&leaves[..size]);
    for size in 1..=leaves.len() {
        for (index, leaf) in leaves[..size].iter().enumerate() {
            let proof = path(index, &leaves[..size]);
            let verify = |leaf: &[u8], index: usize, root: &LogHash| {
                verify_inclusion(leaf, index as u64, size as u64, root, &proof)
            };
            assert_eq!(verify(leaf, index, &root(size)), Ok(()), "{index} of {size}");
            assert!(verify(&epoch_leaf(9, &[7; 32]), index, &root(size)).is_err(), "another leaf");
            assert!(verify(leaf, (index + 1) % size.max(2), &root(size)).is_err(), "another place");
            assert!(verify(leaf, size, &root(size)).is_err(), "beyond the log");
            assert!(verify(leaf, index, &[7; 32]).is_err(), "another log");
        }
        for old in 1..size {
            let proof = subproof(old, &leaves[..size], true);
            let verify = |old: (usize, &LogHash), new: (usize, &LogHash)| {
                verify_consistency((old.0 as u64, old.1), (new.0 as u64, new.1), &proof)
            };
            let (before, after) = (root(old), root(size));
            assert_eq!(verify((old, &before), (size, &after)), Ok(()), "{old} and {size}");
            assert!(verify((old, &[7; 32]), (size, &after)).is_err(), "another past");
            assert!(verify((old, &before), (size, &[7; 32])).is_err(), "another present");
            assert!(verify((size, &after), (old, &before)).is_err(), "backwards");
        }
    }
    let (one, two) = (root(1), root(2));
    assert_eq!(verify_consistency((0, &one), (2, &two), &[]), Ok(()), "every log goes on with none");
    assert_eq!(verify_consistency((2, &two), (2, &two), &[]), Ok(()));
    assert!(verify_consistency((2, &one), (2, &two), &[]).is_err(), "two of one size");
    // The most that is believed at all.
    let most = 1 << 48;
    assert_eq!(verify_consistency((most, &one), (most, &one), &[]), Ok(()));
    assert!(verify_consistency((most + 1, &one), (most + 1, &one), &[]).is_err());
    assert!(verify_consistency((0, &one), (most + 1, &one), &[]).is_err());
    for (height, believed) in [(48, true), (49, false)] {
        let root = (0..height).fold(leaf_hash(b"leaf"), |below, _| node_hash(&below, &one));
        let verified = verify_inclusion(b"leaf", 0, 1 << height, &root, &one.repeat(height));
        assert_eq!(verified.is_ok(), believed, "a tree of height {height}");
    }
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const NOW_MS: u64 = 1_800_000_000_000;

/// A log of some epochs, each with its number for a root.
struct Told {
    leaves: Vec<Vec<u8>>,
}

impl Told {
    fn new(epochs: u8) -> Self {
        Self { leaves: (1..=epochs).map(|epoch| epoch_leaf(epoch.into(), &[epoch; 32])).collect() }
    }

    fn checkpoint(&self, size: usize) -> Checkpoint {
        Checkpoint { size: size as u64, root: tree(self.leaves.split_at(size).0) }
    }

    fn note(&self, size: usize, witnesses: &[(&str, u8, u64)]) -> String {
        let checkpoint = self.checkpoint(size);
        let mut note = checkpoint.sign(&log(), &key(3).0);
        for (name, seed, at_ms) in witnesses {
            note += &checkpoint.cosign(&log(), name, &key(*seed).0, at_ms / 1000);
        }
        note
    }
}

fn policy(quorum: u32) -> PolicyBody {
    let witness = |name: &str, seed| Witness { name: name.into(), key: key(seed).1.into() };
    PolicyBody {
        suite: 1,
        deployment: DeploymentId::from_bytes([1; 16]),
        vrf_key: [0; 32].into(),
        log_key: key(3).1.into(),
        // The third is the second by another name.
        witnesses: Some(vec![witness("v", 4), witness("w", 5), witness("x", 5)]),
        quorum,
        minimum_suite: 1,
        revision: 1,
        previous: None,
        root: Fingerprint::from_bytes([0; 32]),
    }
}

#[test]
fn a_directory_goes_on_with_what_was_seen() {
    let (told, policy) = (Told::new(3), policy(0));
    let (note, root) = (told.note(3, &[]), [3; 32]);
    let inclusion = path(2, &told.leaves);
    let verify = |note: &str, root, memory: Option<Checkpoint>, consistency: &[u8]| {
        let claim = StateClaim { note, root, inclusion: &inclusion, consistency, cosigned: None };
        let state = claim.verify(&Expectation { policy: &policy, memory, now_ms: NOW_MS });
        state.map(|state| state.checkpoint())
    };
    let newest = told.checkpoint(3);
    assert_eq!(verify(&note, root, None, &[]), Ok(newest));
    assert_eq!(verify(&note, [2; 32], None, &[]), Err(DirectoryError::Inclusion));
    let since = subproof(2, &told.leaves, true);
    assert_eq!(verify(&note, root, Some(told.checkpoint(2)), &since), Ok(newest));
    assert_eq!(verify(&note, root, Some(newest), &[]), Ok(newest));
    assert_eq!(verify(&note, root, Some(told.checkpoint(2)), &[]), Err(DirectoryError::Split));
    let other = Checkpoint { root: [9; 32], ..newest };
    assert_eq!(verify(&note, root, Some(other), &[]), Err(DirectoryError::Split));
    let later = Checkpoint { size: 4, ..newest };
    assert_eq!(verify(&note, root, Some(later), &[]), Err(DirectoryError::RolledBack));
    let state = StateClaim { note: &note, root, inclusion: &inclusion, consistency: &[], cosigned: None }
        .verify(&Expectation { policy: &policy, memory: None, now_ms: NOW_MS })
        .unwrap();
    assert_eq!(state.goes_on_with(&told.checkpoint(2), &since), Ok(()));
    assert_eq!(state.goes_on_with(&other, &[]), Err(DirectoryError::Split));
}

#[test]
fn as_many_witnesses_as_the_policy_demands_have_signed_and_lately() {
    let (told, policy) = (Told::new(3), policy(2));
    let (note, inclusion) = (told.note(3, &[]), path(2, &told.leaves));
    let since = subproof(2, &told.leaves, true);
    let verify = |memory, witnesses: &[(&str, u8, u64)]| {
        let signed = told.note(2, witnesses);
        let cosigned = CosignedClaim { note: &signed, consistency: &since };
        let claim = StateClaim {
            note: &note,
            root: [3; 32],
            inclusion: &inclusion,
            consistency: &[],
            cosigned: (!witnesses.is_empty()).then_some(cosigned),
        };
        claim.verify(&Expectation { policy: &policy, memory, now_ms: NOW_MS }).map(|state| state.checkpoint())
    };
    let (newest, seen) = (told.checkpoint(3), Some(told.checkpoint(3)));
    let missing = Err(DirectoryError::Witnesses);
    assert_eq!(verify(None, &[("v", 4, NOW_MS), ("w", 5, NOW_MS)]), Ok(newest));
    assert_eq!(verify(seen, &[]), missing, "nobody");
    assert_eq!(verify(seen, &[("v", 4, NOW_MS)]), missing, "one of two");
    assert_eq!(verify(seen, &[("w", 5, NOW_MS), ("x", 5, NOW_MS)]), missing, "one key by two names");
    assert_eq!(verify(seen, &[("v", 4, NOW_MS), ("w", 6, NOW_MS)]), missing, "a stranger");
    // A clock may be ten minutes ahead, and no more.
    assert_eq!(verify(None, &[("v", 4, NOW_MS), ("w", 5, NOW_MS + 600_000)]), Ok(newest));
    assert_eq!(verify(seen, &[("v", 4, NOW_MS), ("w", 5, NOW_MS + 601_000)]), missing, "of tomorrow");
    // Who remembers nothing wants a day-old signature at most, from as many as are demanded.
    assert_eq!(verify(None, &[("v", 4, NOW_MS), ("w", 5, NOW_MS - DAY_MS)]), Ok(newest));
    let old = [("v", 4, NOW_MS), ("w", 5, NOW_MS - DAY_MS - 1000)];
    assert_eq!(verify(None, &old), Err(DirectoryError::Stale));
    assert_eq!(verify(seen, &old), Ok(newest), "who remembers knows what came since");
}

#[test]
fn a_note_is_as_long_as_a_note_may_be() {
    let (_, mut note) = note();
    let line = |bytes: usize| format!("\u{2014} {} {}\n", "n".repeat(bytes), "AAAAAA==");
    let left = crate::wire::limits::CHECKPOINT_BYTES - note.len() - line(0).len();
    note += &line(left);
    assert!(SignedCheckpoint::parse(&note).is_ok());
    let (_, mut longer) = self::note();
    longer += &line(left + 1);
    assert!(SignedCheckpoint::parse(&longer).is_err());
    for (what, bad) in [
        ("no name", "\u{2014}  AAAAAA==\n"),
        ("a plus", "\u{2014} a+b AAAAAA==\n"),
        ("no key id", "\u{2014} w AAAA\n"),
    ] {
        let (_, note) = self::note();
        assert!(SignedCheckpoint::parse(&(note + bad)).is_err(), "{what}");
    }
    let (_, note) = self::note();
    let parsed = SignedCheckpoint::parse(&(note.clone() + "\u{2014} w AAAAAA==\n")).unwrap();
    assert_eq!(parsed.lines_of("w"), "\u{2014} w AAAAAA==\n");
    assert_eq!(parsed.lines_of("v"), "");
    assert_eq!(witness_key(&key(4).0), key(4).1);
}
