//! `POST /setup/start` and `…/finish`, `POST /setup/administrator/start` and `…/finish`.

use super::extract::Body;
use super::{Answer, Done};
use crate::service::{Portal, setup};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{
    RegistrationAnswer, RestoreAdministratorFinish, RestoreAdministratorStarted, SetupFinish, SetupStart,
};
use std::sync::Arc;

/// Begins the set-up.
#[utoipa::path(post, path = "/setup/start", request_body = SetupStart, responses((status = OK, body = RegistrationAnswer)))]
pub(super) async fn start(
    State(portal): State<Arc<Portal>>,
    Body(body): Body<SetupStart>,
) -> Answer<RegistrationAnswer> {
    Ok(Json(setup::start(&portal, body).await?))
}

/// Ends the set-up: all or nothing.
#[utoipa::path(post, path = "/setup/finish", request_body = SetupFinish, responses((status = NO_CONTENT)))]
pub(super) async fn finish(State(portal): State<Arc<Portal>>, Body(body): Body<SetupFinish>) -> Done {
    setup::finish(&portal, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a new administrator by a link of the operator's, for whoever has the printed copy of the organisation's key.
#[utoipa::path(post, path = "/setup/administrator/start", request_body = SetupStart, responses((status = OK, body = RestoreAdministratorStarted)))]
pub(super) async fn start_restore(
    State(portal): State<Arc<Portal>>,
    Body(body): Body<SetupStart>,
) -> Answer<RestoreAdministratorStarted> {
    Ok(Json(setup::start_restore(&portal, body).await?))
}

/// Ends it: the root must have certified the administrator.
#[utoipa::path(post, path = "/setup/administrator/finish", request_body = RestoreAdministratorFinish, responses((status = NO_CONTENT)))]
pub(super) async fn finish_restore(
    State(portal): State<Arc<Portal>>,
    Body(body): Body<RestoreAdministratorFinish>,
) -> Done {
    setup::finish_restore(&portal, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
