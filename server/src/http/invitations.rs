//! `POST /invitations/start`, `POST /invitations/finish` and `GET /invitations`.

use super::extract::{Body, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, invitations};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{InvitationFinish, InvitationList, InvitationStart, RegistrationAnswer};
use std::sync::Arc;

/// Begins an invitation.
#[utoipa::path(post, path = "/invitations/start", request_body = InvitationStart, responses((status = OK, body = RegistrationAnswer)))]
pub(super) async fn start(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<InvitationStart>,
) -> Answer<RegistrationAnswer> {
    Ok(Json(invitations::start(&portal, &session.caller, body).await?))
}

/// Ends an invitation; the initial e-mail leaves.
#[utoipa::path(post, path = "/invitations/finish", request_body = InvitationFinish, responses((status = NO_CONTENT)))]
pub(super) async fn finish(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<InvitationFinish>,
) -> Done {
    invitations::finish(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom this account invited.
#[utoipa::path(get, path = "/invitations", responses((status = OK, body = InvitationList)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<InvitationList> {
    Ok(Json(invitations::list(&portal, &session.caller).await?))
}
