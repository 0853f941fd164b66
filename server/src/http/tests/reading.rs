//! Reading: only by holders, only until it expires.

use super::actors::Actor;
use super::sending::{People, people};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use crypto_core::wire::api::{MessageEntry, MessagePage};
use crypto_core::wire::{MessageId, ProblemCode};
use std::time::Duration;

#[tokio::test]
async fn who_does_not_hold_a_message_does_not_learn_that_it_is_there() {
    let People { world, staff, colleague, partner, other } = people().await;
    let sent = world.sent(&staff, &[&partner]).await;
    let nothing = MessageId::from_bytes([0; 16]);
    for who in [&colleague, &other] {
        for message in [sent.message, nothing] {
            let paths =
                [format!("/messages/{message}"), format!("/messages/{message}/parts/{}", sent.part_0.part)];
            for path in paths {
                assert_eq!(world.get(who, &path).await.code(), ProblemCode::NotFound);
            }
            let opened = world.post(who, &format!("/messages/{message}/opened"), &()).await;
            assert_eq!(opened.code(), ProblemCode::NotFound);
        }
        let page: MessagePage = world.get(who, "/messages?folder=inbox").await.json();
        assert!(page.messages.is_empty());
    }
    let stranger = Actor::default();
    let path = format!("/messages/{}", sent.message);
    assert_eq!(world.get(&stranger, &path).await.code(), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn parts_are_served_whole_and_in_ranges() {
    let People { world, staff, partner, .. } = people().await;
    let sent = world.sent(&staff, &[&partner]).await;
    let path = format!("/messages/{}/parts/{}", sent.message, sent.part_0.part);
    let whole = world.get(&partner, &path).await;
    assert_eq!((whole.status, whole.body.len()), (StatusCode::OK, 1040));
    assert_eq!(whole.headers["cache-control"], "no-store");
    let range = |range: &'static str| {
        let request = world.request(&partner, Method::GET, &path).header("range", range);
        world.send(request.body(Body::empty()).unwrap())
    };
    let some = range("bytes=1000-2000").await;
    assert_eq!((some.status, some.body.len()), (StatusCode::PARTIAL_CONTENT, 40));
    assert_eq!(some.headers["content-range"], "bytes 1000-1039/1040");
    assert_eq!(range("bytes=1040-").await.code(), ProblemCode::RangeNotSatisfiable);
    let elsewhere = world.sent(&staff, &[&partner]).await;
    let mixed = format!("/messages/{}/parts/{}", elsewhere.message, sent.part_0.part);
    assert_eq!(world.get(&partner, &mixed).await.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn the_first_opening_is_kept_for_each_holder() {
    let People { world, staff, partner, .. } = people().await;
    let sent = world.sent(&staff, &[&partner]).await;
    let path = format!("/messages/{}", sent.message);
    world.get(&partner, &path).await.json::<MessageEntry>();
    assert_eq!(
        world.get(&partner, &path).await.json::<MessageEntry>().opened_at_ms,
        None,
        "no GET changes anything"
    );
    world.post(&partner, &format!("{path}/opened"), &()).await.done();
    let first = world.get(&partner, &path).await.json::<MessageEntry>().opened_at_ms;
    assert!(first.is_some());
    world.clock.advance(Duration::from_secs(60));
    world.post(&partner, &format!("{path}/opened"), &()).await.done();
    assert_eq!(world.get(&partner, &path).await.json::<MessageEntry>().opened_at_ms, first);
    assert_eq!(world.get(&staff, &path).await.json::<MessageEntry>().opened_at_ms, None);
}

#[tokio::test]
async fn pages_show_everything_once_newest_first() {
    let People { world, staff, partner, .. } = people().await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.insert(0, world.sent(&staff, &[&partner]).await.message);
        world.clock.advance(Duration::from_millis(1));
    }
    let mut seen = Vec::new();
    let mut path = "/messages?folder=inbox&limit=2".to_owned();
    loop {
        let page: MessagePage = world.get(&partner, &path).await.json();
        assert!(page.messages.len() <= 2);
        seen.extend(page.messages.iter().map(|it| it.message));
        let Some(next) = page.next else { break };
        path = format!("/messages?folder=inbox&limit=2&before={next}");
    }
    assert_eq!(seen, sent);
    for wrong in ["before=AAAA", "before=%00", "folder=drafts", "limit=-1", "other=1"] {
        let code = world.get(&partner, &format!("/messages?folder=inbox&{wrong}")).await.code();
        assert_eq!(code, ProblemCode::Malformed, "{wrong}");
    }
}

#[tokio::test]
async fn an_expired_message_is_not_served() {
    let People { world, staff, partner, .. } = people().await;
    let sent = world.sent(&staff, &[&partner]).await;
    world.clock.advance(Duration::from_secs(60 * 24 * 60 * 60));
    let partner = world.signed_in(partner.made.unwrap()).await;
    assert_eq!(
        world.get(&partner, &format!("/messages/{}", sent.message)).await.code(),
        ProblemCode::NotFound
    );
    let page: MessagePage = world.get(&partner, "/messages?folder=inbox").await.json();
    assert!(page.messages.is_empty());
}
