//! Connections: TLS by rustls from PEM files, HTTP/1.1, and an end to clients that take too long.
//!
//! A handshake and the headers of a request have `timeouts.header_seconds`; what comes after is bounded by
//! `timeouts.request_seconds` in the router. No more than `limits.connections` are open at once: who comes
//! then waits in the operating system's queue.

use crate::config::{Config, TlsConfig};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// After an error of the listener, as when the process has too many files open.
const PAUSE: Duration = Duration::from_millis(100);

/// Certificate or key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The chain.
    #[error("`tls.certificate`: {0}")]
    Certificate(rustls::pki_types::pem::Error),
    /// The chain is empty.
    #[error("`tls.certificate`: there is no certificate in it")]
    Empty,
    /// The key.
    #[error("`tls.key`: {0}")]
    Key(rustls::pki_types::pem::Error),
    /// They do not belong together.
    #[error("`tls.certificate` and `tls.key`: {0}")]
    Pair(rustls::Error),
}

/// The server's certificate, which can be replaced while it runs.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    now: Arc<Current>,
    acceptor: TlsAcceptor,
}

struct Current(RwLock<Arc<CertifiedKey>>);

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Current")
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// From the files that are configured; `None` if there are none.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn load(config: &TlsConfig) -> Result<Option<Self>, TlsError> {
        let (Some(certificate), Some(key)) = (&config.certificate, &config.key) else { return Ok(None) };
        let now = Arc::new(Current(RwLock::new(Arc::new(read(certificate, key)?))));
        let resolver: Arc<dyn ResolvesServerCert> = now.clone();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Pair)?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        Ok(Some(Self { certificate: certificate.clone(), key: key.clone(), now, acceptor }))
    }

    /// Reads the files again. If they cannot be used, the old certificate stays.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(read(&self.certificate, &self.key)?);
        *self.now.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = CertificateDer::pem_file_iter(certificate).map_err(TlsError::Certificate)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::Empty);
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(TlsError::Key)?;
    CertifiedKey::from_der(chain, key, &rustls::crypto::ring::default_provider()).map_err(TlsError::Pair)
}

/// Answers until `stopping`, and then ends when the requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    config: &Config,
    tls: Option<Arc<Tls>>,
    stopping: CancellationToken,
) {
    let header_time = Duration::from_secs(u64::from(config.timeouts.header_seconds));
    let room = Arc::new(Semaphore::new(usize::try_from(config.limits.connections).unwrap_or(usize::MAX)));
    let connections = TaskTracker::new();
    loop {
        let accepted = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = accepted => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let connection = Connection { peer, app: app.clone(), header_time, stopping: stopping.clone() };
        let tls = tls.clone();
        connections.spawn(async move {
            connection.run(stream, tls).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

struct Connection {
    peer: SocketAddr,
    app: Router,
    header_time: Duration,
    stopping: CancellationToken,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.answer(stream).await };
        let handshake = tokio::time::timeout(self.header_time, tls.acceptor.accept(stream));
        if let Ok(Ok(stream)) = handshake.await {
            self.answer(stream).await;
        }
    }

    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Self { peer, app, header_time, stopping } = self;
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_time)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // What goes wrong here is the client's: it went away, or spoke no HTTP.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}
