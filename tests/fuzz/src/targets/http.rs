//! The server's router over an empty disk: whatever is asked, by strangers, partners, staff and administrators, no
//! answer is a 5xx and none echoes what it refused.

use crate::input::{Input, text};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri, header};
use portal::PORTAL;
use tower::ServiceExt;

pub(crate) mod portal;

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];
const TYPES: [&str; 3] = ["application/json", "application/octet-stream", "text/plain; charset=x"];
const ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// Stands in a request's body where the server may not repeat it.
const MARK: &str = "kein-echo-7f3a";

/// A byte for method, type and person, three headers, the path as a piece, the body.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    let (method, kind, who) = (input.below(METHODS.len()), input.below(TYPES.len()), input.byte());
    let [range, forwarded, origin] = [(); 3].map(|()| input.piece());
    let path = text(input.piece());
    let path = if path.starts_with('/') { path } else { format!("/api/v1/{path}") };
    let Ok(uri) = path.parse::<Uri>() else { return false };
    let body = input.rest();
    let mut request = Request::builder()
        .method(METHODS[method])
        .uri(uri)
        .header(header::CONTENT_TYPE, TYPES[kind])
        .header("x-forwarded-for", forwarded);
    if !range.is_empty() {
        request = request.header(header::RANGE, range);
    }
    if !origin.is_empty() {
        request = request.header(header::ORIGIN, origin);
    }
    // Whoever signs out is gone for all inputs that come.
    let signs_out = METHODS[method] == "DELETE" && path.starts_with("/api/v1/session");
    if let Some(cookie) = PORTAL.cookie(who).filter(|_| !signs_out) {
        request = request.header(header::COOKIE, cookie);
    }
    // What is no header never gets here.
    let Ok(request) = request.body(Body::from(body.to_vec())) else { return false };
    let is_stream = path.contains("/events");
    PORTAL.block_on(async {
        let answer = PORTAL.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        assert!(status.as_u16() < 500, "{} {path}: {status}", METHODS[method]);
        assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        if is_stream {
            return status.is_success();
        }
        let answer = to_bytes(answer.into_body(), ANSWER_BYTES).await.expect("the whole answer");
        let repeats = answer.windows(MARK.len()).any(|part| part == MARK.as_bytes());
        assert!(!status.is_client_error() || !repeats, "a refusal repeats what it refused");
        status.is_success()
    })
}
