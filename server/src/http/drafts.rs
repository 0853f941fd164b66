//! `/drafts`: list, open, save, throw away.

use super::extract::{Path, Piece, Query, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, drafts};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{DraftList, DraftSaved, StoredDraft};
use crypto_core::wire::{DraftId, UploadId};
use serde::Deserialize;
use std::sync::Arc;

/// What this client has.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveQuery {
    /// The revision before this one; 0 for a new draft.
    revision: u64,
    /// Where its attachments lie.
    upload: Option<UploadId>,
}

/// What this client has.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct RevisionQuery {
    /// The draft's revision.
    revision: u64,
}

/// All drafts.
#[utoipa::path(get, path = "/drafts", responses((status = OK, body = DraftList)))]
pub(super) async fn list(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<DraftList> {
    Ok(Json(drafts::list(&portal, &session.caller).await?))
}

/// One draft.
#[utoipa::path(get, path = "/drafts/{draft}", params(("draft" = DraftId, Path)), responses((status = OK, body = StoredDraft)))]
pub(super) async fn one(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(draft): Path<DraftId>,
) -> Answer<StoredDraft> {
    Ok(Json(drafts::one(&portal, &session.caller, draft).await?))
}

/// Saves a draft, new or known.
#[utoipa::path(
    put,
    path = "/drafts/{draft}",
    params(("draft" = DraftId, Path), SaveQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = OK, body = DraftSaved))
)]
pub(super) async fn save(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(draft): Path<DraftId>,
    Query(query): Query<SaveQuery>,
    Piece(sealed): Piece,
) -> Answer<DraftSaved> {
    let saved = drafts::save(&portal, &session.caller, draft, query.revision, query.upload, sealed);
    Ok(Json(saved.await?))
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/drafts/{draft}", params(("draft" = DraftId, Path), RevisionQuery), responses((status = NO_CONTENT)))]
pub(super) async fn discard(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(draft): Path<DraftId>,
    Query(query): Query<RevisionQuery>,
) -> Done {
    drafts::discard(&portal, &session.caller, draft, query.revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
