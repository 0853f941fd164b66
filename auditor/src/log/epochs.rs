//! Epochs, each with the proof that it took nothing away from the one before.

use super::kept::{KeptEpoch, log_root};
use super::{Checked, found};
use crate::http::Server;
use crate::report::log::LogProblem;
use akd::auditor::verify_consecutive_append_only;
use akd::{AzksValue, Configuration};
use anyhow::Result;
use crypto_core::directory::{AppendOnly, Checkpoint, Tree};
use crypto_core::wire::api::{EpochEntry, EpochPage};

/// Bits of a leaf's label: a shorter one would be a subtree.
const LEAF_BITS: u32 = 256;

/// Takes all epochs up to a checkpoint, whose root must be theirs.
pub(super) async fn follow(
    server: &Server,
    epochs: &mut Vec<KeptEpoch>,
    newest: &Checkpoint,
) -> Result<Checked<()>> {
    while (epochs.len() as u64) < newest.size {
        let page: EpochPage = server.get(&format!("/directory/epochs?after={}", epochs.len())).await?;
        let left = newest.size - epochs.len() as u64;
        let page: Vec<_> = page.epochs.into_iter().take(usize::try_from(left)?).collect();
        if page.is_empty() {
            return Ok(found(LogProblem::EpochMissing, epochs.len() + 1));
        }
        for epoch in page {
            match next(epochs, &epoch).await {
                Ok(next) => epochs.push(next),
                Err(finding) => return Ok(Err(finding)),
            }
        }
    }
    if log_root(epochs) == newest.root { Ok(Ok(())) } else { Ok(found(LogProblem::OtherEpochs, newest.size)) }
}

async fn next(before: &[KeptEpoch], epoch: &EpochEntry) -> Checked<KeptEpoch> {
    let number = before.len() as u64 + 1;
    if epoch.number != number {
        return found(LogProblem::EpochMissing, number);
    }
    let wrong = |_| found(LogProblem::NotAppendOnly, number);
    let Ok(root) = <[u8; 32]>::try_from(epoch.root.0.as_slice()) else { return wrong(()) };
    let Ok(AppendOnly(proof)) = AppendOnly::parse(&epoch.append_only.0) else { return wrong(()) };
    let leaves = proof.inserted.iter().all(|element| element.label.label_len == LEAF_BITS);
    let old = before.last().map_or_else(empty_root, |epoch| epoch.root);
    let verified = verify_consecutive_append_only::<Tree>(&proof, old, root, number).await;
    if !leaves || verified.is_err() {
        return wrong(());
    }
    Ok(KeptEpoch { root, inserted: proof.inserted.len() as u64 })
}

/// Of the tree with nothing in it.
fn empty_root() -> [u8; 32] {
    let AzksValue(value) = Tree::empty_root_value();
    Tree::compute_root_hash_from_val(&AzksValue(value))
}
