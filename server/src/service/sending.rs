//! The commit of a message: checked as a whole, then visible to everybody at once, or not at all.

use super::accounts::is_colleague;
use super::sessions::Caller;
use super::{DAY_MS, Error, Portal, certificates, contacts, deputies, drafts, require, uploads, usage};
use crate::blobs::{BlobError, BlobId};
use crate::notify::{Notice, enqueue};
use crate::store::models::{Records, mailbox};
use crate::store::{Tx, transact};
use crypto_core::message::{
    Header, HeaderError, MessageKind, PartDescriptor, Recipient, RecipientRole, SEALED_SIGNATURE_BYTES,
    ciphertext_bound,
};
use crypto_core::wire::api::{Commit, Committed, Event, Folder};
use crypto_core::wire::records::{Account, MailTemplate, Message, Part, Upload, UploadPart, Usage};
use crypto_core::wire::{AccountId, PartId, ProblemCode, UploadId};
use std::collections::BTreeMap;

/// What the check of a commit found.
struct Plan {
    upload: Upload,
    sender: Account,
    /// Everybody who will hold it, and in which folder.
    holders: BTreeMap<AccountId, (Account, Folder)>,
    /// Parts that this upload brings.
    fresh: Vec<PartDescriptor>,
    /// Parts of earlier messages.
    known: Vec<(PartId, Part)>,
    usage: Usage,
}

/// Makes a message visible.
///
/// # Errors
/// The codes of the API's head for this request.
pub async fn commit(
    portal: &Portal,
    caller: &Caller,
    id: UploadId,
    body: Commit,
) -> Result<Committed, Error> {
    let header = check_header(portal, caller, &body)?;
    let _guard = portal.state.blobs.exclusive(id).await;
    let plan = transact(&*portal.state.store, |tx| check(portal, tx, caller, id, &header)).await?;
    check_bytes(portal, id, &plan.fresh).await?;
    let (message, holders) = transact(&*portal.state.store, |tx| {
        let plan = check(portal, tx, caller, id, &header)?;
        deliver(portal, tx, caller, id, &header, &body, plan)
    })
    .await?;
    for (holder, folder) in holders {
        portal.state.tell(holder, Event::Mail { message: header.message(), folder });
    }
    if let Some(at) = body.draft {
        portal.state.tell(caller.id, Event::Drafts { draft: at.draft, revision: None });
    }
    portal.state.mailer.wake();
    Ok(Committed {
        message: header.message(),
        delivered_at_ms: message.delivered_ms,
        expires_at_ms: message.expires_ms,
    })
}

fn check_header(portal: &Portal, caller: &Caller, body: &Commit) -> Result<Header, Error> {
    let header = Header::parse(&body.header.0).map_err(|error| match error {
        HeaderError::RecipientsTooMany => ProblemCode::RecipientsTooMany,
        HeaderError::TooLarge => ProblemCode::MessageTooLarge,
        _ => ProblemCode::HeaderRefused,
    })?;
    let limits = portal.state.limits();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    require(header.kind() == MessageKind::Message, ProblemCode::HeaderRefused)?;
    require(body.signature.0.len() == SEALED_SIGNATURE_BYTES, ProblemCode::HeaderRefused)?;
    require(header.sender() == caller.id, ProblemCode::SenderForged)?;
    require(count(header.recipients().len()) <= limits.recipients, ProblemCode::RecipientsTooMany)?;
    require(count(header.blobs().len()) <= limits.attachments, ProblemCode::HeaderRefused)?;
    let bound = ciphertext_bound(limits.message_bytes);
    require(header.ciphertext_bytes() <= bound, ProblemCode::MessageTooLarge)?;
    Ok(header)
}

fn check(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UploadId,
    header: &Header,
) -> Result<Plan, Error> {
    let known = tx.load::<Message>(&[header.message().as_bytes()])?;
    require(known.is_none(), ProblemCode::AlreadyCommitted)?;
    let upload = uploads::own(portal, tx, caller, id)?;
    let sender: Account = tx.need(&[caller.id.as_bytes()])?;
    if let Some(owner) = header.on_behalf_of() {
        require(!deputies::has_resigned(tx, owner, caller.id)?, ProblemCode::SenderForged)?;
    }
    let holders = check_recipients(portal, tx, (caller.id, &sender), header)?;
    let (fresh, known) = check_parts(portal, tx, caller, id, header)?;
    let usage = check_quota(portal, tx, caller, &fresh)?;
    Ok(Plan { upload, sender, holders, fresh, known, usage })
}

fn check_recipients(
    portal: &Portal,
    tx: &mut Tx<'_>,
    sender: (AccountId, &Account),
    header: &Header,
) -> Result<BTreeMap<AccountId, (Account, Folder)>, Error> {
    let mut holders = BTreeMap::new();
    for recipient in header.recipients() {
        let account = check_recipient(portal, tx, sender, header, recipient)?;
        let folder = if recipient.role == RecipientRole::Own { Folder::Sent } else { Folder::Inbox };
        let holder = holders.entry(recipient.account).or_insert((account, folder));
        if folder == Folder::Inbox {
            holder.1 = folder;
        }
    }
    let partner =
        |(id, (account, _)): (&AccountId, &(Account, Folder))| *id != sender.0 && !is_colleague(account.role);
    require(holders.iter().filter(|holder| partner(*holder)).count() <= 1, ProblemCode::PartnersTooMany)?;
    Ok(holders)
}

fn check_recipient(
    portal: &Portal,
    tx: &mut Tx<'_>,
    sender: (AccountId, &Account),
    header: &Header,
    recipient: &Recipient,
) -> Result<Account, Error> {
    let account = tx.load::<Account>(&[recipient.account.as_bytes()])?;
    let allowed = match &account {
        Some(account) => {
            contacts::may_write(tx, sender, (recipient.account, account))?
                || is_deputy(portal, tx, sender, header, recipient)?
        }
        // A partner is not told who exists.
        None => is_colleague(sender.1.role),
    };
    require(allowed, ProblemCode::RecipientNotAllowed)?;
    let account = account.filter(|account| account.certificate == recipient.certificate);
    account.ok_or(Error::Refused(ProblemCode::RecipientUnknown))
}

/// Whether somebody stands in, by a certificate that is valid now, for one to whom the sender may write.
fn is_deputy(
    portal: &Portal,
    tx: &mut Tx<'_>,
    sender: (AccountId, &Account),
    header: &Header,
    deputy: &Recipient,
) -> Result<bool, Error> {
    if deputy.role != RecipientRole::Deputy {
        return Ok(false);
    }
    let now_ms = portal.state.now_ms();
    for owner in header.recipients().iter().filter(|owner| owner.role == RecipientRole::To) {
        let Some(account) = tx.load::<Account>(&[owner.account.as_bytes()])? else { continue };
        if !contacts::may_write(tx, sender, (owner.account, &account))? {
            continue;
        }
        if deputies::has_resigned(tx, owner.account, deputy.account)? {
            continue;
        }
        let certificate = certificates::certificate(tx, &account.certificate)?;
        let mut deputies = certificate.body().deputies.iter().flatten();
        if deputies.any(|it| it.account == deputy.account && it.from_ms <= now_ms && now_ms < it.until_ms) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Each part is complete in this upload, or stands in a message that the sender holds.
#[expect(clippy::type_complexity, reason = "the two kinds of parts, used once")]
fn check_parts(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UploadId,
    header: &Header,
) -> Result<(Vec<PartDescriptor>, Vec<(PartId, Part)>), Error> {
    let (mut fresh, mut known) = (Vec::new(), Vec::new());
    for wanted in header.parts() {
        let part = tx.load::<Part>(&[wanted.part.as_bytes()])?;
        let uploaded = tx.load::<UploadPart>(&[id.as_bytes(), wanted.part.as_bytes()])?;
        match (uploaded, part) {
            (Some(_), Some(_)) => return Err(Error::Refused(ProblemCode::PartNotYours)),
            (Some(uploaded), None) => {
                require(uploaded.received >= wanted.bytes, ProblemCode::PartMissing)?;
                require(uploaded.received == wanted.bytes, ProblemCode::PartMismatch)?;
                fresh.push(wanted.clone());
            }
            (None, Some(_)) => {
                let part = mailbox::readable_part(tx, caller.id, wanted.part, portal.state.now_ms())?;
                let part = part.ok_or(Error::Refused(ProblemCode::PartNotYours))?;
                require(part.bytes == wanted.bytes && part.hash == wanted.sha256, ProblemCode::PartMismatch)?;
                known.push((wanted.part, part));
            }
            (None, None) => return Err(Error::Refused(ProblemCode::PartMissing)),
        }
    }
    Ok((fresh, known))
}

fn check_quota(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    fresh: &[PartDescriptor],
) -> Result<Usage, Error> {
    let usage = usage::load(tx, caller.id)?;
    let stored_bytes = fresh.iter().fold(usage.stored_bytes, |sum, part| sum.saturating_add(part.bytes));
    require(stored_bytes <= portal.state.limits().storage_bytes, ProblemCode::QuotaReached)?;
    Ok(Usage { stored_bytes, ..usage })
}

/// The bytes that were uploaded are those that the header names.
async fn check_bytes(portal: &Portal, id: UploadId, fresh: &[PartDescriptor]) -> Result<(), Error> {
    for part in fresh {
        let blob = BlobId { upload: id, part: part.part };
        let found = match portal.state.blobs.fingerprint(blob, part.bytes).await {
            Ok(found) => found,
            Err(BlobError::Incomplete) => return Err(Error::Refused(ProblemCode::PartMissing)),
            Err(error) => return Err(error.into()),
        };
        require(found == part.sha256, ProblemCode::PartMismatch)?;
    }
    Ok(())
}

type Told = Vec<(AccountId, Folder)>;

fn deliver(
    portal: &Portal,
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UploadId,
    header: &Header,
    body: &Commit,
    plan: Plan,
) -> Result<(Message, Told), Error> {
    let now_ms = portal.state.now_ms();
    let retention_ms = u64::from(portal.state.limits().retention_days) * DAY_MS;
    let message = Message {
        header: body.header.0.clone().into(),
        signature: body.signature.0.clone().into(),
        sender: caller.id,
        delivered_ms: now_ms,
        expires_ms: now_ms + retention_ms,
        bytes: header.ciphertext_bytes(),
        parts: header.parts().map(|part| part.part).collect(),
        holders: plan.holders.keys().copied().collect(),
        recalled_ms: None,
    };
    tx.save(&[header.message().as_bytes()], &message);
    mailbox::expire_at(tx, header.message(), &message);
    save_parts(tx, id, caller.id, header, &plan);
    tx.save(&[caller.id.as_bytes()], &plan.usage);
    let moved = plan.fresh.iter().map(|part| part.part);
    drafts::sent(tx, id, &plan.upload, moved, body.draft.as_ref())?;
    for (holder, (account, folder)) in &plan.holders {
        mailbox::hold(tx, *holder, header.message(), *folder, &message);
        if *holder != caller.id {
            mailbox::wrote(tx, caller.id, *holder, now_ms)?;
            enqueue(tx, now_ms, &notice(*holder, account))?;
        }
    }
    introduce(tx, caller.id, &plan)?;
    Ok((message, plan.holders.into_iter().map(|(holder, (_, folder))| (holder, folder)).collect()))
}

fn save_parts(tx: &mut Tx<'_>, id: UploadId, owner: AccountId, header: &Header, plan: &Plan) {
    for part in &plan.fresh {
        let record = Part {
            upload: id,
            bytes: part.bytes,
            hash: part.sha256,
            messages: vec![header.message()],
            owner: Some(owner),
        };
        tx.save(&[part.part.as_bytes()], &record);
    }
    for (part, record) in &plan.known {
        let mut record = record.clone();
        record.messages.push(header.message());
        tx.save(&[part.as_bytes()], &record);
    }
}

fn notice(id: AccountId, account: &Account) -> Notice<'_> {
    Notice {
        account: id,
        address: &account.address,
        language: account.language,
        template: MailTemplate::NewMessage,
        signed_in_before: account.last_sign_in_ms.is_some(),
    }
}

/// A partner may see the chains of all who read the same message.
fn introduce(tx: &mut Tx<'_>, sender: AccountId, plan: &Plan) -> Result<(), Error> {
    let readers = || plan.holders.iter().filter(|(id, _)| **id != sender);
    if !is_colleague(plan.sender.role) {
        return Ok(());
    }
    let partner = readers().find(|(_, (account, _))| !is_colleague(account.role)).map(|(id, _)| *id);
    let Some(partner) = partner else { return Ok(()) };
    for (reader, _) in readers().filter(|(id, _)| **id != partner) {
        mailbox::read_together(tx, partner, *reader)?;
    }
    Ok(())
}
