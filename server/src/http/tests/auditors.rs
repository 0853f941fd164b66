//! Auditors: what their token opens, and what the answer to everybody else says, which is nothing.

use super::actors::{Actor, Reply, World};
use crate::config::{AuditorsConfig, Config, TokenHash};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use crypto_core::certificate::Role;
use crypto_core::wire::api::{EntryPage, Histories, HistoriesWanted, WantedHistory};
use crypto_core::wire::{Fingerprint, ProblemCode, SubjectLabel};

const TOKEN: &str = "ein-zufaelliges-Merkmal-von-32-Bytes";
const ENTRIES: &str = "/auditors/entries?after=0";

fn config() -> Config {
    let token_sha256 = Some(TokenHash(*Fingerprint::of(TOKEN.as_bytes()).as_bytes()));
    Config { auditors: AuditorsConfig { token_sha256 }, ..Config::default() }
}

async fn get(world: &World, token: Option<&str>, path: &str) -> Reply {
    let request = world.request(&Actor::default(), Method::GET, path);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    world.send(request.body(Body::empty()).unwrap()).await
}

async fn histories(world: &World, wanted: &HistoriesWanted) -> Reply {
    let request = world.request(&Actor::default(), Method::POST, "/auditors/histories");
    let request = request
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .body(Body::from(serde_json::to_vec(wanted).unwrap()));
    world.send(request.unwrap()).await
}

#[tokio::test]
async fn an_auditor_sees_every_entry_and_its_proof() {
    let (world, admin) = World::set_up_with(config()).await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let page: EntryPage = get(&world, Some(TOKEN), ENTRIES).await.json();
    // Root, policy, administrator, staff.
    assert_eq!(page.entries.iter().map(|it| it.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(page.last, 4);
    assert_eq!(Fingerprint::of(&page.entries[3].entry.0), staff.certificate());
    let rest: EntryPage = get(&world, Some(TOKEN), "/auditors/entries?after=4").await.json();
    assert!(rest.entries.is_empty() && page.removed.is_empty());
    let wanted = |subject: &str, newest| WantedHistory { subject: SubjectLabel::of(subject), newest };
    let subjects = vec![wanted("staff@kbs.example", 1), wanted("nobody@kbs.example", 1), wanted("root", 1)];
    let proved: Histories = histories(&world, &HistoriesWanted { subjects }).await.json();
    let named: Vec<_> = proved.histories.iter().map(|it| it.subject).collect();
    assert_eq!(named, ["staff@kbs.example", "root"].map(SubjectLabel::of));
    let none = HistoriesWanted { subjects: vec![wanted("root", 0)] };
    assert_eq!(histories(&world, &none).await.code(), ProblemCode::Malformed);
}

#[tokio::test]
async fn nobody_else_learns_whether_there_are_auditors() {
    let (with, _) = World::set_up_with(config()).await;
    let (without, _) = World::set_up_with(Config::default()).await;
    let unset = World::with(config()).await;
    let mut answers = Vec::new();
    for world in [&with, &without, &unset] {
        for token in [None, Some(""), Some("other"), Some("ein-zufaelliges-Merkmal-von-32-Byte")] {
            let reply = get(world, token, ENTRIES).await;
            assert_eq!(reply.code(), ProblemCode::NotSignedIn);
            answers.push(reply.body);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    // The hash itself is no token, and neither is what hashes to it in another form.
    let hash: String = config().auditors.token_sha256.unwrap().into();
    assert_eq!(get(&with, Some(&hash), ENTRIES).await.code(), ProblemCode::NotSignedIn);
    // A cookie opens nothing here.
    let (world, admin) = World::set_up_with(config()).await;
    assert_eq!(world.get(&admin, ENTRIES).await.code(), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down_and_keep_the_right_one_out_never() {
    let (world, _) = World::set_up_with(config()).await;
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(get(&world, Some("wrong"), ENTRIES).await.code());
        assert_eq!(get(&world, Some(TOKEN), ENTRIES).await.status, StatusCode::OK);
    }
    assert_eq!(codes[9], ProblemCode::NotSignedIn);
    assert_eq!(codes[10..], [ProblemCode::RateLimited, ProblemCode::RateLimited]);
    world.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(get(&world, Some("wrong"), ENTRIES).await.code(), ProblemCode::NotSignedIn);
}
