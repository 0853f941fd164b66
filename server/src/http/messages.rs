//! `GET /messages` and `GET /messages/{message}`.

use super::Answer;
use super::extract::{Path, Query, SignedIn};
use crate::service::{Portal, messages};
use axum::Json;
use axum::extract::State;
use crypto_core::wire::MessageId;
use crypto_core::wire::api::{Folder, MessageEntry, MessagePage};
use serde::Deserialize;
use std::sync::Arc;

/// Which messages.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Of which folder.
    folder: Folder,
    /// The `next` of the page before.
    before: Option<String>,
    /// At most so many.
    limit: Option<usize>,
}

/// Some messages of a folder, newest first.
#[utoipa::path(get, path = "/messages", params(PageQuery), responses((status = OK, body = MessagePage)))]
pub(super) async fn page(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Query(query): Query<PageQuery>,
) -> Answer<MessagePage> {
    let page = messages::page(&portal, &session.caller, query.folder, query.before.as_deref(), query.limit);
    Ok(Json(page.await?))
}

/// One message.
#[utoipa::path(get, path = "/messages/{message}", params(("message" = MessageId, Path)), responses((status = OK, body = MessageEntry)))]
pub(super) async fn one(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(message): Path<MessageId>,
) -> Answer<MessageEntry> {
    Ok(Json(messages::one(&portal, &session.caller, message).await?))
}
