//! What an account is made of, and the changes that its owner makes: new keys, a new password, a new bundle.

use super::certificates::{self, newest, parse_certificate, refused};
use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::events;
use crate::store::models::{Records, directory, mailbox, sessions};
use crate::store::{Tx, transact};
use crypto_core::auth::Record;
use crypto_core::certificate::{Certificate, Entry, Reason, Role, Signer, admit};
use crypto_core::wire::api::{
    Event, Language, NewAccount, RegistrationAnswer, RegistrationStart, ReplaceBundle, Rotate, StoredBundle,
    Wrap, WrapKind,
};
use crypto_core::wire::records::{
    Account, AddressIndex, Bundle, Closed, Colleague, Credential, RecoveryKey, Reset, SecurityEventKind,
    StoredWrap,
};
use crypto_core::wire::{AccountId, Address, B64, ProblemCode, limits};
use minicbor::bytes::ByteVec;
use std::collections::BTreeSet;

/// A new account of right form; its certificate is not yet admitted.
pub struct Draft {
    /// Canonical.
    pub address: Address,
    /// Its certificate.
    pub certificate: Entry,
    mail_address: Option<String>,
    language: Language,
    record: ByteVec,
    bundle: Bundle,
}

impl Draft {
    /// Checks the form of everything that a browser made for a new account.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(new: &NewAccount) -> Result<Self, Error> {
        let address = parse_address(&new.address)?;
        let certificate = parse_certificate(&new.certificate)?;
        require(certificate.address() == Some(address.as_str()), ProblemCode::CertificateRefused)?;
        require(new.bundle.revision == 1, ProblemCode::Malformed)?;
        let bundle = check_bundle(&new.bundle, &new.wraps)?;
        let deliverable = Address::deliverable(&new.address).ok();
        Ok(Self {
            mail_address: deliverable.filter(|it| it != address.as_str()),
            address,
            certificate,
            language: new.language,
            record: check_record(&new.record)?,
            bundle,
        })
    }

    /// Its certificate.
    ///
    /// # Errors
    /// [`ProblemCode::CertificateRefused`] if it is a statement.
    pub fn certificate(&self) -> Result<&Certificate, Error> {
        self.certificate.certificate().ok_or_else(refused)
    }

    /// Enters certificate, account, record and bundle. The certificate has been admitted.
    ///
    /// # Errors
    /// [`ProblemCode::AddressTaken`]; [`ProblemCode::CertificateRefused`] if the account's number is taken.
    pub fn enter(
        &self,
        tx: &mut Tx<'_>,
        invited_by: Option<AccountId>,
        credential_id: &[u8; 32],
        now_ms: u64,
    ) -> Result<Account, Error> {
        let address = self.address.as_str();
        let body = self.certificate()?.body();
        let id = body.account;
        require(tx.load::<AddressIndex>(&[address.as_bytes()])?.is_none(), ProblemCode::AddressTaken)?;
        let is_known =
            tx.load::<Account>(&[id.as_bytes()])?.is_some() || tx.load::<Closed>(&[id.as_bytes()])?.is_some();
        require(!is_known, ProblemCode::CertificateRefused)?;
        let account = Account {
            address: address.to_owned(),
            role: body.role,
            language: self.language,
            certificate: self.certificate.fingerprint(),
            provisional: body.provisional,
            initial_password: body.provisional,
            password_set_ms: now_ms,
            created_ms: now_ms,
            invited_by,
            first_sign_in_ms: (!body.provisional).then_some(now_ms),
            last_sign_in_ms: None,
            reminders: None,
            mail_address: self.mail_address.clone(),
        };
        let credential =
            Credential { record: self.record.clone(), credential_id: credential_id.to_vec().into() };
        tx.save(&[id.as_bytes()], &account);
        tx.save(&[address.as_bytes()], &AddressIndex { account: id });
        tx.save(&[id.as_bytes()], &credential);
        tx.save(&[id.as_bytes()], &self.bundle);
        if is_colleague(body.role) {
            tx.save(&[id.as_bytes()], &Colleague { since_ms: now_ms });
        }
        certificates::enter(tx, &self.certificate, now_ms)?;
        Ok(account)
    }
}

/// Whether every colleague may write to somebody of this role.
pub const fn is_colleague(role: Role) -> bool {
    matches!(role, Role::Administrator | Role::Staff)
}

/// An address as a person typed it.
///
/// # Errors
/// [`ProblemCode::AddressInvalid`].
pub fn parse_address(text: &str) -> Result<Address, Error> {
    Address::parse(text).map_err(|_| Error::Refused(ProblemCode::AddressInvalid))
}

/// Answers the registration of a new password for the caller.
///
/// # Errors
/// [`ProblemCode::FreshSignInNeeded`], [`ProblemCode::Malformed`].
pub async fn start_password(
    portal: &Portal,
    caller: &Caller,
    body: RegistrationStart,
) -> Result<RegistrationAnswer, Error> {
    require(caller.fresh, ProblemCode::FreshSignInNeeded)?;
    let credential =
        transact(&*portal.state.store, |tx| Ok::<_, Error>(tx.need::<Credential>(&[caller.id.as_bytes()])?))
            .await?;
    let credential_id = credential.credential_id.as_slice().try_into();
    answer_registration(
        portal,
        &body.registration_request,
        credential_id.map_err(|_| Error::Internal("credential id"))?,
    )
}

/// Answers a registration.
///
/// # Errors
/// [`ProblemCode::Malformed`].
pub fn answer_registration(
    portal: &Portal,
    request: &B64,
    credential_id: &[u8; 32],
) -> Result<RegistrationAnswer, Error> {
    let response = portal.opaque().registration_response(&request.0, credential_id);
    let response = response.map_err(|_| Error::Refused(ProblemCode::Malformed))?;
    Ok(RegistrationAnswer { registration_response: B64(response.into_bytes()) })
}

/// Replaces keys, and perhaps the password, in one step.
///
/// # Errors
/// [`ProblemCode::BundleStale`], [`ProblemCode::CertificateRefused`], [`ProblemCode::FreshSignInNeeded`],
/// [`ProblemCode::Malformed`].
pub async fn rotate(portal: &Portal, caller: &Caller, body: Rotate) -> Result<(), Error> {
    let entry = parse_certificate(&body.certificate)?;
    let bundle = check_bundle(&body.bundle, &body.wraps)?;
    let record = body.record.as_ref().map(check_record).transpose()?;
    require(record.is_none() || caller.fresh, ProblemCode::FreshSignInNeeded)?;
    let now_ms = portal.state.now_ms();
    let (told, ended) = transact(&*portal.state.store, |tx| {
        let account = advance_bundle(tx, caller.id, body.expected_revision, bundle.clone())?;
        keeps_recovery(tx, caller.id, &bundle)?;
        admit_rotation(tx, caller.id, &account, &entry, record.is_none())?;
        certificates::enter(tx, &entry, now_ms)?;
        let mut ended = Vec::new();
        if let Some(record) = &record {
            let credential: Credential = tx.need(&[caller.id.as_bytes()])?;
            tx.save(&[caller.id.as_bytes()], &Credential { record: record.clone(), ..credential });
            ended = sessions::end_others(tx, caller.id, &caller.session)?;
        }
        let told = to_be_told(tx, caller.id, &account, record.is_some())?;
        let mut happened = |kind| {
            events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(caller.id), None);
        };
        happened(SecurityEventKind::KeysRotated);
        if record.is_some() {
            happened(SecurityEventKind::PasswordReplaced);
        }
        tx.save(&[caller.id.as_bytes()], &rotated(account, &entry, record.is_some(), now_ms));
        Ok::<_, Error>((told, ended))
    })
    .await?;
    for contact in told {
        portal.state.tell(contact, Event::Contact { account: caller.id });
    }
    if !ended.is_empty() {
        portal.state.tell(caller.id, Event::SessionEnded);
    }
    Ok(())
}

/// Whose clients are told of somebody's new keys: the inviter's; after a reset also those of everybody who can
/// make earlier messages accessible again.
fn to_be_told(
    tx: &mut Tx<'_>,
    id: AccountId,
    account: &Account,
    own_password: bool,
) -> Result<BTreeSet<AccountId>, Error> {
    let mut told: BTreeSet<AccountId> = account.invited_by.into_iter().collect();
    if own_password && tx.load::<Reset>(&[id.as_bytes()])?.is_some() {
        told.extend(mailbox::acquaintances(tx, id)?.into_iter().map(|(other, _)| other));
    }
    Ok(told)
}

/// Replaces the bundle under the same bundle key.
///
/// # Errors
/// [`ProblemCode::BundleStale`], [`ProblemCode::Malformed`].
pub async fn replace_bundle(portal: &Portal, caller: &Caller, body: ReplaceBundle) -> Result<(), Error> {
    let sealed = check_sealed(&body.bundle.sealed, limits::BUNDLE_BYTES)?;
    transact(&*portal.state.store, |tx| {
        let wraps = tx.need::<Bundle>(&[caller.id.as_bytes()])?.wraps;
        let bundle = Bundle { revision: body.bundle.revision, sealed: sealed.clone(), wraps };
        advance_bundle(tx, caller.id, body.expected_revision, bundle).map(|_| ())
    })
    .await
}

/// Compare-and-swap on the revision.
pub(super) fn advance_bundle(
    tx: &mut Tx<'_>,
    id: AccountId,
    expected: u64,
    bundle: Bundle,
) -> Result<Account, Error> {
    let kept: Bundle = tx.need(&[id.as_bytes()])?;
    let follows = kept.revision == expected && expected.checked_add(1) == Some(bundle.revision);
    require(follows, ProblemCode::BundleStale)?;
    tx.save(&[id.as_bytes()], &bundle);
    Ok(tx.need::<Account>(&[id.as_bytes()])?)
}

/// A new bundle key is sealed to the recovery code too, if there is one.
pub(super) fn keeps_recovery(tx: &mut Tx<'_>, id: AccountId, bundle: &Bundle) -> Result<(), Error> {
    let has_code = tx.load::<RecoveryKey>(&[id.as_bytes()])?.is_some();
    let has_wrap = bundle.wraps.iter().any(|wrap| wrap.kind == WrapKind::Recovery);
    require(has_code == has_wrap, ProblemCode::Malformed)
}

/// *Rotated*, by the newest keys of the same account, and provisional exactly while the password is the initial one.
pub(super) fn admit_rotation(
    tx: &mut Tx<'_>,
    id: AccountId,
    account: &Account,
    entry: &Entry,
    keeps_password: bool,
) -> Result<(), Error> {
    let history = newest(tx, &directory::Subject::Address(account.address.clone()))?.ok_or_else(refused)?;
    let live = history.certificate().ok_or_else(refused)?;
    let body = entry.certificate().ok_or_else(refused)?.body();
    let right = body.reason == Reason::Rotated
        && body.account == id
        && body.address == account.address
        && body.provisional == (account.initial_password && keeps_password);
    require(right, ProblemCode::CertificateRefused)?;
    admit(entry, Some(&history), Signer::Certificate(live)).map_err(|_| refused())
}

pub(super) fn rotated(account: Account, entry: &Entry, new_password: bool, now_ms: u64) -> Account {
    let initial_password = account.initial_password && !new_password;
    Account {
        certificate: entry.fingerprint(),
        provisional: initial_password,
        initial_password,
        password_set_ms: if new_password { now_ms } else { account.password_set_ms },
        first_sign_in_ms: account.first_sign_in_ms.or(Some(now_ms)),
        ..account
    }
}

pub(super) fn check_record(record: &B64) -> Result<ByteVec, Error> {
    let record = Record::parse(&record.0).map_err(|_| Error::Refused(ProblemCode::Malformed))?;
    Ok(record.into_bytes().into())
}

pub(super) fn check_bundle(bundle: &StoredBundle, wraps: &[Wrap]) -> Result<Bundle, Error> {
    let kinds = |kind| wraps.iter().filter(|wrap| wrap.kind == kind).count();
    let right =
        kinds(WrapKind::Password) == 1 && kinds(WrapKind::Recovery) <= 1 && kinds(WrapKind::Resume) == 0;
    require(right, ProblemCode::Malformed)?;
    let wraps = wraps
        .iter()
        .map(|wrap| {
            Ok(StoredWrap { kind: wrap.kind, sealed: check_sealed(&wrap.sealed, limits::WRAP_BYTES)? })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Bundle {
        revision: bundle.revision,
        sealed: check_sealed(&bundle.sealed, limits::BUNDLE_BYTES)?,
        wraps,
    })
}

pub(super) fn check_sealed(sealed: &B64, most: usize) -> Result<ByteVec, Error> {
    require((1..=most).contains(&sealed.0.len()), ProblemCode::Malformed)?;
    Ok(sealed.0.clone().into())
}
