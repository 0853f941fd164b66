//! A client whose requests can be held back, so that a test can send another in their place.

use client_sdk::native::Native;
use client_sdk::wire::api::Commit;
use client_sdk::{Method, Payload, Platform, Request, Response, TransportError};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The native platform, tapped.
pub struct Tap {
    native: Native,
    holds_commits: AtomicBool,
    held: Mutex<Option<Request>>,
    ahead_ms: AtomicU64,
    answers: Mutex<BTreeMap<String, Vec<u8>>>,
    sent: Mutex<Vec<(String, String)>>,
}

/// A commit that did not leave: everything before it did.
pub struct Held {
    /// `/api/v1/uploads/{upload}/commit`.
    pub path: String,
    /// Its body.
    pub commit: Commit,
}

impl Tap {
    /// Talks to a server.
    ///
    /// # Errors
    /// As [`Native::new`].
    pub fn new(url: &str) -> Result<Self, TransportError> {
        Ok(Self {
            native: Native::new(url)?,
            holds_commits: AtomicBool::new(false),
            held: Mutex::default(),
            ahead_ms: AtomicU64::new(0),
            answers: Mutex::default(),
            sent: Mutex::default(),
        })
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        self.native.server()
    }

    /// This client's clock goes so much ahead of the server's.
    pub fn set_ahead(&self, ms: u64) {
        self.ahead_ms.store(ms, Ordering::SeqCst);
    }

    /// From now on a path has this answer, whatever the server would say.
    ///
    /// # Panics
    /// If a thread panicked in between.
    pub fn answer_with(&self, path: &str, body: &[u8]) {
        self.answers.lock().expect("not poisoned").insert(path.to_owned(), body.to_vec());
    }

    /// The JSON bodies that were sent to paths that end so, in order.
    ///
    /// # Panics
    /// If another thread panicked.
    pub fn seen(&self, path: &str) -> Vec<String> {
        let sent = self.sent.lock().expect("not poisoned");
        sent.iter().filter(|(to, _)| to.ends_with(path)).map(|(_, body)| body.clone()).collect()
    }

    /// From now on commits go nowhere, as on a broken connection.
    pub fn hold_commits(&self) {
        self.holds_commits.store(true, Ordering::SeqCst);
    }

    /// The commit that was held back last; commits leave again.
    ///
    /// # Panics
    /// If there is none.
    pub fn release(&self) -> Held {
        self.holds_commits.store(false, Ordering::SeqCst);
        let request = self.held.lock().expect("not poisoned").take().expect("a commit was held back");
        let Payload::Json(body) = request.payload else { panic!("a commit is JSON") };
        Held { path: request.path, commit: serde_json::from_slice(&body).expect("a commit") }
    }

    /// Sends a request as it is, with this person's cookie.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn raw(&self, method: Method, path: &str, payload: Payload) -> Response {
        let request = Request { method, path: path.to_owned(), payload, range: None };
        self.native.send(request).await.expect("an answer")
    }
}

impl Platform for Tap {
    type Rng = <Native as Platform>::Rng;

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        if let Payload::Json(body) = &request.payload {
            let body = String::from_utf8_lossy(body).into_owned();
            self.sent.lock().expect("not poisoned").push((request.path.clone(), body));
        }
        if self.holds_commits.load(Ordering::SeqCst) && request.path.ends_with("/commit") {
            *self.held.lock().expect("not poisoned") = Some(request);
            return Err(TransportError);
        }
        if let Some(body) = self.answers.lock().expect("not poisoned").get(&request.path).cloned() {
            return Ok(Response { status: 200, body });
        }
        self.native.send(request).await
    }

    async fn pause(&self, ms: u32) {
        self.native.pause(ms).await;
    }

    fn now_ms(&self) -> u64 {
        self.native.now_ms() + self.ahead_ms.load(Ordering::SeqCst)
    }

    fn rng(&self) -> Self::Rng {
        self.native.rng()
    }
}
