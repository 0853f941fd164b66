//! What every request meets: no session, other origins, unknown places, wrong forms, the headers.

use super::actors::{Actor, World};
use crate::config::Config;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use crypto_core::wire::api::SignInStart;
use crypto_core::wire::{B64, ProblemCode};
use std::path::Path;

const ID: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn bare(method: Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn without_a_session_there_is_nothing() {
    let (world, _) = World::set_up().await;
    let places = [
        (Method::GET, "/session".to_owned()),
        (Method::DELETE, "/session".into()),
        (Method::PUT, "/session/resume-key".into()),
        (Method::POST, "/account/password/start".into()),
        (Method::POST, "/account/rotate".into()),
        (Method::PUT, "/account/bundle".into()),
        (Method::POST, "/directory/chains".into()),
        (Method::GET, "/contacts".into()),
        (Method::POST, "/invitations/start".into()),
        (Method::POST, "/invitations/finish".into()),
        (Method::GET, "/invitations".into()),
        (Method::POST, "/uploads".into()),
        (Method::GET, format!("/uploads/{ID}")),
        (Method::DELETE, format!("/uploads/{ID}")),
        (Method::PUT, format!("/uploads/{ID}/parts/{ID}?offset=0")),
        (Method::POST, format!("/uploads/{ID}/commit")),
        (Method::GET, "/messages?folder=inbox".into()),
        (Method::GET, format!("/messages/{ID}")),
        (Method::POST, format!("/messages/{ID}/opened")),
        (Method::GET, format!("/messages/{ID}/parts/{ID}")),
        (Method::GET, "/events".into()),
    ];
    for cookie in [None, Some("x".to_owned()), Some("A".repeat(43))] {
        let stranger = Actor { cookie, ..Actor::default() };
        for (method, path) in &places {
            let reply =
                world.send(world.request(&stranger, method.clone(), path).body(Body::empty()).unwrap()).await;
            assert_eq!(reply.code(), ProblemCode::NotSignedIn, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn changes_come_from_the_portals_own_pages() {
    let (world, admin) = World::set_up().await;
    let put = |headers: &'static [(&'static str, &'static str)]| {
        let mut request = world.request(&admin, Method::POST, "/uploads");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.send(request.body(Body::empty()).unwrap())
    };
    assert!(put(&[]).await.status.is_success());
    assert!(
        put(&[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")])
            .await
            .status
            .is_success()
    );
    let refused: [&[(&str, &str)]; 5] = [
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost:8080.evil.example")],
        &[("origin", "https://localhost:8080")],
        &[("sec-fetch-site", "cross-site")],
    ];
    for headers in refused {
        assert_eq!(put(headers).await.code(), ProblemCode::OriginRefused, "{headers:?}");
    }
}

#[tokio::test]
async fn unknown_places_and_methods_are_problems() {
    let (world, admin) = World::set_up().await;
    for path in ["/api", "/api/v1", "/api/v1/none", "/api/v2/status", "/none.js", "/assets/none.css"] {
        assert_eq!(world.send(bare(Method::GET, path)).await.code(), ProblemCode::NotFound, "{path}");
    }
    for (method, path) in
        [(Method::POST, "/api/v1/status"), (Method::GET, "/api/v1/setup/start"), (Method::POST, "/inbox")]
    {
        assert_eq!(world.send(bare(method, path)).await.code(), ProblemCode::MethodNotAllowed, "{path}");
    }
    for path in ["/messages/x", "/uploads/AAAA", "/messages/AAAAAAAAAAAAAAAAAAAAAA/parts/%FF"] {
        assert_eq!(world.get(&admin, path).await.code(), ProblemCode::NotFound, "{path}");
    }
}

#[tokio::test]
async fn bodies_of_wrong_form_are_problems() {
    let world = World::empty().await;
    let send = |content_type: &'static str, body: Vec<u8>| {
        let request = world.request(&Actor::default(), Method::POST, "/sign-in/start");
        world.send(request.header("content-type", content_type).body(Body::from(body)).unwrap())
    };
    let json = "application/json";
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"address\":1}",
        "{\"address\":\"a@b.example\",\"ke1\":\"*\"}",
        "{\"address\":\"a@b.example\",\"ke1\":\"\",\"more\":1}",
        "\u{0}",
    ] {
        assert_eq!(send(json, body.into()).await.code(), ProblemCode::Malformed, "{body:?}");
    }
    assert_eq!(send(json, vec![0xff, 0xfe]).await.code(), ProblemCode::Malformed);
    let right = SignInStart { address: "a@b.example".into(), ke1: B64(vec![0; 96]) };
    let right = serde_json::to_vec(&right).unwrap();
    assert_eq!(send("text/plain", right).await.code(), ProblemCode::UnsupportedMediaType);
    let nested = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert_eq!(send(json, nested).await.code(), ProblemCode::Malformed);
    assert_eq!(send(json, vec![b' '; 600 * 1024]).await.code(), ProblemCode::MessageTooLarge);
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let world = World::empty().await;
    for path in ["/", "/inbox", "/api/v1/status", "/api/v1/none", "/healthz", "/none.js"] {
        let reply = world.send(bare(Method::GET, path)).await;
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{path}");
        assert!(policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe-inline"));
        for line in include_str!("../../../../client/web/headers.txt").lines() {
            let (name, value) = line.split_once(": ").unwrap();
            assert_eq!(reply.headers[name], value, "{path}");
        }
        assert_eq!(reply.headers["x-frame-options"], "DENY");
        assert_eq!(reply.headers["referrer-policy"], "no-referrer");
        assert!(reply.headers.contains_key("x-request-id"));
        assert!(!reply.headers.contains_key("strict-transport-security"), "not over plain HTTP");
    }
    let public_url = Some("https://portal.example".parse().unwrap());
    let world = World::with(Config { public_url, ..Config::default() }).await;
    assert!(world.send(bare(Method::GET, "/")).await.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn weaknesses_are_reported_where_the_operator_says() {
    let text = async |config| {
        let world = World::with(config).await;
        let reply = world.send(bare(Method::GET, "/.well-known/security.txt")).await;
        (reply.status, String::from_utf8(reply.body).unwrap())
    };
    assert_eq!(text(Config::default()).await.0, StatusCode::NOT_FOUND);
    let mut config = Config::default();
    config.security.contact = Some("mailto:sicherheit@kbs.example".parse().unwrap());
    config.public_url = Some("https://portal.example".parse().unwrap());
    let (status, text) = text(config).await;
    assert_eq!(status, StatusCode::OK);
    // 30 days after the clock of these tests.
    assert_eq!(
        text,
        "Contact: mailto:sicherheit@kbs.example\nExpires: 2027-02-14T00:00:00Z\nPreferred-Languages: de, en\n\
         Canonical: https://portal.example/.well-known/security.txt\n"
    );
}

/// Handlers that describe themselves.
fn annotated(dir: &Path) -> usize {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(|it| it.is_file());
    files.map(|file| std::fs::read_to_string(file).unwrap().matches("#[utoipa::path(").count()).sum()
}

#[tokio::test]
async fn the_description_names_every_endpoint() {
    let world = World::empty().await;
    let description: serde_json::Value = world.get(&Actor::default(), "/openapi.json").await.json();
    let paths = description["paths"].as_object().unwrap();
    let endpoints: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(endpoints, annotated(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")));
    assert!(paths.contains_key("/api/v1/uploads/{upload}/parts/{part}"));
    let finish = &paths["/api/v1/setup/finish"]["post"];
    let schema = "/content/application~1json/schema/$ref";
    assert_eq!(finish["requestBody"].pointer(schema).unwrap(), "#/components/schemas/SetupFinish");
    assert!(finish["responses"]["default"]["content"]["application/problem+json"].is_object());
    let schemas = description["components"]["schemas"].as_object().unwrap();
    assert!(["SetupFinish", "NewAccount", "Problem", "Event"].iter().all(|name| schemas.contains_key(*name)));
    let health = world.send(bare(Method::GET, "/healthz")).await;
    assert_eq!((health.status, health.body.as_slice()), (StatusCode::OK, b"ok\n".as_slice()));
}

#[tokio::test]
async fn events_end_with_the_session() {
    let (world, admin) = World::set_up().await;
    let request = world.request(&admin, Method::GET, "/events").body(Body::empty()).unwrap();
    let stream = tokio::spawn({
        let app = world.app.clone();
        async move {
            use tower::ServiceExt;
            let response = app.oneshot(request).await.unwrap();
            axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap()
        }
    });
    while world.state.live.receiver_count() == 0 {
        tokio::task::yield_now().await;
    }
    world.state.tell(admin.id(), crypto_core::wire::api::Event::Contact { account: admin.id() });
    world.delete(&admin, "/session").await.done();
    let text = String::from_utf8(stream.await.unwrap().to_vec()).unwrap();
    assert!(text.contains("data: {\"event\":\"contact\""), "{text}");
    assert!(text.trim_end().ends_with("data: {\"event\":\"session-ended\"}"), "{text}");
}
