//! What a handler takes out of a request. Every refusal is a problem.

use super::problem::Refusal;
use crate::config::Subnet;
use crate::service::auditors::{self, Auditor};
use crate::service::sessions::{self, Caller, Token};
use crate::service::throttle::Network;
use crate::service::{Error, Portal};
use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use bytes::Bytes;
use crypto_core::wire::ProblemCode;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The session's cookie.
pub(super) const COOKIE: &str = "__Host-session";

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Portal>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        match Json::<T>::from_request(request, portal).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ProblemCode::UnsupportedMediaType.into()),
            Err(JsonRejection::BytesRejection(rejection)) => Err(too_large_or_malformed(&rejection)),
            Err(_) => Err(ProblemCode::Malformed.into()),
        }
    }
}

/// A piece of a part.
pub(super) struct Piece(pub(super) Bytes);

impl FromRequest<Arc<Portal>> for Piece {
    type Rejection = Refusal;

    async fn from_request(request: Request, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        if content_type.is_none_or(|it| it.as_bytes() != b"application/octet-stream") {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        match Bytes::from_request(request, portal).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => Err(match too_large_or_malformed(&rejection) {
                refusal if refusal.is(ProblemCode::MessageTooLarge) => ProblemCode::PartTooLarge.into(),
                refusal => refusal,
            }),
        }
    }
}

fn too_large_or_malformed(rejection: &BytesRejection) -> Refusal {
    let too_large = rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
    if too_large { ProblemCode::MessageTooLarge.into() } else { ProblemCode::Malformed.into() }
}

/// Identifiers in the path. What is no identifier is not found.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Portal>> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, portal).await;
        path.map(|axum::extract::Path(path)| Self(path)).map_err(|_| ProblemCode::NotFound.into())
    }
}

/// The query.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Portal>> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, portal).await;
        query.map(|axum::extract::Query(query)| Self(query)).map_err(|_| ProblemCode::Malformed.into())
    }
}

/// Somebody with a valid session, whatever must be done first.
pub(super) struct Held {
    /// Who.
    pub(super) caller: Caller,
    /// The session's token.
    pub(super) token: Token,
}

impl FromRequestParts<Arc<Portal>> for Held {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        let token = token(&parts.headers).ok_or(Error::Refused(ProblemCode::NotSignedIn))?;
        let caller = sessions::authenticate(portal, &token).await?;
        Ok(Self { caller, token })
    }
}

/// The session that the browser had before, good or not.
pub(super) struct Before(pub(super) Option<Token>);

impl FromRequestParts<Arc<Portal>> for Before {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Portal>) -> Result<Self, Self::Rejection> {
        Ok(Self(token(&parts.headers)))
    }
}

/// Somebody with a valid session that is good for everything.
pub(super) struct SignedIn {
    /// Who.
    pub(super) caller: Caller,
}

impl FromRequestParts<Arc<Portal>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        let Held { caller, .. } = Held::from_request_parts(parts, portal).await?;
        caller.standing.allows(None)?;
        Ok(Self { caller })
    }
}

/// Somebody with an auditor's token.
pub(super) struct Audits(pub(super) Auditor);

impl FromRequestParts<Arc<Portal>> for Audits {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Refusal> {
        let Ok(Peer(network)) = Peer::from_request_parts(parts, portal).await;
        let header = parts.headers.get(header::AUTHORIZATION).map(axum::http::HeaderValue::as_bytes);
        let token = header.and_then(|value| value.strip_prefix(b"Bearer "));
        Ok(Self(auditors::admit(portal, network, token)?))
    }
}

/// Where a request comes from.
pub(super) struct Peer(pub(super) Network);

impl FromRequestParts<Arc<Portal>> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Self::Rejection> {
        let trusted = &portal.state.config.proxy.trusted;
        Ok(Self(Network::from(origin(peer(&parts.extensions), &parts.headers, trusted))))
    }
}

/// Who opened the connection.
fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// Where a request began: a trusted proxy's word for whom it speaks, as long as that one is trusted too. What
/// stands before the first one that is not trusted, anybody could have written.
fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[Subnet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|subnet| subnet.contains(address));
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut named: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer;
    while is_trusted(address) {
        match named.pop().and_then(parse_address) {
            Some(before) => address = before,
            None => break,
        }
    }
    address
}

/// Some proxies add the port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Whether a trusted proxy says that it was asked without TLS.
pub(super) fn came_in_the_clear(extensions: &Extensions, headers: &HeaderMap, trusted: &[Subnet]) -> bool {
    let peer = peer(extensions);
    trusted.iter().any(|subnet| subnet.contains(peer))
        && headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes() == b"http")
}

fn token(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookie| cookie.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, value)| Token::parse(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let name = axum::http::HeaderName::from_static("x-forwarded-for");
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn forwarded_headers_count_from_named_proxies_alone() {
        let trusted: Vec<Subnet> = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"]
            .iter()
            .map(|text| Subnet::try_from((*text).to_owned()).unwrap())
            .collect();
        for (peer, forwarded, origin_is) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.1.1.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.1.1.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", &["1.1.1.1, 198.51.100.1, 192.0.2.1"], "198.51.100.1"),
            ("10.1.1.1", &["1.1.1.1", "198.51.100.1", "10.2.2.2"], "198.51.100.1"),
            ("10.1.1.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("fd00::1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("10.1.1.1", &["nonsense"], "10.1.1.1"),
            ("10.1.1.1", &[], "10.1.1.1"),
            ("10.1.1.1", &["10.3.3.3"], "10.3.3.3"),
        ] {
            let found = origin(peer.parse().unwrap(), &headers(forwarded), &trusted);
            assert_eq!(found.to_string(), origin_is, "{peer} {forwarded:?}");
        }
        assert_eq!(origin([10, 1, 1, 1].into(), &headers(&["1.1.1.1"]), &[]).to_string(), "10.1.1.1");
    }
}
