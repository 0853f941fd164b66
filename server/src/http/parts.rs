//! `GET /messages/{message}/parts/{part}`, whole or a range (RFC 9110, section 14).

use super::extract::{Path, SignedIn};
use super::problem::Refusal;
use crate::service::{Error, Portal, messages};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crypto_core::wire::{MessageId, PartId, ProblemCode};
use std::ops::Range;
use std::sync::Arc;

/// Ciphertext of a part.
#[utoipa::path(
    get,
    path = "/messages/{message}/parts/{part}",
    params(("message" = MessageId, Path), ("part" = PartId, Path)),
    responses(
        (status = OK, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = PARTIAL_CONTENT, body = Vec<u8>, content_type = "application/octet-stream"),
    )
)]
pub(super) async fn part(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
    Path((message, part)): Path<(MessageId, PartId)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (blob, length) = messages::part(&portal, &session.caller, message, part).await?;
    let range = wanted(&headers, length)?;
    let bytes = range.clone().unwrap_or(0..length);
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let stream = portal.state.blobs.read(blob, bytes.clone()).await.map_err(Error::from)?;
    let mut response = (status, Body::from_stream(stream)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.end - bytes.start));
    if range.is_some() {
        let place = format!("bytes {}-{}/{length}", bytes.start, bytes.end - 1);
        headers.insert(
            header::CONTENT_RANGE,
            HeaderValue::try_from(place).map_err(|_| Error::Internal("range"))?,
        );
    }
    Ok(response)
}

/// The range that a request asks for; nothing if it wants all, or asks in a way that may be ignored.
fn wanted(headers: &HeaderMap, length: u64) -> Result<Option<Range<u64>>, Refusal> {
    let Some(text) = headers.get(header::RANGE).and_then(|range| range.to_str().ok()) else {
        return Ok(None);
    };
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(suffix)) if first.is_empty() => length.saturating_sub(suffix)..length,
        _ => return Ok(None),
    };
    if range.is_empty() { Err(ProblemCode::RangeNotSatisfiable.into()) } else { Ok(Some(range)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Option<Option<Range<u64>>> {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(text).unwrap())]);
        wanted(&headers, 10).ok()
    }

    #[test]
    fn ranges_of_ten_bytes() {
        assert_eq!(range("bytes=0-0"), Some(Some(0..1)));
        assert_eq!(range("bytes=2-4"), Some(Some(2..5)));
        assert_eq!(range("bytes=8-99"), Some(Some(8..10)));
        assert_eq!(range("bytes=8-18446744073709551615"), Some(Some(8..10)));
        assert_eq!(range("bytes=7-"), Some(Some(7..10)));
        assert_eq!(range("bytes=-3"), Some(Some(7..10)));
        assert_eq!(range("bytes=-99"), Some(Some(0..10)));
        for ignored in ["bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=-"] {
            assert_eq!(range(ignored), Some(None), "{ignored}");
        }
        for outside in ["bytes=10-11", "bytes=10-", "bytes=-0"] {
            assert_eq!(range(outside), None, "{outside}");
        }
    }
}
