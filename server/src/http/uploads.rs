//! `/uploads`: open, look, give up, put pieces, commit.

use super::extract::{Body, Path, Piece, Query, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, sending, uploads};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{Commit, Committed, PartReceived, UploadOpened, UploadState};
use crypto_core::wire::{PartId, UploadId};
use serde::Deserialize;
use std::sync::Arc;

/// Where a piece begins.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PieceQuery {
    /// Bytes of the part before it.
    offset: u64,
}

/// Opens an upload.
#[utoipa::path(post, path = "/uploads", responses((status = OK, body = UploadOpened)))]
pub(super) async fn open(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<UploadOpened> {
    Ok(Json(uploads::open(&portal, &session.caller).await?))
}

/// How far an upload is.
#[utoipa::path(get, path = "/uploads/{upload}", params(("upload" = UploadId, Path)), responses((status = OK, body = UploadState)))]
pub(super) async fn state(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(upload): Path<UploadId>,
) -> Answer<UploadState> {
    Ok(Json(uploads::state(&portal, &session.caller, upload).await?))
}

/// Gives an upload up.
#[utoipa::path(delete, path = "/uploads/{upload}", params(("upload" = UploadId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn drop_upload(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(upload): Path<UploadId>,
) -> Done {
    uploads::drop_upload(&portal, &session.caller, upload).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the next piece of a part.
#[utoipa::path(
    put,
    path = "/uploads/{upload}/parts/{part}",
    params(("upload" = UploadId, Path), ("part" = PartId, Path), PieceQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = OK, body = PartReceived))
)]
pub(super) async fn put_piece(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path((upload, part)): Path<(UploadId, PartId)>,
    Query(query): Query<PieceQuery>,
    Piece(piece): Piece,
) -> Answer<PartReceived> {
    Ok(Json(uploads::put_piece(&portal, &session.caller, upload, part, query.offset, piece).await?))
}

/// Takes a part off.
#[utoipa::path(delete, path = "/uploads/{upload}/parts/{part}", params(("upload" = UploadId, Path), ("part" = PartId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn drop_part(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path((upload, part)): Path<(UploadId, PartId)>,
) -> Done {
    uploads::drop_part(&portal, &session.caller, upload, part).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a message visible.
#[utoipa::path(post, path = "/uploads/{upload}/commit", params(("upload" = UploadId, Path)), request_body = Commit, responses((status = OK, body = Committed)))]
pub(super) async fn commit(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(upload): Path<UploadId>,
    Body(body): Body<Commit>,
) -> Answer<Committed> {
    Ok(Json(sending::commit(&portal, &session.caller, upload, body).await?))
}
