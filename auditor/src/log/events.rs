//! What an auditor is told of the new entries: who got new keys from whom, whose ended, and who has power.

use super::entries::{Gathered, Signed, parse};
use crate::report::log::{EventKind, LogEvent};
use crypto_core::certificate::{Certificate, Directory, Entry, Reason, Role, Statement};
use crypto_core::wire::Fingerprint;

pub(super) fn since(known: usize, entries: &Gathered, directory: &Directory) -> Vec<LogEvent> {
    let event = |(entry, epoch): (&crypto_core::wire::api::SequencedEntry, Option<u64>)| {
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
                        (issued(certificate)?, certificate.body().issued_at_ms)
                    }
                    Entry::Statement(statement) => (ended(statement), statement.body().issued_at_ms),
                };
                (kind, entries.name(it.subject()), name(directory, it.issuer()), Some(at_ms))
            }
        };
        Some(LogEvent { entry: entry.sequence, epoch, kind, subject, by, at_ms })
    };
    entries.behind(known).filter_map(event).collect()
}

/// Rotations by oneself and invitations of staff and partners are no events.
fn issued(certificate: &Certificate) -> Option<EventKind> {
    let body = certificate.body();
    match (body.role, body.reason) {
        (Role::Root, Reason::Genesis) => Some(EventKind::FirstRoot),
        (Role::Root, _) => Some(EventKind::NewRoot),
        (_, Reason::Reset) => Some(EventKind::Reset),
        (Role::Administrator, Reason::Issued | Reason::Readdressed) => Some(EventKind::Administrator),
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
