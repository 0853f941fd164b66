//! The chains that a client follows: whole histories, from the asked-for addresses up to the root.

use super::accounts::is_colleague;
use super::certificates::{stored, subject};
use super::sessions::Caller;
use super::{Error, Portal, contacts, deputies, require};
use crate::store::models::Records;
use crate::store::models::directory::{self, Subject};
use crate::store::{Tx, transact};
use crypto_core::wire::api::{Chains, ChainsWanted, Resigned, SequencedEntry};
use crypto_core::wire::records::{Account, AddressIndex, Closed};
use crypto_core::wire::{AccountId, Address, B64, ProblemCode};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts and addresses in one question.
const ASKED: usize = 500;

/// Every entry needed to follow the chains of those that the caller may see.
///
/// # Errors
/// [`ProblemCode::Malformed`] if too many are asked for.
pub async fn chains(portal: &Portal, caller: &Caller, wanted: &ChainsWanted) -> Result<Chains, Error> {
    Ok(chains_up_to(portal, caller, wanted).await?.0)
}

/// The same, with the number of the last entry or policy in it.
///
/// # Errors
/// As [`chains`].
pub async fn chains_up_to(
    portal: &Portal,
    caller: &Caller,
    wanted: &ChainsWanted,
) -> Result<(Chains, u64), Error> {
    require(wanted.accounts.len() + wanted.addresses.len() <= ASKED, ProblemCode::Malformed)?;
    transact(&*portal.state.store, |tx| {
        let (subjects, resigned) = visible(tx, caller, wanted, portal.state.now_ms())?;
        let entries = with_issuers(tx, subjects)?;
        let policies = directory::history(tx, &Subject::Policy)?;
        let last = entries.last_key_value().map(|(sequence, _)| *sequence);
        let last = last.max(policies.last().map(|policy| policy.sequence)).unwrap_or(0);
        let entries =
            entries.into_iter().map(|(sequence, signed)| SequencedEntry { sequence, entry: B64(signed) });
        let policies = policies.into_iter().map(|policy| B64(policy.signed)).collect();
        Ok((Chains { entries: entries.collect(), policies, resigned }, last))
    })
    .await
}

/// All roots and policies.
///
/// # Errors
/// The store's.
pub fn roots_and_policies(tx: &mut Tx<'_>) -> Result<Chains, Error> {
    leading_to(tx, vec![Subject::Root])
}

/// What an account's own certificate is followed by.
///
/// # Errors
/// The store's; there must be the account.
pub fn chains_of(tx: &mut Tx<'_>, id: AccountId) -> Result<Chains, Error> {
    let account: Account = tx.need(&[id.as_bytes()])?;
    leading_to(tx, vec![Subject::Root, Subject::Address(account.address)])
}

fn leading_to(tx: &mut Tx<'_>, subjects: Vec<Subject>) -> Result<Chains, Error> {
    let entries = with_issuers(tx, subjects)?.into_iter();
    let entries = entries.map(|(sequence, signed)| SequencedEntry { sequence, entry: B64(signed) }).collect();
    let policies = directory::history(tx, &Subject::Policy)?;
    let policies = policies.into_iter().map(|policy| B64(policy.signed)).collect();
    Ok(Chains { entries, policies, resigned: Vec::new() })
}

/// Who is unknown, or not the caller's to ask for, is left out, with no difference between the two. With somebody
/// come their deputies, to whom mail is sealed too, and which of them ended it.
fn visible(
    tx: &mut Tx<'_>,
    caller: &Caller,
    wanted: &ChainsWanted,
    now_ms: u64,
) -> Result<(Vec<Subject>, Vec<Resigned>), Error> {
    let mut accounts: BTreeSet<AccountId> = wanted.accounts.iter().copied().collect();
    let mut subjects = vec![Subject::Root];
    for text in &wanted.addresses {
        let Ok(address) = Address::parse(text) else { continue };
        if let Some(index) = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])? {
            accounts.insert(index.account);
        } else if is_colleague(caller.account.role) {
            // Its history goes on if it is invited anew.
            subjects.push(Subject::Address(address.as_str().to_owned()));
        }
    }
    let mut resigned = Vec::new();
    for id in accounts {
        if contacts::may_see(tx, caller, id)? {
            subjects.extend(address_of(tx, id)?.map(Subject::Address));
            for deputy in deputies_of(tx, id, now_ms)? {
                subjects.extend(address_of(tx, deputy)?.map(Subject::Address));
                if deputies::has_resigned(tx, id, deputy)? {
                    resigned.push(Resigned { owner: id, deputy });
                }
            }
        }
    }
    Ok((subjects, resigned))
}

fn deputies_of(tx: &mut Tx<'_>, id: AccountId, now_ms: u64) -> Result<Vec<AccountId>, Error> {
    match tx.load::<Account>(&[id.as_bytes()])? {
        Some(account) if is_colleague(account.role) => deputies::of(tx, &account, now_ms),
        _ => Ok(Vec::new()),
    }
}

/// Of an account that is gone, too: its messages can be read until they expire.
fn address_of(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<String>, Error> {
    if let Some(account) = tx.load::<Account>(&[id.as_bytes()])? {
        return Ok(Some(account.address));
    }
    Ok(tx.load::<Closed>(&[id.as_bytes()])?.map(|closed| closed.address))
}

fn with_issuers(tx: &mut Tx<'_>, mut open: Vec<Subject>) -> Result<BTreeMap<u64, Vec<u8>>, Error> {
    let mut entries = BTreeMap::new();
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        if !seen.insert(next.clone()) {
            continue;
        }
        for version in directory::history(tx, &next)? {
            let entry = stored(&version.signed)?;
            let moved_from = entry.certificate().and_then(|it| it.body().moved_from);
            if let Some(moved_from) = moved_from {
                let moved = directory::by_fingerprint(tx, &moved_from)?.ok_or(Error::Internal("moved"))?;
                open.push(subject(&stored(&moved.signed)?)?);
            }
            if let Some(issuer) = entry.issuer() {
                let issuer = directory::by_fingerprint(tx, &issuer)?.ok_or(Error::Internal("issuer"))?;
                open.push(subject(&stored(&issuer.signed)?)?);
            }
            entries.insert(version.sequence, version.signed);
        }
    }
    Ok(entries)
}
