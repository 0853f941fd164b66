//! Who stands in for whom. It stands in the owner's certificate, which the owner signs, or an administrator; the
//! server admits it by the rules of the chain and decides nothing.

use super::accounts::{admit_rotation, advance_bundle, check_sealed};
use super::certificates::{self, newest, parse_certificate, refused, subject_of};
use super::people::{account, administrator, note, resigned, signer};
use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::store::models::Records;
use crate::store::{Tx, transact};
use crypto_core::certificate::{Certificate, Entry, Reason, Signer, admit};
use crypto_core::wire::api::{Depute, Event, NameDeputies, Resign, Resignations};
use crypto_core::wire::records::{Account, Bundle, Resignation, SecurityEventKind};
use crypto_core::wire::{AccountId, ProblemCode, limits};
use std::collections::BTreeSet;

/// Deputies that the owner names: *rotated*, under the same bundle key.
///
/// # Errors
/// [`ProblemCode::BundleStale`], [`ProblemCode::CertificateRefused`], [`ProblemCode::Malformed`].
pub async fn name(portal: &Portal, caller: &Caller, body: NameDeputies) -> Result<(), Error> {
    let entry = parse_certificate(&body.certificate)?;
    let sealed = check_sealed(&body.bundle.sealed, limits::BUNDLE_BYTES)?;
    let now_ms = portal.state.now_ms();
    let told = transact(&*portal.state.store, |tx| {
        let wraps = tx.need::<Bundle>(&[caller.id.as_bytes()])?.wraps;
        let bundle = Bundle { revision: body.bundle.revision, sealed: sealed.clone(), wraps };
        let account = advance_bundle(tx, caller.id, body.expected_revision, bundle)?;
        admit_rotation(tx, caller.id, &account, &entry, true)?;
        let before = certificates::certificate(tx, &account.certificate)?;
        certificates::enter(tx, &entry, now_ms)?;
        let told = settle(tx, caller.id, &before, &entry)?;
        tx.save(&[caller.id.as_bytes()], &Account { certificate: entry.fingerprint(), ..account });
        note(portal, tx, SecurityEventKind::DeputiesChanged, caller.id, caller);
        Ok::<_, Error>(told)
    })
    .await?;
    tell(portal, caller.id, told);
    Ok(())
}

/// Deputies that an administrator names for somebody absent: *deputed*, the same keys.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators; [`ProblemCode::NotFound`],
/// [`ProblemCode::CertificateRefused`].
pub async fn depute(portal: &Portal, caller: &Caller, owner: AccountId, body: Depute) -> Result<(), Error> {
    administrator(caller)?;
    let entry = parse_certificate(&body.certificate)?;
    let now_ms = portal.state.now_ms();
    let told = transact(&*portal.state.store, |tx| {
        let account = account(tx, owner)?;
        let right = entry.certificate().is_some_and(|it| it.body().reason == Reason::Deputed)
            && entry.address() == Some(account.address.as_str());
        require(right, ProblemCode::CertificateRefused)?;
        let history = newest(tx, &subject_of(&account.address))?;
        let issuer = signer(tx, caller, account.role)?;
        admit(&entry, history.as_ref(), Signer::Certificate(&issuer)).map_err(|_| refused())?;
        let before = certificates::certificate(tx, &account.certificate)?;
        certificates::enter(tx, &entry, now_ms)?;
        let told = settle(tx, owner, &before, &entry)?;
        tx.save(&[owner.as_bytes()], &Account { certificate: entry.fingerprint(), ..account });
        note(portal, tx, SecurityEventKind::DeputiesChanged, owner, caller);
        Ok::<_, Error>(told)
    })
    .await?;
    tell(portal, owner, told);
    Ok(())
}

/// A deputy ends it. From now on no mail is taken for them as a deputy and none from them in the owner's name,
/// and clients leave them out; the owner's client makes a certificate that says so as soon as it can.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not stand in for that account.
pub async fn resign(portal: &Portal, caller: &Caller, body: Resign) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let owner = account(tx, body.owner)?;
        let certificate = certificates::certificate(tx, &owner.certificate)?;
        require(named(&certificate).contains(&caller.id), ProblemCode::NotFound)?;
        tx.save(&[body.owner.as_bytes(), caller.id.as_bytes()], &Resignation { since_ms: now_ms });
        note(portal, tx, SecurityEventKind::DeputiesChanged, body.owner, caller);
        Ok::<_, Error>(())
    })
    .await?;
    tell(portal, body.owner, BTreeSet::from([caller.id]));
    Ok(())
}

/// Who stood in for the caller and ended it.
///
/// # Errors
/// The store's.
pub async fn resignations(portal: &Portal, caller: &Caller) -> Result<Resignations, Error> {
    transact(&*portal.state.store, |tx| Ok(Resignations { deputies: resigned(tx, caller.id)? })).await
}

/// Whether a deputy ended it.
///
/// # Errors
/// The store's.
pub fn has_resigned(tx: &mut Tx<'_>, owner: AccountId, deputy: AccountId) -> Result<bool, Error> {
    Ok(tx.load::<Resignation>(&[owner.as_bytes(), deputy.as_bytes()])?.is_some())
}

/// Who stands in for an account now or later, as its newest certificate says.
///
/// # Errors
/// The store's.
pub fn of(tx: &mut Tx<'_>, owner: &Account, now_ms: u64) -> Result<Vec<AccountId>, Error> {
    let certificate = certificates::certificate(tx, &owner.certificate)?;
    let deputies = certificate.body().deputies.iter().flatten();
    Ok(deputies.filter(|it| now_ms < it.until_ms).map(|it| it.account).collect())
}

/// A resignation is done with when its deputy is not named any more, or anew for another time. Answers who is to
/// be told.
fn settle(
    tx: &mut Tx<'_>,
    owner: AccountId,
    before: &Certificate,
    after: &Entry,
) -> Result<BTreeSet<AccountId>, Error> {
    let now = named(after.certificate().ok_or_else(refused)?);
    for deputy in resigned(tx, owner)? {
        if span(before, deputy) != after.certificate().and_then(|it| span(it, deputy)) {
            tx.erase::<Resignation>(&[owner.as_bytes(), deputy.as_bytes()]);
        }
    }
    Ok(named(before).union(&now).copied().collect())
}

/// From when until when somebody stands in.
fn span(certificate: &Certificate, deputy: AccountId) -> Option<(u64, u64)> {
    let mut deputies = certificate.body().deputies.iter().flatten();
    deputies.find(|it| it.account == deputy).map(|it| (it.from_ms, it.until_ms))
}

fn named(certificate: &Certificate) -> BTreeSet<AccountId> {
    certificate.body().deputies.iter().flatten().map(|it| it.account).collect()
}

fn tell(portal: &Portal, owner: AccountId, deputies: BTreeSet<AccountId>) {
    for account in deputies.into_iter().chain([owner]) {
        portal.state.tell(account, Event::Contact { account: owner });
    }
}
