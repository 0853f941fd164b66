//! Recovery by code, requests, reset and grants: who may, and everything that is refused.

use super::actors::{Actor, Reply, START_MS, World, password_wrap, record, rng};
use super::sending::{People, part, people};
use crate::blobs::BlobId;
use crate::config::Config;
use crate::service::requests::announce;
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::certificate::Role;
use crypto_core::keys::{Made, make_reset};
use crypto_core::message::{
    Grant, Message, MessageKind, MessageSealer, Part0, Purpose, RecipientRole, UnverifiedMessage,
};
use crypto_core::recovery::{Challenge, RecoveryCode, RecoveryKeys, Replacement};
use crypto_core::wire::api::{
    AskForPassword, Commit, Committed, DraftSaved, GiveGrants, MessageEntry, PasswordRequests,
    RecoveryCommit, RecoveryFetch, RecoveryFetched, RecoveryStart, RecoveryStarted, ResetFinish, ResetStart,
    Rotate, SetRecovery, StoredBundle, Wrap, WrapKind,
};
use crypto_core::wire::records::{
    Account, Credential, Draft, Kind, Mail, MailTemplate, Record, RecoveryKey, Upload,
};
use crypto_core::wire::{AccountId, B64, DraftId, MessageId, ProblemCode, RecoveryId};

const PARTNER: &str = "partner@firma.example";

fn nobody() -> Actor {
    Actor::default()
}

impl World {
    async fn start_recovery(&self, address: &str) -> RecoveryStarted {
        let body = RecoveryStart { address: address.into() };
        self.post(&nobody(), "/recovery/start", &body).await.json()
    }

    fn challenge<'a>(&self, challenge: &'a B64, address: &'a str) -> Challenge<'a> {
        let challenge = challenge.0.as_slice().try_into().unwrap();
        Challenge { deployment: self.state.deployment, challenge, address }
    }

    async fn fetch(&self, recovery: RecoveryId, proof: Vec<u8>) -> Reply {
        let body = RecoveryFetch { recovery, proof: B64(proof), second_factor: None };
        self.post(&nobody(), "/recovery/fetch", &body).await
    }

    async fn fetched(&self, keys: &RecoveryKeys) -> RecoveryFetched {
        let started = self.start_recovery(PARTNER).await;
        let proof = keys.prove_fetch(&self.challenge(&started.challenge, PARTNER));
        self.fetch(started.recovery, proof).await.json()
    }

    /// Gives somebody a recovery code.
    async fn with_code(&self, actor: &Actor) -> RecoveryKeys {
        let keys = RecoveryCode::make(&mut rng()).keys(self.state.deployment);
        self.put(actor, "/account/recovery", &set_recovery(actor, &keys)).await.done();
        keys
    }

    fn stored<R: Record>(&self, kind: Kind, id: AccountId) -> Option<R> {
        let key = [&[kind as u8], &id.as_bytes()[..]].concat();
        self.state.store.get(&key).unwrap().map(|bytes| R::from_bytes(&bytes).unwrap())
    }

    /// Keys of the actor's own, no longer provisional.
    async fn settled(&self, mut actor: Actor) -> Actor {
        let made = actor.bundle().rotated(false, START_MS, &mut rng()).unwrap();
        let rotate = Rotate {
            expected_revision: actor.bundle().revision(),
            certificate: B64(made.certificate.as_bytes().to_vec()),
            bundle: StoredBundle { revision: made.bundle.revision(), sealed: B64(vec![3; 90]) },
            wraps: vec![password_wrap()],
            record: Some(record()),
        };
        self.post(&actor, "/account/rotate", &rotate).await.done();
        actor.made = Some(made);
        actor
    }

    /// A message that is really sealed, as its sender has it opened.
    async fn sealed(&self, from: &Actor, to: &[&Actor]) -> Message {
        let accounts: Vec<AccountId> = to.iter().map(|it| it.id()).chain([from.id()]).collect();
        let directory = self.directory(from, &accounts).await;
        let current = |actor: &Actor| directory.account(actor.id()).unwrap();
        let part_0 = Part0 { text: "Guten Tag".into(), ..Part0::default() };
        let sealer = MessageSealer::new(MessageKind::Message, &mut rng());
        let (sealed, bytes) = sealer.part_0(&part_0, 1000, &mut rng()).unwrap();
        let upload = self.upload(from, &[(sealed.descriptor().clone(), bytes)]).await;
        let to: Vec<_> = to.iter().map(|it| (current(it), RecipientRole::To)).collect();
        let message = sealed.finish(from.bundle(), &current(from), &to, &[], None, &mut rng()).unwrap();
        let commit = Commit {
            header: B64(message.header.as_bytes().to_vec()),
            signature: B64(message.signature.clone()),
            draft: None,
        };
        self.post(from, &format!("/uploads/{upload}/commit"), &commit).await.json::<Committed>();
        let sender = directory.accepted_certificate(&from.certificate()).unwrap();
        UnverifiedMessage::open(message.header.as_bytes(), &message.signature, from.bundle())
            .unwrap()
            .verify(&sender)
            .unwrap()
    }

    async fn grant(&self, message: &Message, by: &Actor, to: &Actor, purpose: Purpose) -> Vec<u8> {
        let receiver = self.directory(by, &[to.id()]).await.account(to.id()).unwrap();
        Grant::make(message, by.bundle(), &receiver, purpose, START_MS, &mut rng()).unwrap()
    }

    async fn give(&self, by: &Actor, message: MessageId, grants: Vec<Vec<u8>>) -> Reply {
        let body = GiveGrants { grants: grants.into_iter().map(B64).collect() };
        self.post(by, &format!("/messages/{message}/grants"), &body).await
    }
}

fn set_recovery(actor: &Actor, keys: &RecoveryKeys) -> SetRecovery {
    let expected_revision = actor.bundle().revision();
    SetRecovery {
        expected_revision,
        bundle: StoredBundle { revision: expected_revision + 1, sealed: B64(vec![4; 90]) },
        wrap: B64(vec![5; 1168]),
        public: B64(keys.public().to_vec()),
    }
}

#[tokio::test]
async fn a_lock_holds_against_the_recovery_code() {
    let mut config = Config::default();
    config.security.second_factor_required.clear();
    let (world, admin) = World::set_up_with(config).await;
    let partner = world.invited(&admin, PARTNER, Role::Partner).await;
    let keys = world.with_code(&partner).await;
    let fetch = async || {
        let started = world.start_recovery(PARTNER).await;
        let proof = keys.prove_fetch(&world.challenge(&started.challenge, PARTNER));
        world.fetch(started.recovery, proof).await
    };
    assert!(fetch().await.status.is_success());
    let lock = |what: &str| format!("/admin/people/{}/{what}", partner.id());
    world.post(&admin, &lock("lock"), &()).await.done();
    assert_eq!(fetch().await.code(), ProblemCode::RecoveryFailed);
    world.post(&admin, &lock("unlock"), &()).await.done();
    assert!(fetch().await.status.is_success());
}

#[tokio::test]
async fn a_stranger_learns_nothing_and_is_slowed_down() {
    let People { world, partner, .. } = people().await;
    world.with_code(&partner).await;
    let keys = RecoveryCode::make(&mut rng()).keys(world.state.deployment);
    for address in [PARTNER, "other@firma.example", "unknown@firma.example"] {
        let started = world.start_recovery(address).await;
        assert_eq!(started.challenge.0.len(), 32, "{address}");
        let proof = keys.prove_fetch(&world.challenge(&started.challenge, address));
        let code = world.fetch(started.recovery, proof).await.code();
        assert_eq!(code, ProblemCode::RecoveryFailed, "{address}");
    }
    for address in [PARTNER, "unknown@firma.example"] {
        let body = RecoveryStart { address: address.into() };
        let asked = AskForPassword { address: address.into() };
        for (path, body) in [
            ("/recovery/start", serde_json::to_value(&body).unwrap()),
            ("/password-requests", serde_json::to_value(&asked).unwrap()),
        ] {
            let mut last = world.post(&nobody(), path, &body).await;
            for _ in 0..10 {
                assert!(last.status.is_success() || last.code() == ProblemCode::RateLimited);
                last = world.post(&nobody(), path, &body).await;
            }
            assert_eq!(last.code(), ProblemCode::RateLimited, "{path} {address}");
        }
    }
    let wrong = AskForPassword { address: "niemand".into() };
    assert_eq!(world.post(&nobody(), "/password-requests", &wrong).await.code(), ProblemCode::AddressInvalid);
}

#[tokio::test]
async fn a_code_is_set_by_a_fresh_session_over_the_newest_bundle() {
    let People { world, partner, .. } = people().await;
    let keys = RecoveryCode::make(&mut rng()).keys(world.state.deployment);
    let right = set_recovery(&partner, &keys);
    let stale = SetRecovery { expected_revision: 7, ..right.clone() };
    let short = SetRecovery { public: B64(vec![1; 31]), ..right.clone() };
    let long = SetRecovery { wrap: B64(vec![1; 3000]), ..right.clone() };
    for (body, code) in
        [(stale, ProblemCode::BundleStale), (short, ProblemCode::Malformed), (long, ProblemCode::Malformed)]
    {
        assert_eq!(world.put(&partner, "/account/recovery", &body).await.code(), code);
    }
    assert_eq!(world.put(&nobody(), "/account/recovery", &right).await.code(), ProblemCode::NotSignedIn);
    world.put(&partner, "/account/recovery", &right).await.done();
    // From now on no bundle key leaves the code behind.
    let made = partner.bundle().rotated(true, START_MS, &mut rng()).unwrap();
    let rotate = Rotate {
        expected_revision: 2,
        certificate: B64(made.certificate.as_bytes().to_vec()),
        bundle: StoredBundle { revision: 3, sealed: B64(vec![3; 90]) },
        wraps: vec![password_wrap()],
        record: None,
    };
    assert_eq!(world.post(&partner, "/account/rotate", &rotate).await.code(), ProblemCode::Malformed);
    world.clock.advance(std::time::Duration::from_secs(11 * 60));
    assert_eq!(world.put(&partner, "/account/recovery", &right).await.code(), ProblemCode::FreshSignInNeeded);
}

#[tokio::test]
async fn a_proof_counts_once_and_covers_what_is_replaced() {
    let People { world, partner, .. } = people().await;
    let keys = world.with_code(&partner).await;
    let started = world.start_recovery(PARTNER).await;
    let proof = keys.prove_fetch(&world.challenge(&started.challenge, PARTNER));
    assert_eq!(
        world.fetch(started.recovery, proof.clone()).await.json::<RecoveryFetched>().bundle.revision,
        2
    );
    assert_eq!(world.fetch(started.recovery, proof.clone()).await.code(), ProblemCode::RecoveryFailed);
    let again = world.start_recovery(PARTNER).await;
    assert_eq!(world.fetch(again.recovery, proof).await.code(), ProblemCode::RecoveryFailed, "replayed");

    let made = partner.bundle().rotated(false, START_MS, &mut rng()).unwrap();
    let right = |fetched: &RecoveryFetched| {
        let wraps = vec![password_wrap(), Wrap { kind: WrapKind::Recovery, sealed: B64(vec![6; 1168]) }];
        let mut commit = RecoveryCommit {
            recovery: fetched.recovery,
            proof: B64::default(),
            expected_revision: 2,
            record: record(),
            certificate: B64(made.certificate.as_bytes().to_vec()),
            bundle: StoredBundle { revision: 3, sealed: B64(vec![7; 90]) },
            wraps,
        };
        commit.proof = B64(prove(&world, &keys, fetched, &commit));
        commit
    };
    type Change = fn(&mut RecoveryCommit);
    let changes: [Change; 5] = [
        |it| it.record.0[3] ^= 1,
        |it| it.bundle.sealed.0[3] ^= 1,
        |it| it.certificate.0.clear(),
        |it| it.wraps[1].sealed.0[3] ^= 1,
        |it| drop(it.wraps.pop()),
    ];
    for change in changes {
        let fetched = world.fetched(&keys).await;
        let mut commit = right(&fetched);
        change(&mut commit);
        let code = world.post(&nobody(), "/recovery/commit", &commit).await.code();
        assert_eq!(code, ProblemCode::RecoveryFailed);
        // And it is used up.
        let code = world.post(&nobody(), "/recovery/commit", &right(&fetched)).await.code();
        assert_eq!(code, ProblemCode::RecoveryFailed);
    }
    // Proved, and wrong all the same.
    let fetched = world.fetched(&keys).await;
    let mut commit = RecoveryCommit { expected_revision: 1, ..right(&fetched) };
    commit.proof = B64(prove(&world, &keys, &fetched, &commit));
    assert_eq!(world.post(&nobody(), "/recovery/commit", &commit).await.code(), ProblemCode::BundleStale);

    let fetched = world.fetched(&keys).await;
    world.post(&nobody(), "/recovery/commit", &right(&fetched)).await.done();
    assert_eq!(world.get(&partner, "/session").await.code(), ProblemCode::NotSignedIn, "sessions end");
    let credential: Credential = world.stored(Kind::Credential, partner.id()).unwrap();
    assert_eq!(credential.record.to_vec(), record().0);
    let code = world.post(&nobody(), "/recovery/commit", &right(&fetched)).await.code();
    assert_eq!(code, ProblemCode::RecoveryFailed, "once");
}

fn prove(world: &World, keys: &RecoveryKeys, fetched: &RecoveryFetched, commit: &RecoveryCommit) -> Vec<u8> {
    let wraps: Vec<(WrapKind, &[u8])> =
        commit.wraps.iter().map(|it| (it.kind, it.sealed.0.as_slice())).collect();
    let new = Replacement {
        record: &commit.record.0,
        certificate: &commit.certificate.0,
        bundle: &commit.bundle.sealed.0,
        wraps: &wraps,
    };
    keys.prove_commit(&world.challenge(&fetched.challenge, PARTNER), &new)
}

async fn reset(
    world: &World,
    by: &Actor,
    of: &Actor,
    change: impl FnOnce(&mut ResetFinish),
) -> (Reply, Made) {
    let live = world.directory(by, &[of.id()]).await.account(of.id()).unwrap();
    let origin = by.bundle().origin(None, START_MS);
    let made = make_reset(live.accepted().certificate(), &origin, 1, &mut rng()).unwrap();
    let mut finish = ResetFinish {
        account: of.id(),
        record: record(),
        bundle: StoredBundle { revision: 2, sealed: B64(vec![8; 90]) },
        wraps: vec![password_wrap()],
        certificate: B64(made.certificate.as_bytes().to_vec()),
        settings: None,
    };
    change(&mut finish);
    (world.post(by, "/resets/finish", &finish).await, made)
}

#[tokio::test]
async fn staff_reset_partners_of_theirs_and_administrators_staff() {
    let People { world, staff, colleague, partner, other } = people().await;
    world.post(&nobody(), "/password-requests", &AskForPassword { address: PARTNER.into() }).await.done();
    let told = async |who: &Actor| {
        announce(&world.state).await.unwrap();
        let id = who.id();
        let key: [&[u8]; 2] = [&[MailTemplate::PasswordRequested as u8], id.as_bytes()];
        let mail = transact(&*world.state.store, |tx| tx.load::<Mail>(&key)).await;
        mail.unwrap().is_some()
    };
    assert!(told(&staff).await && !told(&colleague).await, "contacts, and nobody else");
    assert_eq!(announce(&world.state).await.unwrap(), 0, "once");
    let list: PasswordRequests = world.get(&staff, "/password-requests").await.json();
    assert_eq!(list.requests.iter().map(|it| it.account).collect::<Vec<_>>(), [partner.id()]);
    let none: PasswordRequests = world.get(&colleague, "/password-requests").await.json();
    assert!(none.requests.is_empty());
    assert_eq!(world.get(&partner, "/password-requests").await.code(), ProblemCode::Forbidden);
    let path = format!("/password-requests/{}", partner.id());
    for who in [&colleague, &other] {
        assert_eq!(world.delete(who, &path).await.code(), ProblemCode::NotFound);
    }
    let start = ResetStart { account: partner.id(), registration_request: B64(vec![1; 32]) };
    for who in [&colleague, &other] {
        assert_eq!(world.post(who, "/resets/start", &start).await.code(), ProblemCode::Forbidden);
    }
    let unknown = ResetStart { account: AccountId::from_bytes([9; 16]), ..start.clone() };
    assert_eq!(world.post(&staff, "/resets/start", &unknown).await.code(), ProblemCode::NotFound);
    let (reply, _) = reset(&world, &staff, &colleague, |_| ()).await;
    assert_eq!(reply.code(), ProblemCode::Forbidden, "staff are reset by administrators");
    let (reply, _) = reset(&world, &staff, &partner, |it| it.bundle.revision = 3).await;
    assert_eq!(reply.code(), ProblemCode::BundleStale);
    let (reply, made) = reset(&world, &staff, &partner, |it| it.account = other.id()).await;
    assert_eq!(reply.code(), ProblemCode::CertificateRefused, "another account's certificate");
    let forged = B64(made.certificate.as_bytes().to_vec());
    let (reply, _) = reset(&world, &staff, &other, |it| it.certificate = forged).await;
    assert_eq!(reply.code(), ProblemCode::CertificateRefused);

    let draft = DraftId::random(&mut rng());
    let part = part(1);
    let upload = world.upload(&partner, std::slice::from_ref(&part)).await;
    let path = format!("/drafts/{draft}?revision=0&upload={upload}");
    world.put_bytes(&partner, &path, vec![1; 50]).await.json::<DraftSaved>();
    let blob = BlobId { upload, part: part.0.part };
    assert_eq!(world.state.blobs.fingerprint(blob, part.0.bytes).await.unwrap(), part.0.sha256);
    let (reply, _) = reset(&world, &staff, &partner, |_| ()).await;
    reply.done();
    assert!(world.state.blobs.fingerprint(blob, part.0.bytes).await.is_err(), "with its attachments");
    let drafts = transact(&*world.state.store, |tx| tx.list::<Draft>(&[], None, 9)).await.unwrap();
    let uploads = transact(&*world.state.store, |tx| tx.list::<Upload>(&[], None, 9)).await.unwrap();
    assert!(drafts.is_empty() && uploads.is_empty(), "drafts that nobody can open any more go");
    assert_eq!(world.get(&partner, "/session").await.code(), ProblemCode::NotSignedIn);
    let account: Account = world.stored(Kind::Account, partner.id()).unwrap();
    assert!(account.provisional && account.initial_password && account.first_sign_in_ms.is_none());
    assert!(world.stored::<RecoveryKey>(Kind::RecoveryKey, partner.id()).is_none());
    let list: PasswordRequests = world.get(&staff, "/password-requests").await.json();
    assert!(list.requests.is_empty(), "done");
    let (reply, _) = reset(&world, &staff, &partner, |_| ()).await;
    assert_eq!(reply.code(), ProblemCode::BundleStale, "one reset after another sees the first");
}

#[tokio::test]
async fn a_grant_is_its_granters_about_a_message_that_is_held_to_keys_that_are_current() {
    let People { world, staff, colleague, partner, other } = people().await;
    let (staff, partner) = (world.settled(staff).await, world.settled(partner).await);
    let (colleague, other) = (world.settled(colleague).await, world.settled(other).await);
    let message = world.sealed(&staff, &[&partner]).await;
    let second = world.sealed(&staff, &[&partner]).await;
    let (id, second_id) = (message.header().message(), second.header().message());
    let restore = world.grant(&message, &staff, &partner, Purpose::Restore).await;
    let hand_over = world.grant(&message, &staff, &colleague, Purpose::HandOver).await;
    let outside = world.grant(&message, &staff, &other, Purpose::HandOver).await;
    let unnamed = world.grant(&message, &staff, &other, Purpose::Restore).await;
    let not_deputy = world.grant(&message, &staff, &colleague, Purpose::Restore).await;
    let by_stranger = world.grant(&message, &colleague, &partner, Purpose::Restore).await;
    for (what, who, to, grants, code) in [
        ("nobody", &nobody(), id, vec![restore.clone()], ProblemCode::NotSignedIn),
        ("a partner", &partner, id, vec![restore.clone()], ProblemCode::Forbidden),
        ("who does not hold it", &colleague, id, vec![by_stranger.clone()], ProblemCode::NotFound),
        ("somebody else's grant", &staff, id, vec![by_stranger], ProblemCode::GrantRefused),
        ("of another message", &staff, second_id, vec![restore.clone()], ProblemCode::GrantRefused),
        ("no grant", &staff, id, vec![vec![1, 2, 3]], ProblemCode::GrantRefused),
        ("none", &staff, id, vec![], ProblemCode::Malformed),
        ("a partner takes over", &staff, id, vec![outside], ProblemCode::RecipientNotAllowed),
        ("not in the header", &staff, id, vec![unnamed], ProblemCode::RecipientNotAllowed),
        ("staff, by no deputy", &staff, id, vec![not_deputy], ProblemCode::RecipientNotAllowed),
    ] {
        assert_eq!(world.give(who, to, grants).await.code(), code, "{what}");
    }
    assert_eq!(world.get(&colleague, &format!("/messages/{id}")).await.code(), ProblemCode::NotFound);
    world.give(&staff, id, vec![hand_over.clone(), restore]).await.done();
    world.give(&staff, id, vec![hand_over.clone()]).await.done();
    let entry: MessageEntry = world.get(&colleague, &format!("/messages/{id}")).await.json();
    let grants: Vec<&[u8]> = entry.grants.iter().map(|it| it.grant.0.as_slice()).collect();
    assert_eq!(grants, [hand_over.as_slice()], "once, and nobody else's");

    // Keys that were reset are provisional, and earlier ones are not current.
    let late = world.grant(&second, &staff, &partner, Purpose::Restore).await;
    let revision = partner.bundle().revision();
    let live = world.directory(&staff, &[partner.id()]).await.account(partner.id()).unwrap();
    let origin = staff.bundle().origin(None, START_MS);
    let made = make_reset(live.accepted().certificate(), &origin, revision, &mut rng()).unwrap();
    let finish = ResetFinish {
        account: partner.id(),
        record: record(),
        bundle: StoredBundle { revision: revision + 1, sealed: B64(vec![8; 90]) },
        wraps: vec![password_wrap()],
        certificate: B64(made.certificate.as_bytes().to_vec()),
        settings: None,
    };
    world.post(&staff, "/resets/finish", &finish).await.done();
    assert_eq!(world.give(&staff, second_id, vec![late]).await.code(), ProblemCode::RecipientUnknown);
    assert_eq!(
        world.get(&staff, &format!("/restores/{}/messages", partner.id())).await.code(),
        ProblemCode::NotFound,
        "nobody is asked while the keys are provisional"
    );
}
