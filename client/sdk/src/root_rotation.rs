//! The end of an administrator, and following a root that has changed.

use crate::admin::live;
use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::{Keys, Session};
use crypto_core::certificate::{Cause, Directory, Role};
use crypto_core::keys::{KeyError, RootRotation};
use crypto_core::label::Label;
use crypto_core::printed;
use crypto_core::wire::api::{AdministratorShare, RemoveAdministrator, StoredBundle};
use crypto_core::wire::{AccountId, B64, ProblemCode};
use zeroize::Zeroizing;

impl<P: Platform> Session<P> {
    /// Ends an administrator's account. They know the organisation's key, so another one takes its place, which the
    /// other administrators get sealed. Gives the new one as text to print and lock away: **the earlier print is void.**
    ///
    /// # Errors
    /// [`Error::Making`] without the organisation's key, for oneself, and for others than administrators;
    /// [`Error::Keys`]; the problem `forbidden`.
    pub async fn remove_administrator(
        &self,
        account: AccountId,
        cause: Cause,
    ) -> Result<Zeroizing<String>, Error> {
        let administrators = self.administrators().await?;
        let asked: Vec<AccountId> = administrators.iter().copied().chain([account]).collect();
        let directory = self.directory(&asked, &[]).await?;
        let removed = live(&directory, account)?;
        let remaining: Vec<_> = administrators.iter().filter_map(|it| directory.account(*it)).collect();
        let now_ms = self.api().platform().now_ms();
        let keys = self.keys();
        let mut rng = self.api().platform().rng();
        let about = (&removed, cause);
        let made = keys.bundle.rotate_root(&directory, about, &remaining, now_ms, &mut rng)?;
        let sealed = made.bundle.seal(&keys.key, &mut rng);
        let body = body_of(&made, keys.bundle.revision(), sealed);
        let path = format!("/admin/people/{account}/remove-administrator");
        if let Err(error) = self.api().tell(Method::Post, &path, &body).await {
            // The server may have done it all the same.
            drop(self.refresh_keys().await);
            return Err(error);
        }
        let copy = made.bundle.root_seed().ok_or(KeyError::Authority)?;
        let copy = printed::print(copy, Label::ROOT_COPY);
        self.set_keys(Keys { bundle: made.bundle, key: keys.key.duplicate() });
        Ok(copy)
    }

    async fn administrators(&self) -> Result<Vec<AccountId>, Error> {
        let people = self.all_people().await?;
        Ok(people.iter().filter(|it| it.role == Role::Administrator).map(|it| it.account).collect())
    }

    /// Pins root and policy that the directory has just proved, here at once and in the server's bundle as soon as
    /// that works; and takes the seed of a new root, where one waits.
    pub(crate) async fn follow_root(&self, directory: &Directory) -> Result<(), Error> {
        let keys = self.keys();
        let Some(bundle) = keys.bundle.repinned(directory)? else { return Ok(()) };
        let renewed = bundle.renewed()?;
        self.set_keys(Keys { bundle, key: keys.key.duplicate() });
        match self.replace_bundle(renewed).await {
            // Another device was quicker.
            Err(error) if error.is(ProblemCode::BundleStale) => drop(self.refresh_keys().await),
            // What does not work now, the next bundle says.
            _ => {}
        }
        if let Some(root) = directory.root() {
            drop(self.take_share_of(&root).await);
        }
        Ok(())
    }
}

fn body_of(made: &RootRotation, expected_revision: u64, sealed: Vec<u8>) -> RemoveAdministrator {
    let share = |(account, share): &(AccountId, Vec<u8>)| AdministratorShare {
        account: *account,
        share: B64(share.clone()),
    };
    RemoveAdministrator {
        root: B64(made.root.as_bytes().to_vec()),
        statement: B64(made.statement.as_bytes().to_vec()),
        policy: B64(made.policy.clone()),
        shares: made.shares.iter().map(share).collect(),
        expected_revision,
        bundle: StoredBundle { revision: made.bundle.revision(), sealed: B64(sealed) },
    }
}
