//! What is left of an account that has ended: nothing but the history of its address, and the mail of others.

use super::actors::{Actor, PASSWORD, World};
use super::sending::{People, people};
use crate::service::closing;
use crate::store::Scan;
use crypto_core::auth::ClientSignIn;
use crypto_core::certificate::{Directory, Lookup};
use crypto_core::wire::api::{
    Chains, ChainsWanted, ContactList, InvitationList, MessagePage, SignInStart, SignInStarted,
};
use crypto_core::wire::records::{Kind, Usage};
use crypto_core::wire::{B64, Fingerprint, ProblemCode};
use futures::TryStreamExt;

const ADDRESS: &str = "partner@firma.example";

async fn chains(world: &World, who: &Actor, of: &Actor) -> Chains {
    let wanted = ChainsWanted { accounts: vec![of.id()], addresses: vec![ADDRESS.into()] };
    world.post(who, "/directory/chains", &wanted).await.json()
}

fn follow(who: &Actor, chains: &Chains) -> Directory {
    let entries = chains.entries.iter().map(|it| (it.sequence, it.entry.0.as_slice()));
    let policies = chains.policies.iter().map(|policy| policy.0.as_slice());
    Directory::follow(who.bundle().pins(), entries, policies).map_err(|error| error.to_string()).unwrap()
}

fn newest(chains: &Chains) -> (u32, Fingerprint) {
    let entries = chains.entries.iter();
    let entries =
        entries.map(|it| crypto_core::certificate::Entry::parse(&it.entry.0).unwrap_or_else(|_| panic!()));
    let newest = entries.rev().find(|entry| entry.label() == ADDRESS).unwrap();
    (newest.version(), newest.fingerprint())
}

/// Records whose key holds the account's number, by kind.
fn traces(world: &World, of: &Actor) -> Vec<u8> {
    let all = world.state.store.scan(&Scan::of([], usize::MAX)).unwrap();
    let id = of.id();
    let holds = |key: &[u8]| key.windows(16).any(|window| window == id.as_bytes());
    let mut kinds: Vec<u8> = all.iter().filter(|(key, _)| holds(key)).map(|(key, _)| key[0]).collect();
    kinds.dedup();
    kinds
}

#[tokio::test]
async fn nothing_is_left_but_what_others_hold() {
    let People { world, staff, colleague, partner, .. } = people().await;
    let shared = world.sent(&staff, &[&partner]).await;
    let answer = world.sent(&partner, &[&staff]).await;
    let under_way = world.upload(&partner, &[super::sending::part(7)]).await;
    closing::close(&world.state, partner.id()).await.unwrap();
    assert_eq!(world.get(&partner, "/session").await.code(), ProblemCode::NotSignedIn);
    assert_eq!(traces(&world, &partner), [Kind::Acquaintance as u8, Kind::Closed as u8]);
    let (_, ke1) = ClientSignIn::start(PASSWORD, &mut super::actors::rng()).unwrap();
    let start = SignInStart { address: ADDRESS.into(), ke1: B64(ke1.into_bytes()) };
    world.post(&Actor::default(), "/sign-in/start", &start).await.json::<SignInStarted>();
    for (message, folder) in [(shared.message, "sent"), (answer.message, "inbox")] {
        let page: MessagePage = world.get(&staff, &format!("/messages?folder={folder}")).await.json();
        assert!(page.messages.iter().any(|it| it.message == message), "{folder}");
    }
    let blobs: Vec<_> = world.state.blobs.list().try_collect().await.unwrap();
    assert_eq!(blobs.len(), 2, "the upload under way is gone");
    assert!(blobs.iter().all(|blob| blob.upload != under_way));
    assert_eq!(
        crate::jobs::check::differences(&*world.state.store, &world.state.blobs).await.unwrap(),
        [""; 0]
    );
    let contacts: ContactList = world.get(&staff, "/contacts").await.json();
    assert!(contacts.contacts.iter().all(|contact| contact.account != partner.id()));
    let invitations: InvitationList = world.get(&staff, "/invitations").await.json();
    assert!(invitations.invitations.iter().all(|it| it.account != partner.id()));
    let directory = follow(&staff, &chains(&world, &staff, &partner).await);
    assert!(matches!(directory.look_up(ADDRESS), Lookup::Ended(_)));
    assert!(directory.accepted_certificate(&partner.certificate()).is_some(), "old mail is still verified");
    // A colleague may invite to the address, and so follows its history; other partners learn nothing.
    let wanted = ChainsWanted { accounts: vec![], addresses: vec![ADDRESS.into()] };
    let by_address: Chains = world.post(&colleague, "/directory/chains", &wanted).await.json();
    assert_eq!(newest(&by_address).0, 2);
}

#[tokio::test]
async fn the_address_can_be_invited_anew_and_contacts_follow() {
    let People { world, staff, partner, other, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    closing::close(&world.state, partner.id()).await.unwrap();
    let again = newest(&chains(&world, &staff, &partner).await);
    let anew = world.invited_anew(&staff, ADDRESS, again).await;
    let directory = follow(&staff, &chains(&world, &staff, &partner).await);
    assert!(directory.account(anew.id()).is_some_and(|it| it.fingerprint() == anew.certificate()));
    assert!(directory.account(partner.id()).is_none());
    world.sent(&staff, &[&anew]).await;
    let own = follow(&anew, &chains(&world, &anew, &anew).await);
    assert!(own.account(anew.id()).is_some());
    let hidden = chains(&world, &other, &anew).await;
    assert!(hidden.entries.iter().all(|it| Entry(&it.entry).label() != ADDRESS));
}

#[tokio::test]
async fn what_a_closing_left_is_done_by_the_job_and_contacts_forget() {
    let People { world, staff, partner, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    world.sent(&partner, &[&staff]).await;
    let own = world.sent(&partner, &[&partner]).await;
    let now_ms = world.state.now_ms();
    // Broken off after its first transaction.
    crate::store::transact(&*world.state.store, |tx| {
        use crate::store::models::Records;
        let account = tx.need(&[partner.id().as_bytes()])?;
        closing::end_account(tx, partner.id(), &account, now_ms)
    })
    .await
    .unwrap();
    assert!(traces(&world, &partner).contains(&(Kind::Holding as u8)));
    crate::jobs::once(&world.state).await.unwrap();
    assert_eq!(traces(&world, &partner), [Kind::Acquaintance as u8, Kind::Closed as u8]);
    let gone = [&[Kind::Message as u8], &own.message.as_bytes()[..]].concat();
    assert_eq!(world.state.store.get(&gone).unwrap(), None, "nobody else holds it");
    world.clock.advance(std::time::Duration::from_secs(60 * 24 * 60 * 60));
    crate::jobs::once(&world.state).await.unwrap();
    assert_eq!(traces(&world, &partner), [0; 0]);
    let usage = [&[Kind::Usage as u8], &staff.id().as_bytes()[..]].concat();
    let usage = world.state.store.get(&usage).unwrap().unwrap();
    use crypto_core::wire::records::Record;
    assert_eq!(Usage::from_bytes(&usage).unwrap().stored_bytes, 0);
}

struct Entry<'a>(&'a B64);

impl Entry<'_> {
    fn label(&self) -> String {
        let entry = crypto_core::certificate::Entry::parse(&self.0.0);
        entry.map_or_else(|_| String::new(), |entry| entry.label().to_owned())
    }
}
