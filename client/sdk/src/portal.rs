//! The server as a stranger sees it: set-up, sign-in, resuming.

use crate::directory::follow;
use crate::error::Error;
use crate::http::Api;
use crate::platform::{Method, Platform};
use crate::session::{Keys, Session};
use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_core::auth::{ClientRegistration, ClientSignIn, Kek};
use crypto_core::certificate::{ChainError, Directory, Pins, PolicyBody, Role, issue_policy};
use crypto_core::keys::{
    BundleError, BundleKey, Identity, Origin, ResumeKey, SealedBundle, is_root_seed, make_account, make_root,
};
use crypto_core::label::Label;
use crypto_core::password::{check_policy, normalize};
use crypto_core::wire::api::{
    Chains, Language, NewAccount, PortalStatus, RegistrationAnswer, RestoreAdministratorFinish,
    RestoreAdministratorStarted, Resumed, SecondFactorFinish, SetupFinish, SetupStart, SignInFinish,
    SignInFinished, SignInStart, SignInStarted, SignedIn, StoredBundle, Wrap, WrapKind,
};
use crypto_core::wire::{AccountId, Address, B64, Fingerprint, Problem, ProblemCode, SUITE_1, SignInId};
use crypto_core::{Secret, certificate, printed};
use minicbor::bytes::ByteArray;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// A server and what it says of itself.
pub struct Portal<P> {
    pub(crate) api: Api<P>,
    pub(crate) status: PortalStatus,
    seen: BTreeMap<AccountId, u64>,
    seen_settings: BTreeMap<AccountId, u64>,
}

/// What the first administrator says.
pub struct SetUpRequest<'a> {
    /// From the link's fragment.
    pub token: &'a str,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The administrator's name.
    pub name: &'a str,
    /// The administrator's address.
    pub address: &'a str,
    /// Own password.
    pub password: &'a str,
    /// Of mails.
    pub language: Language,
}

/// What somebody says who has the printed copy of the organisation's key.
pub struct RestoreAdministratorRequest<'a> {
    /// From the link's fragment.
    pub token: &'a str,
    /// The printed copy.
    pub printed: &'a str,
    /// The administrator's name.
    pub name: &'a str,
    /// An address that never had a mailbox here.
    pub address: &'a str,
    /// Own password.
    pub password: &'a str,
    /// Of mails.
    pub language: Language,
}

/// How far a sign-in is after the right password.
pub enum SignIn<P> {
    /// Signed in.
    Done(Box<Session<P>>),
    /// A code is needed: [`Portal::finish_sign_in`].
    SecondFactor(PendingSignIn),
}

/// Somebody who has proved the password. Holds the key from it, and nothing that it opens.
pub struct PendingSignIn {
    pending: SignInId,
    address: Address,
    kek: Kek,
}

/// A portal that was just set up.
pub struct SetUp<P> {
    /// The root's seed as text to print and lock away.
    pub root_copy: Zeroizing<String>,
    /// The administrator's.
    pub session: Session<P>,
}

/// A registration under way.
struct Registering {
    address: Address,
    password: Zeroizing<String>,
    registration: ClientRegistration,
}

impl<P: Platform> Portal<P> {
    /// Asks the server who it is.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Answer`].
    pub async fn connect(platform: P) -> Result<Self, Error> {
        let api = Api::new(platform);
        let status = api.get("/status").await?;
        Ok(Self { api, status, seen: BTreeMap::new(), seen_settings: BTreeMap::new() })
    }

    /// What it says of itself.
    pub fn status(&self) -> &PortalStatus {
        &self.status
    }

    /// The API.
    pub fn api(&self) -> &Api<P> {
        &self.api
    }

    /// Remembers bundle revisions that this device has seen: older ones are refused.
    #[must_use]
    pub fn with_seen(mut self, seen: impl IntoIterator<Item = (AccountId, u64)>) -> Self {
        self.seen.extend(seen);
        self
    }

    /// Remembers revisions of settings that this device has seen: older ones are refused.
    #[must_use]
    pub fn with_seen_settings(mut self, seen: impl IntoIterator<Item = (AccountId, u64)>) -> Self {
        self.seen_settings.extend(seen);
        self
    }

    /// Makes organisation, root, first policy and administrator, and signs in.
    ///
    /// # Errors
    /// [`Error::PasswordPolicy`], [`Error::Address`], [`Error::Problem`].
    pub async fn set_up(&self, wanted: &SetUpRequest<'_>) -> Result<SetUp<P>, Error> {
        let (registering, start) = self.register(wanted.token, wanted.address, wanted.password)?;
        let answer: RegistrationAnswer = self.api.call(Method::Post, "/setup/start", &start).await?;
        let mut rng = self.api.platform().rng();
        let now_ms = self.api.platform().now_ms();
        let (root_seed, root) = make_root(wanted.organisation, now_ms, &mut rng)?;
        let (policy_hash, policy) = self.first_policy(&root_seed, &root)?;
        let pins = Pins { root: root.fingerprint(), policy: policy_hash };
        let administrator = (wanted.name, wanted.language);
        let finish = SetupFinish {
            token: start.token,
            organisation: wanted.organisation.to_owned(),
            root: B64(root.as_bytes().to_vec()),
            policy: B64(policy),
            account: self.administrator(
                registering,
                &answer.registration_response,
                administrator,
                &root_seed,
                pins,
            )?,
        };
        self.api.tell(Method::Post, "/setup/finish", &finish).await?;
        let root_copy = printed::print(&root_seed, Label::ROOT_COPY);
        let session = self.sign_in(wanted.address, wanted.password).await?;
        Ok(SetUp { root_copy, session })
    }

    /// Makes a new administrator with the printed copy of the organisation's key, and signs in: the way back when no
    /// administrator can sign in any more. The server's roots and policies are followed, and the root in force must
    /// be the printed one.
    ///
    /// # Errors
    /// [`Error::NotTheRoot`] if the copy is not of the key in force; [`Error::Keys`], [`Error::PasswordPolicy`],
    /// [`Error::Address`]; the problem `address-taken` if the address has or had a mailbox.
    pub async fn restore_administrator(
        &self,
        wanted: &RestoreAdministratorRequest<'_>,
    ) -> Result<Session<P>, Error> {
        let root_seed = printed::read(wanted.printed, Label::ROOT_COPY).map_err(|_| Error::NotTheRoot)?;
        let (registering, start) = self.register(wanted.token, wanted.address, wanted.password)?;
        let path = "/setup/administrator/start";
        let answer: RestoreAdministratorStarted = self.api.call(Method::Post, path, &start).await?;
        let pins = self.pins_of(&answer.chains, &root_seed, wanted.address)?;
        let administrator = (wanted.name, wanted.language);
        let finish = RestoreAdministratorFinish {
            token: start.token,
            account: self.administrator(
                registering,
                &answer.registration_response,
                administrator,
                &root_seed,
                pins,
            )?,
        };
        self.api.tell(Method::Post, "/setup/administrator/finish", &finish).await?;
        self.sign_in(wanted.address, wanted.password).await
    }

    /// The newest root and policy, followed from the first ones on: the root must be the one whose seed is known.
    fn pins_of(&self, chains: &Chains, root_seed: &Secret<32>, address: &str) -> Result<Pins, Error> {
        let root = chains.entries.last().ok_or(Error::Answer)?;
        let policy = chains.policies.last().ok_or(Error::Answer)?;
        let pins = Pins { root: Fingerprint::of(&root.entry.0), policy: Fingerprint::of(&policy.0) };
        let keys = |cause| Error::Keys { address: address.to_owned(), cause };
        let directory: Directory = follow(pins, chains).map_err(keys)?;
        let root = directory.root().ok_or_else(|| keys(ChainError::Root))?;
        if !is_root_seed(root_seed, &root) {
            return Err(Error::NotTheRoot);
        }
        if directory.policy().body().deployment != self.status.deployment {
            return Err(keys(ChainError::Policy));
        }
        Ok(pins)
    }

    /// Begins a registration.
    fn register(
        &self,
        token: &str,
        address: &str,
        password: &str,
    ) -> Result<(Registering, SetupStart), Error> {
        let address = Address::parse(address)?;
        check_policy(password).map_err(|_| Error::PasswordPolicy)?;
        let token = B64(Base64UrlUnpadded::decode_vec(token).map_err(|_| Error::Input)?);
        let password = normalize(password);
        let (registration, request) =
            ClientRegistration::start(password.as_bytes(), &mut self.api.platform().rng())?;
        let start = SetupStart {
            token,
            address: address.to_string(),
            registration_request: B64(request.into_bytes()),
        };
        Ok((Registering { address, password, registration }, start))
    }

    /// An administrator certified by the root, with its seed.
    fn administrator(
        &self,
        registering: Registering,
        response: &B64,
        (name, language): (&str, Language),
        root_seed: &Secret<32>,
        pins: Pins,
    ) -> Result<NewAccount, Error> {
        let Registering { address, password, registration } = registering;
        let mut rng = self.api.platform().rng();
        let deployment = self.status.deployment;
        let (record, kek) =
            registration.finish(password.as_bytes(), &response.0, deployment.as_bytes(), &mut rng)?;
        let identity = Identity {
            address: address.to_string(),
            name: Some(name.to_owned()),
            unit: None,
            role: Role::Administrator,
        };
        let origin = Origin {
            issuer_seed: root_seed,
            issuer: pins.root,
            previous: None,
            pins,
            provisional: false,
            now_ms: self.api.platform().now_ms(),
        };
        let made = make_account(identity, &origin, &mut rng)?;
        let bundle = made.bundle.with_root_seed(root_seed.duplicate());
        let bundle_key = BundleKey::make(&mut rng);
        Ok(NewAccount {
            address: address.to_string(),
            language,
            record: B64(record.into_bytes()),
            wraps: vec![Wrap {
                kind: WrapKind::Password,
                sealed: B64(bundle_key.wrap_for_password(&kek, bundle.account(), &mut rng)),
            }],
            bundle: StoredBundle { revision: 1, sealed: B64(bundle.seal(&bundle_key, &mut rng)) },
            certificate: B64(made.certificate.as_bytes().to_vec()),
        })
    }

    fn first_policy(
        &self,
        seed: &Secret<32>,
        root: &certificate::Certificate,
    ) -> Result<(Fingerprint, Vec<u8>), Error> {
        let key = |bytes: &B64| {
            <[u8; 32]>::try_from(bytes.0.as_slice()).map(ByteArray::from).map_err(|_| Error::Answer)
        };
        let body = PolicyBody {
            suite: SUITE_1,
            deployment: self.status.deployment,
            vrf_key: key(&self.status.vrf_key)?,
            log_key: key(&self.status.log_key)?,
            witnesses: None,
            quorum: 0,
            minimum_suite: SUITE_1,
            revision: 1,
            previous: None,
            root: root.fingerprint(),
        };
        let (policy, bytes) = issue_policy(&body, seed).map_err(crypto_core::keys::KeyError::from)?;
        Ok((policy.hash(), bytes))
    }

    /// Signs in somebody without a second factor.
    ///
    /// # Errors
    /// As [`Self::begin_sign_in`], and the problem `second-factor-needed`.
    pub async fn sign_in(&self, address: &str, password: &str) -> Result<Session<P>, Error> {
        match self.begin_sign_in(address, password).await? {
            SignIn::Done(session) => Ok(*session),
            SignIn::SecondFactor(_) => Err(Error::Problem(Problem::of(ProblemCode::SecondFactorNeeded))),
        }
    }

    /// Signs in by password, and goes on to the second factor if there is one. At the first time with
    /// provisional keys, makes keys of the person's own.
    ///
    /// # Errors
    /// [`Error::SignIn`] if address or password is wrong; [`Error::Bundle`], [`Error::Keys`] if the server
    /// gives a bundle or a directory that is not right, or those of another address.
    pub async fn begin_sign_in(&self, address: &str, password: &str) -> Result<SignIn<P>, Error> {
        let address = Address::parse(address)?;
        let password = normalize(password);
        let mut rng = self.api.platform().rng();
        let (state, ke1) = ClientSignIn::start(password.as_bytes(), &mut rng)?;
        let start = SignInStart { address: address.to_string(), ke1: B64(ke1.into_bytes()) };
        let started: SignInStarted = self.api.call(Method::Post, "/sign-in/start", &start).await?;
        let (ke3, kek) =
            state.finish(password.as_bytes(), &started.ke2.0, self.status.deployment.as_bytes())?;
        drop(password);
        let finish = SignInFinish { sign_in: started.sign_in, ke3: B64(ke3.into_bytes()) };
        match self.api.call(Method::Post, "/sign-in/finish", &finish).await? {
            SignInFinished::SignedIn(signed_in) => {
                Ok(SignIn::Done(Box::new(self.enter(*signed_in, &address, &kek).await?)))
            }
            SignInFinished::SecondFactor(wanted) => {
                Ok(SignIn::SecondFactor(PendingSignIn { pending: wanted.pending, address, kek }))
            }
        }
    }

    /// The second step, with a code from the app or a backup code.
    ///
    /// # Errors
    /// The problems `second-factor-failed` and `rate-limited`: another try is possible; `sign-in-expired`:
    /// none is. As [`Self::begin_sign_in`].
    pub async fn finish_sign_in(&self, proved: &PendingSignIn, code: &str) -> Result<Session<P>, Error> {
        let finish = SecondFactorFinish { pending: proved.pending, code: code.trim().to_owned() };
        let signed_in: SignedIn = self.api.call(Method::Post, "/sign-in/second-factor", &finish).await?;
        self.enter(signed_in, &proved.address, &proved.kek).await
    }

    async fn enter(&self, signed_in: SignedIn, address: &Address, kek: &Kek) -> Result<Session<P>, Error> {
        let account = signed_in.session.account;
        let bundle_key = BundleKey::unwrap_with_password(&signed_in.wrap.sealed.0, kek, account)?;
        let keys = self.open_bundle(&signed_in.bundle, bundle_key, account)?;
        let mut session = Session::begin(self.api.clone(), self.status.clone(), signed_in.session, keys);
        session.remember_settings(self.settings_seen_of(account));
        session.audit().await?;
        // Of two accounts with one password, the server could give the other one.
        if session.keys().bundle.certificate().body().address != address.as_str() {
            return Err(BundleError::Mismatch.into());
        }
        if session.has_foreign_keys() {
            session.make_own_keys(kek).await?;
        }
        session.renew_mailbox_key().await;
        session.heed_others().await;
        session.keep_resumable().await?;
        session.keep_checkpoint().await;
        Ok(session)
    }

    /// Goes on with the session of the cookie, with what the tab kept. `None` if there is none any more.
    ///
    /// # Errors
    /// [`Error::Bundle`], [`Error::Keys`] as in [`Self::sign_in`].
    pub async fn resume(&self, kept: &str) -> Result<Option<Session<P>>, Error> {
        let Ok(kept) = Base64UrlUnpadded::decode_vec(kept) else { return Ok(None) };
        let resumed: Resumed = match self.api.get("/session").await {
            Ok(resumed) => resumed,
            Err(Error::Problem(_)) => return Ok(None),
            Err(other) => return Err(other),
        };
        let account = resumed.session.account;
        let key = resumed.resume_key.as_ref().and_then(|key| ResumeKey::from_bytes(&key.0));
        let bundle_key = key.and_then(|key| BundleKey::unwrap_with_resume(&kept, &key, account).ok());
        let Some(bundle_key) = bundle_key else { return Ok(None) };
        let keys = self.open_bundle(&resumed.bundle, bundle_key, account)?;
        let session = Session::begin(self.api.clone(), self.status.clone(), resumed.session, keys);
        session.set_kept(&kept);
        session.remember_settings(self.settings_seen_of(account));
        session.audit().await?;
        Ok(Some(session))
    }

    fn settings_seen_of(&self, account: AccountId) -> u64 {
        self.seen_settings.get(&account).copied().unwrap_or(0)
    }

    pub(crate) fn open_bundle(
        &self,
        stored: &StoredBundle,
        key: BundleKey,
        account: AccountId,
    ) -> Result<Keys, Error> {
        let seen = self.seen.get(&account).copied().unwrap_or(0);
        let bundle = SealedBundle::parse(&stored.sealed.0)?.open(&key, account, seen)?;
        Ok(Keys { bundle, key })
    }
}
