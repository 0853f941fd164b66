//! Who may call what: every operation of the API's own description, for everybody there is. An operation
//! without a row fails, and so does a row without an operation.
//!
//! A cell says how far somebody comes: `.` nobody is signed in, `f` forbidden, `n` there is no such thing for
//! this caller, `d` something else must be done first, `+` past all of these (what the body says is another
//! matter). The message was sent by the partner to the staff member, and upload, draft and session are the
//! partner's.

use super::actors::{Actor, PASSWORD, START_MS, World, identity, new_account, rng};
use super::sending::part;
use crate::config::Config;
use axum::body::{Body, to_bytes};
use axum::http::{Method, StatusCode};
use crypto_core::auth::{ClientSignIn, TotpSeed};
use crypto_core::certificate::{Deputy, Role};
use crypto_core::keys::make_account;
use crypto_core::wire::api::{
    AskForPassword, Depute, EnrolSecondFactor, InvitationFinish, InvitationStart, SecondFactorWanted,
    SessionList, SignInFinish, SignInStart, SignInStarted,
};
use crypto_core::wire::{B64, DraftId, Problem, ProblemCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;

/// Who calls, in the order of a row's cells.
const CALLERS: [&str; 9] = [
    "nobody",
    "code pending",
    "password due",
    "partner",
    "other partner",
    "staff",
    "colleague",
    "deputy",
    "administrator",
];

/// Operation, and a cell for each caller.
const ROWS: &[(&str, &str)] = &[
    ("DELETE /account/root-share", "..dfffff+"),
    ("DELETE /account/second-factor", "..d++++++"),
    ("DELETE /drafts/{draft}", "..d+nnnnn"),
    ("DELETE /password-requests/{account}", "..dnn+nnn"),
    ("DELETE /session", "..+++++++"),
    ("DELETE /sessions", "..d++++++"),
    ("DELETE /sessions/{session}", "..d+nnnnn"),
    ("DELETE /uploads/{upload}", "..d+nnnnn"),
    ("DELETE /uploads/{upload}/parts/{part}", "..d+nnnnn"),
    ("GET /account/deputies/resigned", "..d++++++"),
    ("GET /account/root-share", "..dfffff+"),
    ("GET /account/second-factor", "..d++++++"),
    ("GET /account/settings", "..d++++++"),
    ("GET /account/usage", "..d++++++"),
    ("GET /admin/events", "..dfffff+"),
    ("GET /admin/outbox", "..dfffff+"),
    ("GET /admin/people", "..dfffff+"),
    ("GET /admin/rules", "..dfffff+"),
    ("GET /auditors/entries", "........."),
    ("GET /contacts", "..d++++++"),
    ("GET /directory/checkpoint", "+++++++++"),
    ("GET /directory/consistency", "+++++++++"),
    ("GET /directory/epochs", "+++++++++"),
    ("GET /drafts", "..d++++++"),
    ("GET /drafts/{draft}", "..d+nnnnn"),
    ("GET /events", "..d++++++"),
    ("GET /invitations", "..d++++++"),
    ("GET /messages", "..d++++++"),
    ("GET /messages/{message}", "..d+n+nnn"),
    ("GET /messages/{message}/parts/{part}", "..d+n+nnn"),
    ("GET /password-requests", "..dff++++"),
    ("GET /restores", "..dff++++"),
    ("GET /restores/{account}/messages", "..dnnnnnn"),
    ("GET /session", "..+++++++"),
    ("GET /sessions", "..d++++++"),
    ("GET /status", "+++++++++"),
    ("GET /uploads/{upload}", "..d+nnnnn"),
    ("POST /account/deputies", "..d++++++"),
    ("POST /account/deputies/resign", "..dnnnnnn"),
    ("POST /account/mailbox-key", "..d++++++"),
    ("POST /account/password/start", "..+++++++"),
    ("POST /account/rotate", "..+++++++"),
    ("POST /account/second-factor/backup-codes", "..dnnnnnn"),
    ("POST /accounts/{account}/require-password-change", "..dfffff+"),
    ("POST /accounts/{account}/second-factor/reset", "..dfffffn"),
    ("POST /admin/people/{account}/close", "..dfffff+"),
    ("POST /admin/people/{account}/deputies", "..dfffff+"),
    ("POST /admin/people/{account}/lock", "..dfffff+"),
    ("POST /admin/people/{account}/remove-administrator", "..dfffff+"),
    ("POST /admin/people/{account}/revoke", "..dfffff+"),
    ("POST /admin/people/{account}/root-share", "..dfffff+"),
    ("POST /admin/people/{account}/unlock", "..dfffff+"),
    ("POST /auditors/histories", "........."),
    ("POST /bin", "..d++++++"),
    ("POST /bin/delete", "..d++++++"),
    ("POST /bin/empty", "..d++++++"),
    ("POST /bin/restore", "..d++++++"),
    ("POST /directory/chains", "..d++++++"),
    ("POST /directory/cosignatures", "+++++++++"),
    ("POST /directory/proved", "..d++++++"),
    ("POST /invitations/finish", "..dff++++"),
    ("POST /invitations/start", "..dff++++"),
    ("POST /messages/{message}/grants", "..dff++++"),
    ("POST /messages/{message}/opened", "..d+n+nnn"),
    ("POST /messages/{message}/recall", "..d+nfnnn"),
    ("POST /messages/{message}/saved", "..d+n+nnn"),
    ("POST /password-requests", "+++++++++"),
    ("POST /people/{account}/address", "..dff++++"),
    ("POST /recovery/commit", "+++++++++"),
    ("POST /recovery/fetch", "+++++++++"),
    ("POST /recovery/password", "+++++++++"),
    ("POST /recovery/start", "+++++++++"),
    ("POST /resets/finish", "..dff++++"),
    ("POST /resets/start", "..dffnnnn"),
    ("POST /session/alive", "..+++++++"),
    ("POST /setup/administrator/finish", "+++++++++"),
    ("POST /setup/administrator/start", "+++++++++"),
    ("POST /setup/finish", "+++++++++"),
    ("POST /setup/start", "+++++++++"),
    ("POST /sign-in/finish", "+++++++++"),
    ("POST /sign-in/second-factor", "+++++++++"),
    ("POST /sign-in/start", "+++++++++"),
    ("POST /unread", "..d++++++"),
    ("POST /uploads", "..d++++++"),
    ("POST /uploads/{upload}/commit", "..d++++++"),
    ("PUT /account/bundle", "..d++++++"),
    ("PUT /account/preferences", "..d++++++"),
    ("PUT /account/recovery", "..d++++++"),
    ("PUT /account/second-factor", "..d++++++"),
    ("PUT /account/settings", "..d++++++"),
    ("PUT /admin/policy", "..dfffff+"),
    ("GET /admin/witnesses", "..dfffff+"),
    ("PUT /admin/rules", "..dfffff+"),
    ("PUT /drafts/{draft}", "..d++++++"),
    ("PUT /session/resume-key", "..+++++++"),
    ("PUT /uploads/{upload}/parts/{part}", "..d+nnnnn"),
];

const PARTNER: &str = "partner@firma.example";

struct Scene {
    world: World,
    callers: Vec<Actor>,
    /// Values of the path's parameters, by name.
    names: BTreeMap<&'static str, String>,
}

/// A partner whose password is [`PASSWORD`].
async fn partner_with_password(world: &World, admin: &Actor) -> Actor {
    let start = |registration_request| InvitationStart {
        address: PARTNER.into(),
        role: Role::Partner,
        registration_request,
    };
    let (record, _) = world.register(admin, "/invitations/start", start).await;
    let origin = admin.bundle().origin(None, START_MS);
    let made = make_account(identity(PARTNER, Role::Partner), &origin, &mut rng()).unwrap();
    let finish = InvitationFinish { account: new_account(PARTNER, &made, record) };
    world.post(admin, "/invitations/finish", &finish).await.done();
    world.signed_in(made).await
}

/// Somebody who knows the password and has not given the code.
async fn code_pending(world: &World, partner: &Actor) -> Actor {
    let seed = TotpSeed::from_bytes(&[7; 20]).unwrap();
    let code = seed.code(START_MS / 30_000).to_string();
    let enrol = EnrolSecondFactor { seed: B64(vec![7; 20]), code };
    assert!(world.put(partner, "/account/second-factor", &enrol).await.status.is_success());
    let (client, ke1) = ClientSignIn::start(PASSWORD, &mut rng()).unwrap();
    let start = SignInStart { address: PARTNER.into(), ke1: B64(ke1.into_bytes()) };
    let started: SignInStarted = world.post(&Actor::default(), "/sign-in/start", &start).await.json();
    let ke3 = client.finish(PASSWORD, &started.ke2.0, world.state.deployment.as_bytes()).unwrap().0;
    let finish = SignInFinish { sign_in: started.sign_in, ke3: B64(ke3.into_bytes()) };
    let reply = world.post(&Actor::default(), "/sign-in/finish", &finish).await;
    assert!(!reply.headers.contains_key("set-cookie"), "no session before the code");
    let wanted: SecondFactorWanted = reply.json();
    Actor { cookie: Some(wanted.pending.to_string()), made: None }
}

impl Scene {
    /// Only with a real sign-in, which takes its time, is there somebody whose code is pending.
    async fn set(pending: bool) -> Self {
        let (world, admin) = World::set_up_with(Config::default()).await;
        let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
        let colleague = world.invited(&admin, "colleague@kbs.example", Role::Staff).await;
        let deputy = world.invited(&admin, "deputy@kbs.example", Role::Staff).await;
        let other = world.invited(&staff, "other@firma.example", Role::Partner).await;
        let due = world.invited(&staff, "due@firma.example", Role::Partner).await;
        let demand = format!("/accounts/{}/require-password-change", due.id());
        world.post(&admin, &demand, &()).await.done();
        let partner = match pending {
            true => partner_with_password(&world, &admin).await,
            false => world.invited(&staff, PARTNER, Role::Partner).await,
        };
        let pending = if pending { code_pending(&world, &partner).await } else { Actor::default() };
        world.sent(&staff, &[&partner]).await;
        let message = world.sent(&partner, &[&staff]).await;
        let part = part(3);
        let upload = world.upload(&partner, std::slice::from_ref(&part)).await;
        let current = world.current(&admin, &staff).await;
        let named = vec![Deputy { account: deputy.id(), from_ms: 0, until_ms: u64::MAX }];
        let entry = admin.bundle().depute(&current, Some(named), START_MS).unwrap();
        let depute = Depute { certificate: B64(entry.as_bytes().to_vec()) };
        world.post(&admin, &format!("/admin/people/{}/deputies", staff.id()), &depute).await.done();
        let ask = AskForPassword { address: PARTNER.into() };
        world.post(&Actor::default(), "/password-requests", &ask).await.done();
        let draft = DraftId::random(&mut rng());
        let saved = world.put_bytes(&partner, &format!("/drafts/{draft}?revision=0"), vec![1; 100]).await;
        assert!(saved.status.is_success());
        let sessions: SessionList = world.get(&partner, "/sessions").await.json();
        let names = BTreeMap::from([
            ("message", message.message.to_string()),
            ("part", message.part_0.part.to_string()),
            ("upload", upload.to_string()),
            ("draft", draft.to_string()),
            ("account", partner.id().to_string()),
            ("session", serde_json::to_value(sessions.sessions[0].session).unwrap().as_str().unwrap().into()),
        ]);
        let callers = vec![Actor::default(), pending, due, partner, other, staff, colleague, deputy, admin];
        Self { world, callers, names }
    }

    /// How far a caller comes with an operation.
    async fn cell(&self, description: &Value, operation: &str, caller: &Actor) -> char {
        let (method, template) = operation.split_once(' ').unwrap();
        let mut path = template.to_owned();
        for (name, value) in &self.names {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert!(!path.contains('{'), "{path}: a parameter that this test does not know");
        let what = &description["paths"][format!("/api/v1{template}")][method.to_lowercase()];
        let request = self.world.request(
            caller,
            Method::from_bytes(method.as_bytes()).unwrap(),
            &with_query(&path, what),
        );
        let content = &what["requestBody"]["content"];
        let request = if let Some(schema) = content.get("application/json").map(|it| &it["schema"]) {
            let body = sample(description, schema);
            request.header("content-type", "application/json").body(Body::from(body.to_string()))
        } else if content.is_object() {
            request.header("content-type", "application/octet-stream").body(Body::from(vec![1; 100]))
        } else {
            request.body(Body::empty())
        };
        let response = self.world.app.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status();
        assert!(!status.is_server_error(), "{operation}: {status}");
        if status.is_success() || status.is_redirection() {
            return '+';
        }
        let body = to_bytes(response.into_body(), 64 * 1024).await.unwrap();
        let problem: Problem =
            serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{operation}: {status}"));
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{operation}");
        match problem.code {
            ProblemCode::NotSignedIn => '.',
            ProblemCode::Forbidden => 'f',
            ProblemCode::NotFound | ProblemCode::UploadUnknown => 'n',
            ProblemCode::SecondFactorRequired | ProblemCode::PasswordChangeRequired => 'd',
            _ => '+',
        }
    }
}

/// The path with every parameter of the query that must be there.
fn with_query(path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let needed = parameters.iter().filter(|it| it["in"] == "query" && it["required"] == true);
    let pairs: Vec<String> = needed
        .map(|it| {
            let name = it["name"].as_str().unwrap();
            format!("{name}={}", if name == "folder" { "inbox" } else { "0" })
        })
        .collect();
    if pairs.is_empty() { path.into() } else { format!("{path}?{}", pairs.join("&")) }
}

/// A body of right form with nothing in it.
fn sample(description: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(
            description,
            &description[reference.trim_start_matches("#/").split('/').next().unwrap()]["schemas"]
                [reference.rsplit('/').next().unwrap()],
        );
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|all| all.last()) {
            return sample(description, first);
        }
    }
    if let Some(all) = schema["enum"].as_array() {
        let partner = json!("partner");
        return if all.contains(&partner) { partner } else { all[0].clone() };
    }
    let kind = schema["type"].as_array().map_or(&schema["type"], |all| &all[0]);
    match kind.as_str() {
        Some("object") => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = required.iter().filter_map(Value::as_str);
            fields.map(|name| (name.to_owned(), sample(description, &schema["properties"][name]))).collect()
        }
        Some("array") => json!([]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(false),
        _ => {
            let bytes = schema["description"].as_str().and_then(|text| text.strip_prefix("base64url of "));
            let bytes = bytes.and_then(|text| text.split(' ').next()?.parse().ok());
            bytes.map_or(json!("AAAA"), |bytes: usize| serde_json::to_value(B64(vec![0; bytes])).unwrap())
        }
    }
}

#[tokio::test]
async fn everybody_comes_as_far_as_they_may_and_no_further() {
    let (slow, still) = (Scene::set(true).await, Scene::set(false).await);
    let description: Value = slow.world.get(&Actor::default(), "/openapi.json").await.json();
    let mut operations = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            operations.insert(format!("{} {}", method.to_uppercase(), path.trim_start_matches("/api/v1")));
        }
    }
    let rows: BTreeMap<&str, &str> = ROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for operation in &operations {
        let mut cells = String::new();
        for (index, who) in CALLERS.iter().enumerate() {
            // What a caller changes is not there for the next one.
            let changed = if operation.starts_with("GET ") { None } else { Some(Scene::set(false).await) };
            let scene = if *who == "code pending" { &slow } else { changed.as_ref().unwrap_or(&still) };
            cells.push(scene.cell(&description, operation, &scene.callers[index]).await);
        }
        if rows.get(operation.as_str()) != Some(&cells.as_str()) {
            wrong.push(format!("    (\"{operation}\", \"{cells}\"),"));
        }
    }
    assert!(wrong.is_empty(), "{CALLERS:?}\n{}", wrong.join("\n"));
    assert_eq!(rows.len(), operations.len(), "a row without an operation");
}
