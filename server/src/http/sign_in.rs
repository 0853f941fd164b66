//! `POST /sign-in/start`, `POST /sign-in/finish` and `POST /sign-in/second-factor`.

use super::Answer;
use super::extract::{Before, Body, Peer};
use super::problem::Refusal;
use super::session::cookie;
use crate::service::Portal;
use crate::service::sessions::Token;
use crate::service::sign_in::{self, Finished};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Response};
use crypto_core::wire::api::{
    SecondFactorFinish, SignInFinish, SignInFinished, SignInStart, SignInStarted, SignedIn,
};
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

/// Ends a sign-in and sets the session's cookie, unless a second factor is needed.
#[utoipa::path(post, path = "/sign-in/finish", request_body = SignInFinish, responses((status = OK, body = SignInFinished)))]
pub(super) async fn finish(
    State(portal): State<Arc<Portal>>,
    Before(before): Before,
    Body(body): Body<SignInFinish>,
) -> Result<Response, Refusal> {
    Ok(match sign_in::finish(&portal, body, before.as_ref()).await? {
        Finished::SignedIn(token, signed_in) => {
            (session_cookie(&token)?, Json(SignInFinished::SignedIn(signed_in))).into_response()
        }
        Finished::SecondFactor(wanted) => Json(SignInFinished::SecondFactor(wanted)).into_response(),
    })
}

/// Ends a sign-in by the second factor and sets the session's cookie.
#[utoipa::path(post, path = "/sign-in/second-factor", request_body = SecondFactorFinish, responses((status = OK, body = SignedIn)))]
pub(super) async fn second_factor(
    State(portal): State<Arc<Portal>>,
    Before(before): Before,
    Body(body): Body<SecondFactorFinish>,
) -> Result<Response, Refusal> {
    let (token, signed_in) = sign_in::finish_second_factor(&portal, body, before.as_ref()).await?;
    Ok((session_cookie(&token)?, Json(signed_in)).into_response())
}

fn session_cookie(token: &Token) -> Result<AppendHeaders<[(HeaderName, HeaderValue); 1]>, Refusal> {
    Ok(AppendHeaders([(SET_COOKIE, cookie(&token.text(), None)?)]))
}
