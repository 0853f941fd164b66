//! Uploads and commits, and everything that is refused.

use super::actors::{Actor, World, rng};
use crate::config::Config;
use crypto_core::certificate::Role;
use crypto_core::message::{MessageKind, PartDescriptor, Recipient, RecipientRole};
use crypto_core::wire::api::{
    Commit, Committed, ContactList, Event, Folder, MessagePage, PartReceived, UploadOpened, UploadState,
};
use crypto_core::wire::{AccountId, B64, Fingerprint, MessageId, PartId, ProblemCode, UploadId, cbor};
use minicbor::Encode;
use minicbor::bytes::ByteArray;

/// A header as anybody could write one: the server sees no more than its form.
#[derive(Clone, Encode)]
#[cbor(map)]
pub(super) struct Draft {
    #[n(0)]
    suite: u16,
    #[n(1)]
    pub(super) message: MessageId,
    #[n(2)]
    kind: MessageKind,
    #[n(3)]
    sender: AccountId,
    #[n(4)]
    sender_certificate: Fingerprint,
    #[n(5)]
    pub(super) on_behalf_of: Option<AccountId>,
    #[n(6)]
    pub(super) recipients: Vec<Recipient>,
    #[n(7)]
    pub(super) part_0: PartDescriptor,
    #[n(8)]
    pub(super) blobs: Vec<PartDescriptor>,
    #[n(9)]
    commitment: ByteArray<32>,
}

impl Draft {
    pub(super) fn commit(&self) -> Commit {
        Commit { header: B64(cbor::encode(self)), signature: B64(vec![9; 80]), draft: None }
    }
}

pub(super) fn recipient(who: &Actor, role: RecipientRole) -> Recipient {
    Recipient {
        account: who.id(),
        certificate: who.certificate(),
        role,
        enc: vec![0; 1120].into(),
        sealed_key: vec![0; 48].into(),
    }
}

/// Ciphertext of a length that a sealed part can have.
pub(super) fn part(fill: u8) -> (PartDescriptor, Vec<u8>) {
    let bytes = vec![fill; 1024 + 16];
    let descriptor =
        PartDescriptor { part: PartId::random(&mut rng()), bytes: 1040, sha256: Fingerprint::of(&bytes) };
    (descriptor, bytes)
}

pub(super) fn draft(from: &Actor, to: &[&Actor], part_0: &PartDescriptor) -> Draft {
    let own = recipient(from, RecipientRole::Own);
    Draft {
        suite: 1,
        message: MessageId::random(&mut rng()),
        kind: MessageKind::Message,
        sender: from.id(),
        sender_certificate: from.certificate(),
        on_behalf_of: None,
        recipients: to.iter().map(|who| recipient(who, RecipientRole::To)).chain([own]).collect(),
        part_0: part_0.clone(),
        blobs: Vec::new(),
        commitment: ByteArray::from([0; 32]),
    }
}

impl World {
    pub(super) async fn upload(&self, from: &Actor, parts: &[(PartDescriptor, Vec<u8>)]) -> UploadId {
        let opened: UploadOpened = self.post(from, "/uploads", &()).await.json();
        for (descriptor, bytes) in parts {
            let path = format!("/uploads/{}/parts/{}?offset=0", opened.upload, descriptor.part);
            let received: PartReceived = self.put_bytes(from, &path, bytes.clone()).await.json();
            assert_eq!(received.received, descriptor.bytes);
        }
        opened.upload
    }

    pub(super) async fn commit(&self, from: &Actor, upload: UploadId, draft: &Draft) -> super::actors::Reply {
        self.post(from, &format!("/uploads/{upload}/commit"), &draft.commit()).await
    }

    /// A message of one part.
    pub(super) async fn sent(&self, from: &Actor, to: &[&Actor]) -> Draft {
        let part = part(1);
        let upload = self.upload(from, std::slice::from_ref(&part)).await;
        let draft = draft(from, to, &part.0);
        self.commit(from, upload, &draft).await.json::<Committed>();
        draft
    }

    /// What a commit of a whole upload answers.
    pub(super) async fn refused(
        &self,
        from: &Actor,
        change: impl FnOnce(&mut Draft),
        to: &[&Actor],
    ) -> ProblemCode {
        let part = part(2);
        let upload = self.upload(from, std::slice::from_ref(&part)).await;
        let mut draft = draft(from, to, &part.0);
        change(&mut draft);
        let code = self.commit(from, upload, &draft).await.code();
        self.delete(from, &format!("/uploads/{upload}")).await.done();
        code
    }
}

pub(super) struct People {
    pub(super) world: World,
    pub(super) staff: Actor,
    pub(super) colleague: Actor,
    pub(super) partner: Actor,
    pub(super) other: Actor,
}

pub(super) async fn people() -> People {
    people_with(Config::default()).await
}

pub(super) async fn people_with(config: Config) -> People {
    let (world, admin) = World::set_up_with(config).await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let colleague = world.invited(&admin, "colleague@kbs.example", Role::Staff).await;
    let partner = world.invited(&staff, "partner@firma.example", Role::Partner).await;
    let other = world.invited(&staff, "other@firma.example", Role::Partner).await;
    People { world, staff, colleague, partner, other }
}

#[tokio::test]
async fn a_message_goes_out_and_an_answer_comes_back() {
    let People { world, staff, partner, .. } = people().await;
    let mut live = world.state.live.subscribe();
    let sent = world.sent(&staff, &[&partner]).await;
    let mut told = vec![live.try_recv().unwrap(), live.try_recv().unwrap()];
    told.sort_by_key(|(account, _)| *account != partner.id());
    let mail = |folder| Event::Mail { message: sent.message, folder };
    assert_eq!(told, [(partner.id(), mail(Folder::Inbox)), (staff.id(), mail(Folder::Sent))]);
    let page: MessagePage = world.get(&partner, "/messages?folder=inbox").await.json();
    assert_eq!(page.messages.iter().map(|it| it.message).collect::<Vec<_>>(), [sent.message]);
    assert_eq!(page.messages[0].header.0, cbor::encode(&sent));
    let contacts: ContactList = world.get(&partner, "/contacts").await.json();
    assert_eq!(contacts.contacts.iter().map(|it| it.account).collect::<Vec<_>>(), [staff.id()]);
    let answer = world.sent(&partner, &[&staff]).await;
    let page: MessagePage = world.get(&staff, "/messages?folder=inbox").await.json();
    assert_eq!(page.messages[0].message, answer.message);
}

#[tokio::test]
async fn partners_write_to_staff_who_wrote_to_them_and_never_to_partners() {
    let People { world, staff, colleague, partner, other } = people().await;
    world.sent(&staff, &[&partner]).await;
    world.sent(&staff, &[&other]).await;
    for stranger in [&other, &colleague] {
        let code = world.refused(&partner, |_| (), &[stranger]).await;
        assert_eq!(code, ProblemCode::RecipientNotAllowed);
        let code = world.refused(&partner, |_| (), &[&staff, stranger]).await;
        assert_eq!(code, ProblemCode::RecipientNotAllowed);
    }
    let nobody = |draft: &mut Draft| draft.recipients[0].account = AccountId::from_bytes([7; 16]);
    assert_eq!(world.refused(&partner, nobody, &[&staff]).await, ProblemCode::RecipientNotAllowed);
    assert_eq!(world.refused(&staff, nobody, &[&partner]).await, ProblemCode::RecipientUnknown);
    let deputy = |draft: &mut Draft| draft.recipients[1].role = RecipientRole::Deputy;
    let code = world.refused(&partner, deputy, &[&staff, &colleague]).await;
    assert_eq!(code, ProblemCode::RecipientNotAllowed, "a deputy whom no certificate names");
}

#[tokio::test]
async fn a_forged_or_broken_header_is_refused() {
    let People { world, staff, colleague, partner, other } = people().await;
    let forged = |draft: &mut Draft| {
        draft.sender = colleague.id();
        draft.sender_certificate = colleague.certificate();
        draft.recipients =
            vec![recipient(&partner, RecipientRole::To), recipient(&colleague, RecipientRole::Own)];
    };
    assert_eq!(world.refused(&staff, forged, &[&partner]).await, ProblemCode::SenderForged);
    let stale = |draft: &mut Draft| draft.recipients[0].certificate = other.certificate();
    assert_eq!(world.refused(&staff, stale, &[&partner]).await, ProblemCode::RecipientUnknown);
    assert_eq!(world.refused(&staff, |_| (), &[&partner, &other]).await, ProblemCode::PartnersTooMany);
    let many = |draft: &mut Draft| {
        let one = draft.recipients[0].clone();
        draft
            .recipients
            .extend((0..100).map(|n| Recipient { account: AccountId::from_bytes([n; 16]), ..one.clone() }));
    };
    assert_eq!(world.refused(&staff, many, &[&partner]).await, ProblemCode::RecipientsTooMany);
    let without_own = |draft: &mut Draft| draft.recipients.truncate(1);
    assert_eq!(world.refused(&staff, without_own, &[&partner]).await, ProblemCode::HeaderRefused);
    let drafts = |draft: &mut Draft| {
        draft.kind = MessageKind::Draft;
        draft.recipients.remove(0);
    };
    assert_eq!(world.refused(&staff, drafts, &[&partner]).await, ProblemCode::HeaderRefused);
    let suite = |draft: &mut Draft| draft.suite = 0;
    assert_eq!(world.refused(&staff, suite, &[&partner]).await, ProblemCode::HeaderRefused);
}

#[tokio::test]
async fn parts_are_there_whole_and_as_the_header_says() {
    let People { world, staff, colleague, partner, .. } = people().await;
    let (missing, _) = part(5);
    let adds = |draft: &mut Draft| draft.blobs.push(missing);
    assert_eq!(world.refused(&staff, adds, &[&partner]).await, ProblemCode::PartMissing);
    let other_bytes = |draft: &mut Draft| draft.part_0.sha256 = Fingerprint::of(b"other");
    assert_eq!(world.refused(&staff, other_bytes, &[&partner]).await, ProblemCode::PartMismatch);
    let longer = |draft: &mut Draft| draft.part_0.bytes = 1104;
    assert_eq!(world.refused(&staff, longer, &[&partner]).await, ProblemCode::PartMissing);
    let shorter = |draft: &mut Draft| draft.part_0.bytes = 528;
    assert_eq!(world.refused(&staff, shorter, &[&partner]).await, ProblemCode::PartMismatch);
    let impossible = |draft: &mut Draft| draft.part_0.bytes = 1041;
    assert_eq!(world.refused(&staff, impossible, &[&partner]).await, ProblemCode::HeaderRefused);
    let sent = world.sent(&staff, &[&partner]).await;
    let somebody_elses = |draft: &mut Draft| draft.blobs.push(sent.part_0.clone());
    assert_eq!(world.refused(&colleague, somebody_elses, &[&staff]).await, ProblemCode::PartNotYours);
    let upload = world.upload(&colleague, &[]).await;
    let path = format!("/uploads/{upload}/parts/{}?offset=0", sent.part_0.part);
    assert_eq!(world.put_bytes(&colleague, &path, vec![0; 10]).await.code(), ProblemCode::PartNotYours);
    let forwarded = part(6);
    let upload = world.upload(&partner, std::slice::from_ref(&forwarded)).await;
    let mut forward = draft(&partner, &[&staff], &forwarded.0);
    forward.blobs.push(sent.part_0.clone());
    world.commit(&partner, upload, &forward).await.json::<Committed>();
}

#[tokio::test]
async fn a_message_is_committed_once() {
    let People { world, staff, partner, .. } = people().await;
    let part = part(1);
    let upload = world.upload(&staff, std::slice::from_ref(&part)).await;
    let first = draft(&staff, &[&partner], &part.0);
    world.commit(&staff, upload, &first).await.json::<Committed>();
    assert_eq!(world.commit(&staff, upload, &first).await.code(), ProblemCode::AlreadyCommitted);
    let second = draft(&staff, &[&partner], &part.0);
    assert_eq!(world.commit(&staff, upload, &second).await.code(), ProblemCode::UploadUnknown);
    let state = world.get(&staff, &format!("/uploads/{upload}")).await;
    assert_eq!(state.code(), ProblemCode::UploadUnknown);
}

#[tokio::test]
async fn pieces_come_in_order_and_only_to_their_owner() {
    let People { world, staff, partner, .. } = people().await;
    let upload = world.upload(&staff, &[]).await;
    let id = PartId::random(&mut rng());
    let path = |offset: &str| format!("/uploads/{upload}/parts/{id}?offset={offset}");
    let received: PartReceived = world.put_bytes(&staff, &path("0"), vec![1; 10]).await.json();
    assert_eq!(received.received, 10);
    for offset in ["0", "9", "11", "18446744073709551615"] {
        let code = world.put_bytes(&staff, &path(offset), vec![1; 10]).await.code();
        assert_eq!(code, ProblemCode::PartOffset, "{offset}");
    }
    let state: UploadState = world.get(&staff, &format!("/uploads/{upload}")).await.json();
    assert_eq!((state.parts[0].part, state.parts[0].received), (id, 10));
    assert_eq!(world.put_bytes(&staff, &path("-1"), vec![1]).await.code(), ProblemCode::Malformed);
    assert_eq!(world.put_bytes(&staff, &path("10"), vec![]).await.code(), ProblemCode::Malformed);
    assert_eq!(
        world.put_bytes(&staff, &path("10"), vec![1; 1 << 20]).await.json::<PartReceived>().received,
        10 + (1 << 20)
    );
    let large = world.put_bytes(&staff, &path("10"), vec![1; (1 << 20) + 1]).await;
    assert_eq!(large.code(), ProblemCode::PartTooLarge);
    assert_eq!(world.put_bytes(&partner, &path("10"), vec![1]).await.code(), ProblemCode::UploadUnknown);
    assert_eq!(world.get(&partner, &format!("/uploads/{upload}")).await.code(), ProblemCode::UploadUnknown);
    assert_eq!(
        world.delete(&partner, &format!("/uploads/{upload}")).await.code(),
        ProblemCode::UploadUnknown
    );
    world.delete(&staff, &format!("/uploads/{upload}")).await.done();
    assert_eq!(world.put_bytes(&staff, &path("10"), vec![1]).await.code(), ProblemCode::UploadUnknown);
}

#[tokio::test]
async fn an_upload_is_no_larger_than_a_message_can_be() {
    let mut config = Config::default();
    config.limits.message_bytes = 1024;
    config.limits.attachments = 1;
    let People { world, staff, .. } = people_with(config).await;
    let upload = world.upload(&staff, &[part(1), part(2)]).await;
    let put = |bytes: usize| {
        let path = format!("/uploads/{upload}/parts/{}?offset=0", PartId::random(&mut rng()));
        let (world, staff) = (&world, &staff);
        async move { world.put_bytes(staff, &path, vec![0; bytes]).await.code() }
    };
    assert_eq!(put(1).await, ProblemCode::MessageTooLarge, "a third part");
    let upload = world.upload(&staff, &[]).await;
    let path = format!("/uploads/{upload}/parts/{}?offset=0", PartId::random(&mut rng()));
    assert_eq!(
        world.put_bytes(&staff, &path, vec![0; 300 * 1024]).await.code(),
        ProblemCode::MessageTooLarge
    );
}

#[tokio::test]
async fn storage_and_open_uploads_are_limited() {
    let mut config = Config::default();
    config.limits.message_bytes = 1024;
    config.limits.storage_bytes = 2000;
    let People { world, staff, partner, .. } = people_with(config).await;
    world.sent(&staff, &[&partner]).await;
    let opened: UploadOpened = world.post(&staff, "/uploads", &()).await.json();
    let (second, bytes) = part(2);
    let path = format!("/uploads/{}/parts/{}?offset=0", opened.upload, second.part);
    assert_eq!(world.put_bytes(&staff, &path, bytes).await.code(), ProblemCode::QuotaReached);
    for _ in 0..8 {
        world.upload(&partner, &[]).await;
    }
    assert_eq!(world.post(&partner, "/uploads", &()).await.code(), ProblemCode::RateLimited);
}
