//! What an auditor asks: every entry in the order of entry, and proofs for any subject. Only the token whose SHA-256 the
//! operator configured opens it, since the entries name everybody.

use super::throttle::Network;
use super::{Error, Portal, require};
use crate::directory::{NumberedEpoch, Still};
use crate::store::models::{Records, key, tail};
use crate::store::{Key, transact};
use crypto_core::directory::origin;
use crypto_core::wire::api::{
    EntryPage, Histories, HistoriesWanted, RemovedEntry, SequencedEntry, SubjectHistory,
};
use crypto_core::wire::records::{self, Entry};
use crypto_core::wire::{B64, ProblemCode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

const PAGE: usize = 500;
const PAGE_BYTES: usize = 2 * 1024 * 1024;
/// Subjects in one question.
const SUBJECTS: usize = 500;

/// An auditor, by their token.
pub struct Auditor(());

/// Lets the configured token in. It is looked at before anything is counted, so that wrong ones from the same network
/// keep nobody out; and the answer is the same whether or not one is configured.
///
/// # Errors
/// [`ProblemCode::NotSignedIn`]; [`Error::RateLimited`] after too many wrong tokens.
pub fn admit(portal: &Portal, network: Network, token: Option<&[u8]>) -> Result<Auditor, Error> {
    let configured = portal.state.config.auditors.token_sha256;
    let shown: [u8; 32] = Sha256::digest(token.unwrap_or_default()).into();
    let same = shown.ct_eq(&configured.map_or([0; 32], |hash| hash.0));
    if bool::from(same) && configured.is_some() && token.is_some() {
        return Ok(Auditor(()));
    }
    let begun = portal.auditors_by_network.begin(network, portal.state.now_ms());
    begun.map_err(|slow| Error::RateLimited { retry_after_seconds: slow.retry_after_seconds })?;
    Err(Error::Refused(ProblemCode::NotSignedIn))
}

/// Entries behind a number, as far as they stand in the newest epoch.
///
/// # Errors
/// [`ProblemCode::NotSetUp`].
pub async fn entries(portal: &Portal, _: &Auditor, after: u64) -> Result<EntryPage, Error> {
    let (still, newest) = newest(portal).await?;
    let (there, gone) = transact(&*portal.state.store, |tx| {
        let after = after.to_be_bytes();
        let there = tx.list::<Entry>(&[], Some(key::<Entry>(&[&after])), PAGE)?;
        let gone =
            tx.list::<records::RemovedEntry>(&[], Some(key::<records::RemovedEntry>(&[&after])), PAGE)?;
        Ok::<_, Error>((numbered(there)?, numbered(gone)?))
    })
    .await?;
    let (mut entries, mut removed, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut numbers: Vec<u64> = there.keys().chain(gone.keys()).copied().collect();
    numbers.sort_unstable();
    for sequence in numbers.into_iter().take(PAGE) {
        if sequence > newest.sequence || bytes > PAGE_BYTES {
            break;
        }
        if let Some(entry) = there.get(&sequence) {
            bytes += entry.signed.len();
            entries.push(SequencedEntry { sequence, entry: B64(entry.signed.to_vec()) });
        } else if let Some(place) = gone.get(&sequence) {
            removed.push(RemovedEntry { sequence, subject: place.subject, version: place.version });
        }
    }
    let checkpoint = still.signed_checkpoint(newest.number, &origin(portal.state.deployment))?;
    Ok(EntryPage { entries, removed, last: newest.sequence, checkpoint })
}

fn numbered<R>(found: Vec<(Key, R)>) -> Result<BTreeMap<u64, R>, Error> {
    found.into_iter().map(|(key, record)| Ok((u64::from_be_bytes(tail(&key)?), record))).collect()
}

/// Proofs of the newest versions of subjects, all of the newest epoch. A subject that the directory does not have is
/// left out.
///
/// # Errors
/// [`ProblemCode::Malformed`] if too many are asked for; [`ProblemCode::NotSetUp`].
pub async fn histories(portal: &Portal, _: &Auditor, wanted: HistoriesWanted) -> Result<Histories, Error> {
    require(wanted.subjects.len() <= SUBJECTS, ProblemCode::Malformed)?;
    let (still, newest) = newest(portal).await?;
    let (mut histories, mut bytes) = (Vec::new(), 0);
    for it in wanted.subjects {
        let count = usize::try_from(it.newest).ok().filter(|count| *count > 0);
        let count = count.ok_or(Error::Refused(ProblemCode::Malformed))?;
        let Some(proof) = still.history(it.subject, count).await? else { continue };
        bytes += proof.len();
        histories.push(SubjectHistory { subject: it.subject, proof: B64(proof) });
        if bytes > PAGE_BYTES {
            break;
        }
    }
    Ok(Histories {
        checkpoint: still.signed_checkpoint(newest.number, &origin(portal.state.deployment))?,
        root: B64(newest.root.to_vec()),
        inclusion: B64(still.inclusion(newest.number)?),
        last: newest.sequence,
        histories,
    })
}

/// Everything that was entered is in it.
async fn newest(portal: &Portal) -> Result<(Still<'_>, NumberedEpoch), Error> {
    portal.state.directory.publish(portal.state.now_ms()).await?;
    let still = portal.state.directory.still().await?;
    let newest = still.newest()?.ok_or(Error::Refused(ProblemCode::NotSetUp))?;
    Ok((still, newest))
}
