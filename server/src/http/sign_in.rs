//! `POST /sign-in/start` and `POST /sign-in/finish`.

use super::Answer;
use super::extract::{Body, Peer};
use super::problem::Refusal;
use super::session::cookie;
use crate::service::{Portal, sign_in};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header::SET_COOKIE};
use axum::response::AppendHeaders;
use crypto_core::wire::api::{SignInFinish, SignInStart, SignInStarted, SignedIn};
use std::sync::Arc;

/// Begins a sign-in; the same for known and unknown addresses.
#[utoipa::path(post, path = "/sign-in/start", request_body = SignInStart, responses((status = OK, body = SignInStarted)))]
pub(super) async fn start(
    State(portal): State<Arc<Portal>>,
    Peer(network): Peer,
    Body(body): Body<SignInStart>,
) -> Answer<SignInStarted> {
    Ok(Json(sign_in::start(&portal, network, body).await?))
}

/// Ends a sign-in and sets the session's cookie.
#[utoipa::path(post, path = "/sign-in/finish", request_body = SignInFinish, responses((status = OK, body = SignedIn)))]
pub(super) async fn finish(
    State(portal): State<Arc<Portal>>,
    Body(body): Body<SignInFinish>,
) -> Result<(AppendHeaders<[(axum::http::HeaderName, HeaderValue); 1]>, Json<SignedIn>), Refusal> {
    let (token, signed_in) = sign_in::finish(&portal, body).await?;
    Ok((AppendHeaders([(SET_COOKIE, cookie(&token.text(), None)?)]), Json(signed_in)))
}
