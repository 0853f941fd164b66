//! A signed-in person: the account's keys, its rotation, its end.

use crate::compose::Uploads;
use crate::error::Error;
use crate::http::Api;
use crate::mailbox::Opened;
use crate::platform::{Method, Platform};
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::CryptoRng;
use crypto_core::auth::{ClientRegistration, Kek};
use crypto_core::certificate::Reason;
use crypto_core::directory::DirectoryError;
use crypto_core::keys::{Bundle, BundleKey, ResumeKey};
use crypto_core::password::{check_policy, normalize};
use crypto_core::wire::api::{
    Duty, PortalStatus, Preferences, RegistrationAnswer, RegistrationStart, ResumeKey as ResumeKeyBody,
    Rotate, SessionInfo, StoredBundle, Wrap, WrapKind,
};
use crypto_core::wire::{AccountId, B64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) struct Keys {
    pub(crate) bundle: Bundle,
    pub(crate) key: BundleKey,
}

/// Somebody signed in.
pub struct Session<P> {
    api: Api<P>,
    status: PortalStatus,
    info: Mutex<SessionInfo>,
    keys: Mutex<Arc<Keys>>,
    kept: Mutex<String>,
    made_own_keys: bool,
    pub(crate) uploads: Mutex<Uploads>,
    pub(crate) opened: Mutex<Opened>,
    pub(crate) settings: Mutex<crate::settings::Memory>,
    pub(crate) index: Mutex<crate::search::Index>,
    pub(crate) memory: futures::lock::Mutex<crate::proven::Memory>,
}

/// A lock that a panic elsewhere cannot take away.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All wraps of a bundle key: under the password's key, and to the recovery code if there is one.
pub(crate) fn wraps(
    bundle: &Bundle,
    key: &BundleKey,
    kek: &Kek,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<Wrap>, Error> {
    let account = bundle.account();
    let sealed = B64(key.wrap_for_password(kek, account, rng));
    let mut wraps = vec![Wrap { kind: WrapKind::Password, sealed }];
    if let Some(public) = bundle.recovery_public() {
        let sealed = B64(key.wrap_for_recovery(public, account, rng)?);
        wraps.push(Wrap { kind: WrapKind::Recovery, sealed });
    }
    Ok(wraps)
}

impl<P: Platform> Session<P> {
    pub(crate) fn begin(api: Api<P>, status: PortalStatus, info: SessionInfo, keys: Keys) -> Self {
        Self {
            api,
            status,
            info: Mutex::new(info),
            keys: Mutex::new(Arc::new(keys)),
            kept: Mutex::default(),
            made_own_keys: false,
            uploads: Mutex::default(),
            opened: Mutex::default(),
            settings: Mutex::default(),
            index: Mutex::default(),
            memory: futures::lock::Mutex::default(),
        }
    }

    /// The API, with this session's cookie.
    pub fn api(&self) -> &Api<P> {
        &self.api
    }

    /// What the portal says of itself.
    pub fn status(&self) -> &PortalStatus {
        &self.status
    }

    /// What the session is.
    pub fn info(&self) -> SessionInfo {
        lock(&self.info).clone()
    }

    pub(crate) fn note_preferences(&self, wanted: &Preferences) {
        let mut info = lock(&self.info);
        info.language = wanted.language;
        info.reminders = wanted.reminders;
    }

    /// Whose.
    pub fn account(&self) -> AccountId {
        self.keys().bundle.account()
    }

    /// Name as certified.
    pub fn name(&self) -> Option<String> {
        self.keys().bundle.certificate().body().name.clone()
    }

    /// Revision of the bundle, for the device to remember.
    pub fn revision(&self) -> u64 {
        self.keys().bundle.revision()
    }

    /// Whether this sign-in made the first keys of the person's own.
    pub fn made_own_keys(&self) -> bool {
        self.made_own_keys
    }

    /// What the tab keeps for [`crate::Portal::resume`]: the bundle key, wrapped.
    pub fn kept(&self) -> String {
        lock(&self.kept).clone()
    }

    pub(crate) fn update_info(&self, change: impl FnOnce(&mut SessionInfo)) {
        change(&mut lock(&self.info));
    }

    pub(crate) fn set_kept(&self, kept: &[u8]) {
        *lock(&self.kept) = Base64UrlUnpadded::encode_string(kept);
    }

    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&lock(&self.keys))
    }

    pub(crate) fn set_keys(&self, keys: Keys) {
        *lock(&self.keys) = Arc::new(keys);
    }

    /// The bundle must be that of the newest certificate of the own address, which the key directory proves. Who has
    /// the organisation's key may come in without the witnesses' signatures, to name others; nothing can be sealed
    /// or verified without them all the same.
    pub(crate) async fn audit(&self) -> Result<(), Error> {
        let directory = match self.directory(&[], &[]).await {
            Err(Error::Directory(DirectoryError::Witnesses | DirectoryError::Stale)) if self.has_root() => {
                self.directory_unwitnessed().await?
            }
            other => other?,
        };
        self.own_certificate(&directory).map(|_| ())
    }

    /// Whether somebody else's browser made the keys.
    pub(crate) fn has_foreign_keys(&self) -> bool {
        let keys = self.keys();
        let certificate = keys.bundle.certificate().body();
        certificate.provisional && certificate.reason != Reason::Rotated
    }

    /// First sign-in: new signing, mailbox and bundle keys; the initial password stays for now.
    pub(crate) async fn make_own_keys(&mut self, kek: &Kek) -> Result<(), Error> {
        self.rotate(kek, true, None).await?;
        self.made_own_keys = true;
        self.update_info(|info| info.first_sign_in_done = true);
        Ok(())
    }

    /// Replaces the password; all keys are made anew, every other session ends.
    ///
    /// # Errors
    /// [`Error::PasswordPolicy`]; the problem `fresh-sign-in-needed` if the sign-in is too old;
    /// `bundle-stale` if another device was quicker.
    pub async fn set_password(&self, password: &str) -> Result<(), Error> {
        check_policy(password).map_err(|_| Error::PasswordPolicy)?;
        let password = normalize(password);
        let mut rng = self.api.platform().rng();
        let (state, request) = ClientRegistration::start(password.as_bytes(), &mut rng)?;
        let start = RegistrationStart { registration_request: B64(request.into_bytes()) };
        let answer: RegistrationAnswer =
            self.api.call(Method::Post, "/account/password/start", &start).await?;
        let deployment = self.status.deployment.as_bytes();
        let (record, kek) =
            state.finish(password.as_bytes(), &answer.registration_response.0, deployment, &mut rng)?;
        self.rotate(&kek, false, Some(record.into_bytes())).await?;
        self.update_info(|info| {
            info.initial_password = false;
            info.initial_password_until_ms = None;
            info.duty = info.duty.filter(|duty| *duty != Duty::Password);
        });
        self.keep_resumable().await
    }

    async fn rotate(&self, kek: &Kek, provisional: bool, record: Option<Vec<u8>>) -> Result<(), Error> {
        let mut rng = self.api.platform().rng();
        let now_ms = self.api.platform().now_ms();
        let old = self.keys();
        let made = old.bundle.rotated(provisional, now_ms, &mut rng)?;
        let key = BundleKey::make(&mut rng);
        let rotate = Rotate {
            expected_revision: old.bundle.revision(),
            certificate: B64(made.certificate.as_bytes().to_vec()),
            bundle: StoredBundle {
                revision: made.bundle.revision(),
                sealed: B64(made.bundle.seal(&key, &mut rng)),
            },
            wraps: wraps(&made.bundle, &key, kek, &mut rng)?,
            record: record.map(B64),
        };
        self.api.tell(Method::Post, "/account/rotate", &rotate).await?;
        *lock(&self.keys) = Arc::new(Keys { bundle: made.bundle, key });
        if old.bundle.certificate().body().provisional {
            // The settings key is another one now. If this fails, the next reading does it.
            drop(self.settings().await);
        }
        Ok(())
    }

    /// Wraps the bundle key under a fresh resume key, which goes to the server's session.
    pub(crate) async fn keep_resumable(&self) -> Result<(), Error> {
        let mut rng = self.api.platform().rng();
        let resume = ResumeKey::make(&mut rng);
        let body = ResumeKeyBody { key: B64(resume.expose().to_vec()) };
        self.api.tell(Method::Put, "/session/resume-key", &body).await?;
        let keys = self.keys();
        let wrapped = keys.key.wrap_for_resume(&resume, keys.bundle.account(), &mut rng);
        *lock(&self.kept) = Base64UrlUnpadded::encode_string(&wrapped);
        Ok(())
    }

    /// Ends the session on the server. **The caller drops the session, and with it the keys.**
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.api.plain(Method::Delete, "/session").await
    }
}
