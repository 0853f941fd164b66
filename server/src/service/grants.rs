//! Grants: the content key of a message, sealed anew by one who holds it to somebody who does not, or not any
//! more. The server checks form, signature and who they are; whether the key is the right one only the receiver
//! can tell.
//!
//! | purpose | by | to |
//! | --- | --- | --- |
//! | restore | staff; for staff, their deputies | somebody whom the header names |
//! | deputy, hand over | staff | staff |

use super::accounts::is_colleague;
use super::sessions::Caller;
use super::{Error, Portal, certificates, require};
use crate::store::models::{Records, grants, mailbox};
use crate::store::{Tx, transact};
use crypto_core::certificate::Certificate;
use crypto_core::message::{Grant, Header, Purpose, RecipientRole};
use crypto_core::wire::api::{Event, Folder, GiveGrants, GivenGrant};
use crypto_core::wire::records::{Account, Holding, Message, MessageGrants, StoredGrant};
use crypto_core::wire::{AccountId, B64, MessageId, ProblemCode};
use std::collections::BTreeSet;

/// Grants in one request.
const BATCH: usize = 100;
/// Grants of a message.
const MOST: usize = 1000;

/// Keeps grants of a message, whose receivers hold it from now on. What was given before stays as it is.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the caller does not hold it; [`ProblemCode::Forbidden`],
/// [`ProblemCode::GrantRefused`], [`ProblemCode::RecipientUnknown`], [`ProblemCode::RecipientNotAllowed`],
/// [`ProblemCode::RecipientsTooMany`].
pub async fn give(portal: &Portal, caller: &Caller, id: MessageId, body: GiveGrants) -> Result<(), Error> {
    require(is_colleague(caller.account.role), ProblemCode::Forbidden)?;
    require((1..=BATCH).contains(&body.grants.len()), ProblemCode::Malformed)?;
    let parsed = body.grants.iter().map(|bytes| Ok((Grant::parse(&bytes.0)?, bytes.0.clone())));
    let parsed: Result<Vec<_>, crypto_core::message::GrantFormError> = parsed.collect();
    let parsed = parsed.map_err(|_| refused())?;
    let told = transact(&*portal.state.store, |tx| give_all(portal, tx, caller, id, &parsed)).await?;
    for (receiver, folder) in told {
        portal.state.tell(receiver, Event::Changed { folder });
    }
    Ok(())
}

fn give_all(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: MessageId,
    parsed: &[(Grant, Vec<u8>)],
) -> Result<Vec<(AccountId, Folder)>, Error> {
    let now_ms = portal.state.now_ms();
    let held = mailbox::held(tx, caller.id, id, now_ms)?;
    let (holding, mut message) = held.ok_or(Error::Refused(ProblemCode::NotFound))?;
    let header = Header::parse(&message.header).map_err(|_| Error::Internal("a stored header"))?;
    let granter: Account = tx.need(&[caller.id.as_bytes()])?;
    let granter = certificates::certificate(tx, &granter.certificate)?;
    let mut all = grants::of_message(tx, id)?;
    let mut told = Vec::new();
    for (grant, bytes) in parsed {
        let receiver = check(tx, caller, &header, &granter, grant)?;
        let folder = folder_of(&header, grant, receiver, &holding);
        grants::add(
            &mut all,
            StoredGrant {
                granter: caller.id,
                receiver,
                certificate: grant.body().receiver,
                given_ms: now_ms,
                signed: bytes.clone().into(),
            },
        );
        take_in(tx, receiver, id, folder, &mut message)?;
        told.push((receiver, folder));
    }
    require(all.len() <= MOST, ProblemCode::RecipientsTooMany)?;
    for (receiver, _) in &told {
        introduce(tx, &all, &header, *receiver)?;
    }
    tx.save(&[id.as_bytes()], &MessageGrants { grants: all });
    tx.save(&[id.as_bytes()], &message);
    Ok(told)
}

/// The receiver of a grant that is right as far as the server can tell.
fn check(
    tx: &mut Tx<'_>,
    caller: &Caller,
    header: &Header,
    granter: &Certificate,
    grant: &Grant,
) -> Result<AccountId, Error> {
    let right = grant.is_of(header) && grant.verify(granter).is_ok();
    require(right, ProblemCode::GrantRefused)?;
    let unknown = || Error::Refused(ProblemCode::RecipientUnknown);
    let entry = crate::store::models::directory::by_fingerprint(tx, &grant.body().receiver)?;
    let entry = certificates::stored(&entry.ok_or_else(unknown)?.signed)?;
    let certificate = entry.certificate().ok_or_else(unknown)?;
    let receiver = certificate.body().account;
    let account = tx.load::<Account>(&[receiver.as_bytes()])?.ok_or_else(unknown)?;
    let current = account.certificate == grant.body().receiver && !account.provisional;
    require(current, ProblemCode::RecipientUnknown)?;
    let allowed = receiver != caller.id
        && match grant.body().purpose {
            Purpose::Restore => {
                is_named(header, receiver)
                    && (!is_colleague(account.role) || is_deputy(certificate, caller.id))
            }
            Purpose::Deputy | Purpose::HandOver => is_colleague(account.role),
        };
    require(allowed, ProblemCode::RecipientNotAllowed)?;
    Ok(receiver)
}

fn is_named(header: &Header, account: AccountId) -> bool {
    header.sender() == account || header.recipients().iter().any(|it| it.account == account)
}

/// Whether a certificate names somebody as a deputy, for whatever time.
pub fn is_deputy(owner: &Certificate, deputy: AccountId) -> bool {
    owner.body().deputies.iter().flatten().any(|it| it.account == deputy)
}

/// Restored, a message is where it was; granted to another, where the granter has it.
fn folder_of(header: &Header, grant: &Grant, receiver: AccountId, granters: &Holding) -> Folder {
    if grant.body().purpose != Purpose::Restore {
        return granters.folder;
    }
    let mut roles = header.recipients().iter().filter(|it| it.account == receiver).map(|it| it.role);
    if roles.any(|role| role != RecipientRole::Own) { Folder::Inbox } else { Folder::Sent }
}

fn take_in(
    tx: &mut Tx<'_>,
    receiver: AccountId,
    id: MessageId,
    folder: Folder,
    message: &mut Message,
) -> Result<(), Error> {
    if tx.load::<Holding>(&[receiver.as_bytes(), id.as_bytes()])?.is_none() {
        mailbox::hold(tx, receiver, id, folder, message);
    }
    if !message.holders.contains(&receiver) {
        message.holders.push(receiver);
    }
    Ok(())
}

/// The receiver may see the chains of all who stand in the way from the header to the grant, and of those who
/// are in the header.
fn introduce(
    tx: &mut Tx<'_>,
    all: &[StoredGrant],
    header: &Header,
    receiver: AccountId,
) -> Result<(), Error> {
    let named = accounts(header);
    let chain = grants::chain(all.to_vec(), receiver, &named);
    let others: BTreeSet<AccountId> = chain.iter().map(|grant| grant.granter).collect();
    for other in others.into_iter().filter(|other| *other != receiver) {
        mailbox::read_together(tx, receiver, other)?;
    }
    Ok(())
}

/// What a holder needs to open a message by grants.
///
/// # Errors
/// The store's.
pub fn for_holder(
    tx: &mut Tx<'_>,
    holder: AccountId,
    id: MessageId,
    header: &[u8],
) -> Result<Vec<GivenGrant>, Error> {
    let all = grants::of_message(tx, id)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let header = Header::parse(header).map_err(|_| Error::Internal("a stored header"))?;
    let chain = grants::chain(all, holder, &accounts(&header));
    Ok(chain.into_iter().map(|it| GivenGrant { granter: it.granter, grant: B64(it.signed.into()) }).collect())
}

fn accounts(header: &Header) -> BTreeSet<AccountId> {
    header.recipients().iter().map(|it| it.account).collect()
}

const fn refused() -> Error {
    Error::Refused(ProblemCode::GrantRefused)
}
