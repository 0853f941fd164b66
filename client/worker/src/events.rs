//! Server-sent events: new mail without a refresh.

use crate::browser::notice;
use crate::calls::Worker;
use client_bridge::Notice;
use crypto_core::wire::api::Event;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::{EventSource, MessageEvent};

/// Listens until it is dropped.
pub(crate) struct Events {
    source: EventSource,
    _listen: Closure<dyn FnMut(MessageEvent)>,
}

impl Events {
    /// Opens the stream of the session's account.
    pub(crate) fn open(worker: &Rc<Worker>) -> Option<Self> {
        let source = EventSource::new("/api/v1/events").ok()?;
        let worker = Rc::downgrade(worker);
        let listen =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| heard(&worker, &event));
        source.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        Some(Self { source, _listen: listen })
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.close();
    }
}

fn heard(worker: &Weak<Worker>, event: &MessageEvent) {
    let Some(worker) = worker.upgrade() else { return };
    let event = event.data().as_string().and_then(|data| serde_json::from_str(&data).ok());
    match event {
        Some(Event::Mail { folder, .. }) => notice(Notice::NewMail { folder }),
        Some(Event::Changed { folder }) => notice(Notice::Changed { folder }),
        Some(Event::Drafts { draft, revision }) => {
            let newer = worker.is_newer(draft, revision);
            notice(Notice::DraftsChanged { draft, there: revision.is_some(), newer });
        }
        Some(Event::Keys) => wasm_bindgen_futures::spawn_local(worker.refresh_keys()),
        Some(Event::Contact { account }) => notice(Notice::ContactChanged { keys_of: Some(account) }),
        Some(Event::PasswordRequest { .. }) => notice(Notice::ContactChanged { keys_of: None }),
        Some(Event::SessionEnded) => worker.session_over(),
        None => {}
    }
}
