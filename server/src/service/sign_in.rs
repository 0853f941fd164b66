//! Sign-in by OPAQUE. A known and an unknown address get the same answers after the same work.
//!
//! Between the two requests the server keeps its half of the handshake in memory: for two minutes, for one
//! use. A restart ends only handshakes under way.

use super::accounts::parse_address;
use super::sessions::{Token, info, stored_bundle};
use super::throttle::Network;
use super::{DAY_MS, Error, MINUTE_MS, Portal, require};
use crate::events;
use crate::store::models::{Records, sessions};
use crate::store::{Tx, transact};
use crypto_core::auth::{ServerSignIn, session_id};
use crypto_core::wire::api::{SignInFinish, SignInStart, SignInStarted, SignedIn, Wrap, WrapKind};
use crypto_core::wire::records::{Account, AddressIndex, Bundle, Credential, SecurityEventKind, Session};
use crypto_core::wire::{AccountId, Address, B64, ProblemCode, SignInId};
use minicbor::bytes::ByteVec;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

const PENDING_MS: u64 = 2 * MINUTE_MS;
/// More handshakes than this are not kept at once.
const PENDING_MOST: usize = 20_000;

/// Handshakes under way.
#[derive(Default)]
pub struct Pending(Mutex<HashMap<SignInId, Handshake>>);

struct Handshake {
    address: Address,
    network: Network,
    known: Option<Known>,
    state: Zeroizing<Vec<u8>>,
    started_ms: u64,
}

/// An account that may sign in, and the record that this handshake runs against.
struct Known {
    account: AccountId,
    record: ByteVec,
}

impl Pending {
    fn keep(&self, id: SignInId, handshake: Handshake, now_ms: u64) -> Result<(), Error> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() >= PENDING_MOST {
            pending.retain(|_, handshake| now_ms < handshake.started_ms + PENDING_MS);
        }
        if pending.len() >= PENDING_MOST {
            return Err(Error::RateLimited { retry_after_seconds: PENDING_MS / 1000 });
        }
        pending.insert(id, handshake);
        Ok(())
    }

    fn take(&self, id: &SignInId, now_ms: u64) -> Option<Handshake> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.remove(id).filter(|handshake| now_ms < handshake.started_ms + PENDING_MS)
    }
}

/// Begins a sign-in from a network.
///
/// # Errors
/// [`ProblemCode::AddressInvalid`], [`ProblemCode::Malformed`], [`Error::RateLimited`].
pub async fn start(portal: &Portal, network: Network, body: SignInStart) -> Result<SignInStarted, Error> {
    let address = parse_address(&body.address)?;
    let now_ms = portal.state.now_ms();
    throttle(portal, network, &address, now_ms).await?;
    let (known, credential_id) = find(portal, &address, now_ms).await?;
    let mut rng = portal.state.rng();
    let record = known.as_ref().map(|known| known.record.as_slice());
    let deployment = portal.state.deployment;
    let started = ServerSignIn::start(
        portal.opaque(),
        record,
        &body.ke1.0,
        &credential_id,
        deployment.as_bytes(),
        &mut *rng,
    );
    let (state, ke2) = started.map_err(|_| Error::Refused(ProblemCode::Malformed))?;
    let id = SignInId::random(&mut *rng);
    let handshake = Handshake { address, network, known, state: state.to_bytes(), started_ms: now_ms };
    portal.sign_ins.keep(id, handshake, now_ms)?;
    Ok(SignInStarted { sign_in: id, ke2: B64(ke2.into_bytes()) })
}

/// Ends a sign-in: a session, and what the client opens its bundle with.
///
/// # Errors
/// [`ProblemCode::SignInFailed`] whatever the reason.
pub async fn finish(portal: &Portal, body: SignInFinish) -> Result<(Token, SignedIn), Error> {
    let failed = || Error::Refused(ProblemCode::SignInFailed);
    let now_ms = portal.state.now_ms();
    let handshake = portal.sign_ins.take(&body.sign_in, now_ms).ok_or_else(failed)?;
    let state = ServerSignIn::from_bytes(&handshake.state).map_err(|_| Error::Internal("sign-in state"))?;
    let proved = state.finish(&body.ke3.0).is_ok();
    let Some(known) = handshake.known.as_ref().filter(|_| proved) else {
        let account = handshake.known.map(|known| known.account);
        record(portal, now_ms, SecurityEventKind::SignInRefused, account).await?;
        return Err(failed());
    };
    let token = Token::make(&mut *portal.state.rng());
    let hash = session_id(token.bytes());
    let signed_in = transact(&*portal.state.store, |tx| {
        events::record(
            tx,
            &mut *portal.state.rng(),
            now_ms,
            SecurityEventKind::SignedIn,
            Some(known.account),
            None,
        );
        begin(portal, tx, known, &hash, now_ms)
    })
    .await?;
    portal.by_network.finished(&handshake.network);
    portal.by_account.finished(&handshake.address);
    Ok((token, signed_in))
}

async fn throttle(portal: &Portal, network: Network, address: &Address, now_ms: u64) -> Result<(), Error> {
    let begun = portal.by_network.begin(network, now_ms);
    let Err(slow) = begun.and_then(|()| portal.by_account.begin(address.clone(), now_ms)) else {
        return Ok(());
    };
    if slow.first {
        record(portal, now_ms, SecurityEventKind::SignInThrottled, None).await?;
    }
    Err(Error::RateLimited { retry_after_seconds: slow.retry_after_seconds })
}

async fn record(
    portal: &Portal,
    now_ms: u64,
    kind: SecurityEventKind,
    account: Option<AccountId>,
) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, account, None);
        Ok(())
    })
    .await
}

fn begin(
    portal: &Portal,
    tx: &mut Tx<'_>,
    known: &Known,
    hash: &sessions::SessionHash,
    now_ms: u64,
) -> Result<SignedIn, Error> {
    let id = known.account;
    let credential = tx.load::<Credential>(&[id.as_bytes()])?;
    // A password that was replaced meanwhile is no password any more.
    require(credential.is_some_and(|now| now.record == known.record), ProblemCode::SignInFailed)?;
    let account = Account { last_sign_in_ms: Some(now_ms), ..tx.need(&[id.as_bytes()])? };
    let bundle: Bundle = tx.need(&[id.as_bytes()])?;
    tx.save(&[id.as_bytes()], &account);
    let session = Session { account: id, signed_in_ms: now_ms, last_seen_ms: now_ms, resume_key: None };
    sessions::begin(tx, hash, &session, portal.state.config.sessions.per_account)?;
    let password = bundle.wraps.iter().find(|wrap| wrap.kind == WrapKind::Password);
    let wrap = password.ok_or(Error::Internal("password wrap"))?;
    Ok(SignedIn {
        session: info(id, &account, true),
        bundle: stored_bundle(&bundle),
        wrap: Wrap { kind: wrap.kind, sealed: B64(wrap.sealed.to_vec()) },
    })
}

/// The record of an address, if somebody may sign in with it, and its credential identifier. For an unknown
/// address the same keys are read, and nothing is there.
async fn find(portal: &Portal, address: &Address, now_ms: u64) -> Result<(Option<Known>, [u8; 32]), Error> {
    let unknown = portal.credential_id(address);
    let days = u64::from(portal.state.config.limits.initial_password_days);
    transact(&*portal.state.store, |tx| {
        let index = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])?;
        let id = index.map_or(nobody(&unknown), |index| index.account);
        let account = tx.load::<Account>(&[id.as_bytes()])?;
        let credential = tx.load::<Credential>(&[id.as_bytes()])?;
        let Some((account, credential)) = account.zip(credential) else { return Ok((None, unknown)) };
        let credential_id = credential.credential_id.as_slice().try_into();
        let credential_id = credential_id.map_err(|_| Error::Internal("credential id"))?;
        let unused = account.initial_password && account.last_sign_in_ms.is_none();
        let too_old = now_ms >= account.password_set_ms.saturating_add(days * DAY_MS);
        let known = (!(unused && too_old)).then_some(Known { account: id, record: credential.record });
        Ok((known, credential_id))
    })
    .await
}

/// An account that is none.
fn nobody(credential_id: &[u8; 32]) -> AccountId {
    AccountId::from_bytes(credential_id.first_chunk().copied().unwrap_or_default())
}
