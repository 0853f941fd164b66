//! Who calls: an organisation with an administrator and two staff, and whoever they invite.

use crate::build;
use crate::clock::{ManualClock, SystemRandomness};
use crate::config::Config;
use crate::service::sessions::Token;
use crate::service::setup;
use crate::state::AppState;
use crate::store::models::sessions;
use crate::store::{StoreError, transact};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use crypto_core::auth::{ClientRegistration, Kek, ServerSecrets, session_id};
use crypto_core::certificate::{CurrentCertificate, Directory, Pins, Policy, PolicyBody, Role, issue_policy};
use crypto_core::keys::{Bundle, Identity, Made, Origin, make_account, make_root};
use crypto_core::secret::Secret;
use crypto_core::wire::api::{
    Chains, ChainsWanted, InvitationFinish, Language, NewAccount, RegistrationAnswer, SetupFinish,
    StoredBundle, Wrap, WrapKind,
};
use crypto_core::wire::records::Session;
use crypto_core::wire::{AccountId, B64, Fingerprint, Problem, ProblemCode};
use minicbor::bytes::ByteArray;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tower::ServiceExt;

pub(super) const START_MS: u64 = 1_800_000_000_000;
pub(super) const PASSWORD: &[u8] = b"Richtig-Pferd-7";

/// A portal under test.
pub(super) struct World {
    pub(super) app: Router,
    pub(super) state: AppState,
    pub(super) clock: Arc<ManualClock>,
    pub(super) setup_token: String,
}

/// Somebody who calls; without a session a stranger.
#[derive(Default)]
pub(super) struct Actor {
    pub(super) cookie: Option<String>,
    pub(super) made: Option<Made>,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn done(&self) {
        assert_eq!(self.status, StatusCode::NO_CONTENT, "{}", String::from_utf8_lossy(&self.body));
    }

    /// The problem's code; its status must be the code's, and its media type a problem's.
    pub(super) fn code(&self) -> ProblemCode {
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(self.status.as_u16(), problem.code.status());
        assert_eq!(self.headers["content-type"], "application/problem+json");
        problem.code
    }
}

impl Actor {
    pub(super) fn id(&self) -> AccountId {
        self.bundle().account()
    }

    pub(super) fn bundle(&self) -> &Bundle {
        &self.made.as_ref().unwrap().bundle
    }

    pub(super) fn certificate(&self) -> Fingerprint {
        self.bundle().certificate().fingerprint()
    }
}

pub(super) fn rng() -> ChaCha20Rng {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    ChaCha20Rng::seed_from_u64(NEXT.fetch_add(1, Ordering::Relaxed))
}

impl World {
    pub(super) async fn empty() -> Self {
        Self::with(Config::default()).await
    }

    /// Without duties: who tests them says [`Self::strict`].
    pub(super) async fn with(mut config: Config) -> Self {
        config.security.second_factor_required.clear();
        Self::strict(config).await
    }

    /// As it is configured.
    pub(super) async fn strict(config: Config) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        let state = AppState::in_memory(config, clock.clone(), Arc::new(SystemRandomness)).await.unwrap();
        let setup_token = setup::make_token(&state).await.unwrap().unwrap();
        Self { app: build(state.clone()), state, clock, setup_token }
    }

    /// Set up, with an administrator who is signed in.
    pub(super) async fn set_up() -> (Self, Actor) {
        Self::set_up_with(Config::default()).await
    }

    pub(super) async fn set_up_with(config: Config) -> (Self, Actor) {
        let world = Self::with(config).await;
        let (body, made) = world.setup_finish("admin@kbs.example");
        world.post(&Actor::default(), "/setup/finish", &body).await.done();
        let admin = world.signed_in(made).await;
        (world, admin)
    }

    /// Set up, with the organisation's key.
    pub(super) async fn set_up_with_root() -> (Self, Actor, Secret<32>) {
        let world = Self::with(Config::default()).await;
        let (body, made, root_seed) = world.setup_with_root("admin@kbs.example");
        world.post(&Actor::default(), "/setup/finish", &body).await.done();
        let admin = world.signed_in(made).await;
        (world, admin, root_seed)
    }

    pub(super) fn setup_finish(&self, address: &str) -> (SetupFinish, Made) {
        let (finish, made, _) = self.setup_with_root(address);
        (finish, made)
    }

    fn setup_with_root(&self, address: &str) -> (SetupFinish, Made, Secret<32>) {
        let mut rng = rng();
        let (root_seed, root) = make_root("KBS", START_MS, &mut rng).unwrap();
        let (policy, policy_bytes) = self.policy(&root_seed, root.fingerprint());
        let origin = Origin {
            issuer_seed: &root_seed,
            issuer: root.fingerprint(),
            previous: None,
            pins: Pins { root: root.fingerprint(), policy: policy.hash() },
            provisional: false,
            now_ms: START_MS,
        };
        let made = make_account(identity(address, Role::Administrator), &origin, &mut rng).unwrap();
        let finish = SetupFinish {
            token: self.token(),
            organisation: "KBS".into(),
            root: B64(root.as_bytes().to_vec()),
            policy: B64(policy_bytes),
            account: new_account(address, &made, record()),
        };
        (finish, made, root_seed)
    }

    pub(super) fn policy(&self, root_seed: &Secret<32>, root: Fingerprint) -> (Policy, Vec<u8>) {
        let body = PolicyBody {
            suite: 1,
            deployment: self.state.deployment,
            vrf_key: ByteArray::from(self.state.secrets.vrf_public_key()),
            log_key: ByteArray::from(self.state.secrets.log_public_key()),
            witnesses: None,
            quorum: 0,
            minimum_suite: 1,
            revision: 1,
            previous: None,
            root,
        };
        issue_policy(&body, root_seed).unwrap()
    }

    pub(super) fn token(&self) -> B64 {
        B64(Token::parse(&self.setup_token).unwrap().bytes().to_vec())
    }

    /// OPAQUE registration with [`PASSWORD`].
    pub(super) async fn register<T: Serialize>(
        &self,
        actor: &Actor,
        path: &str,
        start: impl FnOnce(B64) -> T,
    ) -> (B64, Kek) {
        let mut rng = rng();
        let (registration, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
        let answer: RegistrationAnswer =
            self.post(actor, path, &start(B64(request.into_bytes()))).await.json();
        let response = answer.registration_response.0;
        let (record, kek) =
            registration.finish(PASSWORD, &response, self.state.deployment.as_bytes(), &mut rng).unwrap();
        (B64(record.into_bytes()), kek)
    }

    /// Invited, and signed in with provisional keys.
    pub(super) async fn invited(&self, by: &Actor, address: &str, role: Role) -> Actor {
        let (body, made) = self.invitation(by, address, role);
        self.post(by, "/invitations/finish", &body).await.done();
        self.signed_in(made).await
    }

    pub(super) fn invitation(&self, by: &Actor, address: &str, role: Role) -> (InvitationFinish, Made) {
        let origin = by.bundle().origin(None, START_MS);
        let made = make_account(identity(address, role), &origin, &mut rng()).unwrap();
        (InvitationFinish { account: new_account(address, &made, record()) }, made)
    }

    /// Invited to an address that had a mailbox before.
    pub(super) async fn invited_anew(&self, by: &Actor, address: &str, newest: (u32, Fingerprint)) -> Actor {
        let origin = by.bundle().origin(Some(newest), START_MS);
        let made = make_account(identity(address, Role::Partner), &origin, &mut rng()).unwrap();
        let body = InvitationFinish { account: new_account(address, &made, record()) };
        self.post(by, "/invitations/finish", &body).await.done();
        self.signed_in(made).await
    }

    /// A session without the work of a sign-in.
    pub(super) async fn signed_in(&self, made: Made) -> Actor {
        let token = Token::make(&mut rng());
        let now_ms = self.state.now_ms();
        let session = Session {
            account: made.bundle.account(),
            signed_in_ms: now_ms,
            last_seen_ms: now_ms,
            resume_key: None,
        };
        let hash = session_id(token.bytes());
        transact(&*self.state.store, |tx| sessions::begin(tx, &hash, &session, 20))
            .await
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        Actor { cookie: Some(token.text().to_string()), made: Some(made) }
    }

    /// What somebody's client makes of the chains of some accounts.
    pub(super) async fn directory(&self, by: &Actor, of: &[AccountId]) -> Directory {
        let wanted = ChainsWanted { accounts: of.to_vec(), addresses: Vec::new() };
        let chains: Chains = self.post(by, "/directory/chains", &wanted).await.json();
        let entries = chains.entries.iter().map(|it| (it.sequence, it.entry.0.as_slice()));
        let policies = chains.policies.iter().map(|it| it.0.as_slice());
        let directory = Directory::follow(by.bundle().pins(), entries, policies);
        directory.map_err(|error| error.to_string()).unwrap()
    }

    /// The newest certificate of somebody, as somebody else sees it.
    pub(super) async fn current(&self, by: &Actor, who: &Actor) -> CurrentCertificate {
        self.directory(by, &[who.id()]).await.account(who.id()).unwrap()
    }

    pub(super) async fn get(&self, actor: &Actor, path: &str) -> Reply {
        self.send(self.request(actor, Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn delete(&self, actor: &Actor, path: &str) -> Reply {
        self.send(self.request(actor, Method::DELETE, path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(&self, actor: &Actor, path: &str, body: &impl Serialize) -> Reply {
        self.json(actor, Method::POST, path, body).await
    }

    pub(super) async fn put(&self, actor: &Actor, path: &str, body: &impl Serialize) -> Reply {
        self.json(actor, Method::PUT, path, body).await
    }

    async fn json(&self, actor: &Actor, method: Method, path: &str, body: &impl Serialize) -> Reply {
        let request = self.request(actor, method, path).header("content-type", "application/json");
        self.send(request.body(Body::from(serde_json::to_vec(body).unwrap())).unwrap()).await
    }

    pub(super) async fn put_bytes(&self, actor: &Actor, path: &str, bytes: Vec<u8>) -> Reply {
        let request =
            self.request(actor, Method::PUT, path).header("content-type", "application/octet-stream");
        self.send(request.body(Body::from(bytes)).unwrap()).await
    }

    pub(super) fn request(&self, actor: &Actor, method: Method, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        match &actor.cookie {
            Some(cookie) => request.header("cookie", format!("other=1; __Host-session={cookie}")),
            None => request,
        }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

/// A record of right form, made once: who tests something else than the sign-in needs no password of their own.
pub(super) fn record() -> B64 {
    static RECORD: OnceLock<Vec<u8>> = OnceLock::new();
    let make = || {
        let mut rng = rng();
        let server = ServerSecrets::make(&mut rng);
        let (registration, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
        let response = server.registration_response(request.as_bytes(), &[0; 32]).unwrap();
        registration.finish(PASSWORD, response.as_bytes(), &[0; 16], &mut rng).unwrap().0.into_bytes()
    };
    B64(RECORD.get_or_init(make).clone())
}

pub(super) fn identity(address: &str, role: Role) -> Identity {
    let name = (role != Role::Partner).then(|| "Erika Musterfrau".to_owned());
    Identity { address: address.into(), name, unit: None, role }
}

pub(super) fn new_account(address: &str, made: &Made, record: B64) -> NewAccount {
    NewAccount {
        address: address.into(),
        language: Language::De,
        record,
        bundle: StoredBundle { revision: 1, sealed: B64(vec![1; 100]) },
        wraps: vec![password_wrap()],
        certificate: B64(made.certificate.as_bytes().to_vec()),
    }
}

pub(super) fn password_wrap() -> Wrap {
    Wrap { kind: WrapKind::Password, sealed: B64(vec![2; 80]) }
}
