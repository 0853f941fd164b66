//! What holds for every request: who may change something from where, the security headers, one line of log.

use super::extract::came_in_the_clear;
use super::problem::Refusal;
use crate::service::Portal;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::wire::ProblemCode;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tracing::Instrument;

/// What every answer says, one header a line: whoever checks the client from outside reads the same list.
static SECURITY_HEADERS: LazyLock<Vec<(HeaderName, HeaderValue)>> =
    LazyLock::new(|| include_str!("../../../client/web/headers.txt").lines().filter_map(header_of).collect());

fn header_of(line: &'static str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(": ")?;
    Some((HeaderName::try_from(name).ok()?, HeaderValue::from_static(value)))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Refuses changes that another origin's page asks for.
pub(super) async fn same_origin(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_ours(request.headers(), &portal.state.public_url) {
        next.run(request).await
    } else {
        Refusal::from(ProblemCode::OriginRefused).into_response()
    }
}

fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let origin = headers.get(header::ORIGIN).is_none_or(|origin| origin.as_bytes() == public_url.as_bytes());
    let site =
        headers.get("sec-fetch-site").is_none_or(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    origin && site
}

/// Ends a request that takes too long, a body that trickles in included.
pub(super) async fn in_time(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    let most = Duration::from_secs(u64::from(portal.state.config.timeouts.request_seconds));
    match tokio::time::timeout(most, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::from(ProblemCode::RequestTimeout).into_response(),
    }
}

/// Where people come by TLS, a request that a trusted proxy took without is sent there, or refused.
pub(super) async fn encrypted(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    let state = &portal.state;
    let clear = came_in_the_clear(request.extensions(), request.headers(), &state.config.proxy.trusted);
    if !clear || !state.public_url.starts_with("https://") {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    match HeaderValue::from_str(&format!("{}{path}", state.public_url)) {
        Ok(there) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, there)]).into_response()
        }
        _ => Refusal::from(ProblemCode::OriginRefused).into_response(),
    }
}

/// Adds the headers that every answer has.
pub(super) async fn security_headers(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS.iter() {
        headers.insert(name, value.clone());
    }
    if portal.state.public_url.starts_with("https://") {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Logs method, route, status and duration: no path, no query, no address, no cookie.
pub(super) async fn trace(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    let mut id = [0; 12];
    portal.state.rng().fill_bytes(&mut id);
    let id = Base64UrlUnpadded::encode_string(&id);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let started_ms = portal.state.now_ms();
    let span = tracing::info_span!("request", id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let duration_ms = portal.state.now_ms().saturating_sub(started_ms);
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), duration_ms, "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
