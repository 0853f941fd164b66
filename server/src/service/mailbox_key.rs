//! A new mailbox key, every few weeks: certificate and bundle change together, everything else stays.

use super::sessions::Caller;
use super::{Error, Portal, accounts, certificates};
use crate::events;
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::wire::api::{Event, RotateMailbox};
use crypto_core::wire::limits;
use crypto_core::wire::records::{Account, Bundle, SecurityEventKind};

/// Enters the new certificate and takes the bundle that goes with it.
///
/// # Errors
/// [`ProblemCode::BundleStale`](crypto_core::wire::ProblemCode::BundleStale) if another device was quicker;
/// `CertificateRefused`, `Malformed`.
pub async fn rotate(portal: &Portal, caller: &Caller, body: RotateMailbox) -> Result<(), Error> {
    let entry = certificates::parse_certificate(&body.certificate)?;
    let sealed = accounts::check_sealed(&body.bundle.sealed, limits::BUNDLE_BYTES)?;
    let now_ms = portal.state.now_ms();
    transact(&*portal.state.store, |tx| {
        let wraps = tx.need::<Bundle>(&[caller.id.as_bytes()])?.wraps;
        let bundle = Bundle { revision: body.bundle.revision, sealed: sealed.clone(), wraps };
        let account = accounts::advance_bundle(tx, caller.id, body.expected_revision, bundle)?;
        accounts::admit_rotation(tx, caller.id, &account, &entry, true)?;
        certificates::enter(tx, &entry, now_ms)?;
        let kind = SecurityEventKind::KeysRotated;
        events::record(tx, &mut *portal.state.rng(), now_ms, kind, Some(caller.id), None);
        let account = Account { certificate: entry.fingerprint(), ..account };
        tx.save(&[caller.id.as_bytes()], &account);
        Ok::<_, Error>(())
    })
    .await?;
    portal.state.tell(caller.id, Event::Keys);
    Ok(())
}
