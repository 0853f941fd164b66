//! Proofs of the key directory as the API gives them: accepted as they are, refused with any field altered.

use super::actors::{Actor, START_MS, World, identity, rng};
use crate::store::models::directory::{Subject, enter};
use crate::store::transact;
use crypto_core::Secret;
use crypto_core::certificate::{ChainError, Directory, Policy, PolicyBody, Role, Witness, issue_policy};
use crypto_core::directory::{
    Checkpoint, CosignedClaim, DirectoryError, DirectoryState, Expectation, HistoriesClaim, HistoryProof,
    ProvenDirectory, ProvenHistories, SignedCheckpoint, StateClaim, origin, witness_key,
};
use crypto_core::keys::{make_account, make_root};
use crypto_core::wire::api::{
    ChainsWanted, CheckpointState, Consistency, Cosign, EpochPage, KnownVersion, NewPolicy, Proved,
    ProvedWanted, Revoke,
};
use crypto_core::wire::{AccountId, B64, ProblemCode, SubjectLabel};
use std::collections::BTreeMap;

/// A client's view of one answer.
pub(super) struct Client {
    pub(super) histories: ProvenHistories,
    memory: Option<Checkpoint>,
    pub(super) known: BTreeMap<SubjectLabel, u64>,
    pub(super) fresh: bool,
    now_ms: u64,
}

impl Client {
    pub(super) fn new() -> Self {
        Self {
            histories: ProvenHistories::default(),
            memory: None,
            known: BTreeMap::new(),
            fresh: true,
            now_ms: START_MS,
        }
    }

    pub(super) fn wanted(&self, of: &[AccountId]) -> ProvedWanted {
        ProvedWanted {
            chains: ChainsWanted { accounts: of.to_vec(), addresses: Vec::new() },
            seen: self.memory.map_or(0, |seen| seen.size),
            known: self
                .known
                .iter()
                .map(|(subject, version)| KnownVersion { subject: *subject, version: *version })
                .collect(),
            fresh: self.fresh,
        }
    }

    pub(super) fn accept(&mut self, who: &Actor, answer: &Proved) -> Result<ProvenDirectory, String> {
        let directory = follow(who, answer)?;
        let state = self.state(&directory, answer).map_err(|error| error.to_string())?;
        let mut proofs = BTreeMap::new();
        for it in &answer.histories {
            let proof = HistoryProof::parse(&it.proof.0).map_err(|error| error.to_string())?;
            proofs.insert(it.subject, proof);
        }
        let claim = HistoriesClaim { proofs, known: &self.known, fresh: self.fresh };
        let proven = self.histories.prove(directory, &state, &claim, self.now_ms);
        let proven = proven.map_err(|error| error.to_string())?;
        self.memory = Some(state.checkpoint());
        Ok(proven)
    }

    fn state(&self, directory: &Directory, answer: &Proved) -> Result<DirectoryState, DirectoryError> {
        let claim = StateClaim {
            note: &answer.checkpoint,
            root: answer.root.0.as_slice().try_into().unwrap(),
            inclusion: &answer.inclusion.0,
            consistency: &answer.consistency.0,
            cosigned: answer
                .cosigned
                .as_ref()
                .map(|it| CosignedClaim { note: &it.checkpoint, consistency: &it.consistency.0 }),
        };
        let policy = directory.policy().body();
        claim.verify(&Expectation { policy, memory: self.memory, now_ms: START_MS })
    }
}

fn follow(who: &Actor, answer: &Proved) -> Result<Directory, String> {
    let entries = answer.chains.entries.iter().map(|it| (it.sequence, it.entry.0.as_slice()));
    let policies = answer.chains.policies.iter().map(|it| it.0.as_slice());
    Directory::follow(who.bundle().pins(), entries, policies).map_err(|error| error.to_string())
}

async fn ask(world: &World, who: &Actor, client: &Client, of: &[&Actor]) -> Proved {
    let of: Vec<_> = of.iter().map(|it| it.id()).collect();
    world.post(who, "/directory/proved", &client.wanted(&of)).await.json()
}

#[tokio::test]
async fn each_field_of_an_answer_is_looked_at() {
    let (world, admin) = World::set_up().await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let mut client = Client::new();
    let first = ask(&world, &staff, &client, &[&staff]).await;
    client.accept(&staff, &first).unwrap();
    let partner = world.invited(&staff, "partner@firma.example", Role::Partner).await;
    let honest = ask(&world, &staff, &client, &[&staff, &partner]).await;
    let memory = client.memory;
    let flip = |bytes: &B64, at: usize| {
        let mut bytes = bytes.0.clone();
        let at = at.min(bytes.len() - 1);
        bytes[at] ^= 1;
        B64(bytes)
    };
    let mut lies: Vec<(String, Proved)> = vec![
        ("root".into(), Proved { root: flip(&honest.root, 3), ..honest.clone() }),
        ("inclusion".into(), Proved { inclusion: flip(&honest.inclusion, 3), ..honest.clone() }),
        ("no inclusion".into(), Proved { inclusion: B64(vec![]), ..honest.clone() }),
        ("consistency".into(), Proved { consistency: flip(&honest.consistency, 3), ..honest.clone() }),
        ("no consistency".into(), Proved { consistency: B64(vec![]), ..honest.clone() }),
        (
            "size".into(),
            Proved { checkpoint: honest.checkpoint.replacen("\n2\n", "\n3\n", 1), ..honest.clone() },
        ),
        ("older checkpoint".into(), Proved { checkpoint: first.checkpoint.clone(), ..honest.clone() }),
        ("no histories".into(), Proved { histories: Vec::new(), ..honest.clone() }),
    ];
    for (at, history) in honest.histories.iter().enumerate() {
        let mut without = honest.clone();
        without.histories.remove(at);
        lies.push((format!("without {}", history.subject), without));
        let mut swapped = honest.clone();
        let other = (at + 1) % honest.histories.len();
        swapped.histories[at].proof = honest.histories[other].proof.clone();
        lies.push((format!("another's proof for {}", history.subject), swapped));
        // Not one byte of a proof may be another one.
        for byte in (0..history.proof.0.len()).step_by(37) {
            let mut altered = honest.clone();
            altered.histories[at].proof = flip(&history.proof, byte);
            lies.push((format!("byte {byte} of {}", history.subject), altered));
        }
    }
    let mut accepted = Vec::new();
    for (what, lie) in &lies {
        let mut cheated = Client { memory, ..Client::new() };
        if cheated.accept(&staff, lie).is_ok() {
            accepted.push(what);
        }
    }
    assert!(accepted.is_empty(), "{accepted:?} of {}", lies.len());
    let mut client = Client { memory, ..Client::new() };
    client.accept(&staff, &honest).unwrap();
    assert_eq!(client.accept(&staff, &first).err(), Some(DirectoryError::RolledBack.to_string()));
}

#[tokio::test]
async fn what_is_known_is_proved_again_in_short_or_not_at_all() {
    let (world, admin) = World::set_up().await;
    let mut staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let mut client = Client::new();
    let first = ask(&world, &admin, &client, &[&staff]).await;
    client.accept(&admin, &first).unwrap();
    client.known = client.histories.since(0);
    // For reading: nothing is new, nothing is proved.
    client.fresh = false;
    let unchanged = ask(&world, &admin, &client, &[&staff]).await;
    assert!(unchanged.histories.is_empty());
    client.now_ms = START_MS + 1;
    client.accept(&admin, &unchanged).unwrap();
    assert!(
        client.histories.since(START_MS + 1).is_empty(),
        "what was not proved again does not become younger"
    );
    // For sealing everything is.
    client.fresh = true;
    assert!(client.accept(&admin, &unchanged).is_err());
    let again = ask(&world, &admin, &client, &[&staff]).await;
    assert_eq!(again.histories.len(), first.histories.len());
    client.accept(&admin, &again).unwrap();
    assert_eq!(client.histories.since(START_MS + 1), client.known);
    // A new version: only it and the one before are proved.
    let current = world.current(&admin, &staff).await;
    let statement = admin.bundle().revoke(&current, crypto_core::certificate::Cause::Left, None, START_MS);
    let revoke = Revoke { statement: B64(statement.unwrap().as_bytes().to_vec()) };
    world.post(&admin, &format!("/admin/people/{}/revoke", staff.id()), &revoke).await.done();
    client.fresh = false;
    let changed = ask(&world, &admin, &client, &[&staff]).await;
    let subjects: Vec<_> = changed.histories.iter().map(|it| it.subject).collect();
    assert_eq!(subjects, [SubjectLabel::of("staff@kbs.example")]);
    let proven = client.accept(&admin, &changed).unwrap();
    assert!(proven.account(staff.id()).is_none());
    // With the old chain, the new proof does not fit.
    let hidden = Proved { chains: again.chains.clone(), ..changed };
    assert!(client.accept(&admin, &hidden).is_err());
    staff.cookie = None;
}

/// A second tree under the same keys: what a lying server shows to somebody else.
#[tokio::test]
async fn two_histories_of_one_log_are_seen() {
    let (world, admin) = World::set_up().await;
    let mut client = Client::new();
    let honest = ask(&world, &admin, &client, &[&admin]).await;
    client.accept(&admin, &honest).unwrap();
    let log = origin(world.state.deployment);
    let seed = Secret::from_bytes(world.state.secrets.log_key().to_bytes());
    let other = Checkpoint { size: 1, root: [5; 32] }.sign(&log, &seed);
    let directory = follow(&admin, &honest).unwrap();
    let split = Proved { checkpoint: other, ..honest.clone() };
    assert_eq!(client.state(&directory, &split).unwrap_err(), DirectoryError::Inclusion);
    // A tree and a log that are right in themselves, and not those that were seen.
    let seen = Client { memory: Some(Checkpoint { size: 1, root: [5; 32] }), ..Client::new() };
    assert_eq!(seen.state(&directory, &honest).unwrap_err(), DirectoryError::Split);
    let seen = Client { memory: Some(Checkpoint { size: 2, root: [5; 32] }), ..Client::new() };
    assert_eq!(seen.state(&directory, &honest).unwrap_err(), DirectoryError::RolledBack);
}

/// The old key of somebody issues after the new one was entered, in a server's own tree, and the server says that it
/// was before: in another epoch, and in the same.
#[tokio::test]
async fn an_entry_outside_the_span_of_its_issuer_is_refused() {
    const LATE: &str = "spaet@firma.example";
    for in_one_epoch in [false, true] {
        let (world, admin) = World::set_up().await;
        let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
        let publish = async || assert!(world.state.directory.publish(START_MS).await.unwrap() > 0);
        let enter = async |address: &str, signed: &[u8]| {
            let subject = Subject::Address(address.into());
            transact(&*world.state.store, |tx| enter(tx, &subject, signed, START_MS)).await.unwrap();
        };
        publish().await;
        let rotated = staff.bundle().rotated(true, START_MS, &mut rng()).unwrap().certificate;
        let late = identity(LATE, Role::Partner);
        let late =
            make_account(late, &staff.bundle().origin(None, START_MS), &mut rng()).unwrap().certificate;
        enter("staff@kbs.example", rotated.as_bytes()).await;
        if !in_one_epoch {
            publish().await;
        }
        enter(LATE, late.as_bytes()).await;
        let mut client = Client::new();
        let mut wanted = client.wanted(&[staff.id()]);
        wanted.chains.addresses.push(LATE.into());
        let mut answer: Proved = world.post(&admin, "/directory/proved", &wanted).await.json();
        let told = |it: &Result<ProvenDirectory, String>| it.as_ref().err().cloned();
        let in_order = client.accept(&admin, &answer);
        assert_eq!(told(&in_order), Some(ChainError::Issuer.to_string()), "as it was entered");
        let entries = &mut answer.chains.entries;
        let at = entries.iter().position(|it| it.entry.0 == late.as_bytes()).unwrap();
        let (before, after) = entries.split_at_mut(at);
        std::mem::swap(&mut before.last_mut().unwrap().entry, &mut after[0].entry);
        let lie = client.accept(&admin, &answer);
        assert_eq!(told(&lie), Some(DirectoryError::Order.to_string()), "{in_one_epoch}");
    }
}

fn policy_with(
    world: &World,
    before: &Policy,
    seed: &Secret<32>,
    witnesses: &[Witness],
    quorum: u32,
) -> NewPolicy {
    let body = PolicyBody {
        witnesses: Some(witnesses.to_vec()),
        quorum,
        revision: before.body().revision + 1,
        previous: Some(before.hash()),
        deployment: world.state.deployment,
        ..before.body().clone()
    };
    NewPolicy { policy: B64(issue_policy(&body, seed).unwrap().1) }
}

#[tokio::test]
async fn witnesses_are_counted_once_each_and_their_age_counts_without_memory() {
    let (world, admin, root_seed) = World::set_up_with_root().await;
    let log = origin(world.state.deployment);
    let seeds = [Secret::from_bytes([7; 32]), Secret::from_bytes([8; 32])];
    let witness = |at: usize| Witness { name: format!("w{at}.example"), key: witness_key(&seeds[at]).into() };
    let before: Proved = ask(&world, &admin, &Client::new(), &[&admin]).await;
    let policy = Policy::parse(&before.chains.policies[0].0).unwrap();
    let stranger = make_root("X", START_MS, &mut rng()).unwrap().0;
    let forged = policy_with(&world, &policy, &stranger, &[witness(0)], 1);
    let refused = world.put(&admin, "/admin/policy", &forged).await.code();
    assert_eq!(refused, ProblemCode::CertificateRefused);
    let next = policy_with(&world, &policy, &root_seed, &[witness(0), witness(1)], 2);
    world.put(&admin, "/admin/policy", &next).await.done();

    let state = async |memory| {
        let client = Client { memory, ..Client::new() };
        let answer = ask(&world, &admin, &client, &[&admin]).await;
        client.state(&follow(&admin, &answer).unwrap(), &answer).map(|state| state.checkpoint())
    };
    assert_eq!(state(None).await, Err(DirectoryError::Witnesses));
    let now: CheckpointState = world.get(&Actor::default(), "/directory/checkpoint").await.json();
    let checkpoint = SignedCheckpoint::parse(&now.checkpoint).unwrap().claimed();
    let cosign = async |at: usize, name: &str, seconds| {
        let line = checkpoint.cosign(&log, name, &seeds[at], seconds);
        let body = Cosign { checkpoint: format!("{}{line}", now.checkpoint) };
        world.post(&Actor::default(), "/directory/cosignatures", &body).await
    };
    let seconds = START_MS / 1000;
    let refused = cosign(0, "w1.example", seconds).await.code();
    assert_eq!(refused, ProblemCode::CosignatureRefused, "another witness's name");
    cosign(0, "w0.example", seconds).await.done();
    cosign(0, "w0.example", seconds + 1).await.done();
    assert_eq!(state(None).await, Err(DirectoryError::Witnesses), "one of two, twice");
    let a_day_and_more = seconds - 25 * 60 * 60;
    cosign(1, "w1.example", a_day_and_more).await.done();
    assert_eq!(state(None).await, Err(DirectoryError::Stale), "a new device wants a young one");
    state(Some(checkpoint)).await.unwrap();
    cosign(1, "w1.example", seconds).await.done();
    assert_eq!(state(None).await, Ok(checkpoint));
    let shown: CheckpointState = world.get(&Actor::default(), "/directory/checkpoint").await.json();
    assert!(shown.cosigned.is_some_and(|note| note.contains("w0.example") && note.contains("w1.example")));
}

#[tokio::test]
async fn anybody_can_follow_the_log() {
    let (world, admin) = World::set_up().await;
    world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    ask(&world, &admin, &Client::new(), &[&admin]).await;
    let stranger = Actor::default();
    let page: EpochPage = world.get(&stranger, "/directory/epochs?after=0").await.json();
    assert_eq!(page.epochs.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2][..page.epochs.len()]);
    let size = page.epochs.len() as u64;
    let path = format!("/directory/consistency?from=1&to={size}");
    let _: Consistency = world.get(&stranger, &path).await.json();
    let beyond = format!("/directory/consistency?from=1&to={}", size + 1);
    assert_eq!(world.get(&stranger, &beyond).await.code(), ProblemCode::NotFound);
    let after: EpochPage = world.get(&stranger, &format!("/directory/epochs?after={size}")).await.json();
    assert!(after.epochs.is_empty());
}
