//! Sign-in by OPAQUE. A known and an unknown address get the same answers after the same work.
//!
//! Between the requests the server keeps its half of the handshake, and then the proof that waits for the
//! second factor, in memory (`pending`). Neither session nor bundle leaves before both are right.

use super::accounts::parse_address;
use super::duties::{Standing, initial_password_ends_ms};
use super::people::is_locked;
use super::sessions::{Token, info, stored_bundle};
use super::throttle::Network;
use super::{Error, MINUTE_MS, Portal, recovery, require, second_factor};
use crate::events;
use crate::store::models::{Records, sessions};
use crate::store::{Tx, transact};
use crypto_core::auth::{ServerSignIn, session_id};
use crypto_core::wire::api::{
    SecondFactorFinish, SecondFactorWanted, SignInFinish, SignInStart, SignInStarted, SignedIn, Wrap,
    WrapKind,
};
use crypto_core::wire::records::{Account, AddressIndex, Bundle, Credential, SecurityEventKind, Session};
use crypto_core::wire::{AccountId, Address, B64, ProblemCode, SignInId};
use minicbor::bytes::ByteVec;
use zeroize::Zeroizing;

const HANDSHAKE_MS: u64 = 2 * MINUTE_MS;
/// Time to look for the telephone.
const SECOND_FACTOR_MS: u64 = 5 * MINUTE_MS;
/// Codes that may be tried after one proof of the password.
const CODES: u32 = 5;

/// A handshake under way.
pub(super) struct Handshake {
    address: Address,
    network: Network,
    known: Known,
    state: Zeroizing<Vec<u8>>,
}

/// Somebody who has proved the password, and has a second factor.
pub(super) struct Proved {
    address: Address,
    network: Network,
    account: AccountId,
    record: ByteVec,
    tried: u32,
}

/// What an address is at the beginning of a handshake.
enum Known {
    /// An account that may sign in, and the record that this handshake runs against.
    Good { account: AccountId, record: ByteVec },
    /// One whose initial password nobody used in time.
    Expired(AccountId),
    /// One whose sign-ins an administrator has locked.
    Locked(AccountId),
    /// None.
    Nobody,
}

/// What comes of the right password.
pub enum Finished {
    /// A session.
    SignedIn(Token, Box<SignedIn>),
    /// A code is needed first.
    SecondFactor(SecondFactorWanted),
}

impl Known {
    fn record(&self) -> Option<&[u8]> {
        match self {
            Self::Good { record, .. } => Some(record),
            Self::Expired(_) | Self::Locked(_) | Self::Nobody => None,
        }
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
    let deployment = portal.state.deployment;
    let started = ServerSignIn::start(
        portal.opaque(),
        known.record(),
        &body.ke1.0,
        &credential_id,
        deployment.as_bytes(),
        &mut *rng,
    );
    let (state, ke2) = started.map_err(|_| Error::Refused(ProblemCode::Malformed))?;
    let id = SignInId::random(&mut *rng);
    let handshake = Handshake { address, network, known, state: state.to_bytes() };
    portal.sign_ins.keep(id, handshake, now_ms, now_ms + HANDSHAKE_MS)?;
    Ok(SignInStarted { sign_in: id, ke2: B64(ke2.into_bytes()) })
}

/// Ends a sign-in by password: a session, and what the client opens its bundle with; or the demand for a
/// second factor. The session that the browser had before, if it was the same account's, ends.
///
/// # Errors
/// [`ProblemCode::SignInFailed`] whatever the reason.
pub async fn finish(portal: &Portal, body: SignInFinish, before: Option<&Token>) -> Result<Finished, Error> {
    let now_ms = portal.state.now_ms();
    let taken = portal.sign_ins.take(&body.sign_in, now_ms);
    let (handshake, _) = taken.ok_or(Error::Refused(ProblemCode::SignInFailed))?;
    let state = ServerSignIn::from_bytes(&handshake.state).map_err(|_| Error::Internal("sign-in state"))?;
    let right = state.finish(&body.ke3.0).is_ok();
    let (account, record) = match handshake.known {
        Known::Good { account, record } if right => (account, record),
        known => return Err(refuse(portal, now_ms, &known).await?),
    };
    let Handshake { address, network, .. } = handshake;
    let proved = Proved { address, network, account, record, tried: 0 };
    if !second_factor::exists(portal, account).await?
        || recovery::proved_factor(portal, account, network, &proved.record)
    {
        let (token, signed_in) = complete(portal, &proved, before).await?;
        return Ok(Finished::SignedIn(token, signed_in));
    }
    let pending = SignInId::random(&mut *portal.state.rng());
    portal.second_factors.keep(pending, proved, now_ms, now_ms + SECOND_FACTOR_MS)?;
    Ok(Finished::SecondFactor(SecondFactorWanted { pending }))
}

/// Ends a sign-in by the second factor.
///
/// # Errors
/// [`ProblemCode::SignInExpired`] if it took too long or too many attempts;
/// [`ProblemCode::SecondFactorFailed`], [`Error::RateLimited`]: another try is possible.
pub async fn finish_second_factor(
    portal: &Portal,
    body: SecondFactorFinish,
    before: Option<&Token>,
) -> Result<(Token, Box<SignedIn>), Error> {
    let now_ms = portal.state.now_ms();
    let taken = portal.second_factors.take(&body.pending, now_ms);
    let (mut proved, until_ms) = taken.ok_or(Error::Refused(ProblemCode::SignInExpired))?;
    match second_factor::check(portal, proved.network, proved.account, Some(&body.code)).await {
        Ok(()) => complete(portal, &proved, before).await,
        Err(error) => {
            proved.tried += 1;
            if proved.tried < CODES {
                portal.second_factors.keep(body.pending, proved, now_ms, until_ms)?;
            }
            Err(error)
        }
    }
}

/// Begins the session; the attempt does not count any more.
async fn complete(
    portal: &Portal,
    proved: &Proved,
    before: Option<&Token>,
) -> Result<(Token, Box<SignedIn>), Error> {
    let token = Token::make(&mut *portal.state.rng());
    let hash = session_id(token.bytes());
    let before = before.map(|before| session_id(before.bytes()));
    let signed_in = transact(&*portal.state.store, |tx| {
        if let Some(before) = &before
            && tx.load::<Session>(&[before])?.is_some_and(|session| session.account == proved.account)
        {
            sessions::end(tx, proved.account, before);
        }
        begin(portal, tx, proved, &hash)
    })
    .await?;
    portal.by_network.finished(&proved.network);
    portal.by_account.finished(&proved.address);
    Ok((token, Box::new(signed_in)))
}

/// The same answer for a wrong password, an unknown address and an initial password that has ended.
async fn refuse(portal: &Portal, now_ms: u64, known: &Known) -> Result<Error, Error> {
    let (kind, account) = match known {
        Known::Good { account, .. } => (SecurityEventKind::SignInRefused, Some(*account)),
        Known::Expired(account) => (SecurityEventKind::InitialPasswordExpired, Some(*account)),
        Known::Locked(account) => (SecurityEventKind::SignInRefused, Some(*account)),
        Known::Nobody => (SecurityEventKind::SignInRefused, None),
    };
    record(portal, now_ms, kind, account).await?;
    Ok(Error::Refused(ProblemCode::SignInFailed))
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
    proved: &Proved,
    hash: &sessions::SessionHash,
) -> Result<SignedIn, Error> {
    let (id, now_ms) = (proved.account, portal.state.now_ms());
    let credential = tx.load::<Credential>(&[id.as_bytes()])?;
    // A password that was replaced meanwhile is no password any more.
    require(credential.is_some_and(|now| now.record == proved.record), ProblemCode::SignInFailed)?;
    require(!is_locked(tx, id)?, ProblemCode::SignInFailed)?;
    let account = Account { last_sign_in_ms: Some(now_ms), ..tx.need(&[id.as_bytes()])? };
    let bundle: Bundle = tx.need(&[id.as_bytes()])?;
    tx.save(&[id.as_bytes()], &account);
    let session = Session { account: id, signed_in_ms: now_ms, last_seen_ms: now_ms, resume_key: None };
    sessions::begin(tx, hash, &session, portal.state.config.sessions.per_account)?;
    events::record(tx, &mut *portal.state.rng(), now_ms, SecurityEventKind::SignedIn, Some(id), None);
    let password = bundle.wraps.iter().find(|wrap| wrap.kind == WrapKind::Password);
    let wrap = password.ok_or(Error::Internal("password wrap"))?;
    let standing = Standing::of(portal, tx, id, &account)?;
    Ok(SignedIn {
        session: info(id, &account, true, &standing),
        bundle: stored_bundle(&bundle),
        wrap: Wrap { kind: wrap.kind, sealed: B64(wrap.sealed.to_vec()) },
    })
}

/// The record of an address, if somebody may sign in with it, and its credential identifier. For an unknown
/// address the same keys are read, and nothing is there.
async fn find(portal: &Portal, address: &Address, now_ms: u64) -> Result<(Known, [u8; 32]), Error> {
    let unknown = portal.credential_id(address);
    let days = portal.state.limits().initial_password_days;
    transact(&*portal.state.store, |tx| {
        let index = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])?;
        let id = index.map_or(nobody(&unknown), |index| index.account);
        let account = tx.load::<Account>(&[id.as_bytes()])?;
        let credential = tx.load::<Credential>(&[id.as_bytes()])?;
        let locked = is_locked(tx, id)?;
        let Some((account, credential)) = account.zip(credential) else {
            return Ok((Known::Nobody, unknown));
        };
        let credential_id = credential.credential_id.as_slice().try_into();
        let credential_id = credential_id.map_err(|_| Error::Internal("credential id"))?;
        let too_old = initial_password_ends_ms(&account, days).is_some_and(|ends_ms| now_ms >= ends_ms);
        let known = if locked {
            Known::Locked(id)
        } else if too_old {
            Known::Expired(id)
        } else {
            Known::Good { account: id, record: credential.record }
        };
        Ok((known, credential_id))
    })
    .await
}

/// An account that is none.
fn nobody(credential_id: &[u8; 32]) -> AccountId {
    AccountId::from_bytes(credential_id.first_chunk().copied().unwrap_or_default())
}
