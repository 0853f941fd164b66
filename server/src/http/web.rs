//! The web client: embedded, precompressed, hashed names cached for good. A path without a dot that is not
//! the API's is a view of the client and gets its start page.

use super::problem::Refusal;
use crate::assets::{self, Asset};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use crypto_core::wire::ProblemCode;

const START_PAGE: &str = "/index.html";

pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let Some(asset) = look_up(uri.path()) else {
        return Refusal::from(ProblemCode::NotFound).into_response();
    };
    if !matches!(method, Method::GET | Method::HEAD) {
        return Refusal::from(ProblemCode::MethodNotAllowed).into_response();
    }
    answer(asset, &headers)
}

/// `GET /.well-known/web-client.json`: path, type and SHA-256 of every file of the web client, and the headers of
/// every answer, as the build made them. Whoever has the source builds the same list.
pub(super) async fn manifest() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], assets::MANIFEST)
}

fn look_up(path: &str) -> Option<&'static Asset> {
    if path == "/api" || path.starts_with("/api/") {
        return None;
    }
    assets::find(path).or_else(|| if path.contains('.') { None } else { assets::find(START_PAGE) })
}

fn answer(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let (encoding, bytes) = choose(asset, headers);
    let tag = format!("\"{}{}\"", asset.sha256, encoding.map(|it| format!("-{it}")).unwrap_or_default());
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| lists(known, &tag));
    let mut response =
        if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let caching = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, asset.content_type);
    set(header::CACHE_CONTROL, caching);
    set(header::ETAG, &tag);
    set(header::VARY, "Accept-Encoding");
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn choose(asset: &Asset, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|it| it.to_str().ok()).unwrap_or_default();
    match (asset.br, asset.gzip) {
        (Some(br), _) if accepts(accepted, "br") => (Some("br"), br),
        (_, Some(gzip)) if accepts(accepted, "gzip") => (Some("gzip"), gzip),
        _ => (None, asset.raw),
    }
}

/// Whether a list of encodings has this one, with no weight of zero.
fn accepts(list: &str, encoding: &str) -> bool {
    list.split(',').any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn lists(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').any(|it| matches!(it.trim(), "*"))
        || known.split(',').any(|it| it.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_with_weight_zero_is_not_accepted() {
        assert!(accepts("gzip, deflate, br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "br"));
    }

    #[test]
    fn a_view_gets_the_start_page_and_the_api_does_not() {
        for path in ["/", "/inbox", "/setup", "/message/abc"] {
            assert_eq!(look_up(path).map(|asset| asset.path), Some(START_PAGE), "{path}");
        }
        for path in ["/api", "/api/v1/none", "/none.js", "/../x.y"] {
            assert!(look_up(path).is_none(), "{path}");
        }
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let asset = look_up("/").unwrap();
        let tag = format!("\"{}\"", asset.sha256);
        let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::try_from(tag).unwrap())]);
        assert_eq!(answer(asset, &headers).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(asset, &HeaderMap::new()).status(), StatusCode::OK);
    }
}
