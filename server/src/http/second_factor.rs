//! `GET`, `PUT`, `DELETE /account/second-factor`, `POST /account/second-factor/backup-codes`, and what an
//! administrator does: `POST /accounts/{account}/second-factor/reset`,
//! `POST /accounts/{account}/require-password-change`.

use super::extract::{Body, Held, Path, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, passwords, second_factor};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{BackupCodes, Duty, EnrolSecondFactor, SecondFactorState};
use std::sync::Arc;

/// The caller's second factor.
#[utoipa::path(get, path = "/account/second-factor", responses((status = OK, body = SecondFactorState)))]
pub(super) async fn state(State(portal): State<Arc<Portal>>, session: Held) -> Answer<SecondFactorState> {
    session.caller.standing.allows(Some(Duty::SecondFactor))?;
    Ok(Json(second_factor::state(&portal, &session.caller).await?))
}

/// Sets a second factor up, or replaces it.
#[utoipa::path(put, path = "/account/second-factor", request_body = EnrolSecondFactor, responses((status = OK, body = BackupCodes)))]
pub(super) async fn enrol(
    State(portal): State<Arc<Portal>>,
    session: Held,
    Body(body): Body<EnrolSecondFactor>,
) -> Answer<BackupCodes> {
    session.caller.standing.allows(Some(Duty::SecondFactor))?;
    Ok(Json(second_factor::enrol(&portal, &session.caller, body).await?))
}

/// Gives the second factor up.
#[utoipa::path(delete, path = "/account/second-factor", responses((status = NO_CONTENT)))]
pub(super) async fn remove(State(portal): State<Arc<Portal>>, session: SignedIn) -> Done {
    second_factor::remove(&portal, &session.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New backup codes.
#[utoipa::path(post, path = "/account/second-factor/backup-codes", responses((status = OK, body = BackupCodes)))]
pub(super) async fn renew_backup_codes(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
) -> Answer<BackupCodes> {
    Ok(Json(second_factor::renew_backup_codes(&portal, &session.caller).await?))
}

/// Takes an account's second factor away; the person is told by e-mail.
#[utoipa::path(post, path = "/accounts/{account}/second-factor/reset", params(("account" = AccountId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn reset(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
) -> Done {
    second_factor::reset(&portal, &session.caller, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An account must replace its password before anything else.
#[utoipa::path(post, path = "/accounts/{account}/require-password-change", params(("account" = AccountId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn require_password_change(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
) -> Done {
    passwords::require_change(&portal, &session.caller, account).await?;
    Ok(StatusCode::NO_CONTENT)
}
