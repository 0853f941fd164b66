//! Chains with proofs of the key directory, and what anybody may follow of its log.

use super::certificates::stored;
use super::sessions::Caller;
use super::throttle::Network;
use super::{Error, Portal, directory, require, witnesses};
use crate::directory::Still;
use crypto_core::directory::{POLICY_SUBJECT, origin};
use crypto_core::wire::api::{
    Chains, CheckpointState, Consistency, Cosigned, EpochEntry, EpochPage, Proved, ProvedWanted,
    SubjectHistory,
};
use crypto_core::wire::{B64, ProblemCode, SubjectLabel};
use std::collections::BTreeMap;

/// Subjects that a client says it knows.
const KNOWN: usize = 4096;
/// How often somebody is let in between the publishing and the reading of chains.
const TRIES: usize = 5;
const PAGE: usize = 100;
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// The chains as [`directory::chains`], and proofs that they are the newest.
///
/// # Errors
/// As [`directory::chains`]; [`Error::RateLimited`].
pub async fn proved(portal: &Portal, caller: &Caller, wanted: ProvedWanted) -> Result<Proved, Error> {
    require(wanted.known.len() <= KNOWN, ProblemCode::Malformed)?;
    let state = &portal.state;
    let begun = portal.proofs_by_account.begin(caller.id, state.now_ms());
    begun.map_err(|slow| Error::RateLimited { retry_after_seconds: slow.retry_after_seconds })?;
    for _ in 0..TRIES {
        state.directory.publish(state.now_ms()).await?;
        let still = state.directory.still().await?;
        let newest = still.newest()?.ok_or(Error::Refused(ProblemCode::NotSetUp))?;
        let (chains, last) = directory::chains_up_to(portal, caller, &wanted.chains).await?;
        if last <= newest.sequence {
            return answer(portal, &still, newest.number, newest.root, chains, &wanted).await;
        }
    }
    Err(Error::Refused(ProblemCode::Unavailable))
}

async fn answer(
    portal: &Portal,
    still: &Still<'_>,
    size: u64,
    root: [u8; 32],
    chains: Chains,
    wanted: &ProvedWanted,
) -> Result<Proved, Error> {
    let origin = origin(portal.state.deployment);
    let histories = histories(still, &chains, wanted).await?;
    Ok(Proved {
        checkpoint: still.signed_checkpoint(size, &origin)?,
        root: B64(root.to_vec()),
        inclusion: B64(still.inclusion(size)?),
        consistency: B64(still.consistency(wanted.seen, size)?.unwrap_or_default()),
        cosigned: cosigned(portal, still, size, &origin).await?,
        histories,
        chains,
    })
}

async fn cosigned(
    portal: &Portal,
    still: &Still<'_>,
    size: u64,
    origin: &str,
) -> Result<Option<Cosigned>, Error> {
    let Some(cosigned) = witnesses::newest(portal).await? else { return Ok(None) };
    let Some(consistency) = still.consistency(cosigned.size, size)? else { return Ok(None) };
    let checkpoint = still.signed_checkpoint(cosigned.size, origin)? + &cosigned.lines;
    Ok(Some(Cosigned { checkpoint, consistency: B64(consistency) }))
}

async fn histories(
    still: &Still<'_>,
    chains: &Chains,
    wanted: &ProvedWanted,
) -> Result<Vec<SubjectHistory>, Error> {
    let known: BTreeMap<SubjectLabel, u64> = wanted.known.iter().map(|it| (it.subject, it.version)).collect();
    let mut proved = Vec::new();
    for (subject, (oldest, newest)) in versions(chains)? {
        let since = known.get(&subject).copied().filter(|it| (oldest..=newest).contains(it));
        if since == Some(newest) && !wanted.fresh {
            continue;
        }
        let count = usize::try_from(newest - since.unwrap_or(oldest) + 1).unwrap_or(usize::MAX);
        let proof = still.history(subject, count).await?.ok_or(Error::Internal("history"))?;
        proved.push(SubjectHistory { subject, proof: B64(proof) });
    }
    Ok(proved)
}

/// The oldest version of each subject that is in the chains, and the newest.
fn versions(chains: &Chains) -> Result<BTreeMap<SubjectLabel, (u64, u64)>, Error> {
    let mut versions = BTreeMap::new();
    for entry in &chains.entries {
        let entry = stored(&entry.entry.0)?;
        let version = u64::from(entry.version());
        let (oldest, newest) = versions.entry(entry.subject()).or_insert((version, version));
        (*oldest, *newest) = (version.min(*oldest), version.max(*newest));
    }
    versions.insert(SubjectLabel::of(POLICY_SUBJECT), (1, chains.policies.len() as u64));
    Ok(versions)
}

/// How far the log is.
///
/// # Errors
/// [`ProblemCode::NotSetUp`]; [`Error::RateLimited`].
pub async fn checkpoint(portal: &Portal, network: Network) -> Result<CheckpointState, Error> {
    slow_down(portal, network)?;
    let still = portal.state.directory.still().await?;
    let size = still.newest()?.ok_or(Error::Refused(ProblemCode::NotSetUp))?.number;
    let origin = origin(portal.state.deployment);
    let cosigned = cosigned(portal, &still, size, &origin).await?.map(|it| it.checkpoint);
    Ok(CheckpointState { checkpoint: still.signed_checkpoint(size, &origin)?, cosigned })
}

/// That the log of size `to` goes on with that of size `from`.
///
/// # Errors
/// [`ProblemCode::NotFound`] if there are no such sizes; [`Error::RateLimited`].
pub async fn consistency(
    portal: &Portal,
    network: Network,
    from: u64,
    to: u64,
) -> Result<Consistency, Error> {
    slow_down(portal, network)?;
    let still = portal.state.directory.still().await?;
    let size = still.newest()?.ok_or(Error::Refused(ProblemCode::NotSetUp))?.number;
    require(to <= size, ProblemCode::NotFound)?;
    let proof = still.consistency(from, to)?.ok_or(Error::Refused(ProblemCode::NotFound))?;
    Ok(Consistency { proof: B64(proof) })
}

/// Epochs behind a number, each with its append-only proof.
///
/// # Errors
/// [`Error::RateLimited`].
pub async fn epochs(portal: &Portal, network: Network, after: u64) -> Result<EpochPage, Error> {
    slow_down(portal, network)?;
    let still = portal.state.directory.still().await?;
    let (mut epochs, mut bytes) = (Vec::new(), 0);
    for epoch in still.epochs(after, PAGE)? {
        let append_only = still.append_only(epoch.number).await?;
        bytes += append_only.len();
        epochs.push(EpochEntry {
            number: epoch.number,
            root: B64(epoch.root.to_vec()),
            append_only: B64(append_only),
        });
        if bytes > PAGE_BYTES {
            break;
        }
    }
    Ok(EpochPage { epochs })
}

pub(super) fn slow_down(portal: &Portal, network: Network) -> Result<(), Error> {
    let begun = portal.log_by_network.begin(network, portal.state.now_ms());
    begun.map_err(|slow| Error::RateLimited { retry_after_seconds: slow.retry_after_seconds })
}
