//! A portal in this process, and its people: an administrator, a member of staff and a partner, who is signed in.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use client_sdk::native::Native;
use client_sdk::wire::api::{Language, Role};
use client_sdk::{
    Invitee, Method, Payload, Platform, Portal as Client, Response, Session, SetUpRequest, TransportError,
};
use server::config::{Config, MailTransport};
use server::service::setup;
use server::state::AppState;
use server::store::Store;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const PASSWORD: &str = "Korrektes-Pferd-Batterie-7";

pub(crate) struct Portal {
    pub(crate) router: Router,
    cookies: Vec<String>,
    store: Arc<dyn Store>,
    runtime: Runtime,
    _data: TempDir,
}

pub(crate) static PORTAL: LazyLock<Portal> = LazyLock::new(Portal::make);

impl Portal {
    fn make() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let data = TempDir::new().expect("a folder");
        let (router, store, cookies) = runtime.block_on(assemble(&data));
        Self { router, cookies, store, runtime, _data: data }
    }

    /// Of one of them, or nobody's.
    pub(crate) fn cookie(&self, who: u8) -> Option<&str> {
        self.cookies.get(usize::from(who) % (self.cookies.len() + 1)).map(String::as_str)
    }

    /// The body of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str, who: u8, body: &[u8]) -> Vec<u8> {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::COOKIE, self.cookie(who).unwrap_or_default());
        let request = request.body(Body::from(body.to_vec())).expect("a request");
        self.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("an answer");
            to_bytes(answer.into_body(), usize::MAX).await.expect("the whole answer").to_vec()
        })
    }

    /// Shows kind and bytes of everything that is stored.
    pub(crate) fn records(&self, mut each: impl FnMut(u8, &[u8])) {
        let shown = self.store.snapshot(&mut |key, value| {
            each(key[0], value);
            true
        });
        shown.expect("a store");
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

async fn assemble(data: &TempDir) -> (Router, Arc<dyn Store>, Vec<String>) {
    let mut config = Config { data_dir: data.path().join("data"), ..Config::default() };
    config.secrets_file = data.path().join("secrets.cbor");
    config.mail.transport = MailTransport::File;
    config.mail.dir = data.path().join("mail");
    config.sessions.idle_minutes = 24 * 60;
    config.security.second_factor_required = Vec::new();
    config.proxy.trusted = vec!["0.0.0.0/8".to_owned().try_into().expect("a network")];
    let url = config.public_url(config.listen);
    let state = AppState::open(config, url).await.expect("a state");
    let token = setup::make_token(&state).await.expect("a store").expect("not set up");
    let store = Arc::clone(&state.store);
    let router = server::build(state);
    let admin = client(&router).await;
    let wanted = SetUpRequest {
        token: &token,
        organisation: "Kreisverwaltung",
        name: "Anna Beispiel",
        address: "admin@kbs.example",
        password: PASSWORD,
        language: Language::De,
    };
    let admin = admin.set_up(&wanted).await.expect("set up").session;
    let staff = Invitee {
        address: "sabine@kbs.example",
        role: Role::Staff,
        name: Some("Sabine Sommer"),
        unit: Some("Jugendamt"),
        language: Language::De,
    };
    let staff = join(&router, &admin, &staff).await;
    let partner = Invitee {
        address: "paula@traeger.example",
        role: Role::Partner,
        name: None,
        unit: None,
        language: Language::De,
    };
    let partner = join(&router, &staff, &partner).await;
    let cookies = [&admin, &staff, &partner].map(|it| it.api().platform().cookie().expect("a session"));
    (router, store, cookies.into())
}

async fn client(router: &Router) -> Client<InProcess> {
    let platform = InProcess {
        router: router.clone(),
        cookie: Mutex::new(None),
        native: Native::new("http://localhost").expect("a client"),
    };
    Client::connect(platform).await.expect("a portal")
}

async fn join(router: &Router, inviter: &Session<InProcess>, invitee: &Invitee<'_>) -> Session<InProcess> {
    let invited = inviter.invite(invitee).await.expect("invited");
    let session = client(router).await.sign_in(invitee.address, &invited.initial_password).await;
    let session = session.expect("signed in");
    session.set_password(PASSWORD).await.expect("an own password");
    session
}

/// Asks the router without a network.
struct InProcess {
    router: Router,
    cookie: Mutex<Option<String>>,
    /// For clock and randomness.
    native: Native,
}

impl InProcess {
    fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Platform for InProcess {
    type Rng = <Native as Platform>::Rng;

    async fn send(&self, request: client_sdk::Request) -> Result<Response, TransportError> {
        let (kind, body) = match request.payload {
            Payload::Empty => ("text/plain", Vec::new()),
            Payload::Json(bytes) => ("application/json", bytes),
            Payload::Octets(bytes) => ("application/octet-stream", bytes),
        };
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        };
        let mut builder =
            Request::builder().method(method).uri(request.path).header(header::CONTENT_TYPE, kind);
        if let Some(cookie) = self.cookie() {
            builder = builder.header(header::COOKIE, cookie);
        }
        let request = builder.body(Body::from(body)).map_err(|_| TransportError)?;
        let answer = self.router.clone().oneshot(request).await.map_err(|_| TransportError)?;
        if let Some(set) = answer.headers().get(header::SET_COOKIE).and_then(|it| it.to_str().ok()) {
            let pair = set.split(';').next().unwrap_or_default().to_owned();
            *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = Some(pair);
        }
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), usize::MAX).await.map_err(|_| TransportError)?.to_vec();
        Ok(Response { status, body })
    }

    async fn pause(&self, ms: u32) {
        self.native.pause(ms).await;
    }

    fn now_ms(&self) -> u64 {
        self.native.now_ms()
    }

    fn rng(&self) -> Self::Rng {
        self.native.rng()
    }
}
