//! Witnesses: who must sign the log of the key directory before clients believe it.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::certificate::{PolicyBody, Witness, issue_policy};
use crypto_core::keys::KeyError;
use crypto_core::wire::B64;
use crypto_core::wire::api::{NewPolicy, WitnessState, WitnessStates};

/// Those whom the policy names, and how many of them must have signed.
#[derive(Debug, Clone)]
pub struct NamedWitnesses {
    /// Each with the server's word about when it signed last.
    pub witnesses: Vec<(Witness, Option<u64>)>,
    /// 0: none has to.
    pub quorum: u32,
}

impl<P: Platform> Session<P> {
    /// Those whom the policy in force names.
    ///
    /// # Errors
    /// [`Error::Directory`], [`Error::Keys`]; the problem `forbidden`.
    pub async fn witnesses(&self) -> Result<NamedWitnesses, Error> {
        let directory = self.directory_unwitnessed().await?;
        let policy = directory.policy().body();
        let states: WitnessStates = self.api().get("/admin/witnesses").await?;
        let signed_at = |name: &str| {
            let state = states.witnesses.iter().find(|it: &&WitnessState| it.name == name);
            state.and_then(|it| it.signed_at_ms)
        };
        let named = policy.witnesses.iter().flatten();
        let witnesses = named.map(|it| (it.clone(), signed_at(&it.name))).collect();
        Ok(NamedWitnesses { witnesses, quorum: policy.quorum })
    }

    /// Names witnesses, and how many of them must have signed, in a policy that the organisation's key signs. From
    /// then on a client refuses a directory without their signatures, so name them first and demand their signatures
    /// once they have signed. Goes without the signatures that the policy in force demands.
    ///
    /// # Errors
    /// [`Error::Making`] if this administrator does not have the organisation's key, or more signatures are demanded
    /// than there are witnesses; [`Error::Directory`]; the problem `forbidden`.
    pub async fn name_witnesses(&self, witnesses: &[Witness], quorum: u32) -> Result<(), Error> {
        let directory = self.directory_unwitnessed().await?;
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
