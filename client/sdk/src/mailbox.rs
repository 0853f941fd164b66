//! Reading: lists, messages, attachments. Nothing is shown before its sender is verified.

use crate::delivery::{DeliveryInfo, deliveries};
use crate::deputies::Representation;
use crate::error::Error;
use crate::file_name::{safe_file_name, unique_names};
use crate::platform::{Method, Platform};
use crate::session::{Session, lock};
use crypto_core::certificate::{AcceptedCertificate, ChainError, Directory, SigningKeyState};
use crypto_core::directory::ProvenDirectory;
use crypto_core::message::{
    Attachment, Grant, Header, Message, MessageError, Part0, PartDescriptor, RecipientRole, UnverifiedMessage,
};
use crypto_core::wire::api::{Folder, MessageEntry, MessagePage};
use crypto_core::wire::{AccountId, MessageId, PartId, limits};
use futures::StreamExt;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Ciphertext fetched at once: 15 chunks.
const RANGE_BYTES: u64 = 15 * (65_536 + 16);
/// Messages fetched at once.
pub(crate) const FETCHES: usize = 6;
/// Opened messages kept in memory, and how much text of them.
const KEPT_MESSAGES: usize = 500;
const KEPT_BYTES: usize = 32 * 1024 * 1024;

/// A person as certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Canonical address.
    pub address: String,
    /// As certified.
    pub name: Option<String>,
    /// As certified.
    pub unit: Option<String>,
}

/// Some messages of a folder.
pub struct Page {
    /// Newest first.
    pub rows: Vec<Row>,
    /// For the next page.
    pub next: Option<String>,
}

/// A message in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which.
    pub message: MessageId,
    /// Sender in the inbox, recipients in sent.
    pub people: Vec<Person>,
    /// Or why it cannot be shown.
    pub subject: Result<String, Error>,
    /// Number of attachments.
    pub attachments: usize,
    /// When.
    pub delivered_at_ms: u64,
    /// Until when.
    pub expires_at_ms: u64,
    /// Not opened yet.
    pub unread: bool,
    /// The folder that it is in, or comes from.
    pub folder: Folder,
    /// Since when it lies in the bin.
    pub binned_at_ms: Option<u64>,
    /// When its sender took it back.
    pub recalled_at_ms: Option<u64>,
    /// What became of it, if one sent it.
    pub deliveries: Vec<DeliveryInfo>,
    /// In whose name it was written, and for whom one got it.
    pub standing: Representation,
}

/// A verified message.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Which.
    pub message: MessageId,
    /// Verified.
    pub from: Person,
    /// All to whom it was written.
    pub to: Vec<Person>,
    /// One line.
    pub subject: String,
    /// Markdown.
    pub text: String,
    /// In the sender's order.
    pub attachments: Vec<AttachmentInfo>,
    /// As the sender's clock said.
    pub sent_at_ms: u64,
    /// As the server's clock said.
    pub delivered_at_ms: u64,
    /// Until when.
    pub expires_at_ms: u64,
    /// Whether one is not its sender.
    pub can_answer: bool,
    /// The folder that it is in, or comes from.
    pub folder: Folder,
    /// Since when it lies in the bin.
    pub binned_at_ms: Option<u64>,
    /// When its sender took it back.
    pub recalled_at_ms: Option<u64>,
    /// What became of it, if one sent it.
    pub deliveries: Vec<DeliveryInfo>,
    /// In whose name it was written, and for whom one got it.
    pub standing: Representation,
    /// What became of the signing key before this account saw the message.
    pub signing_key: Option<SigningKeyState>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentInfo {
    /// Its part.
    pub part: PartId,
    /// As its sender's system called it.
    pub name: String,
    /// As its sender's browser said.
    pub media_type: String,
    /// True length.
    pub bytes: u64,
}

/// A file, checked to its end.
pub struct Saved {
    /// Safe on every system.
    pub name: String,
    /// Its bytes, in pieces.
    pub pieces: Vec<Vec<u8>>,
}

/// Opened, and its sender verified.
pub(crate) struct OpenMessage {
    pub(crate) message: Message,
    pub(crate) part_0: Part0,
    pub(crate) from: Person,
    pub(crate) to: Vec<Person>,
    pub(crate) standing: Representation,
    /// When it was verified.
    pub(crate) signing_key: SigningKeyState,
}

/// Opened messages, so that a list that is shown again is not fetched again.
#[derive(Default)]
pub(crate) struct Opened(BTreeMap<MessageId, Arc<OpenMessage>>);

impl Opened {
    fn keep(&mut self, id: MessageId, open: Arc<OpenMessage>) {
        let bytes: usize = self.0.values().map(|it| it.part_0.text.len()).sum();
        if self.0.len() >= KEPT_MESSAGES || bytes + open.part_0.text.len() > KEPT_BYTES {
            self.0.clear();
        }
        self.0.insert(id, open);
    }
}

impl<P: Platform> Session<P> {
    /// Messages of a folder, newest first. A message that cannot be shown says why in its row.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`], [`Error::Keys`] if the whole directory is refused.
    pub async fn list(&self, folder: Folder, before: Option<&str>) -> Result<Page, Error> {
        let folder_name = match folder {
            Folder::Inbox => "inbox",
            Folder::Sent => "sent",
            Folder::Bin => "bin",
        };
        let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
        let page: MessagePage = self.api().get(&format!("/messages?folder={folder_name}{before}")).await?;
        let directory = self.directory_for(&page.messages).await?;
        let rows = futures::stream::iter(&page.messages)
            .map(|entry| self.row(entry, &directory))
            .buffered(FETCHES)
            .collect()
            .await;
        let opened = page.messages.iter().filter_map(|entry| self.opened_before(entry, &directory));
        let opened: Vec<_> = opened.collect();
        // Without that they are marked when they are opened, no more.
        let _: Result<(), Error> = self.remember_verified(&opened).await;
        Ok(Page { rows, next: page.next })
    }

    async fn row(&self, entry: &MessageEntry, directory: &ProvenDirectory) -> Row {
        let opened = self.open_entry(entry, directory).await;
        Row::of(entry, opened.as_deref().map_err(Clone::clone), directory)
    }

    /// Opens a message and marks it as opened.
    ///
    /// # Errors
    /// [`Error::Message`], [`Error::Keys`], [`Error::Problem`]; [`Error::Directory`] if the sender was shown another
    /// key directory than this reader.
    pub async fn open(&self, message: MessageId) -> Result<MessageView, Error> {
        let entry = self.entry(message).await?;
        let directory = self.directory_for(std::slice::from_ref(&entry)).await?;
        let open = self.open_entry(&entry, &directory).await?;
        let deliveries = deliveries(&entry, open.message.header(), &directory);
        if let Some(checkpoint) = &open.part_0.checkpoint {
            self.compare_checkpoint(checkpoint).await?;
        }
        let _: Result<(), Error> = self.remember_verified(std::slice::from_ref(&open)).await;
        let signing_key = self.signing_key_mark(&open).await?;
        if entry.opened_at_ms.is_none() && entry.folder == Folder::Inbox {
            self.api().plain(Method::Post, &format!("/messages/{message}/opened")).await?;
        }
        Ok(MessageView { deliveries, signing_key, ..open.view(&entry, self.account()) })
    }

    /// Fetches an attachment and checks it to its end.
    ///
    /// # Errors
    /// [`Error::Message`] if it is damaged, [`Error::Cancelled`].
    pub async fn save_attachment(
        &self,
        message: MessageId,
        part: PartId,
        progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Saved, Error> {
        let (open, saved) = self.one_attachment(message, part, progress).await?;
        self.saved(&open).await;
        Ok(saved)
    }

    /// As [`Self::save_attachment`], to be looked at: the sender is not told that it was saved.
    ///
    /// # Errors
    /// As [`Self::save_attachment`].
    pub async fn show_attachment(
        &self,
        message: MessageId,
        part: PartId,
        progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Saved, Error> {
        Ok(self.one_attachment(message, part, progress).await?.1)
    }

    async fn one_attachment(
        &self,
        message: MessageId,
        part: PartId,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<(Arc<OpenMessage>, Saved), Error> {
        let open = self.open_message(message).await?;
        let attachment = open.part_0.attachments.iter().find(|file| file.part == part);
        let attachment = attachment.ok_or(Error::Message(MessageError::Parts))?;
        let pieces = self.fetch(message, &open.message, attachment, &mut progress).await?;
        let saved = Saved { name: safe_file_name(&attachment.name), pieces };
        Ok((open, saved))
    }

    /// Fetches all attachments, as one ZIP without compression.
    ///
    /// # Errors
    /// As [`Self::save_attachment`].
    pub async fn save_all_attachments(
        &self,
        message: MessageId,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Saved, Error> {
        let open = self.open_message(message).await?;
        let files = &open.part_0.attachments;
        let total = files.iter().map(|file| file.bytes).sum();
        let names = unique_names(files.iter().map(|file| safe_file_name(&file.name)));
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(self.zip_date(open.part_0.sent_at_ms).unwrap_or_default());
        let mut before = 0;
        for (file, name) in files.iter().zip(names) {
            let pieces = self
                .fetch(message, &open.message, file, &mut |done, _| progress(before + done, total))
                .await?;
            before += file.bytes;
            zip.start_file(name, options).map_err(|_| Error::Input)?;
            for piece in pieces {
                zip.write_all(&piece).map_err(|_| Error::Input)?;
            }
        }
        let bytes = zip.finish().map_err(|_| Error::Input)?.into_inner();
        self.saved(&open).await;
        let name = safe_file_name(&format!("{}.zip", open.part_0.subject));
        Ok(Saved { name, pieces: vec![bytes] })
    }

    /// A message as the server has it.
    pub(crate) async fn entry(&self, message: MessageId) -> Result<MessageEntry, Error> {
        let entry: MessageEntry = self.api().get(&format!("/messages/{message}")).await?;
        if entry.message == message { Ok(entry) } else { Err(Error::Answer) }
    }

    async fn saved(&self, open: &OpenMessage) {
        let header = open.message.header();
        if header.sender() != self.account() {
            self.report_saved(header.message()).await;
        }
    }

    pub(crate) async fn open_message(&self, message: MessageId) -> Result<Arc<OpenMessage>, Error> {
        let entry = self.entry(message).await?;
        let directory = self.directory_for(std::slice::from_ref(&entry)).await?;
        self.open_entry(&entry, &directory).await
    }

    pub(crate) async fn fetch(
        &self,
        id: MessageId,
        message: &Message,
        attachment: &Attachment,
        progress: &mut impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let descriptor = message.descriptor(attachment)?;
        let mut opener = message.attachment(attachment)?;
        let mut pieces = Vec::new();
        let (mut fetched, mut opened) = (0, 0);
        while fetched < descriptor.bytes {
            let sealed = self.fetch_range(id, descriptor, fetched).await?;
            fetched += sealed.len() as u64;
            let piece = opener.push(&sealed).map_err(|_| Error::Message(MessageError::Open))?;
            opened += piece.len() as u64;
            pieces.push(piece);
            if progress(opened, attachment.bytes).is_break() {
                return Err(Error::Cancelled);
            }
        }
        pieces.push(opener.finish().map_err(|_| Error::Message(MessageError::Open))?);
        Ok(pieces)
    }

    async fn fetch_range(&self, id: MessageId, part: &PartDescriptor, from: u64) -> Result<Vec<u8>, Error> {
        let last = part.bytes.min(from + RANGE_BYTES).saturating_sub(1);
        self.api().get_range(&format!("/messages/{id}/parts/{}", part.part), from, last).await
    }

    /// The chains of everybody who stands in some messages or granted them.
    pub(crate) async fn directory_for(&self, entries: &[MessageEntry]) -> Result<ProvenDirectory, Error> {
        let headers = entries.iter().filter_map(|entry| Header::parse(&entry.header.0).ok());
        let accounts: Vec<AccountId> = headers
            .flat_map(|header| {
                let recipients: Vec<_> = header.recipients().iter().map(|it| it.account).collect();
                recipients.into_iter().chain([header.sender()])
            })
            .chain(entries.iter().flat_map(|entry| &entry.grants).map(|grant| grant.granter))
            .collect();
        self.directory_to_read(&accounts).await
    }

    /// What was opened before, if the directory says of its sender what it said then.
    fn opened_before(&self, entry: &MessageEntry, directory: &ProvenDirectory) -> Option<Arc<OpenMessage>> {
        let open = lock(&self.opened).0.get(&entry.message).map(Arc::clone)?;
        let header = open.message.header();
        let sender = directory.accepted_certificate(&header.sender_certificate())?;
        let holds = header.as_bytes() == entry.header.0
            && !sender.is_stolen()
            && directory.signing_key_state(&sender) == open.signing_key;
        holds.then_some(open)
    }

    pub(crate) async fn open_entry(
        &self,
        entry: &MessageEntry,
        directory: &ProvenDirectory,
    ) -> Result<Arc<OpenMessage>, Error> {
        let open = self.open_unkept(entry, directory).await?;
        lock(&self.opened).keep(entry.message, Arc::clone(&open));
        Ok(open)
    }

    /// As [`Self::open_entry`], for whoever goes through the whole mailbox: nothing of it stays in memory.
    pub(crate) async fn open_unkept(
        &self,
        entry: &MessageEntry,
        directory: &ProvenDirectory,
    ) -> Result<Arc<OpenMessage>, Error> {
        if let Some(open) = self.opened_before(entry, directory) {
            return Ok(open);
        }
        let (message, sender) = match self.verified(entry, directory) {
            // Another device may have made a new mailbox key.
            Err(Error::Message(MessageError::Open)) if self.refresh_keys().await? => {
                self.verified(entry, directory)
            }
            other => other,
        }?;
        let part_0 = self.fetch_part_0(entry.message, &message).await?;
        // The rule may have been another one when it was sent; the format's own bound always holds.
        let part_0 = message.open_part_0(&part_0, limits::MESSAGE_BYTES)?;
        let to = people(message.header(), directory);
        let standing = Representation::of(&message, entry, directory, self.account())?;
        let signing_key = directory.signing_key_state(&sender);
        Ok(Arc::new(OpenMessage { message, part_0, from: person(&sender), to, standing, signing_key }))
    }

    /// Opens the content key, by a grant if it is not sealed to the own keys, and verifies the sender.
    pub(crate) fn verified(
        &self,
        entry: &MessageEntry,
        directory: &ProvenDirectory,
    ) -> Result<(Message, AcceptedCertificate), Error> {
        let (header, signature) = (&entry.header.0, &entry.signature.0);
        let keys = self.keys();
        let unverified = match UnverifiedMessage::open(header, signature, &keys.bundle) {
            Err(MessageError::Open) if !entry.grants.is_empty() => {
                let grants: Vec<Grant> =
                    entry.grants.iter().filter_map(|it| Grant::parse(&it.grant.0).ok()).collect();
                let accepted = |fingerprint: &_| directory.accepted_certificate(fingerprint);
                UnverifiedMessage::open_by_grants(header, signature, &grants, accepted, &keys.bundle)?
            }
            opened => opened?,
        };
        if unverified.header().message() != entry.message {
            return Err(Error::Answer);
        }
        let sender = directory.accepted_certificate(&unverified.header().sender_certificate());
        let sender =
            sender.ok_or_else(|| Error::Keys { address: String::new(), cause: ChainError::Issuer })?;
        Ok((unverified.verify(&sender)?, sender))
    }

    async fn fetch_part_0(&self, id: MessageId, message: &Message) -> Result<Vec<u8>, Error> {
        let part = message.header().part_0();
        let mut sealed = Vec::new();
        while (sealed.len() as u64) < part.bytes {
            sealed.extend(self.fetch_range(id, part, sealed.len() as u64).await?);
        }
        Ok(sealed)
    }
}

impl Row {
    pub(crate) fn of(
        entry: &MessageEntry,
        opened: Result<&OpenMessage, Error>,
        directory: &ProvenDirectory,
    ) -> Self {
        let people = match (&opened, entry.folder) {
            (Ok(open), Folder::Sent) => open.to.clone(),
            (Ok(open), Folder::Inbox | Folder::Bin) => vec![open.from.clone()],
            (Err(_), _) => Vec::new(),
        };
        let deliveries = match &opened {
            Ok(open) => deliveries(entry, open.message.header(), directory),
            Err(_) => Vec::new(),
        };
        Self {
            message: entry.message,
            people,
            attachments: opened.as_ref().map_or(0, |open| open.part_0.attachments.len()),
            standing: opened.as_ref().map(|open| open.standing.clone()).unwrap_or_default(),
            subject: opened.map(|open| open.part_0.subject.clone()),
            delivered_at_ms: entry.delivered_at_ms,
            expires_at_ms: entry.expires_at_ms,
            unread: entry.folder == Folder::Inbox && entry.opened_at_ms.is_none(),
            folder: entry.folder,
            binned_at_ms: entry.binned_at_ms,
            recalled_at_ms: entry.recalled_at_ms,
            deliveries,
        }
    }
}

impl OpenMessage {
    fn view(&self, entry: &MessageEntry, reader: AccountId) -> MessageView {
        MessageView {
            message: entry.message,
            from: self.from.clone(),
            to: self.to.clone(),
            subject: self.part_0.subject.clone(),
            text: self.part_0.text.clone(),
            attachments: self.part_0.attachments.iter().map(AttachmentInfo::of).collect(),
            sent_at_ms: self.part_0.sent_at_ms,
            delivered_at_ms: entry.delivered_at_ms,
            expires_at_ms: entry.expires_at_ms,
            can_answer: self.message.header().sender() != reader,
            folder: entry.folder,
            binned_at_ms: entry.binned_at_ms,
            recalled_at_ms: entry.recalled_at_ms,
            deliveries: Vec::new(),
            standing: self.standing.clone(),
            signing_key: None,
        }
    }
}

impl AttachmentInfo {
    fn of(attachment: &Attachment) -> Self {
        Self {
            part: attachment.part,
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            bytes: attachment.bytes,
        }
    }
}

pub(crate) fn person(certificate: &AcceptedCertificate) -> Person {
    let body = certificate.body();
    Person { address: body.address.clone(), name: body.name.clone(), unit: body.unit.clone() }
}

/// All to whom a message is written, as far as this reader may know them.
fn people(header: &Header, directory: &Directory) -> Vec<Person> {
    let to = header.recipients().iter().filter(|it| it.role == RecipientRole::To);
    to.filter_map(|it| directory.accepted_certificate(&it.certificate)).map(|it| person(&it)).collect()
}
