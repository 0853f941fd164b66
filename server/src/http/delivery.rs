//! `POST /messages/{message}/opened`, `…/saved` and `…/recall`; `POST /unread`.

use super::Done;
use super::extract::{Body, Path, SignedIn};
use crate::service::{Portal, delivery};
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Chosen;
use std::sync::Arc;

/// Notes that its holder has opened it.
#[utoipa::path(post, path = "/messages/{message}/opened", params(("message" = MessageId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn opened(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(message): Path<MessageId>,
) -> Done {
    delivery::opened(&portal, &session.caller, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that its holder has saved it, or an attachment of it.
#[utoipa::path(post, path = "/messages/{message}/saved", params(("message" = MessageId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn saved(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(message): Path<MessageId>,
) -> Done {
    delivery::saved(&portal, &session.caller, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks messages of the inbox as not read, for their holder alone.
#[utoipa::path(post, path = "/unread", request_body = Chosen, responses((status = NO_CONTENT)))]
pub(super) async fn unread(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(chosen): Body<Chosen>,
) -> Done {
    delivery::unread(&portal, &session.caller, chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes it back from everybody, while nobody has opened it.
#[utoipa::path(post, path = "/messages/{message}/recall", params(("message" = MessageId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn recall(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(message): Path<MessageId>,
) -> Done {
    delivery::recall(&portal, &session.caller, message).await?;
    Ok(StatusCode::NO_CONTENT)
}
