//! The account's sealed settings: read, changed, and never overwritten by a client that has not seen them.
//!
//! A change is a function of the newest settings. Where another device was quicker, it is applied again to
//! what that one wrote, so both changes last.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::{Session, lock};
use crypto_core::keys::{Settings, SettingsError};
use crypto_core::wire::api::{ReplaceSettings, SettingsState, StoredSettings};
use crypto_core::wire::{B64, ProblemCode};

const TRIES: usize = 8;

/// What this client knows of the settings.
#[derive(Default)]
pub(crate) struct Memory {
    seen_revision: u64,
    newest: Option<Newest>,
}

#[derive(Clone, Default)]
struct Newest {
    settings: Settings,
    revision: u64,
    under_former_key: bool,
}

impl<P: Platform> Session<P> {
    /// The device has seen settings of this revision: older ones are refused.
    pub(crate) fn remember_settings(&self, revision: u64) {
        let mut memory = lock(&self.settings);
        memory.seen_revision = memory.seen_revision.max(revision);
    }

    /// The highest revision of the settings that was seen, for the device to remember.
    pub fn settings_revision(&self) -> u64 {
        lock(&self.settings).seen_revision
    }

    /// The newest settings. What an earlier settings key sealed is sealed anew.
    ///
    /// # Errors
    /// [`Error::Settings`] if the server gives others, or older ones than were seen.
    pub async fn settings(&self) -> Result<Settings, Error> {
        let newest = self.fetch_settings().await?;
        if !newest.under_former_key {
            return Ok(newest.settings);
        }
        self.change_settings(|_| ()).await?;
        self.fetch_settings().await.map(|newest| newest.settings)
    }

    /// The newest settings that this client knows, which may be older than the server's.
    pub(crate) async fn known_settings(&self) -> Result<Settings, Error> {
        let known = lock(&self.settings).newest.as_ref().map(|newest| newest.settings.clone());
        match known {
            Some(settings) => Ok(settings),
            None => self.settings().await,
        }
    }

    /// Changes the settings; `change` may be applied several times, each time to newer ones.
    ///
    /// # Errors
    /// As [`Self::settings`]; [`SettingsError::TooLong`] if they have become too many.
    pub async fn change_settings<T>(&self, change: impl Fn(&mut Settings) -> T) -> Result<T, Error> {
        let mut known = lock(&self.settings).newest.clone();
        for _ in 0..TRIES {
            let base = match known.take() {
                Some(base) => base,
                None => self.fetch_settings().await?,
            };
            let mut settings = base.settings.clone();
            let result = change(&mut settings);
            if settings == base.settings && !base.under_former_key {
                return Ok(result);
            }
            match self.put_settings(base.revision, settings).await {
                Ok(()) => return Ok(result),
                Err(error) if error.is(ProblemCode::SettingsStale) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Problem(crypto_core::wire::Problem::of(ProblemCode::SettingsStale)))
    }

    async fn fetch_settings(&self) -> Result<Newest, Error> {
        let state: SettingsState = self.api().get("/account/settings").await?;
        let keys = self.keys();
        let seen = self.settings_revision();
        let newest = match state.settings {
            None if seen.max(keys.bundle.settings_revision()) > 0 => {
                return Err(SettingsError::RolledBack.into());
            }
            None => Newest::default(),
            Some(stored) => {
                let opened = keys.bundle.open_settings(&stored.sealed.0, seen)?;
                if opened.revision != stored.revision {
                    return Err(SettingsError::Open.into());
                }
                Newest {
                    settings: opened.settings,
                    revision: opened.revision,
                    under_former_key: opened.under_former_key,
                }
            }
        };
        self.learn(&newest);
        Ok(newest)
    }

    async fn put_settings(&self, expected_revision: u64, settings: Settings) -> Result<(), Error> {
        let keys = self.keys();
        let revision = expected_revision.checked_add(1).ok_or(SettingsError::TooLong)?;
        let sealed = keys.bundle.seal_settings(&settings, revision, &mut self.api().platform().rng())?;
        let settings_body = StoredSettings { revision, sealed: B64(sealed) };
        let body = ReplaceSettings { expected_revision, settings: settings_body };
        // Whatever the answer is: unless it is a yes, nothing is known any more.
        lock(&self.settings).newest = None;
        self.api().tell(Method::Put, "/account/settings", &body).await?;
        keys.bundle.note_settings(revision);
        self.learn(&Newest { settings, revision, under_former_key: false });
        Ok(())
    }

    fn learn(&self, newest: &Newest) {
        let mut memory = lock(&self.settings);
        // Of two that were under way at once, the newer one counts.
        if newest.revision >= memory.seen_revision {
            memory.seen_revision = newest.revision;
            memory.newest = Some(newest.clone());
        }
    }
}
