//! What every backend must do.

use super::{Batch, Scan, Store, StoreError, transact};
use std::collections::BTreeMap;

/// Runs the whole suite over an empty store.
pub(crate) async fn all(store: &dyn Store) {
    what_is_written_is_read(store).await;
    a_batch_is_applied_whole_or_not_at_all(store).await;
    scans_are_ordered_and_bounded(store).await;
    a_transaction_sees_its_own_writes(store).await;
    a_failed_transaction_writes_nothing(store).await;
    nobody_overwrites_what_somebody_read(store).await;
    counting_together_loses_nothing(store).await;
}

fn batch(expect: &[(&[u8], Option<&[u8]>)], write: &[(&[u8], Option<&[u8]>)]) -> Batch {
    let own = |pairs: &[(&[u8], Option<&[u8]>)]| -> BTreeMap<_, _> {
        pairs.iter().map(|(key, value)| (key.to_vec(), value.map(<[u8]>::to_vec))).collect()
    };
    Batch { expect: own(expect), write: own(write) }
}

async fn what_is_written_is_read(store: &dyn Store) {
    assert_eq!(store.get(b"w").unwrap(), None);
    store.commit(batch(&[], &[(b"w", Some(b"1")), (b"", Some(b"empty key"))])).await.unwrap();
    assert_eq!(store.get(b"w").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.get(b"").unwrap().as_deref(), Some(&b"empty key"[..]));
    store.commit(batch(&[], &[(b"w", None), (b"", None), (b"never there", None)])).await.unwrap();
    assert_eq!(store.get(b"w").unwrap(), None);
    store.commit(batch(&[], &[(b"w", Some(b""))])).await.unwrap();
    assert_eq!(store.get(b"w").unwrap().as_deref(), Some(&b""[..]), "an empty value is a value");
}

async fn a_batch_is_applied_whole_or_not_at_all(store: &dyn Store) {
    store.commit(batch(&[(b"b1", None)], &[(b"b1", Some(b"1")), (b"b2", Some(b"1"))])).await.unwrap();
    for expect in [(&b"b1"[..], None), (b"b1", Some(&b"2"[..])), (b"b3", Some(b"1"))] {
        let refused = store.commit(batch(&[expect], &[(b"b1", None), (b"b2", Some(b"2"))])).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{expect:?}");
    }
    assert_eq!(store.get(b"b1").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.get(b"b2").unwrap().as_deref(), Some(&b"1"[..]));
    let refused = store.commit(batch(&[(b"b1", None)], &[])).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "a batch that only reads is checked too");
}

async fn scans_are_ordered_and_bounded(store: &dyn Store) {
    let keys: [&[u8]; 7] = [b"s", b"s\x00", b"sa", b"sb", b"s\xff", b"s\xff\xff", b"t"];
    let write: Vec<(&[u8], Option<&[u8]>)> = keys.iter().map(|key| (*key, Some(&b"v"[..]))).collect();
    store.commit(batch(&[], &write)).await.unwrap();
    let scan =
        |scan: Scan| -> Vec<Vec<u8>> { store.scan(&scan).unwrap().into_iter().map(|(key, _)| key).collect() };
    let all = || Scan::of(*b"s", usize::MAX);
    let six: Vec<Vec<u8>> = keys.iter().take(6).map(|key| key.to_vec()).collect();
    let reversed: Vec<Vec<u8>> = six.iter().rev().cloned().collect();
    assert_eq!(scan(all()), six);
    assert_eq!(scan(all().reversed()), reversed);
    assert_eq!(scan(Scan { limit: 2, ..all() }), six[..2]);
    assert_eq!(scan(Scan { limit: 2, ..all().reversed() }), reversed[..2]);
    assert_eq!(scan(Scan { limit: 0, ..all() }), Vec::<Vec<u8>>::new());
    for (at, key) in six.iter().enumerate() {
        assert_eq!(scan(all().after(Some(key.clone()))), six[at + 1..], "after {key:?}");
        assert_eq!(
            scan(all().reversed().after(Some(key.clone()))),
            reversed[six.len() - at..],
            "before {key:?}"
        );
    }
    assert_eq!(scan(all().after(Some(b"saa".to_vec()))), six[3..], "after a key that is not there");
    assert_eq!(scan(all().after(Some(b"r".to_vec()))), six);
    assert_eq!(scan(all().after(Some(b"t".to_vec()))), Vec::<Vec<u8>>::new());
    assert_eq!(scan(all().reversed().after(Some(b"t".to_vec()))), reversed);
    assert_eq!(scan(all().reversed().after(Some(b"r".to_vec()))), Vec::<Vec<u8>>::new());
    assert_eq!(scan(Scan::of(*b"s\xff", 9)), six[4..]);
    assert_eq!(scan(Scan::of(*b"\xff", 9)), Vec::<Vec<u8>>::new());
}

async fn a_transaction_sees_its_own_writes(store: &dyn Store) {
    store.commit(batch(&[], &[(b"x1", Some(b"1")), (b"x2", Some(b"2")), (b"x3", Some(b"3"))])).await.unwrap();
    transact(store, |tx| {
        tx.put(*b"x0", *b"0");
        tx.remove(*b"x1");
        tx.put(*b"x2", *b"two");
        assert_eq!(tx.get(b"x0")?.as_deref(), Some(&b"0"[..]));
        assert_eq!(tx.get(b"x1")?, None);
        let found = tx.scan(&Scan::of(*b"x", 2))?;
        assert_eq!(found, [(b"x0".to_vec(), b"0".to_vec()), (b"x2".to_vec(), b"two".to_vec())]);
        let found = tx.scan(&Scan::of(*b"x", 2).reversed())?;
        assert_eq!(found, [(b"x3".to_vec(), b"3".to_vec()), (b"x2".to_vec(), b"two".to_vec())]);
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
    assert_eq!(store.scan(&Scan::of(*b"x", 9)).unwrap().len(), 3);
}

async fn a_failed_transaction_writes_nothing(store: &dyn Store) {
    let refused = transact(store, |tx| {
        tx.put(*b"f", *b"1");
        Err::<(), _>(StoreError::Damaged("on purpose"))
    });
    assert!(matches!(refused.await, Err(StoreError::Damaged("on purpose"))));
    assert_eq!(store.get(b"f").unwrap(), None);
}

async fn nobody_overwrites_what_somebody_read(store: &dyn Store) {
    let mut runs = 0;
    let seen = transact(store, |tx| {
        runs += 1;
        let seen = tx.get(b"n")?;
        if runs == 1 {
            // Somebody is faster, between the read and the commit.
            let other = store.commit(batch(&[], &[(b"n", Some(b"theirs"))]));
            futures::executor::block_on(other)?;
        }
        tx.put(*b"n", *b"ours");
        Ok::<_, StoreError>(seen)
    });
    assert_eq!(seen.await.unwrap().as_deref(), Some(&b"theirs"[..]));
    assert_eq!(runs, 2);
}

async fn counting_together_loses_nothing(store: &dyn Store) {
    let add_one = || {
        transact(store, |tx| {
            let count = tx.get(b"c")?.map_or(0, |value| value[0]);
            tx.put(*b"c", [count + 1]);
            Ok::<_, StoreError>(())
        })
    };
    for result in futures::future::join_all((0..20).map(|_| add_one())).await {
        result.unwrap();
    }
    assert_eq!(store.get(b"c").unwrap(), Some(vec![20]));
}
