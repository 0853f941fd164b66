//! Errors as RFC 9457 problem details. What went wrong inside is logged here, once, and not told.

use crate::service::Error;
use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crypto_core::wire::{Problem, ProblemCode};

/// What a handler answers when a use case did not go through.
pub(super) struct Refusal(Error);

impl Refusal {
    /// Whether the rules said no in this way.
    pub(super) fn is(&self, code: ProblemCode) -> bool {
        matches!(self.0, Error::Refused(it) if it == code)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ProblemCode> for Refusal {
    fn from(code: ProblemCode) -> Self {
        Self(Error::Refused(code))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut problem = Problem::of(code(&self.0));
        if let Error::RateLimited { retry_after_seconds } = self.0 {
            problem.retry_after_seconds = Some(retry_after_seconds);
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = problem.retry_after_seconds.map(HeaderValue::from);
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

fn code(error: &Error) -> ProblemCode {
    match error {
        Error::Refused(code) => *code,
        Error::RateLimited { .. } => ProblemCode::RateLimited,
        Error::Store(StoreError::Conflict) => ProblemCode::Unavailable,
        Error::Store(_) | Error::Blobs(_) | Error::Directory(_) | Error::Internal(_) => {
            tracing::error!(%error, "a request failed");
            ProblemCode::Internal
        }
    }
}
