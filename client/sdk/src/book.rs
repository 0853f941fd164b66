//! The address book: people whose keys are certified, with the names and notes that the person gave them,
//! and what is to be said of their keys.
//!
//! What is said of keys comes from the histories that were followed to the pinned root, never from the
//! server's word. A rotation is silent; a reset and an invitation anew are told once to whoever knew the
//! address before. What was told, the sealed settings remember.

use crate::directory::ContactInfo;
use crate::error::Error;
use crate::platform::Platform;
use crate::session::Session;
use crypto_core::certificate::{Cause, Certificate, Directory, Entry, Reason, Role};
use crypto_core::keys::{BookEntry, KnownKeys, Settings, SettingsError};
use crypto_core::wire::api::ContactList;
use crypto_core::wire::{AccountId, Address, Fingerprint, limits};
use std::collections::BTreeSet;

/// The longest note, in bytes of UTF-8.
const NOTE_BYTES: usize = 2000;
/// Lines of an address book.
const MOST: usize = 1000;

/// An address book, and what is new about its people's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// By own name, certified name, address.
    pub people: Vec<Card>,
    /// Told until [`Session::acknowledge_keys`].
    pub notices: Vec<NewKeys>,
}

/// Somebody in the address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Canonical.
    pub address: String,
    /// As certified; nobody has certified who has no mailbox.
    pub certified: Option<ContactInfo>,
    /// The name that the person gave.
    pub own_name: Option<String>,
    /// What the person wants to remember.
    pub note: Option<String>,
    /// Whether the person put the address there.
    pub in_book: bool,
    /// Whether one may write to them now.
    pub may_write: bool,
    /// Where their keys stand.
    pub standing: Standing,
    /// When and by whom keys were issued a further time, if they were.
    pub reissued: Option<Reissued>,
}

/// Where somebody's keys stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Made by the inviter's browser at this time, and not replaced yet.
    NeverSignedIn(u64),
    /// Their own since this time, but an initial password opens the mailbox.
    InitialPassword(u64),
    /// Their own since this time.
    Confirmed(u64),
    /// The account has ended.
    Ended(Cause),
    /// Only written down: the server is asked when somebody writes there, since it is not to learn whom an
    /// address book names.
    NotAsked,
}

/// Keys that somebody else issued to a known address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reissued {
    /// When, by the issuer's clock.
    pub at_ms: u64,
    /// Name or address of whoever did it.
    pub by: String,
    /// After an end: another account than before, perhaps another person.
    pub again: bool,
}

/// To be told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeys {
    /// Of whom.
    pub address: String,
    /// The name that the person knows them by, if there is one.
    pub name: Option<String>,
    /// When and by whom.
    pub reissued: Reissued,
    /// For [`Session::acknowledge_keys`].
    pub certificate: Fingerprint,
}

/// What a history says.
struct Told {
    standing: Standing,
    reissued: Option<Reissued>,
    /// The last certificate that was not made by the account itself.
    origin: Option<Fingerprint>,
}

impl<P: Platform> Session<P> {
    /// Everybody one may write to or has written down.
    ///
    /// # Errors
    /// [`Error::Keys`] if the directory as a whole is refused; [`Error::Settings`].
    pub async fn address_book(&self) -> Result<Book, Error> {
        let settings = self.settings().await?;
        let list: ContactList = self.api().get("/contacts").await?;
        let accounts: Vec<AccountId> = list.contacts.iter().map(|contact| contact.account).collect();
        // The server may be asked about those whom it has shown before; of the others it is not to learn.
        let met = |entry: &&BookEntry| settings.known.iter().any(|known| known.address == entry.address);
        let written: Vec<Address> = settings
            .book
            .iter()
            .filter(met)
            .filter_map(|entry| Address::parse(&entry.address).ok())
            .collect();
        let directory = self.listed(&accounts, &written.iter().collect::<Vec<_>>()).await?;
        let mut addresses: BTreeSet<String> = settings.book.iter().map(|it| it.address.clone()).collect();
        let reachable: BTreeSet<String> = accounts
            .iter()
            .filter_map(|account| directory.account(*account))
            .map(|current| current.body().address.clone())
            .collect();
        addresses.extend(reachable.iter().cloned());
        let invites = self.info().role != Role::Partner;
        let mut people: Vec<Card> = addresses
            .iter()
            .map(|address| card(address, &settings, &directory, reachable.contains(address), invites))
            .collect();
        people.sort_by_key(Card::sorted_by);
        let notices = self.new_keys(&people, &settings, &directory).await?;
        Ok(Book { people, notices })
    }

    /// Compares with what was told before; who is met for the first time is remembered in silence.
    async fn new_keys(
        &self,
        people: &[Card],
        settings: &Settings,
        directory: &Directory,
    ) -> Result<Vec<NewKeys>, Error> {
        let (mut notices, mut met) = (Vec::new(), Vec::new());
        for card in people {
            let Some(certificate) = told(directory, &card.address).origin else { continue };
            let known = settings.known.iter().find(|known| known.address == card.address);
            match (known, &card.reissued) {
                (None, _) => met.push(KnownKeys { address: card.address.clone(), certificate }),
                (Some(known), Some(reissued)) if known.certificate != certificate => notices.push(NewKeys {
                    address: card.address.clone(),
                    name: card.own_name.clone().or_else(|| card.certified.as_ref()?.name.clone()),
                    reissued: reissued.clone(),
                    certificate,
                }),
                _ => {}
            }
        }
        if !met.is_empty() {
            self.change_settings(|settings| {
                let unknown = |met: &&KnownKeys| !settings.known.iter().any(|it| it.address == met.address);
                let new: Vec<KnownKeys> = met.iter().filter(unknown).cloned().collect();
                settings.known.extend(new);
            })
            .await?;
        }
        Ok(notices)
    }

    /// The person has been told of new keys.
    ///
    /// # Errors
    /// As [`Self::change_settings`].
    pub async fn acknowledge_keys(&self, told: &[(String, Fingerprint)]) -> Result<(), Error> {
        self.change_settings(|settings| {
            for (address, certificate) in told {
                settings.known.retain(|known| known.address != *address);
                settings.known.push(KnownKeys { address: address.clone(), certificate: *certificate });
            }
        })
        .await
    }

    /// Writes an address down, or changes what is written of it. Answers the canonical address.
    ///
    /// # Errors
    /// [`Error::Input`] if it is no address, or name or note are too long; as [`Self::change_settings`].
    pub async fn keep_contact(&self, address: &str, name: &str, note: &str) -> Result<String, Error> {
        let address = Address::parse(address)?.to_string();
        if name.len() > limits::NAME_BYTES || note.len() > NOTE_BYTES {
            return Err(Error::Input);
        }
        let filled = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(String::from);
        let entry = BookEntry { address, name: filled(name), note: filled(note) };
        let kept = self.change_settings(|settings| {
            settings.book.retain(|it| it.address != entry.address);
            settings.book.push(entry.clone());
            settings.book.sort_by(|a, b| a.address.cmp(&b.address));
            settings.book.len() <= MOST
        });
        if kept.await? { Ok(entry.address) } else { Err(SettingsError::TooLong.into()) }
    }

    /// Takes what was written down away.
    ///
    /// # Errors
    /// As [`Self::change_settings`].
    pub async fn drop_contact(&self, address: &str) -> Result<(), Error> {
        let address = Address::parse(address)?;
        self.change_settings(|settings| settings.book.retain(|it| it.address != address.as_str())).await
    }
}

impl Card {
    /// The name that the person knows them by.
    pub fn name(&self) -> Option<&str> {
        self.own_name.as_deref().or_else(|| self.certified.as_ref()?.name.as_deref())
    }

    fn sorted_by(&self) -> (String, String) {
        let name = self.name().unwrap_or(&self.address).to_lowercase();
        (name, self.address.clone())
    }
}

fn card(address: &str, settings: &Settings, directory: &Directory, reachable: bool, invites: bool) -> Card {
    let written = settings.book.iter().find(|entry| entry.address == address);
    let Told { standing, reissued, .. } = told(directory, address);
    let current = match directory.look_up(address) {
        crypto_core::certificate::Lookup::Current(current) => Some(current),
        _ => None,
    };
    Card {
        address: address.to_owned(),
        certified: current.map(|current| ContactInfo::of(current.accepted())),
        own_name: written.and_then(|entry| entry.name.clone()),
        note: written.and_then(|entry| entry.note.clone()),
        in_book: written.is_some(),
        may_write: reachable || (invites && !matches!(standing, Standing::Ended(_))),
        standing,
        reissued,
    }
}

fn told(directory: &Directory, address: &str) -> Told {
    let history: Vec<&Entry> = directory.history(address).collect();
    let standing = match history.last() {
        None => Standing::NotAsked,
        Some(Entry::Statement(statement)) => Standing::Ended(statement.body().cause),
        Some(Entry::Certificate(newest)) => of_live(newest, &history),
    };
    let issued = |entry: &&&Entry| entry.certificate().is_some_and(|it| is_origin(it.body().reason));
    let origins: Vec<&Certificate> =
        history.iter().filter(issued).filter_map(|it| it.certificate()).collect();
    let last = origins.last();
    let reissued = last.filter(|_| origins.len() > 1).map(|last| Reissued {
        at_ms: last.body().issued_at_ms,
        by: last.body().issuer.map(|issuer| named(directory, &issuer)).unwrap_or_default(),
        again: last.body().reason != Reason::Reset,
    });
    Told { standing, reissued, origin: last.map(|last| last.fingerprint()) }
}

/// Whether somebody else than the account's own keys made it.
const fn is_origin(reason: Reason) -> bool {
    matches!(reason, Reason::Genesis | Reason::Issued | Reason::Reset | Reason::Readdressed)
}

fn of_live(newest: &Certificate, history: &[&Entry]) -> Standing {
    let since = history
        .iter()
        .rev()
        .filter_map(|entry| entry.certificate())
        .take_while(|it| !is_origin(it.body().reason) && it.body().provisional == newest.body().provisional)
        .last()
        .unwrap_or(newest)
        .body()
        .issued_at_ms;
    match (newest.body().provisional, is_origin(newest.body().reason)) {
        (true, true) => Standing::NeverSignedIn(since),
        (true, false) => Standing::InitialPassword(since),
        (false, _) => Standing::Confirmed(since),
    }
}

fn named(directory: &Directory, issuer: &Fingerprint) -> String {
    let issuer = directory.accepted_certificate(issuer);
    issuer.map(|it| it.body().name.clone().unwrap_or_else(|| it.body().address.clone())).unwrap_or_default()
}
