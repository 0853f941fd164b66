//! Sealed settings of an account: kept, compared and swapped, never opened.

use super::sessions::Caller;
use super::{Error, Portal, require};
use crate::store::models::Records;
use crate::store::transact;
use crypto_core::wire::api::{ReplaceSettings, SettingsState, StoredSettings};
use crypto_core::wire::records::Settings;
use crypto_core::wire::{B64, ProblemCode, limits};

/// The caller's settings.
///
/// # Errors
/// The store's.
pub async fn state(portal: &Portal, caller: &Caller) -> Result<SettingsState, Error> {
    let kept =
        transact(&*portal.state.store, |tx| Ok::<_, Error>(tx.load::<Settings>(&[caller.id.as_bytes()])?))
            .await?;
    let settings =
        kept.map(|kept| StoredSettings { revision: kept.revision, sealed: B64(kept.sealed.into()) });
    Ok(SettingsState { settings })
}

/// Replaces the caller's settings, if they are still those that the caller knows.
///
/// # Errors
/// [`ProblemCode::SettingsStale`], [`ProblemCode::Malformed`].
pub async fn replace(portal: &Portal, caller: &Caller, body: ReplaceSettings) -> Result<(), Error> {
    let ReplaceSettings { expected_revision, settings: StoredSettings { revision, sealed } } = body;
    require((1..=limits::SETTINGS_BYTES).contains(&sealed.0.len()), ProblemCode::Malformed)?;
    require(expected_revision.checked_add(1) == Some(revision), ProblemCode::Malformed)?;
    transact(&*portal.state.store, |tx| {
        let kept = tx.load::<Settings>(&[caller.id.as_bytes()])?;
        let present = kept.map_or(0, |kept| kept.revision);
        require(present == expected_revision, ProblemCode::SettingsStale)?;
        tx.save(&[caller.id.as_bytes()], &Settings { revision, sealed: sealed.0.clone().into() });
        Ok(())
    })
    .await
}
