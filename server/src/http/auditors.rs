//! `GET /auditors/entries` and `POST /auditors/histories`: the key directory for whoever checks all of it, with
//! `Authorization: Bearer` and the token whose SHA-256 is configured.

use super::Answer;
use super::extract::{Audits, Body, Query};
use crate::service::{Portal, auditors};
use axum::Json;
use axum::extract::State;
use crypto_core::wire::api::{EntryPage, Histories, HistoriesWanted};
use serde::Deserialize;
use std::sync::Arc;

/// Where a page of entries begins.
#[derive(Deserialize)]
pub(super) struct After {
    after: u64,
}

/// Every entry, in the order of entry.
#[utoipa::path(get, path = "/auditors/entries", params(("after" = u64, Query)), responses((status = OK, body = EntryPage)), security(("auditor" = [])))]
pub(super) async fn entries(
    State(portal): State<Arc<Portal>>,
    Audits(auditor): Audits,
    Query(page): Query<After>,
) -> Answer<EntryPage> {
    Ok(Json(auditors::entries(&portal, &auditor, page.after).await?))
}

/// Proofs of the newest versions of subjects.
#[utoipa::path(post, path = "/auditors/histories", request_body = HistoriesWanted, responses((status = OK, body = Histories)), security(("auditor" = [])))]
pub(super) async fn histories(
    State(portal): State<Arc<Portal>>,
    Audits(auditor): Audits,
    Body(wanted): Body<HistoriesWanted>,
) -> Answer<Histories> {
    Ok(Json(auditors::histories(&portal, &auditor, wanted).await?))
}
