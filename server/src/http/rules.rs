//! `GET /admin/rules`, `PUT /admin/rules`, `GET /admin/events`, `GET` and `DELETE /account/root-share`.

use super::extract::{Body, Query, SignedIn};
use super::{Answer, Done};
use crate::service::security_events::{self, Filter};
use crate::service::{Portal, root_shares, rules};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{RootShareState, Rules, SecurityEventPage};
use crypto_core::wire::records::SecurityEventKind;
use serde::Deserialize;
use std::sync::Arc;

/// Limits and texts in force.
#[utoipa::path(get, path = "/admin/rules", responses((status = OK, body = Rules)))]
pub(super) async fn show(State(portal): State<Arc<Portal>>, session: SignedIn) -> Answer<Rules> {
    Ok(Json(rules::show(&portal, &session.caller)?))
}

/// Other limits and texts.
#[utoipa::path(put, path = "/admin/rules", request_body = Rules, responses((status = NO_CONTENT)))]
pub(super) async fn change(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<Rules>,
) -> Done {
    rules::change(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which events.
#[derive(Deserialize)]
pub(super) struct Wanted {
    before: Option<String>,
    kind: Option<SecurityEventKind>,
    account: Option<AccountId>,
}

/// Some security events.
#[utoipa::path(get, path = "/admin/events", params(("before" = Option<String>, Query), ("kind" = Option<SecurityEventKind>, Query), ("account" = Option<AccountId>, Query)), responses((status = OK, body = SecurityEventPage)))]
pub(super) async fn events(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Answer<SecurityEventPage> {
    let Wanted { before, kind, account } = wanted;
    let filter = Filter { kind, account };
    Ok(Json(security_events::page(&portal, &session.caller, before.as_deref(), &filter).await?))
}

/// The root's seed that waits for the caller.
#[utoipa::path(get, path = "/account/root-share", responses((status = OK, body = RootShareState)))]
pub(super) async fn root_share(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
) -> Answer<RootShareState> {
    Ok(Json(root_shares::waiting(&portal, &session.caller).await?))
}

/// The caller has taken it.
#[utoipa::path(delete, path = "/account/root-share", responses((status = NO_CONTENT)))]
pub(super) async fn root_share_taken(State(portal): State<Arc<Portal>>, session: SignedIn) -> Done {
    root_shares::done(&portal, &session.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
