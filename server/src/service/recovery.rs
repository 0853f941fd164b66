//! The recovery code: a new password for somebody who proves to have it, and nothing is lost.
//!
//! * A stranger gets a challenge for every address, after the same work. Each challenge is for one proof.
//! * The first proof gives wrap and bundle, after the second factor if the account has one; the second one
//!   covers everything that is replaced, in one transaction. The server never learns the code.
//! * Who typed a code of the second factor signs in with the new password without another one: once, from the same
//!   network, within five minutes.
//! * What was begun and not proved counts, by account and by network.

use super::accounts::{
    admit_rotation, advance_bundle, answer_registration, check_bundle, check_record, check_sealed,
    keeps_recovery, parse_address, rotated,
};
use super::certificates::{self, parse_certificate};
use super::directory::chains_of;
use super::people::is_locked;
use super::sessions::{Caller, stored_bundle};
use super::throttle::Network;
use super::{Error, MINUTE_MS, Portal, require, second_factor};
use crate::events;
use crate::store::models::{Records, sessions};
use crate::store::{Tx, transact};
use crypto_core::recovery::{Challenge, PUBLIC_BYTES, Replacement};
use crypto_core::wire::api::{
    Event, RecoveryCommit, RecoveryFetch, RecoveryFetched, RecoveryPassword, RecoveryStart, RecoveryStarted,
    RegistrationAnswer, SetRecovery, Wrap, WrapKind,
};
use crypto_core::wire::records::{
    Account, AddressIndex, Bundle, Credential, PasswordRequest, RecoveryKey, SecurityEventKind, StoredWrap,
};
use crypto_core::wire::{AccountId, Address, B64, Fingerprint, ProblemCode, RecoveryId, limits};
use minicbor::bytes::ByteVec;

/// Time to type a code of the second factor.
const FETCH_MS: u64 = 5 * MINUTE_MS;
/// Time to sign in with the new password by the same code of the second factor.
const SIGN_IN_MS: u64 = 5 * MINUTE_MS;
/// Time to choose a password.
const COMMIT_MS: u64 = 15 * MINUTE_MS;

/// A recovery that waits for its first proof.
pub(super) struct Begun {
    address: Address,
    network: Network,
    known: Option<Known>,
    challenge: [u8; 32],
}

/// A recovery whose code was proved.
#[derive(Clone)]
pub(super) struct Proved {
    address: Address,
    network: Network,
    known: Known,
    challenge: [u8; 32],
    /// Whether there was a second factor, and its code was right.
    factor: bool,
}

/// A password that was set after a right code of the second factor, from where.
struct FactorProved {
    network: Network,
    record: ByteVec,
}

#[derive(Clone)]
struct Known {
    account: AccountId,
    public: [u8; PUBLIC_BYTES],
}

/// Sets a new recovery code; the old one is void.
///
/// # Errors
/// [`ProblemCode::FreshSignInNeeded`], [`ProblemCode::BundleStale`], [`ProblemCode::Malformed`].
pub async fn set(portal: &Portal, caller: &Caller, body: SetRecovery) -> Result<(), Error> {
    require(caller.fresh, ProblemCode::FreshSignInNeeded)?;
    let sealed = check_sealed(&body.bundle.sealed, limits::BUNDLE_BYTES)?;
    let wrap = StoredWrap { kind: WrapKind::Recovery, sealed: check_sealed(&body.wrap, limits::WRAP_BYTES)? };
    require(body.public.0.len() == PUBLIC_BYTES, ProblemCode::Malformed)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let mut wraps = tx.need::<Bundle>(&[caller.id.as_bytes()])?.wraps;
        wraps.retain(|wrap| wrap.kind != WrapKind::Recovery);
        wraps.push(wrap.clone());
        let bundle = Bundle { revision: body.bundle.revision, sealed: sealed.clone(), wraps };
        advance_bundle(tx, caller.id, body.expected_revision, bundle)?;
        let key = RecoveryKey { public: body.public.0.clone().into(), since_ms: now_ms };
        tx.save(&[caller.id.as_bytes()], &key);
        let kind = SecurityEventKind::RecoveryCodeSet;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(caller.id), None);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(caller.id, Event::Keys);
    Ok(())
}

/// Begins a recovery from a network.
///
/// # Errors
/// [`ProblemCode::AddressInvalid`], [`Error::RateLimited`].
pub async fn start(portal: &Portal, network: Network, body: RecoveryStart) -> Result<RecoveryStarted, Error> {
    let address = parse_address(&body.address)?;
    let now_ms = portal.state.now_ms();
    portal.recoveries.slow_down(portal, network, &address).await?;
    let known = find(portal, &address).await?;
    let (id, challenge) = fresh(portal);
    let begun = Begun { address, network, known, challenge };
    portal.recoveries.begun.keep(key(id), begun, now_ms, now_ms + FETCH_MS)?;
    Ok(RecoveryStarted { recovery: id, challenge: B64(challenge.to_vec()) })
}

/// Gives wrap and bundle to somebody who proves to have the code.
///
/// # Errors
/// [`ProblemCode::RecoveryFailed`] whatever the reason; with the right code
/// [`ProblemCode::SecondFactorNeeded`], [`ProblemCode::SecondFactorFailed`].
pub async fn fetch(portal: &Portal, body: RecoveryFetch) -> Result<RecoveryFetched, Error> {
    let now_ms = portal.state.now_ms();
    let begun = portal.recoveries.begun.take(&key(body.recovery), now_ms).ok_or_else(failed)?.0;
    // Without a code a key that nobody has is tried, which takes the same time.
    let nobody = portal.state.secrets.log_public_key();
    let public = begun.known.as_ref().map_or(&nobody, |known| &known.public);
    let proved = challenge(portal, &begun.address, &begun.challenge).verify_fetch(public, &body.proof.0);
    let Some(known) = begun.known.clone().filter(|_| proved.is_ok()) else {
        let account = begun.known.map(|known| known.account);
        event(portal, SecurityEventKind::RecoveryRefused, account).await?;
        return Err(failed());
    };
    let factor = second_factor::exists(portal, known.account).await?;
    second_factor::check(portal, begun.network, known.account, body.second_factor.as_deref()).await?;
    let (bundle, chains) = transact(&*portal.state.store, |tx| {
        still(tx, &known)?;
        Ok::<_, Error>((tx.need::<Bundle>(&[known.account.as_bytes()])?, chains_of(tx, known.account)?))
    })
    .await?;
    portal.recoveries.finished(begun.network, &begun.address);
    let wrap = bundle.wraps.iter().find(|wrap| wrap.kind == WrapKind::Recovery);
    let wrap = wrap.ok_or(Error::Internal("recovery wrap"))?;
    let (id, challenge) = fresh(portal);
    let account = known.account;
    let proved = Proved { address: begun.address, network: begun.network, known, challenge, factor };
    portal.recoveries.proved.keep(key(id), proved, now_ms, now_ms + COMMIT_MS)?;
    Ok(RecoveryFetched {
        recovery: id,
        challenge: B64(challenge.to_vec()),
        account,
        bundle: stored_bundle(&bundle),
        wrap: Wrap { kind: wrap.kind, sealed: B64(wrap.sealed.to_vec()) },
        chains,
    })
}

/// Answers the registration of the new password.
///
/// # Errors
/// [`ProblemCode::RecoveryFailed`], [`ProblemCode::Malformed`].
pub async fn start_password(portal: &Portal, body: RecoveryPassword) -> Result<RegistrationAnswer, Error> {
    let now_ms = portal.state.now_ms();
    let id = key(body.recovery);
    let (proved, until_ms) = portal.recoveries.proved.take(&id, now_ms).ok_or_else(failed)?;
    portal.recoveries.proved.keep(id, proved.clone(), now_ms, until_ms)?;
    let credential = transact(&*portal.state.store, |tx| {
        Ok::<_, Error>(tx.load::<Credential>(&[proved.known.account.as_bytes()])?)
    })
    .await?;
    let credential_id = credential.ok_or_else(failed)?.credential_id;
    let credential_id = credential_id.as_slice().try_into();
    let credential_id = credential_id.map_err(|_| Error::Internal("credential id"))?;
    answer_registration(portal, &body.registration_request, credential_id)
}

/// Replaces record, bundle, wraps and keys, and ends all sessions.
///
/// # Errors
/// [`ProblemCode::RecoveryFailed`], [`ProblemCode::Malformed`], [`ProblemCode::BundleStale`],
/// [`ProblemCode::CertificateRefused`].
pub async fn commit(portal: &Portal, body: RecoveryCommit) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    let proved = portal.recoveries.proved.take(&key(body.recovery), now_ms).ok_or_else(failed)?.0;
    let wraps: Vec<(WrapKind, &[u8])> = body.wraps.iter().map(|it| (it.kind, &*it.sealed.0)).collect();
    let new = Replacement {
        record: &body.record.0,
        certificate: &body.certificate.0,
        bundle: &body.bundle.sealed.0,
        wraps: &wraps,
    };
    let challenge = challenge(portal, &proved.address, &proved.challenge);
    if challenge.verify_commit(&new, &proved.known.public, &body.proof.0).is_err() {
        event(portal, SecurityEventKind::RecoveryRefused, Some(proved.known.account)).await?;
        return Err(failed());
    }
    let id = proved.known.account;
    let entry = parse_certificate(&body.certificate)?;
    let bundle = check_bundle(&body.bundle, &body.wraps)?;
    let record = check_record(&body.record)?;
    transact(&*portal.state.store, |tx| {
        still(tx, &proved.known)?;
        let account = advance_bundle(tx, id, body.expected_revision, bundle.clone())?;
        keeps_recovery(tx, id, &bundle)?;
        admit_rotation(tx, id, &account, &entry, false)?;
        certificates::enter(tx, &entry, now_ms)?;
        let credential: Credential = tx.need(&[id.as_bytes()])?;
        tx.save(&[id.as_bytes()], &Credential { record: record.clone(), ..credential });
        tx.save(&[id.as_bytes()], &rotated(account, &entry, true, now_ms));
        tx.erase::<PasswordRequest>(&[id.as_bytes()]);
        sessions::end_all(tx, id)?;
        let kind = SecurityEventKind::Recovered;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(id), None);
        Ok::<_, Error>(())
    })
    .await?;
    if proved.factor {
        let factor = FactorProved { network: proved.network, record };
        // The password is set. Where too much waits, the sign-in asks for another code.
        let _ = portal.recoveries.factors.keep(factor_key(id), factor, now_ms, now_ms + SIGN_IN_MS);
    }
    portal.state.tell(id, Event::SessionEnded);
    Ok(())
}

/// Whether the second factor was proved already by the recovery that set this very password, from the same network
/// and a moment ago. Once: the next sign-in asks for a code.
pub(super) fn proved_factor(portal: &Portal, account: AccountId, network: Network, record: &[u8]) -> bool {
    let taken = portal.recoveries.factors.take(&factor_key(account), portal.state.now_ms());
    taken.is_some_and(|(it, _)| it.network == network && it.record.as_slice() == record)
}

const fn factor_key(account: AccountId) -> crypto_core::wire::SignInId {
    crypto_core::wire::SignInId::from_bytes(*account.as_bytes())
}

/// The code is still the one that was proved.
fn still(tx: &mut Tx<'_>, known: &Known) -> Result<(), Error> {
    let key = tx.load::<RecoveryKey>(&[known.account.as_bytes()])?;
    require(key.is_some_and(|key| *key.public == known.public), ProblemCode::RecoveryFailed)
}

/// Whose code an address has, if any; a locked account has none. For an unknown address the same keys are read, and
/// nothing is there.
async fn find(portal: &Portal, address: &Address) -> Result<Option<Known>, Error> {
    let nobody = Fingerprint::of(&portal.credential_id(address));
    let nobody = AccountId::from_bytes(nobody.as_bytes().first_chunk().copied().unwrap_or_default());
    transact(&*portal.state.store, |tx| {
        let index = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])?;
        let account = index.map_or(nobody, |index| index.account);
        let there = tx.load::<Account>(&[account.as_bytes()])?.is_some();
        let locked = is_locked(tx, account)?;
        let key = tx.load::<RecoveryKey>(&[account.as_bytes()])?.filter(|_| there && !locked);
        Ok(key.and_then(|key| Some(Known { account, public: key.public.as_slice().try_into().ok()? })))
    })
    .await
}

fn challenge<'a>(portal: &Portal, address: &'a Address, challenge: &'a [u8; 32]) -> Challenge<'a> {
    Challenge { deployment: portal.state.deployment, challenge, address: address.as_str() }
}

fn fresh(portal: &Portal) -> (RecoveryId, [u8; 32]) {
    let mut rng = portal.state.rng();
    let mut challenge = [0; 32];
    rng.fill_bytes(&mut challenge);
    (RecoveryId::random(&mut *rng), challenge)
}

/// What waits is kept under one kind of number.
const fn key(id: RecoveryId) -> crypto_core::wire::SignInId {
    crypto_core::wire::SignInId::from_bytes(*id.as_bytes())
}

const fn failed() -> Error {
    Error::Refused(ProblemCode::RecoveryFailed)
}

async fn event(portal: &Portal, kind: SecurityEventKind, account: Option<AccountId>) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, account, None);
        Ok(())
    })
    .await
}

/// What strangers have begun: recoveries under way, and how many were begun and not proved.
pub(super) struct Recoveries {
    begun: super::pending::Pending<Begun>,
    proved: super::pending::Pending<Proved>,
    factors: super::pending::Pending<FactorProved>,
    by_account: super::throttle::Throttle<Address>,
    by_network: super::throttle::Throttle<Network>,
}

impl Recoveries {
    /// Allows so many in each window.
    pub(super) fn new(by_account: u32, by_network: u32, window_ms: u64) -> Self {
        Self {
            begun: super::pending::Pending::default(),
            proved: super::pending::Pending::default(),
            factors: super::pending::Pending::default(),
            by_account: super::throttle::Throttle::new(by_account, window_ms),
            by_network: super::throttle::Throttle::new(by_network, window_ms),
        }
    }

    /// Counts an attempt, for known and unknown addresses alike.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(super) async fn slow_down(
        &self,
        portal: &Portal,
        network: Network,
        address: &Address,
    ) -> Result<(), Error> {
        let now_ms = portal.state.now_ms();
        let begun = self.by_network.begin(network, now_ms);
        let Err(slow) = begun.and_then(|()| self.by_account.begin(address.clone(), now_ms)) else {
            return Ok(());
        };
        if slow.first {
            event(portal, SecurityEventKind::RecoveryThrottled, None).await?;
        }
        Err(Error::RateLimited { retry_after_seconds: slow.retry_after_seconds })
    }

    fn finished(&self, network: Network, address: &Address) {
        self.by_network.finished(&network);
        self.by_account.finished(address);
    }
}
