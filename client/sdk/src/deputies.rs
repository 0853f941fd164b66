//! Vertretung: who stands in for whom. It stands in the owner's certificate; senders' clients seal to valid deputies
//! too, a deputy's answer is sealed to the owner too, and readers check both.

use crate::admin::live;
use crate::directory::ContactInfo;
use crate::error::Error;
use crate::grants::Granted;
use crate::mailbox::{Person, person};
use crate::platform::{Method, Platform};
use crate::session::{Keys, Session};
use crypto_core::certificate::{CertificateBody, CurrentCertificate, Deputy, Directory, Reason, Role};
use crypto_core::directory::ProvenDirectory;
use crypto_core::message::{Grant, Message, Purpose, RecipientRole};
use crypto_core::wire::api::{
    ContactList, MessageEntry, MessagePage, NameDeputies, Resign, Resignations, Resigned, StoredBundle,
};
use crypto_core::wire::{AccountId, B64, Fingerprint, MessageId};
use std::ops::ControlFlow;

/// Somebody who is to stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn {
    /// Who.
    pub account: AccountId,
    /// From when, ms since 1970.
    pub from_ms: u64,
    /// Until when.
    pub until_ms: u64,
}

/// Somebody who stands in, as certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeputyInfo {
    /// Who.
    pub account: AccountId,
    /// If their keys can be verified.
    pub address: Option<String>,
    /// As certified.
    pub name: Option<String>,
    /// From when.
    pub from_ms: u64,
    /// Until when.
    pub until_ms: u64,
    /// Whether an administrator named them.
    pub by_administrator: bool,
    /// Whether they ended it.
    pub resigned: bool,
}

/// Somebody for whom one stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Represented {
    /// Who.
    pub owner: ContactInfo,
    /// From when.
    pub from_ms: u64,
    /// Until when.
    pub until_ms: u64,
}

/// Who stands in for whom about a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Representation {
    /// In whose name its sender wrote, who was their deputy then.
    pub on_behalf_of: Option<Person>,
    /// For whom one got it as a deputy.
    pub for_whom: Option<(AccountId, Person)>,
}

impl Representation {
    /// Checks what the header claims, and finds for whom this reader got the message.
    ///
    /// # Errors
    /// [`Error::Message`] if the sender was no deputy of whom they say.
    pub(crate) fn of(
        message: &Message,
        entry: &MessageEntry,
        directory: &Directory,
        reader: AccountId,
    ) -> Result<Self, Error> {
        let accepted = |fingerprint: &Fingerprint| directory.accepted_certificate(fingerprint);
        let on_behalf_of = message.on_behalf_of(accepted, entry.delivered_at_ms)?;
        let recipients = message.header().recipients();
        let mine = |role| recipients.iter().any(|it| it.account == reader && it.role == role);
        let owner = if mine(RecipientRole::To) || message.header().sender() == reader {
            None
        } else if mine(RecipientRole::Deputy) {
            let mut to = recipients.iter().filter(|it| it.role == RecipientRole::To);
            to.find_map(|it| {
                accepted(&it.certificate).filter(|it| it.body().names_deputy(reader, entry.delivered_at_ms))
            })
        } else {
            let grants = entry.grants.iter().filter_map(|it| Grant::parse(&it.grant.0).ok());
            let mut to_reader = grants.filter(|it| it.body().purpose == Purpose::Deputy);
            to_reader.find_map(|it| accepted(&it.body().granter))
        };
        let for_whom = owner.map(|it| (it.body().account, person(&it)));
        Ok(Self { on_behalf_of: on_behalf_of.map(|it| person(&it)), for_whom })
    }
}

impl StandIn {
    /// As a certificate has them.
    pub(crate) fn certified(deputies: &[Self]) -> Option<Vec<Deputy>> {
        let certified =
            |it: &Self| Deputy { account: it.account, from_ms: it.from_ms, until_ms: it.until_ms };
        (!deputies.is_empty()).then(|| deputies.iter().map(certified).collect())
    }
}

impl DeputyInfo {
    /// All that a certificate names.
    pub(crate) fn all(owner: &CertificateBody, directory: &Directory) -> Vec<Self> {
        let by_administrator = owner.reason == Reason::Deputed;
        let deputies = owner.deputies.iter().flatten();
        let info = |it: &Deputy| {
            let current = directory.account(it.account);
            Self {
                account: it.account,
                address: current.as_ref().map(|it| it.body().address.clone()),
                name: current.and_then(|it| it.body().name.clone()),
                from_ms: it.from_ms,
                until_ms: it.until_ms,
                by_administrator,
                resigned: false,
            }
        };
        deputies.map(info).collect()
    }
}

impl<P: Platform> Session<P> {
    /// Who stands in for oneself, now or later.
    ///
    /// # Errors
    /// [`Error::Keys`], [`Error::Offline`].
    pub async fn deputies(&self) -> Result<Vec<DeputyInfo>, Error> {
        let directory = self.directory(&[], &[]).await?;
        let resigned: Resignations = self.api().get("/account/deputies/resigned").await?;
        let mut deputies = DeputyInfo::all(self.keys().bundle.certificate().body(), &directory);
        let now_ms = self.api().platform().now_ms();
        deputies.retain(|it| now_ms < it.until_ms);
        for deputy in &mut deputies {
            deputy.resigned = resigned.deputies.contains(&deputy.account);
        }
        Ok(deputies)
    }

    /// Names deputies in the place of those that there are; the own keys are made anew.
    ///
    /// # Errors
    /// [`Error::Input`] if somebody is no colleague; [`Error::Making`] if dates or number do not fit; the problem
    /// `bundle-stale` if another device was quicker.
    pub async fn name_deputies(&self, deputies: &[StandIn]) -> Result<(), Error> {
        let accounts: Vec<AccountId> = deputies.iter().map(|it| it.account).collect();
        let directory = self.directory(&accounts, &[]).await?;
        for account in accounts {
            if live(&directory, account)?.body().role != Role::Staff {
                return Err(Error::Input);
            }
        }
        let (keys, now_ms) = (self.keys(), self.api().platform().now_ms());
        let mut rng = self.api().platform().rng();
        let provisional = keys.bundle.certificate().body().provisional;
        let certified = StandIn::certified(deputies);
        let made = keys.bundle.rotated_with(provisional, certified, now_ms, &mut rng)?;
        let body = NameDeputies {
            expected_revision: keys.bundle.revision(),
            certificate: B64(made.certificate.as_bytes().to_vec()),
            bundle: StoredBundle {
                revision: made.bundle.revision(),
                sealed: B64(made.bundle.seal(&keys.key, &mut rng)),
            },
        };
        self.api().tell(Method::Post, "/account/deputies", &body).await?;
        self.set_keys(Keys { bundle: made.bundle, key: keys.key.duplicate() });
        Ok(())
    }

    /// Leaves out deputies whose time is over or who ended it. Tells whether there were any.
    ///
    /// # Errors
    /// As [`Self::name_deputies`].
    pub async fn tidy_deputies(&self) -> Result<bool, Error> {
        let named = self.keys().bundle.certificate().body().deputies.clone().unwrap_or_default();
        if named.is_empty() {
            return Ok(false);
        }
        let stay: Vec<_> = self.deputies().await?.into_iter().filter(|it| !it.resigned).collect();
        if stay.len() == named.len() {
            return Ok(false);
        }
        let stand_in =
            |it: &DeputyInfo| StandIn { account: it.account, from_ms: it.from_ms, until_ms: it.until_ms };
        let stay: Vec<_> = stay.iter().map(stand_in).collect();
        self.name_deputies(&stay).await?;
        Ok(true)
    }

    /// What others left for this sign-in: the organisation's key for an administrator, deputies who ended it.
    /// What does not work now is done at the next one.
    pub(crate) async fn heed_others(&self) {
        drop(self.take_root_share().await);
        drop(self.tidy_deputies().await);
    }

    /// For whom one stands in now or later, as their own certificates say.
    ///
    /// # Errors
    /// [`Error::Keys`], [`Error::Offline`].
    pub async fn represented(&self) -> Result<Vec<Represented>, Error> {
        if self.info().role != Role::Staff {
            return Ok(Vec::new());
        }
        let list: ContactList = self.api().get("/contacts").await?;
        let colleagues = list.contacts.iter().filter(|it| it.role == Role::Staff).map(|it| it.account);
        let colleagues: Vec<AccountId> = colleagues.collect();
        let (directory, resigned) = self.listed_and_resigned(&colleagues, &[]).await?;
        let (own, now_ms) = (self.account(), self.api().platform().now_ms());
        let mut represented = Vec::new();
        for owner in colleagues.iter().filter_map(|account| directory.account(*account)) {
            for it in owner.body().deputies.iter().flatten() {
                let ended = has_resigned(&resigned, owner.body().account, own);
                if it.account == own && now_ms < it.until_ms && !ended {
                    let owner = ContactInfo::of(owner.accepted());
                    represented.push(Represented { owner, from_ms: it.from_ms, until_ms: it.until_ms });
                }
            }
        }
        Ok(represented)
    }

    /// Ends standing in for somebody: senders' clients leave one out from now on. The owner's client makes a
    /// certificate that says so when it is asked next; administrators see it.
    ///
    /// # Errors
    /// The problem `not-found` if one does not.
    pub async fn resign(&self, owner: AccountId) -> Result<(), Error> {
        self.api().tell(Method::Post, "/account/deputies/resign", &Resign { owner }).await
    }

    /// Lets somebody open all mail that one has.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub async fn hand_mail_to(
        &self,
        receiver: AccountId,
        purpose: Purpose,
        progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Granted, Error> {
        let mut all: Vec<MessageId> = Vec::new();
        for folder in ["inbox", "sent"] {
            let mut path = format!("/messages?folder={folder}");
            loop {
                let page: MessagePage = self.api().get(&path).await?;
                all.extend(page.messages.iter().map(|entry| entry.message));
                let Some(next) = page.next else { break };
                path = format!("/messages?folder={folder}&before={next}");
            }
        }
        self.grant(&all, receiver, purpose, progress).await
    }

    /// In whose name one writes, who gets it too; one must be their deputy.
    pub(crate) fn represented_owner(
        &self,
        owner: Option<AccountId>,
        (directory, resigned): (&ProvenDirectory, &[Resigned]),
        recipients: &[CurrentCertificate],
    ) -> Result<Option<CurrentCertificate>, Error> {
        let Some(owner) = owner else { return Ok(None) };
        let current = live(directory, owner)?;
        let named = current.body().names_deputy(self.account(), self.api().platform().now_ms());
        if !named || has_resigned(resigned, owner, self.account()) {
            return Err(Error::NotDeputy);
        }
        Ok((!recipients.iter().any(|it| it.body().account == owner)).then_some(current))
    }

    /// Certificates of all who stand in now for some recipients and have keys of their own, each once and without
    /// the recipients, oneself, and who ended it.
    pub(crate) fn stand_ins(
        &self,
        recipients: &[CurrentCertificate],
        (directory, resigned): (&ProvenDirectory, &[Resigned]),
    ) -> Vec<CurrentCertificate> {
        self.standing_in(recipients, directory, resigned)
    }

    /// The same of a directory that is good for showing only.
    pub(crate) fn standing_in(
        &self,
        recipients: &[CurrentCertificate],
        directory: &Directory,
        resigned: &[Resigned],
    ) -> Vec<CurrentCertificate> {
        let now_ms = self.api().platform().now_ms();
        let own = self.account();
        let mut found: Vec<CurrentCertificate> = Vec::new();
        let pairs = recipients.iter().map(|it| it.body());
        let pairs = pairs.flat_map(|it| it.deputies.iter().flatten().map(|deputy| (it.account, deputy)));
        for (owner, deputy) in pairs {
            let valid = deputy.from_ms <= now_ms
                && now_ms < deputy.until_ms
                && deputy.account != own
                && !has_resigned(resigned, owner, deputy.account);
            let known = |it: &CurrentCertificate| it.body().account == deputy.account;
            if !valid || recipients.iter().any(known) || found.iter().any(known) {
                continue;
            }
            if let Some(current) = directory.account(deputy.account)
                && current.body().role == Role::Staff
                && !current.body().provisional
            {
                found.push(current);
            }
        }
        found
    }
}

fn has_resigned(all: &[Resigned], owner: AccountId, deputy: AccountId) -> bool {
    all.iter().any(|it| it.owner == owner && it.deputy == deputy)
}
