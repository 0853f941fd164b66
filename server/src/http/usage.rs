//! `GET /account/usage` and `POST /account/mailbox-key`.

use super::extract::{Body, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, mailbox_key, usage};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{AccountUsage, RotateMailbox};
use std::sync::Arc;

/// How much storage is used, of how much.
#[utoipa::path(get, path = "/account/usage", responses((status = OK, body = AccountUsage)))]
pub(super) async fn used(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<AccountUsage> {
    Ok(Json(usage::of(&portal, &session.caller).await?))
}

/// A new mailbox key.
#[utoipa::path(post, path = "/account/mailbox-key", request_body = RotateMailbox, responses((status = NO_CONTENT)))]
pub(super) async fn rotate(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<RotateMailbox>,
) -> Done {
    mailbox_key::rotate(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
