//! The one draft of the device: kept sealed while it is written, its files uploaded one after the other.
//!
//! * What is typed is kept [`KEEP_AFTER`] later, and at once when the page goes out of sight.
//! * A file is sealed and uploaded when it is added, so that a refresh loses nothing that arrived.
//! * Whatever ends a draft raises `generation`; a late answer of an earlier one changes nothing.

use crate::browser::{device, worker};
use crate::i18n::compose;
use crate::portal::Portal;
use crate::state::draft::{DraftModel, Item, Progress};
use crate::state::file_name;
use client_bridge::{Answer, Attachment, Call, Draft, Failure};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Duration;
use wasm_bindgen::JsValue;
use web_sys::File;

const KEEP_AFTER: Duration = Duration::from_millis(500);

thread_local! {
    static FILES: RefCell<HashMap<u32, File>> = RefCell::default();
    static TIMER: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
}

/// What became of a draft that was sent.
pub(crate) struct Sent {
    /// Messages on their way.
    pub(crate) messages: usize,
    /// Why the draft goes on, if it does.
    pub(crate) remains: Option<Failure>,
}

/// The draft as signals.
#[derive(Clone, Copy)]
pub(crate) struct DraftStore {
    /// All of it.
    pub(crate) model: RwSignal<DraftModel>,
    /// Whether there is a draft, open here or kept on the device.
    pub(crate) present: RwSignal<bool>,
    /// Rises when the fields have to be filled anew.
    pub(crate) filled: RwSignal<u32>,
    generation: StoredValue<u32>,
}

impl DraftStore {
    /// None.
    pub(crate) fn new() -> Self {
        Self {
            model: RwSignal::new(DraftModel::default()),
            present: RwSignal::new(false),
            filled: RwSignal::new(0),
            generation: StoredValue::new(0),
        }
    }

    /// Takes the draft out of the page. What the device keeps stays.
    pub(crate) fn forget(self) {
        self.fill(DraftModel::default());
        self.present.set(false);
    }

    fn fill(self, model: DraftModel) {
        self.generation.update_value(|generation| *generation = generation.wrapping_add(1));
        if let Some(timer) = TIMER.take() {
            timer.clear();
        }
        FILES.with_borrow_mut(HashMap::clear);
        self.model.set(model);
        self.filled.update(|count| *count += 1);
    }
}

impl Portal {
    /// Opens what the device kept, unless a draft is open already. Tells whether it did.
    ///
    /// # Errors
    /// What the worker says; a draft that is gone is forgotten.
    pub(crate) async fn open_draft(self) -> Result<bool, Failure> {
        let Some(account) = self.session.with_untracked(|session| session.as_ref().map(|it| it.account))
        else {
            return Ok(false);
        };
        let Some(sealed) = device::draft(account) else { return Ok(false) };
        if !self.draft.model.with_untracked(DraftModel::is_empty) {
            return Ok(false);
        }
        match self.ask(Call::OpenDraft { sealed }).await {
            Ok(Answer::OpenedDraft(draft)) => {
                self.show_draft(draft);
                Ok(true)
            }
            Ok(_) => Err(Failure::Internal),
            Err(Failure::DraftGone) => {
                device::keep_draft(account, None);
                self.draft.present.set(false);
                Err(Failure::DraftGone)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Fills the page with a draft and looks its recipients up.
    fn show_draft(self, draft: Draft) {
        let model = DraftModel::open(draft, || self.next_number());
        let addresses: Vec<_> = model.to.iter().map(|addressee| addressee.address.clone()).collect();
        self.draft.fill(model);
        self.draft.present.set(true);
        for address in addresses {
            self.look_up(address);
        }
    }

    /// Begins a draft and keeps it soon.
    pub(crate) fn begin_draft(self, draft: Draft) {
        self.show_draft(draft);
        self.keep_draft_soon();
    }

    /// Changes the draft and keeps it soon.
    pub(crate) fn edit(self, change: impl FnOnce(&mut DraftModel)) {
        self.draft.model.update(change);
        self.draft.present.set(true);
        self.keep_draft_soon();
    }

    /// Asks what an address is.
    pub(crate) fn look_up(self, address: String) {
        spawn_local(async move {
            let answer = match self.ask(Call::LookUp { address: address.clone() }).await {
                Ok(Answer::Recipient(recipient)) => Ok(recipient),
                Ok(_) => Err(Failure::Internal),
                Err(failure) => Err(failure),
            };
            self.draft.model.update(|model| model.learn(&address, answer));
        });
    }

    fn keep_draft_soon(self) {
        if let Some(timer) = TIMER.take() {
            timer.clear();
        }
        let keep = move || {
            if self.draft.model.with_untracked(DraftModel::is_empty) {
                self.end_draft();
            } else {
                spawn_local(self.keep_draft_now());
            }
        };
        // Without a timer the next change, or leaving the page, keeps it.
        TIMER.set(set_timeout_with_handle(keep, KEEP_AFTER).ok());
    }

    /// Seals the draft for the device.
    pub(crate) async fn keep_draft_now(self) {
        if let Some(timer) = TIMER.take() {
            timer.clear();
        }
        let Some(account) = self.session.with_untracked(|session| session.as_ref().map(|it| it.account))
        else {
            return;
        };
        let generation = self.draft.generation.get_value();
        if self.draft.model.with_untracked(DraftModel::is_empty) {
            return;
        }
        let draft = self.draft.model.with_untracked(DraftModel::to_wire);
        if let Ok(Answer::Draft { sealed }) = self.ask(Call::KeepDraft { draft }).await
            && generation == self.draft.generation.get_value()
        {
            device::keep_draft(account, Some(&sealed));
        }
    }

    /// Throws the draft away, its uploads included.
    pub(crate) async fn drop_draft(self) {
        let under_way = self.draft.model.with_untracked(DraftModel::under_way);
        self.end_draft();
        if let Some(ticket) = under_way {
            // It ends with the draft in any case.
            let _ = self.ask(Call::CancelAttach { ticket }).await;
        }
        // Uploads that stay behind are swept by the server.
        let _ = self.ask(Call::DropDraft).await;
    }

    fn end_draft(self) {
        self.draft.forget();
        if let Some(account) = self.session.with_untracked(|session| session.as_ref().map(|it| it.account)) {
            device::keep_draft(account, None);
        }
    }

    /// Sends the draft as it stands and ends it; if some recipients remain, it goes on with them.
    ///
    /// # Errors
    /// What the worker says if nothing left; the draft stays.
    pub(crate) async fn send_draft(self) -> Result<Sent, Failure> {
        let draft = self.draft.model.with_untracked(DraftModel::to_wire);
        match self.ask(Call::Send { draft }).await? {
            Answer::Sent { messages, unsent, failure } if unsent.is_empty() && failure.is_none() => {
                self.end_draft();
                Ok(Sent { messages: messages.len(), remains: None })
            }
            Answer::Sent { messages, unsent, failure } => {
                self.edit(|model| model.to.retain(|addressee| unsent.contains(&addressee.address)));
                Ok(Sent { messages: messages.len(), remains: Some(failure.unwrap_or(Failure::Internal)) })
            }
            _ => Err(Failure::Internal),
        }
    }

    /// Adds files and begins to upload them.
    ///
    /// # Errors
    /// The first refusal; files before it are added.
    pub(crate) fn add_files(self, files: Vec<File>) -> Result<(), Failure> {
        let limits = self.limits.get_untracked();
        for file in files {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size")]
            let bytes = file.size() as u64;
            self.draft.model.with_untracked(|model| model.admit(bytes, &limits))?;
            let ticket = self.next_number();
            let item = Item {
                ticket,
                name: file.name(),
                media_type: file.type_(),
                bytes,
                progress: Progress::Waiting,
            };
            FILES.with_borrow_mut(|files| files.insert(ticket, file));
            self.edit(|model| model.attachments.push(item));
        }
        spawn_local(self.upload_waiting());
        Ok(())
    }

    async fn upload_waiting(self) {
        while let Some(ticket) = self.draft.model.with_untracked(DraftModel::next_upload) {
            self.set_progress(ticket, Progress::Uploading);
            let generation = self.draft.generation.get_value();
            let result = self.upload(ticket).await;
            FILES.with_borrow_mut(|files| files.remove(&ticket));
            self.progress.update(|progress| {
                progress.remove(&ticket);
            });
            if generation == self.draft.generation.get_value() {
                self.uploaded(ticket, result);
            }
        }
    }

    async fn upload(self, ticket: u32) -> Result<Attachment, Failure> {
        let file = FILES.with_borrow(|files| files.get(&ticket).cloned()).ok_or(Failure::FileUnreadable)?;
        let other_bytes = self.draft.model.with_untracked(|model| model.bytes_besides(ticket));
        match worker::call_with(Call::Attach { ticket, other_bytes }, Some(JsValue::from(file))).await {
            Ok((Answer::Attached(attachment), _)) => Ok(attachment),
            Ok(_) => Err(Failure::Internal),
            Err(failure) => {
                self.heed(&failure);
                Err(failure)
            }
        }
    }

    fn uploaded(self, ticket: u32, result: Result<Attachment, Failure>) {
        match result {
            Ok(attachment) => self.attached(ticket, attachment),
            Err(Failure::Cancelled) => self.edit(|model| model.attachments.retain(|it| it.ticket != ticket)),
            Err(failure) => self.set_progress(ticket, Progress::Failed(failure)),
        }
    }

    fn attached(self, ticket: u32, attachment: Attachment) {
        let name = file_name::display(&attachment.name).unwrap_or_default();
        self.edit(|model| {
            if let Some(item) = model.item_mut(ticket) {
                item.name = attachment.name;
                item.media_type = attachment.media_type;
                item.bytes = attachment.bytes;
                item.progress = Progress::Ready(attachment.part);
            }
        });
        self.toast(compose::ATTACHMENT_DONE.fill(self.i18n.0.get_untracked(), &[("name", &name)]));
    }

    fn set_progress(self, ticket: u32, progress: Progress) {
        self.draft.model.update(|model| {
            if let Some(item) = model.item_mut(ticket) {
                item.progress = progress;
            }
        });
    }

    /// Takes an attachment off the draft, or stops its upload.
    pub(crate) fn remove_attachment(self, ticket: u32) {
        let found = self.draft.model.with_untracked(|model| {
            model.attachments.iter().find(|item| item.ticket == ticket).map(|item| item.progress.clone())
        });
        let call = match found {
            Some(Progress::Uploading) => Some(Call::CancelAttach { ticket }),
            Some(Progress::Ready(part)) => Some(Call::Detach { part }),
            _ => None,
        };
        if !matches!(call, Some(Call::CancelAttach { .. })) {
            self.edit(|model| model.attachments.retain(|item| item.ticket != ticket));
        }
        if let Some(call) = call {
            // What stays on the server is swept with the upload.
            spawn_local(async move { drop(self.ask(call).await) });
        }
    }
}
