//! The liar of the browser tests: a portal with its people, and before it a server that lies as it is told to.
//!
//! Prints one line of JSON, `{url, control_url}`, and ends when its standard input does.
//!
//! Control (POST, answers when it is done): `/truth`, or the name of a lie, which is then the only one; see
//! [`Stage::lie`].

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use client_sdk::wire::api::{MessageEntry, MessagePage, Proved, SignInStart, StoredBundle};
use client_sdk::wire::{B64, MessageId, PartId};
use client_sdk::{Method, Payload};
use crypto_core::Secret;
use crypto_core::certificate::CertificateBody;
use crypto_core::hazmat::{hpke, sign};
use crypto_core::message::{Header, Part0, Recipient};
use serde_json::json;
use std::io::Read;
use std::sync::Arc;
use tests::ServerProcess;
use tests::actors::{self, ADMIN, COLLEAGUE, OTHER_PARTNER, PARTNER, PASSWORD, STAFF};
use tests::craft::{Crafted, craft_with, newest};
use tests::files::noise;
use tests::insider::{HeaderBody, Insider, certificate, grant, rng};
use tests::scene::{NEW_PASSWORD, PROVED, START, Scene, certificates, exchange, proved};
use tokio::sync::Mutex;

const ENTRY: &str = "GET /messages/*";
const LIST: &str = "GET /messages";
/// Four chunks and a bit.
const FILE_BYTES: usize = 4 * 65_536 + 1000;
const SEALED_CHUNK_BYTES: usize = 65_536 + 16;

/// What an insider would have somebody believe.
fn say(contents: &mut Part0) {
    contents.subject = "Neue Bankverbindung".into();
    contents.text = "Bitte überweisen Sie ab sofort hierhin.".into();
}

struct Stage {
    scene: Scene,
    /// Before the last of what happened.
    older: Proved,
    older_bundle: StoredBundle,
    /// With two files, to the colleague and the partner; and another one, to the colleague alone.
    sent: MessageId,
    other: MessageEntry,
    parts: Vec<(PartId, Vec<u8>)>,
    fork: Option<(ServerProcess, tempfile::TempDir)>,
}

#[tokio::main]
async fn main() {
    let stage = Stage::new().await;
    let control = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let line = json!({
        "url": stage.scene.lying.url(),
        "control_url": format!("http://{}", control.local_addr().expect("bound")),
    });
    println!("{line}");
    let stage = Arc::new(Mutex::new(Some(stage)));
    let router = Router::new().route("/{lie}", post(answer)).with_state(Arc::clone(&stage));
    tokio::spawn(async move { axum::serve(control, router).await });
    let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = end.await;
    // Ends its servers, the copied one too, and removes their directories.
    drop(stage.lock().await.take());
    // Whoever still listens for news is not waited for.
    std::process::exit(0);
}

async fn answer(State(stage): State<Arc<Mutex<Option<Stage>>>>, Path(lie): Path<String>) -> StatusCode {
    let mut stage = stage.lock().await;
    let Some(stage) = stage.as_mut() else { return StatusCode::GONE };
    let scene = &stage.scene;
    scene.lying.tell_the_truth();
    scene.lying.stand_before(&scene.server);
    if lie == "truth" || stage.lie(&lie).await { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

impl Stage {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let cast = &scene.cast;
        let files = [noise(1, FILE_BYTES), noise(2, FILE_BYTES)];
        let files: [(&str, &[u8]); 2] = [("Bescheid.pdf", &files[0]), ("Anlage.pdf", &files[1])];
        let to = [COLLEAGUE, PARTNER];
        let sent =
            actors::write(&cast.staff, &to, "Der Bescheid", "Im Anhang.", &files).await.expect("sent")[0];
        let other = actors::write(&cast.staff, &[COLLEAGUE], "Die Absage", "Leider nein.", &[]).await;
        let (sent, other) = (sent, other.expect("sent")[0]);
        let entry = async |id| cast.colleague.api().get::<MessageEntry>(&format!("/messages/{id}")).await;
        let header = Header::parse(&entry(sent).await.expect("an entry").header.0).expect("a header");
        let mut parts = Vec::new();
        for part in header.blobs() {
            let path = format!("/api/v1/messages/{sent}/parts/{}", part.part);
            let sealed = cast.colleague.api().platform().raw(Method::Get, &path, Payload::Empty).await.body;
            parts.push((part.part, sealed));
        }
        let other = entry(other).await.expect("an entry");
        let older = proved(&cast.staff, &[], &[PARTNER]).await;
        let older_bundle = scene.given(STAFF).await.bundle;
        // Nobody is asked for a recovery code any more, and the bundle of staff is a newer one.
        for person in [&cast.staff, &cast.colleague] {
            let code = person.make_recovery_code();
            person.set_recovery_code(&code, &code).await.expect("a recovery code");
        }
        cast.other_partner.set_password(NEW_PASSWORD).await.expect("a newer directory");
        Self { older, older_bundle, sent, other, parts, fork: None, scene }
    }

    /// Whether there is such a lie.
    async fn lie(&mut self, name: &str) -> bool {
        match name {
            // No lies: it cannot be reached, and is there again with mail for COLLEAGUE that nobody heard of.
            "away" => {
                self.scene.server.stop();
            }
            "mail-meanwhile" => self.mail_meanwhile().await,
            // To STAFF, who signs in.
            "anothers-record" => {
                self.scene.lying.ask(START, |it: &mut SignInStart| it.address = COLLEAGUE.into());
            }
            "older-bundle" => {
                let older = self.older_bundle.clone();
                self.scene.finished(move |it| it.bundle = older.clone());
            }
            // To STAFF, who writes to PARTNER.
            "own-key" => self.own_key().await,
            "anothers-chain" => self.anothers_chain().await,
            "older-directory" => self.scene.lying.answer_with(PROVED, &self.older),
            "another-history" => self.another_history().await,
            // To COLLEAGUE, who reads.
            "recipient-added" => {
                let stranger = self.scene.cast.other_partner.account();
                self.change_header(move |it| {
                    it.recipients.push(Recipient { account: stranger, ..it.recipients[0].clone() });
                });
            }
            "recipient-dropped" => {
                let partner = self.scene.cast.partner.account();
                self.change_header(move |it| it.recipients.retain(|it| it.account != partner));
            }
            "another-message" => {
                let other = self.other.clone();
                self.change_entry(move |it| {
                    (it.header, it.signature) = (other.header.clone(), other.signature.clone());
                });
            }
            "file-exchanged" => self.give_file(self.parts[1].1.clone()),
            "file-cut" => self.give_file(self.parts[0].1[..3 * SEALED_CHUNK_BYTES].to_vec()),
            "forged-sender" => self.forged_sender().await,
            "no-deputy" => self.no_deputy().await,
            "strangers-grant" => self.strangers_grant().await,
            _ => return false,
        }
        true
    }

    async fn mail_meanwhile(&mut self) {
        let scene = &mut self.scene;
        scene.lying.stand_alone();
        scene.server.start();
        actors::write(&scene.cast.staff, &[COLLEAGUE], "Inzwischen", "Gekommen.", &[]).await.expect("sent");
        scene.lying.stand_before(&scene.server);
    }

    /// The server's own key in the partner's newest certificate.
    async fn own_key(&self) {
        let truth = proved(&self.scene.cast.staff, &[], &[PARTNER]).await;
        let live = certificates(&truth.chains, PARTNER).pop().expect("a certificate");
        let server = Secret::random(&mut rng());
        let body = CertificateBody {
            signing_key: sign::public_key(&server).into(),
            mailbox_key: Some(hpke::public_key(&server).to_vec().into()),
            ..live.body().clone()
        };
        let own = certificate(&body, &server, &server);
        self.scene.lying.answer(PROVED, move |it: &mut Proved| {
            if it.chains.entries.iter().any(|it| it.entry.0 == live.as_bytes()) {
                exchange(&mut it.chains, live.as_bytes(), Some(&own));
            }
        });
    }

    /// A right chain with its right proof, and of somebody else.
    async fn anothers_chain(&self) {
        let others = proved(&self.scene.cast.staff, &[], &[OTHER_PARTNER]).await;
        self.scene.lying.answer(PROVED, move |it: &mut Proved| it.chains = others.chains.clone());
    }

    /// A server with the same keys, where something else happened.
    async fn another_history(&mut self) {
        if self.fork.is_none() {
            let dir = tempfile::tempdir().expect("a directory");
            let fork = self.scene.fork(dir.path());
            let there = actors::sign_in(&fork.url(), ADMIN, PASSWORD).await.expect("a fork");
            for password in [NEW_PASSWORD, PASSWORD, NEW_PASSWORD] {
                there.set_password(password).await.expect("another history");
            }
            self.scene.cast.admin.set_password(NEW_PASSWORD).await.expect("a history");
            self.fork = Some((fork, dir));
        }
        let (fork, _) = self.fork.as_ref().expect("made above");
        self.scene.lying.stand_before(fork);
    }

    fn change_header(&self, change: impl Fn(&mut HeaderBody) + Clone + Send + Sync + 'static) {
        self.change_entry(move |it| {
            let mut body = HeaderBody::of(&it.header.0);
            change(&mut body);
            it.header = B64(body.to_bytes());
        });
    }

    /// In the list and by itself.
    fn change_entry(&self, change: impl Fn(&mut MessageEntry) + Clone + Send + Sync + 'static) {
        let (sent, in_list) = (self.sent, change.clone());
        self.scene.lying.answer(LIST, move |page: &mut MessagePage| {
            page.messages.iter_mut().filter(|it| it.message == sent).for_each(&in_list);
        });
        self.scene.lying.answer(ENTRY, move |it: &mut MessageEntry| {
            if it.message == sent {
                change(it);
            }
        });
    }

    /// In the place of the first file.
    fn give_file(&self, sealed: Vec<u8>) {
        self.scene.lying.give(&format!("GET /messages/{}/parts/{}", self.sent, self.parts[0].0), sealed);
    }

    /// A message that only the liar has, at the top of the inbox.
    fn deliver(&self, message: &Crafted) {
        let entry = MessageEntry { delivered_at_ms: self.other.delivered_at_ms, ..message.entry() };
        message.deliver(&self.scene.lying);
        self.scene.lying.answer(LIST, move |page: &mut MessagePage| page.messages.insert(0, entry.clone()));
    }

    async fn insider(&self, address: &str) -> Insider {
        Insider::of(&self.scene.server.url(), address, PASSWORD).await
    }

    /// The partner in the name of staff.
    async fn forged_sender(&self) {
        let cast = &self.scene.cast;
        let (staff, partner) = (self.insider(STAFF).await, self.insider(PARTNER).await);
        let of = [&cast.staff, &cast.partner, &cast.colleague].map(|it| it.account());
        let [its, partners, colleagues] = newest(&cast.staff, of).await;
        let theirs = craft_with(&partner, &partners, &[&colleagues], None, &[], say);
        self.deliver(&theirs.in_the_name_of(&staff, &its, &partner, &colleagues));
    }

    /// Staff for an administrator who never named them.
    async fn no_deputy(&self) {
        let cast = &self.scene.cast;
        let of = [&cast.staff, &cast.admin, &cast.colleague].map(|it| it.account());
        let [own, admins, colleagues] = newest(&cast.staff, of).await;
        let behalf = Some(cast.admin.account());
        let staff = self.insider(STAFF).await;
        self.deliver(&craft_with(&staff, &own, &[&colleagues, &admins], behalf, &[], say));
    }

    /// The other partner, who is no reader, grants what staff wrote to the partner.
    async fn strangers_grant(&self) {
        let cast = &self.scene.cast;
        let of = [&cast.staff, &cast.partner, &cast.colleague].map(|it| it.account());
        let [own, partners, colleagues] = newest(&cast.staff, of).await;
        let staff = self.insider(STAFF).await;
        let stranger = Insider::of(&self.scene.server.url(), OTHER_PARTNER, NEW_PASSWORD).await;
        let message = craft_with(&staff, &own, &[&partners], None, &[], say);
        let given = grant(&message.header, &message.content_key(), &stranger, colleagues.accepted());
        self.deliver(&message.granted(&stranger, given));
    }
}
