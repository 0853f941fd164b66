//! Drafts on the server, the bin, delivery state and recall, mailbox keys.

use super::actors::{Actor, Reply, World, rng};
use super::sending::{People, draft, part, people, people_with};
use crate::config::Config;
use crate::jobs;
use crate::store::models::Records;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use crypto_core::message::PartDescriptor;
use crypto_core::wire::api::{
    AccountUsage, Chosen, Committed, DraftAt, DraftList, DraftSaved, Event, Folder, MessageEntry,
    MessagePage, RotateMailbox, StoredBundle, StoredDraft, UploadState,
};
use crypto_core::wire::records::{BinIndex, Bundle, Delivery, Record, Reset, Usage};
use crypto_core::wire::{B64, DraftId, MessageId, ProblemCode, UploadId};
use futures::TryStreamExt;
use std::time::Duration;
use tower::ServiceExt;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl World {
    async fn save(&self, who: &Actor, id: DraftId, revision: u64, upload: Option<UploadId>) -> Reply {
        let upload = upload.map(|upload| format!("&upload={upload}")).unwrap_or_default();
        self.put_bytes(who, &format!("/drafts/{id}?revision={revision}{upload}"), vec![7; 300]).await
    }

    async fn drafts(&self, who: &Actor) -> Vec<DraftId> {
        let list: DraftList = self.get(who, "/drafts").await.json();
        list.drafts.into_iter().map(|entry| entry.draft).collect()
    }

    async fn folder(&self, who: &Actor, folder: &str) -> Vec<MessageEntry> {
        self.get(who, &format!("/messages?folder={folder}")).await.json::<MessagePage>().messages
    }

    async fn choose(&self, who: &Actor, path: &str, message: MessageId) {
        self.post(who, path, &Chosen { messages: vec![message] }).await.done();
    }

    async fn blobs(&self) -> usize {
        self.state.blobs.list().try_collect::<Vec<_>>().await.unwrap().len()
    }

    fn records<R: Record>(&self) -> usize {
        self.state.store.scan(&crate::store::Scan::of([R::KIND as u8], usize::MAX)).unwrap().len()
    }
}

fn id() -> DraftId {
    DraftId::random(&mut rng())
}

#[tokio::test]
async fn a_draft_is_saved_by_compare_and_swap_and_is_its_writers_alone() {
    let People { world, staff, partner, .. } = people().await;
    let mut live = world.state.live.subscribe();
    let first = id();
    let saved: DraftSaved = world.save(&staff, first, 0, None).await.json();
    assert_eq!(saved.revision, 1);
    assert_eq!(live.recv().await.unwrap(), (staff.id(), Event::Drafts { draft: first, revision: Some(1) }));
    assert_eq!(world.save(&staff, first, 0, None).await.code(), ProblemCode::DraftStale);
    assert_eq!(world.save(&staff, first, 1, None).await.json::<DraftSaved>().revision, 2);
    assert_eq!(world.save(&staff, first, 1, None).await.code(), ProblemCode::DraftStale);
    assert_eq!(world.save(&staff, id(), 3, None).await.code(), ProblemCode::DraftStale);
    let stored: StoredDraft = world.get(&staff, &format!("/drafts/{first}")).await.json();
    assert_eq!((stored.entry.revision, stored.sealed), (2, B64(vec![7; 300])));
    for path in [format!("/drafts/{first}"), format!("/drafts/{}", id())] {
        assert_eq!(world.get(&partner, &path).await.code(), ProblemCode::NotFound);
        let path = format!("{path}?revision=2");
        assert_eq!(world.delete(&partner, &path).await.code(), ProblemCode::NotFound);
    }
    assert!(world.drafts(&partner).await.is_empty());
    let stale = world.delete(&staff, &format!("/drafts/{first}?revision=1")).await;
    assert_eq!(stale.code(), ProblemCode::DraftStale);
    world.delete(&staff, &format!("/drafts/{first}?revision=2")).await.done();
    assert!(world.drafts(&staff).await.is_empty());
    let path = format!("/drafts/{first}?revision=0");
    let too_large = world.put_bytes(&staff, &path, vec![0; 1024 * 1024 + 1]).await;
    assert_eq!(too_large.code(), ProblemCode::PartTooLarge);
}

#[tokio::test]
async fn attachments_live_as_long_as_the_draft_and_go_with_it() {
    let People { world, staff, .. } = people().await;
    let part = part(1);
    let upload = world.upload(&staff, std::slice::from_ref(&part)).await;
    let draft = id();
    world.save(&staff, draft, 0, Some(upload)).await.json::<DraftSaved>();
    // Days later: the draft is saved once more, and counts from then.
    world.clock.advance(30 * DAY);
    let staff = world.signed_in(staff.made.unwrap()).await;
    world.save(&staff, draft, 1, Some(upload)).await.json::<DraftSaved>();
    world.clock.advance(59 * DAY);
    let staff = world.signed_in(staff.made.unwrap()).await;
    jobs::once(&world.state).await.unwrap();
    let state: UploadState = world.get(&staff, &format!("/uploads/{upload}")).await.json();
    assert_eq!(state.parts[0].received, part.0.bytes);
    world.clock.advance(DAY);
    jobs::once(&world.state).await.unwrap();
    let staff = world.signed_in(staff.made.unwrap()).await;
    assert!(world.drafts(&staff).await.is_empty());
    assert_eq!(world.blobs().await, 0);
    // Thrown away, its parts go at once.
    let upload = world.upload(&staff, &[part]).await;
    world.save(&staff, draft, 0, Some(upload)).await.json::<DraftSaved>();
    world.delete(&staff, &format!("/drafts/{draft}?revision=1")).await.done();
    assert_eq!(world.blobs().await, 0);
    let gone = world.get(&staff, &format!("/uploads/{upload}")).await;
    assert_eq!(gone.code(), ProblemCode::UploadUnknown);
}

#[tokio::test]
async fn two_drafts_of_one_upload_do_not_lose_each_others_attachments() {
    let People { world, staff, partner, .. } = people().await;
    let (body, attached, dropped) = (part(1), part(2), part(3));
    let upload = world.upload(&staff, &[body.clone(), attached.clone(), dropped.clone()]).await;
    let (one, other) = (id(), id());
    for draft in [one, other] {
        world.save(&staff, draft, 0, Some(upload)).await.json::<DraftSaved>();
    }
    // Taken off one draft, it stays for the other.
    world.delete(&staff, &format!("/uploads/{upload}/parts/{}", dropped.0.part)).await.done();
    let sent = with_blob(draft(&staff, &[&partner], &body.0), &attached.0);
    let mut commit = sent.commit();
    commit.draft = Some(DraftAt { draft: one, revision: 1 });
    world.post(&staff, &format!("/uploads/{upload}/commit"), &commit).await.json::<Committed>();
    assert_eq!(world.drafts(&staff).await, [other]);
    let state: UploadState = world.get(&staff, &format!("/uploads/{upload}")).await.json();
    assert!(state.parts.iter().all(|part| part.received == 1040), "the message's parts count as there");
    // The other one is thrown away: what the message has stays, the rest goes.
    world.delete(&staff, &format!("/drafts/{other}?revision=1")).await.done();
    assert_eq!(world.blobs().await, 2);
    let path = format!("/messages/{}/parts/{}", sent.message, attached.0.part);
    assert_eq!(world.get(&partner, &path).await.body, attached.1);
}

fn with_blob(draft: super::sending::Draft, blob: &PartDescriptor) -> super::sending::Draft {
    let mut draft = draft;
    draft.blobs = vec![blob.clone()];
    draft
}

#[tokio::test]
async fn a_draft_that_another_device_has_changed_outlives_the_sending() {
    let People { world, staff, partner, .. } = people().await;
    let kept = id();
    for revision in [0, 1] {
        world.save(&staff, kept, revision, None).await.json::<DraftSaved>();
    }
    for (revision, left) in [(1, vec![kept]), (2, Vec::new())] {
        let part = part(1);
        let upload = world.upload(&staff, std::slice::from_ref(&part)).await;
        let mut commit = draft(&staff, &[&partner], &part.0).commit();
        commit.draft = Some(DraftAt { draft: kept, revision });
        world.post(&staff, &format!("/uploads/{upload}/commit"), &commit).await.json::<Committed>();
        assert_eq!(world.drafts(&staff).await, left);
        assert_eq!(world.get(&staff, &format!("/uploads/{upload}")).await.code(), ProblemCode::UploadUnknown);
    }
}

#[tokio::test]
async fn drafts_count_against_the_storage_until_they_are_gone() {
    let mut config = Config::default();
    config.limits.message_bytes = 1024;
    config.limits.storage_bytes = 2000;
    let People { world, staff, partner, .. } = people_with(config).await;
    let used = async || world.get(&staff, "/account/usage").await.json::<AccountUsage>().stored_bytes;
    let save = async |id: DraftId, revision: u64, bytes: usize| {
        world.put_bytes(&staff, &format!("/drafts/{id}?revision={revision}"), vec![7; bytes]).await
    };
    let (first, second) = (id(), id());
    save(first, 0, 1500).await.json::<DraftSaved>();
    assert_eq!(used().await, 1500);
    assert_eq!(save(second, 0, 501).await.code(), ProblemCode::QuotaReached);
    assert_eq!(save(first, 1, 2001).await.code(), ProblemCode::QuotaReached);
    save(second, 0, 500).await.json::<DraftSaved>();
    assert_eq!(world.post(&staff, "/uploads", &()).await.code(), ProblemCode::QuotaReached);
    save(first, 1, 900).await.json::<DraftSaved>();
    assert_eq!(used().await, 1400);
    world.delete(&staff, &format!("/drafts/{second}?revision=1")).await.done();
    assert_eq!(used().await, 900);
    // With the message that it was it goes, too; the message's part counts then.
    let part = part(1);
    let upload = world.upload(&staff, std::slice::from_ref(&part)).await;
    let mut commit = draft(&staff, &[&partner], &part.0).commit();
    commit.draft = Some(DraftAt { draft: first, revision: 2 });
    world.post(&staff, &format!("/uploads/{upload}/commit"), &commit).await.json::<Committed>();
    assert_eq!(used().await, part.0.bytes);
    save(id(), 0, 100).await.json::<DraftSaved>();
    assert_eq!(jobs::check::differences(&*world.state.store, &world.state.blobs).await.unwrap(), [""; 0]);
    world.clock.advance(60 * DAY);
    assert_eq!(jobs::once(&world.state).await.unwrap().drafts, 1);
    let staff = world.signed_in(staff.made.unwrap()).await;
    assert_eq!(world.get(&staff, "/account/usage").await.json::<AccountUsage>().stored_bytes, 0);
}

/// As a store says it that was written before drafts were counted.
#[tokio::test]
async fn drafts_from_before_are_counted_with_the_next_one() {
    let People { world, staff, .. } = people().await;
    world.save(&staff, id(), 0, None).await.json::<DraftSaved>();
    let forget = crate::store::transact(&*world.state.store, |tx| {
        tx.erase::<Usage>(&[staff.id().as_bytes()]);
        Ok::<_, crate::store::StoreError>(())
    });
    forget.await.unwrap();
    let used = async || world.get(&staff, "/account/usage").await.json::<AccountUsage>().stored_bytes;
    assert_eq!(used().await, 300);
    world.save(&staff, id(), 0, None).await.json::<DraftSaved>();
    assert_eq!(used().await, 600);
    assert_eq!(jobs::check::differences(&*world.state.store, &world.state.blobs).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_bin_is_each_holders_own_and_gives_back_what_it_took() {
    let People { world, staff, partner, other, .. } = people().await;
    let sent = world.sent(&staff, &[&partner]).await.message;
    world.choose(&other, "/bin", sent).await;
    world.choose(&partner, "/bin/delete", sent).await;
    assert_eq!(world.folder(&partner, "inbox").await.len(), 1, "only the bin deletes for good");
    world.choose(&partner, "/bin", sent).await;
    assert!(world.folder(&partner, "inbox").await.is_empty());
    let binned = world.folder(&partner, "bin").await;
    assert_eq!((binned[0].message, binned[0].folder), (sent, Folder::Inbox));
    assert!(binned[0].binned_at_ms.is_some());
    assert_eq!(world.folder(&staff, "sent").await.len(), 1);
    world.get(&partner, &format!("/messages/{sent}")).await.json::<MessageEntry>();
    world.choose(&partner, "/bin/restore", sent).await;
    assert_eq!(world.folder(&partner, "inbox").await[0].binned_at_ms, None);
    assert!(world.folder(&partner, "bin").await.is_empty());
    assert_eq!(world.records::<BinIndex>(), 0);
}

#[tokio::test]
async fn the_bin_empties_itself_after_its_days_and_with_the_last_holder_the_message_goes() {
    let People { world, staff, partner, .. } = people().await;
    let sent = world.sent(&staff, &[&partner]).await.message;
    world.choose(&partner, "/bin", sent).await;
    world.clock.advance(7 * DAY - Duration::from_millis(1));
    assert_eq!(jobs::once(&world.state).await.unwrap().bin, 0);
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(jobs::once(&world.state).await.unwrap().bin, 1);
    let partner = world.signed_in(partner.made.unwrap()).await;
    let staff = world.signed_in(staff.made.unwrap()).await;
    assert_eq!(world.get(&partner, &format!("/messages/{sent}")).await.code(), ProblemCode::NotFound);
    assert_eq!((world.folder(&staff, "sent").await.len(), world.blobs().await), (1, 1));
    world.choose(&staff, "/bin", sent).await;
    let used = |usage: AccountUsage| (usage.stored_bytes, usage.oldest_delivered_at_ms.is_some());
    assert_eq!(used(world.get(&staff, "/account/usage").await.json()), (1040, true));
    world.post(&staff, "/bin/empty", &()).await.done();
    assert_eq!(used(world.get(&staff, "/account/usage").await.json()), (0, false));
    assert_eq!(world.blobs().await, 0);
    assert_eq!(world.records::<BinIndex>(), 0);
}

#[tokio::test]
async fn the_sender_alone_sees_what_became_of_a_message() {
    let People { world, staff, partner, colleague, .. } = people().await;
    let sent = world.sent(&staff, &[&partner, &colleague]).await.message;
    world.clock.advance(Duration::from_secs(1));
    world.post(&partner, &format!("/messages/{sent}/saved"), &()).await.done();
    world.clock.advance(Duration::from_secs(1));
    for again in ["opened", "saved"] {
        world.post(&partner, &format!("/messages/{sent}/{again}"), &()).await.done();
    }
    let entry = &world.folder(&staff, "sent").await[0];
    let of = |who: &Actor| entry.deliveries.iter().find(|it| it.account == who.id()).unwrap().clone();
    let at = Some(entry.delivered_at_ms + 1000);
    assert_eq!((of(&partner).opened_at_ms, of(&partner).saved_at_ms), (at, at));
    assert_eq!((of(&colleague).opened_at_ms, of(&colleague).saved_at_ms), (None, None));
    assert!(world.folder(&partner, "inbox").await[0].deliveries.is_empty());
    // It outlives the reader's own copy, and goes with the message.
    world.choose(&partner, "/bin", sent).await;
    world.post(&partner, "/bin/empty", &()).await.done();
    assert_eq!(world.folder(&staff, "sent").await[0].deliveries.len(), 2);
    world.clock.advance(60 * DAY);
    jobs::once(&world.state).await.unwrap();
    assert_eq!(world.records::<Delivery>(), 0);
}

#[tokio::test]
async fn what_is_unread_is_counted_and_other_devices_hear_that_it_was_read() {
    let People { world, staff, partner, colleague, .. } = people().await;
    let unread = async |who: &Actor| world.get(who, "/account/usage").await.json::<AccountUsage>().unread;
    let mut sent = Vec::new();
    for _ in 0..4 {
        sent.push(world.sent(&staff, &[&partner, &colleague]).await.message);
    }
    assert_eq!((unread(&partner).await, unread(&staff).await), (4, 0));
    let mut live = world.state.live.subscribe();
    world.post(&partner, &format!("/messages/{}/opened", sent[0]), &()).await.done();
    let read = Event::Changed { folder: Folder::Inbox };
    assert_eq!(live.recv().await.unwrap(), (partner.id(), read));
    assert_eq!((unread(&partner).await, unread(&colleague).await), (3, 4));
    world.choose(&partner, "/bin", sent[1]).await;
    assert_eq!(unread(&partner).await, 2);
    world.post(&staff, &format!("/messages/{}/recall", sent[2]), &()).await.done();
    assert_eq!(unread(&partner).await, 1);
    let (id, by) = (partner.id(), staff.id());
    let lost = crate::store::transact(&*world.state.store, |tx| {
        tx.save(&[id.as_bytes()], &Reset { at_ms: u64::MAX, by });
        Ok::<_, crate::store::StoreError>(())
    });
    lost.await.unwrap();
    assert_eq!(unread(&partner).await, 0, "its keys are lost, and nobody granted it");
    let found = crate::store::transact(&*world.state.store, |tx| {
        tx.erase::<Reset>(&[id.as_bytes()]);
        Ok::<_, crate::store::StoreError>(())
    });
    found.await.unwrap();
    assert_eq!(unread(&partner).await, 1);
    world.clock.advance(60 * DAY);
    let partner = world.signed_in(partner.made.unwrap()).await;
    assert_eq!(unread(&partner).await, 0, "it has expired, although no job came by");
}

#[tokio::test]
async fn what_is_marked_as_not_read_is_so_for_its_holder_alone() {
    let People { world, staff, partner, colleague, .. } = people().await;
    let unread = async |who: &Actor| world.get(who, "/account/usage").await.json::<AccountUsage>().unread;
    let sent = world.sent(&staff, &[&partner, &colleague]).await.message;
    let opened = format!("/messages/{sent}/opened");
    for reader in [&partner, &colleague] {
        world.post(reader, &opened, &()).await.done();
    }
    let seen = world.folder(&staff, "sent").await[0].deliveries.clone();
    let mut live = world.state.live.subscribe();
    world.clock.advance(Duration::from_secs(1));
    world.choose(&partner, "/unread", sent).await;
    let heard = (partner.id(), Event::Changed { folder: Folder::Inbox });
    assert_eq!(live.recv().await.unwrap(), heard, "other devices");
    assert_eq!((unread(&partner).await, unread(&colleague).await), (1, 0));
    assert_eq!(world.folder(&partner, "inbox").await[0].opened_at_ms, None);
    let recall = world.post(&staff, &format!("/messages/{sent}/recall"), &()).await;
    assert_eq!(recall.code(), ProblemCode::AlreadyOpened);

    // Reading it again changes nothing for its sender, and nobody but the reader hears of it.
    world.post(&partner, &opened, &()).await.done();
    assert_eq!(live.recv().await.unwrap(), heard);
    assert!(live.try_recv().is_err());
    assert_eq!(unread(&partner).await, 0);
    assert_eq!(world.folder(&staff, "sent").await[0].deliveries, seen);

    // What was sent is not unread, nor what lies in the bin, nor what one does not hold.
    world.choose(&staff, "/unread", sent).await;
    world.choose(&colleague, "/bin", sent).await;
    world.choose(&colleague, "/unread", sent).await;
    world.choose(&partner, "/unread", MessageId::from_bytes([9; MessageId::BYTES])).await;
    assert!(world.folder(&colleague, "bin").await[0].opened_at_ms.is_some());
    assert_eq!((unread(&staff).await, unread(&colleague).await), (0, 0));
    let many = Chosen { messages: vec![sent; 201] };
    assert_eq!(world.post(&partner, "/unread", &many).await.code(), ProblemCode::Malformed);
}

#[tokio::test]
async fn a_message_comes_back_from_everybody_while_nobody_has_opened_it() {
    let People { world, staff, partner, colleague, .. } = people().await;
    let sent = world.sent(&staff, &[&partner, &colleague]).await.message;
    let recall = format!("/messages/{sent}/recall");
    assert_eq!(world.post(&partner, &recall, &()).await.code(), ProblemCode::Forbidden);
    world.choose(&partner, "/bin", sent).await;
    world.post(&staff, &recall, &()).await.done();
    for reader in [&partner, &colleague] {
        for folder in ["inbox", "bin"] {
            assert!(world.folder(reader, folder).await.is_empty());
        }
        for path in ["", "/opened"].map(|end| format!("/messages/{sent}{end}")) {
            let reply = if path.ends_with("opened") {
                world.post(reader, &path, &()).await
            } else {
                world.get(reader, &path).await
            };
            assert_eq!(reply.code(), ProblemCode::NotFound);
        }
    }
    assert!(world.folder(&staff, "sent").await[0].recalled_at_ms.is_some());

    let opened = world.sent(&staff, &[&partner, &colleague]).await.message;
    world.post(&colleague, &format!("/messages/{opened}/opened"), &()).await.done();
    world.choose(&colleague, "/bin", opened).await;
    world.post(&colleague, "/bin/empty", &()).await.done();
    let refused = world.post(&staff, &format!("/messages/{opened}/recall"), &()).await;
    assert_eq!(refused.code(), ProblemCode::AlreadyOpened);
    assert_eq!(world.folder(&partner, "inbox").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_recall_and_an_opening_at_once_one_wins() {
    let People { world, staff, partner, .. } = people().await;
    let mut outcomes = Vec::new();
    for round in 0..40 {
        let sent = world.sent(&staff, &[&partner]).await.message;
        let (first, second) = if round % 2 == 0 { ("recall", "opened") } else { ("opened", "recall") };
        let start = |end: &str| {
            let who = if end == "recall" { &staff } else { &partner };
            let request = world.request(who, Method::POST, &format!("/messages/{sent}/{end}"));
            tokio::spawn(world.app.clone().oneshot(request.body(Body::empty()).unwrap()))
        };
        let (first_reply, second_reply) = (start(first), start(second));
        let (one, two) = (first_reply.await.unwrap().unwrap(), second_reply.await.unwrap().unwrap());
        let (recall, open) = if first == "recall" { (one, two) } else { (two, one) };
        match (recall.status(), open.status()) {
            (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND) => outcomes.push("recalled"),
            (StatusCode::CONFLICT, StatusCode::NO_CONTENT) => outcomes.push("opened"),
            both => panic!("{both:?}"),
        }
        let held = world.folder(&partner, "inbox").await.iter().any(|it| it.message == sent);
        assert_eq!(held, outcomes.last() == Some(&"opened"));
    }
    assert!(["recalled", "opened"].iter().all(|outcome| outcomes.contains(outcome)));
}

#[tokio::test]
async fn a_new_mailbox_key_changes_certificate_and_bundle_and_no_wrap() {
    let People { world, staff, partner, .. } = people().await;
    let before = world.state.store.get(&crate::store::models::key::<Bundle>(&[staff.id().as_bytes()]));
    let before = Bundle::from_bytes(&before.unwrap().unwrap()).unwrap();
    let made = staff.bundle().rotated(true, world.state.now_ms(), &mut rng()).unwrap();
    let rotate = |revision: u64, certificate: &[u8]| RotateMailbox {
        expected_revision: revision - 1,
        certificate: B64(certificate.to_vec()),
        bundle: StoredBundle { revision, sealed: B64(vec![3; 100]) },
    };
    let path = "/account/mailbox-key";
    let stale = world.post(&staff, path, &rotate(3, made.certificate.as_bytes())).await;
    assert_eq!(stale.code(), ProblemCode::BundleStale);
    let foreign = world.post(&partner, path, &rotate(2, made.certificate.as_bytes())).await;
    assert_eq!(foreign.code(), ProblemCode::CertificateRefused);
    world.post(&staff, path, &rotate(2, made.certificate.as_bytes())).await.done();
    let after = world.state.store.get(&crate::store::models::key::<Bundle>(&[staff.id().as_bytes()]));
    let after = Bundle::from_bytes(&after.unwrap().unwrap()).unwrap();
    assert!(after.revision == 2 && after.wraps == before.wraps && after.sealed != before.sealed);
}
