//! Messages from and to the page, files and blobs.

use crate::calls::Worker;
use client_bridge::{Command, FromWorker, Notice};
use client_sdk::{AttachmentSource, Error};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, File, MessageEvent};

/// Starts listening to the page.
#[wasm_bindgen(start)]
pub(crate) fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let worker = Rc::new(Worker::new());
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = Array::from(&event.data());
        let Some(json) = message.get(0).as_string() else { return };
        let Ok(command) = serde_json::from_str::<Command>(&json) else { return };
        spawn_local(Rc::clone(&worker).handle(command, message.get(1)));
    });
    scope.set_onmessage(Some(listen.as_ref().unchecked_ref()));
    // Listens as long as the worker lives.
    listen.forget();
    post(&FromWorker::Ready, None);
}

/// Sends something to the page, perhaps with a browser's object.
pub(crate) fn post(message: &FromWorker, object: Option<&JsValue>) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let Ok(json) = serde_json::to_string(message) else { return };
    let array = Array::of1(&JsValue::from_str(&json));
    if let Some(object) = object {
        array.push(object);
    }
    // A page that is gone hears nothing.
    let _ = scope.post_message(&array);
}

/// Tells the page something without being asked.
pub(crate) fn notice(notice: Notice) {
    post(&FromWorker::Notice(notice), None);
}

/// A file that the person chose.
pub(crate) struct BrowserFile(pub(crate) File);

impl AttachmentSource for BrowserFile {
    fn name(&self) -> String {
        self.0.name()
    }

    fn media_type(&self) -> String {
        self.0.type_()
    }

    fn bytes(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a file's size is a whole number"
        )]
        let bytes = self.0.size() as u64;
        bytes
    }

    async fn read(&self, offset: u64, bytes: u64) -> Result<Vec<u8>, Error> {
        #[expect(clippy::cast_precision_loss, reason = "files are far below 2^53 bytes")]
        let (from, to) = (offset as f64, (offset + bytes) as f64);
        let slice = self.0.slice_with_f64_and_f64(from, to).map_err(|_| Error::FileUnreadable)?;
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|_| Error::FileUnreadable)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}

/// A blob that no browser renders.
pub(crate) fn blob(pieces: &[Vec<u8>]) -> Option<Blob> {
    let parts = Array::new();
    for piece in pieces {
        parts.push(&Uint8Array::from(piece.as_slice()));
    }
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}
