//! A server that lies: a proxy on the loopback before the real one, which changes what passes through it.
//!
//! Neither the client nor the server knows of it. A lie is about what is asked: a method and a path from `/api/v1`
//! on without its query, where `*` stands for one segment, as in `GET /messages/*/parts/*`.

use crate::ServerProcess;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, RANGE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex, MutexGuard};

type Change = Box<dyn Fn(Vec<u8>) -> Vec<u8> + Send + Sync>;

enum Lie {
    /// The server is asked something else.
    Asked(Change),
    /// It has answered something else.
    Answered(Change),
    /// It is not asked; of these bytes the client gets those that it wants.
    Instead(Vec<u8>),
}

struct Shared {
    client: reqwest::Client,
    server: Mutex<String>,
    lies: Mutex<Vec<(String, Lie)>>,
    passed: Mutex<Vec<String>>,
}

/// The proxy. It ends with the test's runtime.
pub struct LyingServer {
    port: u16,
    shared: Arc<Shared>,
}

impl LyingServer {
    /// One that tells the truth for now.
    ///
    /// # Panics
    /// If no client can be made.
    pub fn on(listener: tokio::net::TcpListener, server: &ServerProcess) -> Self {
        let port = listener.local_addr().expect("bound").port();
        let redirects = reqwest::redirect::Policy::none();
        let shared = Arc::new(Shared {
            client: reqwest::Client::builder().redirect(redirects).build().expect("a client"),
            server: Mutex::new(server.url()),
            lies: Mutex::default(),
            passed: Mutex::default(),
        });
        let router = axum::Router::new().fallback(pass).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, shared }
    }

    /// The port on the loopback.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What a person types.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// From now on another server answers.
    pub fn stand_before(&self, server: &ServerProcess) {
        *lock(&self.shared.server) = server.url();
    }

    /// From now on nobody answers.
    pub fn stand_alone(&self) {
        *lock(&self.shared.server) = "http://localhost:1".into();
    }

    /// From now on requests of this kind arrive changed.
    pub fn ask<T: DeserializeOwned + Serialize>(
        &self,
        what: &str,
        change: impl Fn(&mut T) + Send + Sync + 'static,
    ) {
        self.tell(what, Lie::Asked(typed(change)));
    }

    /// From now on answers of this kind arrive changed, unless they are problems.
    pub fn answer<T: DeserializeOwned + Serialize>(
        &self,
        what: &str,
        change: impl Fn(&mut T) + Send + Sync + 'static,
    ) {
        self.tell(what, Lie::Answered(typed(change)));
    }

    /// From now on this is the answer.
    pub fn answer_with(&self, what: &str, body: &impl Serialize) {
        self.give(what, serde_json::to_vec(body).expect("a body"));
    }

    /// From now on these bytes are the answer, in the ranges that are asked for.
    pub fn give(&self, what: &str, bytes: Vec<u8>) {
        self.tell(what, Lie::Instead(bytes));
    }

    /// From now on it tells the truth.
    pub fn tell_the_truth(&self) {
        lock(&self.shared.lies).clear();
    }

    /// How often something was asked, whatever the answer.
    pub fn asked(&self, what: &str) -> usize {
        lock(&self.shared.passed).iter().filter(|it| fits(what, it)).count()
    }

    fn tell(&self, what: &str, lie: Lie) {
        lock(&self.shared.lies).push((what.to_owned(), lie));
    }
}

impl Shared {
    /// What becomes of bytes by all lies of one kind.
    fn changed(&self, what: &str, bytes: Vec<u8>, of_kind: impl Fn(&Lie) -> Option<&Change>) -> Vec<u8> {
        let lies = lock(&self.lies);
        let changes = lies.iter().filter(|(about, _)| fits(about, what)).filter_map(|(_, lie)| of_kind(lie));
        changes.fold(bytes, |bytes, change| change(bytes))
    }

    fn lies_about(&self, what: &str) -> bool {
        let answered = |lie: &Lie| matches!(lie, Lie::Answered(_));
        lock(&self.lies).iter().any(|(about, lie)| answered(lie) && fits(about, what))
    }

    fn instead(&self, what: &str) -> Option<Vec<u8>> {
        lock(&self.lies).iter().filter(|(about, _)| fits(about, what)).find_map(|(_, lie)| match lie {
            Lie::Instead(bytes) => Some(bytes.clone()),
            _ => None,
        })
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path();
    let what = format!("{} {}", head.method, path.strip_prefix("/api/v1").unwrap_or(path));
    lock(&shared.passed).push(what.clone());
    let asked = to_bytes(body, usize::MAX).await.expect("a request").to_vec();
    let asked = shared.changed(&what, asked, |lie| match lie {
        Lie::Asked(change) => Some(change),
        _ => None,
    });
    if let Some(bytes) = shared.instead(&what) {
        return instead(bytes, &head.headers);
    }
    let there = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{there}", *lock(&shared.server));
    hop_by_hop(&mut head.headers);
    let sent = shared.client.request(head.method, url).headers(head.headers).body(asked).send();
    let Ok(answer) = sent.await else { return empty(StatusCode::BAD_GATEWAY) };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    hop_by_hop(&mut headers);
    let body = if status.is_success() && shared.lies_about(&what) {
        let truth = answer.bytes().await.expect("an answer").to_vec();
        Body::from(shared.changed(&what, truth, |lie| match lie {
            Lie::Answered(change) => Some(change),
            _ => None,
        }))
    } else {
        // Events come one by one.
        Body::from_stream(answer.bytes_stream())
    };
    let mut response = Response::new(body);
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    response
}

/// Bytes `first..=last` of them, or all.
fn instead(bytes: Vec<u8>, headers: &HeaderMap) -> Response {
    let range =
        headers.get(RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let parsed = range.map(|(first, last)| {
        let (first, last): (usize, usize) = (first.parse().expect("a range"), last.parse().expect("a range"));
        (first.min(bytes.len()), (last + 1).min(bytes.len()))
    });
    match parsed {
        Some((from, to)) => {
            let mut response = Response::new(Body::from(bytes[from..to].to_vec()));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            response
        }
        None => Response::new(Body::from(bytes)),
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Leaves out what is about one connection, and the length, which may have become another.
fn hop_by_hop(headers: &mut HeaderMap) {
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
}

fn typed<T: DeserializeOwned + Serialize>(change: impl Fn(&mut T) + Send + Sync + 'static) -> Change {
    Box::new(move |bytes| {
        let mut value: T = serde_json::from_slice(&bytes).expect("a body of this type");
        change(&mut value);
        serde_json::to_vec(&value).expect("a body")
    })
}

fn fits(about: &str, what: &str) -> bool {
    let (mut pattern, mut segments) = (about.split(['/', ' ']), what.split(['/', ' ']));
    loop {
        match (pattern.next(), segments.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("not poisoned")
}
