//! All accounts as an administrator sees them, and what is done about them: lock, end, another address.
//!
//! The statements and certificates are signed in a browser; the server admits them by the same rules as every
//! client. No use case here touches mail.

use super::accounts::{is_colleague, parse_address};
use super::certificates::{self, newest, parse_certificate, refused, subject, subject_of};
use super::resets::may_answer_for;
use super::sessions::Caller;
use super::{Error, Portal, closing, require};
use crate::events;
use crate::notify::{Notice, enqueue};
use crate::store::models::{Records, sessions, tail};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Cause, Certificate, Entry, Reason, Role, Signer, admit, check_move};
use crypto_core::wire::api::{Event, MoveAccount, PeoplePage, PersonEntry, Revoke};
use crypto_core::wire::records::{
    Account, AddressIndex, Lock, MailTemplate, Resignation, RootShare, SecondFactor, SecurityEventKind,
};
use crypto_core::wire::{AccountId, B64, ProblemCode};

/// Accounts of a page.
const PAGE: usize = 200;
/// Deputies of an account are fewer.
const DEPUTIES: usize = 100;

/// Some of all accounts.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators.
pub async fn page(portal: &Portal, caller: &Caller, after: Option<AccountId>) -> Result<PeoplePage, Error> {
    administrator(caller)?;
    let after = after.map(|id| crate::store::models::key::<Account>(&[id.as_bytes()]));
    transact(&*portal.state.store, |tx| {
        let found = tx.list::<Account>(&[], after.clone(), PAGE)?;
        let mut people = Vec::with_capacity(found.len());
        for (key, account) in found {
            people.push(entry(tx, AccountId::from_bytes(tail(&key)?), account)?);
        }
        let next = people.last().filter(|_| people.len() == PAGE).map(|last| last.account);
        Ok(PeoplePage { people, next })
    })
    .await
}

fn entry(tx: &mut Tx<'_>, id: AccountId, account: Account) -> Result<PersonEntry, Error> {
    Ok(PersonEntry {
        account: id,
        address: account.address,
        role: account.role,
        invited_at_ms: account.created_ms,
        first_sign_in_at_ms: account.first_sign_in_ms,
        last_sign_in_at_ms: account.last_sign_in_ms,
        locked_at_ms: tx.load::<Lock>(&[id.as_bytes()])?.map(|lock| lock.since_ms),
        second_factor: tx.load::<SecondFactor>(&[id.as_bytes()])?.is_some(),
        root_share_waits: tx.load::<RootShare>(&[id.as_bytes()])?.is_some(),
        resigned: resigned(tx, id)?,
    })
}

/// Deputies of an account who want to stop.
///
/// # Errors
/// The store's.
pub fn resigned(tx: &Tx<'_>, owner: AccountId) -> Result<Vec<AccountId>, Error> {
    let found = tx.list::<Resignation>(&[owner.as_bytes()], None, DEPUTIES)?;
    found.into_iter().map(|(key, _)| Ok(AccountId::from_bytes(tail(&key)?))).collect()
}

/// Whether sign-ins of an account are refused.
///
/// # Errors
/// The store's.
pub fn is_locked(tx: &mut Tx<'_>, id: AccountId) -> Result<bool, Error> {
    Ok(tx.load::<Lock>(&[id.as_bytes()])?.is_some())
}

/// Refuses sign-ins, as if the password were wrong, and ends all sessions.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators, and for oneself; [`ProblemCode::NotFound`].
pub async fn lock(portal: &Portal, caller: &Caller, id: AccountId) -> Result<(), Error> {
    administrator(caller)?;
    require(caller.id != id, ProblemCode::Forbidden)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        account(tx, id)?;
        tx.save(&[id.as_bytes()], &Lock { since_ms: now_ms, by: caller.id });
        sessions::end_others(tx, id, &[0; 32])?;
        note(portal, tx, SecurityEventKind::AccountLocked, id, caller);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(id, Event::SessionEnded);
    Ok(())
}

/// Lets an account sign in again.
///
/// # Errors
/// As [`lock`].
pub async fn unlock(portal: &Portal, caller: &Caller, id: AccountId) -> Result<(), Error> {
    administrator(caller)?;
    transact(&*portal.state.store, |tx| {
        account(tx, id)?;
        tx.erase::<Lock>(&[id.as_bytes()]);
        note(portal, tx, SecurityEventKind::AccountUnlocked, id, caller);
        Ok(())
    })
    .await
}

/// Ends an account of staff by a statement that the caller signed. The mailbox is emptied; what others hold stays
/// with them.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators, for oneself, and about an administrator;
/// [`ProblemCode::NotFound`]; [`ProblemCode::CertificateRefused`].
pub async fn revoke(portal: &Portal, caller: &Caller, id: AccountId, body: Revoke) -> Result<(), Error> {
    administrator(caller)?;
    require(caller.id != id, ProblemCode::Forbidden)?;
    let entry = parse_statement(&body.statement, |cause| !matches!(cause, Cause::Moved | Cause::Closed))?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let account = account(tx, id)?;
        // Whoever knows the root's seed goes with the root: `root_rotation`.
        require(account.role != Role::Administrator, ProblemCode::Forbidden)?;
        admit_about(tx, caller, &account, &entry)?;
        require(entry.account() == id, ProblemCode::CertificateRefused)?;
        certificates::enter(tx, &entry, now_ms)?;
        closing::end_account(tx, id, &account, now_ms)?;
        note(portal, tx, SecurityEventKind::AccountRevoked, id, caller);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(id, Event::SessionEnded);
    closing::empty(&portal.state, id).await
}

/// Ends an account of a partner, who wants to be deleted. The log key signs, as for whoever was not here for long.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators, and about staff; [`ProblemCode::NotFound`].
pub async fn close(portal: &Portal, caller: &Caller, id: AccountId) -> Result<(), Error> {
    administrator(caller)?;
    let role = transact(&*portal.state.store, |tx| Ok::<_, Error>(account(tx, id)?.role)).await?;
    require(role == Role::Partner, ProblemCode::Forbidden)?;
    closing::close(&portal.state, id, Some(caller.id)).await
}

/// Lets an account go on at another address. The password stays good: the credential identifier is kept with
/// the record.
///
/// # Errors
/// [`ProblemCode::Forbidden`], [`ProblemCode::NotFound`], [`ProblemCode::AddressTaken`],
/// [`ProblemCode::CertificateRefused`].
pub async fn move_account(
    portal: &Portal,
    caller: &Caller,
    id: AccountId,
    body: MoveAccount,
) -> Result<(), Error> {
    require(is_colleague(caller.account.role), ProblemCode::Forbidden)?;
    let moved = parse_statement(&body.moved, |cause| cause == Cause::Moved)?;
    let readdressed = parse_certificate(&body.readdressed)?;
    let address = parse_address(readdressed.address().unwrap_or_default())?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let account = account(tx, id)?;
        let may = match account.role {
            Role::Partner => may_answer_for(tx, caller, id, &account)?,
            _ => caller.account.role == Role::Administrator,
        };
        require(may, ProblemCode::Forbidden)?;
        let taken = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])?.is_some();
        require(!taken, ProblemCode::AddressTaken)?;
        let before = certificates::certificate(tx, &account.certificate)?;
        admit_about(tx, caller, &account, &moved)?;
        admit_move(tx, caller, (&moved, &readdressed), &before)?;
        certificates::enter(tx, &moved, now_ms)?;
        certificates::enter(tx, &readdressed, now_ms)?;
        tx.erase::<AddressIndex>(&[account.address.as_bytes()]);
        tx.save(&[address.as_str().as_bytes()], &AddressIndex { account: id });
        let signed_in_before = account.last_sign_in_ms.is_some();
        // Whoever was never here is told at the new address what the mailbox is.
        let there = if signed_in_before { MailTemplate::AddressChanged } else { MailTemplate::Initial };
        for (template, address) in
            [(there, address.as_str()), (MailTemplate::AddressLeft, account.address.as_str())]
        {
            let notice =
                Notice { account: id, address, language: account.language, template, signed_in_before };
            enqueue(tx, now_ms, &notice)?;
        }
        let certificate = readdressed.fingerprint();
        let address = address.as_str().to_owned();
        // The written form was of the former address.
        let account = Account { address, certificate, mail_address: None, ..account };
        tx.save(&[id.as_bytes()], &account);
        note(portal, tx, SecurityEventKind::AddressChanged, id, caller);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.mailer.wake();
    portal.state.tell(id, Event::Contact { account: id });
    Ok(())
}

fn admit_move(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (moved, readdressed): (&Entry, &Entry),
    before: &Certificate,
) -> Result<(), Error> {
    let it = readdressed.certificate().filter(|it| it.body().reason == Reason::Readdressed);
    let it = it.ok_or_else(refused)?;
    let Entry::Statement(moved) = moved else { return Err(refused()) };
    let issuer = signer(tx, caller, it.body().role)?;
    let there = newest(tx, &subject(readdressed)?)?;
    admit(readdressed, there.as_ref(), Signer::Certificate(&issuer)).map_err(|_| refused())?;
    check_move(it, moved, before).map_err(|_| refused())
}

/// An entry that follows the newest one of an account's address, signed by the caller or, about an
/// administrator, by the root.
fn admit_about(tx: &mut Tx<'_>, caller: &Caller, account: &Account, entry: &Entry) -> Result<(), Error> {
    require(entry.address() == Some(account.address.as_str()), ProblemCode::CertificateRefused)?;
    let history = newest(tx, &subject_of(&account.address))?;
    let issuer = signer(tx, caller, account.role)?;
    admit(entry, history.as_ref(), Signer::Certificate(&issuer)).map_err(|_| refused())
}

/// Whose signature about somebody of a role is asked for.
///
/// # Errors
/// The store's.
pub fn signer(tx: &mut Tx<'_>, caller: &Caller, subject: Role) -> Result<Certificate, Error> {
    if subject == Role::Administrator {
        let root = newest(tx, &crate::store::models::directory::Subject::Root)?;
        return root.and_then(|root| root.certificate().cloned()).ok_or(Error::Internal("root"));
    }
    let caller: Account = tx.need(&[caller.id.as_bytes()])?;
    certificates::certificate(tx, &caller.certificate)
}

pub(super) fn parse_statement(bytes: &B64, may_be: impl Fn(Cause) -> bool) -> Result<Entry, Error> {
    match Entry::parse(&bytes.0) {
        Ok(Entry::Statement(statement)) if may_be(statement.body().cause) => Ok(Entry::Statement(statement)),
        _ => Err(refused()),
    }
}

/// Refuses all but administrators.
///
/// # Errors
/// [`ProblemCode::Forbidden`].
pub fn administrator(caller: &Caller) -> Result<(), Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)
}

/// An account that is there.
///
/// # Errors
/// [`ProblemCode::NotFound`].
pub fn account(tx: &mut Tx<'_>, id: AccountId) -> Result<Account, Error> {
    tx.load::<Account>(&[id.as_bytes()])?.ok_or(Error::Refused(ProblemCode::NotFound))
}

/// Adds a security event about an account.
pub fn note(portal: &Portal, tx: &mut Tx<'_>, kind: SecurityEventKind, id: AccountId, caller: &Caller) {
    let now_ms = portal.state.now_ms();
    events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(id), Some(caller.id));
}
