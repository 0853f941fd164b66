//! A reset: new provisional keys and a new initial password, made in the browser of somebody who may issue them,
//! after a call back. Messages that were sealed to the old keys stay where they are, and are hidden from their holder
//! until somebody grants them (`restores`); drafts, which nobody else can open, go.

use super::accounts::{answer_registration, check_bundle, check_record, check_sealed, is_colleague};
use super::certificates::{self, newest, parse_certificate, refused, subject};
use super::people::signer;
use super::sessions::Caller;
use super::{Error, Portal, drafts, require, uploads};
use crate::events;
use crate::notify::{Notice, enqueue};
use crate::store::models::{Records, mailbox, sessions};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Entry, Reason, Role, Signer, admit};
use crypto_core::wire::api::{Event, ResetFinish, ResetStart, ResetStarted, StoredSettings};
use crypto_core::wire::records::{
    Account, Bundle, Credential, MailTemplate, PasswordRequest, RecoveryKey, Reset, RootShare,
    SecurityEventKind, Settings,
};
use crypto_core::wire::{AccountId, ProblemCode, limits};

/// Answers the registration of the new initial password.
///
/// # Errors
/// [`ProblemCode::NotFound`], [`ProblemCode::Forbidden`], [`ProblemCode::Malformed`].
pub async fn start(portal: &Portal, caller: &Caller, body: ResetStart) -> Result<ResetStarted, Error> {
    let (credential, bundle, settings) = transact(&*portal.state.store, |tx| {
        account(tx, caller, body.account)?;
        let key = body.account;
        let settings = tx.load::<Settings>(&[key.as_bytes()])?.map_or(0, |settings| settings.revision);
        let credential: Credential = tx.need(&[key.as_bytes()])?;
        Ok::<_, Error>((credential, tx.need::<Bundle>(&[key.as_bytes()])?, settings))
    })
    .await?;
    let credential_id = credential.credential_id.as_slice().try_into();
    let credential_id = credential_id.map_err(|_| Error::Internal("credential id"))?;
    let answer = answer_registration(portal, &body.registration_request, credential_id)?;
    Ok(ResetStarted {
        registration_response: answer.registration_response,
        revision: bundle.revision,
        settings_revision: settings,
    })
}

/// Puts new keys and a new initial password in the place of those that are lost. The person is told by e-mail.
///
/// # Errors
/// As [`start`], and [`ProblemCode::CertificateRefused`], [`ProblemCode::BundleStale`].
pub async fn finish(portal: &Portal, caller: &Caller, body: ResetFinish) -> Result<(), Error> {
    require(is_colleague(caller.account.role), ProblemCode::Forbidden)?;
    let id = body.account;
    let entry = parse_certificate(&body.certificate)?;
    let bundle = check_bundle(&body.bundle, &body.wraps)?;
    require(bundle.wraps.len() == 1, ProblemCode::Malformed)?;
    let record = check_record(&body.record)?;
    let now_ms = portal.state.now_ms();
    let unneeded = transact(&*portal.state.store, |tx| {
        let account = account(tx, caller, id)?;
        admit_reset(tx, caller, &account, id, &entry)?;
        certificates::enter(tx, &entry, now_ms)?;
        let before: Bundle = tx.need(&[id.as_bytes()])?;
        require(before.revision.checked_add(1) == Some(bundle.revision), ProblemCode::BundleStale)?;
        tx.save(&[id.as_bytes()], &bundle);
        replace_settings(tx, id, body.settings.as_ref())?;
        let credential: Credential = tx.need(&[id.as_bytes()])?;
        tx.save(&[id.as_bytes()], &Credential { record: record.clone(), ..credential });
        tx.save(&[id.as_bytes()], &Reset { at_ms: now_ms, by: caller.id });
        tx.erase::<RecoveryKey>(&[id.as_bytes()]);
        tx.erase::<PasswordRequest>(&[id.as_bytes()]);
        // It was sealed to the keys that are lost.
        tx.erase::<RootShare>(&[id.as_bytes()]);
        sessions::end_all(tx, id)?;
        let notice = Notice {
            account: id,
            address: &account.address,
            language: account.language,
            template: MailTemplate::Reset,
            signed_in_before: true,
        };
        enqueue(tx, now_ms, &notice)?;
        let kind = SecurityEventKind::Reset;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(id), Some(caller.id));
        let certificate = entry.fingerprint();
        let account = Account {
            certificate,
            provisional: true,
            initial_password: true,
            password_set_ms: now_ms,
            first_sign_in_ms: None,
            ..account
        };
        tx.save(&[id.as_bytes()], &account);
        Ok::<_, Error>(drafts::remove_all(tx, id)?)
    })
    .await?;
    uploads::delete_bytes(portal, &unneeded).await?;
    portal.state.mailer.wake();
    portal.state.tell(id, Event::SessionEnded);
    Ok(())
}

/// What the old keys sealed gives way to empty settings under the new ones, so that no device takes their
/// absence for a roll-back.
fn replace_settings(tx: &mut Tx<'_>, id: AccountId, new: Option<&StoredSettings>) -> Result<(), Error> {
    let before = tx.load::<Settings>(&[id.as_bytes()])?.map(|settings| settings.revision);
    let Some(before) = before else { return require(new.is_none(), ProblemCode::SettingsStale) };
    let new = new.filter(|new| before.checked_add(1) == Some(new.revision));
    let new = new.ok_or(Error::Refused(ProblemCode::SettingsStale))?;
    let sealed = check_sealed(&new.sealed, limits::SETTINGS_BYTES)?;
    tx.save(&[id.as_bytes()], &Settings { revision: new.revision, sealed });
    Ok(())
}

/// An account that the caller may reset.
fn account(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Account, Error> {
    let found = tx.load::<Account>(&[id.as_bytes()])?;
    let colleague = is_colleague(caller.account.role);
    require(colleague, ProblemCode::Forbidden)?;
    let account = found.ok_or(Error::Refused(ProblemCode::NotFound))?;
    let may = match account.role {
        Role::Partner => may_answer_for(tx, caller, id, &account)?,
        Role::Staff => caller.account.role == Role::Administrator,
        // Signed by the root, whose seed another administrator must have.
        Role::Administrator => caller.account.role == Role::Administrator && caller.id != id,
        _ => false,
    };
    require(may, ProblemCode::Forbidden)?;
    Ok(account)
}

/// Whether a colleague is one who may speak for a partner: an administrator, the inviter, or one who shares mail with
/// them.
pub(super) fn may_answer_for(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AccountId,
    partner: &Account,
) -> Result<bool, Error> {
    Ok(caller.account.role == Role::Administrator
        || partner.invited_by == Some(caller.id)
        || mailbox::acquaintance(tx, caller.id, id)?.is_some())
}

/// *Reset*, by the caller's own newest keys; of an administrator, by the root's.
fn admit_reset(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    id: AccountId,
    entry: &Entry,
) -> Result<(), Error> {
    let body = entry.certificate().ok_or_else(refused)?.body();
    let right = body.reason == Reason::Reset && body.account == id && body.address == account.address;
    require(right, ProblemCode::CertificateRefused)?;
    let issuer = signer(tx, caller, account.role)?;
    let before = newest(tx, &subject(entry)?)?;
    admit(entry, before.as_ref(), Signer::Certificate(&issuer)).map_err(|_| refused())
}
