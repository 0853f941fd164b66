//! Mail as files: what is finished goes to the browser at once, which may keep it on the disk.

use crate::calls::{Outcome, Worker, file};
use crate::convert;
use client_bridge::take_along as bridge;
use client_bridge::{Answer, Failure};
use client_sdk::{Error, Selection, Sink};
use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag};

/// Blobs of what has left so far.
struct Blobs(Array);

impl Blobs {
    /// One blob that no browser renders.
    fn whole(&self) -> Option<Blob> {
        let options = BlobPropertyBag::new();
        options.set_type("application/octet-stream");
        Blob::new_with_blob_sequence_and_options(&self.0, &options).ok()
    }
}

impl Sink for Blobs {
    fn take(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
        let blob = Blob::new_with_u8_array_sequence(&parts).map_err(|_| Error::FileUnreadable)?;
        self.0.push(&blob);
        Ok(())
    }
}

impl Worker {
    pub(crate) async fn take_along(&self, call: bridge::Call) -> Outcome {
        match call {
            bridge::Call::Message { message, ticket } => {
                let saved = self.session()?.save_message(message, self.progress(ticket)).await;
                self.forget(ticket);
                file(saved.map_err(convert::failure))
            }
            bridge::Call::Messages { messages, language, ticket } => {
                let what = messages.map_or(Selection::All, Selection::Messages);
                let mut blobs = Blobs(Array::new());
                let progress = self.progress(ticket);
                let taken = self.session()?.take_along(&what, language, &mut blobs, progress).await;
                self.forget(ticket);
                let taken = taken.map_err(convert::failure)?;
                let blob = blobs.whole().ok_or(Failure::Internal)?;
                let answer = bridge::Answer {
                    name: taken.name,
                    messages: taken.messages,
                    unreadable: taken.unreadable,
                };
                Ok((Answer::Taken(answer), Some(blob.into())))
            }
        }
    }
}
