//! Taking mail along: one message as `.eml`, several or all of them as a ZIP of `.eml` with an index.

use crate::error::Error;
use crate::file_name::{safe_file_name, unique_names};
use crate::letter::Letter;
use crate::mailbox::{OpenMessage, Person, Saved};
use crate::platform::Platform;
use crate::session::Session;
use crate::spool::{Sink, Spool};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::{Folder, Language, MessageEntry};
use std::ops::ControlFlow;
use std::sync::Arc;

const MINUTE_MS: i64 = 60_000;
const SUBJECT_CHARS: usize = 80;
/// Excel takes UTF-8 for what it is only behind this mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What goes into a ZIP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Everything that was received and sent.
    All,
    /// These.
    Messages(Vec<MessageId>),
}

/// What went into a ZIP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Of the ZIP, safe on every system.
    pub name: String,
    /// Messages in it.
    pub messages: usize,
    /// Messages that could not be opened; the index names them.
    pub unreadable: usize,
}

impl<P: Platform> Session<P> {
    /// A message with its attachments as one `.eml`.
    ///
    /// # Errors
    /// As [`Self::save_attachment`].
    pub async fn save_message(
        &self,
        message: MessageId,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Saved, Error> {
        let entry = self.entry(message).await?;
        let open = self.open_for_taking(&entry).await?;
        let total = open.part_0.attachments.iter().map(|file| file.bytes).sum();
        let mut eml = Vec::new();
        let files = self.files(&entry, &open, &mut |done| progress(done, total)).await?;
        self.letter(&entry, &open, &writer(&open), files).write(&mut eml).map_err(|_| Error::Input)?;
        self.report_saved(message).await;
        let name = format!("{}.eml", stem(&open.part_0.subject, self.on_the_wall(open.part_0.sent_at_ms)));
        Ok(Saved { name: safe_file_name(&name), pieces: vec![eml] })
    }

    /// Messages with their attachments as a ZIP, which leaves for `sink` message by message. `progress`
    /// hears of ciphertext fetched and in all.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Offline`]. A message that cannot be opened is counted instead.
    pub async fn take_along<S: Sink>(
        &self,
        what: &Selection,
        language: Language,
        sink: &mut S,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Taken, Error> {
        let entries = self.entries(what).await?;
        let total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        let names = self.names(&entries, language).await;
        let mut index = Index::new(language);
        let mut spool = Spool::new(sink);
        let (mut done, mut unreadable) = (0, 0);
        for (entry, name) in entries.iter().zip(names) {
            let mut told = |bytes: u64| progress(total.min(done + bytes), total);
            match self.take_one(entry, &name, &mut spool, &mut told).await {
                Ok(open) => {
                    index.line(entry, &open, &name, self.on_the_wall(open.part_0.sent_at_ms));
                    self.report_saved(entry.message).await;
                }
                Err(error @ (Error::Cancelled | Error::Offline)) => return Err(error),
                Err(_) => {
                    unreadable += 1;
                    index.unreadable(entry, self.on_the_wall(entry.delivered_at_ms));
                }
            }
            done += entry.bytes;
            if progress(done, total).is_break() {
                return Err(Error::Cancelled);
            }
        }
        spool.add(index.name(), None, |out| out.write_all(index.text.as_bytes()))?;
        spool.finish()?;
        let name = match language {
            Language::De => "Nachrichten",
            Language::En => "Messages",
        };
        let name = format!("{name} {}.zip", day(self.on_the_wall(self.api().platform().now_ms())));
        Ok(Taken { name, messages: entries.len() - unreadable, unreadable })
    }

    /// The same date and time of day, but of the person's clock instead of UTC.
    fn on_the_wall(&self, at_ms: u64) -> u64 {
        let ahead = self.api().platform().ahead_of_utc_minutes(at_ms);
        at_ms.saturating_add_signed(i64::from(ahead) * MINUTE_MS)
    }

    /// As archives tell the time: of the person's clock.
    pub(crate) fn zip_date(&self, at_ms: u64) -> Option<zip::DateTime> {
        let (year, month, day, hour, minute) = civil(self.on_the_wall(at_ms));
        let small = |number: u64| u8::try_from(number).ok();
        let year = u16::try_from(year).ok()?;
        zip::DateTime::from_date_and_time(year, small(month)?, small(day)?, small(hour)?, small(minute)?, 0)
            .ok()
    }

    async fn entries(&self, what: &Selection) -> Result<Vec<MessageEntry>, Error> {
        match what {
            Selection::All => {
                let mut all = self.all_entries(Folder::Inbox).await?;
                all.extend(self.all_entries(Folder::Sent).await?);
                Ok(all)
            }
            Selection::Messages(messages) => {
                let mut entries = Vec::new();
                for message in messages {
                    entries.push(self.entry(*message).await?);
                }
                Ok(entries)
            }
        }
    }

    /// A place in the ZIP for each message, readable and of its own.
    async fn names(&self, entries: &[MessageEntry], language: Language) -> Vec<String> {
        let mut stems = Vec::new();
        for entry in entries {
            let folder = folder_name(entry.folder, language);
            let stem = match self.open_for_taking(entry).await {
                Ok(open) => stem(&open.part_0.subject, self.on_the_wall(open.part_0.sent_at_ms)),
                Err(_) => stem("", self.on_the_wall(entry.delivered_at_ms)),
            };
            stems.push(format!("{folder}/{}", safe_file_name(&format!("{stem}.eml"))));
        }
        unique_names(stems)
    }

    async fn take_one<S: Sink>(
        &self,
        entry: &MessageEntry,
        name: &str,
        spool: &mut Spool<'_, S>,
        progress: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Arc<OpenMessage>, Error> {
        let open = self.open_for_taking(entry).await?;
        let files = self.files(entry, &open, progress).await?;
        let writer = writer(&open);
        let letter = self.letter(entry, &open, &writer, files);
        spool.add(name, self.zip_date(open.part_0.sent_at_ms), |out| letter.write(out))?;
        Ok(open)
    }

    async fn open_for_taking(&self, entry: &MessageEntry) -> Result<Arc<OpenMessage>, Error> {
        let directory = self.directory_for(std::slice::from_ref(entry)).await?;
        self.open_entry(entry, &directory).await
    }

    /// All attachments, whole and checked.
    async fn files(
        &self,
        entry: &MessageEntry,
        open: &OpenMessage,
        progress: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let mut files = Vec::new();
        let mut before = 0;
        for file in &open.part_0.attachments {
            let mut told = |done: u64, _: u64| progress(before + done);
            let pieces = self.fetch(entry.message, &open.message, file, &mut told).await?;
            before += file.bytes;
            files.push(pieces.concat());
        }
        Ok(files)
    }

    fn letter<'m>(
        &self,
        entry: &MessageEntry,
        open: &'m OpenMessage,
        writer: &'m str,
        files: Vec<Vec<u8>>,
    ) -> Letter<'m> {
        let id = |message: MessageId| format!("{message}@{}.portal", self.status().deployment);
        let attachments = &open.part_0.attachments;
        let names = unique_names(attachments.iter().map(|file| safe_file_name(&file.name)));
        let kinds = attachments.iter().map(|file| file.media_type.as_str());
        Letter {
            from: (Some(writer).filter(|name| !name.is_empty()), &open.from.address),
            to: open.to.iter().map(named).collect(),
            subject: &open.part_0.subject,
            text: &open.part_0.text,
            sent_at_ms: open.part_0.sent_at_ms,
            id: id(entry.message),
            in_reply_to: open.part_0.in_reply_to.map(id),
            thread: open.part_0.thread.map(id),
            files: names
                .into_iter()
                .zip(kinds)
                .zip(files)
                .map(|((name, kind), file)| (name, kind, file))
                .collect(),
        }
    }
}

/// The writer's name; of a deputy with the one in whose name it was written, as in an office's letters.
fn writer(open: &OpenMessage) -> String {
    let called = |person: &Person| person.name.clone().unwrap_or_else(|| person.address.clone());
    match &open.standing.on_behalf_of {
        Some(owner) => format!("{} (i. A. {})", called(&open.from), called(owner)),
        None => open.from.name.clone().unwrap_or_default(),
    }
}

fn named(person: &Person) -> (Option<&str>, &str) {
    (person.name.as_deref(), &person.address)
}

const fn folder_name(folder: Folder, language: Language) -> &'static str {
    match (folder, language) {
        (Folder::Sent, Language::De) => "Gesendet",
        (Folder::Sent, Language::En) => "Sent",
        (_, Language::De) => "Posteingang",
        (_, Language::En) => "Inbox",
    }
}

/// Day, time and subject; sorts by time.
fn stem(subject: &str, at_ms: u64) -> String {
    let (_, _, _, hour, minute) = civil(at_ms);
    let subject: String = subject.chars().take(SUBJECT_CHARS).collect();
    format!("{} {hour:02}.{minute:02} {}", day(at_ms), subject.trim()).trim_end().replace('/', "_")
}

fn day(at_ms: u64) -> String {
    let (year, month, day, ..) = civil(at_ms);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month, day, hour, minute (Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*,
/// `civil_from_days`).
const fn civil(at_ms: u64) -> (u64, u64, u64, u64, u64) {
    let minutes = at_ms / 60_000;
    let days = minutes / (24 * 60) + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day, minutes / 60 % 24, minutes % 60)
}

/// The list of a ZIP's messages, for a spreadsheet.
struct Index {
    language: Language,
    text: String,
}

impl Index {
    fn new(language: Language) -> Self {
        let heads = match language {
            Language::De => ["Datei", "Ordner", "Gesendet", "Von", "An", "Betreff", "Anhänge"],
            Language::En => ["File", "Folder", "Sent", "From", "To", "Subject", "Attachments"],
        };
        let mut index = Self { language, text: BYTE_ORDER_MARK.to_owned() };
        index.push(heads.map(String::from));
        index
    }

    const fn name(&self) -> &'static str {
        match self.language {
            Language::De => "Inhalt.csv",
            Language::En => "Index.csv",
        }
    }

    fn line(&mut self, entry: &MessageEntry, open: &OpenMessage, name: &str, sent_at_ms: u64) {
        let person = |it: &Person| match &it.name {
            Some(name) => format!("{name} <{}>", it.address),
            None => it.address.clone(),
        };
        let to: Vec<String> = open.to.iter().map(person).collect();
        let files: Vec<&str> = open.part_0.attachments.iter().map(|file| file.name.as_str()).collect();
        self.push([
            name.to_owned(),
            folder_name(entry.folder, self.language).to_owned(),
            moment(sent_at_ms),
            match (&open.standing.on_behalf_of, writer(open)) {
                (None, _) => person(&open.from),
                (Some(_), writer) => format!("{writer} <{}>", open.from.address),
            },
            to.join(", "),
            open.part_0.subject.clone(),
            files.join(", "),
        ]);
    }

    fn unreadable(&mut self, entry: &MessageEntry, at_ms: u64) {
        let told = match self.language {
            Language::De => "(Diese Nachricht konnte nicht geöffnet werden.)",
            Language::En => "(This message could not be opened.)",
        };
        let folder = folder_name(entry.folder, self.language).to_owned();
        let none = String::new;
        self.push([none(), folder, moment(at_ms), none(), none(), told.to_owned(), none()]);
    }

    fn push(&mut self, fields: [String; 7]) {
        self.text.push_str(&fields.map(|field| cell(&field)).join(";"));
        self.text.push_str("\r\n");
    }
}

fn moment(at_ms: u64) -> String {
    let (_, _, _, hour, minute) = civil(at_ms);
    format!("{} {hour:02}:{minute:02}", day(at_ms))
}

/// A quoted cell (RFC 4180) that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let guard = if line.trim_start().starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", line.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1, 0, 0));
        assert_eq!(civil(951_782_400_000), (2000, 2, 29, 0, 0));
        assert_eq!(civil(1_777_777_777_000), (2026, 5, 3, 3, 9));
        assert_eq!(civil(4_107_542_399_000), (2100, 2, 28, 23, 59));
    }

    #[test]
    fn cells_are_no_formulas_and_one_line() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell(" @sum"), "\"' @sum\"");
        assert_eq!(cell("a\r\nb;c"), "\"a  b;c\"");
    }

    #[test]
    fn a_name_says_when_and_what() {
        assert_eq!(stem("Bescheid 1/2", 1_777_777_777_000), "2026-05-03 03.09 Bescheid 1_2");
        assert_eq!(stem("", 1_777_777_777_000), "2026-05-03 03.09");
        assert!(stem(&"ü".repeat(300), 0).chars().count() < 100);
    }
}
