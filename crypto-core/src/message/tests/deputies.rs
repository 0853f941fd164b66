//! Senders who say that they stand in for somebody: a deputy who is none, no longer, or of somebody else.

use super::*;
use crate::certificate::Deputy;

const DEPUTY: &str = "deputy@kbs.example";
const FROM_MS: u64 = NOW_MS - 1000;
const UNTIL_MS: u64 = NOW_MS + 1000;

struct Absence {
    world: World,
    /// Names the deputy.
    owner: Bundle,
    deputy: Bundle,
}

impl Absence {
    fn new() -> Self {
        let mut world = World::new();
        let deputy = world.organisation.settled(&world.admin, DEPUTY, Role::Staff);
        let deputies = vec![Deputy { account: deputy.account(), from_ms: FROM_MS, until_ms: UNTIL_MS }];
        let made = world.staff.rotated_with(false, Some(deputies), NOW_MS, &mut world.rng).unwrap();
        let owner = world.organisation.entered(made);
        Self { world, owner, deputy }
    }

    fn claim(&self, message: &Message, at_ms: u64) -> Result<Option<AccountId>, MessageError> {
        let directory = self.world.organisation.directory();
        let claim = message.on_behalf_of(|it| directory.accepted_certificate(it), at_ms);
        claim.map(|owner| owner.map(|owner| owner.body().account))
    }
}

/// `sender` writes to a partner and `copies`, on behalf of somebody.
fn send(world: &mut World, sender: &Bundle, copies: &[CurrentCertificate], for_whom: AccountId) -> Message {
    let contents = Contents { text: "Guten Tag".into(), ..Contents::default() };
    let sealer = MessageSealer::new(MessageKind::Message, &mut world.rng);
    let (sealed, _) = sealer.part_0(&contents, limits::MESSAGE_BYTES, &mut world.rng).unwrap();
    let mut to = vec![(world.current(&world.haus), RecipientRole::To)];
    to.extend(copies.iter().map(|it| (it.clone(), RecipientRole::To)));
    let own = world.current(sender);
    let sent = sealed.finish(sender, &own, &to, &[], Some(for_whom), &mut world.rng).unwrap();
    let opened = UnverifiedMessage::open(sent.header.as_bytes(), &sent.signature, &world.haus);
    opened.unwrap().verify(&world.accepted(sender)).unwrap()
}

#[test]
fn a_deputy_answers_on_behalf_of_the_owner_within_the_time() {
    let mut it = Absence::new();
    let (owner, for_whom) = (it.world.current(&it.owner), it.owner.account());
    let message = send(&mut it.world, &it.deputy, &[owner], for_whom);
    for (at_ms, expected) in [
        (FROM_MS, Ok(Some(for_whom))),
        (UNTIL_MS - 1, Ok(Some(for_whom))),
        (FROM_MS - 1, Err(MessageError::Deputy)),
        (UNTIL_MS, Err(MessageError::Deputy)),
    ] {
        assert_eq!(it.claim(&message, at_ms), expected);
    }
}

#[test]
fn who_was_never_named_is_no_deputy() {
    let mut it = Absence::new();
    let colleague = it.world.organisation.settled(&it.world.admin, "colleague@kbs.example", Role::Staff);
    let owner = it.world.current(&it.owner);
    let message = send(&mut it.world, &colleague, &[owner], it.owner.account());
    assert_eq!(it.claim(&message, NOW_MS), Err(MessageError::Deputy));
}

#[test]
fn a_deputy_of_somebody_else_is_none_of_this_one() {
    let mut it = Absence::new();
    let other = it.world.organisation.settled(&it.world.admin, "colleague@kbs.example", Role::Staff);
    let (owner, others) = (it.world.current(&it.owner), it.world.current(&other));
    let message = send(&mut it.world, &it.deputy, &[owner, others], other.account());
    assert_eq!(it.claim(&message, NOW_MS), Err(MessageError::Deputy));
}

/// The message is sealed to the owner's newest certificate, or it is not delivered: an old one that named the
/// sender is none.
#[test]
fn who_is_no_deputy_any_more_is_none() {
    let mut it = Absence::new();
    let made = it.owner.rotated_with(false, None, NOW_MS, &mut it.world.rng).unwrap();
    let owner = it.world.organisation.entered(made);
    let current = it.world.current(&owner);
    let message = send(&mut it.world, &it.deputy, &[current], owner.account());
    assert_eq!(it.claim(&message, NOW_MS), Err(MessageError::Deputy));
}

#[test]
fn an_owner_who_does_not_get_the_answer_is_not_spoken_for() {
    let mut it = Absence::new();
    let message = send(&mut it.world, &it.deputy, &[], it.owner.account());
    assert_eq!(it.claim(&message, NOW_MS), Err(MessageError::Deputy));
}

#[test]
fn who_speaks_for_nobody_needs_no_owner() {
    let mut world = World::new();
    let sent = world.send("Guten Tag", &[]);
    let message = world.open(&sent, &world.haus).unwrap();
    assert!(message.on_behalf_of(|_| None, NOW_MS).is_ok_and(|owner| owner.is_none()));
}
