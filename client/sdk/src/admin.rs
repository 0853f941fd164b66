//! What an administrator does: people, the root, limits and texts, events. Staff change a partner's address, too.
//!
//! Nothing here opens a message, and the server has nothing for it to open.

use crate::deputies::{DeputyInfo, StandIn};
use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::{Keys, Session};
use crypto_core::certificate::{Cause, ChainError, CurrentCertificate, Directory, Lookup, Role};
use crypto_core::keys::{Bundle, KeyError, RootShare};
use crypto_core::label::Label;
use crypto_core::printed;
use crypto_core::wire::api::{
    Depute, GiveRootShare, MoveAccount, PeoplePage, PersonEntry, ReplaceBundle, Resumed, Revoke,
    RootShareState, Rules, SecurityEventPage, StoredBundle,
};
use crypto_core::wire::records::SecurityEventKind;
use crypto_core::wire::{AccountId, Address, B64, Problem, ProblemCode};
use zeroize::Zeroizing;

/// Accounts in one question for chains.
const ASKED: usize = 200;

/// Somebody as an administrator sees them.
#[derive(Debug, Clone)]
pub struct PersonInfo {
    /// The server's word.
    pub entry: PersonEntry,
    /// As certified; staff and administrators.
    pub name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
    /// Who stands in, now or later; as certified.
    pub deputies: Vec<DeputyInfo>,
}

impl<P: Platform> Session<P> {
    /// Everybody. Names and deputies are of those whose keys can be verified.
    ///
    /// # Errors
    /// The problem `forbidden` to all but administrators; [`Error::Keys`].
    pub async fn people(&self) -> Result<Vec<PersonInfo>, Error> {
        let entries = self.all_people().await?;
        let colleagues = entries.iter().filter(|it| it.role != Role::Partner).map(|it| it.account);
        let colleagues: Vec<AccountId> = colleagues.collect();
        let mut directories = Vec::new();
        for some in colleagues.chunks(ASKED) {
            directories.push(self.listed(some, &[]).await?);
        }
        let now_ms = self.api().platform().now_ms();
        let mut people: Vec<_> =
            entries.into_iter().map(|entry| PersonInfo::of(entry, &directories, now_ms)).collect();
        people.sort_by(|a, b| (&a.name, &a.entry.address).cmp(&(&b.name, &b.entry.address)));
        Ok(people)
    }

    /// The server's word about everybody.
    pub(crate) async fn all_people(&self) -> Result<Vec<PersonEntry>, Error> {
        let mut entries: Vec<PersonEntry> = Vec::new();
        let mut path = "/admin/people".to_owned();
        loop {
            let page: PeoplePage = self.api().get(&path).await?;
            entries.extend(page.people);
            let Some(next) = page.next else { return Ok(entries) };
            path = format!("/admin/people?after={next}");
        }
    }

    /// Refuses somebody's sign-ins and ends their sessions, or lets them in again.
    ///
    /// # Errors
    /// The problem `forbidden`.
    pub async fn set_locked(&self, account: AccountId, locked: bool) -> Result<(), Error> {
        let what = if locked { "lock" } else { "unlock" };
        self.api().plain(Method::Post, &format!("/admin/people/{account}/{what}")).await
    }

    /// Ends an account of a partner. Nobody seals to it from then on.
    ///
    /// # Errors
    /// The problem `forbidden`.
    pub async fn close(&self, account: AccountId) -> Result<(), Error> {
        self.api().plain(Method::Post, &format!("/admin/people/{account}/close")).await
    }

    /// Ends an account of staff; an administrator's: [`Self::remove_administrator`]. Nobody seals to it from then on.
    ///
    /// # Errors
    /// [`Error::Keys`]; `forbidden`.
    pub async fn revoke(&self, account: AccountId, cause: Cause) -> Result<(), Error> {
        let directory = self.directory(&[account], &[]).await?;
        let subject = live(&directory, account)?;
        let now_ms = self.api().platform().now_ms();
        let entry = self.keys().bundle.revoke(&subject, cause, None, now_ms)?;
        let body = Revoke { statement: B64(entry.as_bytes().to_vec()) };
        self.api().tell(Method::Post, &format!("/admin/people/{account}/revoke"), &body).await
    }

    /// Lets an account go on at another address.
    ///
    /// # Errors
    /// [`Error::Address`] if it is none; the problem `address-taken`; as [`Self::revoke`].
    pub async fn move_account(&self, account: AccountId, address: &str) -> Result<Address, Error> {
        let address = Address::parse(address)?;
        let directory = self.directory(&[account], &[&address]).await?;
        if let Lookup::Current(_) = directory.look_up(address.as_str()) {
            return Err(Error::Problem(Problem::of(ProblemCode::AddressTaken)));
        }
        let subject = live(&directory, account)?;
        let now_ms = self.api().platform().now_ms();
        let moved = self.keys().bundle.move_account(
            &subject,
            address.as_str(),
            directory.newest(address.as_str()),
            directory.root().as_ref(),
            now_ms,
        )?;
        let body = MoveAccount {
            moved: B64(moved.moved.as_bytes().to_vec()),
            readdressed: B64(moved.readdressed.as_bytes().to_vec()),
        };
        self.api().tell(Method::Post, &format!("/people/{account}/address"), &body).await?;
        Ok(address)
    }

    /// Names deputies for somebody absent, in the place of those that there are.
    ///
    /// # Errors
    /// [`Error::Making`] if they do not fit; [`Error::Keys`]; `forbidden`.
    pub async fn depute(&self, owner: AccountId, deputies: &[StandIn]) -> Result<(), Error> {
        let directory = self.directory(&[owner], &[]).await?;
        let subject = live(&directory, owner)?;
        let now_ms = self.api().platform().now_ms();
        let entry = self.keys().bundle.depute(&subject, StandIn::certified(deputies), now_ms)?;
        let body = Depute { certificate: B64(entry.as_bytes().to_vec()) };
        self.api().tell(Method::Post, &format!("/admin/people/{owner}/deputies"), &body).await
    }

    /// Whether this administrator has the organisation's key.
    #[must_use]
    pub fn has_root(&self) -> bool {
        self.keys().bundle.root_seed().is_some()
    }

    /// Seals the organisation's key to another administrator, whose password is their own.
    ///
    /// # Errors
    /// [`Error::NoKeys`] if they have not chosen a password yet, or one has no such key.
    pub async fn share_root(&self, account: AccountId) -> Result<(), Error> {
        let directory = self.directory(&[account], &[]).await?;
        let receiver = live(&directory, account)?;
        let address = || receiver.body().address.clone();
        let root = directory.root().ok_or_else(|| Error::NoKeys(address()))?;
        let keys = self.keys();
        let share = RootShare::make(&keys.bundle, &receiver, &root, &mut self.api().platform().rng());
        let share = share.map_err(|_| Error::NoKeys(address()))?;
        let body = GiveRootShare { share: B64(share) };
        self.api().tell(Method::Post, &format!("/admin/people/{account}/root-share"), &body).await
    }

    /// Takes the organisation's key that another administrator has sealed to this one, if it waits. Tells whether
    /// there was one.
    ///
    /// # Errors
    /// [`Error::Answer`] if what waits is not the key of the root that is followed; it is thrown away.
    pub async fn take_root_share(&self) -> Result<bool, Error> {
        if self.info().role != Role::Administrator || self.has_root() {
            return Ok(false);
        }
        let root = self.directory(&[], &[]).await?.root().ok_or(Error::Answer)?;
        self.take_share_of(&root).await
    }

    /// Takes what waits, if it is the seed of this root.
    pub(crate) async fn take_share_of(&self, root: &CurrentCertificate) -> Result<bool, Error> {
        if self.info().role != Role::Administrator || self.has_root() {
            return Ok(false);
        }
        let waiting: RootShareState = self.api().get("/account/root-share").await?;
        let Some(share) = waiting.share else { return Ok(false) };
        let taken = RootShare::parse(&share.0).and_then(|share| share.take(&self.keys().bundle, root));
        let outcome = match taken {
            Ok(bundle) => self.replace_bundle(bundle).await.map(|()| true),
            Err(_) => Err(Error::Answer),
        };
        if !matches!(outcome, Err(Error::Offline)) {
            self.api().plain(Method::Delete, "/account/root-share").await?;
        }
        outcome
    }

    /// The organisation's key as text to print and lock away.
    ///
    /// # Errors
    /// The problem `fresh-sign-in-needed`; [`Error::Making`] if this administrator has no such key.
    pub async fn root_copy(&self) -> Result<Zeroizing<String>, Error> {
        let now: Resumed = self.api().get("/session").await?;
        if !now.session.fresh {
            return Err(Error::Problem(Problem::of(ProblemCode::FreshSignInNeeded)));
        }
        let keys = self.keys();
        let seed = keys.bundle.root_seed().ok_or(KeyError::Authority)?;
        Ok(printed::print(seed, Label::ROOT_COPY))
    }

    /// Takes the organisation's key from its printed copy.
    ///
    /// # Errors
    /// [`Error::NotTheRoot`] if it is not the copy of this organisation's key.
    pub async fn restore_root(&self, printed: &str) -> Result<(), Error> {
        let seed = printed::read(printed, Label::ROOT_COPY).map_err(|_| Error::NotTheRoot)?;
        let root = self.directory(&[], &[]).await?.root().ok_or(Error::Answer)?;
        let bundle = self.keys().bundle.with_root(seed, &root).map_err(|_| Error::NotTheRoot)?;
        self.replace_bundle(bundle).await
    }

    /// The next revision of the bundle, under the same bundle key.
    pub(crate) async fn replace_bundle(&self, bundle: Bundle) -> Result<(), Error> {
        let keys = self.keys();
        let sealed = bundle.seal(&keys.key, &mut self.api().platform().rng());
        let body = ReplaceBundle {
            expected_revision: keys.bundle.revision(),
            bundle: StoredBundle { revision: bundle.revision(), sealed: B64(sealed) },
        };
        self.api().tell(Method::Put, "/account/bundle", &body).await?;
        self.set_keys(Keys { bundle, key: keys.key.duplicate() });
        Ok(())
    }

    /// Limits and texts.
    ///
    /// # Errors
    /// The problem `forbidden`.
    pub async fn rules(&self) -> Result<Rules, Error> {
        self.api().get("/admin/rules").await
    }

    /// Other limits and texts.
    ///
    /// # Errors
    /// The problems `forbidden`, and `malformed` if a number is out of bounds or a text too long.
    pub async fn set_rules(&self, rules: &Rules) -> Result<(), Error> {
        self.api().tell(Method::Put, "/admin/rules", rules).await
    }

    /// Security events, newest first: of a kind, and about or by an account, if that is asked for.
    ///
    /// # Errors
    /// The problem `forbidden`.
    pub async fn security_events(
        &self,
        before: Option<&str>,
        kind: Option<SecurityEventKind>,
        account: Option<AccountId>,
    ) -> Result<SecurityEventPage, Error> {
        let kind = kind.and_then(|kind| serde_json::to_value(kind).ok());
        let kind = kind.and_then(|kind| kind.as_str().map(|kind| format!("kind={kind}")));
        let before = before.map(|before| format!("before={before}"));
        let account = account.map(|account| format!("account={account}"));
        let query: Vec<String> = [before, kind, account].into_iter().flatten().collect();
        self.api().get(&format!("/admin/events?{}", query.join("&"))).await
    }
}

impl PersonInfo {
    fn of(entry: PersonEntry, directories: &[Directory], now_ms: u64) -> Self {
        let found = directories.iter().find_map(|it| Some((it, it.account(entry.account)?)));
        let Some((directory, current)) = found else {
            return Self { entry, name: None, unit: None, deputies: Vec::new() };
        };
        let body = current.body();
        let mut deputies = DeputyInfo::all(body, directory);
        deputies.retain(|it| now_ms < it.until_ms);
        deputies.iter_mut().for_each(|it| it.resigned = entry.resigned.contains(&it.account));
        Self { name: body.name.clone(), unit: body.unit.clone(), deputies, entry }
    }
}

/// The newest certificate of an account that is live.
pub(crate) fn live(directory: &Directory, account: AccountId) -> Result<CurrentCertificate, Error> {
    let unknown = || Error::Keys { address: String::new(), cause: ChainError::Liveness };
    directory.account(account).ok_or_else(unknown)
}
