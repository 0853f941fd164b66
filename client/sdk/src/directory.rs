//! Following certificates from the server to the root that the own bundle pins.

use crate::error::Error;
use crate::platform::Platform;
use crate::session::{Keys, Session};
use crypto_core::certificate::{
    AcceptedCertificate, ChainError, CurrentCertificate, Directory, Lookup, Pins, Reason, Role,
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
    /// [`Error::Input`] if it is no address; [`Error::Keys`].
    pub async fn look_up(&self, address: &str) -> Result<Option<ContactInfo>, Error> {
        let address = Address::parse(address)?;
        if self.info().role == Role::Partner {
            // A partner has the chains of more people than may be written to: of those who vouch for them.
            let contacts = self.contacts().await?;
            return Ok(contacts.into_iter().find(|contact| contact.address == address.as_str()));
        }
        let directory = self.listed(&[], &[&address]).await?;
        Ok(match directory.look_up(address.as_str()) {
            Lookup::Current(current) => Some(ContactInfo::of(current.accepted())),
            Lookup::Ended(_) | Lookup::Unknown => None,
        })
    }

    /// Whom one may write to, sorted by name and address. Whose keys cannot be verified is missing.
    ///
    /// # Errors
    /// [`Error::Keys`] if the directory as a whole is refused.
    pub async fn contacts(&self) -> Result<Vec<ContactInfo>, Error> {
        let list: ContactList = self.api().get("/contacts").await?;
        let accounts: Vec<AccountId> =
            list.contacts.iter().map(|contact: &Contact| contact.account).collect();
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
