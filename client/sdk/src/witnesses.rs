//! Witnesses: who must sign the log of the key directory before clients believe it.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::certificate::{PolicyBody, Witness, issue_policy};
use crypto_core::keys::KeyError;
use crypto_core::wire::B64;
use crypto_core::wire::api::NewPolicy;

impl<P: Platform> Session<P> {
    /// Names witnesses, and how many of them must have signed, in a policy that the organisation's key signs. From
    /// then on a client refuses a directory without their signatures.
    ///
    /// # Errors
    /// [`Error::Making`] if this administrator does not have the organisation's key, or more signatures are demanded
    /// than there are witnesses; [`Error::Directory`]; the problem `forbidden`.
    pub async fn name_witnesses(&self, witnesses: &[Witness], quorum: u32) -> Result<(), Error> {
        let directory = self.directory(&[], &[]).await?;
        let keys = self.keys();
        let seed = keys.bundle.root_seed().ok_or(KeyError::Authority)?;
        let before = directory.policy();
        let root = directory.root().ok_or(Error::Answer)?;
        let body = PolicyBody {
            witnesses: (!witnesses.is_empty()).then(|| witnesses.to_vec()),
            quorum,
            revision: before.body().revision.checked_add(1).ok_or(Error::Input)?,
            previous: Some(before.hash()),
            root: root.fingerprint(),
            ..before.body().clone()
        };
        let (_, signed) = issue_policy(&body, seed).map_err(KeyError::from)?;
        self.api().tell(Method::Put, "/admin/policy", &NewPolicy { policy: B64(signed) }).await
    }
}
