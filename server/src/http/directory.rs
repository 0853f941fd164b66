//! `POST /directory/chains` and `POST /directory/proved`: questions, though they are POSTs, because addresses do not
//! belong into a URL. And what anybody may follow: `GET /directory/checkpoint`, `…/consistency`, `…/epochs`,
//! `POST /directory/cosignatures`; `PUT /admin/policy` and `GET /admin/witnesses`.

use super::extract::{Body, Held, Peer, Query, SignedIn};
use super::{Answer, Done};
use crate::service::{Portal, directory, proofs, witnesses};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use crypto_core::wire::api::{
    Chains, ChainsWanted, CheckpointState, Consistency, Cosign, EpochPage, NewPolicy, Proved, ProvedWanted,
    WitnessStates,
};
use serde::Deserialize;
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
    Ok(Json(directory::chains(&portal, &session.caller, &body).await?))
}

/// The same with proofs of the key directory.
#[utoipa::path(post, path = "/directory/proved", request_body = ProvedWanted, responses((status = OK, body = Proved)))]
pub(super) async fn proved(
    State(portal): State<Arc<Portal>>,
    session: Held,
    Body(body): Body<ProvedWanted>,
) -> Answer<Proved> {
    // Each sign-in looks at the own chain.
    if !(body.chains.addresses.is_empty() && body.chains.accounts == [session.caller.id]) {
        session.caller.standing.allows(None)?;
    }
    Ok(Json(proofs::proved(&portal, &session.caller, body).await?))
}

/// How far the directory's log is.
#[utoipa::path(get, path = "/directory/checkpoint", responses((status = OK, body = CheckpointState)))]
pub(super) async fn checkpoint(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
) -> Answer<CheckpointState> {
    Ok(Json(proofs::checkpoint(&portal, network).await?))
}

/// Two sizes of the log.
#[derive(Deserialize)]
pub(super) struct Sizes {
    from: u64,
    to: u64,
}

/// That the log of one size goes on with that of another.
#[utoipa::path(get, path = "/directory/consistency", params(("from" = u64, Query), ("to" = u64, Query)), responses((status = OK, body = Consistency)))]
pub(super) async fn consistency(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
    Query(sizes): Query<Sizes>,
) -> Answer<Consistency> {
    Ok(Json(proofs::consistency(&portal, network, sizes.from, sizes.to).await?))
}

/// Where a page of epochs begins.
#[derive(Deserialize)]
pub(super) struct After {
    after: u64,
}

/// Epochs, each with its append-only proof.
#[utoipa::path(get, path = "/directory/epochs", params(("after" = u64, Query)), responses((status = OK, body = EpochPage)))]
pub(super) async fn epochs(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
    Query(page): Query<After>,
) -> Answer<EpochPage> {
    Ok(Json(proofs::epochs(&portal, network, page.after).await?))
}

/// Takes a checkpoint that a witness of the policy has signed.
#[utoipa::path(post, path = "/directory/cosignatures", request_body = Cosign, responses((status = NO_CONTENT)))]
pub(super) async fn cosign(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
    Body(body): Body<Cosign>,
) -> Done {
    witnesses::cosign(&portal, network, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The policy that follows, signed by the root.
#[utoipa::path(put, path = "/admin/policy", request_body = NewPolicy, responses((status = NO_CONTENT)))]
pub(super) async fn replace_policy(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Body(body): Body<NewPolicy>,
) -> Done {
    witnesses::replace_policy(&portal, &session.caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far the witnesses of the policy are.
#[utoipa::path(get, path = "/admin/witnesses", responses((status = OK, body = WitnessStates)))]
pub(super) async fn witness_states(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
) -> Answer<WitnessStates> {
    Ok(Json(witnesses::states(&portal, &session.caller).await?))
}
