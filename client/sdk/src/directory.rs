//! Following certificates from the server to the root that the own bundle pins.

use crate::error::Error;
use crate::mailbox::{Person, person};
use crate::platform::Platform;
use crate::session::{Keys, Session};
use crypto_core::certificate::{
    AcceptedCertificate, Cause, ChainError, CurrentCertificate, Directory, Entry, Lookup, Pins, Reason, Role,
};
use crypto_core::wire::api::{Chains, Contact, ContactList};
use crypto_core::wire::{AccountId, Address};

/// Somebody one may write to, as certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactInfo {
    /// Who.
    pub account: AccountId,
    /// Canonical.
    pub address: String,
    /// As certified.
    pub name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
    /// What they are.
    pub role: Role,
    /// Whether their own browser made their keys.
    pub first_sign_in_done: bool,
}

/// What becomes of mail to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// Who gets it.
    pub contact: ContactInfo,
    /// Whether the mailbox that had the address has the contact's by now.
    pub moved: bool,
    /// Who gets it too, standing in for the contact now.
    pub stand_ins: Vec<Person>,
}

impl ContactInfo {
    pub(crate) fn of(certificate: &AcceptedCertificate) -> Self {
        let body = certificate.body();
        Self {
            account: body.account,
            address: body.address.clone(),
            name: body.name.clone(),
            unit: body.unit.clone(),
            role: body.role,
            first_sign_in_done: !body.provisional || body.reason == Reason::Rotated,
        }
    }
}

/// Whose mailbox it was that left an address.
pub(crate) fn moved_to(directory: &Directory, address: &str) -> Option<AccountId> {
    match directory.history(address).next_back()? {
        Entry::Statement(end) if end.body().cause == Cause::Moved => Some(end.body().account),
        _ => None,
    }
}

pub(crate) fn follow(pins: Pins, chains: &Chains) -> Result<Directory, ChainError> {
    let entries = chains.entries.iter().map(|it| (it.sequence, it.entry.0.as_slice()));
    Directory::follow(pins, entries, chains.policies.iter().map(|policy| policy.0.as_slice()))
}

impl<P: Platform> Session<P> {
    /// Goes on with a certificate that an administrator made for the own keys: other deputies, another address.
    pub(crate) fn adopt(&self, directory: &Directory) -> Result<(), Error> {
        let keys = self.keys();
        let Some(newest) = directory.account(keys.bundle.account()) else { return Ok(()) };
        if let Some(bundle) = keys.bundle.adopt(&newest)? {
            self.update_info(|info| info.address.clone_from(&newest.body().address));
            self.set_keys(Keys { bundle, key: keys.key.duplicate() });
        }
        Ok(())
    }

    /// The own certificate, which must be the newest of the own address.
    pub(crate) fn own_certificate(&self, directory: &Directory) -> Result<CurrentCertificate, Error> {
        let own = self.keys().bundle.certificate().fingerprint();
        directory.account(self.account()).filter(|current| current.fingerprint() == own).ok_or_else(|| {
            Error::Keys {
                address: self.keys().bundle.certificate().body().address.clone(),
                cause: ChainError::Succession,
            }
        })
    }

    /// What an address is, if this account may know it. `None`: no mailbox, or none that one may write to.
    ///
    /// # Errors
    /// [`Error::Address`] if it is none; [`Error::Keys`].
    pub async fn look_up(&self, address: &str) -> Result<Option<Reachable>, Error> {
        let address = Address::parse(address)?;
        // A partner has the chains of more people than may be written to: of those who vouch for them.
        let contacts = match self.info().role {
            Role::Partner => Some(self.contact_accounts().await?),
            _ => None,
        };
        let asked = contacts.clone().unwrap_or_default();
        let (mut directory, mut resigned) = self.listed_and_resigned(&asked, &[&address]).await?;
        let moved_to = moved_to(&directory, address.as_str());
        if let (Some(account), None) = (moved_to, &contacts) {
            (directory, resigned) = self.listed_and_resigned(&[account], &[&address]).await?;
        }
        let current = match (directory.look_up(address.as_str()), moved_to) {
            (Lookup::Current(current), _) => Some(*current),
            (_, Some(account)) => directory.account(account),
            _ => None,
        };
        let within_reach = |current: &CurrentCertificate| {
            contacts.as_ref().is_none_or(|contacts| contacts.contains(&current.body().account))
        };
        Ok(current.filter(within_reach).map(|current| Reachable {
            moved: current.body().address != address.as_str(),
            contact: ContactInfo::of(current.accepted()),
            stand_ins: self
                .standing_in(&[current], &directory, &resigned)
                .iter()
                .map(|it| person(it.accepted()))
                .collect(),
        }))
    }

    async fn contact_accounts(&self) -> Result<Vec<AccountId>, Error> {
        let list: ContactList = self.api().get("/contacts").await?;
        Ok(list.contacts.iter().map(|contact: &Contact| contact.account).collect())
    }

    /// Whom one may write to, sorted by name and address. Whose keys cannot be verified is missing.
    ///
    /// # Errors
    /// [`Error::Keys`] if the directory as a whole is refused.
    pub async fn contacts(&self) -> Result<Vec<ContactInfo>, Error> {
        let accounts = self.contact_accounts().await?;
        let directory = self.listed(&accounts, &[]).await?;
        let mut contacts: Vec<ContactInfo> = accounts
            .iter()
            .filter_map(|account| directory.account(*account))
            .map(|current| ContactInfo::of(current.accepted()))
            .collect();
        contacts.sort_by(|a, b| (&a.name, &a.address).cmp(&(&b.name, &b.address)));
        Ok(contacts)
    }
}
