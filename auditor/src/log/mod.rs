//! `auditor log URL`: follows the key directory from the last checkpoint that was kept, and believes nothing of it.
//!
//! 1. The log signed the newest checkpoint, it is not smaller than the one that was kept, and goes on with it.
//! 2. From each epoch to the next one nothing was taken away or changed (AKD's append-only proof), and the epochs
//!    themselves make the log's root: it is computed here, from all of them.
//! 3. With an auditor's token: the entries have no gap, and all chains and rules hold over all of them. Of a closed
//!    account's some may be removed: then their places are named, and stand before the statement that ended it.
//! 4. Each entry is in the tree under its subject and version (history proofs), in the order of entry, while its issuer
//!    was the newest; and nothing else is in the tree: in each epoch enters what its entries account for, which is one
//!    leaf for a version, and one more that ends the version before.
//!
//! So a certificate that the operator shows is the one that everybody is shown, and none is hidden. Only what is right in
//! all of that is kept, and signed by the witness.

mod entries;
mod epochs;
mod events;
mod kept;
mod witness;

pub use kept::{Kept, KeptDirectory, KeptEpoch, log_root};
pub use witness::Witness;

use crate::http::Server;
use crate::report::log::{Cosigned, LogFinding, LogProblem, LogReport, Seen};
use anyhow::{Context as _, Result, ensure};
use crypto_core::directory::{Checkpoint, SignedCheckpoint, origin, verify_consistency};
use crypto_core::wire::api::{CheckpointState, Consistency, Cosign, PortalStatus};
use crypto_core::wire::{B64, DeploymentId, ProblemCode};
use hyper::Method;

/// What a look at the log found, and what of it is to be kept: nothing if there was a finding.
pub struct Followed {
    /// For people and programs.
    pub report: LogReport,
    /// For the next time.
    pub kept: Option<Kept>,
}

/// Whose log it is.
struct Log {
    deployment: DeploymentId,
    key: [u8; 32],
}

/// Something is not as it must be; the look ends here.
type Checked<T> = Result<T, LogFinding>;

fn found<T>(problem: LogProblem, place: impl ToString) -> Checked<T> {
    Err(LogFinding { problem, place: place.to_string() })
}

/// Follows a server's log on from what was kept.
///
/// # Errors
/// If the server cannot be asked, or says that it does not want to answer. What is wrong in its answers is a finding.
pub async fn follow(
    server: &Server,
    before: Option<Kept>,
    witness: Option<&Witness>,
    now_ms: u64,
) -> Result<Followed> {
    let log = whose(server, before.as_ref()).await?;
    let mut report = LogReport::of(server.url(), &log.deployment, &log.key, seen(before.as_ref())?);
    let kept = match look(server, &log, before, &mut report, now_ms).await? {
        Ok(kept) => kept,
        Err(finding) => {
            report.findings.push(finding);
            return Ok(Followed { report, kept: None });
        }
    };
    if let Some(witness) = witness {
        report.cosigned = cosign(server, &log, &kept, witness, now_ms).await?;
    }
    Ok(Followed { report, kept: Some(kept) })
}

/// The first time, the server says whose log it is; from then on it is what was kept.
async fn whose(server: &Server, before: Option<&Kept>) -> Result<Log> {
    let (deployment, key) = match before {
        Some(kept) => (kept.deployment, kept.log_key.clone()),
        None => {
            let status: PortalStatus = server.get("/status").await?;
            ensure!(status.set_up, "The portal is not set up: there is no directory yet.");
            (status.deployment, status.log_key)
        }
    };
    Ok(Log { deployment, key: key.0.as_slice().try_into().context("The log's key is no key.")? })
}

fn seen(before: Option<&Kept>) -> Result<Option<Seen>> {
    before.map(|kept| kept.signed().map(|it| Seen::of(&it))).transpose()
}

async fn look(
    server: &Server,
    log: &Log,
    before: Option<Kept>,
    report: &mut LogReport,
    now_ms: u64,
) -> Result<Checked<Kept>> {
    let (signed, mut epochs, directory) = match before {
        Some(kept) => (Some(kept.signed()?), kept.epochs, kept.directory),
        None => (None, Vec::new(), KeptDirectory::default()),
    };
    let known = directory.entries.len() + directory.removed.len();
    let mut entries = entries::Gathered::on_from(directory);
    let mut note = server.get::<CheckpointState>("/directory/checkpoint").await?.checkpoint;
    let mut newest = match log.checkpoint(&note) {
        Ok(newest) => newest,
        Err(finding) => return Ok(Err(finding)),
    };
    report.now = Some(Seen::of(&newest));
    if let Some(signed) = &signed
        && let Err(finding) = goes_on(server, signed, &newest).await?
    {
        return Ok(Err(finding));
    }
    if server.has_token() {
        note = match entries.gather(server, log, now_ms).await? {
            Ok(note) => note,
            Err(finding) => return Ok(Err(finding)),
        };
        newest = match log.checkpoint(&note) {
            Ok(newest) => newest,
            Err(finding) => return Ok(Err(finding)),
        };
        report.now = Some(Seen::of(&newest));
    }
    let first_new = epochs.len();
    if let Err(finding) = epochs::follow(server, &mut epochs, &newest).await? {
        return Ok(Err(finding));
    }
    report.new_epochs = epochs.len() - first_new;
    if server.has_token() {
        let directory = match entries.check(log, &epochs) {
            Ok(directory) => directory,
            Err(finding) => return Ok(Err(finding)),
        };
        report.root = directory.root().map(|root| root.fingerprint().to_string());
        report.entries = Some(entries.len());
        report.removed = entries.removed();
        report.new_entries = entries.len() - known;
        report.new_partners = events::new_partners(known, &entries);
        report.events = events::since(known, &entries, &directory);
    }
    let (log_key, directory) = (B64(log.key.to_vec()), entries.kept());
    Ok(Ok(Kept::new(log.deployment, log_key, note, epochs, directory)))
}

impl Log {
    fn checkpoint(&self, note: &str) -> Checked<Checkpoint> {
        let signed = SignedCheckpoint::parse(note);
        match signed.and_then(|note| note.verify(&origin(self.deployment), &self.key)) {
            Ok(checkpoint) => Ok(checkpoint),
            Err(_) => found(LogProblem::Checkpoint, ""),
        }
    }
}

/// The log is the one that was seen, and longer or the same.
async fn goes_on(server: &Server, before: &Checkpoint, now: &Checkpoint) -> Result<Checked<()>> {
    let place = format!("{} → {}", before.size, now.size);
    if now.size < before.size {
        return Ok(found(LogProblem::RolledBack, place));
    }
    let path = format!("/directory/consistency?from={}&to={}", before.size, now.size);
    let proof = match before.size == now.size {
        true => Vec::new(),
        false => server.get::<Consistency>(&path).await?.proof.0,
    };
    match verify_consistency((before.size, &before.root), (now.size, &now.root), &proof) {
        Ok(()) => Ok(Ok(())),
        Err(_) => Ok(found(LogProblem::TwoHistories, place)),
    }
}

async fn cosign(server: &Server, log: &Log, kept: &Kept, witness: &Witness, now_ms: u64) -> Result<Cosigned> {
    let line = witness.cosign(&kept.signed()?, &origin(log.deployment), now_ms / 1000);
    let body = serde_json::to_vec(&Cosign { checkpoint: format!("{}{line}", kept.checkpoint) })?;
    let answer = server.in_time(Method::POST, "/directory/cosignatures", body).await?;
    let name = witness.name().to_owned();
    match server.problem(&answer) {
        None => Ok(Cosigned::Taken(name)),
        // The organisation does not name this witness, or not yet.
        Some(problem) if problem.code == ProblemCode::CosignatureRefused => Ok(Cosigned::NotNamed(name)),
        Some(problem) => anyhow::bail!("the signature was not taken: {}", problem.title),
    }
}
