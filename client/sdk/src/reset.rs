//! Helping somebody who lost password and recovery code: requests, new initial passwords, and earlier messages
//! made accessible again.

use crate::error::Error;
use crate::grants::Granted;
use crate::invite::Invited;
use crate::mailbox::{Person, person};
use crate::platform::{Method, Platform};
use crate::session::{Session, wraps};
use crypto_core::auth::ClientRegistration;
use crypto_core::certificate::{Directory, Lookup, Reason, Role};
use crypto_core::keys::{Bundle, BundleKey, RestoreAnswer, Settings, make_reset};
use crypto_core::message::Purpose;
use crypto_core::password::{make_initial_password, normalize};
use crypto_core::wire::api::{
    PasswordRequest, PasswordRequests, ResetFinish, ResetStart, ResetStarted, RestorableMessages, Restores,
    StoredBundle, StoredSettings,
};
use crypto_core::wire::{AccountId, Address, B64, Fingerprint, MessageId};
use std::ops::ControlFlow;

/// Somebody with new keys of their own, who cannot open earlier messages that this account can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreOffer {
    /// Who.
    pub account: AccountId,
    /// As certified.
    pub person: Person,
    /// When the keys were issued, by the issuer's clock.
    pub at_ms: u64,
    /// By whom.
    pub by: Person,
    /// The certificate with reason *reset*.
    pub certificate: Fingerprint,
    /// Messages that wait.
    pub messages: u32,
    /// Whether the person has said yes already, and it was broken off.
    pub promised: bool,
}

impl<P: Platform> Session<P> {
    /// Open requests for a new password that this account may deal with, oldest first.
    ///
    /// # Errors
    /// [`Error::Problem`], [`Error::Offline`].
    pub async fn password_requests(&self) -> Result<Vec<PasswordRequest>, Error> {
        let list: PasswordRequests = self.api().get("/password-requests").await?;
        Ok(list.requests)
    }

    /// Turns a request down.
    ///
    /// # Errors
    /// [`Error::Problem`], [`Error::Offline`].
    pub async fn decline_password_request(&self, account: AccountId) -> Result<(), Error> {
        self.api().plain(Method::Delete, &format!("/password-requests/{account}")).await
    }

    /// Makes new provisional keys and a new initial password for somebody who lost theirs. **After a call back:
    /// whoever gets the password gets the mailbox.** An administrator's are signed by the root, whose seed is handed
    /// over anew afterwards ([`Self::share_root`]).
    ///
    /// # Errors
    /// [`Error::NoKeys`] if there is no mailbox; [`Error::Making`] without the root's seed for an administrator's; [`Error::Problem`].
    pub async fn reset(&self, address: &str) -> Result<Invited, Error> {
        let address = Address::parse(address)?;
        let directory = self.directory(&[], &[&address]).await?;
        let Lookup::Current(live) = directory.look_up(address.as_str()) else {
            return Err(Error::NoKeys(address.to_string()));
        };
        let account = live.body().account;
        let mut rng = self.api().platform().rng();
        let initial_password = make_initial_password(&mut rng);
        let password = normalize(&initial_password);
        let (state, request) = ClientRegistration::start(password.as_bytes(), &mut rng)?;
        let start = ResetStart { account, registration_request: B64(request.into_bytes()) };
        let started: ResetStarted = self.api().call(Method::Post, "/resets/start", &start).await?;
        let response = &started.registration_response.0;
        let deployment = self.status().deployment.as_bytes();
        let (record, kek) = state.finish(password.as_bytes(), response, deployment, &mut rng)?;
        let keys = self.keys();
        let now_ms = self.api().platform().now_ms();
        let live = live.accepted().certificate();
        let origin = match (live.body().role, directory.root()) {
            (Role::Administrator, Some(root)) => keys.bundle.root_origin(&root, None, now_ms)?,
            _ => keys.bundle.origin(None, now_ms),
        };
        let made = make_reset(live, &origin, started.revision, &mut rng)?;
        let key = BundleKey::make(&mut rng);
        let settings = self.empty_settings(&made.bundle, started.settings_revision)?;
        let sealed = B64(made.bundle.seal(&key, &mut rng));
        let finish = ResetFinish {
            account,
            record: B64(record.into_bytes()),
            bundle: StoredBundle { revision: made.bundle.revision(), sealed },
            wraps: wraps(&made.bundle, &key, &kek, &mut rng)?,
            certificate: B64(made.certificate.as_bytes().to_vec()),
            settings,
        };
        self.api().tell(Method::Post, "/resets/finish", &finish).await?;
        Ok(Invited { address, initial_password })
    }

    fn empty_settings(&self, bundle: &Bundle, before: u64) -> Result<Option<StoredSettings>, Error> {
        if before == 0 {
            return Ok(None);
        }
        let revision = before.checked_add(1).ok_or(Error::Answer)?;
        let mut rng = self.api().platform().rng();
        let sealed = B64(bundle.seal_settings(&Settings::default(), revision, &mut rng)?);
        bundle.note_settings(revision);
        Ok(Some(StoredSettings { revision, sealed }))
    }

    /// Whose earlier messages wait for a yes of this account's person. Who was told no is left out.
    ///
    /// # Errors
    /// [`Error::Keys`], [`Error::Settings`], [`Error::Problem`], [`Error::Offline`].
    pub async fn restores(&self) -> Result<Vec<RestoreOffer>, Error> {
        let list: Restores = self.api().get("/restores").await?;
        if list.restores.is_empty() {
            return Ok(Vec::new());
        }
        let accounts: Vec<AccountId> = list.restores.iter().map(|it| it.account).collect();
        let directory = self.listed(&accounts, &[]).await?;
        let answers = self.settings().await?.restores;
        let offer = |account, messages| offer(&directory, &answers, account, messages);
        Ok(list.restores.iter().filter_map(|it| offer(it.account, it.messages)).collect())
    }

    /// Remembers what the person said, so that nobody asks again.
    ///
    /// # Errors
    /// [`Error::Settings`], [`Error::Problem`], [`Error::Offline`].
    pub async fn answer_restore(&self, offer: &RestoreOffer, granted: bool, done: bool) -> Result<(), Error> {
        let answer = RestoreAnswer {
            account: offer.account,
            certificate: offer.certificate,
            granted,
            at_ms: self.api().platform().now_ms(),
            done,
        };
        self.change_settings(|settings| {
            settings.restores.retain(|it| it.account != answer.account);
            settings.restores.push(answer.clone());
        })
        .await
    }

    /// Makes everything accessible again that this account and the other one hold, attachments included. Goes on
    /// where it was broken off.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub async fn make_accessible(
        &self,
        account: AccountId,
        progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Granted, Error> {
        let messages = self.restorable(account).await?;
        self.grant(&messages, account, Purpose::Restore, progress).await
    }

    async fn restorable(&self, account: AccountId) -> Result<Vec<MessageId>, Error> {
        let mut messages: Vec<MessageId> = Vec::new();
        loop {
            let after = messages.last().map(|last| format!("?after={last}")).unwrap_or_default();
            let path = format!("/restores/{account}/messages{after}");
            let page: RestorableMessages = self.api().get(&path).await?;
            let empty = page.messages.is_empty();
            messages.extend(page.messages);
            if empty || !page.more {
                return Ok(messages);
            }
        }
    }
}

/// What the server offers, as far as the directory bears it out and the person has not said no.
fn offer(
    directory: &Directory,
    answers: &[RestoreAnswer],
    account: AccountId,
    messages: u32,
) -> Option<RestoreOffer> {
    let current = directory.account(account)?;
    let (issued, by) = directory.issued_anew(account)?;
    let certificate = issued.fingerprint();
    let answer = answers.iter().find(|it| it.account == account && it.certificate == certificate);
    let reset = issued.body().reason == Reason::Reset;
    if current.body().provisional || !reset || answer.is_some_and(|answer| !answer.granted) {
        return None;
    }
    Some(RestoreOffer {
        account,
        person: person(current.accepted()),
        at_ms: issued.body().issued_at_ms,
        by: person(&by),
        certificate,
        messages,
        promised: answer.is_some(),
    })
}
