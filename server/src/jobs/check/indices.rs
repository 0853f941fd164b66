//! Every index says what its records say, and nothing else.

use super::{Found, Look, differs, ids};
use crate::jobs::JobError;
use crate::store::models::{Records, key, mailbox, tail};
use crate::store::{StoreError, Tx};
use crypto_core::wire::records::{
    Account, AddressIndex, BinIndex, Entry, EntryIndex, ExpiryIndex, FolderIndex, Holding, Message, Record,
    Session, SessionIndex, Upload, UploadIndex,
};
use crypto_core::wire::{AccountId, Fingerprint, MessageId, UploadId};

pub(super) async fn look(look: &mut Look<'_>) -> Result<(), JobError> {
    accounts(look).await?;
    mailboxes(look).await?;
    expiry(look).await?;
    sessions(look).await?;
    uploads(look).await
}

async fn accounts(look: &mut Look<'_>) -> Result<(), JobError> {
    let mend = look.mend;
    look.each::<Account>(|tx, own, account| {
        let [id] = ids(own)?;
        let id = AccountId::from_bytes(id);
        let index = tx.load::<AddressIndex>(&[account.address.as_bytes()])?;
        Ok(match index {
            Some(index) if index.account == id => Vec::new(),
            Some(_) => vec![Found::Left(format!("account {id}: another account has its address"))],
            None => vec![differs(mend, format!("account {id}: not found by its address"), || {
                tx.save(&[account.address.as_bytes()], &AddressIndex { account: id });
            })],
        })
    })
    .await?;
    look.each::<AddressIndex>(|tx, own, index| {
        let account = tx.load::<Account>(&[index.account.as_bytes()])?;
        Ok(stale(tx, mend, account.is_some(), key::<AddressIndex>(&[own]), || {
            format!("an address of account {}: there is no such account", index.account)
        }))
    })
    .await?;
    look.each::<Entry>(|tx, own, entry| {
        let fingerprint = Fingerprint::of(&entry.signed);
        let sequence = u64::from_be_bytes(tail(own)?);
        let index = tx.load::<EntryIndex>(&[fingerprint.as_bytes()])?;
        if index.is_some_and(|index| index.sequence == sequence) {
            return Ok(Vec::new());
        }
        Ok(vec![differs(mend, format!("entry {sequence}: not found by its fingerprint"), || {
            tx.save(&[fingerprint.as_bytes()], &EntryIndex { sequence });
        })])
    })
    .await
}

async fn mailboxes(look: &mut Look<'_>) -> Result<(), JobError> {
    let mend = look.mend;
    look.each::<Holding>(|tx, own, holding| {
        let [account, id] = ids(own)?;
        let (account, id) = (AccountId::from_bytes(account), MessageId::from_bytes(id));
        let place = mailbox::place(account, id, &holding);
        let Some(mut message) = tx.load::<Message>(&[id.as_bytes()])? else {
            return Ok(vec![differs(
                mend,
                format!("message {id}: held by {account}, and not there"),
                || {
                    tx.erase::<Holding>(&[own]);
                    tx.remove(place);
                },
            )]);
        };
        let mut found = Vec::new();
        if tx.get(&place)?.is_none() {
            found.push(differs(mend, format!("message {id}: in no folder of {account}"), || {
                tx.put(place, FolderIndex { expires_ms: message.expires_ms }.to_bytes());
            }));
        }
        if let Some(binned_ms) = holding.binned_ms {
            let at: [&[u8]; 3] = [&binned_ms.to_be_bytes(), account.as_bytes(), id.as_bytes()];
            if tx.load::<BinIndex>(&at)?.is_none() {
                let line = format!("message {id}: not in the order of the bin of {account}");
                found.push(differs(mend, line, || tx.save(&at, &BinIndex { binned_ms })));
            }
        }
        if !message.holders.contains(&account) {
            found.push(differs(mend, format!("message {id}: does not know its holder {account}"), || {
                message.holders.push(account);
                tx.save(&[id.as_bytes()], &message);
            }));
        }
        Ok(found)
    })
    .await?;
    look.each::<BinIndex>(|tx, own, _| {
        let (id, account) = (tail::<16>(own)?, own.get(8..24).unwrap_or_default());
        let holding = tx.load::<Holding>(&[account, &id])?;
        let time = holding.and_then(|holding| holding.binned_ms).map(u64::to_be_bytes);
        let right = time.is_some_and(|time| own.starts_with(&time));
        let id = MessageId::from_bytes(id);
        let line = || format!("message {id}: in the order of the bin at another time");
        Ok(stale(tx, mend, right, key::<BinIndex>(&[own]), line))
    })
    .await?;
    look.each::<FolderIndex>(|tx, own, _| {
        let (account, id) = (own.get(..16).unwrap_or_default(), tail::<16>(own)?);
        let holding = tx.load::<Holding>(&[account, &id])?;
        let account = AccountId::try_from(account).map_err(|_| StoreError::Damaged("key"))?;
        let id = MessageId::from_bytes(id);
        let own = key::<FolderIndex>(&[own]);
        let right = holding.is_some_and(|holding| mailbox::place(account, id, &holding) == own);
        Ok(stale(tx, mend, right, own, || format!("message {id}: in a folder of {account}, and not held")))
    })
    .await
}

async fn expiry(look: &mut Look<'_>) -> Result<(), JobError> {
    let mend = look.mend;
    look.each::<Message>(|tx, own, message| {
        let [id] = ids(own)?;
        let id = MessageId::from_bytes(id);
        let mut found = Vec::new();
        let at = [&message.expires_ms.to_be_bytes()[..], id.as_bytes()];
        if tx.load::<ExpiryIndex>(&at)?.is_none() {
            let line = format!("message {id}: not in the order of expiry");
            found.push(differs(mend, line, || mailbox::expire_at(tx, id, &message)));
        }
        for holder in &message.holders {
            if tx.load::<Holding>(&[holder.as_bytes(), id.as_bytes()])?.is_none() {
                found.push(Found::Left(format!("message {id}: its holder {holder} does not have it")));
            }
        }
        Ok(found)
    })
    .await?;
    look.each::<ExpiryIndex>(|tx, own, _| {
        let id = MessageId::from_bytes(tail(own)?);
        let message = tx.load::<Message>(&[id.as_bytes()])?;
        let right = message.is_some_and(|it| own.starts_with(&it.expires_ms.to_be_bytes()));
        let line = || format!("message {id}: in the order of expiry at another time");
        Ok(stale(tx, mend, right, key::<ExpiryIndex>(&[own]), line))
    })
    .await
}

async fn sessions(look: &mut Look<'_>) -> Result<(), JobError> {
    let mend = look.mend;
    look.each::<Session>(|tx, own, session| {
        let index: [&[u8]; 2] = [session.account.as_bytes(), own];
        if tx.load::<SessionIndex>(&index)?.is_some() {
            return Ok(Vec::new());
        }
        let line = format!("a session of {}: not found by its account", session.account);
        Ok(vec![differs(mend, line, || {
            tx.save(&index, &SessionIndex { signed_in_ms: session.signed_in_ms });
        })])
    })
    .await?;
    look.each::<SessionIndex>(|tx, own, _| {
        let there = tx.load::<Session>(&[&tail::<32>(own)?])?.is_some();
        let line = || "a session of an account: there is no such session".to_owned();
        Ok(stale(tx, mend, there, key::<SessionIndex>(&[own]), line))
    })
    .await
}

async fn uploads(look: &mut Look<'_>) -> Result<(), JobError> {
    let mend = look.mend;
    look.each::<Upload>(|tx, own, upload| {
        let index: [&[u8]; 2] = [upload.account.as_bytes(), own];
        let id = UploadId::from_bytes(tail(own)?);
        if tx.load::<UploadIndex>(&index)?.is_some() {
            return Ok(Vec::new());
        }
        let line = format!("an upload of {}: not found by its account", upload.account);
        Ok(vec![differs(mend, line, || crate::service::uploads::save(tx, id, &upload))])
    })
    .await?;
    look.each::<UploadIndex>(|tx, own, _| {
        let there = tx.load::<Upload>(&[&tail::<16>(own)?])?.is_some();
        let line = || "an upload of an account: there is no such upload".to_owned();
        Ok(stale(tx, mend, there, key::<UploadIndex>(&[own]), line))
    })
    .await
}

/// An entry of an index that says what is not so goes.
fn stale(
    tx: &mut Tx<'_>,
    mend: bool,
    right: bool,
    key: crate::store::Key,
    line: impl FnOnce() -> String,
) -> Vec<Found> {
    if right { Vec::new() } else { vec![differs(mend, line(), || tx.remove(key))] }
}
