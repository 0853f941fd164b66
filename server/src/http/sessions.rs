//! `GET /sessions`, `DELETE /sessions` and `DELETE /sessions/{session}`.

use super::extract::{Path, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, sessions};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::SessionId;
use crypto_core::wire::api::SessionList;
use std::sync::Arc;

/// Where the caller is signed in.
#[utoipa::path(get, path = "/sessions", responses((status = OK, body = SessionList)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<SessionList> {
    Ok(Json(sessions::list(&portal, &session.caller).await?))
}

/// Ends all of the caller's sessions but this one.
#[utoipa::path(delete, path = "/sessions", responses((status = NO_CONTENT)))]
pub(super) async fn end_others(State(portal): State<Arc<Portal>>, session: SignedIn) -> Done {
    sessions::end_others(&portal, &session.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the caller's sessions.
#[utoipa::path(delete, path = "/sessions/{session}", params(("session" = SessionId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn end(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(which): Path<SessionId>,
) -> Done {
    sessions::end(&portal, &session.caller, which).await?;
    Ok(StatusCode::NO_CONTENT)
}
