//! What the server refuses, one row an attempt: each answers a 4xx problem with its code, and nothing of it is
//! seen afterwards.

use client_sdk::wire::api::{Commit, Folder};
use client_sdk::wire::{B64, Problem, ProblemCode};
use client_sdk::{Draft, Error, Method, Payload, Response};
use crypto_core::message::{Header, Recipient};
use serde_json::json;
use tests::actors::{self, Cast, PARTNER, Person, STAFF, attach, stranger, write};
use tests::files::noise;
use tests::server::Settings;
use tests::tap::Held;
use tests::{ServerProcess, SmtpSink};

use ProblemCode as Code;

const MIB: usize = 1024 * 1024;

struct Scene {
    cast: Cast,
    server: ServerProcess,
    _sink: SmtpSink,
}

async fn scene() -> Scene {
    let sink = SmtpSink::start();
    let server = Settings::default().mail_to(sink.port()).set("KBS__LIMITS__RECIPIENTS", 4).start();
    Scene { cast: Cast::assemble(&server).await, server, _sink: sink }
}

/// Fails unless the answer is a problem with this code.
#[track_caller]
fn refused(what: &str, response: &Response, code: Code) {
    let text = String::from_utf8_lossy(&response.body);
    let problem: Problem =
        serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("{what}: no problem: {text}"));
    assert_eq!(problem.code, code, "{what}: {text}");
    assert_eq!(problem.status, response.status, "{what}");
    assert!((400..500).contains(&response.status), "{what}: {}", response.status);
}

fn body(commit: &Commit) -> Payload {
    Payload::Json(serde_json::to_vec(commit).unwrap())
}

/// Everything of a message but its commit has arrived.
async fn held(from: &Person, to: &[&str], files: &[&[u8]]) -> Held {
    let mut attachments = Vec::new();
    for bytes in files {
        attachments.push(attach(from, "a.bin", bytes.to_vec()).await);
    }
    from.api().platform().hold_commits();
    let to = to.iter().map(ToString::to_string).collect();
    let draft = Draft {
        to,
        subject: "S".into(),
        text: "T".into(),
        attachments,
        in_reply_to: None,
        on_behalf_of: None,
        lacking: Vec::new(),
    };
    assert_eq!(from.send(&draft).await.err(), Some(Error::Offline));
    from.api().platform().release()
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    assert!(bytes.windows(old.len()).any(|window| window == old), "there is nothing to replace");
    let mut out = bytes.to_vec();
    for at in 0..=out.len() - old.len() {
        if &out[at..at + old.len()] == old {
            out[at..at + old.len()].copy_from_slice(new);
        }
    }
    out
}

fn recipient<'a>(header: &'a Header, person: &Person) -> &'a Recipient {
    header.recipients().iter().find(|it| it.account == person.account()).unwrap()
}

/// A commit with another header; the signature cannot be right then, which only readers can tell.
async fn try_header(from: &Person, held: &Held, header: Vec<u8>) -> Response {
    let commit = Commit { header: B64(header), signature: held.commit.signature.clone(), draft: None };
    from.api().platform().raw(Method::Post, &held.path, body(&commit)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_there_is_nothing() {
    let scene = scene().await;
    let portal = stranger(&scene.server.url()).await;
    let tap = portal.api().platform();
    let id = "AAAAAAAAAAAAAAAAAAAAAA";
    let json = || Payload::Json(b"{}".to_vec());
    for (method, path, payload) in [
        (Method::Get, "/api/v1/session".to_owned(), Payload::Empty),
        (Method::Get, "/api/v1/contacts".to_owned(), Payload::Empty),
        (Method::Get, "/api/v1/invitations".to_owned(), Payload::Empty),
        (Method::Get, "/api/v1/messages?folder=inbox".to_owned(), Payload::Empty),
        (Method::Get, format!("/api/v1/messages/{id}"), Payload::Empty),
        (Method::Get, format!("/api/v1/messages/{id}/parts/{id}"), Payload::Empty),
        (Method::Get, format!("/api/v1/uploads/{id}"), Payload::Empty),
        (Method::Get, "/api/v1/events".to_owned(), Payload::Empty),
        (Method::Post, "/api/v1/uploads".to_owned(), json()),
        (Method::Put, format!("/api/v1/uploads/{id}/parts/{id}?offset=0"), Payload::Octets(vec![1])),
        (Method::Post, format!("/api/v1/uploads/{id}/commit"), json()),
        (Method::Post, "/api/v1/directory/chains".to_owned(), json()),
        (Method::Post, "/api/v1/invitations/start".to_owned(), json()),
        (Method::Post, "/api/v1/account/rotate".to_owned(), json()),
    ] {
        let response = tap.raw(method, &path, payload).await;
        refused(&format!("{} {path}", method.as_str()), &response, Code::NotSignedIn);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_messages_parts_and_uploads_are_not_there() {
    let scene = scene().await;
    let Cast { staff, partner, other_partner, admin, .. } = &scene.cast;
    let sent = write(staff, &[PARTNER], "S", "T", &[("a.bin", &noise(1, 1000))]).await.unwrap();
    let view = partner.open(sent[0]).await.unwrap();
    let upload = held(staff, &[PARTNER], &[]).await.path.replace("/commit", "");
    let part = view.attachments[0].part;
    for snoop in [other_partner, admin] {
        let tap = snoop.api().platform();
        for (method, path, code) in [
            (Method::Get, format!("/api/v1/messages/{}", sent[0]), Code::NotFound),
            (Method::Post, format!("/api/v1/messages/{}/opened", sent[0]), Code::NotFound),
            (Method::Get, format!("/api/v1/messages/{}/parts/{part}", sent[0]), Code::NotFound),
            (Method::Get, upload.clone(), Code::UploadUnknown),
            (Method::Delete, upload.clone(), Code::UploadUnknown),
        ] {
            refused(&path, &tap.raw(method, &path, Payload::Empty).await, code);
        }
        let piece =
            tap.raw(Method::Put, &format!("{upload}/parts/{part}?offset=0"), Payload::Octets(vec![1])).await;
        refused("somebody else's upload", &piece, Code::UploadUnknown);
        assert!(snoop.list(Folder::Inbox, None).await.unwrap().rows.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_write_to_staff_who_wrote_to_them_and_to_nobody_else() {
    let scene = scene().await;
    let Cast { staff, partner, other_partner, colleague, .. } = &scene.cast;
    write(staff, &[PARTNER], "S", "T", &[]).await.unwrap();
    for address in [actors::OTHER_PARTNER, actors::COLLEAGUE, actors::ADMIN] {
        assert_eq!(partner.look_up(address).await.unwrap(), None, "{address}");
        let error = write(partner, &[address], "S", "T", &[]).await.err();
        let told = error
            .as_ref()
            .is_some_and(|error| error.is(Code::RecipientNotAllowed) || matches!(error, Error::NoKeys(_)));
        assert!(told, "{address}: {error:?}");
    }
    // What a client that knows their keys all the same would send.
    let held = held(partner, &[STAFF], &[]).await;
    let header = Header::parse(&held.commit.header.0).unwrap();
    for (other, code) in [(other_partner, Code::RecipientNotAllowed), (colleague, Code::RecipientNotAllowed)]
    {
        let forged = replaced(
            &held.commit.header.0,
            recipient(&header, staff).account.as_bytes(),
            other.account().as_bytes(),
        );
        refused("partner to stranger", &try_header(partner, &held, forged).await, code);
        assert!(other.list(Folder::Inbox, None).await.unwrap().rows.is_empty());
    }
    assert!(
        partner
            .invite(&actors::partner("neu@verein.example"))
            .await
            .is_err_and(|error| error.is(Code::Forbidden))
    );
    assert!(staff.invite(&actors::staff_member("neu@kbs.example", "N")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_lies_is_refused() {
    let scene = scene().await;
    let Cast { staff, partner, other_partner, colleague, .. } = &scene.cast;
    let mine = held(staff, &[PARTNER, actors::COLLEAGUE], &[&noise(1, 70_000)]).await;
    let bytes = &mine.commit.header.0;
    let header = Header::parse(bytes).unwrap();
    let blob = &header.blobs()[0];
    let to_partner = recipient(&header, partner);
    let to_colleague = recipient(&header, colleague);
    let other_certificate = certificate_of(staff, other_partner).await;
    let second_partner = {
        let account = replaced(bytes, to_colleague.account.as_bytes(), other_partner.account().as_bytes());
        replaced(&account, to_colleague.certificate.as_bytes(), &other_certificate)
    };
    for (what, forged, code) in [
        (
            "a forged sender",
            replaced(bytes, staff.account().as_bytes(), colleague.account().as_bytes()),
            Code::SenderForged,
        ),
        (
            "an unknown recipient",
            replaced(bytes, to_partner.account.as_bytes(), &[7; 16]),
            Code::RecipientUnknown,
        ),
        (
            "another certificate",
            replaced(bytes, to_partner.certificate.as_bytes(), &[7; 32]),
            Code::RecipientUnknown,
        ),
        ("two partners", second_partner, Code::PartnersTooMany),
        ("a part that never came", replaced(bytes, blob.part.as_bytes(), &[7; 16]), Code::PartMissing),
        ("another hash of a part", replaced(bytes, blob.sha256.as_bytes(), &[7; 32]), Code::PartMismatch),
        ("one byte more", [&bytes[..], &[0]].concat(), Code::HeaderRefused),
        ("cut off", bytes[..bytes.len() - 1].to_vec(), Code::HeaderRefused),
        ("nothing", Vec::new(), Code::HeaderRefused),
        ("noise", noise(3, 500), Code::HeaderRefused),
    ] {
        refused(what, &try_header(staff, &mine, forged).await, code);
    }
    let length = minicbor::to_vec(blob.bytes).unwrap();
    let shorter = minicbor::to_vec(blob.bytes - 1).unwrap();
    let response = try_header(staff, &mine, replaced(bytes, &length, &shorter)).await;
    assert!((400..500).contains(&response.status), "a wrong length: {}", response.status);
    let signature = Commit { header: mine.commit.header.clone(), signature: B64(vec![0; 79]), draft: None };
    refused(
        "no signature",
        &staff.api().platform().raw(Method::Post, &mine.path, body(&signature)).await,
        Code::HeaderRefused,
    );
    for person in [partner, other_partner, colleague] {
        assert!(person.list(Folder::Inbox, None).await.unwrap().rows.is_empty(), "nothing of it is seen");
    }
    let through = staff.api().platform().raw(Method::Post, &mine.path, body(&mine.commit)).await;
    assert_eq!(through.status, 200, "the true one passes after all that");
    assert_eq!(actors::read_newest(partner).await.unwrap().1, [noise(1, 70_000)]);
}

/// Fingerprint of somebody's newest certificate, as the directory has it.
async fn certificate_of(asking: &Person, whose: &Person) -> Vec<u8> {
    let address = whose.info().address;
    let held = held(asking, &[&address], &[]).await;
    let header = Header::parse(&held.commit.header.0).unwrap();
    recipient(&header, whose).certificate.as_bytes().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_counts_once_and_only_with_all_its_parts() {
    let scene = scene().await;
    let Cast { staff, partner, .. } = &scene.cast;
    let tap = staff.api().platform();
    let held = held(staff, &[PARTNER], &[&noise(1, 1000)]).await;
    let header = Header::parse(&held.commit.header.0).unwrap();
    let uploads = Payload::Json(b"{}".to_vec());
    let opened: serde_json::Value =
        serde_json::from_slice(&tap.raw(Method::Post, "/api/v1/uploads", uploads).await.body).unwrap();
    let empty = format!("/api/v1/uploads/{}/commit", opened["upload"].as_str().unwrap());
    refused(
        "parts in another upload",
        &tap.raw(Method::Post, &empty, body(&held.commit)).await,
        Code::PartMissing,
    );
    assert_eq!(tap.raw(Method::Post, &held.path, body(&held.commit)).await.status, 200);
    refused("twice", &tap.raw(Method::Post, &held.path, body(&held.commit)).await, Code::AlreadyCommitted);
    refused(
        "twice, elsewhere",
        &tap.raw(Method::Post, &empty, body(&held.commit)).await,
        Code::AlreadyCommitted,
    );
    assert_eq!(partner.list(Folder::Inbox, None).await.unwrap().rows.len(), 1);
    let again = replaced(&held.commit.header.0, header.message().as_bytes(), &[9; 16]);
    let replay = Commit { header: B64(again), signature: held.commit.signature.clone(), draft: None };
    let response = tap.raw(Method::Post, &empty, body(&replay)).await;
    if response.status == 200 {
        // Its parts may be named again by their sender; readers refuse what is not signed under that number.
        let rows = partner.list(Folder::Inbox, None).await.unwrap().rows;
        assert_eq!(rows.iter().filter(|row| row.subject.is_ok()).count(), 1, "a replay is not shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_others_cannot_be_named() {
    let scene = scene().await;
    let Cast { staff, partner, colleague, .. } = &scene.cast;
    let theirs = held(colleague, &[PARTNER], &[&noise(1, 1000)]).await;
    assert_eq!(
        colleague.api().platform().raw(Method::Post, &theirs.path, body(&theirs.commit)).await.status,
        200
    );
    let wanted = Header::parse(&theirs.commit.header.0).unwrap();
    let mine = held(staff, &[PARTNER], &[&noise(2, 1000)]).await;
    let header = Header::parse(&mine.commit.header.0).unwrap();
    let part =
        replaced(&mine.commit.header.0, header.blobs()[0].part.as_bytes(), wanted.blobs()[0].part.as_bytes());
    let forged = replaced(&part, header.blobs()[0].sha256.as_bytes(), wanted.blobs()[0].sha256.as_bytes());
    refused("somebody else's part", &try_header(staff, &mine, forged).await, Code::PartNotYours);
    assert_eq!(partner.list(Folder::Inbox, None).await.unwrap().rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_come_in_order_and_within_their_bounds() {
    let scene = scene().await;
    let tap = scene.cast.staff.api().platform();
    let opened = tap.raw(Method::Post, "/api/v1/uploads", Payload::Json(b"{}".to_vec())).await;
    let opened: serde_json::Value = serde_json::from_slice(&opened.body).unwrap();
    let part = |offset: usize| {
        format!(
            "/api/v1/uploads/{}/parts/AAAAAAAAAAAAAAAAAAAAAQ?offset={offset}",
            opened["upload"].as_str().unwrap()
        )
    };
    let put = async |offset: usize, bytes: usize| {
        tap.raw(Method::Put, &part(offset), Payload::Octets(noise(1, bytes))).await
    };
    refused("a gap", &put(1, 10).await, Code::PartOffset);
    assert_eq!(put(0, 10).await.status, 200);
    refused("the same again", &put(0, 10).await, Code::PartOffset);
    refused("an overlap", &put(5, 10).await, Code::PartOffset);
    refused("beyond the end", &put(11, 10).await, Code::PartOffset);
    refused("nothing", &put(10, 0).await, Code::Malformed);
    let large = put(10, MIB + 1).await;
    refused("a piece over 1 MiB", &large, Code::PartTooLarge);
    let json = tap.raw(Method::Put, &part(10), Payload::Json(b"{}".to_vec())).await;
    refused("not octets", &json, Code::UnsupportedMediaType);
    let mut offset = 10;
    let over = loop {
        let response = put(offset, MIB).await;
        if response.status != 200 {
            break response;
        }
        offset += MIB;
        assert!(offset < 25 * MIB, "the bound of a message holds");
    };
    refused("more than any message", &over, Code::MessageTooLarge);
    assert!(offset >= 20 * MIB, "the whole of 20 MiB passes, padded");
    for bad in ["AAAA", "..%2f..%2fetc", "AAAAAAAAAAAAAAAAAAAAA!"] {
        let path = format!("/api/v1/uploads/{}/parts/{bad}?offset=0", opened["upload"].as_str().unwrap());
        let response = tap.raw(Method::Put, &path, Payload::Octets(vec![1])).await;
        assert!((400..500).contains(&response.status), "{bad}: {}", response.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_not_too_many_recipients() {
    let scene = scene().await;
    let Cast { admin, staff, .. } = &scene.cast;
    let more = ["eins@kbs.example", "zwei@kbs.example", "drei@kbs.example"];
    for address in more {
        admin.invite(&actors::staff_member(address, "Mehr")).await.unwrap();
    }
    // With the sender's own copy there are five, and four are allowed here.
    let to = [more[0], more[1], more[2], actors::COLLEAGUE];
    let error = write(staff, &to, "S", "T", &[]).await.err().unwrap();
    assert!(error.is(Code::RecipientsTooMany), "{error:?}");
    assert!(scene.cast.colleague.list(Folder::Inbox, None).await.unwrap().rows.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_tells_nothing_and_is_throttled() {
    let sink = SmtpSink::start();
    let server = Settings::default().mail_to(sink.port()).set("KBS__LIMITS__SIGN_INS_PER_ACCOUNT", 5).start();
    let link = server.set_up_link().unwrap().to_owned();
    actors::set_up(&server.url(), &link, "T", "A", actors::ADMIN, actors::PASSWORD).await;
    let wrong = actors::sign_in(&server.url(), actors::ADMIN, "Falsches-Kennwort-1").await.err();
    let unknown = actors::sign_in(&server.url(), "niemand@kbs.example", "Falsches-Kennwort-1").await.err();
    assert_eq!(wrong, unknown, "the same answer whether or not there is a mailbox");
    assert_eq!(wrong, Some(Error::SignIn));
    let mut last = None;
    for _ in 0..8 {
        last = actors::sign_in(&server.url(), actors::ADMIN, "Falsches-Kennwort-1").await.err();
    }
    assert!(last.as_ref().is_some_and(|error| error.is(Code::RateLimited)), "{last:?}");
    let set_up_again = json!({ "token": "AAAA", "address": "b@kbs.example", "registration_request": "AAAA" });
    let portal = stranger(&server.url()).await;
    let payload = Payload::Json(serde_json::to_vec(&set_up_again).unwrap());
    let response = portal.api().platform().raw(Method::Post, "/api/v1/setup/start", payload).await;
    assert!((400..500).contains(&response.status), "set up once: {}", response.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_sign_out_and_with_another_password() {
    let scene = scene().await;
    let Cast { staff, partner, .. } = &scene.cast;
    let elsewhere = actors::sign_in(&scene.server.url(), STAFF, actors::PASSWORD).await.unwrap();
    let fresh = actors::sign_in(&scene.server.url(), STAFF, actors::PASSWORD).await.unwrap();
    fresh.set_password("Anderes-Kennwort-9!").await.unwrap();
    for ended in [staff, &elsewhere] {
        assert!(ended.contacts().await.is_err_and(|error| error.is(Code::NotSignedIn)));
    }
    assert!(fresh.contacts().await.is_ok());
    assert_eq!(
        actors::sign_in(&scene.server.url(), STAFF, actors::PASSWORD).await.err(),
        Some(Error::SignIn)
    );
    partner.sign_out().await.unwrap();
    assert!(partner.contacts().await.is_err_and(|error| error.is(Code::NotSignedIn)));
}
