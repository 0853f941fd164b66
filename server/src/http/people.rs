//! `GET /admin/people`, `POST /admin/people/{account}/…` and `POST /people/{account}/address`.

use super::extract::{Body, Path, Query, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, deputies, people, root_shares};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{Depute, GiveRootShare, MoveAccount, PeoplePage, Revoke};
use serde::Deserialize;
use std::sync::Arc;

/// Where a page begins.
#[derive(Deserialize)]
pub(super) struct Page {
    after: Option<AccountId>,
}

/// Some of all accounts.
#[utoipa::path(get, path = "/admin/people", params(("after" = Option<AccountId>, Query)), responses((status = OK, body = PeoplePage)))]
pub(super) async fn page(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Query(page): Query<Page>,
) -> Answer<PeoplePage> {
    Ok(Json(people::page(&portal, &session.caller, page.after).await?))
}

/// Refuses sign-ins and ends all sessions.
#[utoipa::path(post, path = "/admin/people/{account}/lock", params(("account" = AccountId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn lock(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
) -> Done {
    people::lock(&portal, &session.caller, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets an account sign in again.
#[utoipa::path(post, path = "/admin/people/{account}/unlock", params(("account" = AccountId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn unlock(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
) -> Done {
    people::unlock(&portal, &session.caller, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends an account of staff.
#[utoipa::path(post, path = "/admin/people/{account}/revoke", params(("account" = AccountId, Path)), request_body = Revoke, responses((status = NO_CONTENT)))]
pub(super) async fn revoke(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
    Body(body): Body<Revoke>,
) -> Done {
    people::revoke(&portal, &session.caller, account, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends an account of a partner.
#[utoipa::path(post, path = "/admin/people/{account}/close", params(("account" = AccountId, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn close(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
) -> Done {
    people::close(&portal, &session.caller, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Other deputies for somebody who is absent.
#[utoipa::path(post, path = "/admin/people/{account}/deputies", params(("account" = AccountId, Path)), request_body = Depute, responses((status = NO_CONTENT)))]
pub(super) async fn depute(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
    Body(body): Body<Depute>,
) -> Done {
    deputies::depute(&portal, &session.caller, account, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The root's seed for a further administrator.
#[utoipa::path(post, path = "/admin/people/{account}/root-share", params(("account" = AccountId, Path)), request_body = GiveRootShare, responses((status = NO_CONTENT)))]
pub(super) async fn give_root_share(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
    Body(body): Body<GiveRootShare>,
) -> Done {
    root_shares::give(&portal, &session.caller, account, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another address for an account.
#[utoipa::path(post, path = "/people/{account}/address", params(("account" = AccountId, Path)), request_body = MoveAccount, responses((status = NO_CONTENT)))]
pub(super) async fn move_account(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
    Body(body): Body<MoveAccount>,
) -> Done {
    people::move_account(&portal, &session.caller, account, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
