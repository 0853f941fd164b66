//! The files of the draft that is being written: uploaded one after the other.

use crate::browser::worker;
use crate::i18n::compose;
use crate::portal::Portal;
use crate::state::draft::{DraftModel, Item, Progress, Refused};
use crate::state::file_name;
use client_bridge::{Answer, Attachment, Call, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsValue;
use web_sys::File;

thread_local! {
    static FILES: RefCell<HashMap<u32, File>> = RefCell::default();
}

/// The draft that they belong to is no longer open.
pub(crate) fn forget_files() {
    FILES.with_borrow_mut(HashMap::clear);
}

impl Portal {
    /// Adds files that the person chose, and begins to upload them. Those that the rules have no room for stand in
    /// `refused` then.
    pub(crate) fn add_files(self, files: Vec<File>) {
        self.draft.touch();
        self.bring_files(files);
    }

    /// Adds files that a message begins with.
    pub(crate) fn bring_files(self, files: Vec<File>) {
        let limits = self.limits.get_untracked();
        let model = self.draft.model;
        let mut refused = self.draft.refused.get_untracked();
        // What there is room for by now may be added anew.
        refused.retain(|file| model.with_untracked(|model| model.admit(file.bytes, &limits).is_err()));
        for file in files {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size")]
            let bytes = file.size() as u64;
            self.draft.model.update(|model| model.bring_again(&file.name(), bytes));
            if self.draft.model.with_untracked(|model| model.admit(bytes, &limits)).is_err() {
                refused.push(Refused { name: file.name(), bytes });
                continue;
            }
            let ticket = self.next_number();
            let item = Item {
                ticket,
                name: file.name(),
                media_type: file.type_(),
                bytes,
                progress: Progress::Waiting,
            };
            FILES.with_borrow_mut(|files| files.insert(ticket, file));
            self.change(|model| model.attachments.push(item));
        }
        self.draft.refused.set(refused);
        spawn_local(self.upload_waiting());
    }

    /// Uploads a file again whose upload did not work.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] if the rule does not allow it any more.
    pub(crate) fn retry_attachment(self, ticket: u32) -> Result<(), Failure> {
        let limits = self.limits.get_untracked();
        self.draft.model.with_untracked(|model| model.readmit(ticket, &limits))?;
        self.set_progress(ticket, Progress::Waiting);
        spawn_local(self.upload_waiting());
        Ok(())
    }

    async fn upload_waiting(self) {
        let mut done = Vec::new();
        while let Some(ticket) = self.draft.model.with_untracked(DraftModel::next_upload) {
            self.set_progress(ticket, Progress::Uploading);
            let generation = self.draft.generation.get_value();
            let result = self.upload(ticket).await;
            if result.is_ok() {
                FILES.with_borrow_mut(|files| files.remove(&ticket));
            }
            self.progress.update(|progress| {
                progress.remove(&ticket);
            });
            if generation == self.draft.generation.get_value() {
                done.extend(self.uploaded(ticket, result));
            }
        }
        let language = self.i18n.0.get_untracked();
        match done.as_slice() {
            [] => {}
            [name] => self.toast(compose::ATTACHMENT_DONE.fill(language, &[("name", name)])),
            many => self.toast(compose::ATTACHMENTS_DONE.fill(language, &[("n", &many.len().to_string())])),
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

    /// Says in the draft what became of an upload; the name, if it is safe now.
    fn uploaded(self, ticket: u32, result: Result<Attachment, Failure>) -> Option<String> {
        let attachment = match result {
            Ok(attachment) => attachment,
            Err(Failure::Cancelled) => {
                self.change(|model| model.attachments.retain(|it| it.ticket != ticket));
                return None;
            }
            Err(failure) => {
                self.set_progress(ticket, Progress::Failed(failure));
                return None;
            }
        };
        let name = file_name::display(&attachment.name).unwrap_or_default();
        self.change(|model| {
            if let Some(item) = model.item_mut(ticket) {
                item.name = attachment.name;
                item.media_type = attachment.media_type;
                item.bytes = attachment.bytes;
                item.progress = Progress::Ready(attachment.part);
            }
        });
        Some(name)
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
