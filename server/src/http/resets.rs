//! `POST /resets/start` and `/resets/finish`; `GET /restores` and `GET /restores/{account}/messages`.

use super::extract::{Body, Path, Query, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, resets, restores};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{ResetFinish, ResetStart, ResetStarted, RestorableMessages, Restores};
use crypto_core::wire::{AccountId, MessageId};
use serde::Deserialize;
use std::sync::Arc;

/// Which messages.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct AfterQuery {
    /// The last one of the answer before.
    after: Option<MessageId>,
}

/// Begins a reset.
#[utoipa::path(post, path = "/resets/start", request_body = ResetStart, responses((status = OK, body = ResetStarted)))]
pub(super) async fn start(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<ResetStart>,
) -> Answer<ResetStarted> {
    Ok(Json(resets::start(&portal, &session.caller, body).await?))
}

/// New keys and a new initial password for somebody.
#[utoipa::path(post, path = "/resets/finish", request_body = ResetFinish, responses((status = NO_CONTENT)))]
pub(super) async fn finish(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<ResetFinish>,
) -> Done {
    resets::finish(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose earlier messages this account can make accessible again.
#[utoipa::path(get, path = "/restores", responses((status = OK, body = Restores)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<Restores> {
    Ok(Json(restores::list(&portal, &session.caller).await?))
}

/// Messages that wait for it.
#[utoipa::path(get, path = "/restores/{account}/messages", params(("account" = AccountId, Path), AfterQuery), responses((status = OK, body = RestorableMessages)))]
pub(super) async fn messages(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
    Query(query): Query<AfterQuery>,
) -> Answer<RestorableMessages> {
    Ok(Json(restores::messages(&portal, &session.caller, account, query.after).await?))
}
