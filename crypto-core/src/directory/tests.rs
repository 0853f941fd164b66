//! The log, its checkpoints, and pinned proofs; more of the tree is tested with the server, which makes them.

use super::*;
use crate::secret::Secret;
use crate::testing::Pinned;
use crate::wire::{DeploymentId, SubjectLabel};
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
