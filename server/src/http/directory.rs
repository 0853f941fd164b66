//! `POST /directory/chains`: a question, though it is a POST, because addresses do not belong into a URL.

use super::Answer;
use super::extract::{Body, Held};
use crate::service::{Portal, directory};
use axum::Json;
use axum::extract::State;
use crypto_core::wire::api::{Chains, ChainsWanted};
use std::sync::Arc;

/// Every entry needed to follow the chains to the root.
#[utoipa::path(post, path = "/directory/chains", request_body = ChainsWanted, responses((status = OK, body = Chains)))]
pub(super) async fn chains(
    State(portal): State<Arc<Portal>>,
    session: Held,
    Body(body): Body<ChainsWanted>,
) -> Answer<Chains> {
    // Each sign-in looks at the own chain.
    if !(body.addresses.is_empty() && body.accounts == [session.caller.id]) {
        session.caller.standing.allows(None)?;
    }
    Ok(Json(directory::chains(&portal, &session.caller, body).await?))
}
