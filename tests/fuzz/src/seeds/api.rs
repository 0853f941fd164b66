//! What a real portal says: the description of its API as examples of bodies and requests, proofs, records.

use crate::input::piece;
use crate::targets::bodies::NAMES;
use crate::targets::http::portal::PORTAL;
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::certificate::Entry;
use crypto_core::directory::POLICY_SUBJECT;
use crypto_core::wire::api::{ChainsWanted, EpochPage, PortalStatus, Proved, ProvedWanted};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// No identifier of anything there is.
const ID: &str = "AAAAAAAAAAAAAAAAAAAAAA";
/// Records longer than this teach nothing more.
const RECORD_BYTES: usize = 2000;

fn description() -> Value {
    ask("GET", "/api/v1/openapi.json", &[])
}

fn ask<T: DeserializeOwned>(method: &str, path: &str, body: &[u8]) -> T {
    let answer = PORTAL.ask(method, path, 2, body);
    serde_json::from_slice(&answer).expect("an answer")
}

/// One body of each kind that the API knows.
pub(super) fn bodies() -> Vec<(String, Vec<u8>)> {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().expect("schemas");
    let known = schemas.keys().filter_map(|name| Some((name, NAMES.iter().position(|it| it == name)?)));
    known
        .map(|(name, at)| {
            let example = example(&schemas[name], schemas).to_string();
            (name.clone(), [&[u8::try_from(at).expect("few bodies")], example.as_bytes()].concat())
        })
        .collect()
}

/// Bodies that the API describes and no target reads.
pub(super) fn unknown_bodies() -> Vec<String> {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().expect("schemas");
    let bodies = schemas.iter().filter(|(_, schema)| schema["type"] == "object").map(|(name, _)| name);
    bodies.filter(|name| !NAMES.contains(&name.as_str())).cloned().collect()
}

/// One request of each kind, by a person who may ask it or not.
pub(super) fn requests() -> Vec<(String, Vec<u8>)> {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().expect("schemas");
    let mut requests = Vec::new();
    for (path, operations) in description["paths"].as_object().expect("paths") {
        for (number, method) in ["get", "post", "put", "delete"].iter().enumerate() {
            let Some(operation) = operations.get(method) else { continue };
            let content = &operation["requestBody"]["content"]["application/json"]["schema"];
            let (kind, body) = match content {
                Value::Null if *method == "put" => (1, "octets".to_owned()),
                Value::Null => (0, String::new()),
                schema => (0, example(schema, schemas).to_string()),
            };
            let parts = path.split('/').map(|part| if part.starts_with('{') { ID } else { part });
            let bare = parts.collect::<Vec<_>>().join("/");
            let path = format!("{bare}{}", query(operation));
            let who = if path.contains("/admin/") {
                0
            } else {
                u8::try_from(requests.len() % 3).expect("few people")
            };
            let head = [u8::try_from(number).expect("few methods"), kind, who];
            let headers = [piece(b""), piece(b"10.0.0.1, [::1]:80"), piece(b"")].concat();
            let name = format!("{method}{}", bare.replace("/api/v1", "").replace('/', "-").replace(ID, "id"));
            if body.contains("neu@traeger.example") {
                let wrong = body.replace("neu@traeger.example", "kein-echo-7f3a");
                let parts = [&head[..], &headers, &piece(path.as_bytes()), wrong.as_bytes()];
                requests.push((format!("{name}-wrong"), parts.concat()));
            }
            requests.push((name, [&head[..], &headers, &piece(path.as_bytes()), body.as_bytes()].concat()));
        }
    }
    requests
}

/// All that an operation takes, as numbers.
fn query(operation: &Value) -> String {
    let all = operation["parameters"].as_array().into_iter().flatten().filter(|it| it["in"] == "query");
    let pairs: Vec<String> = all.filter_map(|it| Some(format!("{}=1", it["name"].as_str()?))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// A value of a schema.
fn example(schema: &Value, schemas: &Map<String, Value>) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return example(&schemas[name], schemas);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(first) =
            schema[choice].as_array().and_then(|all| all.iter().rfind(|it| it["type"] != "null"))
        {
            return example(first, schemas);
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        let parts = all.iter().filter_map(|it| example(it, schemas).as_object().cloned());
        return Value::Object(parts.flatten().collect());
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    let kind = schema["type"].as_array().and_then(|all| all.first()).unwrap_or(&schema["type"]);
    match kind.as_str().unwrap_or_default() {
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(
                fields
                    .map(|(name, of)| match name.as_str() {
                        "address" => (name.clone(), Value::from("neu@traeger.example")),
                        _ => (name.clone(), example(of, schemas)),
                    })
                    .collect(),
            )
        }
        "array" => json!([example(&schema["items"], schemas)]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        _ => Value::from(text(schema["description"].as_str().unwrap_or_default())),
    }
}

fn text(description: &str) -> String {
    let bytes =
        description.strip_prefix("base64url of ").and_then(|rest| rest.split(' ').next()?.parse().ok());
    match bytes {
        Some(bytes) => Base64UrlUnpadded::encode_string(&vec![1; bytes]),
        None if description.contains("e-mail address") => "neu@traeger.example".to_owned(),
        None => "AQID".to_owned(),
    }
}

/// Of the tree of that portal's directory.
pub(super) fn proofs() -> Vec<(String, Vec<u8>)> {
    let wanted = ProvedWanted {
        chains: ChainsWanted { accounts: vec![], addresses: vec!["sabine@kbs.example".into()] },
        seen: 0,
        known: vec![],
        fresh: true,
    };
    let body = serde_json::to_vec(&wanted).expect("a body");
    let proved: Proved = ask("POST", "/api/v1/directory/proved", &body);
    let status: PortalStatus = ask("GET", "/api/v1/status", &[]);
    let epoch: u64 = proved.checkpoint.lines().nth(1).and_then(|size| size.parse().ok()).expect("a size");
    let mut seeds = Vec::new();
    for history in &proved.histories {
        let entries = proved.chains.entries.iter().filter_map(|it| Entry::parse(&it.entry.0).ok());
        let own: Vec<Entry> = entries.filter(|it| it.subject() == history.subject).collect();
        let name = own.iter().find_map(Entry::address).unwrap_or(POLICY_SUBJECT);
        let count = own.len().max(1);
        let head = [&[3], status.vrf_key.0.as_slice(), &proved.root.0, &epoch.to_be_bytes()].concat();
        let subject = piece(name.as_bytes());
        let count = [u8::try_from(count).expect("few versions")];
        let verified = [&head[..], &count, &subject, &history.proof.0].concat();
        seeds.push((format!("verified-{name}"), verified));
        seeds.push((format!("history-{name}"), [&[0], &history.proof.0[..]].concat()));
    }
    let page: EpochPage = ask("GET", "/api/v1/directory/epochs?after=0", &[]);
    for epoch in page.epochs.iter().take(3) {
        seeds.push((format!("append-only-{}", epoch.number), [&[1], &epoch.append_only.0[..]].concat()));
    }
    let numbers: [[u8; 8]; 3] = [6, 3, 7].map(|number: u64| number.to_be_bytes());
    seeds.push(("log".into(), [&[2], &numbers.concat()[..], &[1; 64], &[2; 96]].concat()));
    seeds
}

/// The shortest of each kind that lies in its store.
pub(super) fn records() -> Vec<(String, Vec<u8>)> {
    let mut shortest: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    PORTAL.records(|kind, record| {
        let is_shorter = shortest.get(&kind).is_none_or(|known| record.len() < known.len());
        if is_shorter && record.len() <= RECORD_BYTES {
            shortest.insert(kind, record.to_vec());
        }
    });
    shortest.into_iter().map(|(kind, record)| (format!("{kind}"), [&[kind], &record[..]].concat())).collect()
}
