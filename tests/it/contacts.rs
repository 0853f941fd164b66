//! Settings and address book, search, take along: what a person keeps, finds and takes with them.

use client_sdk::Error;
use crypto_core::keys::{BookEntry, Settings, SettingsError};
use tests::actors::{Cast, PASSWORD, STAFF, partner, sign_in, staff_member, stranger};
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
    staff.change_settings(|it| it.book.push(entry("a@haus.example", "Erste"))).await.unwrap();
    other.change_settings(|it| it.book.push(entry("b@haus.example", "Zweite"))).await.unwrap();
    let both = staff.settings().await.unwrap();
    assert_eq!(names(&both), ["Erste", "Zweite"]);
    assert_eq!(staff.settings_revision(), 2);
    // A device that has seen more than the server shows.
    let portal = stranger(&server.url()).await.with_seen_settings([(staff.account(), 3)]);
    let cheated = portal.sign_in(STAFF, PASSWORD).await.unwrap();
    assert_eq!(cheated.settings().await.err(), Some(Error::Settings(SettingsError::RolledBack)));
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
