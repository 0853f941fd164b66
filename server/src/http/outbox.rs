//! `GET /admin/outbox`.

use super::Answer;
use super::extract::SignedIn;
use crate::service::{Portal, outbox};
use axum::Json;
use axum::extract::State;
use crypto_core::wire::api::MailQueue;
use std::sync::Arc;

/// E-mails that wait, and those that were given up. For administrators.
#[utoipa::path(get, path = "/admin/outbox", responses((status = OK, body = MailQueue)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<MailQueue> {
    Ok(Json(outbox::list(&portal, &session.caller).await?))
}
