//! Address book and preferences.

use crate::calls::Worker;
use client_bridge::Answer;
use client_bridge::contacts as bridge;
use client_sdk::{Card, Error, NewKeys, Reissue, Reissued, Standing};
use crypto_core::certificate::Cause;
use crypto_core::wire::shown_address;

impl Worker {
    pub(crate) async fn contacts(&self, call: bridge::Call) -> Result<Answer, Error> {
        let session = self.signed_in()?;
        let answer = match call {
            bridge::Call::Book => {
                let book = session.address_book().await?;
                bridge::Answer::Book(bridge::Book {
                    people: book.people.into_iter().map(card).collect(),
                    notices: book.notices.into_iter().map(new_keys).collect(),
                })
            }
            bridge::Call::Keep { address, name, note } => {
                bridge::Answer::Kept(session.keep_contact(&address, &name, &note).await?)
            }
            bridge::Call::Drop { address } => {
                session.drop_contact(&address).await?;
                bridge::Answer::Done
            }
            bridge::Call::Acknowledge { told } => {
                session.acknowledge_keys(&told).await?;
                bridge::Answer::Done
            }
            bridge::Call::SetPreferences { language, reminders } => {
                session.set_preferences(language, reminders).await?;
                bridge::Answer::Done
            }
        };
        Ok(Answer::Book(answer))
    }
}

fn card(it: Card) -> bridge::Card {
    let (account, certified_name, unit, role) = match it.certified {
        Some(certified) => (Some(certified.account), certified.name, certified.unit, Some(certified.role)),
        None => (None, None, None, None),
    };
    bridge::Card {
        account,
        address: shown_address(&it.address),
        certified_name,
        unit,
        role,
        own_name: it.own_name,
        note: it.note,
        in_book: it.in_book,
        may_write: it.may_write,
        standing: standing(it.standing),
        moved_to: it.moved_to.as_deref().map(shown_address),
        reissued: it.reissued.map(reissued),
    }
}

const fn standing(it: Standing) -> bridge::Standing {
    match it {
        Standing::NeverSignedIn(since) => bridge::Standing::NeverSignedIn(since),
        Standing::InitialPassword(since) => bridge::Standing::InitialPassword(since),
        Standing::Confirmed(since) => bridge::Standing::Confirmed(since),
        Standing::Ended(Cause::Closed) => bridge::Standing::Closed,
        Standing::Ended(Cause::Moved) => bridge::Standing::Moved,
        Standing::Ended(Cause::Left | Cause::Lost | Cause::Stolen) => bridge::Standing::Revoked,
        Standing::NotAsked => bridge::Standing::NotAsked,
    }
}

fn reissued(it: Reissued) -> bridge::Reissued {
    let what = match it.what {
        Reissue::Reset => bridge::Reissue::Reset,
        Reissue::Again => bridge::Reissue::Again,
        Reissue::Moved(from) => bridge::Reissue::Moved(shown_address(&from)),
    };
    bridge::Reissued { at_ms: it.at_ms, by: it.by, what }
}

fn new_keys(it: NewKeys) -> bridge::NewKeys {
    bridge::NewKeys {
        address: it.address,
        name: it.name,
        reissued: reissued(it.reissued),
        certificate: it.certificate,
    }
}
