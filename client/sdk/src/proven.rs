//! Chains that the key directory proves to be the newest, and what is remembered of that directory.
//!
//! Whatever is sealed or verified uses [`Session::directory`] or [`Session::directory_to_read`]; [`Session::listed`] is
//! for showing who there is. The newest checkpoint is kept in the sealed settings, goes along with each message, and
//! is compared with those that come with messages, so that two people who are shown two directories find out.

use crate::directory::follow;
use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::certificate::{Directory, PolicyBody};
use crypto_core::directory::{
    Checkpoint, CosignedClaim, DirectoryError, Expectation, HistoriesClaim, HistoryProof, ProvenDirectory,
    ProvenHistories, SignedCheckpoint, StateClaim, origin, verify_consistency,
};
use crypto_core::keys::Settings;
use crypto_core::wire::api::{
    Chains, ChainsWanted, Consistency, KnownVersion, Proved, ProvedWanted, Resigned,
};
use crypto_core::wire::{AccountId, Address, ProblemCode, SubjectLabel};
use std::collections::BTreeMap;

/// For so long what was proved is good for reading.
const GOOD_FOR_READING_MS: u64 = 10 * 60 * 1000;
/// Subjects that the server is told are known.
const KNOWN: usize = 4000;

/// What a session knows of the directory.
#[derive(Default)]
pub(crate) struct Memory {
    /// Whether the settings were looked into.
    looked_up: bool,
    seen: Option<Seen>,
    policy: Option<PolicyBody>,
    histories: ProvenHistories,
    /// Of messages, and found to be of the same log: root by size.
    compared: BTreeMap<u64, [u8; 32]>,
}

/// Whether a directory must have the signatures that the policy demands.
#[derive(Clone, Copy)]
enum Witnesses {
    Demanded,
    Waived,
}

#[derive(Clone)]
struct Seen {
    checkpoint: Checkpoint,
    note: String,
}

impl Seen {
    /// What the own settings say was verified once.
    fn of(settings: &Settings) -> Option<Self> {
        let note = String::from_utf8(settings.checkpoint.clone()?.into()).ok()?;
        Some(Self { checkpoint: SignedCheckpoint::parse(&note).ok()?.claimed(), note })
    }
}

impl<P: Platform> Session<P> {
    /// The chains of oneself and of others, proved to be the newest now: for sealing and for issuing.
    pub(crate) async fn directory(
        &self,
        accounts: &[AccountId],
        addresses: &[&Address],
    ) -> Result<ProvenDirectory, Error> {
        Ok(self.directory_and_resigned(accounts, addresses).await?.0)
    }

    /// As [`Self::directory`], with the deputies of those asked for who ended it. That is the server's word: it can
    /// keep a message from a deputy with it, as it can by withholding.
    pub(crate) async fn directory_and_resigned(
        &self,
        accounts: &[AccountId],
        addresses: &[&Address],
    ) -> Result<(ProvenDirectory, Vec<Resigned>), Error> {
        self.prove(self.wanted(accounts, addresses), true).await
    }

    /// The same, proved within the last minutes: for reading.
    pub(crate) async fn directory_to_read(&self, accounts: &[AccountId]) -> Result<ProvenDirectory, Error> {
        Ok(self.prove(self.wanted(accounts, &[]), false).await?.0)
    }

    /// The chains of oneself and of others, followed and not proved. **For showing, never for sealing or verifying.**
    pub(crate) async fn listed(
        &self,
        accounts: &[AccountId],
        addresses: &[&Address],
    ) -> Result<Directory, Error> {
        Ok(self.listed_and_resigned(accounts, addresses).await?.0)
    }

    /// As [`Self::listed`], with the deputies of those asked for who ended it.
    pub(crate) async fn listed_and_resigned(
        &self,
        accounts: &[AccountId],
        addresses: &[&Address],
    ) -> Result<(Directory, Vec<Resigned>), Error> {
        let wanted = self.wanted(accounts, addresses);
        let chains: Chains = self.api().call(Method::Post, "/directory/chains", &wanted).await?;
        Ok((self.followed(&wanted, &chains)?, chains.resigned))
    }

    fn wanted(&self, accounts: &[AccountId], addresses: &[&Address]) -> ChainsWanted {
        let mut accounts = accounts.to_vec();
        accounts.push(self.account());
        accounts.sort_unstable();
        accounts.dedup();
        ChainsWanted { accounts, addresses: addresses.iter().map(ToString::to_string).collect() }
    }

    fn followed(&self, wanted: &ChainsWanted, chains: &Chains) -> Result<Directory, Error> {
        let address = wanted.addresses.first().cloned().unwrap_or_default();
        follow(self.keys().bundle.pins(), chains).map_err(|cause| Error::Keys { address, cause })
    }

    /// One at a time, so that each goes on with what the one before has seen.
    async fn prove(
        &self,
        wanted: ChainsWanted,
        fresh: bool,
    ) -> Result<(ProvenDirectory, Vec<Resigned>), Error> {
        let mut memory = self.memory.lock().await;
        self.remember_seen(&mut memory).await?;
        let (proven, resigned) = self.prove_by(&mut memory, wanted, fresh, Witnesses::Demanded).await?;
        drop(memory);
        self.adopt(&proven)?;
        self.follow_root(&proven).await?;
        Ok((proven, resigned))
    }

    /// Own chain, root and policy, proved but for the witnesses, and nothing of it remembered. **For coming in to name
    /// other witnesses in the place of some who do not sign, and for that; never for sealing or verifying mail.**
    pub(crate) async fn directory_unwitnessed(&self) -> Result<ProvenDirectory, Error> {
        let mut memory = self.memory.lock().await;
        self.remember_seen(&mut memory).await?;
        let mut apart = Memory { seen: memory.seen.clone(), ..Memory::default() };
        drop(memory);
        Ok(self.prove_by(&mut apart, self.wanted(&[], &[]), true, Witnesses::Waived).await?.0)
    }

    async fn prove_by(
        &self,
        memory: &mut Memory,
        wanted: ChainsWanted,
        fresh: bool,
        witnesses: Witnesses,
    ) -> Result<(ProvenDirectory, Vec<Resigned>), Error> {
        let now_ms = self.api().platform().now_ms();
        let since_ms = if fresh { 0 } else { now_ms.saturating_sub(GOOD_FOR_READING_MS) };
        let known: BTreeMap<_, _> = memory.histories.since(since_ms).into_iter().take(KNOWN).collect();
        let question = ProvedWanted {
            chains: wanted,
            seen: memory.seen.as_ref().map_or(0, |seen| seen.checkpoint.size),
            known: known.iter().map(|(subject, version)| known_version(*subject, *version)).collect(),
            fresh,
        };
        let answer: Proved = self.api().call(Method::Post, "/directory/proved", &question).await?;
        let directory = self.followed(&question.chains, &answer.chains)?;
        let policy = directory.policy().body().clone();
        let memory_of = memory.seen.as_ref().map(|seen| seen.checkpoint);
        let demanded = match witnesses {
            Witnesses::Demanded => policy.clone(),
            Witnesses::Waived => PolicyBody { quorum: 0, ..policy.clone() },
        };
        let state = claim(&answer)?.verify(&Expectation { policy: &demanded, memory: memory_of, now_ms })?;
        let histories = HistoriesClaim { proofs: proofs(&answer)?, known: &known, fresh };
        let proven = memory.histories.prove(directory, &state, &histories, now_ms)?;
        memory.seen = Some(Seen { checkpoint: state.checkpoint(), note: answer.checkpoint });
        memory.policy = Some(policy);
        Ok((proven, answer.chains.resigned))
    }

    /// What the sealed settings say was seen. Somebody who must do something else first cannot ask for them yet.
    async fn remember_seen(&self, memory: &mut Memory) -> Result<(), Error> {
        if memory.looked_up {
            return Ok(());
        }
        match self.settings().await {
            Ok(settings) => {
                memory.looked_up = true;
                memory.seen = newer(memory.seen.take(), Seen::of(&settings));
                Ok(())
            }
            Err(error) if is_duty(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Keeps the newest checkpoint in the sealed settings. If that does not work now, the next sign-in does it.
    pub(crate) async fn keep_checkpoint(&self) {
        let memory = self.memory.lock().await;
        let (looked_up, seen) = (memory.looked_up, memory.seen.clone());
        drop(memory);
        let Some(seen) = seen.filter(|_| looked_up) else { return };
        let kept = self.change_settings(|settings| {
            let before = Seen::of(settings).map(|before| before.checkpoint.size);
            if before.is_none_or(|before| before < seen.checkpoint.size) {
                settings.checkpoint = Some(seen.note.clone().into_bytes().into());
            }
        });
        drop(kept.await);
    }

    /// The newest checkpoint, for a message.
    pub(crate) async fn checkpoint(&self) -> Option<Vec<u8>> {
        self.memory.lock().await.seen.as_ref().map(|seen| seen.note.clone().into_bytes())
    }

    /// Compares the checkpoint that came with a message. What this log has not signed says nothing.
    pub(crate) async fn compare_checkpoint(&self, note: &[u8]) -> Result<(), Error> {
        let Some(theirs) = self.signed_by_log(note).await? else { return Ok(()) };
        if self.knows(&theirs).await {
            return Ok(());
        }
        if self.newest_size().await < theirs.size {
            self.directory_to_read(&[]).await?;
        }
        let seen = self.memory.lock().await.seen.as_ref().map(|seen| seen.checkpoint);
        let ours = seen.filter(|ours| theirs.size <= ours.size).ok_or(DirectoryError::RolledBack)?;
        let path = format!("/directory/consistency?from={}&to={}", theirs.size, ours.size);
        let answer: Consistency = self.api().get(&path).await?;
        verify_consistency((theirs.size, &theirs.root), (ours.size, &ours.root), &answer.proof.0)?;
        self.memory.lock().await.compared.insert(theirs.size, theirs.root);
        Ok(())
    }

    async fn signed_by_log(&self, note: &[u8]) -> Result<Option<Checkpoint>, Error> {
        let parsed = std::str::from_utf8(note).ok().and_then(|note| SignedCheckpoint::parse(note).ok());
        let Some(parsed) = parsed else { return Ok(None) };
        if self.memory.lock().await.policy.is_none() {
            self.directory_to_read(&[]).await?;
        }
        let memory = self.memory.lock().await;
        let policy = memory.policy.as_ref().ok_or(Error::Answer)?;
        Ok(parsed.verify(&origin(policy.deployment), &policy.log_key).ok())
    }

    async fn knows(&self, theirs: &Checkpoint) -> bool {
        let memory = self.memory.lock().await;
        memory.compared.get(&theirs.size) == Some(&theirs.root)
            || memory.seen.as_ref().is_some_and(|seen| seen.checkpoint == *theirs)
    }

    async fn newest_size(&self) -> u64 {
        self.memory.lock().await.seen.as_ref().map_or(0, |seen| seen.checkpoint.size)
    }
}

const fn known_version(subject: SubjectLabel, version: u64) -> KnownVersion {
    KnownVersion { subject, version }
}

fn newer(one: Option<Seen>, other: Option<Seen>) -> Option<Seen> {
    one.into_iter().chain(other).max_by_key(|seen| seen.checkpoint.size)
}

fn is_duty(error: &Error) -> bool {
    error.is(ProblemCode::SecondFactorRequired) || error.is(ProblemCode::PasswordChangeRequired)
}

fn claim(answer: &Proved) -> Result<StateClaim<'_>, Error> {
    Ok(StateClaim {
        note: &answer.checkpoint,
        root: answer.root.0.as_slice().try_into().map_err(|_| Error::Answer)?,
        inclusion: &answer.inclusion.0,
        consistency: &answer.consistency.0,
        cosigned: answer.cosigned.as_ref().map(|cosigned| CosignedClaim {
            note: &cosigned.checkpoint,
            consistency: &cosigned.consistency.0,
        }),
    })
}

fn proofs(answer: &Proved) -> Result<BTreeMap<SubjectLabel, HistoryProof>, Error> {
    let mut proofs = BTreeMap::new();
    for history in &answer.histories {
        let proof = HistoryProof::parse(&history.proof.0).map_err(|_| DirectoryError::History)?;
        proofs.insert(history.subject, proof);
    }
    Ok(proofs)
}
