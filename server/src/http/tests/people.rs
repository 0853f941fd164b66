//! Administration: who may do what, locks, ends, moves, deputies, the root's seed, limits and events.

use super::actors::{Actor, World, rng};
use super::sending::Draft;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::models::{Records, mailbox};
use crate::store::{StoreError, Tx, transact};
use crypto_core::certificate::{Cause, CurrentCertificate, Deputy, Role};
use crypto_core::keys::{Made, RootShare};
use crypto_core::message::RecipientRole;
use crypto_core::wire::api::{
    AccountUsage, Chains, ChainsWanted, Depute, GiveRootShare, MoveAccount, NameDeputies, PeoplePage,
    PortalStatus, Resign, Resignations, Resigned, Revoke, RootShareState, Rules, SecurityEventEntry,
    SecurityEventPage, StoredBundle,
};
use crypto_core::wire::records::{Account, Kind, Mail, MailTemplate, Record as _, SecurityEventKind};
use crypto_core::wire::{AccountId, B64, ProblemCode as Code};

struct Scene {
    world: World,
    admin: Actor,
    staff: Actor,
    colleague: Actor,
    partner: Actor,
}

impl Scene {
    async fn new() -> Self {
        let (world, admin) = World::set_up_with(without_second_factor()).await;
        let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
        let colleague = world.invited(&admin, "colleague@kbs.example", Role::Staff).await;
        let partner = world.invited(&staff, "partner@haus.example", Role::Partner).await;
        Self { world, admin, staff, colleague, partner }
    }

    async fn current(&self, actor: &Actor) -> CurrentCertificate {
        self.world.current(&self.admin, actor).await
    }

    async fn people(&self) -> PeoplePage {
        self.world.get(&self.admin, "/admin/people").await.json()
    }

    async fn moving(&self, by: &Actor, who: &Actor, address: &str) -> MoveAccount {
        let current = self.current(who).await;
        let moved = by.bundle().move_account(&current, address, None, None, self.world.clock.now_ms());
        let moved = moved.unwrap();
        MoveAccount {
            moved: B64(moved.moved.as_bytes().to_vec()),
            readdressed: B64(moved.readdressed.as_bytes().to_vec()),
        }
    }

    fn account(&self, actor: &Actor) -> Account {
        let key = [&[Kind::Account as u8], &actor.id().as_bytes()[..]].concat();
        Account::from_bytes(&self.world.state.store.get(&key).unwrap().unwrap()).unwrap()
    }

    /// Where the mail that waits for somebody goes.
    async fn mail(&self, to: &Actor, template: MailTemplate) -> Option<String> {
        let account = to.id();
        let key: [&[u8]; 2] = [&[template as u8], account.as_bytes()];
        let mail = transact(&*self.world.state.store, |tx| tx.load::<Mail>(&key)).await;
        mail.unwrap_or_else(|error: StoreError| panic!("{error}")).map(|mail| mail.address)
    }

    async fn written_as(&self, actor: &Actor, address: &str) {
        self.save(actor, Account { mail_address: Some(address.into()), ..self.account(actor) }).await;
    }

    async fn save(&self, actor: &Actor, account: Account) {
        let save = |tx: &mut Tx<'_>| {
            tx.save(&[actor.id().as_bytes()], &account);
            Ok::<_, StoreError>(())
        };
        transact(&*self.world.state.store, save).await.unwrap();
    }

    async fn deputed(&self, by: &Actor, owner: &Actor, deputy: &Actor) -> Depute {
        let entry = by.bundle().depute(&self.current(owner).await, deputies(deputy), 0).unwrap();
        Depute { certificate: B64(entry.as_bytes().to_vec()) }
    }

    async fn revocation(&self, by: &Actor, who: &Actor, cause: Cause) -> Revoke {
        let entry = by.bundle().revoke(&self.current(who).await, cause, None, 0).unwrap();
        Revoke { statement: B64(entry.as_bytes().to_vec()) }
    }
}

pub(super) fn without_second_factor() -> Config {
    let mut config = Config::default();
    config.security.second_factor_required.clear();
    config
}

fn deputies(deputy: &Actor) -> Option<Vec<Deputy>> {
    Some(vec![Deputy { account: deputy.id(), from_ms: 0, until_ms: u64::MAX }])
}

fn about(who: &Actor, what: &str) -> String {
    format!("/admin/people/{}/{what}", who.id())
}

#[tokio::test]
async fn administration_is_for_administrators_alone() {
    let it = Scene::new().await;
    let share = GiveRootShare { share: B64(vec![1]) };
    let rules: Rules = it.world.get(&it.admin, "/admin/rules").await.json();
    let depute = it.deputed(&it.admin, &it.staff, &it.colleague).await;
    let revoke = it.revocation(&it.admin, &it.colleague, Cause::Left).await;
    let nobody = Actor::default();
    for (actor, code) in
        [(&nobody, Code::NotSignedIn), (&it.staff, Code::Forbidden), (&it.partner, Code::Forbidden)]
    {
        for path in ["/admin/people", "/admin/events", "/admin/rules", "/account/root-share"] {
            assert_eq!(it.world.get(actor, path).await.code(), code, "{path}");
        }
        for what in ["lock", "unlock", "close"] {
            assert_eq!(it.world.post(actor, &about(&it.colleague, what), &()).await.code(), code, "{what}");
        }
        let replies = [
            it.world.post(actor, &about(&it.colleague, "revoke"), &revoke).await,
            it.world.post(actor, &about(&it.staff, "deputies"), &depute).await,
            it.world.post(actor, &about(&it.admin, "root-share"), &share).await,
            it.world.put(actor, "/admin/rules", &rules).await,
            it.world.delete(actor, "/account/root-share").await,
        ];
        for (index, reply) in replies.iter().enumerate() {
            assert_eq!(reply.code(), code, "{index}");
        }
    }
}

#[tokio::test]
async fn everybody_is_listed_with_a_state_and_nothing_sealed() {
    let it = Scene::new().await;
    let reply = it.world.get(&it.admin, "/admin/people").await;
    let page: PeoplePage = reply.json();
    assert_eq!(page.people.len(), 4);
    assert_eq!(page.next, None);
    assert!(page.people.iter().all(|person| person.locked_at_ms.is_none()));
    let text = String::from_utf8(reply.body).unwrap();
    for word in ["bundle", "wrap", "sealed", "header", "signature", "record", "\"certificate\""] {
        assert!(!text.contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_lock_ends_sessions_and_only_an_administrator_takes_it_away() {
    let it = Scene::new().await;
    it.world.post(&it.admin, &about(&it.staff, "lock"), &()).await.done();
    assert_eq!(it.world.get(&it.staff, "/contacts").await.code(), Code::NotSignedIn);
    // A session that comes to be by another way does not help.
    let Actor { made, .. } = it.staff;
    let staff = it.world.signed_in(made.unwrap()).await;
    assert_eq!(it.world.get(&staff, "/contacts").await.code(), Code::NotSignedIn);
    let locked = |page: PeoplePage| page.people.iter().filter(|it| it.locked_at_ms.is_some()).count();
    let page: PeoplePage = it.world.get(&it.admin, "/admin/people").await.json();
    assert_eq!(locked(page), 1);
    it.world.post(&it.admin, &about(&staff, "unlock"), &()).await.done();
    let made = staff.made.unwrap();
    let staff = it.world.signed_in(made).await;
    assert!(it.world.get(&staff, "/contacts").await.status.is_success());
    assert_eq!(it.world.post(&it.admin, &about(&it.admin, "lock"), &()).await.code(), Code::Forbidden);
    let unknown = format!("/admin/people/{}/lock", AccountId::from_bytes([9; 16]));
    assert_eq!(it.world.post(&it.admin, &unknown, &()).await.code(), Code::NotFound);
}

#[tokio::test]
async fn who_is_revoked_is_gone_and_the_address_is_free() {
    let it = Scene::new().await;
    let by_staff = it.revocation(&it.staff, &it.colleague, Cause::Left).await;
    let path = about(&it.colleague, "revoke");
    assert_eq!(it.world.post(&it.admin, &path, &by_staff).await.code(), Code::CertificateRefused);
    let of_another = it.revocation(&it.admin, &it.staff, Cause::Left).await;
    assert_eq!(it.world.post(&it.admin, &path, &of_another).await.code(), Code::CertificateRefused);
    let moved = it.revocation(&it.admin, &it.colleague, Cause::Moved).await;
    assert_eq!(it.world.post(&it.admin, &path, &moved).await.code(), Code::CertificateRefused);
    let own = about(&it.admin, "revoke");
    assert_eq!(it.world.post(&it.admin, &own, &moved).await.code(), Code::Forbidden);
    let revoke = it.revocation(&it.admin, &it.colleague, Cause::Stolen).await;
    it.world.post(&it.admin, &path, &revoke).await.done();
    assert_eq!(it.world.get(&it.colleague, "/contacts").await.code(), Code::NotSignedIn);
    assert_eq!(it.people().await.people.len(), 3);
    assert!(it.world.directory(&it.admin, &[it.colleague.id()]).await.account(it.colleague.id()).is_none());
    assert_eq!(it.world.post(&it.admin, &path, &revoke).await.code(), Code::NotFound, "once");
}

#[tokio::test]
async fn a_partner_is_ended_by_an_administrator_and_staff_are_not_so() {
    let it = Scene::new().await;
    for who in [&it.colleague, &it.admin] {
        assert_eq!(it.world.post(&it.admin, &about(who, "close"), &()).await.code(), Code::Forbidden);
    }
    it.world.post(&it.admin, &about(&it.partner, "close"), &()).await.done();
    assert_eq!(it.world.get(&it.partner, "/contacts").await.code(), Code::NotSignedIn);
    assert_eq!(it.people().await.people.len(), 3);
    let directory = it.world.directory(&it.admin, &[it.partner.id()]).await;
    assert!(directory.account(it.partner.id()).is_none());
    let events: SecurityEventPage = it.world.get(&it.admin, "/admin/events").await.json();
    let ended = events.events.iter().find(|it| it.kind == SecurityEventKind::AccountRevoked).unwrap();
    assert_eq!((ended.account, ended.by), (Some(it.partner.id()), Some(it.admin.id())));
    assert_eq!(
        it.world.post(&it.admin, &about(&it.partner, "close"), &()).await.code(),
        Code::NotFound,
        "once"
    );
}

#[tokio::test]
async fn an_account_goes_on_at_another_address_with_its_keys_and_sessions() {
    let it = Scene::new().await;
    let path = |who: &Actor| format!("/people/{}/address", who.id());
    let body = it.moving(&it.staff, &it.partner, "neu@haus.example").await;
    for (actor, code) in [(&Actor::default(), Code::NotSignedIn), (&it.partner, Code::Forbidden)] {
        assert_eq!(it.world.post(actor, &path(&it.partner), &body).await.code(), code);
    }
    let other = it.world.post(&it.colleague, &path(&it.partner), &body).await;
    assert_eq!(other.code(), Code::Forbidden, "they share no mail");
    let other = it.world.post(&it.admin, &path(&it.partner), &body).await;
    assert_eq!(other.code(), Code::CertificateRefused, "signed by another");
    let half = MoveAccount {
        readdressed: it.moving(&it.admin, &it.partner, "x@haus.example").await.readdressed,
        ..body.clone()
    };
    assert_eq!(it.world.post(&it.staff, &path(&it.partner), &half).await.code(), Code::CertificateRefused);
    let taken = it.moving(&it.staff, &it.partner, "staff@kbs.example").await;
    assert_eq!(it.world.post(&it.staff, &path(&it.partner), &taken).await.code(), Code::AddressTaken);
    it.written_as(&it.partner, "Partner@Haus.example").await;
    it.save(&it.partner, Account { last_sign_in_ms: Some(1), ..it.account(&it.partner) }).await;
    it.world.post(&it.staff, &path(&it.partner), &body).await.done();
    assert_eq!(it.account(&it.partner).mail_address, None, "mails go to the new address");
    for (template, address) in [
        (MailTemplate::AddressChanged, "neu@haus.example"),
        (MailTemplate::AddressLeft, "partner@haus.example"),
    ] {
        assert_eq!(it.mail(&it.partner, template).await.as_deref(), Some(address));
    }
    let found = it.current(&it.partner).await;
    assert_eq!(found.body().address, "neu@haus.example");
    assert!(it.world.get(&it.partner, "/contacts").await.status.is_success(), "the session goes on");
    let newcomer = it.world.invited(&it.staff, "tippfehler@haus.example", Role::Partner).await;
    let body = it.moving(&it.staff, &newcomer, "richtig@haus.example").await;
    it.world.post(&it.staff, &path(&newcomer), &body).await.done();
    let initial = it.mail(&newcomer, MailTemplate::Initial).await;
    assert_eq!(initial.as_deref(), Some("richtig@haus.example"), "who was never here is told what it is");
    assert_eq!(it.mail(&newcomer, MailTemplate::AddressChanged).await, None);
    // Staff move partners; administrators move staff, too.
    let body = it.moving(&it.staff, &it.colleague, "neu@kbs.example").await;
    assert_eq!(it.world.post(&it.staff, &path(&it.colleague), &body).await.code(), Code::Forbidden);
    let body = it.moving(&it.admin, &it.colleague, "neu@kbs.example").await;
    it.world.post(&it.admin, &path(&it.colleague), &body).await.done();
    assert_eq!(it.current(&it.colleague).await.body().address, "neu@kbs.example");
}

#[tokio::test]
async fn deputies_are_named_by_the_owner_or_an_administrator() {
    let it = Scene::new().await;
    let path = about(&it.staff, "deputies");
    let by_colleague = it.deputed(&it.colleague, &it.staff, &it.colleague).await;
    assert_eq!(it.world.post(&it.admin, &path, &by_colleague).await.code(), Code::CertificateRefused);
    let of_another = it.deputed(&it.admin, &it.colleague, &it.staff).await;
    assert_eq!(it.world.post(&it.admin, &path, &of_another).await.code(), Code::CertificateRefused);
    let resign = Resign { owner: it.staff.id() };
    let early = it.world.post(&it.colleague, "/account/deputies/resign", &resign).await;
    assert_eq!(early.code(), Code::NotFound, "no deputy yet");
    it.world.post(&it.admin, &path, &it.deputed(&it.admin, &it.staff, &it.colleague).await).await.done();
    assert!(it.current(&it.staff).await.body().names_deputy(it.colleague.id(), 1));
    it.world.post(&it.colleague, "/account/deputies/resign", &resign).await.done();
    let waiting: Resignations = it.world.get(&it.staff, "/account/deputies/resigned").await.json();
    assert_eq!(waiting.deputies, [it.colleague.id()]);

    // The owner's client takes the certificate over, and leaves the deputy out.
    let adopted = it.staff.bundle().adopt(&it.current(&it.staff).await).unwrap().unwrap();
    let Made { bundle, certificate } = adopted.rotated_with(true, None, 1, &mut rng()).unwrap();
    let named = |expected_revision| NameDeputies {
        expected_revision,
        certificate: B64(certificate.as_bytes().to_vec()),
        bundle: StoredBundle { revision: expected_revision + 1, sealed: B64(vec![1; 10]) },
    };
    let stale = it.world.post(&it.staff, "/account/deputies", &named(bundle.revision())).await;
    assert_eq!(stale.code(), Code::BundleStale);
    let stranger = it.world.post(&it.colleague, "/account/deputies", &named(1)).await;
    assert_eq!(stranger.code(), Code::CertificateRefused);
    it.world.post(&it.staff, "/account/deputies", &named(1)).await.done();
    let waiting: Resignations = it.world.get(&it.staff, "/account/deputies/resigned").await.json();
    assert_eq!(waiting.deputies, []);
}

/// A partner who may see somebody sees who stands in for them, and nobody else.
#[tokio::test]
async fn a_partner_gets_the_chains_of_deputies() {
    let it = Scene::new().await;
    let wanted = ChainsWanted { accounts: vec![it.staff.id(), it.colleague.id()], addresses: Vec::new() };
    let addresses = async || {
        let chains: Chains = it.world.post(&it.partner, "/directory/chains", &wanted).await.json();
        let parsed = chains.entries.iter().map(|it| crypto_core::certificate::Entry::parse(&it.entry.0));
        parsed.map(|entry| entry.unwrap().address().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(!addresses().await.contains(&"colleague@kbs.example".to_owned()));
    let path = about(&it.staff, "deputies");
    it.world.post(&it.admin, &path, &it.deputed(&it.admin, &it.staff, &it.colleague).await).await.done();
    let before = addresses().await;
    // Without mail between them, the partner sees neither.
    assert!(!before.contains(&"colleague@kbs.example".to_owned()));
    let now_ms = it.world.clock.now_ms();
    transact(&*it.world.state.store, |tx| mailbox::wrote(tx, it.staff.id(), it.partner.id(), now_ms))
        .await
        .unwrap();
    assert!(addresses().await.contains(&"colleague@kbs.example".to_owned()));
}

/// The certificate still names the deputy, and the server takes nothing more for or from them as one.
#[tokio::test]
async fn a_deputy_ends_it_alone() {
    let it = Scene::new().await;
    it.world.sent(&it.staff, &[&it.partner]).await;
    let named = it.deputed(&it.admin, &it.staff, &it.colleague).await;
    it.world.post(&it.admin, &about(&it.staff, "deputies"), &named).await.done();
    let wanted = ChainsWanted { accounts: vec![it.staff.id()], addresses: Vec::new() };
    let resigned = async || {
        let chains: Chains = it.world.post(&it.partner, "/directory/chains", &wanted).await.json();
        chains.resigned
    };
    assert_eq!(resigned().await, []);
    let resign = Resign { owner: it.staff.id() };
    it.world.post(&it.colleague, "/account/deputies/resign", &resign).await.done();
    assert_eq!(resigned().await, [Resigned { owner: it.staff.id(), deputy: it.colleague.id() }]);

    let now = it.current(&it.staff).await.fingerprint();
    let to_deputy = |draft: &mut Draft| {
        draft.recipients[0].certificate = now;
        draft.recipients[1].role = RecipientRole::Deputy;
    };
    let code = it.world.refused(&it.partner, to_deputy, &[&it.staff, &it.colleague]).await;
    assert_eq!(code, Code::RecipientNotAllowed);
    let on_behalf = |draft: &mut Draft| draft.on_behalf_of = Some(it.staff.id());
    let code = it.world.refused(&it.colleague, on_behalf, &[&it.partner]).await;
    assert_eq!(code, Code::SenderForged);
}

#[tokio::test]
async fn a_second_administrator_is_issued_by_the_root_and_gets_its_seed_sealed() {
    let it = Scene::new().await;
    let (body, _) = it.world.invitation(&it.admin, "second@kbs.example", Role::Administrator);
    let by_admin = it.world.post(&it.admin, "/invitations/finish", &body).await;
    assert_eq!(by_admin.code(), Code::CertificateRefused, "an administrator is no root");
    let by_staff = it.world.post(&it.staff, "/invitations/finish", &body).await;
    assert_eq!(by_staff.code(), Code::Forbidden);
    let to_staff = about(&it.staff, "root-share");
    let share = GiveRootShare { share: B64(vec![1; 10]) };
    assert_eq!(it.world.post(&it.admin, &to_staff, &share).await.code(), Code::RecipientNotAllowed);
    let to_oneself = about(&it.admin, "root-share");
    assert_eq!(it.world.post(&it.admin, &to_oneself, &share).await.code(), Code::RecipientNotAllowed);
    let none: RootShareState = it.world.get(&it.admin, "/account/root-share").await.json();
    assert_eq!(none.share, None);
    assert!(RootShare::parse(&share.share.0).is_err());
}

#[tokio::test]
async fn an_administrator_who_has_the_roots_seed_is_not_removed() {
    let it = Scene::new().await;
    let key = it.staff.id();
    transact(&*it.world.state.store, |tx| {
        let account: Account = tx.need(&[key.as_bytes()])?;
        tx.save(&[key.as_bytes()], &Account { role: Role::Administrator, ..account });
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
    let revoke = it.revocation(&it.admin, &it.staff, Cause::Left).await;
    let refused = it.world.post(&it.admin, &about(&it.staff, "revoke"), &revoke).await;
    assert_eq!(refused.code(), Code::Forbidden);
}

#[tokio::test]
async fn limits_and_texts_change_at_once_and_within_bounds() {
    let it = Scene::new().await;
    let mut rules: Rules = it.world.get(&it.admin, "/admin/rules").await.json();
    assert_eq!(rules.limits.retention_days, 60);
    (rules.limits.retention_days, rules.texts.help_de) = (7, "Fragen? 0234 304-0".into());
    it.world.put(&it.admin, "/admin/rules", &rules).await.done();
    let status: PortalStatus = it.world.get(&Actor::default(), "/status").await.json();
    assert_eq!((status.limits.retention_days, status.texts.help_de.as_str()), (7, "Fragen? 0234 304-0"));
    assert_eq!(it.world.state.limits().retention_days, 7);
    rules.limits.storage_bytes *= 2;
    it.world.put(&it.admin, "/admin/rules", &rules).await.done();
    let usage: AccountUsage = it.world.get(&it.partner, "/account/usage").await.json();
    assert_eq!(usage.limit_bytes, rules.limits.storage_bytes, "what is shown is what counts");
    let changes: [fn(&mut Rules); 5] = [
        |it| it.limits.retention_days = 0,
        |it| it.limits.inactivity_days = 10_000,
        |it| it.limits.message_bytes = u64::MAX,
        |it| it.limits.storage_bytes = 1,
        |it| it.texts.imprint_en = "x".repeat(9000),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut wrong = rules.clone();
        change(&mut wrong);
        let refused = it.world.put(&it.admin, "/admin/rules", &wrong).await;
        assert_eq!(refused.code(), Code::Malformed, "{index}");
    }
}

#[tokio::test]
async fn events_are_listed_newest_first_and_by_kind_and_person() {
    let it = Scene::new().await;
    for _ in 0..60 {
        it.world.post(&it.admin, &about(&it.staff, "lock"), &()).await.done();
    }
    let first: SecurityEventPage = it.world.get(&it.admin, "/admin/events").await.json();
    assert_eq!(first.events.len(), 50);
    let next = first.next.unwrap();
    let second: SecurityEventPage =
        it.world.get(&it.admin, &format!("/admin/events?before={next}")).await.json();
    assert!(!second.events.is_empty() && second.next.is_none());
    let of_kind = "/admin/events?kind=account-locked";
    let locked: SecurityEventPage = it.world.get(&it.admin, of_kind).await.json();
    assert!(locked.events.iter().all(|event| event.account == Some(it.staff.id())));
    for (who, sees_lock) in [(&it.staff, true), (&it.admin, true), (&it.partner, false)] {
        let of_one = format!("/admin/events?account={}", who.id());
        let found: SecurityEventPage = it.world.get(&it.admin, &of_one).await.json();
        assert!(!found.events.is_empty());
        let names =
            |event: &SecurityEventEntry| event.account == Some(who.id()) || event.by == Some(who.id());
        assert!(found.events.iter().all(names));
        assert_eq!(found.events.iter().any(|it| it.kind == SecurityEventKind::AccountLocked), sees_lock);
    }
    assert_eq!(it.world.get(&it.admin, "/admin/events?account=x").await.code(), Code::Malformed);
    assert_eq!(it.world.get(&it.admin, "/admin/events?before=x").await.code(), Code::Malformed);
    assert_eq!(it.world.get(&it.admin, "/admin/events?kind=x").await.code(), Code::Malformed);
}
