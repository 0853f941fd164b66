//! Searching everything in the mailbox, here and nowhere else: an index in memory, built by opening one
//! message after the other without marking any as read.
//!
//! * A message matches if it has all words of the query: in subject, text, names and addresses of its
//!   people, names given to them in the address book, file names. Case and accents do not count, and *ä* is
//!   found as *a* and as *ae*.
//! * Nothing is missed in silence: [`Coverage`] says how many messages there are, how many have been looked
//!   at, and how many of those could not be opened.

use crate::drafts::DraftRow;
use crate::error::Error;
use crate::mailbox::{FETCHES, OpenMessage, Person};
use crate::platform::Platform;
use crate::session::{Session, lock};
use crypto_core::wire::api::{Folder, MessageEntry, MessagePage};
use crypto_core::wire::{DraftId, MessageId};
use futures::StreamExt;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// As many as the server gives at once.
const PAGE: usize = 100;
/// Messages opened between two words on how far it is.
const STEP: usize = 25;

/// How much of the mailbox a search covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Messages looked at, those included that could not be opened.
    pub covered: usize,
    /// Messages in the mailbox, as far as it is known.
    pub total: usize,
    /// Messages that could not be opened.
    pub unreadable: usize,
}

/// What was found, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A message in a folder.
    Message(Folder, MessageId),
    /// A draft.
    Draft(DraftId),
}

/// A message or a draft that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What and where.
    pub place: Place,
    /// Sender in the inbox, recipients in sent.
    pub people: Vec<Person>,
    /// One line.
    pub subject: String,
    /// Number of attachments.
    pub attachments: usize,
    /// When it was delivered, or changed last.
    pub at_ms: u64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The newest ones.
    pub hits: Vec<Hit>,
    /// All of them.
    pub count: usize,
    /// Of how much of the mailbox.
    pub coverage: Coverage,
}

struct Indexed {
    hit: Hit,
    text: Folded,
    addresses: Vec<String>,
}

/// Sorts the newest first.
type Key = (std::cmp::Reverse<u64>, Id);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Message(MessageId),
    Draft(DraftId),
}

/// Everything that was opened for searching.
#[derive(Default)]
pub(crate) struct Index {
    entries: BTreeMap<Key, Option<Indexed>>,
    total: usize,
    names: BTreeMap<String, Folded>,
}

/// A text without case and accents. A search looks at both forms.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Folded {
    /// *ä* is *a*.
    plain: String,
    /// *ä* is *ae*; missing if that makes no difference.
    spelt: Option<String>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let plain = fold(text.chars());
        let spelt = fold(text.nfc().flat_map(|c| {
            let (one, other) = match c {
                'ä' | 'Ä' => ('a', Some('e')),
                'ö' | 'Ö' => ('o', Some('e')),
                'ü' | 'Ü' => ('u', Some('e')),
                c => (c, None),
            };
            std::iter::once(one).chain(other)
        }));
        Self { spelt: (spelt != plain).then_some(spelt), plain }
    }

    fn spelt(&self) -> &str {
        self.spelt.as_deref().unwrap_or(&self.plain)
    }

    fn has(&self, word: &Self) -> bool {
        self.plain.contains(&word.plain) || self.spelt().contains(word.spelt())
    }
}

fn fold(text: impl Iterator<Item = char>) -> String {
    let mut folded = String::new();
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded
}

impl Index {
    fn put(&mut self, entry: &MessageEntry, open: Option<&OpenMessage>) {
        let key = (std::cmp::Reverse(entry.delivered_at_ms), Id::Message(entry.message));
        self.entries.insert(key, open.map(|open| indexed(entry, open)));
    }

    fn put_draft(&mut self, row: DraftRow, texts: &[String]) {
        let key = (std::cmp::Reverse(row.changed_at_ms), Id::Draft(row.draft));
        let person = |address: String| Person { address, name: None, unit: None };
        let indexed = row.subject.ok().map(|subject| Indexed {
            text: Folded::of(&texts.join("\n")),
            addresses: row.to.clone(),
            hit: Hit {
                place: Place::Draft(row.draft),
                people: row.to.into_iter().map(person).collect(),
                subject,
                attachments: row.attachments,
                at_ms: row.changed_at_ms,
            },
        });
        self.entries.insert(key, indexed);
    }

    /// Keeps what is still there, where it is now. What could not be opened may open now: somebody may have
    /// granted it. Drafts change.
    fn keep(&mut self, there: &BTreeMap<MessageId, Folder>) {
        self.entries.retain(|(_, id), indexed| match (id, indexed) {
            (Id::Message(message), Some(indexed)) => there.get(message).is_some_and(|folder| {
                indexed.hit.place = Place::Message(*folder, *message);
                true
            }),
            _ => false,
        });
    }

    fn coverage(&self) -> Coverage {
        let covered = self.entries.len();
        let unreadable = self.entries.values().filter(|it| it.is_none()).count();
        Coverage { covered, total: self.total.max(covered), unreadable }
    }

    fn find(&self, query: &str, most: usize) -> Found {
        let words: Vec<Folded> = query.split_whitespace().map(Folded::of).collect();
        let named = |message: &Indexed, word: &Folded| {
            message.addresses.iter().filter_map(|it| self.names.get(it)).any(|name| name.has(word))
        };
        let matches = |message: &&Indexed| {
            !words.is_empty() && words.iter().all(|word| message.text.has(word) || named(message, word))
        };
        let mut count = 0;
        let mut hits = Vec::new();
        for message in self.entries.values().flatten().filter(matches) {
            count += 1;
            if hits.len() < most {
                hits.push(message.hit.clone());
            }
        }
        Found { hits, count, coverage: self.coverage() }
    }
}

fn indexed(entry: &MessageEntry, open: &OpenMessage) -> Indexed {
    let everybody = || open.to.iter().chain([&open.from]);
    let mut text = vec![open.part_0.subject.as_str(), open.part_0.text.as_str()];
    for person in everybody() {
        text.push(&person.address);
        text.extend(person.name.as_deref());
        text.extend(person.unit.as_deref());
    }
    text.extend(open.part_0.attachments.iter().map(|file| file.name.as_str()));
    Indexed {
        hit: Hit {
            place: Place::Message(folder_of(entry), entry.message),
            people: if entry.folder == Folder::Sent { open.to.clone() } else { vec![open.from.clone()] },
            subject: open.part_0.subject.clone(),
            attachments: open.part_0.attachments.len(),
            at_ms: entry.delivered_at_ms,
        },
        text: Folded::of(&text.join("\n")),
        addresses: everybody().map(|person| person.address.clone()).collect(),
    }
}

impl<P: Platform> Session<P> {
    /// Brings the index up to the mailbox of now: opens what is not in it yet, drops what is gone. Goes on
    /// where it was stopped.
    ///
    /// # Errors
    /// [`Error::Offline`] and whatever else stops all reading; [`Error::Cancelled`].
    pub async fn index_mailbox(
        &self,
        mut progress: impl FnMut(Coverage) -> ControlFlow<()>,
    ) -> Result<Coverage, Error> {
        let mut entries = Vec::new();
        for folder in [Folder::Inbox, Folder::Sent, Folder::Bin] {
            entries.extend(self.all_entries(folder).await?);
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.delivered_at_ms));
        let drafts = self.draft_texts().await?;
        let there = entries.iter().map(|entry| (entry.message, folder_of(entry))).collect();
        let coverage = {
            let mut index = lock(&self.index);
            index.keep(&there);
            index.total = entries.len() + drafts.len();
            let known: BTreeSet<Id> = index.entries.keys().map(|(_, id)| *id).collect();
            entries.retain(|entry| !known.contains(&Id::Message(entry.message)));
            for (row, texts) in drafts {
                index.put_draft(row, &texts);
            }
            index.coverage()
        };
        self.learn_names().await;
        if progress(coverage).is_break() {
            return Err(Error::Cancelled);
        }
        for step in entries.chunks(STEP) {
            self.index_step(step).await?;
            if progress(lock(&self.index).coverage()).is_break() {
                return Err(Error::Cancelled);
            }
        }
        Ok(lock(&self.index).coverage())
    }

    async fn index_step(&self, entries: &[MessageEntry]) -> Result<(), Error> {
        let directory = self.directory_for(entries).await?;
        let mut opened = futures::stream::iter(entries)
            .map(|entry| {
                let opening = self.open_unkept(entry, &directory);
                async move { (entry, opening.await) }
            })
            .buffer_unordered(FETCHES);
        while let Some((entry, opened)) = opened.next().await {
            match opened {
                Err(Error::Offline) => return Err(Error::Offline),
                opened => lock(&self.index).put(entry, opened.ok().as_deref()),
            }
        }
        Ok(())
    }

    /// Names that the person gave are found too. Without them, all others still are.
    async fn learn_names(&self) {
        let Ok(settings) = self.settings().await else { return };
        let names = settings.book.into_iter().filter_map(|it| Some((it.address, Folded::of(&it.name?))));
        lock(&self.index).names = names.collect();
    }

    /// Looks for messages that have all words of the query, newest first, in what is indexed so far.
    pub fn search(&self, query: &str, most: usize) -> Found {
        lock(&self.index).find(query, most)
    }

    /// Everything in a folder, newest first, with no part opened.
    pub(crate) async fn all_entries(&self, folder: Folder) -> Result<Vec<MessageEntry>, Error> {
        self.newest_entries(folder, usize::MAX).await
    }

    /// As [`Self::all_entries`], but stops with the page that makes it as many as are wanted.
    pub(crate) async fn newest_entries(
        &self,
        folder: Folder,
        wanted: usize,
    ) -> Result<Vec<MessageEntry>, Error> {
        let name = folder_name(folder);
        let mut entries = Vec::new();
        let mut before = String::new();
        loop {
            let path = format!("/messages?folder={name}&limit={PAGE}{before}");
            let page: MessagePage = self.api().get(&path).await?;
            entries.extend(page.messages);
            match page.next {
                Some(next) if entries.len() < wanted => before = format!("&before={next}"),
                _ => return Ok(entries),
            }
        }
    }
}

/// Where it lies now.
const fn folder_of(entry: &MessageEntry) -> Folder {
    if entry.binned_at_ms.is_some() { Folder::Bin } else { entry.folder }
}

const fn folder_name(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "inbox",
        Folder::Sent => "sent",
        Folder::Bin => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, query: &str) -> bool {
        index(&[text]).find(query, 10).count == 1
    }

    fn index(texts: &[&str]) -> Index {
        let mut index = Index { total: texts.len(), ..Index::default() };
        for (at, text) in texts.iter().enumerate() {
            let message = MessageId::from_bytes([u8::try_from(at % 251).unwrap(); MessageId::BYTES]);
            let hit = Hit {
                place: Place::Message(Folder::Inbox, message),
                people: Vec::new(),
                subject: (*text).to_owned(),
                attachments: 0,
                at_ms: at as u64,
            };
            let indexed =
                Indexed { hit, text: Folded::of(text), addresses: vec!["paula@haus.example".into()] };
            index.entries.insert((std::cmp::Reverse(at as u64), Id::Message(message)), Some(indexed));
        }
        index
    }

    #[test]
    fn case_and_accents_do_not_count() {
        for (text, query) in [
            ("Änderungsbescheid", "änderung"),
            ("Änderungsbescheid", "ANDERUNG"),
            ("Änderungsbescheid", "aenderung"),
            ("Aenderungsbescheid", "Änderung"),
            ("Straße", "STRASSE"),
            ("Strasse", "straße"),
            ("Crème brûlée", "creme BRULEE"),
            ("A\u{308}rger", "ärger"),
            ("Ärger", "A\u{308}rger"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ] {
            assert!(has(text, query), "{query} in {text}");
        }
    }

    #[test]
    fn all_words_must_be_there_in_any_order() {
        assert!(has("Bescheid vom 3. Mai über 120,50 €", "120,50 bescheid"));
        assert!(!has("Bescheid vom 3. Mai", "bescheid juni"));
        assert!(!has("Bescheid", "B.*d"), "no regular expressions");
        assert!(!has("Bescheid", "  "), "nothing is looked for");
    }

    #[test]
    fn names_of_the_address_book_are_found() {
        let mut index = index(&["Guten Tag"]);
        assert_eq!(index.find("träger tag", 10).count, 0);
        index.names.insert("paula@haus.example".into(), Folded::of("Paula vom Träger"));
        assert_eq!(index.find("traeger tag", 10).count, 1);
    }

    #[test]
    fn the_newest_come_first_and_all_are_counted() {
        let index = index(&["Akte eins", "Akte zwei", "Akte drei"]);
        let found = index.find("akte", 2);
        let subjects: Vec<_> = found.hits.iter().map(|hit| hit.subject.as_str()).collect();
        assert_eq!((subjects.as_slice(), found.count), (&["Akte drei", "Akte zwei"][..], 3));
    }

    #[test]
    fn what_cannot_be_opened_is_counted() {
        let mut index = index(&["Akte"]);
        index.total = 3;
        let key = (std::cmp::Reverse(9), Id::Message(MessageId::from_bytes([9; MessageId::BYTES])));
        index.entries.insert(key, None);
        assert_eq!(index.find("akte", 9).coverage, Coverage { covered: 2, total: 3, unreadable: 1 });
    }

    /// Prints how long a search takes; how long it may take, a person's typing says.
    #[test]
    fn two_thousand_messages_answer_while_typing() {
        let words = ["Bescheid", "Größe", "Zahlung", "Träger", "Förderung", "Anlage", "Frist", "Prüfung"];
        let texts: Vec<String> = (0..2000_usize)
            .map(|at| (0..400).map(|word| words[(at + word * 5) % words.len()]).collect::<Vec<_>>().join(" "))
            .collect();
        let mut index = Index::default();
        for (at, text) in texts.iter().enumerate() {
            let mut id = [0; MessageId::BYTES];
            id[..8].copy_from_slice(&(at as u64).to_be_bytes());
            let message = MessageId::from_bytes(id);
            let hit = Hit {
                place: Place::Message(Folder::Inbox, message),
                people: Vec::new(),
                subject: String::new(),
                attachments: 0,
                at_ms: at as u64,
            };
            let indexed = Indexed { hit, text: Folded::of(text), addresses: Vec::new() };
            index.entries.insert((std::cmp::Reverse(at as u64), Id::Message(message)), Some(indexed));
        }
        for query in ["f", "foerder", "förderung frist", "gibt es nicht"] {
            #[expect(clippy::disallowed_methods, reason = "this measures")]
            let begun = std::time::Instant::now();
            let count = index.find(query, 50).count;
            println!("{query:?}: {count} of 2000 messages in {:?}", begun.elapsed());
        }
        assert_eq!(index.find("förderung", 50).count, 2000);
    }
}
