//! Settings and address book, search, take along: what a person keeps, finds and takes with them.

use client_sdk::wire::api::{Folder, Language};
use client_sdk::{Book, Card, Coverage, Error, Reissue, Selection, Standing};
use crypto_core::certificate::Cause;
use crypto_core::keys::{BookEntry, Settings, SettingsError};
use std::ops::ControlFlow;
use tests::actors::{Cast, PARTNER, PASSWORD, STAFF, partner, sign_in, staff_member, stranger, write};
use tests::files::noise;
use tests::{ServerProcess, SmtpSink};

fn entry(address: &str, name: &str) -> BookEntry {
    BookEntry { address: address.into(), name: Some(name.into()), note: None }
}

fn names(settings: &Settings) -> Vec<&str> {
    settings.book.iter().filter_map(|entry| entry.name.as_deref()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_two_devices_both_last_and_do_not_go_back() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, .. } = Cast::assemble(&server).await;
    let other = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    // Both know the same, and each writes without having seen the other's.
    assert_eq!(staff.settings().await.unwrap(), other.settings().await.unwrap());
    let before = staff.settings_revision();
    staff.change_settings(|it| it.book.push(entry("a@haus.example", "Erste"))).await.unwrap();
    other.change_settings(|it| it.book.push(entry("b@haus.example", "Zweite"))).await.unwrap();
    let both = staff.settings().await.unwrap();
    assert_eq!(names(&both), ["Erste", "Zweite"]);
    assert_eq!(staff.settings_revision(), before + 2);
    // A device that has seen more than the server shows.
    let portal = stranger(&server.url()).await.with_seen_settings([(staff.account(), before + 5)]);
    let cheated = portal.sign_in(STAFF, PASSWORD).await.err();
    assert_eq!(cheated, Some(Error::Settings(SettingsError::RolledBack)));
    // A new device knows from the bundle, after the next rotation.
    staff.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
    assert_eq!(names(&staff.settings().await.unwrap()), ["Erste", "Zweite"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_kept_under_the_initial_password_survive_the_next_keys() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { admin, staff, .. } = Cast::assemble(&server).await;
    let invitations = [
        admin.invite(&staff_member("neu@kbs.example", "Nina Neu")).await.unwrap(),
        staff.invite(&partner("neu@haus.example")).await.unwrap(),
    ];
    for invited in invitations {
        let address = invited.address.as_str();
        let person = sign_in(&server.url(), address, &invited.initial_password).await.unwrap();
        person.change_settings(|it| it.book.push(entry("a@haus.example", "Früh"))).await.unwrap();
        person.set_password(PASSWORD).await.unwrap();
        person.set_password("Anderes-Pferd-Batterie-8").await.unwrap();
        let again = sign_in(&server.url(), address, "Anderes-Pferd-Batterie-8").await.unwrap();
        assert_eq!(names(&again.settings().await.unwrap()), ["Früh"], "{address}");
    }
}

fn card<'b>(book: &'b Book, address: &str) -> &'b Card {
    book.people.iter().find(|card| card.address == address).expect("in the address book")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_book_tells_where_keys_stand() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let invited = staff.invite(&self::partner("neu@haus.example")).await.unwrap();
    let book = staff.address_book().await.unwrap();
    assert!(matches!(card(&book, "neu@haus.example").standing, Standing::NeverSignedIn(_)));
    assert!(matches!(card(&book, PARTNER).standing, Standing::Confirmed(_)));
    assert_eq!(book.notices, [], "whoever is met for the first time is no news");

    let own = sign_in(&server.url(), "neu@haus.example", &invited.initial_password).await.unwrap();
    let book = staff.address_book().await.unwrap();
    assert!(matches!(card(&book, "neu@haus.example").standing, Standing::InitialPassword(_)));
    own.set_password(PASSWORD).await.unwrap();
    staff.keep_contact("NEU@haus.example", "Nina vom Haus", "nur vormittags").await.unwrap();
    staff.keep_contact("nie@nirgends.example", "", "").await.unwrap();
    let book = staff.address_book().await.unwrap();
    let known = card(&book, "neu@haus.example");
    assert!(matches!(known.standing, Standing::Confirmed(_)));
    assert_eq!((known.name(), known.note.as_deref()), (Some("Nina vom Haus"), Some("nur vormittags")));
    let written = card(&book, "nie@nirgends.example");
    assert_eq!((written.standing, written.may_write), (Standing::NotAsked, true));
    assert_eq!(book.notices, [], "a rotation is silent");

    staff.drop_contact("neu@haus.example").await.unwrap();
    let book = staff.address_book().await.unwrap();
    assert_eq!(card(&book, "neu@haus.example").own_name, None);

    // A partner sees those who wrote to them, and nobody else.
    assert_eq!(partner.address_book().await.unwrap().people, []);
    write(&staff, &[PARTNER], "Hallo", "Text", &[]).await.unwrap();
    let book = partner.address_book().await.unwrap();
    let people: Vec<_> = book.people.iter().map(|card| (card.address.as_str(), card.may_write)).collect();
    assert_eq!(people, [(STAFF, true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_told_once_to_whoever_knew_the_address() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, colleague, .. } = Cast::assemble(&server).await;
    write(&colleague, &[PARTNER], "Hallo", "Text", &[]).await.unwrap();
    assert_eq!(colleague.address_book().await.unwrap().notices, []);
    staff.reset(PARTNER).await.unwrap();
    let book = colleague.address_book().await.unwrap();
    let [notice] = book.notices.as_slice() else { panic!("one notice") };
    assert_eq!((notice.address.as_str(), notice.reissued.by.as_str()), (PARTNER, "Sabine Sommer"));
    assert_eq!(notice.reissued.what, Reissue::Reset);
    assert!(matches!(card(&book, PARTNER).standing, Standing::NeverSignedIn(_)));
    // It is told until it was read, and then only in the list.
    assert_eq!(colleague.address_book().await.unwrap().notices, book.notices);
    colleague.acknowledge_keys(&[(notice.address.clone(), notice.certificate)]).await.unwrap();
    let book = colleague.address_book().await.unwrap();
    assert_eq!(book.notices, []);
    assert!(card(&book, PARTNER).reissued.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_is_told_to_whoever_knew_the_former_and_what_one_did_oneself_is_not() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, colleague, partner, .. } = Cast::assemble(&server).await;
    write(&colleague, &[PARTNER], "Hallo", "Text", &[]).await.unwrap();
    for knows in [&staff, &colleague] {
        assert_eq!(knows.address_book().await.unwrap().notices, []);
    }
    colleague.keep_contact(PARTNER, "Patrizia", "nur vormittags").await.unwrap();
    staff.move_account(partner.account(), "neu@haus.example").await.unwrap();
    staff.reset("neu@haus.example").await.unwrap();
    let own = staff.address_book().await.unwrap();
    assert_eq!(own.notices, [], "staff know what they did");
    assert_eq!(card(&own, "neu@haus.example").reissued.as_ref().unwrap().what, Reissue::Reset);

    let book = colleague.address_book().await.unwrap();
    let told: Vec<_> = book.notices.iter().map(|it| (it.address.as_str(), it.name.as_deref())).collect();
    assert_eq!(told, [("neu@haus.example", Some("Patrizia"))], "a reset after the move");
    colleague.move_account(partner.account(), "dritte@haus.example").await.unwrap();
    let before: Vec<_> = staff.address_book().await.unwrap().notices;
    let [notice] = before.as_slice() else { panic!("one notice") };
    assert_eq!(notice.address, "dritte@haus.example");
    assert_eq!(notice.reissued.what, Reissue::Moved("neu@haus.example".into()));
    staff.acknowledge_keys(&[(notice.address.clone(), notice.certificate)]).await.unwrap();
    assert_eq!(staff.address_book().await.unwrap().notices, []);
    // The former address says where it went.
    let book = colleague.address_book().await.unwrap();
    let former = card(&book, PARTNER);
    assert_eq!(former.standing, Standing::Ended(Cause::Moved));
    assert_eq!(former.moved_to.as_deref(), Some("dritte@haus.example"));
    assert_eq!(former.own_name.as_deref(), Some("Patrizia"));
}

/// The server is not to learn whom an address book names.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_not_asked_about_what_is_only_written_down() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, .. } = Cast::assemble(&server).await;
    staff.keep_contact("geheim@nirgends.example", "Geheim", "").await.unwrap();
    let chains = staff.api().platform().seen("/directory/chains");
    staff.address_book().await.unwrap();
    let asked = &staff.api().platform().seen("/directory/chains")[chains.len()..];
    assert!(!asked.is_empty() && asked.iter().all(|body| !body.contains("nirgends")), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_covers_everything_and_marks_nothing_as_read() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    for at in 0..3 {
        write(&staff, &[PARTNER], &format!("Bescheid {at}"), "Größenordnung", &[("Übersicht.csv", b"x")])
            .await
            .unwrap();
    }
    write(&partner, &[STAFF], "Antwort", "Danke für die Größenordnung", &[]).await.unwrap();
    let mut steps = Vec::new();
    let coverage = partner
        .index_mailbox(|coverage| {
            steps.push(coverage.covered);
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    assert_eq!(coverage, Coverage { covered: 4, total: 4, unreadable: 0 });
    assert_eq!((steps.first(), steps.last()), (Some(&0), Some(&4)));
    assert_eq!(partner.search("groessenordnung", 10).count, 4);
    assert_eq!(partner.search("sommer ubersicht", 2).count, 3);
    let inbox = partner.list(Folder::Inbox, None).await.unwrap();
    assert!(inbox.rows.iter().all(|row| row.unread), "nothing is marked as read");
    // What comes later is found after the next look, and what has gone is not.
    write(&staff, &[PARTNER], "Nachtrag", "", &[]).await.unwrap();
    partner.bin(&[inbox.rows[0].message]).await.unwrap();
    partner.delete_for_good(&[inbox.rows[0].message]).await.unwrap();
    let coverage = partner.index_mailbox(|_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(partner.search("nachtrag", 10).count, 1);
    assert_eq!((coverage.covered, coverage.total), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_taken_along_message_by_message() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let big = noise(7, 3_000_000);
    for _ in 0..2 {
        write(&staff, &[PARTNER], "Gleich: Betreff/1", "=1+1", &[("a.bin", &big)]).await.unwrap();
    }
    write(&partner, &[STAFF], "=cmd", "Antwort", &[]).await.unwrap();
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let taken = partner
        .take_along(&Selection::All, Language::De, &mut pieces, |_, _| ControlFlow::Continue(()))
        .await
        .unwrap();
    assert_eq!((taken.messages, taken.unreadable), (3, 0));
    assert!(pieces.iter().all(|piece| piece.len() < 5_000_000), "no piece holds two messages");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pieces.concat())).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().to_string()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(name).unwrap(), &mut bytes).unwrap();
        bytes
    };
    let index = String::from_utf8(read("Inhalt.csv")).unwrap();
    assert_eq!(index.lines().count(), 4);
    assert!(index.contains("\"'=cmd\"") && index.contains("Sabine Sommer <sabine.sommer@kbs.example>"));
    for name in names.iter().filter(|name| name.starts_with("Posteingang/")) {
        let bytes = read(name);
        let mail = mailparse::parse_mail(&bytes).unwrap();
        assert_eq!(mail.subparts[1].get_body_raw().unwrap(), big);
    }
    let stopped =
        partner.take_along(&Selection::All, Language::De, &mut pieces, |_, _| ControlFlow::Break(()));
    assert_eq!(stopped.await.err(), Some(Error::Cancelled));
}
