//! Asks a server over HTTP/1.1, with a connection for each question and nothing done behind one's back: no redirect, no
//! cookie, no decompression, every header as it came. TLS by rustls, with the certificates that the system trusts
//! (`SSL_CERT_FILE` names others).

use anyhow::{Context as _, Result, bail};
use crypto_core::wire::Problem;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method, Request, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

const TIME: Duration = Duration::from_secs(300);
/// What was sent has arrived.
const ARRIVING: Duration = Duration::from_millis(500);
/// No answer is longer.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// How often a server that says "later" is asked again, and how long at most it is waited for.
const TRIES: u32 = 5;
const LONGEST_WAIT_SECONDS: u64 = 120;

/// A server, by its address.
pub struct Server {
    url: Url,
    host: Host<String>,
    port: u16,
    tls: Option<TlsConnector>,
    token: Option<HeaderValue>,
}

/// What it answered.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// As they came, doubled ones included.
    pub headers: HeaderMap,
    /// As it came, compressed or not.
    pub body: Vec<u8>,
}

impl Server {
    /// The server at `https://…`, or at `http://…` for tests and on the same machine.
    ///
    /// # Errors
    /// If that is no such address.
    pub fn at(url: &str) -> Result<Self> {
        let url = Url::parse(url).with_context(|| format!("{url} is no address of a server."))?;
        let host = url.host().map(|host| host.to_owned());
        let (Some(host), Some(port)) = (host, url.port_or_known_default()) else {
            bail!("{url} is no address of a server.");
        };
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            bail!("{url} must be scheme, host and port alone.");
        }
        let tls = match url.scheme() {
            "https" => Some(TlsConnector::from(Arc::new(tls()?))),
            "http" => None,
            _ => bail!("{url} must begin with https:// or http://."),
        };
        Ok(Self { url, host, port, tls, token: None })
    }

    /// Shows an auditor's token with each question.
    ///
    /// # Errors
    /// If it is none, or would go over a network in the clear.
    pub fn with_token(mut self, token: &str) -> Result<Self> {
        let loopback = match &self.host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        if self.tls.is_none() && !loopback {
            bail!("A token is shown over https:// only.");
        }
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).context("That is no token.")?;
        value.set_sensitive(true);
        self.token = Some(value);
        Ok(self)
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Whether a token is shown.
    #[must_use]
    pub const fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// `GET` of a JSON answer, with a path below `/api/v1`.
    ///
    /// # Errors
    /// If there is no answer, or another one.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, Vec::new()).await
    }

    /// `POST` of JSON with a JSON answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.call(Method::POST, path, serde_json::to_vec(body)?).await
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str, body: Vec<u8>) -> Result<T> {
        let answer = self.in_time(method, path, body).await?;
        match self.problem(&answer) {
            None => serde_json::from_slice(&answer.body)
                .with_context(|| format!("{path}: the answer is not what it must be.")),
            // As the server says it, a session would be needed.
            Some(problem) if problem.status == 401 && path.starts_with("/auditors/") => {
                bail!(
                    "The server does not take the auditors' token: it is another one, or the server has none"
                )
            }
            Some(problem) => bail!("{path}: the server refuses: {}", problem.title),
        }
    }

    /// The problem of an answer that is one.
    #[must_use]
    pub fn problem(&self, answer: &Answer) -> Option<Problem> {
        if (200..300).contains(&answer.status) {
            return None;
        }
        let unknown = || Problem {
            kind: String::new(),
            title: format!("status {}", answer.status),
            status: answer.status,
            code: crypto_core::wire::ProblemCode::Internal,
            retry_after_seconds: None,
        };
        Some(serde_json::from_slice(&answer.body).unwrap_or_else(|_| unknown()))
    }

    /// A question of the API, asked again where the server says "later".
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn in_time(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Answer> {
        let mut headers = HeaderMap::new();
        if method != Method::GET {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(token) = &self.token {
            headers.insert(header::AUTHORIZATION, token.clone());
        }
        let path = format!("/api/v1{path}");
        for _ in 1..TRIES {
            let answer = self.ask(method.clone(), &path, headers.clone(), body.clone()).await?;
            let wait = self.problem(&answer).and_then(|problem| problem.retry_after_seconds);
            let Some(seconds) = wait.filter(|_| answer.status == 429) else { return Ok(answer) };
            tokio::time::sleep(Duration::from_secs(seconds.min(LONGEST_WAIT_SECONDS))).await;
        }
        self.ask(method, &path, headers, body).await
    }

    /// One question.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn ask(&self, method: Method, path: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).body(Full::new(Bytes::from(body)))?;
        *request.headers_mut() = headers;
        let authority = self.url.authority();
        request.headers_mut().insert(header::HOST, HeaderValue::try_from(authority)?);
        request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        let answer = tokio::time::timeout(TIME, self.send(request)).await.context("no answer in time");
        answer.and_then(|answer| answer).with_context(|| format!("{}{path}", self.url()))
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer> {
        exchange(self.connect().await?, request).await
    }

    /// Begins a `POST` of JSON that is never finished, so that the server holds in its memory what was sent.
    ///
    /// # Errors
    /// If the server does not take it.
    pub async fn hold(&self, path: &str, beginning: &[u8]) -> Result<Held> {
        let mut stream = self.connect().await?;
        let length = beginning.len() + 1;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n",
            self.url.authority()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(beginning).await?;
        stream.flush().await?;
        tokio::time::sleep(ARRIVING).await;
        Ok(Held(stream))
    }

    async fn connect(&self) -> Result<Connection> {
        let (stream, name) = match &self.host {
            Host::Domain(name) => {
                (TcpStream::connect((name.as_str(), self.port)).await?, ServerName::try_from(name.clone())?)
            }
            Host::Ipv4(address) => {
                (TcpStream::connect((*address, self.port)).await?, std::net::IpAddr::from(*address).into())
            }
            Host::Ipv6(address) => {
                (TcpStream::connect((*address, self.port)).await?, std::net::IpAddr::from(*address).into())
            }
        };
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some(tls) => Ok(Box::new(tls.connect(name, stream).await?)),
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

type Connection = Box<dyn Stream>;

/// A question that is not finished; dropping it ends the connection.
pub struct Held(#[expect(dead_code, reason = "it is held")] Connection);

async fn exchange(stream: Connection, request: Request<Full<Bytes>>) -> Result<Answer> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let body = Limited::new(body, ANSWER_BYTES).collect().await;
    driver.abort();
    let body = body.map_err(|error| anyhow::anyhow!("the answer broke off: {error}"))?.to_bytes();
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.to_vec() })
}

fn tls() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_in_the_clear() {
        for (url, taken) in [
            ("https://portal.example", true),
            ("http://localhost:8080", true),
            ("http://127.0.0.1:8080", true),
            ("http://portal.example", false),
            ("http://192.0.2.1", false),
        ] {
            assert_eq!(Server::at(url).unwrap().with_token("abc").is_ok(), taken, "{url}");
        }
        assert!(Server::at("https://portal.example").unwrap().with_token("a\nb").is_err());
    }

    #[test]
    fn an_address_is_scheme_host_and_port() {
        for url in ["portal.example", "ftp://portal.example", "https://portal.example/x", "https://"] {
            assert!(Server::at(url).is_err(), "{url}");
        }
        assert_eq!(Server::at("https://portal.example/").unwrap().url(), "https://portal.example");
    }
}
