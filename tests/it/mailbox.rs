//! Drafts on two devices, recall, and mailbox keys that are renewed and dropped, against the real server.

use client_sdk::wire::api::Folder;
use client_sdk::wire::{B64, MessageId, ProblemCode};
use client_sdk::{Draft, Error, Method, Payload, Purpose};
use std::ops::ControlFlow;
use tests::actors::{
    Cast, OTHER_PARTNER, PARTNER, PASSWORD, Person, STAFF, attach, read_newest, sign_in, stranger, write,
};
use tests::{ServerProcess, SmtpSink};

async fn stage() -> (SmtpSink, ServerProcess, Cast) {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let cast = Cast::assemble(&server).await;
    (sink, server, cast)
}

fn draft(subject: &str) -> Draft {
    Draft { to: vec![PARTNER.into()], subject: subject.into(), text: "Text".into(), ..Draft::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_on_both_devices_and_a_conflict_keeps_both() {
    let (_sink, server, cast) = stage().await;
    let one = cast.staff;
    let other = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    one.new_draft();
    let file = attach(&one, "plan.bin", vec![3; 100_000]).await;
    let first = Draft { attachments: vec![file], ..draft("Fassung A") };
    let saved = one.save_draft(&first).await.unwrap();
    let opened = other.open_draft(saved.draft).await.unwrap();
    assert_eq!((opened.content.clone(), opened.missing), (first.clone(), 0));

    // The other device is quicker; its text stays, and so does the slower one's.
    let theirs = Draft { subject: "Fassung B".into(), ..opened.content };
    assert!(!other.save_draft(&theirs).await.unwrap().conflict);
    let ours = Draft { subject: "Fassung C".into(), ..first };
    let second = one.save_draft(&ours).await.unwrap();
    assert!(second.conflict && second.draft != saved.draft);
    let rows = other.drafts().await.unwrap();
    let subjects: Vec<_> = rows.iter().map(|row| (row.subject.clone().unwrap(), row.conflict)).collect();
    assert_eq!(subjects, [("Fassung C".into(), true), ("Fassung B".into(), false)]);

    // Either can be sent with its attachment, and the other keeps it.
    assert!(one.send(&ours).await.unwrap().unsent.is_none());
    let (view, files) = read_newest(&cast.partner).await.unwrap();
    assert_eq!((view.subject.as_str(), files[0].len()), ("Fassung C", 100_000));
    let left = other.open_draft(saved.draft).await.unwrap();
    assert_eq!((left.missing, left.content.attachments.len()), (0, 1));
    assert!(other.send(&left.content).await.unwrap().unsent.is_none());
    assert!(other.drafts().await.unwrap().is_empty());
    assert_eq!(read_newest(&cast.partner).await.unwrap().1[0].len(), 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_written_on_only_once_it_was_taken_up() {
    let (_sink, server, cast) = stage().await;
    let one = cast.staff;
    let other = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    one.new_draft();
    let id = one.save_draft(&draft("Anfang")).await.unwrap().draft;
    other.open_draft(id).await.unwrap();
    other.save_draft(&draft("Anderswo")).await.unwrap();
    let seen = one.look_at_draft(id).await.unwrap().unwrap();
    assert_eq!(seen.content.subject, "Anderswo");
    // Whoever wrote on meanwhile has not seen that.
    let second = one.save_draft(&draft("Hier")).await.unwrap();
    assert!(second.conflict && second.draft != id);
    // Another draft is open by now: nothing is taken up for it.
    one.go_on_with(id, seen.revision);
    assert_eq!(one.save_draft(&draft("Hier, weiter")).await.unwrap().draft, second.draft);

    one.open_draft(id).await.unwrap();
    other.save_draft(&draft("Anderswo, weiter")).await.unwrap();
    let seen = one.look_at_draft(id).await.unwrap().unwrap();
    one.go_on_with(id, seen.revision);
    assert!(one.look_at_draft(id).await.unwrap().is_none(), "nothing newer");
    let saved = one.save_draft(&draft("Hier nach dort")).await.unwrap();
    assert_eq!((saved.draft, saved.conflict), (id, false));

    // Who saw the first of two newer versions has not seen the second.
    other.open_draft(id).await.unwrap();
    other.save_draft(&draft("Anderswo, zum zweiten")).await.unwrap();
    let seen = one.look_at_draft(id).await.unwrap().unwrap();
    other.save_draft(&draft("Anderswo, zum dritten")).await.unwrap();
    one.look_at_draft(id).await.unwrap();
    one.go_on_with(id, seen.revision);
    assert!(one.save_draft(&draft("Hier nach dem zweiten")).await.unwrap().conflict);
    assert_eq!(one.open_draft(id).await.unwrap().content.subject, "Anderswo, zum dritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_device_has_is_recovered_and_never_makes_a_conflict_of_ones_own() {
    let (_sink, server, cast) = stage().await;
    let staff = cast.staff;
    staff.new_draft();
    let kept = staff.keep_draft(&draft("Nur hier")).unwrap();
    // Signed in again, or in another tab, while the first one goes on writing.
    let tab = sign_in(&server.url(), STAFF, PASSWORD).await.unwrap();
    let recovered = tab.recover_draft(&kept).await.unwrap();
    assert!(!recovered.conflict);
    assert_eq!(tab.recover_draft(&kept).await.unwrap(), recovered, "twice is once");
    let saved = staff.save_draft(&draft("Nur hier, und weiter")).await.unwrap();
    assert_eq!((saved.draft, saved.conflict), (recovered.draft, false));
    assert_eq!(tab.drafts().await.unwrap().len(), 1);
    // Thrown away elsewhere, but changed here since: that stays, and there is no other version.
    tab.discard_draft(saved.draft, tab.drafts().await.unwrap()[0].revision).await.unwrap();
    let again = staff.save_draft(&draft("Nur hier, und doch noch")).await.unwrap();
    assert_eq!((again.draft, again.conflict), (saved.draft, false));
    assert_eq!(tab.drafts().await.unwrap().len(), 1);
    // Nobody else opens it.
    assert_eq!(cast.partner.recover_draft(&kept).await.err(), Some(Error::Draft));
    let foreign = cast.partner.open_draft(saved.draft).await;
    assert_eq!(foreign.err(), Some(Error::Draft));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_sees_what_became_of_it_and_takes_back_what_nobody_opened() {
    let (_sink, _server, Cast { staff, partner, .. }) = stage().await;
    let sent = write(&staff, &[PARTNER], "Zurück", "Text", &[("a.txt", b"a")]).await.unwrap()[0];
    assert_eq!(partner.list(Folder::Inbox, None).await.unwrap().rows.len(), 1);
    staff.recall(sent).await.unwrap();
    assert!(partner.open(sent).await.is_err_and(|error| error.is(ProblemCode::NotFound)));
    assert!(staff.open(sent).await.unwrap().recalled_at_ms.is_some());

    let sent = write(&staff, &[PARTNER], "Bleibt", "Text", &[("a.txt", b"a")]).await.unwrap()[0];
    read_newest(&partner).await.unwrap();
    let view = staff.open(sent).await.unwrap();
    let delivery = &view.deliveries[0];
    assert_eq!(delivery.person.as_ref().unwrap().address, PARTNER);
    assert!(delivery.opened_at_ms.is_some() && delivery.saved_at_ms.is_some());
    assert!(staff.recall(sent).await.is_err_and(|error| error.is(ProblemCode::AlreadyOpened)));
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What a thief of today's bundle has of a message that expired: its header, its parts, its sealed keys.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_expired_cannot_be_opened_with_todays_bundle() {
    let (_sink, server, cast) = stage().await;
    let sent = write(&cast.staff, &[PARTNER], "Läuft ab", "Text", &[]).await.unwrap()[0];
    let (entry, part) = copies(&cast.partner, sent).await;
    let after = |days: u64| {
        let url = server.url();
        async move {
            let portal = stranger(&url).await;
            portal.api().platform().set_ahead(days * DAY_MS);
            portal.sign_in(PARTNER, PASSWORD).await.unwrap()
        }
    };
    // The key is renewed, and the mail of the old one still opens; also on the device that did not renew it.
    let month = after(31).await;
    assert_eq!(month.revision(), cast.partner.revision() + 1);
    assert_eq!(month.open(sent).await.unwrap().subject, "Läuft ab");
    let newer = write(&cast.staff, &[PARTNER], "Neuer Schlüssel", "Text", &[]).await.unwrap()[0];
    assert_eq!(cast.partner.open(newer).await.unwrap().subject, "Neuer Schlüssel");

    // The mail is gone from the server, and with it the need for the key.
    month.bin(&[sent, newer]).await.unwrap();
    month.empty_bin().await.unwrap();
    let control = after(32).await;
    let later = after(31 + 63).await;
    later.api().platform().answer_with(&format!("/api/v1/messages/{sent}"), &entry);
    later.api().platform().answer_with(&part.0, &part.1);
    assert!(matches!(later.open(sent).await, Err(Error::Message(_))));
    // The copies are whole: a bundle that still has the old key opens them.
    control.api().platform().answer_with(&format!("/api/v1/messages/{sent}"), &entry);
    control.api().platform().answer_with(&part.0, &part.1);
    assert_eq!(control.open(sent).await.unwrap().subject, "Läuft ab");
}

async fn copies(reader: &tests::actors::Person, message: MessageId) -> (Vec<u8>, (String, Vec<u8>)) {
    let tap = reader.api().platform();
    let path = format!("/api/v1/messages/{message}");
    let entry = tap.raw(Method::Get, &path, Payload::Empty).await.body;
    let json: serde_json::Value = serde_json::from_slice(&entry).unwrap();
    let header: B64 = serde_json::from_value(json["header"].clone()).unwrap();
    let header = crypto_core::message::Header::parse(&header.0).unwrap();
    let part = format!("{path}/parts/{}", header.part_0().part);
    let bytes = tap.raw(Method::Get, &part, Payload::Empty).await.body;
    // Opened before, so that nothing is reported to a server that does not know it any more.
    let mut opened = json;
    opened["opened_at_ms"] = 1.into();
    (serde_json::to_vec(&opened).unwrap(), (part, bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_has_what_belongs_to_it_for_both_sides_and_nothing_of_others() {
    let (_sink, _server, cast) = stage().await;
    let (staff, partner) = (&cast.staff, &cast.partner);
    let answer = |to: &str, subject: &str, answered| Draft {
        to: vec![to.into()],
        in_reply_to: Some(answered),
        ..draft(subject)
    };
    let sent = async |from: &Person, draft: &Draft| from.send(draft).await.unwrap().messages[0];
    let first = sent(staff, &draft("Erste Frage")).await;
    sent(staff, &draft("Anderes")).await;
    let second = sent(partner, &answer(STAFF, "Antwort", first)).await;
    let third = sent(staff, &answer(PARTNER, "Noch eine Frage", second)).await;
    sent(staff, &Draft { to: vec![OTHER_PARTNER.into()], ..draft("An andere") }).await;
    // Whoever names a message that they never had stands in no conversation of others.
    sent(&cast.other_partner, &answer(STAFF, "Fremd", first)).await;

    for (person, of) in [(staff, first), (staff, third), (partner, second)] {
        let rows = person.conversation(of).await.unwrap();
        let messages: Vec<_> = rows.iter().map(|row| row.message).collect();
        assert_eq!(messages, [first, second, third]);
    }
    let unread = partner.conversation(first).await.unwrap().iter().filter(|row| row.unread).count();
    assert_eq!(unread, 2, "looking at a conversation reads nothing");
    let alone = cast.other_partner.list(Folder::Sent, None).await.unwrap().rows[0].message;
    assert_eq!(cast.other_partner.conversation(alone).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_on_and_opened_is_opened_for_its_sender_too() {
    let (_sink, _server, cast) = stage().await;
    let (staff, partner, colleague) = (&cast.staff, &cast.partner, &cast.colleague);
    write(staff, &[PARTNER], "Zuerst", "Text", &[]).await.unwrap();
    let sent = write(partner, &[STAFF], "Frage", "Text", &[]).await.unwrap()[0];
    let go_on = |_, _| ControlFlow::Continue(());
    staff.hand_mail_to(colleague.account(), Purpose::HandOver, go_on).await.unwrap();
    let opened = async || {
        let rows = partner.list(Folder::Sent, None).await.unwrap().rows;
        let row = rows.into_iter().find(|row| row.message == sent).unwrap();
        let deliveries = row.deliveries.into_iter();
        deliveries.map(|it| (it.person.map(|it| it.address), it.opened_at_ms.is_some())).collect::<Vec<_>>()
    };
    let unopened = (Some(STAFF.to_owned()), false);
    assert_eq!(opened().await, std::slice::from_ref(&unopened));
    colleague.open(sent).await.unwrap();
    let mut now = opened().await;
    now.sort();
    assert_eq!(now, [(None, true), unopened]);
    assert!(partner.recall(sent).await.is_err_and(|error| error.is(ProblemCode::AlreadyOpened)));
}
