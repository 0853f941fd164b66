//! The key directory: proofs that an address has exactly these versions, and that there is one directory.
//!
//! One AKD (`akd_core`, its experimental configuration under a label of our own). Whatever is certified is a
//! version of its subject:
//!
//! ```text
//! label = SHA-256(DIRECTORY_LABEL ‖ 0 ‖ canonical address, or `root`, or `policy`)
//! value = SHA-256(certificate, statement or policy)
//! ```
//!
//! What stood before the end of an account that was closed is removed in time: its values in the AKD become tombstones,
//! which prove that there was a version and not what it said. Nobody seals or verifies by one: a client's chain begins
//! with the statement *closed* then.
//!
//! An epoch is a state of that tree. Epoch *n* is leaf *n − 1* of an RFC 9162 log, whose root the server signs as a
//! [C2SP checkpoint](https://c2sp.org/tlog-checkpoint):
//!
//! ```text
//! leaf = DIRECTORY_EPOCH ‖ 0 ‖ n (8 bytes, big-endian) ‖ root of the AKD at n (32 bytes)
//! ```
//!
//! Invariants: a checkpoint, an epoch and a history as they come from the server are [`StateClaim`] and bytes; only
//! [`StateClaim::verify`] makes a [`DirectoryState`], and only that verifies histories. A history proof is accepted,
//! never a lookup proof, which does not show that there is no newer version.

mod audit;
mod checkpoint;
#[cfg(feature = "kat")]
pub mod forged;
mod history;
mod log;
mod paths;
mod proven;
mod state;
#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;
mod witness;

pub use audit::AppendOnly;
pub use checkpoint::{Checkpoint, CheckpointError, Cosignature, SignedCheckpoint, origin, witness_key};
pub use history::{HistoryProof, ProvenPlace, ProvenVersion};
pub use log::{HASH_BYTES, LogHash, epoch_leaf, leaf_hash, node_hash, verify_consistency, verify_inclusion};
pub use proven::{HistoriesClaim, ProvenDirectory, ProvenHistories, check_order};
pub use state::{
    COSIGNATURE_LIFE_MS, CosignedClaim, DirectoryError, DirectoryState, Expectation, StateClaim,
};
pub use witness::{is_witness_name, read_witness_line, witness_line};

use crate::label::Label;

/// The value of a version of which nothing is left but that it was there: `akd`'s own sign for that.
pub const TOMBSTONE: &[u8] = akd_core::TOMBSTONE;

/// So long after the end of an account its certificates are removed at the earliest, however short the mail is kept: an
/// auditor who looks more often sees every one of them.
pub const REMOVAL_WAITS_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// The subject of the policy.
pub const POLICY_SUBJECT: &str = "policy";

/// Separates this directory's hashes from those of any other AKD.
#[derive(Clone)]
pub struct Domain;

impl akd_core::configuration::DomainLabel for Domain {
    fn domain_label() -> &'static [u8] {
        Label::DIRECTORY.as_bytes()
    }
}

/// The tree's configuration.
pub type Tree = akd_core::configuration::ExperimentalConfiguration<Domain>;
