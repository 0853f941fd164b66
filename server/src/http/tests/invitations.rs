//! Who may invite whom, with which certificate.

use super::actors::{Actor, START_MS, World, identity, new_account, record, rng};
use crate::config::Config;
use crypto_core::certificate::Role;
use crypto_core::keys::make_account;
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api::{
    Chains, ChainsWanted, ContactList, InvitationFinish, InvitationList, InvitationStart,
};
use crypto_core::wire::records::{Kind, Mail, MailTemplate, Record};

#[tokio::test]
async fn roles_invite_by_the_table() {
    let (world, admin) = World::set_up().await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let partner = world.invited(&staff, "partner@firma.example", Role::Partner).await;
    world.invited(&admin, "other@firma.example", Role::Partner).await;
    let refused = [
        (&staff, Role::Staff),
        (&staff, Role::Administrator),
        (&admin, Role::Root),
        (&partner, Role::Partner),
        (&partner, Role::Staff),
    ];
    for (who, role) in refused {
        let start =
            InvitationStart { address: "new@firma.example".into(), role, registration_request: record() };
        assert_eq!(
            world.post(who, "/invitations/start", &start).await.code(),
            ProblemCode::Forbidden,
            "{role:?}"
        );
        if role != Role::Root {
            let (finish, _) = world.invitation(who, "new@firma.example", role);
            assert_eq!(world.post(who, "/invitations/finish", &finish).await.code(), ProblemCode::Forbidden);
        }
    }
    let (finish, _) = world.invitation(&staff, "new@firma.example", Role::Partner);
    let stranger = Actor::default();
    assert_eq!(world.post(&stranger, "/invitations/finish", &finish).await.code(), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn an_address_has_one_mailbox() {
    let (world, admin) = World::set_up().await;
    world.invited(&admin, "partner@firma.example", Role::Partner).await;
    let (mut again, _) = world.invitation(&admin, "partner@firma.example", Role::Partner);
    again.account.address = "PARTNER@FIRMA.example".into();
    assert_eq!(world.post(&admin, "/invitations/finish", &again).await.code(), ProblemCode::AddressTaken);
    let start = InvitationStart {
        address: "Partner@firma.example".into(),
        role: Role::Partner,
        registration_request: record(),
    };
    assert_eq!(world.post(&admin, "/invitations/start", &start).await.code(), ProblemCode::AddressTaken);
}

#[tokio::test]
async fn a_certificate_that_breaks_the_chain_is_refused() {
    let (world, admin) = World::set_up().await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let (by_other, _) = world.invitation(&admin, "partner@firma.example", Role::Partner);
    let mut origin = staff.bundle().origin(None, START_MS);
    origin.provisional = false;
    let own = make_account(identity("partner@firma.example", Role::Partner), &origin, &mut rng()).unwrap();
    let own = InvitationFinish { account: new_account("partner@firma.example", &own, record()) };
    let (mut other_address, _) = world.invitation(&staff, "partner@firma.example", Role::Partner);
    other_address.account.address = "somebody@firma.example".into();
    for (what, body) in
        [("signed by another", by_other), ("not provisional", own), ("address", other_address)]
    {
        let code = world.post(&staff, "/invitations/finish", &body).await.code();
        assert_eq!(code, ProblemCode::CertificateRefused, "{what}");
    }
}

#[tokio::test]
async fn the_initial_mail_waits_and_the_inviter_sees_the_invitation() {
    let (world, admin) = World::set_up().await;
    let partner = world.invited(&admin, "partner@firma.example", Role::Partner).await;
    let list: InvitationList = world.get(&admin, "/invitations").await.json();
    assert_eq!(list.invitations.len(), 1);
    assert_eq!((list.invitations[0].account, list.invitations[0].first_sign_in_at_ms), (partner.id(), None));
    let key = [&[Kind::Mail as u8, MailTemplate::Initial as u8], partner.id().as_bytes().as_slice()].concat();
    let mail = Mail::from_bytes(&world.state.store.get(&key).unwrap().unwrap()).unwrap();
    assert_eq!(mail.address, "partner@firma.example");
    let contacts: ContactList = world.get(&admin, "/contacts").await.json();
    assert_eq!(contacts.contacts.len(), 1);
    let contacts: ContactList = world.get(&partner, "/contacts").await.json();
    assert!(contacts.contacts.is_empty());
}

#[tokio::test]
async fn invitations_a_day_are_limited() {
    let mut config = Config::default();
    config.limits.invitations_per_day = 1;
    let (world, admin) = World::set_up_with(config).await;
    world.invited(&admin, "one@firma.example", Role::Partner).await;
    let (two, _) = world.invitation(&admin, "two@firma.example", Role::Partner);
    let refused = world.post(&admin, "/invitations/finish", &two).await;
    assert_eq!(refused.code(), ProblemCode::InvitationsSpent);
}

#[tokio::test]
async fn chains_reach_the_root_and_partners_see_only_their_own() {
    let (world, admin) = World::set_up().await;
    let staff = world.invited(&admin, "staff@kbs.example", Role::Staff).await;
    let partner = world.invited(&staff, "partner@firma.example", Role::Partner).await;
    let other = world.invited(&staff, "other@firma.example", Role::Partner).await;
    let wanted = ChainsWanted {
        accounts: vec![partner.id()],
        addresses: vec!["OTHER@firma.example".into(), "no@no.example".into()],
    };
    let all: Chains = world.post(&staff, "/directory/chains", &wanted).await.json();
    assert_eq!((all.entries.len(), all.policies.len()), (5, 1), "root, administrator, staff, two partners");
    assert!(all.entries.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    let own: Chains = world.post(&partner, "/directory/chains", &wanted).await.json();
    assert_eq!(own.entries.len(), 4, "the other partner is missing");
    let none = ChainsWanted { accounts: vec![other.id(), staff.id()], addresses: vec![] };
    let none: Chains = world.post(&partner, "/directory/chains", &none).await.json();
    assert_eq!(none.entries.len(), 1, "the root alone");
}
