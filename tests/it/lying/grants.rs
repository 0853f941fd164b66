//! Grants by who cannot give, of something else, or to keys that somebody else may have.

use client_sdk::Error;
use crypto_core::message::MessageError;
use tests::actors::{self, ADMIN, COLLEAGUE, PARTNER, PASSWORD, STAFF};
use tests::craft::{craft, newest};
use tests::insider::{Insider, grant};
use tests::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_by_one_who_reads_of_this_message_and_to_own_keys() {
    let scene = Scene::new().await;
    let url = scene.server.url();
    let staff = Insider::of(&url, STAFF, PASSWORD).await;
    let partner = Insider::of(&url, PARTNER, PASSWORD).await;
    let admin = Insider::of(&url, ADMIN, PASSWORD).await;
    let newcomer = actors::staff_member("neu@kbs.example", "Nele Neu");
    let invited = scene.cast.admin.invite(&newcomer).await.unwrap();
    let early =
        actors::sign_in(&scene.lying.url(), newcomer.address, &invited.initial_password).await.unwrap();
    let cast = &scene.cast;
    let of = [cast.staff.account(), cast.partner.account(), cast.colleague.account(), early.account()];
    let [own, partners, colleagues, provisional] = newest(&cast.staff, of).await;
    let message = craft(&staff, &own, &[&partners], None, &[]);
    let other = craft(&staff, &own, &[&partners], None, &[]);
    let key = message.content_key();
    let reader = scene.deceived(COLLEAGUE).await;
    let to = colleagues.accepted();

    let by_staff = grant(&message.header, &key, &staff, to);
    let by_stranger = grant(&message.header, &key, &admin, to);
    let of_other = grant(&other.header, &other.content_key(), &staff, to);
    // What staff granted once, of a header that was a little different.
    let mut changed = message.header.clone();
    changed.on_behalf_of = Some(cast.colleague.account());
    let of_changed = grant(&changed, &key, &staff, to);
    let impostor =
        Insider { bundle: Insider::of(&url, STAFF, PASSWORD).await.bundle, seed: admin.seed.duplicate() };
    let forged = grant(&message.header, &key, &impostor, to);
    let rows = [
        ("none", message.clone()),
        ("a stranger's", message.granted(&admin, by_stranger)),
        ("of another message", message.granted(&staff, of_other)),
        ("of another header", message.granted(&staff, of_changed)),
        ("not the granter's", message.granted(&staff, forged)),
        ("another's", message.granted(&staff, grant(&message.header, &key, &staff, partners.accepted()))),
    ];
    let refused = Some(Error::Message(MessageError::Open));
    for (what, lie) in rows {
        assert_eq!(reader.open(lie.deliver(&scene.lying)).await.err(), refused, "{what}");
    }
    let to_provisional = grant(&message.header, &key, &staff, provisional.accepted());
    let id = message.granted(&staff, to_provisional).deliver(&scene.lying);
    assert_eq!(early.open(id).await.err(), refused, "the initial password opens that mailbox");

    let id = message.granted(&staff, by_staff).deliver(&scene.lying);
    assert_eq!(reader.open(id).await.unwrap().text, "Text", "the sender's");
    let reader = scene.deceived(COLLEAGUE).await;
    let id = message.granted(&partner, grant(&message.header, &key, &partner, to)).deliver(&scene.lying);
    assert_eq!(reader.open(id).await.unwrap().text, "Text", "a reader's");
}
