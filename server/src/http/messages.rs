//! `GET /messages`, `GET /messages/{message}` and `POST /messages/{message}/opened`.

use super::extract::{Path, Query, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, messages};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
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

/// Notes that its holder has opened it.
#[utoipa::path(post, path = "/messages/{message}/opened", params(("message" = MessageId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn opened(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(message): Path<MessageId>,
) -> Done {
    messages::opened(&portal, &session.caller, message).await?;
    Ok(StatusCode::NO_CONTENT)
}
