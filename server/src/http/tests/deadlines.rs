//! Reminders of messages, warnings of accounts, and the end of accounts, with a clock that is moved.

use super::actors::{Actor, World};
use super::sending::{People, people};
use crate::jobs::{Swept, once};
use crate::store::models::Records;
use crate::store::{StoreError, transact};
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api::{Chosen, Folder, Language, MessagePage, Preferences, Resumed};
use crypto_core::wire::records::{Account, Mail, MailTemplate};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Mails of a template that wait, to whom and in which language.
async fn mails(world: &World, template: MailTemplate) -> Vec<(String, Language)> {
    let all = transact(&*world.state.store, |tx| tx.list::<Mail>(&[], None, 99)).await.unwrap();
    let mails = all.into_iter().map(|(_, mail)| mail);
    mails.filter(|mail| mail.template == template).map(|mail| (mail.address, mail.language)).collect()
}

async fn forget_mails(world: &World) {
    transact(&*world.state.store, |tx| {
        for (key, _) in tx.list::<Mail>(&[], None, 99)? {
            tx.remove(key);
        }
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
}

async fn signs_in_now(world: &World, who: &Actor) {
    let now_ms = world.state.now_ms();
    transact(&*world.state.store, |tx| {
        let account: Account = tx.need(&[who.id().as_bytes()])?;
        tx.save(&[who.id().as_bytes()], &Account { last_sign_in_ms: Some(now_ms), ..account });
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
}

async fn exists(world: &World, who: &Actor) -> bool {
    let account = transact(&*world.state.store, |tx| tx.load::<Account>(&[who.id().as_bytes()])).await;
    account.unwrap().is_some()
}

/// A round without what ends by itself in these tests.
async fn round(world: &World) -> Swept {
    Swept { sessions: 0, uploads: 0, events: 0, ..once(&world.state).await.unwrap() }
}

#[tokio::test]
async fn one_reminder_a_week_before_to_who_has_not_opened() {
    let People { world, staff, colleague, partner, other } = people().await;
    let off = Preferences { language: Language::De, reminders: false };
    world.put(&other, "/account/preferences", &off).await.done();
    let english = Preferences { language: Language::En, reminders: true };
    world.put(&partner, "/account/preferences", &english).await.done();
    let resumed: Resumed = world.get(&partner, "/session").await.json();
    assert_eq!((resumed.session.language, resumed.session.reminders), (Language::En, true));
    world.sent(&staff, &[&partner]).await;
    let opened = world.sent(&staff, &[&colleague]).await;
    world.post(&colleague, &format!("/messages/{}/opened", opened.message), &()).await.done();
    let known = Chosen { messages: vec![opened.message] };
    world.post(&colleague, "/unread", &known).await.done();
    world.sent(&staff, &[&other]).await;
    world.clock.advance(10 * HOUR / 60);
    world.sent(&staff, &[&partner]).await;
    forget_mails(&world).await;
    world.clock.advance(53 * DAY - HOUR);
    assert_eq!(round(&world).await, Swept::default());
    world.clock.advance(HOUR - 10 * HOUR / 60);
    assert_eq!(round(&world).await, Swept { reminded: 2, ..Swept::default() });
    let to_partner = [("partner@firma.example".to_owned(), Language::En)];
    assert_eq!(mails(&world, MailTemplate::Reminder).await, to_partner, "one for both");
    assert_eq!(round(&world).await, Swept::default(), "once");
    world.clock.advance(7 * DAY + HOUR);
    assert_eq!(round(&world).await, Swept { messages: 4, ..Swept::default() });
}

#[tokio::test]
async fn reminders_come_in_batches_and_go_on() {
    let People { world, staff, partner, .. } = people().await;
    for _ in 0..120 {
        world.sent(&staff, &[&partner]).await;
        world.clock.advance(Duration::from_millis(1));
    }
    world.clock.advance(53 * DAY);
    assert_eq!(round(&world).await, Swept { reminded: 120, ..Swept::default() });
    assert_eq!(round(&world).await, Swept::default());
}

#[tokio::test]
async fn an_unused_account_is_warned_twice_and_ends() {
    let (world, admin) = World::set_up().await;
    let staff = world.invited(&admin, "staff@kbs.example", crypto_core::certificate::Role::Staff).await;
    let partner =
        world.invited(&staff, "partner@firma.example", crypto_core::certificate::Role::Partner).await;
    let idle = world.invited(&staff, "idle@firma.example", crypto_core::certificate::Role::Partner).await;
    forget_mails(&world).await;
    world.clock.advance(335 * DAY - HOUR);
    assert_eq!(round(&world).await, Swept::default());
    world.clock.advance(HOUR);
    assert_eq!(round(&world).await, Swept { warned: 3, ..Swept::default() }, "not the last administrator");
    assert_eq!(mails(&world, MailTemplate::InactiveFirst).await.len(), 3);
    assert_eq!(round(&world).await, Swept::default());
    signs_in_now(&world, &partner).await;
    world.clock.advance(23 * DAY);
    assert_eq!(round(&world).await, Swept { warned: 2, ..Swept::default() });
    assert_eq!(mails(&world, MailTemplate::InactiveLast).await.len(), 2);
    world.clock.advance(7 * DAY - HOUR);
    assert_eq!(round(&world).await, Swept::default());
    world.clock.advance(HOUR);
    assert_eq!(round(&world).await, Swept { closed: 2, ..Swept::default() });
    assert!(!exists(&world, &idle).await && !exists(&world, &staff).await);
    assert!(exists(&world, &partner).await && exists(&world, &admin).await);
    world.clock.advance(400 * DAY);
    round(&world).await;
    assert!(exists(&world, &admin).await);
}

#[tokio::test]
async fn nobody_ends_without_a_warning_however_long_the_server_was_off() {
    let People { world, partner, .. } = people().await;
    forget_mails(&world).await;
    world.clock.advance(500 * DAY);
    assert_eq!(round(&world).await, Swept { warned: 4, ..Swept::default() });
    world.clock.advance(7 * DAY - HOUR);
    assert_eq!(round(&world).await, Swept::default());
    assert!(exists(&world, &partner).await);
    world.clock.advance(HOUR);
    assert_eq!(round(&world).await.closed, 4);
}

#[tokio::test]
async fn the_outbox_is_shown_to_administrators_alone() {
    let People { world, staff, partner, .. } = people().await;
    for who in [&staff, &partner] {
        assert_eq!(world.get(who, "/admin/outbox").await.code(), ProblemCode::Forbidden);
    }
    let page: MessagePage = world.get(&partner, "/messages?folder=inbox").await.json();
    assert!(page.messages.iter().all(|it| it.folder == Folder::Inbox));
}
