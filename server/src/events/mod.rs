//! Security events: a closed set, append-only, pseudonymous (accounts by number, never by address). What
//! they are is in `crypto_core::wire::records`; each is written in the transaction that it is about.

use crate::store::Tx;
use crate::store::models::Records;
use crypto_core::CryptoRng;
use crypto_core::wire::AccountId;
use crypto_core::wire::records::{SecurityEvent, SecurityEventKind};

/// Adds an event.
pub fn record(
    tx: &mut Tx<'_>,
    rng: &mut (impl CryptoRng + ?Sized),
    now_ms: u64,
    kind: SecurityEventKind,
    account: Option<AccountId>,
    by: Option<AccountId>,
) {
    let mut distinct = [0; 8];
    rng.fill_bytes(&mut distinct);
    tx.save(&[&now_ms.to_be_bytes(), &distinct], &SecurityEvent { kind, account, by });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Randomness, SystemRandomness};
    use crate::store::{MemoryStore, StoreError, transact};

    #[tokio::test]
    async fn two_events_of_one_moment_are_both_kept_in_order_of_time() {
        let store = MemoryStore::default();
        let kinds = transact(&store, |tx| {
            let mut rng = SystemRandomness.rng();
            record(tx, &mut *rng, 9, SecurityEventKind::SignedIn, None, None);
            record(tx, &mut *rng, 7, SecurityEventKind::SignInRefused, None, None);
            record(tx, &mut *rng, 7, SecurityEventKind::SignInRefused, None, None);
            let found = tx.list::<SecurityEvent>(&[], None, 9)?;
            Ok::<_, StoreError>(found.into_iter().map(|(_, event)| event.kind).collect::<Vec<_>>())
        });
        let refused = SecurityEventKind::SignInRefused;
        assert_eq!(kinds.await.unwrap(), [refused, refused, SecurityEventKind::SignedIn]);
    }
}
