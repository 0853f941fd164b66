//! The client's platform over the auditor's HTTP. It remembers the number that the server gave its last answer: the
//! log must name it.

use auditor::http::Server;
use client_sdk::{Method, Payload, Platform, Request, Response, TransportError};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, COOKIE, HeaderValue, RANGE, SET_COOKIE};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One person's client.
pub struct Remote {
    server: Server,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    cookie: Option<HeaderValue>,
    request_id: Option<String>,
}

impl Remote {
    /// A client that nobody has signed in with.
    #[must_use]
    pub fn new(server: Server) -> Self {
        Self { server, kept: Mutex::default() }
    }

    /// `X-Request-Id` of the last answer.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.kept().request_id.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn headers(&self, request: &Request) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        let media_type = match &request.payload {
            Payload::Empty => None,
            Payload::Json(_) => Some("application/json"),
            Payload::Octets(_) => Some("application/octet-stream"),
        };
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        if let Some((first, last)) = request.range {
            headers.insert(RANGE, HeaderValue::try_from(format!("bytes={first}-{last}")).ok()?);
        }
        if let Some(cookie) = &self.kept().cookie {
            headers.insert(COOKIE, cookie.clone());
        }
        Some(headers)
    }

    fn remember(&self, headers: &HeaderMap) {
        let mut kept = self.kept();
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
            let ended = pair.ends_with(b"=");
            kept.cookie = HeaderValue::from_bytes(pair).ok().filter(|_| !ended);
        }
        let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        kept.request_id = id.map(String::from).or(kept.request_id.take());
    }
}

impl Platform for Remote {
    type Rng = UnwrapErr<SysRng>;

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => hyper::Method::GET,
            Method::Post => hyper::Method::POST,
            Method::Put => hyper::Method::PUT,
            Method::Delete => hyper::Method::DELETE,
        };
        let headers = self.headers(&request).ok_or(TransportError)?;
        let body = match request.payload {
            Payload::Empty => Vec::new(),
            Payload::Json(body) | Payload::Octets(body) => body,
        };
        let answer = self.server.ask(method, &request.path, headers, body).await;
        let answer = answer.map_err(|_| TransportError)?;
        self.remember(&answer.headers);
        Ok(Response { status: answer.status, body: answer.body })
    }

    async fn pause(&self, ms: u32) {
        tokio::time::sleep(Duration::from_millis(u64::from(ms))).await;
    }

    #[expect(clippy::disallowed_methods, reason = "this is the canary's one clock")]
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn rng(&self) -> Self::Rng {
        UnwrapErr(SysRng)
    }
}
