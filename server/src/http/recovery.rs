//! `PUT /account/recovery`, and for strangers `POST /recovery/start`, `/fetch`, `/password` and `/commit`.

use super::extract::{Body, Peer, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, recovery};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{
    RecoveryCommit, RecoveryFetch, RecoveryFetched, RecoveryPassword, RecoveryStart, RecoveryStarted,
    RegistrationAnswer, SetRecovery,
};
use std::sync::Arc;

/// A new recovery code; an earlier one is void.
#[utoipa::path(put, path = "/account/recovery", request_body = SetRecovery, responses((status = NO_CONTENT)))]
pub(super) async fn set(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<SetRecovery>,
) -> Done {
    recovery::set(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a recovery; the same for known and unknown addresses.
#[utoipa::path(post, path = "/recovery/start", request_body = RecoveryStart, responses((status = OK, body = RecoveryStarted)))]
pub(super) async fn start(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
    Body(body): Body<RecoveryStart>,
) -> Answer<RecoveryStarted> {
    Ok(Json(recovery::start(&portal, network, body).await?))
}

/// Wrap and bundle, for the proof of the code.
#[utoipa::path(post, path = "/recovery/fetch", request_body = RecoveryFetch, responses((status = OK, body = RecoveryFetched)))]
pub(super) async fn fetch(
    State(portal): State<Arc<Portal>>,
    Body(body): Body<RecoveryFetch>,
) -> Answer<RecoveryFetched> {
    Ok(Json(recovery::fetch(&portal, body).await?))
}

/// Begins the registration of the new password.
#[utoipa::path(post, path = "/recovery/password", request_body = RecoveryPassword, responses((status = OK, body = RegistrationAnswer)))]
pub(super) async fn password(
    State(portal): State<Arc<Portal>>,
    Body(body): Body<RecoveryPassword>,
) -> Answer<RegistrationAnswer> {
    Ok(Json(recovery::start_password(&portal, body).await?))
}

/// New password and keys; all sessions end.
#[utoipa::path(post, path = "/recovery/commit", request_body = RecoveryCommit, responses((status = NO_CONTENT)))]
pub(super) async fn commit(State(portal): State<Arc<Portal>>, Body(body): Body<RecoveryCommit>) -> Done {
    recovery::commit(&portal, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
