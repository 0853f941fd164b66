//! The end of an administrator: they know the root's seed, so another root takes the place of the one before.
//!
//! One transaction enters the new root (signed by the old one), the administrator's end and the next policy (signed by
//! the new one), the new seed sealed to the others, and the remover's bundle, without which nobody would have it.
//! From then on the server takes nothing that the old root has signed.

use super::accounts::{advance_bundle, check_sealed};
use super::certificates::{self, newest, parse_certificate, refused, subject_of};
use super::people::{account, administrator, note, parse_statement};
use super::sessions::Caller;
use super::witnesses::{admit_policy, parse_policy};
use super::{Error, Portal, closing, require};
use crate::store::models::Records;
use crate::store::models::directory::{self, Subject};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Cause, Certificate, Entry, Policy, Reason, Role, Signer, admit};
use crypto_core::wire::api::{AdministratorShare, Event, RemoveAdministrator};
use crypto_core::wire::records::{Account, Bundle, RootShare, SecurityEventKind};
use crypto_core::wire::{AccountId, ProblemCode, limits};
use minicbor::bytes::ByteVec;

/// Administrators besides the two that it is about.
const SHARES: usize = 1000;

/// What was signed, of right form.
struct Signed {
    root: Entry,
    statement: Entry,
    policy: Policy,
}

/// Ends an administrator's account under a new root. The mailbox is emptied.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators, for oneself, and about others than administrators;
/// [`ProblemCode::NotFound`]; [`ProblemCode::CertificateRefused`]; [`ProblemCode::RecipientNotAllowed`] for a share
/// to somebody who may not have one; [`ProblemCode::BundleStale`]; [`ProblemCode::Malformed`].
pub async fn remove_administrator(
    portal: &Portal,
    caller: &Caller,
    id: AccountId,
    body: RemoveAdministrator,
) -> Result<(), Error> {
    administrator(caller)?;
    require(caller.id != id, ProblemCode::Forbidden)?;
    require(body.shares.len() <= SHARES, ProblemCode::Malformed)?;
    let signed = Signed {
        root: parse_certificate(&body.root)?,
        statement: parse_statement(&body.statement, |cause| !matches!(cause, Cause::Moved | Cause::Closed))?,
        policy: parse_policy(portal, &body.policy)?,
    };
    let sealed = check_sealed(&body.bundle.sealed, limits::BUNDLE_BYTES)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let removed = account(tx, id)?;
        require(removed.role == Role::Administrator, ProblemCode::Forbidden)?;
        let root = admit_root(tx, &signed.root)?;
        admit_end(tx, id, &removed, &signed.statement, &root)?;
        admit_policy(tx, &signed.policy, &root)?;
        certificates::enter(tx, &signed.root, now_ms)?;
        certificates::enter(tx, &signed.statement, now_ms)?;
        directory::enter(tx, &Subject::Policy, &body.policy.0, now_ms)?;
        keep_bundle(tx, caller, &body, &sealed)?;
        share_anew(tx, (caller.id, id), &body.shares, now_ms)?;
        closing::end_account(tx, id, &removed, now_ms)?;
        note(portal, tx, SecurityEventKind::RootRotated, caller.id, caller);
        note(portal, tx, SecurityEventKind::AccountRevoked, id, caller);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(id, Event::SessionEnded);
    closing::empty(&portal.state, id).await
}

/// *Rotated*, by the root in force.
fn admit_root(tx: &mut Tx<'_>, entry: &Entry) -> Result<Certificate, Error> {
    let before = newest(tx, &Subject::Root)?.ok_or(Error::Internal("root"))?;
    let signer = before.certificate().ok_or(Error::Internal("root"))?;
    let root = entry.certificate().filter(|it| it.body().reason == Reason::Rotated).ok_or_else(refused)?;
    require(root.body().role == Role::Root, ProblemCode::CertificateRefused)?;
    admit(entry, Some(&before), Signer::Certificate(signer)).map_err(|_| refused())?;
    Ok(root.clone())
}

fn admit_end(
    tx: &mut Tx<'_>,
    id: AccountId,
    removed: &Account,
    statement: &Entry,
    root: &Certificate,
) -> Result<(), Error> {
    let right = statement.account() == id && statement.address() == Some(removed.address.as_str());
    require(right, ProblemCode::CertificateRefused)?;
    let before = newest(tx, &subject_of(&removed.address))?;
    admit(statement, before.as_ref(), Signer::Certificate(root)).map_err(|_| refused())
}

fn keep_bundle(
    tx: &mut Tx<'_>,
    caller: &Caller,
    body: &RemoveAdministrator,
    sealed: &ByteVec,
) -> Result<(), Error> {
    let wraps = tx.need::<Bundle>(&[caller.id.as_bytes()])?.wraps;
    let bundle = Bundle { revision: body.bundle.revision, sealed: sealed.clone(), wraps };
    advance_bundle(tx, caller.id, body.expected_revision, bundle).map(|_| ())
}

/// What waits is of the root before, and nobody takes it any more.
fn share_anew(
    tx: &mut Tx<'_>,
    (by, removed): (AccountId, AccountId),
    shares: &[AdministratorShare],
    given_ms: u64,
) -> Result<(), Error> {
    for (key, _) in tx.list::<RootShare>(&[], None, usize::MAX / 2)? {
        tx.remove(key);
    }
    for AdministratorShare { account: to, share } in shares {
        let receiver = account(tx, *to)?;
        let may =
            receiver.role == Role::Administrator && !receiver.provisional && *to != by && *to != removed;
        require(may, ProblemCode::RecipientNotAllowed)?;
        let share = check_sealed(share, limits::ENTRY_BYTES)?;
        tx.save(&[to.as_bytes()], &RootShare { share, given_ms });
    }
    Ok(())
}
