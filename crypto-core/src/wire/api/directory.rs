//! Bodies of the key directory: proofs for clients, and what witnesses and auditors follow.
//!
//! | request | body → answer |
//! | --- | --- |
//! | `POST /directory/proved` | [`ProvedWanted`] → [`Proved`] |
//! | `GET /directory/checkpoint` | → [`CheckpointState`], for anybody |
//! | `GET /directory/consistency?from=N&to=M` | → [`Consistency`], for anybody |
//! | `GET /directory/epochs?after=N` | → [`EpochPage`], for anybody |
//! | `POST /directory/cosignatures` | [`Cosign`] → 204, by a witness that the policy names |
//! | `PUT /admin/policy` | [`NewPolicy`] → 204 |
//! | `GET /admin/witnesses` | → [`WitnessStates`] |
//! | `GET /auditors/entries?after=N` | → [`EntryPage`], with an auditor's token |
//! | `POST /auditors/histories` | [`HistoriesWanted`] → [`Histories`], with an auditor's token |

use super::{Chains, ChainsWanted, SequencedEntry};
use crate::wire::ids::{B64, SubjectLabel};
use serde::{Deserialize, Serialize};

bodies! {
    /// Chains with proofs.
    pub struct ProvedWanted {
        /// Whose.
        chains: ChainsWanted,
        /// Size of the log that this client has seen; 0: none.
        seen: u64,
        /// What this client has verified before.
        known: Vec<KnownVersion>,
        /// Whether what is known and unchanged is proved again.
        fresh: bool,
    }

    /// A subject up to a version.
    pub struct KnownVersion {
        /// Hash of the canonical address, of `root` or of `policy`.
        subject: SubjectLabel,
        /// The newest that was verified.
        version: u64,
    }

    /// Chains, and that they are the newest.
    pub struct Proved {
        /// The chains.
        chains: Chains,
        /// C2SP tlog-checkpoint of the newest epoch.
        checkpoint: String,
        /// Root of that epoch's tree, 32 bytes.
        root: B64,
        /// The epoch is the log's last leaf: hashes of RFC 9162, one behind the other.
        inclusion: B64,
        /// The log goes on with the one that was seen.
        consistency: B64,
        /// The newest checkpoint that enough witnesses have signed, where the policy names some.
        cosigned: Option<Cosigned>,
        /// A proof for each subject of the chains, but for those that are known, unchanged and not to be proved again.
        histories: Vec<SubjectHistory>,
    }

    /// A checkpoint with the lines of witnesses.
    pub struct Cosigned {
        /// Signed note.
        checkpoint: String,
        /// The newest log goes on with it.
        consistency: B64,
    }

    /// The newest versions of a subject: all of them, or from the known one on.
    pub struct SubjectHistory {
        /// Hash of the canonical address, of `root` or of `policy`.
        subject: SubjectLabel,
        /// `directory::HistoryProof`.
        proof: B64,
    }

    /// How far the log is.
    pub struct CheckpointState {
        /// Of the newest epoch.
        checkpoint: String,
        /// The newest one that enough witnesses have signed.
        cosigned: Option<String>,
    }

    /// Consistency of two sizes of the log.
    pub struct Consistency {
        /// Hashes of RFC 9162, one behind the other.
        proof: B64,
    }

    /// Some epochs in order.
    pub struct EpochPage {
        /// Behind the one that was named.
        epochs: Vec<EpochEntry>,
    }

    /// An epoch.
    pub struct EpochEntry {
        /// 1 for the first.
        number: u64,
        /// Root of its tree, 32 bytes.
        root: B64,
        /// That nothing of the epoch before was taken away or changed: `directory::AppendOnly`.
        append_only: B64,
    }

    /// A checkpoint with a witness's line.
    pub struct Cosign {
        /// Signed note, the log's own line included.
        checkpoint: String,
    }

    /// The policy that follows.
    pub struct NewPolicy {
        /// Signed by the root.
        policy: B64,
    }

    /// Those whom the policy names.
    pub struct WitnessStates {
        /// In its order.
        witnesses: Vec<WitnessState>,
    }

    /// How far one of them is. The server's word: clients count signatures themselves.
    pub struct WitnessState {
        /// As in the policy.
        name: String,
        /// When it says that it signed last.
        signed_at_ms: Option<u64>,
    }

    /// Some entries of everybody, in the order of entry.
    pub struct EntryPage {
        /// Certificates, statements and policies, behind the one that was named.
        entries: Vec<SequencedEntry>,
        /// What stood between them and is removed, since the account was closed and all mail with it has expired.
        removed: Vec<RemovedEntry>,
        /// The last entry that stands in the newest epoch; none behind it is given.
        last: u64,
        /// Of the newest epoch.
        checkpoint: String,
    }

    /// An entry of which only its place is left. The statement *closed* stands behind it in its history.
    pub struct RemovedEntry {
        /// In the order of entry.
        sequence: u64,
        /// Whose history.
        subject: SubjectLabel,
        /// Its number in that, 1 for the first.
        version: u32,
    }

    /// Histories that an auditor asks for.
    pub struct HistoriesWanted {
        /// Whose.
        subjects: Vec<WantedHistory>,
    }

    /// The newest versions of a subject.
    pub struct WantedHistory {
        /// Hash of the canonical address, of `root` or of `policy`.
        subject: SubjectLabel,
        /// How many versions.
        newest: u64,
    }

    /// Histories, all of one epoch.
    pub struct Histories {
        /// C2SP tlog-checkpoint of the newest epoch.
        checkpoint: String,
        /// Root of that epoch's tree, 32 bytes.
        root: B64,
        /// The epoch is the log's last leaf: hashes of RFC 9162, one behind the other.
        inclusion: B64,
        /// The last entry that stands in it.
        last: u64,
        /// In the order in which they were asked for, from the first one on; the rest has to be asked for again.
        histories: Vec<SubjectHistory>,
    }
}
