//! The second factor: TOTP and one-time backup codes.
//!
//! * Whoever asks for a code asks [`check`]: it slows down guessing by account and by network, takes each
//!   code once, and notes who knew the password and not the code.
//! * Setting one up, replacing it and giving it up need a fresh sign-in, which a second factor that is there
//!   takes part in. The other sessions end, because they began without the new one.

use super::sessions::Caller;
use super::throttle::{Network, Slow};
use super::{Error, Portal, require};
use crate::events;
use crate::notify::{Notice, enqueue};
use crate::store::models::{Records, sessions};
use crate::store::{StoreError, Tx, transact};
use crypto_core::auth::{TotpSeed, backup_code_hash, make_backup_code, matching_step};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{BackupCodes, EnrolSecondFactor, Event, SecondFactorState};
use crypto_core::wire::records::{Account, MailTemplate, SecondFactor, SecurityEventKind};
use crypto_core::wire::{AccountId, ProblemCode};
use minicbor::bytes::ByteVec;
use subtle::ConstantTimeEq;

/// Backup codes that are made at once.
const BACKUP_CODES: usize = 10;
/// Nothing that a person types as a code is longer.
const CODE_BYTES: usize = 40;

/// Checks a code of an account, and uses it up. Without a second factor there is nothing to check.
///
/// # Errors
/// [`ProblemCode::SecondFactorNeeded`] if there is one and no code, [`ProblemCode::SecondFactorFailed`],
/// [`Error::RateLimited`].
pub async fn check(
    portal: &Portal,
    network: Network,
    account: AccountId,
    code: Option<&str>,
) -> Result<(), Error> {
    if !exists(portal, account).await? {
        return Ok(());
    }
    let code = code.ok_or(Error::Refused(ProblemCode::SecondFactorNeeded))?;
    let now_ms = portal.state.now_ms();
    let begun = portal.codes_by_network.begin(network, now_ms);
    if let Err(slow) = begun.and_then(|()| portal.codes_by_account.begin(account, now_ms)) {
        return Err(slowed(portal, account, slow).await?);
    }
    let right = transact(&*portal.state.store, |tx| use_up(portal, tx, account, code)).await?;
    require(right, ProblemCode::SecondFactorFailed)?;
    portal.codes_by_network.finished(&network);
    portal.codes_by_account.finished(&account);
    Ok(())
}

/// Whether an account has a second factor.
///
/// # Errors
/// The store's.
pub async fn exists(portal: &Portal, account: AccountId) -> Result<bool, Error> {
    transact(&*portal.state.store, |tx| Ok(tx.load::<SecondFactor>(&[account.as_bytes()])?.is_some())).await
}

/// What the caller has.
///
/// # Errors
/// The store's.
pub async fn state(portal: &Portal, caller: &Caller) -> Result<SecondFactorState, Error> {
    let factor = transact(&*portal.state.store, |tx| {
        Ok::<_, Error>(tx.load::<SecondFactor>(&[caller.id.as_bytes()])?)
    })
    .await?;
    Ok(SecondFactorState {
        since_ms: factor.as_ref().map(|factor| factor.since_ms),
        backup_codes: factor.map_or(0, |factor| u32::try_from(factor.backup_codes.len()).unwrap_or(0)),
        required: caller.standing.second_factor_required,
        fresh: caller.fresh,
    })
}

/// Sets a second factor up, or replaces it, once the app shows the right code.
///
/// # Errors
/// [`ProblemCode::FreshSignInNeeded`], [`ProblemCode::Malformed`], [`ProblemCode::SecondFactorFailed`].
pub async fn enrol(portal: &Portal, caller: &Caller, body: EnrolSecondFactor) -> Result<BackupCodes, Error> {
    require(caller.fresh, ProblemCode::FreshSignInNeeded)?;
    let seed = TotpSeed::from_bytes(&body.seed.0).ok_or(Error::Refused(ProblemCode::Malformed))?;
    let now_ms = portal.state.now_ms();
    let step = matching_step(&seed, &digits(&body.code), now_ms, 0);
    let last_step = step.ok_or(Error::Refused(ProblemCode::SecondFactorFailed))?;
    let (codes, backup_codes) = make_codes(portal, caller.id);
    let key = portal.state.secrets.second_factor_key();
    let sealed = key.seal_seed(caller.id, &seed, &mut *portal.state.rng());
    let factor = SecondFactor { seed: sealed.into(), since_ms: now_ms, last_step, backup_codes };
    transact(&*portal.state.store, |tx| {
        tx.save(&[caller.id.as_bytes()], &factor);
        sessions::end_others(tx, caller.id, &caller.session)?;
        happened(portal, tx, SecurityEventKind::SecondFactorSet, caller.id, None);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(caller.id, Event::SessionEnded);
    Ok(codes)
}

/// New backup codes; the old ones are void.
///
/// # Errors
/// [`ProblemCode::FreshSignInNeeded`], [`ProblemCode::NotFound`] without a second factor.
pub async fn renew_backup_codes(portal: &Portal, caller: &Caller) -> Result<BackupCodes, Error> {
    require(caller.fresh, ProblemCode::FreshSignInNeeded)?;
    let (codes, backup_codes) = make_codes(portal, caller.id);
    transact(&*portal.state.store, |tx| {
        let factor = tx.load::<SecondFactor>(&[caller.id.as_bytes()])?;
        let factor = factor.ok_or(Error::Refused(ProblemCode::NotFound))?;
        tx.save(&[caller.id.as_bytes()], &SecondFactor { backup_codes: backup_codes.clone(), ..factor });
        happened(portal, tx, SecurityEventKind::BackupCodesMade, caller.id, None);
        Ok::<_, Error>(())
    })
    .await?;
    Ok(codes)
}

/// Gives the second factor up.
///
/// # Errors
/// [`ProblemCode::FreshSignInNeeded`]; [`ProblemCode::SecondFactorRequired`] if the role needs one.
pub async fn remove(portal: &Portal, caller: &Caller) -> Result<(), Error> {
    require(caller.fresh, ProblemCode::FreshSignInNeeded)?;
    require(!caller.standing.second_factor_required, ProblemCode::SecondFactorRequired)?;
    transact(&*portal.state.store, |tx| {
        tx.erase::<SecondFactor>(&[caller.id.as_bytes()]);
        happened(portal, tx, SecurityEventKind::SecondFactorRemoved, caller.id, None);
        Ok(())
    })
    .await
}

/// Takes an account's second factor away, for somebody who lost the device; the person is told by e-mail.
///
/// # Errors
/// [`ProblemCode::Forbidden`]; [`ProblemCode::NotFound`] if there is no such account or it has none.
pub async fn reset(portal: &Portal, caller: &Caller, account: AccountId) -> Result<(), Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)?;
    transact(&*portal.state.store, |tx| {
        let person = tx.load::<Account>(&[account.as_bytes()])?;
        let person = person.ok_or(Error::Refused(ProblemCode::NotFound))?;
        require(tx.load::<SecondFactor>(&[account.as_bytes()])?.is_some(), ProblemCode::NotFound)?;
        tx.erase::<SecondFactor>(&[account.as_bytes()]);
        // Who lost the device may be signed in on it.
        sessions::of_account(tx, account)?.iter().for_each(|hash| sessions::end(tx, account, hash));
        happened(portal, tx, SecurityEventKind::SecondFactorReset, account, Some(caller.id));
        let notice = Notice {
            account,
            address: &person.address,
            language: person.language,
            template: MailTemplate::SecondFactorReset,
            signed_in_before: person.last_sign_in_ms.is_some(),
        };
        enqueue(tx, portal.state.now_ms(), &notice)?;
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.mailer.wake();
    portal.state.tell(account, Event::SessionEnded);
    Ok(())
}

/// Whether the code is right; then it is used up.
fn use_up(portal: &Portal, tx: &mut Tx<'_>, account: AccountId, code: &str) -> Result<bool, Error> {
    let Some(factor) = tx.load::<SecondFactor>(&[account.as_bytes()])? else { return Ok(true) };
    let after = if code.len() > CODE_BYTES { None } else { used(portal, account, factor, code)? };
    let Some((factor, event)) = after else {
        happened(portal, tx, SecurityEventKind::SecondFactorRefused, account, None);
        return Ok(false);
    };
    tx.save(&[account.as_bytes()], &factor);
    if let Some(event) = event {
        happened(portal, tx, event, account, None);
    }
    Ok(true)
}

/// The record after a right code.
fn used(
    portal: &Portal,
    account: AccountId,
    factor: SecondFactor,
    code: &str,
) -> Result<Option<(SecondFactor, Option<SecurityEventKind>)>, Error> {
    let key = portal.state.secrets.second_factor_key();
    let seed =
        key.open_seed(account, &factor.seed).map_err(|_| Error::Internal("seed of a second factor"))?;
    if let Some(last_step) = matching_step(&seed, &digits(code), portal.state.now_ms(), factor.last_step) {
        return Ok(Some((SecondFactor { last_step, ..factor }, None)));
    }
    let Some(hash) = backup_code_hash(key, account, code) else { return Ok(None) };
    let (spent, backup_codes): (Vec<_>, Vec<_>) =
        factor.backup_codes.iter().cloned().partition(|kept| bool::from(kept.ct_eq(&hash)));
    let event = Some(SecurityEventKind::BackupCodeUsed);
    Ok((!spent.is_empty()).then_some((SecondFactor { backup_codes, ..factor }, event)))
}

/// A code as apps show it in groups.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

fn make_codes(portal: &Portal, account: AccountId) -> (BackupCodes, Vec<ByteVec>) {
    let key = portal.state.secrets.second_factor_key();
    let mut rng = portal.state.rng();
    let codes: Vec<String> = (0..BACKUP_CODES).map(|_| make_backup_code(&mut *rng).to_string()).collect();
    let hash = |code: &String| backup_code_hash(key, account, code).map(|hash| hash.to_vec().into());
    let hashes = codes.iter().filter_map(hash).collect();
    (BackupCodes { codes }, hashes)
}

fn happened(
    portal: &Portal,
    tx: &mut Tx<'_>,
    kind: SecurityEventKind,
    account: AccountId,
    by: Option<AccountId>,
) {
    events::record(tx, &mut *portal.state.rng(), portal.state.now_ms(), kind, Some(account), by);
}

async fn slowed(portal: &Portal, account: AccountId, slow: Slow) -> Result<Error, StoreError> {
    if slow.first {
        transact(&*portal.state.store, |tx| {
            happened(portal, tx, SecurityEventKind::SignInThrottled, account, None);
            Ok::<_, StoreError>(())
        })
        .await?;
    }
    Ok(Error::RateLimited { retry_after_seconds: slow.retry_after_seconds })
}
