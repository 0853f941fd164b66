//! `GET /status` and `GET /healthz`.

use super::Answer;
use crate::service::{Portal, status};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::PortalStatus;
use std::sync::Arc;

/// What anybody may know of the portal.
#[utoipa::path(get, path = "/status", responses((status = OK, body = PortalStatus)))]
pub(super) async fn status(State(portal): State<Arc<Portal>>) -> Answer<PortalStatus> {
    Ok(Json(status::status(&portal).await?))
}

/// Whether the server can read its store.
pub(super) async fn health(State(portal): State<Arc<Portal>>) -> (StatusCode, &'static str) {
    match status::status(&portal).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "store\n"),
    }
}
