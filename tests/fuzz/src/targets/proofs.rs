//! Proofs of the key directory: their encodings, and that none that is not the tree's own is believed.

use crate::input::{Input, text};
use crate::world::WORLD;
use crypto_core::certificate::PolicyBody;
use crypto_core::directory::{
    AppendOnly, Checkpoint, DirectoryState, Expectation, HistoryProof, ProvenPlace, StateClaim, epoch_leaf,
    leaf_hash, node_hash, origin, verify_consistency, verify_inclusion,
};
use crypto_core::wire::SubjectLabel;
use minicbor::bytes::ByteArray;

/// The first byte says which proof.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    match input.byte() % 4 {
        0 => history(input.rest()),
        1 => append_only(input.rest()),
        2 => log(&mut input),
        _ => verified(&mut input),
    }
}

fn history(bytes: &[u8]) -> bool {
    let Ok(proof) = HistoryProof::parse(bytes) else { return false };
    assert_eq!(proof.to_bytes(), bytes, "one proof has one encoding");
    true
}

fn append_only(bytes: &[u8]) -> bool {
    let Ok(proof) = AppendOnly::parse(bytes) else { return false };
    assert_eq!(proof.to_bytes(), bytes, "one proof has one encoding");
    true
}

/// Any numbers and any hashes.
fn log(input: &mut Input<'_>) -> bool {
    let [index, old, new] = [(); 3].map(|()| input.number());
    let [old_root, new_root] = [(); 2].map(|()| input.array());
    let leaf = epoch_leaf(index, &old_root);
    let proof = input.rest();
    let included = verify_inclusion(&leaf, index, new, &new_root, proof).is_ok();
    if included {
        assert!(index < new);
        assert!(verify_inclusion(b"another", index, new, &new_root, proof).is_err());
    }
    let consistent = verify_consistency((old, &old_root), (new, &new_root), proof).is_ok();
    assert!(!consistent || old < new || (old, old_root) == (new, new_root));
    included || consistent
}

/// A history of a tree with any root and key, whose log has signed it: VRF key, root, epoch, how many versions, subject,
/// proof.
fn verified(input: &mut Input<'_>) -> bool {
    let (vrf_key, root) = (input.array(), input.array());
    let (epoch, count) = (input.number() % (1 << 20), input.below(20));
    let subject = text(input.piece());
    let bytes = input.rest();
    let Ok(proof) = HistoryProof::parse(bytes) else { return false };
    let Some(state) = state(vrf_key, root, epoch) else { return false };
    let Ok(versions) = state.verify_places(SubjectLabel::of(&subject), count, &proof) else { return false };
    assert_eq!(versions.len(), count, "as many as were asked for");
    let known = state.verify_history(SubjectLabel::of(&subject), count, &proof);
    assert_eq!(known.is_ok(), versions.iter().all(|it| it.fingerprint.is_some()), "no tombstone for clients");
    let newer = |pair: &[_]| matches!(pair, [new, old] if is_next(new, old));
    assert!(versions.windows(2).all(newer), "newest first and none left out");
    assert!(versions.iter().all(|it| it.epoch <= epoch));
    assert!(
        state.verify_places(SubjectLabel::of(&format!("{subject}x")), count, &proof).is_err(),
        "of this subject alone"
    );
    true
}

fn is_next(new: &ProvenPlace, old: &ProvenPlace) -> bool {
    new.version == old.version + 1 && new.epoch >= old.epoch
}

/// A state that the log of the organisation has signed.
fn state(vrf_key: [u8; 32], root: [u8; 32], epoch: u64) -> Option<DirectoryState> {
    let policy = PolicyBody { vrf_key: ByteArray::from(vrf_key), ..WORLD.policy_body.clone() };
    let (log_root, inclusion) = last_leaf(epoch, leaf_hash(&epoch_leaf(epoch, &root)));
    let note = Checkpoint { size: epoch, root: log_root }.sign(&origin(policy.deployment), &WORLD.log_seed);
    let claim =
        StateClaim { note: &note, root, inclusion: &inclusion.concat(), consistency: &[], cosigned: None };
    claim.verify(&Expectation { policy: &policy, memory: None, now_ms: 0 }).ok()
}

/// Root of a log of this size with this last leaf, and the leaf's proof (RFC 9162, section 2.1.3); all else is zeroes.
fn last_leaf(size: u64, leaf: [u8; 32]) -> ([u8; 32], Vec<[u8; 32]>) {
    if size <= 1 {
        return (leaf, Vec::new());
    }
    let left = 1 << (size - 1).ilog2();
    let (right, mut proof) = last_leaf(size - left, leaf);
    proof.push([0; 32]);
    (node_hash(&[0; 32], &right), proof)
}
