//! Drafts: sealed to oneself, on the server for all devices, and for the moment between two saves on this one.
//!
//! A save is a compare-and-swap on the draft's revision. What loses against another device is saved as a
//! second draft, marked as a conflict, so that nobody's text is overwritten. Each session signs what it writes
//! with a random number of its own: a stale revision that holds this very session's earlier text, because an
//! answer was lost or another tab saved it, is no conflict.

mod sealed;

pub(crate) use sealed::KeptDraft;

use crate::compose::{Draft, DraftFile, KeptFile, Uploaded, Uploads};
use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::{Session, lock};
use crypto_core::wire::api::{DraftAt, DraftEntry, DraftList, DraftSaved, StoredDraft, UploadState};
use crypto_core::wire::{DraftId, PartId, ProblemCode, UploadId, WriterId, limits};
use futures::StreamExt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Drafts fetched at once.
const FETCHES: usize = 6;

/// Which draft is being written, and what the server has of it.
#[derive(Clone)]
pub(crate) struct Place {
    id: DraftId,
    /// 0 if the server has none.
    revision: u64,
    conflict: bool,
}

impl Place {
    pub(crate) fn id(&self) -> DraftId {
        self.id
    }
}

/// A draft in the list.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// Which.
    pub draft: DraftId,
    /// The revision that was read.
    pub revision: u64,
    /// Addresses as typed.
    pub to: Vec<String>,
    /// Or why it cannot be shown.
    pub subject: Result<String, Error>,
    /// Number of attachments.
    pub attachments: usize,
    /// When it changed last.
    pub changed_at_ms: u64,
    /// When it is deleted, unless it changes.
    pub expires_at_ms: u64,
    /// It lost against another device.
    pub conflict: bool,
}

/// A draft that is open for writing now.
#[derive(Debug, Clone)]
pub struct OpenedDraft {
    /// Which.
    pub draft: DraftId,
    /// The revision that was read.
    pub revision: u64,
    /// What it says.
    pub content: Draft,
    /// It lost against another device.
    pub conflict: bool,
    /// Attachments that the server has no more.
    pub missing: usize,
}

/// Where a draft was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedDraft {
    /// Which; another one after a conflict.
    pub draft: DraftId,
    /// Another device was quicker: what it wrote stays, and this is a second draft.
    pub conflict: bool,
}

/// A revision of a draft of the server, with what is needed to write on from there.
pub(crate) struct Revision {
    place: Place,
    upload: Option<UploadId>,
    files: BTreeMap<PartId, Uploaded>,
}

/// Drafts that were opened for the list, by revision.
#[derive(Default)]
pub(crate) struct Seen(BTreeMap<DraftId, (u64, Arc<KeptDraft>)>);

impl<P: Platform> Session<P> {
    /// Begins a draft; the one before is left as it was saved.
    pub fn new_draft(&self) -> DraftId {
        let id = DraftId::random(&mut self.api().platform().rng());
        lock(&self.uploads).begin(Place { id, revision: 0, conflict: false });
        id
    }

    /// Seals the draft for the device: what the server does not have yet.
    ///
    /// # Errors
    /// [`Error::Draft`] if it names an attachment that is not there.
    pub fn keep_draft(&self, draft: &Draft) -> Result<Vec<u8>, Error> {
        let (place, kept) = self.written(draft)?;
        self.seal(&place, &kept)
    }

    /// Saves the draft on the server.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`]; [`Error::DraftTooLarge`]: then it is safe on this device alone.
    pub async fn save_draft(&self, draft: &Draft) -> Result<SavedDraft, Error> {
        let (place, kept) = self.written(draft)?;
        let began = place.id;
        let put = self.put_draft(place, &kept).await;
        let mut uploads = lock(&self.uploads);
        // Meanwhile another draft may have been opened.
        if uploads.place.as_ref().is_some_and(|now| now.id == began) {
            uploads.unsure = put.as_ref().is_err_and(|error| *error == Error::Offline);
            if let Ok((place, _)) = &put {
                uploads.place = Some(place.clone());
            }
        }
        drop(uploads);
        let (place, conflict) = put?;
        Ok(SavedDraft { draft: place.id, conflict })
    }

    /// Saves what a device kept and the server does not have; tells if that made a second draft.
    ///
    /// # Errors
    /// [`Error::Draft`] if it cannot be opened; as [`Self::save_draft`].
    pub async fn recover_draft(&self, sealed: &[u8]) -> Result<SavedDraft, Error> {
        let kept = self.open_sealed(sealed)?;
        let id = kept.id.unwrap_or_else(|| DraftId::random(&mut self.api().platform().rng()));
        let revision = match self.stored(id).await? {
            Some(stored) if self.same(&stored, id, &kept) => {
                return Ok(SavedDraft { draft: id, conflict: false });
            }
            Some(_) => kept.revision,
            // Thrown away elsewhere, but changed here since.
            None => 0,
        };
        let place = Place { id, revision, conflict: kept.conflict };
        let (place, conflict) = self.put_draft(place, &kept).await?;
        Ok(SavedDraft { draft: place.id, conflict })
    }

    /// Opens a draft of the server for writing. Attachments that are gone are counted and left out.
    ///
    /// # Errors
    /// [`Error::Draft`] if there is none, or it cannot be opened.
    pub async fn open_draft(&self, id: DraftId) -> Result<OpenedDraft, Error> {
        let (opened, revision) = self.read_draft(id).await?;
        lock(&self.uploads).go_on(revision);
        Ok(opened)
    }

    /// As [`Self::open_draft`] if the server has a newer revision of the draft that is being written, which stays what it
    /// is until [`Self::go_on_with`]: who writes on meanwhile makes a second draft of it, as ever.
    ///
    /// # Errors
    /// As [`Self::open_draft`].
    pub async fn look_at_draft(&self, id: DraftId) -> Result<Option<OpenedDraft>, Error> {
        let (opened, revision) = self.read_draft(id).await?;
        if self.open_revision(id).is_none_or(|open| open >= opened.revision) {
            return Ok(None);
        }
        lock(&self.uploads).looked_at = Some(revision);
        Ok(Some(opened))
    }

    /// What is being written is from now on this revision, if it is of the open draft and was the last to be looked at.
    pub fn go_on_with(&self, id: DraftId, revision: u64) {
        let mut uploads = lock(&self.uploads);
        let is_open = uploads.place.as_ref().is_some_and(|place| place.id == id);
        let is_meant = |it: &Revision| is_open && it.place.id == id && it.place.revision == revision;
        if let Some(looked_at) = uploads.looked_at.take_if(|it| is_meant(it)) {
            uploads.go_on(looked_at);
        }
    }

    async fn read_draft(&self, id: DraftId) -> Result<(OpenedDraft, Revision), Error> {
        let stored = self.stored(id).await?.ok_or(Error::Draft)?;
        let kept = self.open_stored(&stored)?;
        let state = self.upload_state(kept.upload).await?;
        let all = kept.files.len();
        let mut revision = Revision {
            place: Place { id, revision: stored.entry.revision, conflict: kept.conflict },
            upload: kept.upload.filter(|_| state.is_some()),
            files: BTreeMap::new(),
        };
        let known = state.unwrap_or_default();
        let mut attachments = Vec::new();
        for file in kept.files {
            let there = known.iter().any(|it| it.part == file.part && it.received == file.sealed_bytes);
            if there && let Some(uploaded) = Uploaded::from_kept(file) {
                attachments.push(uploaded.file.clone());
                revision.files.insert(uploaded.file.part, uploaded);
            }
        }
        let opened = OpenedDraft {
            draft: id,
            revision: stored.entry.revision,
            conflict: kept.conflict,
            missing: all - attachments.len(),
            content: Draft {
                to: kept.to,
                subject: kept.subject,
                text: kept.text,
                attachments,
                in_reply_to: kept.in_reply_to,
                on_behalf_of: kept.on_behalf_of,
                lacking: kept.lacking,
            },
        };
        Ok((opened, revision))
    }

    /// All drafts, the last changed first. What cannot be opened says why in its row.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn drafts(&self) -> Result<Vec<DraftRow>, Error> {
        let list: DraftList = self.api().get("/drafts").await?;
        let mut entries = list.drafts;
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.changed_at_ms));
        let there: BTreeSet<DraftId> = entries.iter().map(|entry| entry.draft).collect();
        lock(&self.uploads).seen.0.retain(|id, _| there.contains(id));
        let rows = futures::stream::iter(entries).map(|entry| self.draft_row(entry));
        Ok(rows.buffered(FETCHES).collect().await)
    }

    /// What every draft says, for the search; nothing of those that cannot be opened.
    ///
    /// # Errors
    /// As [`Self::drafts`].
    pub(crate) async fn draft_texts(&self) -> Result<Vec<(DraftRow, Vec<String>)>, Error> {
        let rows = self.drafts().await?;
        let uploads = lock(&self.uploads);
        let texts = |row: &DraftRow| match uploads.seen.0.get(&row.draft) {
            Some((_, kept)) => {
                let names = kept.files.iter().map(|file| file.name.clone());
                kept.to
                    .iter()
                    .cloned()
                    .chain([kept.subject.clone(), kept.text.clone()])
                    .chain(names)
                    .collect()
            }
            None => Vec::new(),
        };
        Ok(rows.into_iter().map(|row| (row.clone(), texts(&row))).collect())
    }

    async fn draft_row(&self, entry: DraftEntry) -> DraftRow {
        let kept = self.seen_draft(&entry).await;
        let DraftEntry { draft, revision, changed_at_ms, expires_at_ms, .. } = entry;
        DraftRow {
            draft,
            revision,
            to: kept.as_ref().map_or_else(|_| Vec::new(), |kept| kept.to.clone()),
            attachments: kept.as_ref().map_or(0, |kept| kept.files.len()),
            conflict: kept.as_ref().is_ok_and(|kept| kept.conflict),
            subject: kept.map(|kept| kept.subject.clone()),
            changed_at_ms,
            expires_at_ms,
        }
    }

    async fn seen_draft(&self, entry: &DraftEntry) -> Result<Arc<KeptDraft>, Error> {
        let known = lock(&self.uploads).seen.0.get(&entry.draft).cloned();
        if let Some((_, kept)) = known.filter(|(revision, _)| *revision == entry.revision) {
            return Ok(kept);
        }
        let stored = self.stored(entry.draft).await?.ok_or(Error::Draft)?;
        let kept = Arc::new(self.open_stored(&stored)?);
        lock(&self.uploads).seen.0.insert(entry.draft, (stored.entry.revision, Arc::clone(&kept)));
        Ok(kept)
    }

    /// Throws a draft of the list away.
    ///
    /// # Errors
    /// The problem `draft-stale` if another device has changed it.
    pub async fn discard_draft(&self, draft: DraftId, revision: u64) -> Result<(), Error> {
        self.close_draft(Some(draft));
        self.delete_draft(draft, revision).await
    }

    async fn delete_draft(&self, draft: DraftId, revision: u64) -> Result<(), Error> {
        match self.api().plain(Method::Delete, &format!("/drafts/{draft}?revision={revision}")).await {
            Err(error) if error.is(ProblemCode::NotFound) => Ok(()),
            other => other,
        }
    }

    /// As it is on the server, also where the answer to a save of this session was lost.
    async fn delete_open(&self, place: &Place) -> Result<(), Error> {
        let stale = match self.delete_draft(place.id, place.revision).await {
            Err(error) if error.is(ProblemCode::DraftStale) => error,
            other => return other,
        };
        let writer = lock(&self.uploads).writer;
        match self.stored(place.id).await? {
            Some(stored) if self.open_stored(&stored).is_ok_and(|kept| kept.writer == writer) => {
                self.delete_draft(place.id, stored.entry.revision).await
            }
            Some(_) => Err(stale),
            None => Ok(()),
        }
    }

    /// Throws the draft that is being written away, its uploads included. It stays open where that does not work.
    ///
    /// # Errors
    /// [`Error::Offline`]; as [`Self::discard_draft`].
    pub async fn drop_draft(&self) -> Result<(), Error> {
        let (place, upload, unsure) = {
            let uploads = lock(&self.uploads);
            (uploads.place.clone(), uploads.upload, uploads.unsure)
        };
        match (place.as_ref().filter(|place| place.revision > 0 || unsure), upload) {
            (Some(place), _) => self.delete_open(place).await?,
            // What stays is swept by the server.
            (None, Some(upload)) => {
                let _ = self.api().plain(Method::Delete, &format!("/uploads/{upload}")).await;
            }
            (None, None) => {}
        }
        self.close_draft(place.map(|place| place.id));
        Ok(())
    }

    /// Nothing is being written, unless another draft was opened meanwhile.
    fn close_draft(&self, id: Option<DraftId>) {
        let mut uploads = lock(&self.uploads);
        if uploads.place.as_ref().map(Place::id) == id {
            *uploads = Uploads::default();
        }
    }

    /// Takes an attachment off the draft, and its bytes off the server.
    pub async fn detach(&self, part: PartId) {
        let upload = {
            let mut uploads = lock(&self.uploads);
            uploads.files.remove(&part);
            uploads.upload
        };
        if let Some(upload) = upload {
            // What stays is swept with the upload.
            let _ = self.api().plain(Method::Delete, &format!("/uploads/{upload}/parts/{part}")).await;
        }
    }

    /// The revision that is being written, of a draft that is open.
    pub fn open_revision(&self, draft: DraftId) -> Option<u64> {
        let uploads = lock(&self.uploads);
        uploads.place.as_ref().filter(|place| place.id == draft).map(|place| place.revision)
    }

    /// The draft that a message being sent was, as this client knows it.
    pub(crate) fn draft_at(&self) -> Option<DraftAt> {
        let place = lock(&self.uploads).place.clone().filter(|place| place.revision > 0)?;
        Some(DraftAt { draft: place.id, revision: place.revision })
    }

    fn written(&self, draft: &Draft) -> Result<(Place, KeptDraft), Error> {
        let mut rng = self.api().platform().rng();
        let mut uploads = lock(&self.uploads);
        let fresh = Place { id: DraftId::random(&mut rng), revision: 0, conflict: false };
        let place = uploads.place.get_or_insert(fresh).clone();
        let writer = *uploads.writer.get_or_insert_with(|| WriterId::random(&mut rng));
        let files = draft.attachments.iter().map(|file| uploads.kept(file)).collect::<Option<Vec<_>>>();
        let files = files.ok_or(Error::Draft)?;
        let kept = KeptDraft {
            to: draft.to.clone(),
            subject: draft.subject.clone(),
            text: draft.text.clone(),
            upload: uploads.upload.filter(|_| !files.is_empty()),
            files,
            in_reply_to: draft.in_reply_to,
            on_behalf_of: draft.on_behalf_of,
            id: Some(place.id),
            revision: place.revision,
            conflict: place.conflict,
            writer: Some(writer),
            lacking: draft.lacking.clone(),
        };
        Ok((place, kept))
    }

    /// Saves under the next revision, or as a second draft if another device was quicker.
    async fn put_draft(&self, place: Place, kept: &KeptDraft) -> Result<(Place, bool), Error> {
        match self.put_sealed(&place, kept).await {
            Err(error) if error.is(ProblemCode::DraftStale) => {}
            other => return other.map(|place| (place, false)),
        }
        let revision = match self.stored(place.id).await? {
            Some(stored) if self.open_stored(&stored).is_ok_and(|other| other.writer == kept.writer) => {
                Some(stored.entry.revision)
            }
            Some(_) => None,
            // Thrown away elsewhere, but changed here since: there is no other version.
            None => Some(0),
        };
        if let Some(revision) = revision {
            let place = Place { revision, ..place };
            return self.put_sealed(&place, kept).await.map(|place| (place, false));
        }
        let id = DraftId::random(&mut self.api().platform().rng());
        let second = Place { id, revision: 0, conflict: true };
        self.put_sealed(&second, kept).await.map(|place| (place, true))
    }

    async fn put_sealed(&self, place: &Place, kept: &KeptDraft) -> Result<Place, Error> {
        let sealed = self.seal(place, kept)?;
        if sealed.len() > limits::PIECE_BYTES {
            return Err(Error::DraftTooLarge);
        }
        let upload = kept.upload.map(|upload| format!("&upload={upload}")).unwrap_or_default();
        let path = format!("/drafts/{}?revision={}{upload}", place.id, place.revision);
        let saved: DraftSaved = self.api().put_octets(&path, sealed).await?;
        Ok(Place { revision: saved.revision, ..place.clone() })
    }

    fn seal(&self, place: &Place, kept: &KeptDraft) -> Result<Vec<u8>, Error> {
        let kept = KeptDraft {
            id: Some(place.id),
            revision: place.revision,
            conflict: place.conflict,
            ..kept.clone()
        };
        kept.seal(&self.keys().bundle, &mut self.api().platform().rng())
    }

    fn open_sealed(&self, sealed: &[u8]) -> Result<KeptDraft, Error> {
        KeptDraft::open(&self.keys().bundle, sealed)
    }

    fn open_stored(&self, stored: &StoredDraft) -> Result<KeptDraft, Error> {
        KeptDraft::open_as(&self.keys().bundle, &stored.sealed.0, stored.entry.draft)
    }

    fn same(&self, stored: &StoredDraft, id: DraftId, kept: &KeptDraft) -> bool {
        let place = |kept: &KeptDraft| KeptDraft {
            id: Some(id),
            revision: 0,
            conflict: false,
            writer: None,
            upload: None,
            ..kept.clone()
        };
        self.open_stored(stored).is_ok_and(|stored| place(&stored) == place(kept))
    }

    async fn stored(&self, id: DraftId) -> Result<Option<StoredDraft>, Error> {
        match self.api().get::<StoredDraft>(&format!("/drafts/{id}")).await {
            Ok(stored) if stored.entry.draft == id => Ok(Some(stored)),
            Ok(_) => Err(Error::Answer),
            Err(error) if error.is(ProblemCode::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn upload_state(
        &self,
        upload: Option<UploadId>,
    ) -> Result<Option<Vec<crypto_core::wire::api::PartState>>, Error> {
        let Some(upload) = upload else { return Ok(None) };
        match self.api().get::<UploadState>(&format!("/uploads/{upload}")).await {
            Ok(state) => Ok(Some(state.parts)),
            Err(error) if error.is(ProblemCode::UploadUnknown) || error.is(ProblemCode::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Uploads {
    fn begin(&mut self, place: Place) {
        let (seen, writer) = (std::mem::take(&mut self.seen), self.writer.take());
        *self = Self { place: Some(place), seen, writer, ..Self::default() };
    }

    fn go_on(&mut self, Revision { place, upload, files }: Revision) {
        self.begin(place);
        (self.upload, self.files) = (upload, files);
    }

    fn kept(&self, file: &DraftFile) -> Option<KeptFile> {
        let uploaded = self.files.get(&file.part)?;
        Some(uploaded.to_kept())
    }
}
