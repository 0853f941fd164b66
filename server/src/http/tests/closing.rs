//! What is left of an account that has ended: nothing but the history of its address, and the mail of others.

use super::actors::{Actor, PASSWORD, World};
use super::directory::Client;
use super::people::without_second_factor;
use super::sending::{People, people};
use crate::config::LimitsConfig;
use crate::rules::InForce;
use crate::service::closing;
use crate::store::Scan;
use crypto_core::auth::ClientSignIn;
use crypto_core::certificate::{Cause, Directory, Entry, Lookup, Role};
use crypto_core::directory::ProvenDirectory;
use crypto_core::wire::api::{
    Chains, ChainsWanted, ContactList, InvitationList, MessagePage, MoveAccount, Proved, Revoke, SignInStart,
    SignInStarted,
};
use crypto_core::wire::records::{Kind, Usage};
use crypto_core::wire::{B64, Fingerprint, ProblemCode, SubjectLabel};
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
    let entries = entries.map(|it| Entry::parse(&it.entry.0).unwrap_or_else(|_| panic!()));
    let newest = entries.rev().find(|entry| entry.subject() == SubjectLabel::of(ADDRESS)).unwrap();
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
    closing::close(&world.state, partner.id(), None).await.unwrap();
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
    assert_eq!(newest(&by_address(&world, &colleague, ADDRESS).await).0, 2);
}

#[tokio::test]
async fn the_address_can_be_invited_anew_and_contacts_follow() {
    let People { world, staff, partner, other, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    closing::close(&world.state, partner.id(), None).await.unwrap();
    let again = newest(&chains(&world, &staff, &partner).await);
    let anew = world.invited_anew(&staff, ADDRESS, again).await;
    let directory = follow(&staff, &chains(&world, &staff, &partner).await);
    assert!(directory.account(anew.id()).is_some_and(|it| it.fingerprint() == anew.certificate()));
    assert!(directory.account(partner.id()).is_none());
    world.sent(&staff, &[&anew]).await;
    let own = follow(&anew, &chains(&world, &anew, &anew).await);
    assert!(own.account(anew.id()).is_some());
    let hidden = chains(&world, &other, &anew).await;
    assert!(hidden.entries.iter().all(|it| subject(&it.entry) != SubjectLabel::of(ADDRESS)));
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

/// Places in the store, keys and records, that hold some bytes.
fn places(world: &World, bytes: &[u8]) -> Vec<u8> {
    let all = world.state.store.scan(&Scan::of([], usize::MAX)).unwrap();
    let holds = |it: &[u8]| it.windows(bytes.len()).any(|window| window == bytes);
    let mut kinds: Vec<u8> =
        all.iter().filter(|(key, value)| holds(key) || holds(value)).map(|(key, _)| key[0]).collect();
    kinds.dedup();
    kinds
}

async fn proved(world: &World, who: &Actor, client: &mut Client, address: &str) -> (Proved, ProvenDirectory) {
    let mut wanted = client.wanted(&[]);
    wanted.chains.addresses = vec![address.into()];
    let answer: Proved = world.post(who, "/directory/proved", &wanted).await.json();
    let proven = client.accept(who, &answer).unwrap();
    client.known = client.histories.since(0);
    (answer, proven)
}

async fn after_retention(world: &World, staff: Actor) -> Actor {
    world.clock.advance(std::time::Duration::from_secs(60 * 24 * 60 * 60));
    crate::jobs::once(&world.state).await.unwrap();
    world.signed_in(staff.made.unwrap()).await
}

#[tokio::test]
async fn certificates_go_with_the_last_mail_and_the_address_with_them() {
    let People { world, staff, partner, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    world.sent(&partner, &[&staff]).await;
    let mut client = Client::new();
    proved(&world, &staff, &mut client, ADDRESS).await;
    closing::close(&world.state, partner.id(), None).await.unwrap();
    crate::jobs::once(&world.state).await.unwrap();
    let (before, directory) = proved(&world, &staff, &mut client, ADDRESS).await;
    assert!(directory.accepted_certificate(&partner.certificate()).is_some(), "mail is verified");
    assert!(places(&world, ADDRESS.as_bytes()).contains(&(Kind::History as u8)));
    let end = newest(&before.chains);

    let staff = after_retention(&world, staff).await;
    assert_eq!(places(&world, ADDRESS.as_bytes()), [0; 0], "nothing says whose it was");
    assert_eq!(places(&world, partner.certificate().as_bytes()), [Kind::Entry as u8], "the end names it");
    assert_eq!(
        crate::jobs::check::differences(&*world.state.store, &world.state.blobs).await.unwrap(),
        [""; 0]
    );
    // Whoever knew the history, and who did not, is told that it ended, and that there is nothing newer.
    for mut client in [client, Client::new()] {
        let (answer, directory) = proved(&world, &staff, &mut client, ADDRESS).await;
        assert!(matches!(directory.look_up(ADDRESS), Lookup::Ended(Cause::Closed)));
        assert!(directory.accepted_certificate(&partner.certificate()).is_none());
        assert_eq!(newest(&answer.chains), end);
    }
    // The job does it once.
    crate::jobs::once(&world.state).await.unwrap();

    let mut client = Client::new();
    proved(&world, &staff, &mut client, ADDRESS).await;
    let anew = world.invited_anew(&staff, ADDRESS, end).await;
    let (answer, directory) = proved(&world, &staff, &mut client, ADDRESS).await;
    assert_eq!(newest(&answer.chains), (3, anew.certificate()));
    assert!(directory.account(anew.id()).is_some());
    world.sent(&staff, &[&anew]).await;
    // And once more: what is left begins with the second end.
    closing::close(&world.state, anew.id(), None).await.unwrap();
    let staff = after_retention(&world, staff).await;
    assert_eq!(places(&world, ADDRESS.as_bytes()), [0; 0]);
    for mut client in [client, Client::new()] {
        let (answer, _) = proved(&world, &staff, &mut client, ADDRESS).await;
        assert_eq!(newest(&answer.chains).0, 4);
        assert_eq!(
            answer.chains.entries.iter().filter(|it| subject(&it.entry) == SubjectLabel::of(ADDRESS)).count(),
            1
        );
    }
}

#[tokio::test]
async fn an_address_that_was_left_is_closed_and_forgotten_too() {
    const LATER: &str = "later@firma.example";
    let People { world, staff, partner, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    moved(&world, &staff, &partner, LATER).await;
    closing::close(&world.state, partner.id(), None).await.unwrap();
    for address in [ADDRESS, LATER] {
        let directory = follow(&staff, &by_address(&world, &staff, address).await);
        assert!(matches!(directory.look_up(address), Lookup::Ended(Cause::Closed)), "{address}");
    }
    let staff = after_retention(&world, staff).await;
    for address in [ADDRESS, LATER] {
        assert_eq!(places(&world, address.as_bytes()), [0; 0], "{address}");
        let (_, directory) = proved(&world, &staff, &mut Client::new(), address).await;
        assert!(matches!(directory.look_up(address), Lookup::Ended(Cause::Closed)), "{address}");
    }
}

/// Mail that was sent under an older rule is still verified.
#[tokio::test]
async fn a_stricter_rule_does_not_take_certificates_from_mail_that_is_there() {
    let People { world, staff, partner, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    world.sent(&partner, &[&staff]).await;
    closing::close(&world.state, partner.id(), None).await.unwrap();
    let limits = LimitsConfig { retention_days: 7, ..LimitsConfig::clone(&world.state.limits()) };
    world.state.set_rules(InForce { limits: limits.into(), texts: world.state.rules().texts.clone() });
    let after = async |days: u64, staff: Actor| {
        world.clock.advance(std::time::Duration::from_secs(days * 24 * 60 * 60));
        crate::jobs::once(&world.state).await.unwrap();
        world.signed_in(staff.made.unwrap()).await
    };
    let staff = after(31, staff).await;
    let directory = follow(&staff, &chains(&world, &staff, &partner).await);
    assert!(directory.accepted_certificate(&partner.certificate()).is_some());
    let staff = after(29, staff).await;
    let directory = follow(&staff, &chains(&world, &staff, &partner).await);
    assert!(directory.accepted_certificate(&partner.certificate()).is_none());
}

async fn moved(world: &World, by: &Actor, who: &Actor, to: &str) {
    let current = world.current(by, who).await;
    let moved = by.bundle().move_account(&current, to, None, None, world.state.now_ms()).unwrap();
    let body = MoveAccount {
        moved: B64(moved.moved.as_bytes().to_vec()),
        readdressed: B64(moved.readdressed.as_bytes().to_vec()),
    };
    world.post(by, &format!("/people/{}/address", who.id()), &body).await.done();
}

/// The address of staff who left was a partner's later: those whom the staff invited need their certificates.
#[tokio::test]
async fn an_address_that_was_of_staff_keeps_its_certificates() {
    const FORMER: &str = "staff@kbs.example";
    let (world, admin) = World::set_up_with(without_second_factor()).await;
    let former = world.invited(&admin, FORMER, Role::Staff).await;
    let colleague = world.invited(&admin, "colleague@kbs.example", Role::Staff).await;
    let invited = world.invited(&former, ADDRESS, Role::Partner).await;
    let current = world.current(&admin, &former).await;
    let statement = admin.bundle().revoke(&current, Cause::Left, None, world.state.now_ms()).unwrap();
    let revoke = Revoke { statement: B64(statement.as_bytes().to_vec()) };
    world.post(&admin, &format!("/admin/people/{}/revoke", former.id()), &revoke).await.done();
    let again = (statement.version(), statement.fingerprint());
    let partner = world.invited_anew(&colleague, FORMER, again).await;
    closing::close(&world.state, partner.id(), None).await.unwrap();
    let colleague = after_retention(&world, colleague).await;
    assert!(!traces(&world, &partner).contains(&(Kind::Closed as u8)), "forgotten all the same");
    let (_, directory) = proved(&world, &colleague, &mut Client::new(), ADDRESS).await;
    assert!(directory.account(invited.id()).is_some());
}

/// A live account came from an address that somebody else had after it.
#[tokio::test]
async fn where_a_live_account_came_from_stays() {
    const LATER: &str = "later@firma.example";
    let People { world, staff, partner, .. } = people().await;
    moved(&world, &staff, &partner, LATER).await;
    let left = follow(&staff, &by_address(&world, &staff, ADDRESS).await).newest(ADDRESS).unwrap();
    let second = world.invited_anew(&staff, ADDRESS, left).await;
    closing::close(&world.state, second.id(), None).await.unwrap();
    let staff = after_retention(&world, staff).await;
    let (_, directory) = proved(&world, &staff, &mut Client::new(), LATER).await;
    assert!(directory.account(partner.id()).is_some());
    // Nor does its own end take what it left there.
    closing::close(&world.state, partner.id(), None).await.unwrap();
    let staff = after_retention(&world, staff).await;
    for address in [ADDRESS, LATER] {
        let (_, directory) = proved(&world, &staff, &mut Client::new(), address).await;
        assert!(matches!(directory.look_up(address), Lookup::Ended(Cause::Closed)), "{address}");
    }
}

/// An account moved twice; its second address is somebody else's now.
#[tokio::test]
async fn an_account_goes_from_all_its_addresses_or_from_none() {
    const SECOND: &str = "second@firma.example";
    let People { world, staff, partner, .. } = people().await;
    moved(&world, &staff, &partner, SECOND).await;
    moved(&world, &staff, &partner, "third@firma.example").await;
    let left = follow(&staff, &by_address(&world, &staff, SECOND).await).newest(SECOND).unwrap();
    let live = world.invited_anew(&staff, SECOND, left).await;
    closing::close(&world.state, partner.id(), None).await.unwrap();
    let staff = after_retention(&world, staff).await;
    assert!(!traces(&world, &partner).contains(&(Kind::Closed as u8)), "forgotten all the same");
    let (_, directory) = proved(&world, &staff, &mut Client::new(), SECOND).await;
    assert!(directory.account(live.id()).is_some());
}

/// Staff vouch for others: what they were stays.
#[tokio::test]
async fn certificates_of_staff_stay() {
    let People { world, staff, colleague, partner, .. } = people().await;
    world.sent(&staff, &[&partner]).await;
    closing::close(&world.state, staff.id(), None).await.unwrap();
    let colleague = after_retention(&world, colleague).await;
    let (_, directory) = proved(&world, &colleague, &mut Client::new(), ADDRESS).await;
    assert!(directory.accepted_certificate(&staff.certificate()).is_some());
}

async fn by_address(world: &World, who: &Actor, address: &str) -> Chains {
    let wanted = ChainsWanted { accounts: vec![], addresses: vec![address.into()] };
    world.post(who, "/directory/chains", &wanted).await.json()
}

fn subject(entry: &B64) -> SubjectLabel {
    Entry::parse(&entry.0).unwrap_or_else(|_| panic!()).subject()
}
