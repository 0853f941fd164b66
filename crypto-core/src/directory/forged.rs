//! For tests alone: what a server that lies makes of its own honest proofs.

use super::{HistoryProof, Tree};
use akd_core::configuration::Configuration as _;
use akd_core::utils::get_marker_versions;
use akd_core::{
    AzksElement, AzksValue, Direction, MembershipProof, NodeLabel, NonMembershipProof, SiblingProof,
};

/// The history in `epoch` without its newest version, whose own path becomes the proof that there is none. There is no
/// such history of a single version.
#[must_use]
pub fn without_newest(HistoryProof(mut proof): HistoryProof, epoch: u64) -> Option<HistoryProof> {
    let hidden = proof.update_proofs.first()?.clone();
    proof.update_proofs.remove(0);
    let (end, start) = (proof.update_proofs.first()?.version, proof.update_proofs.last()?.version);
    let (_, shown) = get_marker_versions(start, hidden.version, epoch);
    let (_, wanted) = get_marker_versions(start, end, epoch);
    let mut markers = Vec::new();
    for version in wanted {
        markers.push(if version == hidden.version {
            (hidden.existence_vrf_proof.clone(), denied(&hidden.existence_proof)?)
        } else {
            let at = shown.iter().position(|it| *it == version)?;
            let absence = proof.non_existence_of_future_marker_proofs.get(at)?.clone();
            (proof.future_marker_vrf_proofs.get(at)?.clone(), absence)
        });
    }
    (proof.future_marker_vrf_proofs, proof.non_existence_of_future_marker_proofs) =
        markers.into_iter().unzip();
    Some(HistoryProof(proof))
}

/// From the path to a leaf: that the leaf is not there, shown at the root, between whose children it would not be.
pub(super) fn denied(proof: &MembershipProof) -> Option<NonMembershipProof> {
    let (top, below) = proof.sibling_proofs.split_first()?;
    let mut node = AzksElement { label: proof.label, value: proof.hash_val };
    for step in below.iter().rev() {
        node = AzksElement { label: step.label, value: value_above(step, node) };
    }
    Some(NonMembershipProof {
        label: proof.label,
        longest_prefix: NodeLabel::root(),
        longest_prefix_children: children(top, node),
        longest_prefix_membership_proof: MembershipProof {
            label: NodeLabel::root(),
            hash_val: value_above(top, node),
            sibling_proofs: Vec::new(),
        },
    })
}

fn children(step: &SiblingProof, node: AzksElement) -> [AzksElement; 2] {
    let [sibling] = step.siblings;
    if step.direction == Direction::Left { [node, sibling] } else { [sibling, node] }
}

fn value_above(step: &SiblingProof, node: AzksElement) -> AzksValue {
    let [left, right] = children(step, node);
    let label = |it: &AzksElement| it.label.value::<Tree>();
    Tree::compute_parent_hash_from_children(&left.value, &label(&left), &right.value, &label(&right))
}
