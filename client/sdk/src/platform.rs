//! What the sdk needs from where it runs: HTTP to one server, a clock, randomness, a pause.

use crypto_core::CryptoRng;

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

impl Method {
    /// As in HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Body of a request.
#[derive(Debug, Clone)]
pub enum Payload {
    /// None.
    Empty,
    /// `application/json`.
    Json(Vec<u8>),
    /// `application/octet-stream`.
    Octets(Vec<u8>),
}

/// A request to the portal's server. The session's cookie goes with it by itself.
#[derive(Debug, Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Path and query, from `/api/v1/`.
    pub path: String,
    /// Body.
    pub payload: Payload,
    /// First and last byte wanted, for `Range`.
    pub range: Option<(u64, u64)>,
}

/// An answer of any status.
#[derive(Debug, Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// All of it.
    pub body: Vec<u8>,
}

/// No answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer")]
pub struct TransportError;

/// Where the sdk runs.
#[expect(async_fn_in_trait, reason = "each use knows its own platform, and a browser's futures are not Send")]
pub trait Platform {
    /// Its randomness.
    type Rng: CryptoRng;

    /// Sends a request.
    ///
    /// # Errors
    /// [`TransportError`] if no answer came.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;

    /// Waits.
    async fn pause(&self, ms: u32);

    /// Milliseconds since 1970 UTC.
    fn now_ms(&self) -> u64;

    /// How many minutes the clocks on the wall are ahead of UTC at a time, in milliseconds since 1970 UTC. None
    /// where nobody looks at a wall.
    fn ahead_of_utc_minutes(&self, _at_ms: u64) -> i32 {
        0
    }

    /// Randomness.
    fn rng(&self) -> Self::Rng;
}
