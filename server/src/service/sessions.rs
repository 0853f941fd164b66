//! Sessions: who is calling, for how long, and the resume key that lives and dies with the session.

use super::duties::Standing;
use super::people::is_locked;
use super::{Error, MINUTE_MS, Portal, require};
use crate::store::models::{Records, sessions};
use crate::store::transact;
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::CryptoRng;
use crypto_core::auth::{session_id, unwrap_resume_key, wrap_resume_key};
use crypto_core::wire::api::{
    Event, ResumeKey, Resumed, SessionEntry, SessionInfo, SessionList, StoredBundle,
};
use crypto_core::wire::records::{Account, Bundle, Session};
use crypto_core::wire::{AccountId, B64, ProblemCode, SessionId};
use minicbor::bytes::ByteVec;
use zeroize::Zeroizing;

pub use crate::store::models::sessions::SessionHash;

/// A sign-in counts as fresh for so long.
const FRESH_MS: u64 = 10 * MINUTE_MS;
/// The last request is noted at most so often.
const SLIDE_MS: u64 = MINUTE_MS;

/// What the cookie holds.
pub struct Token(Zeroizing<[u8; 32]>);

impl Token {
    /// A fresh one.
    pub fn make(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut token = Zeroizing::new([0; 32]);
        rng.fill_bytes(token.as_mut_slice());
        Self(token)
    }

    /// From its text, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let mut token = Zeroizing::new([0; 32]);
        let read = Base64UrlUnpadded::decode(text, token.as_mut_slice()).ok()?.len();
        (read == token.len()).then_some(Self(token))
    }

    /// Its text.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(Base64UrlUnpadded::encode_string(self.0.as_slice()))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Who calls, by a valid session.
pub struct Caller {
    /// Whose session it is.
    pub id: AccountId,
    /// As it was when the request came.
    pub account: Account,
    /// Which session.
    pub session: SessionHash,
    /// Whether the sign-in is young enough to replace the password.
    pub fresh: bool,
    /// What must be done before anything else, and what there is already.
    pub standing: Standing,
}

impl Caller {
    /// What the client is told of the session.
    pub fn info(&self) -> SessionInfo {
        info(self.id, &self.account, self.fresh, &self.standing)
    }
}

/// What a client is told of a session.
pub fn info(id: AccountId, account: &Account, fresh: bool, standing: &Standing) -> SessionInfo {
    SessionInfo {
        account: id,
        address: account.address.clone(),
        role: account.role,
        language: account.language,
        initial_password: account.initial_password,
        first_sign_in_done: account.first_sign_in_ms.is_some(),
        fresh,
        reminders: account.reminders.unwrap_or(true),
        second_factor: standing.second_factor,
        duty: standing.duty,
        initial_password_until_ms: standing.initial_password_until_ms,
    }
}

/// Who has the token, if its session is still good; notes that somebody is there.
///
/// # Errors
/// [`ProblemCode::NotSignedIn`].
pub async fn authenticate(portal: &Portal, token: &Token) -> Result<Caller, Error> {
    let hash = session_id(token.bytes());
    let now_ms = portal.state.now_ms();
    let caller = transact(&*portal.state.store, |tx| {
        let Some(session) = tx.load::<Session>(&[&hash])? else { return Ok(None) };
        let account = tx.load::<Account>(&[session.account.as_bytes()])?;
        let locked = is_locked(tx, session.account)?;
        let Some(account) = account.filter(|_| !locked && is_good(portal, &session, now_ms)) else {
            sessions::end(tx, session.account, &hash);
            return Ok(None);
        };
        let fresh = now_ms < session.signed_in_ms.saturating_add(FRESH_MS);
        let id = session.account;
        let standing = Standing::of(portal, tx, id, &account)?;
        if now_ms >= session.last_seen_ms.saturating_add(SLIDE_MS) {
            tx.save(&[&hash], &Session { last_seen_ms: now_ms, ..session });
        }
        Ok::<_, Error>(Some(Caller { id, account, session: hash, fresh, standing }))
    })
    .await?;
    caller.ok_or(Error::Refused(ProblemCode::NotSignedIn))
}

/// Whether a session still goes on; does not count as a request.
///
/// # Errors
/// The store's.
pub async fn goes_on(portal: &Portal, session: &SessionHash) -> Result<bool, Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let found = tx.load::<Session>(&[session])?;
        Ok(found.is_some_and(|session| is_good(portal, &session, now_ms)))
    })
    .await
}

/// What a client needs after a refresh.
///
/// # Errors
/// The store's.
pub async fn resume(portal: &Portal, caller: &Caller, token: &Token) -> Result<Resumed, Error> {
    let (bundle, session) = transact(&*portal.state.store, |tx| {
        let bundle: Bundle = tx.need(&[caller.id.as_bytes()])?;
        Ok::<_, Error>((bundle, tx.load::<Session>(&[&caller.session])?))
    })
    .await?;
    let wrapped = session.and_then(|session| session.resume_key);
    let resume_key = wrapped
        .map(|wrapped| unwrap_resume_key(token.bytes(), &wrapped))
        .transpose()
        .map_err(|_| Error::Internal("resume key"))?
        .map(|key| B64(key.expose().to_vec()));
    Ok(Resumed { session: caller.info(), bundle: stored_bundle(&bundle), resume_key })
}

/// Keeps a resume key with the session.
///
/// # Errors
/// [`ProblemCode::Malformed`] if it is not 32 bytes long.
pub async fn keep_resume_key(
    portal: &Portal,
    caller: &Caller,
    token: &Token,
    body: ResumeKey,
) -> Result<(), Error> {
    let key = Zeroizing::new(body.key.0);
    let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| Error::Refused(ProblemCode::Malformed))?;
    let wrapped = wrap_resume_key(token.bytes(), key, &mut *portal.state.rng());
    transact(&*portal.state.store, |tx| {
        let session =
            tx.load::<Session>(&[&caller.session])?.ok_or(Error::Refused(ProblemCode::NotSignedIn))?;
        let resume_key = Some(ByteVec::from(wrapped.clone()));
        tx.save(&[&caller.session], &Session { resume_key, ..session });
        Ok(())
    })
    .await
}

/// Notes that somebody is there, to the moment, though nothing is asked for.
///
/// # Errors
/// The store's.
pub async fn stay(portal: &Portal, caller: &Caller) -> Result<(), Error> {
    let last_seen_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        if let Some(session) = tx.load::<Session>(&[&caller.session])? {
            tx.save(&[&caller.session], &Session { last_seen_ms, ..session });
        }
        Ok(())
    })
    .await
}

/// Where the caller is signed in, the latest first.
///
/// # Errors
/// The store's.
pub async fn list(portal: &Portal, caller: &Caller) -> Result<SessionList, Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let mut entries = Vec::new();
        for hash in sessions::of_account(tx, caller.id)? {
            let Some(session) = tx.load::<Session>(&[&hash])?.filter(|it| is_good(portal, it, now_ms)) else {
                continue;
            };
            entries.push(SessionEntry {
                session: name(&hash),
                begun_at_ms: session.signed_in_ms,
                last_seen_at_ms: session.last_seen_ms,
                current: hash == caller.session,
            });
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.begun_at_ms));
        Ok(SessionList { sessions: entries })
    })
    .await
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller has none of that name.
pub async fn end(portal: &Portal, caller: &Caller, session: SessionId) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        let found = sessions::of_account(tx, caller.id)?.into_iter().find(|hash| name(hash) == session);
        let hash = found.ok_or(Error::Refused(ProblemCode::NotFound))?;
        require(tx.load::<Session>(&[&hash])?.is_some(), ProblemCode::NotFound)?;
        sessions::end(tx, caller.id, &hash);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(caller.id, Event::SessionEnded);
    Ok(())
}

/// Ends all of the caller's sessions but this one.
///
/// # Errors
/// The store's.
pub async fn end_others(portal: &Portal, caller: &Caller) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        sessions::end_others(tx, caller.id, &caller.session)?;
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(caller.id, Event::SessionEnded);
    Ok(())
}

/// What its owner knows a session by.
fn name(hash: &SessionHash) -> SessionId {
    SessionId::from_bytes(hash.first_chunk().copied().unwrap_or_default())
}

/// Ends the session and what hangs on it.
///
/// # Errors
/// The store's.
pub async fn sign_out(portal: &Portal, caller: &Caller) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| {
        sessions::end(tx, caller.id, &caller.session);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(caller.id, Event::SessionEnded);
    Ok(())
}

/// A bundle as the wire has it.
pub fn stored_bundle(bundle: &Bundle) -> StoredBundle {
    StoredBundle { revision: bundle.revision, sealed: B64(bundle.sealed.to_vec()) }
}

fn is_good(portal: &Portal, session: &Session, now_ms: u64) -> bool {
    let idle_ms = u64::from(portal.state.config.sessions.idle_minutes) * MINUTE_MS;
    let longest_ms = u64::from(portal.state.config.sessions.longest_hours) * 60 * MINUTE_MS;
    now_ms < session.last_seen_ms.saturating_add(idle_ms)
        && now_ms < session.signed_in_ms.saturating_add(longest_ms)
}
