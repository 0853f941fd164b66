//! Administration through the real client and the real server: locks, addresses, ends, a second administrator, the
//! root's printed copy, limits; and that an administrator gets nobody's mail.

use client_sdk::wire::ProblemCode as Code;
use client_sdk::wire::api::{Folder, Language, Role};
use client_sdk::{
    Cause, Error, Invitee, Method, Payload, Platform, Request, Response, RestoreAdministratorRequest,
};
use std::time::Duration;
use tests::actors::{self, ADMIN, COLLEAGUE, Cast, PARTNER, PASSWORD, Person, STAFF, read_newest, write};
use tests::mail::texts;
use tests::{ServerProcess, SmtpSink};

const SECOND: &str = "zweite.leitung@kbs.example";
const THIRD: &str = "dritte.leitung@kbs.example";

async fn portal() -> (ServerProcess, SmtpSink, Cast) {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let cast = Cast::assemble(&server).await;
    (server, sink, cast)
}

async fn ask(person: &Person, method: Method, path: &str) -> Response {
    let request = Request { method, path: format!("/api/v1{path}"), payload: Payload::Empty, range: None };
    person.api().platform().send(request).await.unwrap()
}

const fn administrator(address: &str) -> Invitee<'_> {
    let (role, name) = (Role::Administrator, Some("Zoe Zweite"));
    Invitee { address, role, name, unit: None, language: Language::De }
}

/// Another administrator, with a password of their own and the organisation's key.
async fn further(server: &ServerProcess, by: &Person, address: &str) -> Person {
    let invited = actors::join(by, &administrator(address), PASSWORD).await;
    by.share_root(invited.account()).await.unwrap();
    let person = actors::sign_in(&server.url(), address, PASSWORD).await.unwrap();
    assert!(person.has_root());
    person
}

fn refused(result: Result<Person, Error>) -> Error {
    match result {
        Ok(_) => panic!("somebody has signed in"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn who_is_locked_is_refused_like_a_wrong_password_until_unlocked() {
    let (server, _sink, cast) = portal().await;
    cast.admin.set_locked(cast.staff.account(), true).await.unwrap();
    let wrong = refused(actors::sign_in(&server.url(), STAFF, "Falsch-Ganz-9!").await);
    assert_eq!(refused(actors::sign_in(&server.url(), STAFF, PASSWORD).await), wrong);
    assert!(cast.staff.contacts().await.unwrap_err().is(Code::NotSignedIn), "the sessions have ended");
    cast.admin.set_locked(cast.staff.account(), false).await.unwrap();
    actors::sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn an_account_keeps_password_mail_and_contacts_at_another_address() {
    let (server, _sink, cast) = portal().await;
    write(&cast.staff, &[PARTNER], "Vor dem Umzug", "Guten Tag", &[]).await.unwrap();
    cast.staff.move_account(cast.partner.account(), "neu@traeger.example").await.unwrap();
    write(&cast.staff, &["neu@traeger.example"], "Danach", "Guten Tag", &[]).await.unwrap();
    let found = cast.staff.look_up(PARTNER).await.unwrap().unwrap();
    assert_eq!((found.contact.address.as_str(), found.moved), ("neu@traeger.example", true));
    let unknown = write(&cast.staff, &[PARTNER], "Alt", "Text", &[]).await;
    assert_eq!(unknown, Err(Error::NoKeys(PARTNER.into())));
    assert_eq!(cast.partner.list(Folder::Inbox, None).await.unwrap().rows.len(), 2, "the session goes on");
    assert_eq!(cast.partner.info().address, "neu@traeger.example");
    let partner = actors::sign_in(&server.url(), "neu@traeger.example", PASSWORD).await.unwrap();
    assert_eq!(read_newest(&partner).await.unwrap().0.subject, "Danach");
    assert_eq!(refused(actors::sign_in(&server.url(), PARTNER, PASSWORD).await), Error::SignIn);
    write(&partner, &[STAFF], "Antwort", "Text", &[]).await.unwrap();
    let (view, _) = read_newest(&cast.staff).await.unwrap();
    assert_eq!(view.from.address, "neu@traeger.example");
    partner.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    actors::sign_in(&server.url(), "neu@traeger.example", "Anderes-Pferd-Batterie-8").await.unwrap();

    cast.admin.move_account(cast.staff.account(), "sommer@kbs.example").await.unwrap();
    let found = partner.look_up(STAFF).await.unwrap().unwrap();
    assert_eq!((found.contact.address.as_str(), found.moved), ("sommer@kbs.example", true));
    assert_eq!(partner.look_up(COLLEAGUE).await.unwrap(), None, "not within a partner's reach");
    write(&partner, &["sommer@kbs.example"], "An die neue", "Text", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.staff).await.unwrap().0.subject, "An die neue");
    let by_staff = cast.staff.move_account(cast.colleague.account(), "x@kbs.example").await;
    assert!(by_staff.unwrap_err().is(Code::Forbidden));
}

#[tokio::test]
async fn nobody_seals_to_who_was_removed_and_what_they_wrote_is_read() {
    let (server, _sink, cast) = portal().await;
    write(&cast.staff, &[PARTNER, COLLEAGUE], "Zum Abschied", "Guten Tag", &[]).await.unwrap();
    let (before, _) = read_newest(&cast.partner).await.unwrap();
    cast.admin.revoke(cast.staff.account(), Cause::Left).await.unwrap();
    for sender in [&cast.partner, &cast.colleague] {
        let sent = write(sender, &[STAFF], "Zu spät", "Text", &[]).await;
        assert_eq!(sent, Err(Error::NoKeys(STAFF.into())));
    }
    assert_eq!(refused(actors::sign_in(&server.url(), STAFF, PASSWORD).await), Error::SignIn);
    let (view, _) = actors::read(&cast.colleague, before.message).await.unwrap();
    assert_eq!(view.from.address, STAFF);
    // The address can be given to somebody else, who gets nothing of it.
    let successor = actors::join(&cast.admin, &actors::staff_member(STAFF, "Sandra Sommer"), PASSWORD).await;
    assert!(successor.list(Folder::Inbox, None).await.unwrap().rows.is_empty());
    write(&cast.colleague, &[STAFF], "Willkommen", "Text", &[]).await.unwrap();
    assert_eq!(read_newest(&successor).await.unwrap().0.subject, "Willkommen");
}

#[tokio::test]
async fn a_second_administrator_gets_the_root_sealed_and_can_do_all_that_the_first_can() {
    let (server, _sink, cast) = portal().await;
    let invitee = administrator(SECOND);
    let invited = cast.admin.invite(&invitee).await.unwrap();
    let second = actors::sign_in(&server.url(), SECOND, &invited.initial_password).await.unwrap();
    let early = cast.admin.share_root(second.account()).await;
    assert_eq!(early, Err(Error::NoKeys(SECOND.into())), "the initial password still opens the mailbox");
    assert!(second.invite(&Invitee { address: "dritte@kbs.example", ..invitee.clone() }).await.is_err());
    second.set_password(PASSWORD).await.unwrap();
    cast.admin.share_root(second.account()).await.unwrap();
    assert!(!second.has_root());
    let second = actors::sign_in(&server.url(), SECOND, PASSWORD).await.unwrap();
    assert!(second.has_root());
    assert_eq!(second.root_copy().await.unwrap().as_str(), cast.admin.root_copy().await.unwrap().as_str());
    second.invite(&Invitee { address: "dritte@kbs.example", ..invitee }).await.unwrap();
    assert!(!cast.staff.has_root() && cast.staff.root_copy().await.is_err());
}

#[tokio::test]
async fn the_printed_copy_gives_an_administrator_the_root_back() {
    let (server, _sink, cast) = portal().await;
    let second = actors::join(&cast.admin, &administrator(SECOND), PASSWORD).await;
    let copy = cast.admin.root_copy().await.unwrap();
    assert_eq!(second.restore_root(&copy[1..]).await, Err(Error::NotTheRoot));
    let another = "0".repeat(52);
    assert!(second.restore_root(&another).await.is_err(), "another key");
    assert_eq!(cast.staff.restore_root(&copy).await, Err(Error::NotTheRoot), "staff");
    second.restore_root(&copy.to_lowercase()).await.unwrap();
    assert!(actors::sign_in(&server.url(), SECOND, PASSWORD).await.unwrap().has_root());
}

#[tokio::test]
async fn an_administrator_who_lost_everything_is_reset_by_another_with_the_root() {
    let (server, sink, cast) = portal().await;
    let second = actors::join(&cast.admin, &administrator(SECOND), PASSWORD).await;
    assert!(second.reset(ADMIN).await.is_err(), "without the root's seed");
    actors::sign_in(&server.url(), ADMIN, PASSWORD).await.unwrap();
    cast.admin.share_root(second.account()).await.unwrap();
    let second = actors::sign_in(&server.url(), SECOND, PASSWORD).await.unwrap();
    assert!(
        second.reset(SECOND).await.map(drop).unwrap_err().is(Code::Forbidden),
        "nobody resets themselves"
    );
    assert!(cast.staff.reset(ADMIN).await.is_err());

    let invited = second.reset(ADMIN).await.unwrap();
    assert!(cast.admin.people().await.unwrap_err().is(Code::NotSignedIn), "the sessions have ended");
    assert_eq!(refused(actors::sign_in(&server.url(), ADMIN, PASSWORD).await), Error::SignIn);
    let first = actors::sign_in(&server.url(), ADMIN, &invited.initial_password).await.unwrap();
    first.set_password(PASSWORD).await.unwrap();
    assert!(!first.has_root(), "the new keys came without it");
    second.share_root(first.account()).await.unwrap();
    let first = actors::sign_in(&server.url(), ADMIN, PASSWORD).await.unwrap();
    assert!(first.has_root());
    first.set_locked(cast.staff.account(), true).await.unwrap();
    let told = |n| texts(&sink.await_mail(ADMIN, n, Duration::from_secs(20)).raw).contains(SECOND);
    assert!((1..3).any(told), "by whom is told");
}

#[tokio::test]
async fn the_only_administrator_comes_back_with_the_printed_copy() {
    const BACK: &str = "verwaltung.neu@kbs.example";
    let (mut server, _sink, cast) = portal().await;
    let copy = cast.admin.root_copy().await.unwrap();
    server.stop();
    let link = server.administrator_link();
    server.start();
    let (_, token) = link.split_once("#restore=").unwrap();
    let wanted = |printed, address| RestoreAdministratorRequest {
        token,
        printed,
        name: "Nora Neu",
        address,
        password: PASSWORD,
        language: Language::De,
    };
    let portal = actors::stranger(&server.url()).await;
    let foreign = printed_elsewhere().await;
    let other_root = portal.restore_administrator(&wanted(&foreign, BACK)).await.map(drop);
    assert_eq!(other_root, Err(Error::NotTheRoot), "the root of another organisation");
    let taken = portal.restore_administrator(&wanted(&copy, STAFF)).await.map(drop);
    assert!(taken.unwrap_err().is(Code::AddressTaken));
    let back = portal.restore_administrator(&wanted(&copy, BACK)).await.unwrap();
    let again = portal.restore_administrator(&wanted(&copy, "noch.eine@kbs.example")).await.map(drop);
    assert!(again.unwrap_err().is(Code::SetupTokenInvalid), "a link is good once");

    let renewed = back.remove_administrator(cast.admin.account(), Cause::Lost).await.unwrap();
    assert_ne!(*renewed, *copy);
    assert_eq!(refused(actors::sign_in(&server.url(), ADMIN, PASSWORD).await), Error::SignIn);
    actors::join(&back, &administrator(ADMIN), PASSWORD).await;
    write(&cast.staff, &[PARTNER], "Geht weiter", "Guten Tag", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.partner).await.unwrap().0.subject, "Geht weiter");
}

async fn printed_elsewhere() -> String {
    let (_server, _sink, cast) = portal().await;
    cast.admin.root_copy().await.unwrap().to_string()
}

#[tokio::test]
async fn who_was_an_administrator_takes_the_root_along_and_it_is_worth_nothing() {
    let (server, _sink, cast) = portal().await;
    write(&cast.staff, &[PARTNER], "Vorher", "Guten Tag", &[]).await.unwrap();
    let second = further(&server, &cast.admin, SECOND).await;
    let third = further(&server, &cast.admin, THIRD).await;
    let old_copy = second.root_copy().await.unwrap();
    assert!(cast.admin.revoke(second.account(), Cause::Left).await.is_err(), "not without another root");
    let by_staff = cast.staff.remove_administrator(second.account(), Cause::Left).await;
    assert!(by_staff.unwrap_err().is(Code::Forbidden));
    assert!(cast.admin.remove_administrator(cast.staff.account(), Cause::Left).await.is_err(), "staff");
    assert!(cast.admin.remove_administrator(cast.admin.account(), Cause::Left).await.is_err(), "oneself");

    let copy = cast.admin.remove_administrator(second.account(), Cause::Stolen).await.unwrap();
    assert_ne!(copy.as_str(), old_copy.as_str());
    assert!(second.people().await.unwrap_err().is(Code::NotSignedIn));
    assert_eq!(refused(actors::sign_in(&server.url(), SECOND, PASSWORD).await), Error::SignIn);

    // Everybody goes on, signed in or not, and new keys are accepted.
    write(&cast.staff, &[PARTNER], "Nachher", "Guten Tag", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.partner).await.unwrap().0.subject, "Nachher");
    let colleague = actors::sign_in(&server.url(), COLLEAGUE, PASSWORD).await.unwrap();
    write(&colleague, &[STAFF], "Unter Kollegen", "Guten Tag", &[]).await.unwrap();
    let newcomer = actors::staff_member("neu@kbs.example", "Nele Neu");
    let newcomer = actors::join(&cast.admin, &newcomer, PASSWORD).await;
    write(&newcomer, &[STAFF], "Von der Neuen", "Guten Tag", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.staff).await.unwrap().0.subject, "Von der Neuen");
    let partner = actors::sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    assert_eq!(partner.list(Folder::Inbox, None).await.unwrap().rows.len(), 2);

    // The others have the new one: who is signed in at the next look, who is not at the next sign-in.
    third.contacts().await.unwrap();
    assert_eq!(
        third.restore_root(&old_copy).await,
        Err(Error::NotTheRoot),
        "the print of the old one is void"
    );
    assert_eq!(third.root_copy().await.unwrap().as_str(), copy.as_str());
    let third = actors::sign_in(&server.url(), THIRD, PASSWORD).await.unwrap();
    assert_eq!(third.root_copy().await.unwrap().as_str(), copy.as_str());
    let fourth = Invitee { address: "vierte@kbs.example", ..administrator(SECOND) };
    third.invite(&fourth).await.unwrap();
    // And so has who removed, on a new device.
    let admin = actors::sign_in(&server.url(), ADMIN, PASSWORD).await.unwrap();
    assert_eq!(admin.root_copy().await.unwrap().as_str(), copy.as_str());
    // The address can be given to somebody else, under the new root.
    further(&server, &admin, SECOND).await;
}

#[tokio::test]
async fn limits_that_an_administrator_sets_hold_at_once_and_over_a_restart() {
    let (mut server, _sink, cast) = portal().await;
    let mut rules = cast.admin.rules().await.unwrap();
    (rules.limits.message_bytes, rules.texts.help_de) = (1024 * 1024, "Fragen? 0234".into());
    cast.admin.set_rules(&rules).await.unwrap();
    let partner = actors::sign_in(&server.url(), PARTNER, PASSWORD).await.unwrap();
    assert_eq!(partner.status().limits.message_bytes, 1024 * 1024);
    server.stop();
    server.start();
    let status = actors::stranger(&server.url()).await.status().clone();
    assert_eq!((status.limits.message_bytes, status.texts.help_de.as_str()), (1024 * 1024, "Fragen? 0234"));
    let admin = actors::sign_in(&server.url(), ADMIN, PASSWORD).await.unwrap();
    assert!(!admin.security_events(None, None, None).await.unwrap().events.is_empty());
}

/// No path of the API gives an administrator anything of others' mail.
#[tokio::test]
async fn an_administrator_reads_no_mail() {
    let (_server, _sink, cast) = portal().await;
    let files: [(&str, &[u8]); 1] = [("geheim.txt", b"Inhalt")];
    let sent = write(&cast.staff, &[PARTNER], "Geheim", "Streng vertraulich", &files).await.unwrap();
    let (view, _) = read_newest(&cast.partner).await.unwrap();
    let part = view.attachments.first().unwrap().part;
    let id = sent.first().unwrap();
    let gets = [format!("/messages/{id}"), format!("/messages/{id}/parts/{part}")];
    for path in &gets {
        let answer = ask(&cast.admin, Method::Get, path).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    for what in ["opened", "recall"] {
        let path = format!("/messages/{id}/{what}");
        let answer = ask(&cast.admin, Method::Post, &path).await;
        assert!((403..=404).contains(&answer.status), "{path}: {}", answer.status);
    }
    for folder in [Folder::Inbox, Folder::Sent] {
        assert!(cast.admin.list(folder, None).await.unwrap().rows.is_empty());
    }
    // What administration shows names nothing of a message.
    for path in ["/admin/people", "/admin/events", "/admin/rules", "/admin/outbox"] {
        let answer = ask(&cast.admin, Method::Get, path).await;
        assert_eq!(answer.status, 200, "{path}");
        let text = String::from_utf8(answer.body).unwrap();
        for word in ["header", "signature", "sealed", "wrap", &id.to_string(), &part.to_string()] {
            assert!(!text.contains(word), "{path} says {word}");
        }
    }
    assert!(cast.staff.people().await.unwrap_err().is(Code::Forbidden));
}
