//! The sdk on a native machine, for tools and tests.

use crate::platform::{Method, Payload, Platform, Request, Response, TransportError};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// HTTP by `reqwest` with a cookie jar of its own, the system's clock and randomness.
pub struct Native {
    client: reqwest::Client,
    server: String,
}

impl Native {
    /// Talks to the server at an address such as `http://localhost:8080`.
    ///
    /// # Errors
    /// [`TransportError`] if no client can be made here.
    pub fn new(server: &str) -> Result<Self, TransportError> {
        let jar = std::sync::Arc::new(LoopbackJar::default());
        let client = reqwest::Client::builder().cookie_provider(jar).build().map_err(|_| TransportError)?;
        Ok(Self { client, server: server.trim_end_matches('/').to_owned() })
    }

    /// The HTTP client with this person's cookie, for requests that the sdk does not make.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }
}

impl Platform for Native {
    type Rng = UnwrapErr<SysRng>;

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.client.request(method, format!("{}{}", self.server, request.path));
        builder = match request.payload {
            Payload::Empty => builder,
            Payload::Json(bytes) => builder.header("content-type", "application/json").body(bytes),
            Payload::Octets(bytes) => builder.header("content-type", "application/octet-stream").body(bytes),
        };
        if let Some((first, last)) = request.range {
            builder = builder.header("range", format!("bytes={first}-{last}"));
        }
        let response = builder.send().await.map_err(|_| TransportError)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|_| TransportError)?.to_vec();
        Ok(Response { status, body })
    }

    async fn pause(&self, ms: u32) {
        tokio::time::sleep(Duration::from_millis(u64::from(ms))).await;
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one native clock of the sdk")]
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn rng(&self) -> Self::Rng {
        UnwrapErr(SysRng)
    }
}

/// Keeps the session's cookie and sends it to the one server it came from. Browsers send `Secure` cookies to
/// loopback without TLS; general cookie jars do not.
#[derive(Default)]
struct LoopbackJar(std::sync::Mutex<Option<(String, String)>>);

impl LoopbackJar {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(String, String)>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl reqwest::cookie::CookieStore for LoopbackJar {
    fn set_cookies(
        &self,
        headers: &mut dyn Iterator<Item = &reqwest::header::HeaderValue>,
        url: &reqwest::Url,
    ) {
        for text in headers.filter_map(|header| header.to_str().ok()) {
            let pair = text.split(';').next().unwrap_or_default().trim();
            let ended = pair.ends_with('=') || text.to_ascii_lowercase().contains("max-age=0");
            *self.lock() = (!ended).then(|| (url.origin().ascii_serialization(), pair.to_owned()));
        }
    }

    fn cookies(&self, url: &reqwest::Url) -> Option<reqwest::header::HeaderValue> {
        let kept = self.lock();
        let (origin, pair) = kept.as_ref()?;
        if *origin != url.origin().ascii_serialization() {
            return None;
        }
        reqwest::header::HeaderValue::from_str(pair).ok()
    }
}
