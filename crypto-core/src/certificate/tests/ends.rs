//! Statements, moves, and what comes after an end.

use super::*;
use crate::Secret;
use crate::testing::{Hand, after, body_after, end, identity};
use crate::wire::AccountId;
use minicbor::bytes::ByteArray;

fn signed_by<'a>(hand: Hand<'a>) -> (&'a Secret<32>, Option<Fingerprint>) {
    (hand.seed, Some(hand.certificate))
}

/// Somebody ends an account who may not.
#[test]
fn a_statement_needs_an_issuer_of_that_role() {
    let world = World::new();
    let root = Hand::root(&world.organisation);
    let (admin, staff) = (Hand::of(&world.admin), Hand::of(&world.staff));
    let authority = Some(ChainError::Authority);
    let cases = [
        (&world.staff, admin, Cause::Left, None),
        (&world.staff, admin, Cause::Stolen, None),
        (&world.staff, Hand::of(&world.colleague), Cause::Left, authority),
        (&world.staff, staff, Cause::Lost, authority),
        (&world.staff, root, Cause::Left, authority),
        (&world.admin, root, Cause::Left, None),
        (&world.admin, admin, Cause::Left, authority),
        (&world.admin, staff, Cause::Left, authority),
        (&world.partner, staff, Cause::Moved, None),
        (&world.partner, Hand::of(&world.partner), Cause::Moved, authority),
        // Partners are reset or closed, never revoked.
        (&world.partner, staff, Cause::Left, authority),
        (&world.partner, admin, Cause::Stolen, authority),
    ];
    for (index, (subject, hand, cause, expected)) in cases.into_iter().enumerate() {
        let statement = end(subject.certificate(), cause, signed_by(hand), |_| {});
        assert_eq!(world.organisation.refusal(&statement), expected, "{index}");
    }
}

/// An account is closed by somebody else than the log key, or the log key does more than that.
#[test]
fn closed_is_the_log_keys_and_nothing_else_is() {
    let world = World::new();
    let log = &world.organisation.log_seed;
    let partner = world.partner.certificate();
    let closed = end(partner, Cause::Closed, (log, None), |_| {});
    assert_eq!(world.organisation.refusal(&closed), None);
    for seed in [world.staff.signing_seed(), world.admin.signing_seed(), &world.organisation.root_seed] {
        let closed = end(partner, Cause::Closed, (seed, None), |_| {});
        assert_eq!(world.organisation.refusal(&closed), Some(ChainError::Signature));
    }
    // With an issuer, or another cause without one, it does not even have the form.
    let admin = Hand::of(&world.admin);
    let mut named = StatementBody::clone(match &closed {
        Entry::Statement(statement) => statement.body(),
        Entry::Certificate(_) => unreachable!(),
    });
    named.issuer = Some(admin.certificate);
    assert_eq!(issue_statement(&named, admin.seed).err(), Some(FormError::Field("issuer")));
    (named.issuer, named.cause) = (None, Cause::Left);
    assert_eq!(issue_statement(&named, log).err(), Some(FormError::Field("issuer")));
}

/// The rules themselves hold the log key to *closed*, whoever calls them.
#[test]
fn the_log_key_vouches_for_no_keys() {
    let world = World::new();
    let log = Signer::Log(world.partner.certificate().signing_key());
    let partner = Entry::Certificate(world.partner.certificate().clone());
    let rotated = after(world.partner.certificate(), Reason::Rotated, Hand::of(&world.partner), |_| {});
    assert_eq!(admit(&rotated, Some(&partner), log), Err(ChainError::Issuer));
    let left = end(world.staff.certificate(), Cause::Left, signed_by(Hand::of(&world.admin)), |_| {});
    let staff = Entry::Certificate(world.staff.certificate().clone());
    assert_eq!(admit(&left, Some(&staff), log), Err(ChainError::Issuer));
    assert_eq!(admit(&left, Some(&staff), Signer::Itself), Err(ChainError::Issuer));
    assert_eq!(
        admit(&left, Some(&staff), Signer::Certificate(world.colleague.certificate())),
        Err(ChainError::Issuer)
    );
}

/// A statement that ends another account, role or generation than the newest certificate has.
#[test]
fn a_statement_ends_the_newest_certificate() {
    let world = World::new();
    let hand = signed_by(Hand::of(&world.admin));
    let staff = world.staff.certificate();
    let other = end(staff, Cause::Left, hand, |body| body.account = AccountId::from_bytes([1; 16]));
    assert_eq!(world.organisation.refusal(&other), Some(ChainError::Identity));
    let other = end(staff, Cause::Left, hand, |body| body.role = Role::Group);
    assert_eq!(world.organisation.refusal(&other), Some(ChainError::Identity));
    let other = end(staff, Cause::Left, hand, |body| body.generation += 1);
    assert_eq!(world.organisation.refusal(&other), Some(ChainError::Generation));
    let skipped = end(staff, Cause::Left, hand, |body| body.version += 1);
    assert_eq!(world.organisation.refusal(&skipped), Some(ChainError::Succession));
    let nobody = end(staff, Cause::Left, hand, |body| body.address = Some("nobody@kbs.example".into()));
    assert_eq!(world.organisation.refusal(&nobody), Some(ChainError::Succession));
}

/// What has ended goes on: rotated, reset, ended once more, or the same account begun again.
#[test]
fn after_the_end_comes_only_a_new_account() {
    let mut world = World::new();
    let before = world.staff.certificate().clone();
    let left = end(&before, Cause::Left, signed_by(Hand::of(&world.admin)), |_| {});
    world.organisation.enter(left.as_bytes().to_vec());
    let next = |body: &mut CertificateBody| {
        (body.version, body.previous) = (left.version() + 1, Some(left.fingerprint()));
    };
    let admin = Hand::of(&world.admin);
    let reset = after(&before, Reason::Reset, admin, next);
    assert_eq!(world.organisation.refusal(&reset), Some(ChainError::Liveness));
    let rotated = after(&before, Reason::Rotated, Hand::of(&world.staff), next);
    assert_eq!(world.organisation.refusal(&rotated), Some(ChainError::Issuer));
    let twice = end(&before, Cause::Left, signed_by(admin), |body| {
        (body.version, body.previous) = (left.version() + 1, left.fingerprint());
    });
    assert_eq!(world.organisation.refusal(&twice), Some(ChainError::Liveness));
    let first = |body: &mut CertificateBody| (body.generation, body.provisional) = (1, true);
    let same = after(&before, Reason::Issued, admin, |body| {
        next(body);
        first(body);
    });
    assert_eq!(world.organisation.refusal(&same), Some(ChainError::Identity));
    // The server, which has no whole directory at hand, refuses it by the rule alone.
    let issuer = Signer::Certificate(world.admin.certificate());
    assert_eq!(admit(&same, Some(&left), issuer), Err(ChainError::Identity));
    let new = after(&before, Reason::Issued, admin, |body| {
        next(body);
        first(body);
        body.account = AccountId::from_bytes([1; 16]);
    });
    assert_eq!(world.organisation.refusal(&new), None);
}

/// A stolen key is believed again once its address is given to somebody else.
#[test]
fn stolen_keys_stay_stolen() {
    let mut world = World::new();
    let stolen = world.staff.certificate().fingerprint();
    let statement = end(world.staff.certificate(), Cause::Stolen, signed_by(Hand::of(&world.admin)), |_| {});
    world.organisation.enter(statement.as_bytes().to_vec());
    let is_stolen = |world: &World| {
        let directory = world.organisation.directory();
        directory.accepted_certificate(&stolen).unwrap().is_stolen()
    };
    assert!(is_stolen(&world));
    let new = world.organisation.settled(&world.admin, STAFF, Role::Staff);
    assert!(is_stolen(&world));
    let directory = world.organisation.directory();
    assert!(!directory.account(new.account()).unwrap().accepted().is_stolen());
    assert!(!directory.accepted_certificate(&world.admin.certificate().fingerprint()).unwrap().is_stolen());
}

#[test]
fn an_account_that_left_or_was_closed_is_not_called_stolen() {
    let mut world = World::new();
    let left = end(world.staff.certificate(), Cause::Left, signed_by(Hand::of(&world.admin)), |_| {});
    world.organisation.enter(left.as_bytes().to_vec());
    let directory = world.organisation.directory();
    assert!(matches!(directory.look_up(STAFF), Lookup::Ended(Cause::Left)));
    assert!(directory.account(world.staff.account()).is_none());
    let fingerprint = world.staff.certificate().fingerprint();
    assert!(!directory.accepted_certificate(&fingerprint).unwrap().is_stolen());
}

/// Whoever had a signing key once may sign with it for ever: readers are told what became of it.
#[test]
fn what_became_of_a_signing_key_is_told() {
    let mut world = World::new();
    let state = |world: &World, it: &Bundle| {
        let directory = world.organisation.directory();
        let certificate = directory.accepted_certificate(&it.certificate().fingerprint()).unwrap();
        directory.signing_key_state(&certificate)
    };
    let partner = world.partner.certificate();
    let reset = after(partner, Reason::Reset, Hand::of(&world.admin), |_| {});
    assert_eq!(state(&world, &world.partner), SigningKeyState::Newest);
    // A certificate with the same signing key follows.
    let (before, admin) = (world.staff.certificate(), Hand::of(&world.admin));
    let deputed = CertificateBody {
        generation: before.body().generation,
        signing_key: before.body().signing_key,
        ..body_after(before, Reason::Deputed, admin, admin.seed)
    };
    let deputed = issue_certificate(&deputed, admin.seed, None).unwrap();
    world.organisation.enter(deputed.as_bytes().to_vec());
    assert_eq!(state(&world, &world.staff), SigningKeyState::Newest);
    let renewed = world.organisation.rotated(&world.colleague);
    assert_eq!(state(&world, &world.colleague), SigningKeyState::Renewed);
    assert_eq!(state(&world, &renewed), SigningKeyState::Newest);
    world.organisation.enter(reset.as_bytes().to_vec());
    assert_eq!(state(&world, &world.partner), SigningKeyState::Reset);
    let Entry::Certificate(reset) = reset else { unreachable!() };
    let closed = end(&reset, Cause::Closed, (&world.organisation.log_seed, None), |_| {});
    let left = end(renewed.certificate(), Cause::Left, signed_by(Hand::of(&world.admin)), |_| {});
    world.organisation.enter(closed.as_bytes().to_vec());
    world.organisation.enter(left.as_bytes().to_vec());
    assert_eq!(state(&world, &world.partner), SigningKeyState::Ended(Cause::Closed));
    assert_eq!(state(&world, &world.colleague), SigningKeyState::Ended(Cause::Left));
}

/// The account of `before` at another address, with the same keys.
fn readdressed(before: &Certificate, by: Hand<'_>, address: &str, moved: &Entry) -> CertificateBody {
    let old = before.body();
    CertificateBody {
        address: address.into(),
        version: 1,
        previous: None,
        moved_from: Some(moved.fingerprint()),
        generation: old.generation,
        signing_key: old.signing_key,
        ..body_after(before, Reason::Readdressed, by, by.seed)
    }
}

struct Move {
    moved: Entry,
    body: CertificateBody,
}

impl Move {
    /// The partner's account goes on under a new address, moved by staff.
    fn new(world: &World) -> Self {
        let (partner, hand) = (world.partner.certificate(), Hand::of(&world.staff));
        let moved = end(partner, Cause::Moved, signed_by(hand), |_| {});
        Self { body: readdressed(partner, hand, "moved@haus.example", &moved), moved }
    }

    fn readdressed(&self, world: &World, change: impl FnOnce(&mut CertificateBody)) -> Entry {
        let mut body = self.body.clone();
        change(&mut body);
        issue_certificate(&body, world.staff.signing_seed(), None).unwrap()
    }
}

/// Somebody takes over an account under a new address that its old address does not know of.
#[test]
fn readdressed_needs_the_statement_moved_of_the_same_account() {
    let world = World::new();
    let moving = Move::new(&world);
    let moved = moving.moved.as_bytes();
    let honest = moving.readdressed(&world, |_| {});
    assert_eq!(world.organisation.refusal_of(&[moved, honest.as_bytes()]), None);
    assert_eq!(world.organisation.refusal_of(&[honest.as_bytes(), moved]), None, "one epoch has no order");
    assert_eq!(world.organisation.refusal(&honest), Some(ChainError::Identity), "not moved");
    // The issuer has no proof of other keys, and so must not bring any.
    type Change = fn(&mut CertificateBody);
    let changes: [(Change, ChainError); 5] = [
        (|body| body.account = AccountId::from_bytes([1; 16]), ChainError::Identity),
        (|body| body.moved_from = Some(Fingerprint::from_bytes([1; 32])), ChainError::Identity),
        (|body| body.signing_key = ByteArray::from([1; 32]), ChainError::Keys),
        (|body| body.mailbox_key = Some(vec![1; 1216].into()), ChainError::Keys),
        (|body| body.generation += 1, ChainError::Generation),
    ];
    for (change, expected) in changes {
        let other = moving.readdressed(&world, change);
        let refusal = world.organisation.refusal_of(&[moved, other.as_bytes()]);
        assert_eq!(refusal, Some(expected));
    }
    let (colleague, admin) = (world.colleague.certificate(), Hand::of(&world.admin));
    for (cause, expected) in [(Cause::Moved, None), (Cause::Lost, Some(ChainError::Identity))] {
        let ended = end(colleague, cause, signed_by(admin), |_| {});
        let body = readdressed(colleague, admin, "moved@kbs.example", &ended);
        let readdressed = issue_certificate(&body, admin.seed, None).unwrap();
        let refusal = world.organisation.refusal_of(&[ended.as_bytes(), readdressed.as_bytes()]);
        assert_eq!(refusal, expected, "{cause:?}");
    }
}

/// One account goes on under two addresses.
#[test]
fn an_account_moves_to_one_address() {
    let world = World::new();
    let moving = Move::new(&world);
    let first = moving.readdressed(&world, |_| {});
    let second = moving.readdressed(&world, |body| body.address = "second@haus.example".into());
    let all = [moving.moved.as_bytes(), first.as_bytes(), second.as_bytes()];
    assert_eq!(world.organisation.refusal_of(&all), Some(ChainError::Identity));
    // Nor once more after it has ended at the first.
    let closed =
        end(first.certificate().unwrap(), Cause::Closed, (&world.organisation.log_seed, None), |_| {});
    let all = [moving.moved.as_bytes(), first.as_bytes(), closed.as_bytes(), second.as_bytes()];
    assert_eq!(world.organisation.refusal_of(&all), Some(ChainError::Identity));
}

/// The address that an account left is closed with it, by the log key alone and once.
#[test]
fn where_an_account_moved_from_is_closed_too() {
    let mut world = World::new();
    let moving = Move::new(&world);
    let honest = moving.readdressed(&world, |_| {});
    world.organisation.enter(moving.moved.as_bytes().to_vec());
    let log = (&world.organisation.log_seed, None);
    let behind = |body: &mut StatementBody| {
        (body.version, body.previous) = (moving.moved.version() + 1, moving.moved.fingerprint());
    };
    let partner = world.partner.certificate();
    let closed = end(partner, Cause::Closed, log, behind);
    assert_eq!(world.organisation.refusal(&closed), None);
    let of_another = end(partner, Cause::Closed, log, |body| {
        behind(body);
        body.account = AccountId::from_bytes([1; 16]);
    });
    assert_eq!(world.organisation.refusal(&of_another), Some(ChainError::Identity));
    let moved_again = end(partner, Cause::Moved, signed_by(Hand::of(&world.staff)), behind);
    assert_eq!(world.organisation.refusal(&moved_again), Some(ChainError::Liveness));
    let twice = end(partner, Cause::Closed, log, |body| {
        (body.version, body.previous) = (closed.version() + 1, closed.fingerprint());
    });
    let refusal = world.organisation.refusal_of(&[closed.as_bytes(), twice.as_bytes()]);
    assert_eq!(refusal, Some(ChainError::Liveness));
    // While the account goes on elsewhere, it is not closed.
    for all in [[honest.as_bytes(), closed.as_bytes()], [closed.as_bytes(), honest.as_bytes()]] {
        assert_eq!(world.organisation.refusal_of(&all), Some(ChainError::Identity));
    }
}

/// What stood before *closed* is removed: the history begins with it, and goes on.
#[test]
fn a_history_may_begin_with_closed_and_with_nothing_else() {
    let mut world = World::new();
    world.partner = world.organisation.rotated(&world.partner);
    let partner = world.partner.certificate().clone();
    let whole = world.organisation.entries.clone();
    let of_partner = SubjectLabel::of(PARTNER);
    world.organisation.entries.retain(|it| Entry::parse(it).unwrap().subject() != of_partner);
    assert_eq!(whole.len() - world.organisation.entries.len(), 3, "issued, and rotated twice");
    let log = (&world.organisation.log_seed, None);
    let closed = end(&partner, Cause::Closed, log, |_| {});
    let anew = |account| {
        after(&partner, Reason::Issued, Hand::of(&world.staff), |body| {
            (body.version, body.previous) = (closed.version() + 1, Some(closed.fingerprint()));
            (body.generation, body.provisional, body.account) = (1, true, account);
        })
    };
    let new = anew(AccountId::from_bytes([1; 16]));
    assert_eq!(world.organisation.refusal_of(&[closed.as_bytes(), new.as_bytes()]), None);
    // Somebody else than the log says so, or the log says something else, or another entry begins it.
    let forged = end(&partner, Cause::Closed, (world.staff.signing_seed(), None), |_| {});
    assert_eq!(world.organisation.refusal(&forged), Some(ChainError::Signature));
    let moved = end(&partner, Cause::Moved, signed_by(Hand::of(&world.staff)), |_| {});
    assert_eq!(world.organisation.refusal(&moved), Some(ChainError::Succession));
    assert_eq!(world.organisation.refusal(&new), Some(ChainError::Succession));
    let of_staff = end(&partner, Cause::Closed, log, |body| body.role = Role::Staff);
    assert_eq!(world.organisation.refusal(&of_staff), Some(ChainError::Succession));
    // The account is not begun again, neither there nor elsewhere, nor lives anywhere already.
    let identity = Some(ChainError::Identity);
    let same = anew(partner.body().account);
    assert_eq!(world.organisation.refusal_of(&[closed.as_bytes(), same.as_bytes()]), identity);
    let elsewhere = after(&partner, Reason::Issued, Hand::of(&world.staff), |body| {
        (body.version, body.previous, body.generation, body.provisional) = (1, None, 1, true);
        body.address = "elsewhere@haus.example".into();
    });
    assert_eq!(world.organisation.refusal(&elsewhere), None);
    for all in [[closed.as_bytes(), elsewhere.as_bytes()], [elsewhere.as_bytes(), closed.as_bytes()]] {
        assert_eq!(world.organisation.refusal_of(&all), identity);
    }
    // Not even for a while, so that something that was signed meanwhile would be the old account's.
    let gone = end(elsewhere.certificate().unwrap(), Cause::Closed, log, |_| {});
    let all = [closed.as_bytes(), elsewhere.as_bytes(), gone.as_bytes()];
    assert_eq!(world.organisation.refusal_of(&all), identity);
    // Readers are told the end; what was removed is not accepted any more.
    world.organisation.enter(closed.as_bytes().to_vec());
    let directory = world.organisation.directory();
    assert!(matches!(directory.look_up(PARTNER), Lookup::Ended(Cause::Closed)));
    assert!(directory.accepted_certificate(&partner.fingerprint()).is_none());
    assert_eq!(directory.newest(PARTNER), Some((closed.version(), closed.fingerprint())));
}

/// *Moved* as a way to a higher role.
#[test]
fn a_move_keeps_the_role() {
    let mut world = World::new();
    let moving = Move::new(&world);
    world.organisation.enter(moving.moved.as_bytes().to_vec());
    let who = identity("moved@haus.example", Role::Staff);
    let mut body = moving.body.clone();
    (body.role, body.name, body.unit) = (Role::Staff, who.name, who.unit);
    body.issuer = Some(world.admin.certificate().fingerprint());
    let risen = issue_certificate(&body, world.admin.signing_seed(), None).unwrap();
    assert_eq!(world.organisation.refusal(&risen), Some(ChainError::Identity));
}

#[test]
fn a_deputy_is_named_from_the_first_millisecond_to_the_last() {
    let world = World::new();
    let (colleague, admin) = (world.colleague.account(), world.admin.account());
    let mut body = world.staff.certificate().body().clone();
    assert!(!body.names_deputy(colleague, 10));
    body.deputies = Some(vec![Deputy { account: colleague, from_ms: 10, until_ms: 20 }]);
    let named: Vec<_> = (8..22).filter(|at_ms| body.names_deputy(colleague, *at_ms)).collect();
    assert_eq!(named, (10..20).collect::<Vec<_>>());
    assert!((8..22).all(|at_ms| !body.names_deputy(admin, at_ms)), "somebody else");
}
