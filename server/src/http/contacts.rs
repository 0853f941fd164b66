//! `GET /contacts`.

use super::Answer;
use super::extract::SignedIn;
use crate::service::{Portal, contacts};
use axum::Json;
use axum::extract::State;
use crypto_core::wire::api::ContactList;
use std::sync::Arc;

/// Whom this account may write to and shares mail with.
#[utoipa::path(get, path = "/contacts", responses((status = OK, body = ContactList)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<ContactList> {
    Ok(Json(contacts::list(&portal, &session.caller).await?))
}
