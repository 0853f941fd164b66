//! The address book: people whose keys are certified, with the names and notes that the person gave them,
//! and what is to be said of their keys.
//!
//! What is said of keys comes from the histories that were followed to the pinned root, never from the
//! server's word. A rotation is silent; a reset and an invitation anew are told once to whoever knew the
//! address before. What was told, the sealed settings remember.

use crate::directory::{ContactInfo, moved_to};
use crate::error::Error;
use crate::platform::Platform;
use crate::session::Session;
use crypto_core::certificate::{AcceptedCertificate, Cause, Certificate, Directory, Entry, Reason, Role};
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
    /// Where the mailbox is that left this address.
    pub moved_to: Option<String>,
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
    /// What it was.
    pub what: Reissue,
}

/// Why somebody else certified keys a further time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reissue {
    /// New keys and a new initial password.
    Reset,
    /// After an end: another account than before, perhaps another person.
    Again,
    /// The same keys under another address than this one.
    Moved(String),
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
    /// Whose act it was.
    by: Option<AccountId>,
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
        let written: Vec<&Address> = written.iter().collect();
        let mut directory = self.listed(&accounts, &written).await?;
        let moved: Vec<AccountId> =
            written.iter().filter_map(|it| moved_to(&directory, it.as_str())).collect();
        if moved.iter().any(|account| directory.account(*account).is_none()) {
            directory = self.listed(&[accounts.as_slice(), &moved].concat(), &written).await?;
        }
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

    /// Compares with what was told before; who is met for the first time, and what one did oneself, is remembered in
    /// silence.
    async fn new_keys(
        &self,
        people: &[Card],
        settings: &Settings,
        directory: &Directory,
    ) -> Result<Vec<NewKeys>, Error> {
        let (mut notices, mut met) = (Vec::new(), Vec::new());
        for card in people {
            let Told { origin: Some(certificate), by, .. } = told(directory, &card.address) else { continue };
            let known = |address: &String| settings.known.iter().find(|known| known.address == *address);
            let before = known(&card.address).map(|known| known.certificate);
            let met_before = before.is_some()
                || former_addresses(directory, &card.address).iter().any(|it| known(it).is_some());
            let own = by == Some(self.account());
            match &card.reissued {
                _ if before == Some(certificate) => {}
                Some(reissued) if met_before && !own => notices.push(NewKeys {
                    address: card.address.clone(),
                    name: card.own_name.clone().or_else(|| card.certified.as_ref()?.name.clone()),
                    reissued: reissued.clone(),
                    certificate,
                }),
                _ if before.is_none() || own => met.push((card.address.clone(), certificate)),
                _ => {}
            }
        }
        if !met.is_empty() {
            self.acknowledge_keys(&met).await?;
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
    /// [`Error::Address`], [`Error::TooLong`]; as [`Self::change_settings`].
    pub async fn keep_contact(&self, address: &str, name: &str, note: &str) -> Result<String, Error> {
        let address = Address::parse(address)?.to_string();
        if name.len() > limits::NAME_BYTES || note.len() > NOTE_BYTES {
            return Err(Error::TooLong);
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
    // What was written of a former address is of the same person.
    let former = || {
        let formers = former_addresses(directory, address);
        formers.iter().find_map(|former| settings.book.iter().find(|entry| entry.address == *former))
    };
    let written_of = written.or_else(former);
    let current = match directory.look_up(address) {
        crypto_core::certificate::Lookup::Current(current) => Some(current),
        _ => None,
    };
    Card {
        address: address.to_owned(),
        certified: current.map(|current| ContactInfo::of(current.accepted())),
        own_name: written_of.and_then(|entry| entry.name.clone()),
        note: written_of.and_then(|entry| entry.note.clone()),
        in_book: written.is_some(),
        may_write: reachable || (invites && !matches!(standing, Standing::Ended(_))),
        standing,
        moved_to: moved_to(directory, address)
            .and_then(|account| directory.account(account))
            .map(|current| current.body().address.clone()),
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
    // What was before the end of another account is removed in time.
    let is_first = origins.len() < 2 && history.first().is_some_and(|first| first.version() == 1);
    let last = origins.last();
    let issuer = last.and_then(|last| directory.accepted_certificate(&last.body().issuer?));
    let reissued = last.and_then(|last| {
        let what = match (last.body().reason, address_left(directory, last)) {
            (_, Some(former)) => Reissue::Moved(former),
            _ if is_first => return None,
            (Reason::Reset, None) => Reissue::Reset,
            _ => Reissue::Again,
        };
        Some(Reissued {
            at_ms: last.body().issued_at_ms,
            by: issuer.as_ref().map(named).unwrap_or_default(),
            what,
        })
    });
    Told {
        standing,
        reissued,
        origin: last.map(|last| last.fingerprint()),
        by: issuer.map(|issuer| issuer.body().account),
    }
}

/// The address that an account left for that of a *readdressed* certificate.
fn address_left(directory: &Directory, readdressed: &Certificate) -> Option<String> {
    directory.statement(&readdressed.body().moved_from?)?.body().address.clone()
}

/// The addresses that the account of an address had before, the latest first.
fn former_addresses(directory: &Directory, address: &str) -> Vec<String> {
    let Some(account) = directory.history(address).next_back().map(Entry::account) else { return Vec::new() };
    let mut found = vec![address.to_owned()];
    while let Some(at) = found.last() {
        let own = directory
            .history(at)
            .rev()
            .filter_map(Entry::certificate)
            .filter(|it| it.body().account == account);
        let left = own.into_iter().find_map(|it| address_left(directory, it));
        // Somebody may have come back to an address.
        let Some(left) = left.filter(|left| !found.contains(left)) else { break };
        found.push(left);
    }
    found.split_off(1)
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

fn named(issuer: &AcceptedCertificate) -> String {
    issuer.body().name.clone().unwrap_or_else(|| issuer.body().address.clone())
}
