//! Set-up: the one-time link, and organisation, root, policy and first administrator in one step; and a link for
//! whoever has the printed copy of the organisation's key, when no administrator can sign in any more.

use super::accounts::{Draft, answer_registration, parse_address};
use super::certificates::{self, parse_certificate, refused};
use super::sessions::Token;
use super::{DAY_MS, Error, Portal, require};
use crate::events;
use crate::state::AppState;
use crate::store::models::Records;
use crate::store::models::directory::{self, Subject};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Certificate, Entry, Policy, Role, Signer, admit};
use crypto_core::label::Label;
use crypto_core::wire::api::{
    RegistrationAnswer, RestoreAdministratorFinish, RestoreAdministratorStarted, SetupFinish, SetupStart,
};
use crypto_core::wire::records::{self, SecurityEventKind, SetupLink};
use crypto_core::wire::{Address, B64, Fingerprint, ProblemCode, limits};

/// Makes the token of a set-up link, which replaces an earlier one; nothing if the portal is set up.
///
/// # Errors
/// The store's.
pub async fn make_token(state: &AppState) -> Result<Option<String>, Error> {
    make_link(state, false).await
}

/// Makes the token of a link for a new administrator, which replaces an earlier one; nothing before the set-up.
///
/// # Errors
/// The store's.
pub async fn make_restore_token(state: &AppState) -> Result<Option<String>, Error> {
    make_link(state, true).await
}

async fn make_link(state: &AppState, set_up: bool) -> Result<Option<String>, Error> {
    let token = Token::make(&mut *state.rng());
    let link = SetupLink { token_hash: hash(token.bytes()), made_ms: state.now_ms() };
    transact(&*state.store, |tx| {
        if tx.load::<records::Portal>(&[])?.is_some() != set_up {
            return Ok(None);
        }
        tx.save(&[], &link);
        events::record(tx, &mut *state.rng(), link.made_ms, SecurityEventKind::SetupLinkMade, None, None);
        Ok(Some(token.text().to_string()))
    })
    .await
}

/// Answers the administrator's registration.
///
/// # Errors
/// [`ProblemCode::SetupDone`], [`ProblemCode::SetupTokenInvalid`], [`ProblemCode::AddressInvalid`],
/// [`ProblemCode::Malformed`].
pub async fn start(portal: &Portal, body: SetupStart) -> Result<RegistrationAnswer, Error> {
    transact(&*portal.state.store, |tx| check_link(tx, &body.token)).await?;
    let address = parse_address(&body.address)?;
    answer_registration(portal, &body.registration_request, &portal.credential_id(&address))
}

/// Enters everything, or nothing.
///
/// # Errors
/// As [`start`], and [`ProblemCode::CertificateRefused`].
pub async fn finish(portal: &Portal, body: SetupFinish) -> Result<(), Error> {
    transact(&*portal.state.store, |tx| check_link(tx, &body.token)).await?;
    let organisation = body.organisation.trim();
    let named = !organisation.is_empty()
        && organisation.len() <= limits::NAME_BYTES
        && !organisation.chars().any(char::is_control);
    require(named, ProblemCode::Malformed)?;
    let root = parse_certificate(&body.root)?;
    let administrator = Draft::check(&body.account)?;
    admit_all(portal, &root, &body.policy, &administrator)?;
    let credential_id = portal.credential_id(&administrator.address);
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        check_link(tx, &body.token)?;
        tx.erase::<SetupLink>(&[]);
        tx.save(&[], &records::Portal { organisation: organisation.to_owned(), set_up_ms: now_ms });
        certificates::enter(tx, &root, now_ms)?;
        directory::enter(tx, &Subject::Policy, &body.policy.0, now_ms)?;
        administrator.enter(tx, None, &credential_id, now_ms)?;
        let by = Some(administrator.certificate.account());
        events::record(tx, &mut *portal.state.rng(), now_ms, SecurityEventKind::SetUp, by, None);
        Ok(())
    })
    .await
}

fn check_link(tx: &mut Tx<'_>, token: &B64) -> Result<(), Error> {
    require(tx.load::<records::Portal>(&[])?.is_none(), ProblemCode::SetupDone)?;
    require(link_of(tx, token)?.is_some(), ProblemCode::SetupTokenInvalid)
}

fn link_of(tx: &mut Tx<'_>, token: &B64) -> Result<Option<SetupLink>, Error> {
    Ok(tx.load::<SetupLink>(&[])?.filter(|link| link.token_hash == hash(&token.0)))
}

/// Answers the registration of a new administrator, with all roots and policies.
///
/// # Errors
/// [`ProblemCode::SetupTokenInvalid`], [`ProblemCode::AddressInvalid`], [`ProblemCode::AddressTaken`],
/// [`ProblemCode::Malformed`].
pub async fn start_restore(portal: &Portal, body: SetupStart) -> Result<RestoreAdministratorStarted, Error> {
    let now_ms = portal.state.now_ms();
    let (address, chains) = transact(&*portal.state.store, |tx| {
        check_restore_link(tx, &body.token, now_ms)?;
        let address = parse_address(&body.address)?;
        require_new(tx, &address)?;
        Ok::<_, Error>((address, super::directory::roots_and_policies(tx)?))
    })
    .await?;
    let answer = answer_registration(portal, &body.registration_request, &portal.credential_id(&address))?;
    Ok(RestoreAdministratorStarted { registration_response: answer.registration_response, chains })
}

/// Enters the administrator, whom the root in force has certified. The link has been used then.
///
/// # Errors
/// As [`start_restore`], and [`ProblemCode::CertificateRefused`].
pub async fn finish_restore(portal: &Portal, body: RestoreAdministratorFinish) -> Result<(), Error> {
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| check_restore_link(tx, &body.token, now_ms)).await?;
    let administrator = Draft::check(&body.account)?;
    let credential_id = portal.credential_id(&administrator.address);
    transact(&*portal.state.store, |tx| {
        check_restore_link(tx, &body.token, now_ms)?;
        require_new(tx, &administrator.address)?;
        let root = certificates::newest(tx, &Subject::Root)?.ok_or(Error::Internal("root"))?;
        admit_administrator(&administrator, root.certificate().ok_or_else(refused)?)?;
        tx.erase::<SetupLink>(&[]);
        administrator.enter(tx, None, &credential_id, now_ms)?;
        let by = Some(administrator.certificate.account());
        events::record(
            tx,
            &mut *portal.state.rng(),
            now_ms,
            SecurityEventKind::AdministratorRestored,
            by,
            None,
        );
        Ok(())
    })
    .await
}

/// For a day such a link works.
fn check_restore_link(tx: &mut Tx<'_>, token: &B64, now_ms: u64) -> Result<(), Error> {
    let set_up = tx.load::<records::Portal>(&[])?.is_some();
    let link = link_of(tx, token)?.filter(|link| now_ms.saturating_sub(link.made_ms) <= DAY_MS);
    require(set_up && link.is_some(), ProblemCode::SetupTokenInvalid)
}

/// Whoever comes back has nothing but the root: what an earlier account of the address left is not shown to them, so
/// that they could not follow it.
fn require_new(tx: &mut Tx<'_>, address: &Address) -> Result<(), Error> {
    let history = directory::history(tx, &Subject::Address(address.as_str().to_owned()))?;
    require(history.is_empty(), ProblemCode::AddressTaken)
}

/// The root vouches for itself, for this installation's policy, and for the administrator's own keys.
fn admit_all(portal: &Portal, root: &Entry, policy: &B64, administrator: &Draft) -> Result<(), Error> {
    let root_certificate = root.certificate().ok_or_else(refused)?;
    admit(root, None, Signer::Itself).map_err(|_| refused())?;
    admit_policy(portal, root_certificate, policy)?;
    admit_administrator(administrator, root_certificate)
}

fn admit_administrator(administrator: &Draft, root: &Certificate) -> Result<(), Error> {
    let body = administrator.certificate()?.body();
    require(body.role == Role::Administrator && !body.provisional, ProblemCode::CertificateRefused)?;
    admit(&administrator.certificate, None, Signer::Certificate(root)).map_err(|_| refused())
}

fn admit_policy(portal: &Portal, root: &Certificate, policy: &B64) -> Result<(), Error> {
    let policy = Policy::parse(&policy.0).map_err(|_| refused())?;
    let body = policy.body();
    let ours = body.deployment == portal.state.deployment
        && *body.log_key == portal.state.secrets.log_public_key()
        && *body.vrf_key == portal.state.secrets.vrf_public_key();
    require(ours, ProblemCode::CertificateRefused)?;
    policy.admit(None, root).map_err(|_| refused())
}

fn hash(token: &[u8]) -> Fingerprint {
    Fingerprint::of(&Label::SETUP_TOKEN.prefix(&[token]))
}
