//! `POST /account/password/start`, `POST /account/rotate` and `PUT /account/bundle`.

use super::extract::{Body, Held, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, accounts};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{Duty, RegistrationAnswer, RegistrationStart, ReplaceBundle, Rotate};
use std::sync::Arc;

/// Begins the registration of a new password.
#[utoipa::path(post, path = "/account/password/start", request_body = RegistrationStart, responses((status = OK, body = RegistrationAnswer)))]
pub(super) async fn start_password(
    State(portal): State<Arc<Portal>>,
    session: Held,
    Body(body): Body<RegistrationStart>,
) -> Answer<RegistrationAnswer> {
    session.caller.standing.allows(Some(Duty::Password))?;
    Ok(Json(accounts::start_password(&portal, &session.caller, body).await?))
}

/// New keys, and perhaps a new password.
#[utoipa::path(post, path = "/account/rotate", request_body = Rotate, responses((status = NO_CONTENT)))]
pub(super) async fn rotate(
    State(portal): State<Arc<Portal>>,
    session: Held,
    Body(body): Body<Rotate>,
) -> Done {
    // The first keys of one's own come at the first sign-in, whatever must be done next.
    if body.record.is_some() {
        session.caller.standing.allows(Some(Duty::Password))?;
    }
    accounts::rotate(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new bundle under the same bundle key.
#[utoipa::path(put, path = "/account/bundle", request_body = ReplaceBundle, responses((status = NO_CONTENT)))]
pub(super) async fn replace_bundle(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<ReplaceBundle>,
) -> Done {
    accounts::replace_bundle(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
