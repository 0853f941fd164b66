//! What an auditor is told of the new entries: who got new keys from whom, whose ended, and who has power.

use super::entries::{Gathered, Signed, parse};
use crate::report::log::{EventKind, LogEvent};
use crypto_core::certificate::{Certificate, Directory, Entry, Reason, Role, Statement};
use crypto_core::wire::Fingerprint;

pub(super) fn since(known: usize, entries: &Gathered, directory: &Directory) -> Vec<LogEvent> {
    let event = |(entry, epoch): (&crypto_core::wire::api::SequencedEntry, Option<u64>)| {
        let mut again = false;
        let (kind, subject, by, at_ms) = match parse(&entry.entry.0)? {
            Signed::Policy(policy) => {
                let body = policy.body();
                let subject = format!(
                    "{} ({}/{})",
                    body.revision,
                    body.quorum,
                    body.witnesses.iter().flatten().count()
                );
                (EventKind::Policy, subject, name(directory, Some(body.root)), None)
            }
            Signed::Entry(it) => {
                let (kind, at_ms) = match it.as_ref() {
                    Entry::Certificate(certificate) => {
                        again = is_again(certificate);
                        (issued(certificate)?, certificate.body().issued_at_ms)
                    }
                    Entry::Statement(statement) => (ended(statement), statement.body().issued_at_ms),
                };
                (kind, entries.name(it.subject()), name(directory, it.issuer()), Some(at_ms))
            }
        };
        Some(LogEvent { entry: entry.sequence, epoch, kind, subject, again, by, at_ms })
    };
    entries.behind(known).filter_map(event).collect()
}

/// How many partners are new since then.
pub(super) fn new_partners(known: usize, entries: &Gathered) -> usize {
    let is_new = |signed: &[u8]| match parse(signed) {
        Some(Signed::Entry(entry)) => match entry.as_ref() {
            Entry::Certificate(it) => it.body().role == Role::Partner && it.body().reason == Reason::Issued,
            Entry::Statement(_) => false,
        },
        _ => false,
    };
    entries.behind(known).filter(|(it, _)| is_new(&it.entry.0)).count()
}

/// Whether somebody is new at an address whose account has ended.
fn is_again(certificate: &Certificate) -> bool {
    let body = certificate.body();
    body.reason == Reason::Issued && body.version > 1
}

/// Rotations by oneself are no events, and partners only where somebody else was.
fn issued(certificate: &Certificate) -> Option<EventKind> {
    let body = certificate.body();
    match (body.role, body.reason) {
        (Role::Root, Reason::Genesis) => Some(EventKind::FirstRoot),
        (Role::Root, _) => Some(EventKind::NewRoot),
        (_, Reason::Reset) => Some(EventKind::Reset),
        (Role::Administrator, Reason::Issued | Reason::Readdressed) => Some(EventKind::Administrator),
        (Role::Staff, Reason::Issued | Reason::Readdressed) => Some(EventKind::Staff),
        (Role::Partner, Reason::Issued) if is_again(certificate) => Some(EventKind::Partner),
        (_, Reason::Deputed) => Some(EventKind::Deputed),
        _ => None,
    }
}

fn ended(statement: &Statement) -> EventKind {
    use crypto_core::certificate::Cause;
    match statement.body().cause {
        Cause::Closed => EventKind::Closed,
        Cause::Moved => EventKind::Moved,
        Cause::Left => EventKind::RevokedLeft,
        Cause::Lost => EventKind::RevokedLost,
        Cause::Stolen => EventKind::RevokedStolen,
    }
}

/// Empty where the server's log key signed.
fn name(directory: &Directory, issuer: Option<Fingerprint>) -> String {
    let issuer = issuer.and_then(|issuer| directory.accepted_certificate(&issuer));
    let Some(issuer) = issuer else { return String::new() };
    let body = issuer.body();
    match &body.name {
        Some(name) if body.role != Role::Root => format!("{name} <{}>", body.address),
        _ => body.address.clone(),
    }
}
