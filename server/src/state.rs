//! What every handler and job shares.

use crate::blobs::{BlobError, Blobs};
use crate::clock::{Clock, Randomness, SystemClock, SystemRandomness};
use crate::config::{Config, LimitsConfig};
use crate::directory::KeyDirectory;
use crate::notify::Mailer;
use crate::rules::InForce;
use crate::secrets::{Secrets, SecretsError};
use crate::store::models::{Records, mailbox, tail};
use crate::store::{SledStore, Store, StoreError, transact};
use crypto_core::CryptoRng;
use crypto_core::wire::records::{Deployment, Kind, Message, Record, Rules};
use crypto_core::wire::{AccountId, DeploymentId, MessageId, api};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Open clients that are told at once; one that is further behind than this asks anew.
const LIVE_EVENTS: usize = 1024;
const MIGRATED_AT_ONCE: usize = 200;
/// 2: messages stand in the order of expiry.
const LAYOUT: u32 = 2;

/// What every handler and job shares; a clone shares the same.
#[derive(Clone)]
pub struct AppState {
    /// As configured. **Limits that an administrator can change are [`AppState::limits`].**
    pub config: Arc<Config>,
    /// What an administrator set instead.
    pub(crate) rules: Arc<RwLock<Arc<InForce>>>,
    /// What people type, with no slash at the end.
    pub public_url: Arc<str>,
    /// This installation.
    pub deployment: DeploymentId,
    /// The server's own secrets.
    pub secrets: Arc<Secrets>,
    /// Metadata.
    pub store: Arc<dyn Store>,
    /// Proofs of who has which keys.
    pub directory: Arc<KeyDirectory>,
    /// Parts.
    pub blobs: Blobs,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
    /// Wakes the outbox's worker.
    pub mailer: Mailer,
    /// What open clients are told.
    pub live: broadcast::Sender<(AccountId, api::Event)>,
    /// Cancelled when the server stops: streams end.
    pub stopping: CancellationToken,
}

/// The server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The metadata store.
    #[error("`data_dir`: {0}")]
    Store(#[from] StoreError),
    /// The parts.
    #[error("`data_dir`: {0}")]
    Blobs(#[from] BlobError),
    /// The secrets.
    #[error("{0}")]
    Secrets(#[from] SecretsError),
    /// A directory.
    #[error("`data_dir`: {0}")]
    Directory(#[from] std::io::Error),
    /// Data of another version.
    #[error("`data_dir` was made by another version of the server (layout {0})")]
    Layout(u32),
}

impl AppState {
    /// Opens stores and secrets, and makes them at the first start.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn open(config: Config, public_url: String) -> Result<Self, StartError> {
        make_private(&config.data_dir)?;
        let metadata = config.data_dir.join("metadata");
        let store: Arc<dyn Store> = Arc::new(SledStore::open(&metadata)?);
        let fresh = store.get(&deployment_key())?.is_none();
        let secrets = Secrets::open(&config.secrets_file, &config.data_dir, fresh, &SystemRandomness)?;
        let blobs = Blobs::in_directory(&config.data_dir.join("parts"))?;
        let state =
            Self::over(config, secrets, store, blobs, Arc::new(SystemClock), Arc::new(SystemRandomness));
        Ok(Self { public_url: public_url.into(), ..state.with_deployment().await? })
    }

    /// In memory, with a clock and a randomness of the test's choice.
    ///
    /// # Errors
    /// See [`StartError`].
    #[cfg(test)]
    pub async fn in_memory(
        config: Config,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self, StartError> {
        let secrets = Secrets::make(&*randomness);
        let store = Arc::new(crate::store::MemoryStore::default());
        Self::over(config, secrets, store, Blobs::in_memory(), clock, randomness).with_deployment().await
    }

    fn over(
        config: Config,
        secrets: Secrets,
        store: Arc<dyn Store>,
        blobs: Blobs,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        let secrets = Arc::new(secrets);
        Self {
            public_url: config.public_url(config.listen).into(),
            rules: Arc::new(RwLock::new(Arc::new(InForce::of(&config)))),
            config: Arc::new(config),
            deployment: DeploymentId::from_bytes([0; 16]),
            directory: Arc::new(KeyDirectory::new(Arc::clone(&store), Arc::clone(&secrets))),
            secrets,
            store,
            blobs,
            clock,
            randomness,
            mailer: Mailer::default(),
            live: broadcast::Sender::new(LIVE_EVENTS),
            stopping: CancellationToken::new(),
        }
    }

    /// Finds or makes the installation's number.
    async fn with_deployment(self) -> Result<Self, StartError> {
        let made = Deployment { id: DeploymentId::random(&mut *self.rng()), layout: LAYOUT };
        let found = transact(&*self.store, |tx| match tx.get(&deployment_key())? {
            Some(bytes) => Deployment::from_bytes(&bytes).map_err(|_| StoreError::Damaged("deployment")),
            None => {
                tx.put(deployment_key(), made.to_bytes());
                Ok(made.clone())
            }
        })
        .await?;
        match found.layout {
            LAYOUT => {}
            1 => order_by_expiry(&*self.store, &found).await?,
            other => return Err(StartError::Layout(other)),
        }
        let rules = self.store.get(&[Kind::Rules as u8])?.map(|bytes| Rules::from_bytes(&bytes));
        if let Some(rules) = rules.transpose().map_err(|_| StoreError::Damaged("rules"))? {
            match InForce::with(&self.config, &rules) {
                Ok(rules) => self.set_rules(rules),
                Err(error) => {
                    tracing::warn!(%error, "stored limits do not fit the configuration, which counts")
                }
            }
        }
        Ok(Self { deployment: found.id, ..self })
    }

    /// Limits and texts in force.
    pub fn rules(&self) -> Arc<InForce> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The limits in force: as configured, but for those that an administrator has changed.
    pub fn limits(&self) -> Arc<LimitsConfig> {
        Arc::clone(&self.rules().limits)
    }

    /// Limits and texts that are in force from now on.
    pub fn set_rules(&self, rules: InForce) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// The time.
    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// A generator for one use.
    pub fn rng(&self) -> Box<dyn CryptoRng + Send> {
        self.randomness.rng()
    }

    /// Tells the open clients of an account.
    pub fn tell(&self, account: AccountId, event: api::Event) {
        // Nobody listens: nobody needs to be told.
        let _ = self.live.send((account, event));
    }
}

/// From layout 1 to 2, in batches; begins anew if it is broken off.
async fn order_by_expiry(store: &dyn Store, found: &Deployment) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let last = transact(store, |tx| {
            let page = tx.list::<Message>(&[], after.clone(), MIGRATED_AT_ONCE)?;
            let last = page.last().map(|(key, _)| key.clone());
            for (key, message) in page {
                mailbox::expire_at(tx, MessageId::from_bytes(tail(&key)?), &message);
            }
            if last.is_none() {
                tx.put(deployment_key(), Deployment { layout: LAYOUT, ..found.clone() }.to_bytes());
            }
            Ok::<_, StoreError>(last)
        })
        .await?;
        let Some(last) = last else { return Ok(()) };
        after = Some(last);
    }
}

/// Nobody else on the machine needs to read it.
pub(crate) fn make_private(dir: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn deployment_key() -> Vec<u8> {
    vec![Kind::Deployment as u8]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crypto_core::wire::records::ExpiryIndex;

    const LATEST_MS: u64 = 10_000;

    /// As it was before layout 2, but for what a start that was broken off had already put in order.
    async fn layout_1(state: &AppState, messages: u64, put_in_order: u64) {
        let account = AccountId::from_bytes([1; 16]);
        transact(&*state.store, |tx| {
            for number in 0..messages {
                let id = MessageId::from_bytes(u128::from(number).to_be_bytes());
                let message = Message {
                    header: vec![1].into(),
                    signature: vec![2].into(),
                    sender: account,
                    delivered_ms: number,
                    expires_ms: LATEST_MS - number,
                    bytes: 1,
                    parts: vec![],
                    holders: vec![account],
                    recalled_ms: None,
                };
                tx.save(&[id.as_bytes()], &message);
                if number < put_in_order {
                    mailbox::expire_at(tx, id, &message);
                }
            }
            let old = Deployment { id: state.deployment, layout: 1 };
            tx.put(deployment_key(), old.to_bytes());
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    }

    fn layout(state: &AppState) -> u32 {
        let bytes = state.store.get(&deployment_key()).unwrap().unwrap();
        Deployment::from_bytes(&bytes).unwrap().layout
    }

    #[tokio::test]
    async fn a_store_of_layout_1_is_put_in_the_order_of_expiry_at_the_start() {
        const MESSAGES: u64 = 2 * MIGRATED_AT_ONCE as u64 + 50;
        let clock = Arc::new(ManualClock::at(0));
        let state = AppState::in_memory(Config::default(), clock, Arc::new(SystemRandomness)).await.unwrap();
        for put_in_order in [0, MIGRATED_AT_ONCE as u64] {
            layout_1(&state, MESSAGES, put_in_order).await;
            let started = state.clone().with_deployment().await.unwrap();
            assert_eq!((started.deployment, layout(&started)), (state.deployment, LAYOUT));
            let order = transact(&*state.store, |tx| tx.list::<ExpiryIndex>(&[], None, usize::MAX / 2));
            let order = order.await.unwrap();
            let found: Vec<_> = order.iter().map(|(key, index)| (&key[1..9], index.delivered_ms)).collect();
            let times: Vec<[u8; 8]> =
                (0..MESSAGES).rev().map(|number| (LATEST_MS - number).to_be_bytes()).collect();
            let wanted: Vec<_> = times.iter().map(|time| &time[..]).zip((0..MESSAGES).rev()).collect();
            assert_eq!(found, wanted);
            transact(&*state.store, |tx| {
                order.iter().for_each(|(key, _)| tx.remove(key.clone()));
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        }
    }

    #[tokio::test]
    async fn data_of_an_unknown_layout_is_left_alone() {
        let clock = Arc::new(ManualClock::at(0));
        let state = AppState::in_memory(Config::default(), clock, Arc::new(SystemRandomness)).await.unwrap();
        for other in [0, LAYOUT + 1] {
            let made = Deployment { id: state.deployment, layout: other };
            transact(&*state.store, |tx| {
                tx.put(deployment_key(), made.to_bytes());
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
            let refused = state.clone().with_deployment().await.err();
            assert!(matches!(refused, Some(StartError::Layout(found)) if found == other), "{refused:?}");
            assert_eq!(layout(&state), other);
        }
    }
}
