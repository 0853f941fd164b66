//! Conversations: a message, what it answers, and the answers, as their writers named the thread inside of the sealed
//! part. The server knows nothing of threads.

use crate::error::Error;
use crate::mailbox::{FETCHES, OpenMessage, Row};
use crate::platform::Platform;
use crate::session::Session;
use crypto_core::message::{Header, Part0};
use crypto_core::wire::api::{Folder, MessageEntry};
use crypto_core::wire::{AccountId, MessageId};
use futures::StreamExt;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Of each folder only so many of the newest messages are looked at,
const LISTED: usize = 500;
/// and so many of those with one of the same people opened.
const OPENED: usize = 200;

/// The thread that a message belongs to: the first message of it.
pub(crate) fn thread_of(message: MessageId, part_0: &Part0) -> MessageId {
    part_0.thread.or(part_0.in_reply_to).unwrap_or(message)
}

impl<P: Platform> Session<P> {
    /// The other messages of a message's conversation and itself, oldest first: those of the same thread between
    /// people of whom one is the same. What cannot be opened belongs to none.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`], and as [`Session::open`] for the message itself.
    pub async fn conversation(&self, message: MessageId) -> Result<Vec<Row>, Error> {
        let open = self.open_message(message).await?;
        let thread = thread_of(message, &open.part_0);
        let others = self.others(open.message.header());
        let mut entries = Vec::new();
        for folder in [Folder::Inbox, Folder::Sent] {
            entries.extend(self.newest_entries(folder, LISTED).await?);
        }
        let shared = |entry: &MessageEntry| {
            Header::parse(&entry.header.0).is_ok_and(|header| !self.others(&header).is_disjoint(&others))
        };
        entries.retain(|entry| entry.message == message || shared(entry));
        entries.sort_by_key(|entry| (entry.message != message, Reverse(entry.delivered_at_ms)));
        entries.truncate(OPENED);
        entries.sort_by_key(|entry| (entry.delivered_at_ms, entry.message));
        let directory = self.directory_for(&entries).await?;
        let directory = &directory;
        let mut opened = futures::stream::iter(&entries)
            .map(|entry| async move { (entry, self.open_entry(entry, directory).await) })
            .buffered(FETCHES);
        let (mut rows, mut verified) = (Vec::new(), Vec::new());
        while let Some((entry, opened)) = opened.next().await {
            let belongs = |open: &OpenMessage| thread_of(entry.message, &open.part_0) == thread;
            match opened {
                Err(Error::Offline) => return Err(Error::Offline),
                Ok(open) if belongs(&open) => {
                    rows.push(Row::of(entry, Ok(&open), directory));
                    verified.push(open);
                }
                Ok(_) | Err(_) => {}
            }
        }
        // Without that they are marked when they are opened, no more.
        let _: Result<(), Error> = self.remember_verified(&verified).await;
        Ok(rows)
    }

    /// Everybody who stands in a header but oneself.
    fn others(&self, header: &Header) -> BTreeSet<AccountId> {
        let people = header.recipients().iter().map(|it| it.account).chain([header.sender()]);
        people.filter(|account| *account != self.account()).collect()
    }
}
