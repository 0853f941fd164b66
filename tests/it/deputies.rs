//! Vertretung through the real client and the real server.

use client_sdk::wire::api::Folder;
use client_sdk::{Draft, Error, Purpose, StandIn};
use mailparse::MailHeaderMap;
use std::ops::ControlFlow;
use tests::actors::{COLLEAGUE, Cast, PARTNER, Person, STAFF, read, read_newest, write};
use tests::{ServerProcess, SmtpSink};

const FAR_MS: u64 = 4_000_000_000_000;

async fn portal() -> (ServerProcess, SmtpSink, Cast) {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let cast = Cast::assemble(&server).await;
    (server, sink, cast)
}

fn for_now(deputy: &Person) -> StandIn {
    StandIn { account: deputy.account(), from_ms: 0, until_ms: FAR_MS }
}

fn answer(owner: &Person) -> Draft {
    Draft {
        to: vec![PARTNER.into()],
        subject: "Antwort in Vertretung".into(),
        text: "Guten Tag".into(),
        on_behalf_of: Some(owner.account()),
        ..Draft::default()
    }
}

#[tokio::test]
async fn a_deputy_reads_new_mail_answers_on_behalf_and_all_see_it() {
    let (_server, _sink, cast) = portal().await;
    let before = write(&cast.staff, &[PARTNER], "Erster Brief", "Text", &[]).await.unwrap();
    cast.staff.name_deputies(&[for_now(&cast.colleague)]).await.unwrap();
    let files: [(&str, &[u8]); 1] = [("beleg.txt", b"Beleg")];
    write(&cast.partner, &[STAFF], "Neue Frage", "Text", &files).await.unwrap();
    let (view, got) = read_newest(&cast.colleague).await.unwrap();
    assert_eq!((view.subject.as_str(), got), ("Neue Frage", vec![b"Beleg".to_vec()]));
    let (owner, person) = view.standing.for_whom.clone().unwrap();
    assert_eq!((owner, person.address.as_str()), (cast.staff.account(), STAFF));
    assert_eq!(read_newest(&cast.staff).await.unwrap().0.standing.for_whom, None, "the owner's own");
    let represented = cast.colleague.represented().await.unwrap();
    assert_eq!(represented.first().unwrap().owner.address, STAFF);

    assert!(cast.colleague.send(&answer(&cast.staff)).await.unwrap().unsent.is_none());
    for reader in [&cast.partner, &cast.staff] {
        let (view, _) = read_newest(reader).await.unwrap();
        assert_eq!(view.from.address, COLLEAGUE);
        assert_eq!(view.standing.on_behalf_of.unwrap().address, STAFF);
        let go_on = |_, _| ControlFlow::Continue(());
        let saved = reader.save_message(view.message, go_on).await.unwrap().pieces.concat();
        let from = mailparse::parse_mail(&saved).unwrap().headers.get_first_value("From").unwrap();
        assert!(from.contains("(i. A. Sabine Sommer)") && from.contains(COLLEAGUE), "{from}");
    }

    // Mail from before is granted by the owner.
    assert!(cast.colleague.open(before[0]).await.is_err());
    let go_on = |_, _| ControlFlow::Continue(());
    let handed = cast.staff.hand_mail_to(cast.colleague.account(), Purpose::Deputy, go_on).await.unwrap();
    assert!(handed.granted >= 1 && handed.failed.is_empty(), "{handed:?}");
    let (view, _) = read(&cast.colleague, before[0]).await.unwrap();
    assert_eq!(view.standing.for_whom.unwrap().1.address, STAFF);
}

#[tokio::test]
async fn an_administrator_names_a_deputy_for_somebody_absent_who_goes_on_afterwards() {
    let (_server, _sink, cast) = portal().await;
    write(&cast.staff, &[PARTNER], "Erster Brief", "Text", &[]).await.unwrap();
    cast.admin.depute(cast.staff.account(), &[for_now(&cast.colleague)]).await.unwrap();
    write(&cast.partner, &[STAFF], "In Abwesenheit", "Text", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.colleague).await.unwrap().0.subject, "In Abwesenheit");
    // The owner's client goes on with the certificate that the administrator made, and shows it.
    let deputies = cast.staff.deputies().await.unwrap();
    assert!(deputies.first().unwrap().by_administrator);
    write(&cast.staff, &[PARTNER], "Wieder da", "Text", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.partner).await.unwrap().0.subject, "Wieder da");

    // The deputy ends it: at once for senders and for the deputy, and for the certificate by the owner's client.
    cast.colleague.resign(cast.staff.account()).await.unwrap();
    assert!(cast.colleague.represented().await.unwrap().is_empty());
    write(&cast.partner, &[STAFF], "Nur für Frau Sommer", "Text", &[]).await.unwrap();
    assert_eq!(read_newest(&cast.staff).await.unwrap().0.subject, "Nur für Frau Sommer");
    assert_eq!(read_newest(&cast.colleague).await.unwrap().0.subject, "In Abwesenheit");
    let refused = Err(Error::NotDeputy);
    assert_eq!(cast.colleague.send(&answer(&cast.staff)).await, refused, "ended by the deputy");
    assert!(cast.admin.people().await.unwrap().iter().any(|it| !it.entry.resigned.is_empty()));
    assert!(cast.staff.tidy_deputies().await.unwrap());
    assert!(cast.staff.deputies().await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_answers_for_whom_they_do_not_represent_and_no_mail_goes_to_former_deputies() {
    let (_server, _sink, cast) = portal().await;
    write(&cast.staff, &[PARTNER], "Erster Brief", "Text", &[]).await.unwrap();
    let refused = Err(Error::NotDeputy);
    assert_eq!(cast.colleague.send(&answer(&cast.staff)).await, refused, "never named");
    cast.staff.name_deputies(&[for_now(&cast.colleague)]).await.unwrap();
    assert_eq!(cast.colleague.send(&answer(&cast.admin)).await, refused, "somebody else's");
    cast.staff.name_deputies(&[]).await.unwrap();
    assert_eq!(cast.colleague.send(&answer(&cast.staff)).await, refused, "no longer");
    write(&cast.partner, &[STAFF], "Nur für Frau Sommer", "Text", &[]).await.unwrap();
    assert!(cast.colleague.list(Folder::Inbox, None).await.unwrap().rows.is_empty());
    let past = StandIn { account: cast.colleague.account(), from_ms: 0, until_ms: 1 };
    cast.staff.name_deputies(&[past]).await.unwrap();
    write(&cast.partner, &[STAFF], "Auch nur für sie", "Text", &[]).await.unwrap();
    assert!(cast.colleague.list(Folder::Inbox, None).await.unwrap().rows.is_empty(), "its time is over");
    let partner = StandIn { account: cast.partner.account(), from_ms: 0, until_ms: FAR_MS };
    assert_eq!(cast.staff.name_deputies(&[partner]).await, Err(Error::Input), "partners stand in for nobody");
}
