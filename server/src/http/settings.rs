//! `GET` and `PUT /account/settings`.

use super::extract::{Body, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, settings};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{ReplaceSettings, SettingsState};
use std::sync::Arc;

/// The caller's sealed settings.
#[utoipa::path(get, path = "/account/settings", responses((status = OK, body = SettingsState)))]
pub(super) async fn state(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<SettingsState> {
    Ok(Json(settings::state(&portal, &session.caller).await?))
}

/// New settings in the place of those that the caller knows.
#[utoipa::path(put, path = "/account/settings", request_body = ReplaceSettings, responses((status = NO_CONTENT)))]
pub(super) async fn replace(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<ReplaceSettings>,
) -> Done {
    settings::replace(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
