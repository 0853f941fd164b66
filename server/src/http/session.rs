//! `GET /session`, `DELETE /session`, `PUT /session/resume-key` and `POST /session/alive`.

use super::extract::{Body, COOKIE, Held};
use super::problem::Refusal;
use super::{Answer, Done};
use crate::service::{Error, Portal, sessions};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::AppendHeaders;
use crypto_core::wire::api::{ResumeKey, Resumed};
use std::sync::Arc;

/// What a client needs after a refresh.
#[utoipa::path(get, path = "/session", responses((status = OK, body = Resumed)))]
pub(super) async fn resume(State(portal): State<Arc<Portal>>, session: Held) -> Answer<Resumed> {
    Ok(Json(sessions::resume(&portal, &session.caller, &session.token).await?))
}

/// Ends the session.
#[utoipa::path(delete, path = "/session", responses((status = NO_CONTENT)))]
pub(super) async fn sign_out(
    State(portal): State<Arc<Portal>>,
    session: Held,
) -> Result<(StatusCode, AppendHeaders<[(HeaderName, HeaderValue); 1]>), Refusal> {
    sessions::sign_out(&portal, &session.caller).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie("", Some(0))?)])))
}

/// Keeps what opens the wrapped bundle key of a tab.
#[utoipa::path(put, path = "/session/resume-key", request_body = ResumeKey, responses((status = NO_CONTENT)))]
pub(super) async fn keep_resume_key(
    State(portal): State<Arc<Portal>>,
    session: Held,
    Body(body): Body<ResumeKey>,
) -> Done {
    sessions::keep_resume_key(&portal, &session.caller, &session.token, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody is there, though nothing is asked for: the session goes on.
#[utoipa::path(post, path = "/session/alive", responses((status = NO_CONTENT)))]
pub(super) async fn alive(State(portal): State<Arc<Portal>>, session: Held) -> Done {
    sessions::stay(&portal, &session.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The session's cookie. Without an age it goes with the browser.
pub(super) fn cookie(value: &str, max_age: Option<u32>) -> Result<HeaderValue, Refusal> {
    let age = max_age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    let cookie = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    let mut cookie = HeaderValue::try_from(cookie).map_err(|_| Error::Internal("cookie"))?;
    cookie.set_sensitive(true);
    Ok(cookie)
}
