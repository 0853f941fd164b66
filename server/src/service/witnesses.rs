//! Witnesses: whom the root-signed policy names, and what they have signed.

use super::certificates::{refused, stored};
use super::people::{administrator, note};
use super::proofs::slow_down;
use super::sessions::Caller;
use super::throttle::Network;
use super::{Error, Portal, require};
use crate::store::models::Records;
use crate::store::models::directory::{self, Subject};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Certificate, Policy, PolicyBody, Witness};
use crypto_core::directory::{SignedCheckpoint, origin};
use crypto_core::wire::api::{Cosign, NewPolicy, WitnessState, WitnessStates};
use crypto_core::wire::records::{Cosignature, SecurityEventKind};
use crypto_core::wire::{B64, ProblemCode};
use std::collections::{BTreeMap, BTreeSet};

/// Cosignatures that are looked at; older ones than needed are removed when a new one comes.
const MOST: usize = 10_000;
const SIZE_BYTES: usize = 8;

/// The newest checkpoint that enough witnesses have signed.
pub(super) struct CosignedSize {
    pub(super) size: u64,
    /// Of the signed note.
    pub(super) lines: String,
}

/// The newest checkpoint with as many cosignatures as the policy demands; with one at least.
pub(super) async fn newest(portal: &Portal) -> Result<Option<CosignedSize>, Error> {
    let Some(policy) = policy(portal).await? else { return Ok(None) };
    let by_size = cosignatures(portal, &policy).await?;
    Ok(newest_of(&policy, by_size))
}

fn newest_of(policy: &PolicyBody, by_size: BTreeMap<u64, Vec<String>>) -> Option<CosignedSize> {
    let quorum = usize::try_from(policy.quorum).ok()?.max(1);
    let (size, lines) = by_size.into_iter().rev().find(|(_, lines)| lines.len() >= quorum)?;
    Some(CosignedSize { size, lines: lines.concat() })
}

async fn policy(portal: &Portal) -> Result<Option<PolicyBody>, Error> {
    transact(&*portal.state.store, |tx| {
        let Some(newest) = directory::history(tx, &Subject::Policy)?.pop() else { return Ok(None) };
        let policy = Policy::parse(&newest.signed).map_err(|_| Error::Internal("policy"))?;
        Ok(Some(policy.body().clone()))
    })
    .await
}

/// By the size of the log, one line a witness.
async fn cosignatures(portal: &Portal, policy: &PolicyBody) -> Result<BTreeMap<u64, Vec<String>>, Error> {
    let names: BTreeSet<&str> = policy.witnesses.iter().flatten().map(|it| it.name.as_str()).collect();
    transact(&*portal.state.store, |tx| {
        let mut by_size: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for (key, cosignature) in tx.list::<Cosignature>(&[], None, MOST)? {
            let (size, name) = key
                .get(1..)
                .and_then(|key| key.split_first_chunk::<SIZE_BYTES>())
                .ok_or(Error::Internal("cosignature"))?;
            if std::str::from_utf8(name).is_ok_and(|name| names.contains(name)) {
                by_size.entry(u64::from_be_bytes(*size)).or_default().push(cosignature.line);
            }
        }
        Ok(by_size)
    })
    .await
}

/// Takes what witnesses of the policy have signed.
///
/// # Errors
/// [`ProblemCode::CosignatureRefused`] if the checkpoint is not one of this log, or nobody whom the policy names has
/// signed it; [`Error::RateLimited`].
pub async fn cosign(portal: &Portal, network: Network, body: Cosign) -> Result<(), Error> {
    slow_down(portal, network)?;
    let refused = || Error::Refused(ProblemCode::CosignatureRefused);
    let note = SignedCheckpoint::parse(&body.checkpoint).map_err(|_| refused())?;
    let key = portal.state.secrets.log_public_key();
    let checkpoint = note.verify(&origin(portal.state.deployment), &key).map_err(|_| refused())?;
    let still = portal.state.directory.still().await?;
    let newest = still.newest()?.map_or(0, |epoch| epoch.number);
    let ours = (1..=newest).contains(&checkpoint.size) && still.checkpoint(checkpoint.size)? == checkpoint;
    drop(still);
    require(ours, ProblemCode::CosignatureRefused)?;
    let policy = policy(portal).await?.ok_or_else(refused)?;
    let signed: Vec<_> = policy.witnesses.iter().flatten().filter_map(|it| line_of(&note, it)).collect();
    require(!signed.is_empty(), ProblemCode::CosignatureRefused)?;
    keep(portal, checkpoint.size, &signed).await?;
    forget_older(portal, &policy).await
}

fn line_of(note: &SignedCheckpoint, witness: &Witness) -> Option<(String, Cosignature)> {
    let verified = note.cosignature(&witness.name, &witness.key)?;
    let line = note.lines_of(&witness.name).lines().map(|line| format!("{line}\n")).next_back()?;
    Some((witness.name.clone(), Cosignature { line, at_ms: verified.at_ms }))
}

async fn keep(portal: &Portal, size: u64, signed: &[(String, Cosignature)]) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        for (name, cosignature) in signed {
            let key: [&[u8]; 2] = [&size.to_be_bytes(), name.as_bytes()];
            let before = tx.load::<Cosignature>(&key)?;
            if before.is_none_or(|before| before.at_ms < cosignature.at_ms) {
                tx.save(&key, cosignature);
            }
        }
        Ok(())
    })
    .await
}

/// How far those are whom the policy names.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators.
pub async fn states(portal: &Portal, caller: &Caller) -> Result<WitnessStates, Error> {
    administrator(caller)?;
    let Some(policy) = policy(portal).await? else { return Ok(WitnessStates { witnesses: Vec::new() }) };
    let signed = transact(&*portal.state.store, |tx| tx.list::<Cosignature>(&[], None, MOST)).await?;
    let signed_at = |name: &str| {
        let own = signed.iter().filter(|(key, _)| key.get(1 + SIZE_BYTES..) == Some(name.as_bytes()));
        own.map(|(_, cosignature)| cosignature.at_ms).max()
    };
    let named = policy.witnesses.into_iter().flatten();
    let state = |it: Witness| WitnessState { signed_at_ms: signed_at(&it.name), name: it.name };
    Ok(WitnessStates { witnesses: named.map(state).collect() })
}

/// Below the newest checkpoint that is cosigned, no other is needed, but for what a witness signed last.
async fn forget_older(portal: &Portal, policy: &PolicyBody) -> Result<(), Error> {
    let Some(newest) = newest_of(policy, cosignatures(portal, policy).await?) else { return Ok(()) };
    let needed = newest.size.to_be_bytes();
    transact(&*portal.state.store, |tx| {
        let mut last: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        // In the order of sizes.
        for (key, _) in tx.list::<Cosignature>(&[], None, MOST)? {
            let name = key.get(1 + SIZE_BYTES..).unwrap_or_default().to_vec();
            let before = last.insert(name, key);
            if let Some(before) =
                before.filter(|it| it.get(1..=SIZE_BYTES).is_some_and(|size| *size < needed[..]))
            {
                tx.remove(before);
            }
        }
        Ok(())
    })
    .await
}

/// Enters the policy that follows: other witnesses, for one.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators; [`ProblemCode::CertificateRefused`] if the root has not
/// signed it, if it does not follow, or if it names other keys than this server's.
pub async fn replace_policy(portal: &Portal, caller: &Caller, body: NewPolicy) -> Result<(), Error> {
    administrator(caller)?;
    let policy = parse_policy(portal, &body.policy)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let root = directory::history(tx, &Subject::Root)?.pop().ok_or(Error::Internal("root"))?;
        let root = stored(&root.signed)?;
        admit_policy(tx, &policy, root.certificate().ok_or(Error::Internal("root"))?)?;
        directory::enter(tx, &Subject::Policy, &body.policy.0, now_ms)?;
        note(portal, tx, SecurityEventKind::PolicyChanged, caller.id, caller);
        Ok(())
    })
    .await
}

/// A policy of right form that names this server's keys.
///
/// # Errors
/// [`ProblemCode::CertificateRefused`].
pub(super) fn parse_policy(portal: &Portal, bytes: &B64) -> Result<Policy, Error> {
    let policy = Policy::parse(&bytes.0).map_err(|_| refused())?;
    let ours = policy.body().deployment == portal.state.deployment
        && *policy.body().log_key == portal.state.secrets.log_public_key()
        && *policy.body().vrf_key == portal.state.secrets.vrf_public_key();
    require(ours, ProblemCode::CertificateRefused)?;
    Ok(policy)
}

/// Whether a policy follows the newest one and is signed by `root`.
///
/// # Errors
/// [`ProblemCode::CertificateRefused`].
pub(super) fn admit_policy(tx: &mut Tx<'_>, policy: &Policy, root: &Certificate) -> Result<(), Error> {
    let before = directory::history(tx, &Subject::Policy)?.pop().ok_or(Error::Internal("policy"))?;
    let before = Policy::parse(&before.signed).map_err(|_| Error::Internal("policy"))?;
    policy.admit(Some(&before), root).map_err(|_| refused())
}
