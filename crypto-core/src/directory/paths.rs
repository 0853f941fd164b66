//! What `akd_core` 0.13 does not look at in a history proof, and a server that lies could make use of.
//!
//! * A proof of absence shows a node and its two children, and that the label begins as the node does. That the label
//!   lies below neither child is not looked at: any node above a version "proved" that there is no such version, so
//!   that the newest one could be hidden.
//! * A path of no step leads from the root to the root, whatever label it is said to be of: it "proved" any version whose
//!   value is not looked at, and the label of a path's first parent is nowhere hashed.
//! * That each label of a path begins as the one above it, on the side where it hangs, is not looked at either: in a tree
//!   that nobody has audited, one root could prove a version to one person and its absence to another.
//!
//! Source: the tree and its absence proofs in [SEEMless](https://eprint.iacr.org/2018/607), section 4.

use super::Tree;
use akd_core::configuration::Configuration as _;
use akd_core::{Direction, HistoryProof, MembershipProof, NodeLabel, NonMembershipProof};

/// Whether each path leads from the root to its label by the label's bits, and no label that is said to be absent lies
/// below a node that is there.
pub(super) fn are_of_their_labels(proof: &HistoryProof) -> bool {
    let updates = proof.update_proofs.iter();
    let present = updates.flat_map(|it| [Some(&it.existence_proof), it.previous_version_proof.as_ref()]);
    present.flatten().chain(&proof.existence_of_past_marker_proofs).all(leads_to_its_label)
        && proof.non_existence_of_future_marker_proofs.iter().all(is_between_its_children)
}

fn leads_to_its_label(proof: &MembershipProof) -> bool {
    let steps = proof.sibling_proofs.iter();
    let mut nodes = steps.clone().map(|step| step.label).chain([proof.label]);
    nodes.next() == Some(NodeLabel::root())
        && steps.zip(nodes).all(|(step, below)| side_of(step.label, below) == Some(step.direction))
}

fn is_between_its_children(proof: &NonMembershipProof) -> bool {
    let [left, right] = proof.longest_prefix_children.map(|child| child.label);
    let hangs = |child: NodeLabel, side| {
        let empty = child == Tree::empty_label();
        empty || (side_of(proof.longest_prefix, child) == Some(side) && !child.is_prefix_of(&proof.label))
    };
    hangs(left, Direction::Left)
        && hangs(right, Direction::Right)
        && leads_to_its_label(&proof.longest_prefix_membership_proof)
}

/// On which side of a node a label lies that is longer and begins as the node's.
fn side_of(above: NodeLabel, below: NodeLabel) -> Option<Direction> {
    Direction::try_from(above.get_prefix_ordering(below)).ok()
}

#[cfg(test)]
#[cfg(feature = "kat")]
mod tests {
    use super::super::forged::{denied, without_newest};
    use super::super::{DirectoryError, HistoryProof};
    use super::*;
    use crate::testing::Pinned;
    use crate::wire::SubjectLabel;
    use akd_core::AkdValue;

    const SUBJECT: &str = "a@kbs.example";

    /// Three versions in three epochs, and the tree's root.
    fn pinned() -> (Pinned, HistoryProof) {
        let pinned = Pinned::read("proofs");
        let proof = HistoryProof::parse(&pinned.bytes("history")).unwrap();
        (pinned, proof)
    }

    fn places(pinned: &Pinned, proof: akd_core::HistoryProof, count: usize) -> Result<usize, DirectoryError> {
        let (key, root) = (pinned.array("vrf_key"), pinned.array("epoch_3"));
        HistoryProof(proof).verify(SubjectLabel::of(SUBJECT), count, &key, root, 3).map(|it| it.len())
    }

    #[test]
    fn a_version_that_is_there_is_not_proved_absent_by_a_node_above_it() {
        let (pinned, HistoryProof(proof)) = pinned();
        assert_eq!(places(&pinned, proof.clone(), 3), Ok(3));
        let steps = proof.update_proofs[0].existence_proof.sibling_proofs.len();
        assert!(steps > 1, "a child of the root hides nothing");
        let HistoryProof(forged) = without_newest(HistoryProof(proof), 3).unwrap();
        assert_eq!(places(&pinned, forged, 2), Err(DirectoryError::History));
    }

    #[test]
    fn a_version_that_is_not_there_is_not_proved_by_the_root_alone() {
        let (pinned, HistoryProof(proof)) = pinned();
        let step = &proof.update_proofs[0].existence_proof;
        let root = denied(step).unwrap().longest_prefix_membership_proof.hash_val;
        // What says nothing of a value could stand for any: the label of a tombstone, and those of older versions.
        let mut tombstone = proof.clone();
        tombstone.update_proofs[0].value = AkdValue(super::super::TOMBSTONE.to_vec());
        assert_eq!(places(&pinned, tombstone.clone(), 3), Ok(3));
        tombstone.update_proofs[0].existence_proof.hash_val = root;
        tombstone.update_proofs[0].existence_proof.sibling_proofs.clear();
        assert_eq!(places(&pinned, tombstone, 3), Err(DirectoryError::History));
        // Only the newest, with the one before as the marker of what is older.
        let mut marked = proof;
        let [_, before, _] = marked.update_proofs.as_slice() else { unreachable!() };
        marked.past_marker_vrf_proofs = vec![before.existence_vrf_proof.clone()];
        marked.existence_of_past_marker_proofs = vec![before.existence_proof.clone()];
        marked.update_proofs.truncate(1);
        assert_eq!(places(&pinned, marked.clone(), 1), Ok(1));
        marked.existence_of_past_marker_proofs[0].hash_val = root;
        marked.existence_of_past_marker_proofs[0].sibling_proofs.clear();
        assert_eq!(places(&pinned, marked, 1), Err(DirectoryError::History));
    }

    /// The hashes alone are the tree's, whatever a server hangs where.
    #[test]
    fn a_path_goes_by_the_bits_of_its_label() {
        let (_, HistoryProof(proof)) = pinned();
        let honest = &proof.update_proofs[0].existence_proof;
        assert!(leads_to_its_label(honest));
        for at in 0..honest.sibling_proofs.len() {
            let mut turned = honest.clone();
            turned.sibling_proofs[at].direction = turned.sibling_proofs[at].direction.other();
            assert!(!leads_to_its_label(&turned), "{at}");
            let mut elsewhere = honest.clone();
            elsewhere.sibling_proofs[at].label = NodeLabel::new([0x55; 32], 256);
            assert!(!leads_to_its_label(&elsewhere), "{at}");
        }
        let mut another = honest.clone();
        another.label.label_val[0] ^= 0x80;
        assert!(!leads_to_its_label(&another));
    }

    /// Each is shown at the root: what would be there lies below one of its children.
    #[test]
    fn an_absent_label_lies_below_no_child_and_the_children_where_they_hang() {
        let (_, HistoryProof(proof)) = pinned();
        let existence = &proof.update_proofs[0].existence_proof;
        let mut absent = denied(existence).unwrap();
        assert!(!is_between_its_children(&absent));
        // Where a child is missing, a label may be.
        let hidden = usize::from(existence.sibling_proofs[0].direction == Direction::Right);
        absent.longest_prefix_children[hidden].label = Tree::empty_label();
        assert!(is_between_its_children(&absent));
        absent.longest_prefix_children.swap(0, 1);
        assert!(!is_between_its_children(&absent));
    }

    #[test]
    fn not_one_byte_of_a_proof_may_be_another_one() {
        let (pinned, _) = pinned();
        let honest = pinned.bytes("history");
        let accepted: Vec<_> = (0..honest.len())
            .filter(|at| {
                [0x01, 0x80].into_iter().any(|bit| {
                    let mut altered = honest.clone();
                    altered[*at] ^= bit;
                    HistoryProof::parse(&altered).is_ok_and(|it| places(&pinned, it.0, 3).is_ok())
                })
            })
            .collect();
        assert!(accepted.is_empty(), "{accepted:?} of {}", honest.len());
    }
}
