//! What anybody may know of the portal.

use super::{Error, Portal};
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::wire::B64;
use crypto_core::wire::api::{Limits, PortalStatus};
use crypto_core::wire::records;

/// The portal's state.
///
/// # Errors
/// The store's.
pub async fn status(portal: &Portal) -> Result<PortalStatus, Error> {
    let state = &portal.state;
    let organisation = transact(&*state.store, |tx| {
        Ok::<_, Error>(tx.load::<records::Portal>(&[])?.map(|portal| portal.organisation))
    })
    .await?;
    let limits = state.limits();
    Ok(PortalStatus {
        deployment: state.deployment,
        set_up: organisation.is_some(),
        organisation,
        limits: Limits {
            message_bytes: limits.message_bytes,
            attachments: limits.attachments,
            recipients: limits.recipients,
            retention_days: limits.retention_days,
            inactivity_days: limits.inactivity_days,
            bin_days: limits.bin_days,
            idle_minutes: state.config.sessions.idle_minutes,
            initial_password_days: limits.initial_password_days,
        },
        texts: state.rules().texts.clone(),
        log_key: B64(state.secrets.log_public_key().to_vec()),
        vrf_key: B64(state.secrets.vrf_public_key().to_vec()),
    })
}
