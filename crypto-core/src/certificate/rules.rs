//! Who may certify whom, for which reason (crypto.md, "Who vouches for a key").

use super::entry::{Cause, Certificate, Entry, FormError, Reason, Role, Statement, StatementBody};

/// Whose key signs an entry.
#[derive(Clone, Copy)]
pub enum Signer<'a> {
    /// The subject itself: the first root only.
    Itself,
    /// The server's log key, as the root-signed policy names it: *closed* only.
    Log(&'a [u8; 32]),
    /// The certificate that the entry names as its issuer. **The caller shows that it was the newest of its
    /// address when the entry was made.**
    Certificate(&'a Certificate),
}

/// An entry breaks the rules of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Not of the right form.
    #[error("form: {0}")]
    Form(#[from] FormError),
    /// Entries come in another order than they were entered.
    #[error("order of entry")]
    Order,
    /// Version or predecessor are not those that follow.
    #[error("version or predecessor")]
    Succession,
    /// The issuer is not known or was not the newest of its address.
    #[error("issuer")]
    Issuer,
    /// The issuer may not do that.
    #[error("authority")]
    Authority,
    /// Account, address, role or name change where they must not.
    #[error("identity")]
    Identity,
    /// The generation is not the one that follows.
    #[error("generation")]
    Generation,
    /// A first certificate where there is a live one, or a further one where there is none.
    #[error("liveness")]
    Liveness,
    /// *Deputed* with other keys, or other deputies where they may not change.
    #[error("keys or deputies")]
    Keys,
    /// Provisional again after having been the person's own, or not provisional though another made it.
    #[error("provisional")]
    Provisional,
    /// The signature is not the issuer's.
    #[error("signature")]
    Signature,
    /// The policy is not the root's, rolls back or is missing.
    #[error("policy")]
    Policy,
    /// The history is not that of the pinned root.
    #[error("root")]
    Root,
}

/// Checks an entry against the newest entry of the same subject and its signer. A partner's history whose beginning was
/// removed begins with *closed*, which the log key alone vouches for; whoever calls this with no newest entry has it so.
///
/// # Errors
/// The first rule that it breaks.
pub fn admit(entry: &Entry, newest: Option<&Entry>, signer: Signer<'_>) -> Result<(), ChainError> {
    check_succession(entry, newest)?;
    match entry {
        Entry::Certificate(certificate) => check_certificate(certificate, newest, signer)?,
        Entry::Statement(statement) => check_statement(statement, newest, signer)?,
    }
    let key = match signer {
        Signer::Itself => entry.certificate().ok_or(ChainError::Issuer)?.signing_key(),
        Signer::Log(key) => key,
        Signer::Certificate(issuer) => issuer.signing_key(),
    };
    entry.verify_signature(key).map_err(|_| ChainError::Signature)
}

fn check_succession(entry: &Entry, newest: Option<&Entry>) -> Result<(), ChainError> {
    let (version, previous) = match newest {
        None if begins_history(entry) => return Ok(()),
        Some(newest) => (newest.version().checked_add(1), Some(newest.fingerprint())),
        None => (Some(1), None),
    };
    let follows = Some(entry.version()) == version && entry.previous() == previous;
    if follows { Ok(()) } else { Err(ChainError::Succession) }
}

fn check_certificate(it: &Certificate, newest: Option<&Entry>, signer: Signer<'_>) -> Result<(), ChainError> {
    let live = newest.and_then(Entry::certificate);
    match (it.body().reason, live) {
        (Reason::Genesis, None) => check_genesis(it, newest, signer),
        (Reason::Issued, None) => check_first(it, newest, signer, 1),
        (Reason::Readdressed, None) => check_first(it, newest, signer, it.body().generation),
        (Reason::Rotated, Some(live)) => check_rotated(it, live, signer),
        (Reason::Reset, Some(live)) => check_reset(it, live, signer),
        (Reason::Deputed, Some(live)) => check_deputed(it, live, signer),
        _ => Err(ChainError::Liveness),
    }
}

fn check_genesis(it: &Certificate, newest: Option<&Entry>, signer: Signer<'_>) -> Result<(), ChainError> {
    let right = it.body().role == Role::Root && newest.is_none() && matches!(signer, Signer::Itself);
    if right { generation_is(it, 1) } else { Err(ChainError::Authority) }
}

/// *Issued* and *readdressed*: the first certificate of an account at this address.
fn check_first(
    it: &Certificate,
    newest: Option<&Entry>,
    signer: Signer<'_>,
    generation: u32,
) -> Result<(), ChainError> {
    if newest.is_some_and(|ended| ended.account() == it.body().account) {
        return Err(ChainError::Identity);
    }
    authority(issuer_of(it, signer)?, it.body().role)?;
    // The first administrator is made in the administrator's own browser, everybody else in the inviter's.
    if it.body().reason == Reason::Issued && it.body().role != Role::Administrator {
        made_by_another(it)?;
    }
    no_deputies(it)?;
    generation_is(it, generation)
}

/// *Readdressed* names the statement *moved* that it belongs to and goes on with what that one ended: account,
/// role, name and keys, which were proved there. Deputies are named anew.
///
/// # Errors
/// [`ChainError::Identity`], [`ChainError::Keys`].
pub fn check_move(it: &Certificate, moved: &Statement, before: &Certificate) -> Result<(), ChainError> {
    let named = it.body().moved_from == Some(moved.fingerprint())
        && moved.body().cause == Cause::Moved
        && moved.body().previous == before.fingerprint();
    if !named {
        return Err(ChainError::Identity);
    }
    same_identity(it, before)?;
    same_keys(it, before)
}

fn check_rotated(it: &Certificate, live: &Certificate, signer: Signer<'_>) -> Result<(), ChainError> {
    // Only the newest keys of the same account may go on.
    if issuer_of(it, signer)?.fingerprint() != live.fingerprint() {
        return Err(ChainError::Issuer);
    }
    same_identity(it, live)?;
    if it.body().provisional && !live.body().provisional {
        return Err(ChainError::Provisional);
    }
    generation_follows(it, live)
}

fn check_reset(it: &Certificate, live: &Certificate, signer: Signer<'_>) -> Result<(), ChainError> {
    let issuer = issuer_of(it, signer)?;
    same_identity(it, live)?;
    authority(issuer, it.body().role)?;
    made_by_another(it)?;
    if it.body().deputies != live.body().deputies {
        return Err(ChainError::Keys);
    }
    generation_follows(it, live)
}

fn check_deputed(it: &Certificate, live: &Certificate, signer: Signer<'_>) -> Result<(), ChainError> {
    let issuer = issuer_of(it, signer)?;
    if issuer.body().role != Role::Administrator {
        return Err(ChainError::Authority);
    }
    same_identity(it, live)?;
    same_keys(it, live)
}

fn same_keys(it: &Certificate, before: &Certificate) -> Result<(), ChainError> {
    let (new, old) = (it.body(), before.body());
    let same_keys = new.signing_key == old.signing_key
        && new.mailbox_key == old.mailbox_key
        && new.provisional == old.provisional;
    if !same_keys {
        return Err(ChainError::Keys);
    }
    generation_is(it, old.generation)
}

fn check_statement(it: &Statement, newest: Option<&Entry>, signer: Signer<'_>) -> Result<(), ChainError> {
    let new = it.body();
    match newest {
        // Succession has asked whether a history may begin with it.
        None => {}
        Some(ended) if new.cause == Cause::Closed && is_moved(ended) => same_account(new, ended)?,
        Some(live) if live.certificate().is_some() => same_account(new, live)?,
        _ => return Err(ChainError::Liveness),
    }
    match (new.cause, signer) {
        (Cause::Closed, Signer::Log(_)) => Ok(()),
        (Cause::Closed, _) | (_, Signer::Itself | Signer::Log(_)) => Err(ChainError::Issuer),
        (cause, Signer::Certificate(issuer)) => {
            if Some(issuer.fingerprint()) != new.issuer {
                return Err(ChainError::Issuer);
            }
            if cause != Cause::Moved && new.role == Role::Partner {
                return Err(ChainError::Authority);
            }
            authority(issuer, new.role)
        }
    }
}

/// Others' certificates need those of staff.
fn begins_history(entry: &Entry) -> bool {
    matches!(entry, Entry::Statement(it) if it.body().cause == Cause::Closed && it.body().role == Role::Partner)
}

fn is_moved(entry: &Entry) -> bool {
    matches!(entry, Entry::Statement(it) if it.body().cause == Cause::Moved)
}

fn same_account(new: &StatementBody, old: &Entry) -> Result<(), ChainError> {
    if new.account != old.account() || new.role != old.role() {
        return Err(ChainError::Identity);
    }
    if new.generation != old.generation() {
        return Err(ChainError::Generation);
    }
    Ok(())
}

fn issuer_of<'a>(it: &Certificate, signer: Signer<'a>) -> Result<&'a Certificate, ChainError> {
    match signer {
        Signer::Certificate(issuer) if it.body().issuer == Some(issuer.fingerprint()) => Ok(issuer),
        _ => Err(ChainError::Issuer),
    }
}

/// Who may issue, reset, move and revoke whom.
fn authority(issuer: &Certificate, subject: Role) -> Result<(), ChainError> {
    let may = match subject {
        Role::Root => false,
        Role::Administrator => issuer.body().role == Role::Root,
        Role::Staff | Role::Gateway | Role::Group => issuer.body().role == Role::Administrator,
        Role::Partner => matches!(issuer.body().role, Role::Staff | Role::Administrator),
    };
    if may { Ok(()) } else { Err(ChainError::Authority) }
}

fn same_identity(it: &Certificate, live: &Certificate) -> Result<(), ChainError> {
    let (new, old) = (it.body(), live.body());
    let same = new.account == old.account
        && new.role == old.role
        && new.name == old.name
        && new.unit == old.unit
        && new.domains == old.domains;
    if same { Ok(()) } else { Err(ChainError::Identity) }
}

/// What an issuer's browser made is provisional, so that nobody takes it for the person's own.
fn made_by_another(it: &Certificate) -> Result<(), ChainError> {
    if it.body().provisional { Ok(()) } else { Err(ChainError::Provisional) }
}

fn no_deputies(it: &Certificate) -> Result<(), ChainError> {
    if it.body().deputies.is_none() { Ok(()) } else { Err(ChainError::Keys) }
}

fn generation_is(it: &Certificate, generation: u32) -> Result<(), ChainError> {
    if it.body().generation == generation { Ok(()) } else { Err(ChainError::Generation) }
}

fn generation_follows(it: &Certificate, live: &Certificate) -> Result<(), ChainError> {
    let next = live.body().generation.checked_add(1).ok_or(ChainError::Generation)?;
    generation_is(it, next)
}
