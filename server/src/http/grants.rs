//! `POST /messages/{message}/grants`.

use super::Done;
use super::extract::{Body, Path, SignedIn};
use crate::service::{Portal, grants};
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::MessageId;
use crypto_core::wire::api::GiveGrants;
use std::sync::Arc;

/// Lets others open a message; what was given before stays as it is.
#[utoipa::path(post, path = "/messages/{message}/grants", params(("message" = MessageId, Path)), request_body = GiveGrants, responses((status = NO_CONTENT)))]
pub(super) async fn give(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(message): Path<MessageId>,
    Body(body): Body<GiveGrants>,
) -> Done {
    grants::give(&portal, &session.caller, message, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
