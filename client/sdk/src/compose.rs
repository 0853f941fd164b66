//! Writing: attachments are sealed and uploaded as they are added, the rest when the message is sent.
//!
//! A draft is kept sealed to oneself and refers to its uploaded attachments, so that nothing is lost by a
//! refresh. Sending makes one message for each partner and one for staff alone; the further ones refer
//! to the attachments of the first.

use crate::conversation::thread_of;
use crate::drafts::{Place, Revision, Seen};
use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::{Session, lock};
use crypto_core::certificate::{CurrentCertificate, Lookup, Role};
use crypto_core::message::{
    Attachment, AttachmentKey, MessageKind, MessageSealer, Part0, PartDescriptor, PartSealer, RecipientRole,
};
use crypto_core::wire::api::{Commit, Committed, DraftAt, PartReceived, UploadOpened};
use crypto_core::wire::{
    AccountId, Address, B64, Fingerprint, MessageId, PartId, ProblemCode, UploadId, WriterId, limits,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use zeroize::Zeroizing;

/// Plaintext of one piece: whole chunks whose ciphertext is just under the limit of a piece.
const PIECE_PLAIN_BYTES: u64 = 15 * 65_536;
const TRIES: u32 = 5;
const FIRST_PAUSE_MS: u32 = 250;

/// A file to attach.
#[expect(async_fn_in_trait, reason = "a browser's futures are not Send")]
pub trait AttachmentSource {
    /// As the system calls it; may be empty.
    fn name(&self) -> String;
    /// As the system says; may be empty.
    fn media_type(&self) -> String;
    /// Length.
    fn bytes(&self) -> u64;
    /// Bytes from `offset`.
    ///
    /// # Errors
    /// [`Error::FileUnreadable`].
    async fn read(&self, offset: u64, bytes: u64) -> Result<Vec<u8>, Error>;
}

/// A file in memory.
impl AttachmentSource for (String, String, Vec<u8>) {
    fn name(&self) -> String {
        self.0.clone()
    }
    fn media_type(&self) -> String {
        self.1.clone()
    }
    fn bytes(&self) -> u64 {
        self.2.len() as u64
    }
    async fn read(&self, offset: u64, bytes: u64) -> Result<Vec<u8>, Error> {
        let range = usize::try_from(offset).ok().zip(usize::try_from(offset + bytes).ok());
        let slice = range.and_then(|(from, to)| self.2.get(from..to));
        slice.map(<[u8]>::to_vec).ok_or(Error::FileUnreadable)
    }
}

/// Being written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Addresses as typed.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// Markdown.
    pub text: String,
    /// What [`Session::attach`] gave, in order.
    pub attachments: Vec<DraftFile>,
    /// The message that this answers.
    pub in_reply_to: Option<MessageId>,
    /// In whose name one writes, as their deputy; they get it too.
    pub on_behalf_of: Option<AccountId>,
    /// Files that were chosen for it and did not get to the server; none is sent.
    pub lacking: Vec<LackingFile>,
}

/// A file of a draft that only the page had which wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LackingFile {
    /// As the system calls it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// A file of a draft, uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFile {
    /// Its part.
    pub part: PartId,
    /// As the system calls it.
    pub name: String,
    /// As the system says.
    pub media_type: String,
    /// True length.
    pub bytes: u64,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Delivered.
    pub messages: Vec<MessageId>,
    /// Recipients whose message did not leave, and why.
    pub unsent: Option<(Vec<String>, Error)>,
}

pub(crate) struct Uploaded {
    pub(crate) file: DraftFile,
    key: AttachmentKey,
    descriptor: PartDescriptor,
}

/// The draft's upload and its attachments.
#[derive(Default)]
pub(crate) struct Uploads {
    pub(crate) upload: Option<UploadId>,
    pub(crate) files: BTreeMap<PartId, Uploaded>,
    pub(crate) place: Option<Place>,
    pub(crate) writer: Option<WriterId>,
    pub(crate) seen: Seen,
    /// The server may have saved the draft without its answer getting here.
    pub(crate) unsure: bool,
    /// A newer revision of the draft, while nobody knows whether it is written on from there.
    pub(crate) looked_at: Option<Revision>,
}

/// A file of a sealed draft.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptFile {
    pub(crate) part: PartId,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: u64,
    pub(crate) key: B64,
    pub(crate) sealed_bytes: u64,
    pub(crate) sha256: Fingerprint,
}

impl<P: Platform> Session<P> {
    /// Seals a file and uploads it. `other_bytes`: what the draft holds beside it, for the size rule.
    /// `progress` hears of bytes done and in all, and can stop it.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before anything is read; [`Error::TooMany`], [`Error::FileUnreadable`],
    /// [`Error::Cancelled`].
    pub async fn attach(
        &self,
        source: &impl AttachmentSource,
        other_bytes: u64,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<DraftFile, Error> {
        let total = source.bytes();
        self.check_size(total.saturating_add(other_bytes))?;
        let name = source.name();
        if name.len() > limits::FILE_NAME_BYTES {
            return Err(Error::TooLong);
        }
        let upload = self.open_upload().await?;
        let of = lock(&self.uploads).place.as_ref().map(Place::id);
        let (mut sealer, key) = PartSealer::attachment(total, &mut self.api().platform().rng());
        let part = sealer.part();
        let mut sent = 0;
        let mut read = 0;
        while read < total {
            let bytes = PIECE_PLAIN_BYTES.min(total - read);
            let plain = Zeroizing::new(source.read(read, bytes).await?);
            if plain.len() as u64 != bytes {
                return Err(Error::FileUnreadable);
            }
            read += bytes;
            let sealed = sealer.push(&plain).map_err(|_| Error::FileUnreadable)?;
            // The sealer keeps the last chunk back: a small file's comes with its end.
            if !sealed.is_empty() {
                sent = self.put(upload, part, sent, sealed).await?;
            }
            if progress(read, total).is_break() {
                return Err(Error::Cancelled);
            }
        }
        let (tail, descriptor) = sealer.finish().map_err(|_| Error::FileUnreadable)?;
        self.put(upload, part, sent, tail).await?;
        let file = DraftFile { part, name, media_type: source.media_type(), bytes: total };
        let mut uploads = lock(&self.uploads);
        if uploads.place.as_ref().map(Place::id) != of {
            // Another draft is open by now.
            return Err(Error::Cancelled);
        }
        uploads.files.insert(part, Uploaded { file: file.clone(), key, descriptor });
        Ok(file)
    }

    /// Seals and sends a draft. A message has at most one partner among its recipients.
    ///
    /// # Errors
    /// [`Error::Input`] without recipients, [`Error::NoKeys`], [`Error::Keys`], [`Error::TooLarge`] before
    /// anything leaves. What fails after a first message has left is told in [`Sent::unsent`].
    pub async fn send(&self, draft: &Draft) -> Result<Sent, Error> {
        self.check_size(draft.counted_bytes())?;
        let parts = self.attachments_of(draft)?;
        let addresses: Vec<Address> =
            draft.to.iter().map(|to| Address::parse(to)).collect::<Result<_, _>>()?;
        let mut letters = self.letters(&addresses, draft.on_behalf_of).await?;
        let mut sent = Sent { messages: Vec::new(), unsent: None };
        while let Some(letter) = letters.first() {
            // The draft goes with the last of its messages, so that the rest of it is not lost.
            let draft_at = self.draft_at().filter(|_| letters.len() == 1);
            match self.send_one(draft, letter, &parts, draft_at).await {
                Ok(message) => sent.messages.push(message),
                Err(error) if sent.messages.is_empty() => return Err(error),
                Err(error) => {
                    let unsent = letters.iter().flat_map(|letter| letter.partners());
                    sent.unsent = Some((unsent.collect(), error));
                    return Ok(sent);
                }
            }
            letters.remove(0);
        }
        let mut uploads = lock(&self.uploads);
        *uploads = Uploads { writer: uploads.writer.take(), ..Uploads::default() };
        drop(uploads);
        Ok(sent)
    }

    /// Recipients of each message: all staff, at most one partner, and who stands in for them.
    async fn letters(&self, addresses: &[Address], owner: Option<AccountId>) -> Result<Vec<Letter>, Error> {
        let wanted: Vec<&Address> = addresses.iter().collect();
        let (mut directory, mut resigned) = self.directory_and_resigned(owner.as_slice(), &wanted).await?;
        let mut own = self.own_certificate(&directory);
        if own.is_err() && self.refresh_keys().await? {
            (directory, resigned) = self.directory_and_resigned(owner.as_slice(), &wanted).await?;
            own = self.own_certificate(&directory);
        }
        let own = own?;
        let (mut staff, mut partners) = (Vec::new(), Vec::new());
        for address in addresses {
            let Lookup::Current(current) = directory.look_up(address.as_str()) else {
                return Err(Error::NoKeys(address.to_string()));
            };
            let list = if current.body().role == Role::Partner { &mut partners } else { &mut staff };
            if !list.iter().any(|known: &CurrentCertificate| known.fingerprint() == current.fingerprint()) {
                list.push(*current);
            }
        }
        if staff.is_empty() && partners.is_empty() {
            return Err(Error::Input);
        }
        let known = (&directory, resigned.as_slice());
        staff.extend(self.represented_owner(owner, known, &staff)?);
        let deputies = self.stand_ins(&staff, known);
        let letter = |to| Letter { own: own.clone(), to, deputies: deputies.clone() };
        if partners.is_empty() {
            return Ok(vec![letter(staff)]);
        }
        Ok(partners.into_iter().map(|it| letter([&[it][..], &staff].concat())).collect())
    }

    async fn send_one(
        &self,
        draft: &Draft,
        letter: &Letter,
        parts: &Parts,
        draft_at: Option<DraftAt>,
    ) -> Result<MessageId, Error> {
        let mut rng = self.api().platform().rng();
        let part_0 = Part0 {
            subject: draft.subject.clone(),
            text: draft.text.clone(),
            attachments: parts.attachments.clone(),
            sent_at_ms: self.api().platform().now_ms(),
            in_reply_to: draft.in_reply_to,
            thread: self.thread(draft.in_reply_to).await,
            forwarded_from: None,
            checkpoint: self.checkpoint().await,
        };
        let limit = self.status().limits.message_bytes;
        let (sealed_part_0, ciphertext) =
            MessageSealer::new(MessageKind::Message, &mut rng).part_0(&part_0, limit, &mut rng)?;
        let upload = self.open_upload().await?;
        let mut offset = 0;
        for piece in ciphertext.chunks(limits::PIECE_BYTES) {
            offset = self.put(upload, sealed_part_0.descriptor().part, offset, piece.to_vec()).await?;
        }
        let keys = self.keys();
        let (own, to) = (&letter.own, letter.recipients());
        let for_whom = draft.on_behalf_of;
        let message = sealed_part_0.finish(&keys.bundle, own, &to, &parts.descriptors, for_whom, &mut rng)?;
        let commit = Commit {
            header: B64(message.header.as_bytes().to_vec()),
            signature: B64(message.signature),
            draft: draft_at,
        };
        self.commit(upload, &commit).await?;
        if self.draft_at().is_none() || parts.attachments.is_empty() {
            // It lives on only while a draft names it.
            lock(&self.uploads).upload = None;
        }
        Ok(message.header.message())
    }

    /// The thread of an answer: that of what it answers, if it can still be opened.
    async fn thread(&self, answered: Option<MessageId>) -> Option<MessageId> {
        let answered = answered?;
        let known = self.open_message(answered).await;
        Some(known.map_or(answered, |open| thread_of(answered, &open.part_0)))
    }

    /// Commits, and again if the answer was lost: a message is committed once.
    async fn commit(&self, upload: UploadId, commit: &Commit) -> Result<(), Error> {
        let path = format!("/uploads/{upload}/commit");
        let call = || self.api().call::<Committed>(Method::Post, &path, commit);
        let answer = match call().await {
            Err(Error::Offline) => {
                self.api().platform().pause(FIRST_PAUSE_MS).await;
                match call().await {
                    // The first try came through, its answer did not.
                    Err(error) if error.is(ProblemCode::AlreadyCommitted) => return Ok(()),
                    other => other,
                }
            }
            other => other,
        };
        answer.map(|_| ())
    }

    async fn open_upload(&self) -> Result<UploadId, Error> {
        if let Some(upload) = lock(&self.uploads).upload {
            return Ok(upload);
        }
        let opened: UploadOpened = self.api().call(Method::Post, "/uploads", &serde_json::json!({})).await?;
        // Of two that were opened at once, one is used and the other swept.
        Ok(*lock(&self.uploads).upload.get_or_insert(opened.upload))
    }

    /// Sends one piece; where the connection breaks, asks how far it came and goes on from there.
    async fn put(&self, upload: UploadId, part: PartId, offset: u64, piece: Vec<u8>) -> Result<u64, Error> {
        if piece.is_empty() {
            // Not enough yet for a chunk.
            return Ok(offset);
        }
        let end = offset + piece.len() as u64;
        let mut pause_ms = FIRST_PAUSE_MS;
        for attempt in 1.. {
            let path = format!("/uploads/{upload}/parts/{part}?offset={offset}");
            match self.api().put_octets::<PartReceived>(&path, piece.clone()).await {
                Ok(answer) if answer.received == end => return Ok(end),
                Ok(_) => return Err(Error::Answer),
                Err(error) if error == Error::Offline && attempt < TRIES => {}
                Err(error) if error.is(ProblemCode::PartOffset) && attempt > 1 => {}
                Err(error) => return Err(error),
            }
            self.api().platform().pause(pause_ms).await;
            pause_ms *= 2;
            if self.received(upload, part).await == Some(end) {
                return Ok(end);
            }
        }
        Err(Error::Offline)
    }

    async fn received(&self, upload: UploadId, part: PartId) -> Option<u64> {
        let parts = self.upload_state(Some(upload)).await.ok()??;
        parts.iter().find(|it| it.part == part).map(|it| it.received)
    }

    fn check_size(&self, bytes: u64) -> Result<(), Error> {
        let limit = self.status().limits.message_bytes;
        if bytes > limit { Err(Error::TooLarge { bytes, limit }) } else { Ok(()) }
    }

    fn attachments_of(&self, draft: &Draft) -> Result<Parts, Error> {
        let limit = self.status().limits.attachments;
        if draft.attachments.len() as u64 > u64::from(limit) {
            return Err(Error::TooMany(limit));
        }
        let uploads = lock(&self.uploads);
        let mut parts = Parts { attachments: Vec::new(), descriptors: Vec::new() };
        for file in &draft.attachments {
            let uploaded = uploads.files.get(&file.part).ok_or(Error::Draft)?;
            parts.attachments.push(uploaded.attachment());
            parts.descriptors.push(uploaded.descriptor.clone());
        }
        Ok(parts)
    }
}

struct Letter {
    own: CurrentCertificate,
    to: Vec<CurrentCertificate>,
    deputies: Vec<CurrentCertificate>,
}

impl Letter {
    fn recipients(&self) -> Vec<(CurrentCertificate, RecipientRole)> {
        let to = self.to.iter().map(|it| (it.clone(), RecipientRole::To));
        to.chain(self.deputies.iter().map(|it| (it.clone(), RecipientRole::Deputy))).collect()
    }

    fn partners(&self) -> Vec<String> {
        let partners = self.to.iter().filter(|it| it.body().role == Role::Partner);
        partners.map(|it| it.body().address.clone()).collect()
    }
}

struct Parts {
    attachments: Vec<Attachment>,
    descriptors: Vec<PartDescriptor>,
}

impl Draft {
    /// Text and attachments together: what the size rule counts.
    pub fn counted_bytes(&self) -> u64 {
        self.attachments.iter().fold(self.text.len() as u64, |sum, file| sum.saturating_add(file.bytes))
    }
}

impl Uploaded {
    fn attachment(&self) -> Attachment {
        Attachment {
            name: self.file.name.clone(),
            media_type: self.file.media_type.clone(),
            bytes: self.file.bytes,
            part: self.file.part,
            key: self.key.duplicate(),
        }
    }

    pub(crate) fn to_kept(&self) -> KeptFile {
        KeptFile {
            part: self.file.part,
            name: self.file.name.clone(),
            media_type: self.file.media_type.clone(),
            bytes: self.file.bytes,
            key: B64(self.key.expose().to_vec()),
            sealed_bytes: self.descriptor.bytes,
            sha256: self.descriptor.sha256,
        }
    }

    pub(crate) fn from_kept(kept: KeptFile) -> Option<Self> {
        let key = AttachmentKey::from_bytes(&Zeroizing::new(kept.key.0))?;
        let descriptor = PartDescriptor { part: kept.part, bytes: kept.sealed_bytes, sha256: kept.sha256 };
        let file =
            DraftFile { part: kept.part, name: kept.name, media_type: kept.media_type, bytes: kept.bytes };
        Some(Self { file, key, descriptor })
    }
}
