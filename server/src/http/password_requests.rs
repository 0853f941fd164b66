//! `POST`, `GET /password-requests` and `DELETE /password-requests/{account}`.

use super::extract::{Body, Path, Peer, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, requests};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{AskForPassword, PasswordRequests};
use std::sync::Arc;

/// Asks the contacts for a new initial password; the same for known and unknown addresses.
#[utoipa::path(post, path = "/password-requests", request_body = AskForPassword, responses((status = NO_CONTENT)))]
pub(super) async fn ask(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
    Body(body): Body<AskForPassword>,
) -> Done {
    requests::ask(&portal, network, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open requests that this account may deal with.
#[utoipa::path(get, path = "/password-requests", responses((status = OK, body = PasswordRequests)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<PasswordRequests> {
    Ok(Json(requests::list(&portal, &session.caller).await?))
}

/// Turns a request down.
#[utoipa::path(delete, path = "/password-requests/{account}", params(("account" = AccountId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn decline(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
) -> Done {
    requests::decline(&portal, &session.caller, account).await?;
    Ok(StatusCode::NO_CONTENT)
}
