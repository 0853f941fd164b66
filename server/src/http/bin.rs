//! `/bin`: put in, take back, delete for good, empty.

use super::Done;
use super::extract::{Body, SignedIn};
use crate::service::{Portal, bin};
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::Chosen;
use std::sync::Arc;

/// Puts messages into the bin.
#[utoipa::path(post, path = "/bin", request_body = Chosen, responses((status = NO_CONTENT)))]
pub(super) async fn put(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(chosen): Body<Chosen>,
) -> Done {
    bin::put(&portal, &session.caller, chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts messages back where they were.
#[utoipa::path(post, path = "/bin/restore", request_body = Chosen, responses((status = NO_CONTENT)))]
pub(super) async fn restore(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(chosen): Body<Chosen>,
) -> Done {
    bin::restore(&portal, &session.caller, chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes messages of the bin for good.
#[utoipa::path(post, path = "/bin/delete", request_body = Chosen, responses((status = NO_CONTENT)))]
pub(super) async fn delete(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(chosen): Body<Chosen>,
) -> Done {
    bin::delete(&portal, &session.caller, chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes everything in the bin for good.
#[utoipa::path(post, path = "/bin/empty", responses((status = NO_CONTENT)))]
pub(super) async fn empty(State(portal): State<Arc<Portal>>, session: SignedIn) -> Done {
    bin::empty(&portal, &session.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
