//! History proofs of the AKD: their encoding, and their verification by `akd_core`.
//!
//! Deterministic CBOR, arrays all the way (CDDL in `docs/FORMATS.md`). A label is its number of bits and its bytes
//! without the zeroes at the end.

use super::{DirectoryError, Tree, paths};
use crate::wire::cbor::{self, CborError};
use crate::wire::records::StoredLabel;
use crate::wire::{Fingerprint, SubjectLabel, limits};
use akd_core::verify::history::HistoryParams;
use akd_core::verify::{HistoryVerificationParams, key_history_verify};
use akd_core::{
    AkdLabel, AkdValue, AzksElement, AzksValue, Direction, MembershipProof, NodeLabel, NonMembershipProof,
    SiblingProof, UpdateProof,
};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

const LABEL_BITS: u32 = 256;

/// A version of a subject, proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenVersion {
    /// 1 for the first.
    pub version: u64,
    /// In which it was entered.
    pub epoch: u64,
    /// Of the certificate, statement or policy.
    pub fingerprint: Fingerprint,
}

/// A version of a subject, proved; of a tombstone, without what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenPlace {
    /// 1 for the first.
    pub version: u64,
    /// In which it was entered.
    pub epoch: u64,
    /// Of the certificate, statement or policy; none of a tombstone.
    pub fingerprint: Option<Fingerprint>,
}

impl ProvenPlace {
    /// The version, if it is no tombstone.
    #[must_use]
    pub fn known(self) -> Option<ProvenVersion> {
        let Self { version, epoch, fingerprint } = self;
        fingerprint.map(|fingerprint| ProvenVersion { version, epoch, fingerprint })
    }
}

/// A proof of right form, unverified.
pub struct HistoryProof(pub(super) akd_core::HistoryProof);

impl HistoryProof {
    /// Reads a proof.
    ///
    /// # Errors
    /// [`CborError`]; a label that cannot be one is [`CborError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CborError> {
        let body: HistoryBody = cbor::decode(bytes, limits::HISTORY_PROOF_BYTES)?;
        body.proof().ok_or(CborError::Malformed).map(Self)
    }

    /// As the server's tree made it.
    #[must_use]
    pub fn of(proof: akd_core::HistoryProof) -> Self {
        Self(proof)
    }

    /// The encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(&HistoryBody::of(&self.0))
    }

    pub(super) fn verify(
        &self,
        subject: SubjectLabel,
        count: usize,
        vrf_key: &[u8; 32],
        root: [u8; 32],
        epoch: u64,
    ) -> Result<Vec<ProvenPlace>, DirectoryError> {
        if !paths::are_of_their_labels(&self.0) {
            return Err(DirectoryError::History);
        }
        let label = AkdLabel(subject.as_bytes().to_vec());
        let history_params = HistoryParams::MostRecent(count);
        let params = HistoryVerificationParams::AllowMissingValues { history_params };
        let proved = key_history_verify::<Tree>(vrf_key, root, epoch, label, self.0.clone(), params)
            .map_err(|_| DirectoryError::History)?;
        proved
            .into_iter()
            .map(|it| {
                let fingerprint = match it.value.0.as_slice() {
                    super::TOMBSTONE => None,
                    value => Some(Fingerprint::try_from(value).map_err(|_| DirectoryError::History)?),
                };
                if it.epoch > epoch {
                    return Err(DirectoryError::History);
                }
                Ok(ProvenPlace { version: it.version, epoch: it.epoch, fingerprint })
            })
            .collect()
    }
}

#[derive(Encode, Decode)]
#[cbor(array)]
pub(super) struct ElementBody {
    #[n(0)]
    label: StoredLabel,
    #[n(1)]
    value: ByteArray<32>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct StepBody {
    #[n(0)]
    parent: StoredLabel,
    #[n(1)]
    sibling: ElementBody,
    /// Whether the sibling is the left child.
    #[n(2)]
    right: bool,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct MembershipBody {
    #[n(0)]
    label: StoredLabel,
    #[n(1)]
    value: ByteArray<32>,
    #[n(2)]
    path: Vec<StepBody>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct AbsenceBody {
    #[n(0)]
    label: StoredLabel,
    #[n(1)]
    prefix: StoredLabel,
    #[n(2)]
    left: ElementBody,
    #[n(3)]
    right: ElementBody,
    #[n(4)]
    membership: MembershipBody,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct UpdateBody {
    #[n(0)]
    epoch: u64,
    #[n(1)]
    value: ByteVec,
    #[n(2)]
    version: u64,
    #[n(3)]
    vrf: ByteVec,
    #[n(4)]
    membership: MembershipBody,
    #[n(5)]
    nonce: ByteVec,
    #[n(6)]
    stale_vrf: Option<ByteVec>,
    #[n(7)]
    stale: Option<MembershipBody>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct HistoryBody {
    #[n(0)]
    updates: Vec<UpdateBody>,
    #[n(1)]
    past_vrfs: Vec<ByteVec>,
    #[n(2)]
    past: Vec<MembershipBody>,
    #[n(3)]
    future_vrfs: Vec<ByteVec>,
    #[n(4)]
    future: Vec<AbsenceBody>,
}

impl StoredLabel {
    /// Of a label of the tree.
    #[must_use]
    pub fn of(label: &NodeLabel) -> Self {
        let bytes = label.label_val.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Self {
            bits: label.label_len,
            value: label.label_val.iter().take(bytes).copied().collect::<Vec<_>>().into(),
        }
    }

    /// The label, if it is the one encoding of one.
    #[must_use]
    pub fn label(&self) -> Option<NodeLabel> {
        let mut value = [0; 32];
        let shortest = self.value.last().is_none_or(|byte| *byte != 0);
        if self.bits > LABEL_BITS || !shortest {
            return None;
        }
        value.get_mut(..self.value.len())?.copy_from_slice(&self.value);
        Some(NodeLabel::new(value, self.bits))
    }
}

impl ElementBody {
    pub(super) fn of(element: &AzksElement) -> Self {
        Self { label: StoredLabel::of(&element.label), value: element.value.0.into() }
    }

    pub(super) fn element(&self) -> Option<AzksElement> {
        Some(AzksElement { label: self.label.label()?, value: AzksValue(*self.value) })
    }
}

impl StepBody {
    fn of(step: &SiblingProof) -> Self {
        let [sibling] = &step.siblings;
        Self {
            parent: StoredLabel::of(&step.label),
            sibling: ElementBody::of(sibling),
            right: step.direction == Direction::Right,
        }
    }

    fn step(&self) -> Option<SiblingProof> {
        let direction = if self.right { Direction::Right } else { Direction::Left };
        Some(SiblingProof { label: self.parent.label()?, siblings: [self.sibling.element()?], direction })
    }
}

impl MembershipBody {
    fn of(proof: &MembershipProof) -> Self {
        Self {
            label: StoredLabel::of(&proof.label),
            value: proof.hash_val.0.into(),
            path: proof.sibling_proofs.iter().map(StepBody::of).collect(),
        }
    }

    fn proof(&self) -> Option<MembershipProof> {
        Some(MembershipProof {
            label: self.label.label()?,
            hash_val: AzksValue(*self.value),
            sibling_proofs: self.path.iter().map(StepBody::step).collect::<Option<_>>()?,
        })
    }
}

impl AbsenceBody {
    fn of(proof: &NonMembershipProof) -> Self {
        let [left, right] = &proof.longest_prefix_children;
        Self {
            label: StoredLabel::of(&proof.label),
            prefix: StoredLabel::of(&proof.longest_prefix),
            left: ElementBody::of(left),
            right: ElementBody::of(right),
            membership: MembershipBody::of(&proof.longest_prefix_membership_proof),
        }
    }

    fn proof(&self) -> Option<NonMembershipProof> {
        Some(NonMembershipProof {
            label: self.label.label()?,
            longest_prefix: self.prefix.label()?,
            longest_prefix_children: [self.left.element()?, self.right.element()?],
            longest_prefix_membership_proof: self.membership.proof()?,
        })
    }
}

impl UpdateBody {
    fn of(proof: &UpdateProof) -> Self {
        Self {
            epoch: proof.epoch,
            value: proof.value.0.clone().into(),
            version: proof.version,
            vrf: proof.existence_vrf_proof.clone().into(),
            membership: MembershipBody::of(&proof.existence_proof),
            nonce: proof.commitment_nonce.clone().into(),
            stale_vrf: proof.previous_version_vrf_proof.clone().map(ByteVec::from),
            stale: proof.previous_version_proof.as_ref().map(MembershipBody::of),
        }
    }

    fn proof(&self) -> Option<UpdateProof> {
        Some(UpdateProof {
            epoch: self.epoch,
            value: AkdValue(self.value.to_vec()),
            version: self.version,
            existence_vrf_proof: self.vrf.to_vec(),
            existence_proof: self.membership.proof()?,
            previous_version_vrf_proof: self.stale_vrf.as_ref().map(|it| it.to_vec()),
            previous_version_proof: match &self.stale {
                Some(stale) => Some(stale.proof()?),
                None => None,
            },
            commitment_nonce: self.nonce.to_vec(),
        })
    }
}

impl HistoryBody {
    fn of(proof: &akd_core::HistoryProof) -> Self {
        let bytes = |proofs: &[Vec<u8>]| proofs.iter().cloned().map(ByteVec::from).collect();
        Self {
            updates: proof.update_proofs.iter().map(UpdateBody::of).collect(),
            past_vrfs: bytes(&proof.past_marker_vrf_proofs),
            past: proof.existence_of_past_marker_proofs.iter().map(MembershipBody::of).collect(),
            future_vrfs: bytes(&proof.future_marker_vrf_proofs),
            future: proof.non_existence_of_future_marker_proofs.iter().map(AbsenceBody::of).collect(),
        }
    }

    fn proof(&self) -> Option<akd_core::HistoryProof> {
        let bytes = |proofs: &[ByteVec]| proofs.iter().map(|proof| proof.to_vec()).collect();
        Some(akd_core::HistoryProof {
            update_proofs: self.updates.iter().map(UpdateBody::proof).collect::<Option<_>>()?,
            past_marker_vrf_proofs: bytes(&self.past_vrfs),
            existence_of_past_marker_proofs: self
                .past
                .iter()
                .map(MembershipBody::proof)
                .collect::<Option<_>>()?,
            future_marker_vrf_proofs: bytes(&self.future_vrfs),
            non_existence_of_future_marker_proofs: self
                .future
                .iter()
                .map(AbsenceBody::proof)
                .collect::<Option<_>>()?,
        })
    }
}
