//! `POST /admin/people/{account}/remove-administrator`.

use super::Done;
use super::extract::{Body, Path, SignedIn};
use crate::service::{Portal, root_rotation};
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::AccountId;
use crypto_core::wire::api::RemoveAdministrator;
use std::sync::Arc;

/// Ends an account of an administrator; another root takes the place of the one before.
#[utoipa::path(post, path = "/admin/people/{account}/remove-administrator", params(("account" = AccountId, Path)), request_body = RemoveAdministrator, responses((status = NO_CONTENT)))]
pub(super) async fn remove(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path(account): Path<AccountId>,
    Body(body): Body<RemoveAdministrator>,
) -> Done {
    root_rotation::remove_administrator(&portal, &session.caller, account, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
