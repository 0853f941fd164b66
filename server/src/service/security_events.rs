//! The security events as administrators see them.

use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::store::models::{Records, key};
use crate::store::{Scan, Tx, transact};
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{EndedAccount, SecurityEventEntry, SecurityEventPage};
use crypto_core::wire::records::{Closed, Record, SecurityEvent, SecurityEventKind};
use crypto_core::wire::{AccountId, ProblemCode};
use std::collections::BTreeSet;

/// Events of a page, and at most so many looked at for it.
const PAGE: usize = 50;
const LOOKED_AT: usize = 5_000;
const TIME_BYTES: usize = 8;
/// Time and eight random bytes.
const KEY_BYTES: usize = 16;

/// Which events are asked for.
pub struct Filter {
    /// Of one kind alone.
    pub kind: Option<SecurityEventKind>,
    /// About one account, or by it.
    pub account: Option<AccountId>,
}

impl Filter {
    fn admits(&self, event: &SecurityEvent) -> bool {
        self.kind.is_none_or(|kind| kind == event.kind)
            && self.account.is_none_or(|it| event.account == Some(it) || event.by == Some(it))
    }
}

/// Some events, newest first.
///
/// # Errors
/// [`ProblemCode::Forbidden`] to all but administrators; [`ProblemCode::Malformed`] for another cursor.
pub async fn page(
    portal: &Portal,
    caller: &Caller,
    before: Option<&str>,
    filter: &Filter,
) -> Result<SecurityEventPage, Error> {
    require(caller.account.role == Role::Administrator, ProblemCode::Forbidden)?;
    let before = before.map(cursor).transpose()?;
    let after = before.map(|before| key::<SecurityEvent>(&[&before]));
    let scan = Scan::of(key::<SecurityEvent>(&[]), LOOKED_AT).reversed().after(after);
    let found = transact(&*portal.state.store, |tx| Ok::<_, Error>(tx.scan(&scan)?)).await?;
    let all_seen = found.len() < LOOKED_AT;
    let (mut events, mut last, mut is_whole) = (Vec::new(), None, all_seen);
    for (key, bytes) in &found {
        if events.len() == PAGE {
            is_whole = false;
            break;
        }
        let own = key.get(1..).unwrap_or_default();
        last = Some(Base64UrlUnpadded::encode_string(own));
        let event = SecurityEvent::from_bytes(bytes).map_err(|_| Error::Internal("a stored event"))?;
        if filter.admits(&event) {
            let at_ms = own.first_chunk::<TIME_BYTES>().map_or(0, |time| u64::from_be_bytes(*time));
            let SecurityEvent { kind, account, by } = event;
            events.push(SecurityEventEntry { at_ms, kind, account, by });
        }
    }
    let named = events.iter().flat_map(|it| [it.account, it.by]).flatten().collect();
    let ended = transact(&*portal.state.store, |tx| ended(tx, &named)).await?;
    Ok(SecurityEventPage { events, ended, next: last.filter(|_| !is_whole) })
}

fn ended(tx: &mut Tx<'_>, named: &BTreeSet<AccountId>) -> Result<Vec<EndedAccount>, Error> {
    let mut ended = Vec::new();
    for account in named {
        if let Some(closed) = tx.load::<Closed>(&[account.as_bytes()])? {
            ended.push(EndedAccount { account: *account, address: closed.address });
        }
    }
    Ok(ended)
}

fn cursor(text: &str) -> Result<Vec<u8>, Error> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok().filter(|bytes| bytes.len() == KEY_BYTES);
    bytes.ok_or(Error::Refused(ProblemCode::Malformed))
}
