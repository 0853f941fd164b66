//! A server that lies, and insiders who help it, against the real client: each lie is refused with its own error,
//! nothing is lost by it, and the truth is believed again.
//!
//! Which attack is refused where stands in `docs/THREAT-MODEL.md`.

mod craft;
mod grants;
mod keys;
mod mail;
mod parts;
mod senders;
mod sign_in;
mod table;
mod two_histories;

use client_sdk::Error;
use client_sdk::Method;
use client_sdk::wire::api::{Chains, ChainsWanted, Proved, ProvedWanted, SequencedEntry};
use client_sdk::wire::{AccountId, B64};
use crypto_core::certificate::{Certificate, Entry};
use tests::actors::{self, Cast, PASSWORD, Person};
use tests::{LyingServer, ServerProcess, SmtpSink};

const PROVED: &str = "POST /directory/proved";
const COMMIT: &str = "POST /uploads/*/commit";
const NEW_PASSWORD: &str = "Anderes-Pferd-Batterie-8";

/// A portal with a liar before it. Whoever is to be deceived signs in there.
struct Scene {
    cast: Cast,
    lying: LyingServer,
    server: ServerProcess,
    _sink: SmtpSink,
}

impl Scene {
    async fn new() -> Self {
        let sink = SmtpSink::start();
        let server = ServerProcess::with_mail_to(&sink);
        let cast = Cast::assemble(&server).await;
        Self { cast, lying: LyingServer::before(&server).await, server, _sink: sink }
    }

    /// Signs somebody in through the liar.
    async fn deceived(&self, address: &str) -> Person {
        actors::sign_in(&self.lying.url(), address, PASSWORD).await.unwrap()
    }

    /// What somebody who writes is told, while the server lies about chains and proofs. Nothing leaves.
    async fn refusal(
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
}

/// What the server proves to somebody about accounts and addresses.
async fn proved(person: &Person, accounts: &[AccountId], addresses: &[&str]) -> Proved {
    let chains = ChainsWanted {
        accounts: [accounts, &[person.account()]].concat(),
        addresses: addresses.iter().map(ToString::to_string).collect(),
    };
    let wanted = ProvedWanted { chains, seen: 0, known: Vec::new(), fresh: true };
    person.api().call(Method::Post, "/directory/proved", &wanted).await.unwrap()
}

/// All certificates of an address, oldest first.
fn certificates(chains: &Chains, address: &str) -> Vec<Certificate> {
    let entries = chains.entries.iter().map(|it| Entry::parse(&it.entry.0).unwrap());
    entries.filter(|it| it.label() == address).filter_map(|it| it.certificate().cloned()).collect()
}

/// Enters something at the end.
fn append(chains: &mut Chains, entry: &[u8]) {
    let sequence = chains.entries.last().map_or(1, |last| last.sequence + 1);
    chains.entries.push(SequencedEntry { sequence, entry: B64(entry.to_vec()) });
}

/// Puts something else in the place of an entry, or takes it away.
fn exchange(chains: &mut Chains, old: &[u8], new: Option<&[u8]>) {
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
