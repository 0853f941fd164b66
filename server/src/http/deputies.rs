//! `POST /account/deputies`, `GET /account/deputies/resigned`, `POST /account/deputies/resign`.

use super::extract::{Body, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, deputies};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{NameDeputies, Resign, Resignations};
use std::sync::Arc;

/// Other deputies for oneself.
#[utoipa::path(post, path = "/account/deputies", request_body = NameDeputies, responses((status = NO_CONTENT)))]
pub(super) async fn name(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<NameDeputies>,
) -> Done {
    deputies::name(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who stood in for the caller and ended it.
#[utoipa::path(get, path = "/account/deputies/resigned", responses((status = OK, body = Resignations)))]
pub(super) async fn resigned(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<Resignations> {
    Ok(Json(deputies::resignations(&portal, &session.caller).await?))
}

/// The caller ends standing in for somebody.
#[utoipa::path(post, path = "/account/deputies/resign", request_body = Resign, responses((status = NO_CONTENT)))]
pub(super) async fn resign(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<Resign>,
) -> Done {
    deputies::resign(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
