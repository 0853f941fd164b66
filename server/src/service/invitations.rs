//! Invitations: a mailbox that the inviter's browser made, and the initial e-mail.

use super::accounts::{Draft, answer_registration, is_colleague, parse_address};
use super::certificates::{newest, refused, subject};
use super::duties::initial_password_ends_ms;
use super::sessions::Caller;
use super::{DAY_MS, Error, Portal, outbox, people, require, usage};
use crate::events;
use crate::notify::{Notice, enqueue};
use crate::store::models::{Records, newest_first, tail};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Reason, Role, Signer, admit};
use crypto_core::wire::api::{
    Invitation, InvitationFinish, InvitationList, InvitationStart, RegistrationAnswer,
};
use crypto_core::wire::records::{
    Account, AddressIndex, InvitationIndex, MailTemplate, SecurityEventKind, Usage,
};
use crypto_core::wire::{AccountId, ProblemCode};

/// Invitations that a list shows.
const LISTED: usize = 1000;

/// Answers the registration of the initial password.
///
/// # Errors
/// [`ProblemCode::Forbidden`], [`ProblemCode::AddressInvalid`], [`ProblemCode::AddressTaken`],
/// [`ProblemCode::Malformed`], [`ProblemCode::InvitationsSpent`].
pub async fn start(
    portal: &Portal,
    caller: &Caller,
    body: InvitationStart,
) -> Result<RegistrationAnswer, Error> {
    require(may_invite(caller.account.role, body.role), ProblemCode::Forbidden)?;
    let address = parse_address(&body.address)?;
    transact(&*portal.state.store, |tx| {
        usage_with_one_more(portal, tx, caller.id)?;
        let taken = tx.load::<AddressIndex>(&[address.as_str().as_bytes()])?.is_some();
        require(!taken, ProblemCode::AddressTaken)
    })
    .await?;
    answer_registration(portal, &body.registration_request, &portal.credential_id(&address))
}

/// Opens the mailbox. The initial e-mail leaves.
///
/// # Errors
/// As [`start`], and [`ProblemCode::CertificateRefused`].
pub async fn finish(portal: &Portal, caller: &Caller, body: InvitationFinish) -> Result<(), Error> {
    require(is_colleague(caller.account.role), ProblemCode::Forbidden)?;
    let draft = Draft::check(&body.account)?;
    let certificate = draft.certificate()?.body();
    require(may_invite(caller.account.role, certificate.role), ProblemCode::Forbidden)?;
    let right = certificate.reason == Reason::Issued && certificate.provisional;
    require(right, ProblemCode::CertificateRefused)?;
    let invited = certificate.account;
    let credential_id = portal.credential_id(&draft.address);
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let usage = usage_with_one_more(portal, tx, caller.id)?;
        tx.save(&[caller.id.as_bytes()], &usage);
        let taken = tx.load::<AddressIndex>(&[draft.address.as_str().as_bytes()])?.is_some();
        require(!taken, ProblemCode::AddressTaken)?;
        admit_issued(tx, caller, &draft)?;
        let account = draft.enter(tx, Some(caller.id), &credential_id, now_ms)?;
        let index: [&[u8]; 3] = [caller.id.as_bytes(), &newest_first(now_ms), invited.as_bytes()];
        tx.save(&index, &InvitationIndex { invited_ms: now_ms });
        let notice = Notice {
            account: invited,
            address: &account.address,
            language: account.language,
            template: MailTemplate::Initial,
            signed_in_before: false,
        };
        enqueue(tx, now_ms, &notice)?;
        let kind = SecurityEventKind::Invited;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(invited), Some(caller.id));
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.mailer.wake();
    Ok(())
}

/// Whom the caller invited, newest first.
///
/// # Errors
/// The store's.
pub async fn list(portal: &Portal, caller: &Caller) -> Result<InvitationList, Error> {
    transact(&*portal.state.store, |tx| {
        let mut invitations = Vec::new();
        for (key, index) in tx.list::<InvitationIndex>(&[caller.id.as_bytes()], None, LISTED)? {
            let id = AccountId::from_bytes(tail(&key)?);
            let Some(account) = tx.load::<Account>(&[id.as_bytes()])? else { continue };
            let days = portal.state.limits().initial_password_days;
            let initial_password_ends_at_ms = initial_password_ends_ms(&account, days);
            invitations.push(Invitation {
                account: id,
                address: account.address,
                role: account.role,
                invited_at_ms: index.invited_ms,
                first_sign_in_at_ms: account.first_sign_in_ms,
                mail_failed_at_ms: outbox::failed_ms(tx, id)?,
                initial_password_ends_at_ms,
            });
        }
        Ok(InvitationList { invitations })
    })
    .await
}

const fn may_invite(inviter: Role, invited: Role) -> bool {
    match invited {
        Role::Partner => matches!(inviter, Role::Administrator | Role::Staff),
        Role::Staff | Role::Administrator => matches!(inviter, Role::Administrator),
        _ => false,
    }
}

/// The certificate follows the history of the address and is signed by the caller's own newest keys, of an
/// administrator by the root.
fn admit_issued(tx: &mut Tx<'_>, caller: &Caller, draft: &Draft) -> Result<(), Error> {
    let issuer = people::signer(tx, caller, draft.certificate()?.body().role)?;
    let before = newest(tx, &subject(&draft.certificate)?)?;
    admit(&draft.certificate, before.as_ref(), Signer::Certificate(&issuer)).map_err(|_| refused())
}

fn usage_with_one_more(portal: &Portal, tx: &mut Tx<'_>, inviter: AccountId) -> Result<Usage, Error> {
    let now_ms = portal.state.now_ms();
    let today = now_ms / DAY_MS;
    let usage = usage::load(tx, inviter)?;
    let so_far = if usage.invitations_day == today { usage.invitations } else { 0 };
    if so_far >= portal.state.limits().invitations_per_day {
        return Err(Error::Refused(ProblemCode::InvitationsSpent));
    }
    Ok(Usage { invitations_day: today, invitations: so_far + 1, ..usage })
}
