//! New mailbox keys every few weeks, and an end for those whose mail has expired; and following a rotation
//! that another device of the same person made.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::{Keys, Session};
use crypto_core::keys::SealedBundle;
use crypto_core::wire::B64;
use crypto_core::wire::api::{AccountUsage, ReplaceBundle, Resumed, RotateMailbox, StoredBundle};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// A mailbox key is renewed at the first sign-in after so long.
const KEY_MS: u64 = 30 * DAY_MS;
/// Seeds stay this much longer than their mail: clocks differ, and a message may be on its way.
const MARGIN_MS: u64 = 2 * DAY_MS;

impl<P: Platform> Session<P> {
    /// Renews the mailbox key if it is due, and drops the seeds that no mail needs. What does not work now is
    /// done at the next sign-in.
    pub(crate) async fn renew_mailbox_key(&self) {
        // Another device may be doing the same.
        let _ = self.try_renewing().await;
    }

    async fn try_renewing(&self) -> Result<(), Error> {
        let now_ms = self.api().platform().now_ms();
        let keys = self.keys();
        let due = keys.bundle.mailbox_key_made_at_ms().saturating_add(KEY_MS) <= now_ms;
        if !due && !keys.bundle.has_seeds_before(u64::MAX) {
            return Ok(());
        }
        let usage: AccountUsage = self.api().get("/account/usage").await?;
        let needed_from_ms = self.needed_from_ms(&usage, now_ms);
        if !due && !keys.bundle.has_seeds_before(needed_from_ms) {
            return Ok(());
        }
        let mut rng = self.api().platform().rng();
        let expected_revision = keys.bundle.revision();
        let bundle = if due {
            let made = keys.bundle.with_new_mailbox_key(needed_from_ms, now_ms, &mut rng)?;
            let body = RotateMailbox {
                expected_revision,
                certificate: B64(made.certificate.as_bytes().to_vec()),
                bundle: stored(&made.bundle, &keys, &mut rng),
            };
            self.api().tell(Method::Post, "/account/mailbox-key", &body).await?;
            made.bundle
        } else {
            let bundle = keys.bundle.without_seeds_before(needed_from_ms)?;
            let body = ReplaceBundle { expected_revision, bundle: stored(&bundle, &keys, &mut rng) };
            self.api().tell(Method::Put, "/account/bundle", &body).await?;
            bundle
        };
        self.set_keys(Keys { bundle, key: keys.key.duplicate() });
        Ok(())
    }

    /// No mail that is sealed to a key superseded before this moment can still be there: it has expired by the
    /// portal's rule, and the oldest message that the account holds came later.
    fn needed_from_ms(&self, usage: &AccountUsage, now_ms: u64) -> u64 {
        let retention_ms = u64::from(self.status().limits.retention_days) * DAY_MS;
        let by_rule = now_ms.saturating_sub(retention_ms);
        by_rule.min(usage.oldest_delivered_at_ms.unwrap_or(now_ms)).saturating_sub(MARGIN_MS)
    }

    /// Takes over the keys that another device of this person has made. Tells whether there are new ones.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`]; [`Error::Bundle`] if the server's bundle is not the account's.
    pub async fn refresh_keys(&self) -> Result<bool, Error> {
        let resumed: Resumed = self.api().get("/session").await?;
        let keys = self.keys();
        if resumed.bundle.revision <= keys.bundle.revision() {
            return Ok(false);
        }
        let (account, seen) = (keys.bundle.account(), keys.bundle.revision());
        let bundle = SealedBundle::parse(&resumed.bundle.sealed.0)?.open(&keys.key, account, seen)?;
        self.set_keys(Keys { bundle, key: keys.key.duplicate() });
        Ok(true)
    }
}

fn stored(
    bundle: &crypto_core::keys::Bundle,
    keys: &Keys,
    rng: &mut impl crypto_core::CryptoRng,
) -> StoredBundle {
    StoredBundle { revision: bundle.revision(), sealed: B64(bundle.seal(&keys.key, rng)) }
}
