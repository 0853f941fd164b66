//! `PUT /account/preferences`.

use super::Done;
use super::extract::{Body, SignedIn};
use crate::service::{Portal, preferences};
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::Preferences;
use std::sync::Arc;

/// Language of e-mails, and whether reminders are sent.
#[utoipa::path(put, path = "/account/preferences", request_body = Preferences, responses((status = NO_CONTENT)))]
pub(super) async fn set(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<Preferences>,
) -> Done {
    preferences::set(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
