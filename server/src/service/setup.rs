//! Set-up: the one-time link, and organisation, root, policy and first administrator in one step.

use super::accounts::{Draft, answer_registration, parse_address};
use super::certificates::{self, parse_certificate, refused};
use super::sessions::Token;
use super::{Error, Portal, require};
use crate::events;
use crate::state::AppState;
use crate::store::models::Records;
use crate::store::models::directory::{self, Subject};
use crate::store::{Tx, transact};
use crypto_core::certificate::{Certificate, Entry, Policy, Role, Signer, admit};
use crypto_core::label::Label;
use crypto_core::wire::api::{RegistrationAnswer, SetupFinish, SetupStart};
use crypto_core::wire::records::{self, SecurityEventKind, SetupLink};
use crypto_core::wire::{B64, Fingerprint, ProblemCode, limits};

/// Makes the token of a set-up link, which replaces an earlier one; nothing if the portal is set up.
///
/// # Errors
/// The store's.
pub async fn make_token(state: &AppState) -> Result<Option<String>, Error> {
    let token = Token::make(&mut *state.rng());
    let link = SetupLink { token_hash: hash(token.bytes()), made_ms: state.now_ms() };
    transact(&*state.store, |tx| {
        if tx.load::<records::Portal>(&[])?.is_some() {
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
    let link = tx.load::<SetupLink>(&[])?;
    let valid = link.is_some_and(|link| link.token_hash == hash(&token.0));
    require(valid, ProblemCode::SetupTokenInvalid)
}

/// The root vouches for itself, for this installation's policy, and for the administrator's own keys.
fn admit_all(portal: &Portal, root: &Entry, policy: &B64, administrator: &Draft) -> Result<(), Error> {
    let root_certificate = root.certificate().ok_or_else(refused)?;
    admit(root, None, Signer::Itself).map_err(|_| refused())?;
    admit_policy(portal, root_certificate, policy)?;
    let body = administrator.certificate()?.body();
    require(body.role == Role::Administrator && !body.provisional, ProblemCode::CertificateRefused)?;
    admit(&administrator.certificate, None, Signer::Certificate(root_certificate)).map_err(|_| refused())
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
