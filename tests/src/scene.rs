//! A portal with a liar before it, and what the server proves about people, for lies about it.

use crate::actors::{self, Cast, PASSWORD, Person};
use crate::server::Settings;
use crate::{LyingServer, ServerProcess, SmtpSink};
use client_sdk::wire::api::{
    Chains, ChainsWanted, Proved, ProvedWanted, SequencedEntry, SignInFinished, SignedIn,
};
use client_sdk::wire::{AccountId, B64};
use client_sdk::{Error, Method};
use crypto_core::certificate::{Certificate, Entry};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Chains with their proofs.
pub const PROVED: &str = "POST /directory/proved";
/// The end of sending.
pub const COMMIT: &str = "POST /uploads/*/commit";
/// The beginning of a sign-in.
pub const START: &str = "POST /sign-in/start";
/// Its end.
pub const FINISH: &str = "POST /sign-in/finish";
/// An own password that somebody chooses in place of [`PASSWORD`].
pub const NEW_PASSWORD: &str = "Anderes-Pferd-Batterie-8";

/// A portal with a liar before it. Whoever is to be deceived signs in there.
pub struct Scene {
    /// Signed in at the real server.
    pub cast: Cast,
    /// The liar.
    pub lying: LyingServer,
    /// The real one. It takes the liar's address for its own, as browsers do.
    pub server: ServerProcess,
    sink: SmtpSink,
}

impl Scene {
    /// A liar that tells the truth for now.
    ///
    /// # Panics
    /// If something does not start.
    pub async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let sink = SmtpSink::start();
        let port = listener.local_addr().expect("bound").port();
        let server = settings(sink.port(), port).start();
        let cast = Cast::assemble(&server).await;
        Self { cast, lying: LyingServer::on(listener, &server), server, sink }
    }

    /// Signs somebody in through the liar.
    ///
    /// # Panics
    /// If that fails.
    pub async fn deceived(&self, address: &str) -> Person {
        actors::sign_in(&self.lying.url(), address, PASSWORD).await.unwrap()
    }

    /// What somebody who writes is told, while the server lies about chains and proofs. Nothing leaves.
    ///
    /// # Panics
    /// If the lie is believed.
    pub async fn refusal(
        &self,
        writer: &Person,
        to: &[&str],
        lie: impl Fn(&mut Proved) + Send + Sync + 'static,
    ) -> Error {
        let sent = self.lying.asked(COMMIT);
        self.lying.answer(PROVED, lie);
        let refused = actors::write(writer, to, "Betreff", "Text", &[]).await;
        self.lying.tell_the_truth();
        assert_eq!(self.lying.asked(COMMIT), sent, "something was sent");
        refused.expect_err("the lie is believed")
    }

    /// Changes what comes of the right password.
    pub fn finished(&self, change: impl Fn(&mut SignedIn) + Send + Sync + 'static) {
        self.lying.answer(FINISH, move |it: &mut SignInFinished| match it {
            SignInFinished::SignedIn(signed_in) => change(signed_in),
            SignInFinished::SecondFactor(_) => panic!("without a second factor"),
        });
    }

    /// What the server gives to somebody who signs in.
    ///
    /// # Panics
    /// If the sign-in fails.
    pub async fn given(&self, address: &str) -> SignedIn {
        let given = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&given);
        self.finished(move |it| *kept.lock().expect("not poisoned") = Some(it.clone()));
        self.deceived(address).await;
        self.lying.tell_the_truth();
        given.lock().expect("not poisoned").take().expect("an answer")
    }

    /// A second server with all that the first one has and knows, its keys included.
    ///
    /// # Panics
    /// If it cannot be copied or does not start.
    pub fn fork(&mut self, to: &Path) -> ServerProcess {
        self.server.stop();
        let from = self.server.data_dir();
        let from = from.parent().expect("a directory");
        for entry in walkdir::WalkDir::new(from) {
            let entry = entry.expect("own files");
            let there = to.join(entry.path().strip_prefix(from).expect("below it"));
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(there).expect("a directory");
            } else if entry.file_type().is_file() {
                std::fs::copy(entry.path(), there).expect("a copy");
            }
        }
        self.server.start();
        settings(self.sink.port(), self.lying.port()).in_dir(to).start()
    }
}

fn settings(mail_port: u16, public_port: u16) -> Settings {
    Settings::default().mail_to(mail_port).set("KBS__PUBLIC_URL", format!("http://localhost:{public_port}"))
}

/// What the server proves to somebody about accounts and addresses.
///
/// # Panics
/// If it does not.
pub async fn proved(person: &Person, accounts: &[AccountId], addresses: &[&str]) -> Proved {
    let chains = ChainsWanted {
        accounts: [accounts, &[person.account()]].concat(),
        addresses: addresses.iter().map(ToString::to_string).collect(),
    };
    let wanted = ProvedWanted { chains, seen: 0, known: Vec::new(), fresh: true };
    person.api().call(Method::Post, "/directory/proved", &wanted).await.unwrap()
}

/// All certificates of an address, oldest first.
///
/// # Panics
/// If there is an entry that is none.
pub fn certificates(chains: &Chains, address: &str) -> Vec<Certificate> {
    let entries = chains.entries.iter().map(|it| Entry::parse(&it.entry.0).unwrap());
    entries.filter(|it| it.address() == Some(address)).filter_map(|it| it.certificate().cloned()).collect()
}

/// Enters something at the end.
pub fn append(chains: &mut Chains, entry: &[u8]) {
    let sequence = chains.entries.last().map_or(1, |last| last.sequence + 1);
    chains.entries.push(SequencedEntry { sequence, entry: B64(entry.to_vec()) });
}

/// Puts something else in the place of an entry, or takes it away.
///
/// # Panics
/// If it is not there.
pub fn exchange(chains: &mut Chains, old: &[u8], new: Option<&[u8]>) {
    let before = chains.entries.len();
    match new {
        Some(new) => {
            let it = chains.entries.iter_mut().find(|it| it.entry.0 == old).expect("the entry");
            it.entry = B64(new.to_vec());
        }
        None => {
            chains.entries.retain(|it| it.entry.0 != old);
            assert!(chains.entries.len() < before, "the entry");
        }
    }
}
