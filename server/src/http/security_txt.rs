//! `GET /.well-known/security.txt` (RFC 9116): where a weakness is reported, if the operator said so.

use super::problem::Refusal;
use crate::service::Portal;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use crypto_core::wire::ProblemCode;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// For so long the answer may be believed (RFC 9116 section 2.5.5: less than a year).
const GOOD_FOR_DAYS: u64 = 30;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

pub(super) async fn security_txt(State(portal): State<Arc<Portal>>) -> Response {
    let Some(contact) = &portal.state.config.security.contact else {
        return Refusal::from(ProblemCode::NotFound).into_response();
    };
    let last_day = portal.state.clock.now_ms() / DAY_MS + GOOD_FOR_DAYS;
    let expires = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(last_day * DAY_MS));
    let text = format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: de, en\nCanonical: {}/.well-known/security.txt\n",
        portal.state.public_url
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
