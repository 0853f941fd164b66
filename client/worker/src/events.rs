//! Server-sent events: new mail without a refresh.
//!
//! A browser goes on asking for a stream that broke off, and gives up at the first answer that is none (HTML, 9.2.3): the
//! one of a proxy before a server that starts anew, say. Then the worker asks, ever more seldom. Whatever happened while
//! there was no stream was told to nobody, so the page looks again when there is one.

use crate::browser::notice;
use crate::calls::Worker;
use client_bridge::Notice;
use client_sdk::Platform;
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api::Event;
use std::cell::Cell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventSource, MessageEvent};

const FIRST_RETRY_MS: u32 = 2000;
const LAST_RETRY_MS: u32 = 16_000;

/// Listens until it is dropped.
pub(crate) struct Events {
    source: EventSource,
    _listen: Closure<dyn FnMut(MessageEvent)>,
    _opened: Closure<dyn FnMut()>,
    _broke: Closure<dyn FnMut()>,
}

impl Events {
    /// Opens the stream of the session's account.
    pub(crate) fn open(worker: &Rc<Worker>) -> Option<Self> {
        Self::open_again(worker, false, FIRST_RETRY_MS)
    }

    /// `lost`: there was one before.
    fn open_again(worker: &Rc<Worker>, lost: bool, retry_ms: u32) -> Option<Self> {
        let source = EventSource::new("/api/v1/events").ok()?;
        let (lost, retry_ms) = (Rc::new(Cell::new(lost)), Rc::new(Cell::new(retry_ms)));
        let worker = Rc::downgrade(worker);
        let listen = {
            let worker = Weak::clone(&worker);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| heard(&worker, &event))
        };
        let opened = {
            let (worker, lost, retry_ms) = (Weak::clone(&worker), Rc::clone(&lost), Rc::clone(&retry_ms));
            Closure::<dyn FnMut()>::new(move || {
                retry_ms.set(FIRST_RETRY_MS);
                notice(Notice::News { comes: true });
                if let (Some(worker), true) = (worker.upgrade(), lost.replace(false)) {
                    spawn_local(worker.refresh_keys());
                }
            })
        };
        let broke = {
            let source = source.clone();
            Closure::<dyn FnMut()>::new(move || {
                lost.set(true);
                notice(Notice::News { comes: false });
                if source.ready_state() == EventSource::CLOSED {
                    spawn_local(try_again(Weak::clone(&worker), source.clone(), retry_ms.get()));
                }
            })
        };
        source.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(broke.as_ref().unchecked_ref()));
        Some(Self { source, _listen: listen, _opened: opened, _broke: broke })
    }

    fn is(&self, source: &EventSource) -> bool {
        &self.source == source
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

async fn try_again(worker: Weak<Worker>, given_up: EventSource, after_ms: u32) {
    let session = worker.upgrade().and_then(|worker| worker.signed_in().ok());
    let Some(session) = session else { return };
    // Not all pages at once.
    session.api().platform().pause(after_ms + spread(after_ms)).await;
    // A session that is over has no stream, and is told here that it is.
    let over = session.usage().await.is_err_and(|error| error.is(ProblemCode::NotSignedIn));
    let Some(worker) = worker.upgrade() else { return };
    if !worker.events.borrow().as_ref().is_some_and(|events| events.is(&given_up)) {
        return;
    }
    if over {
        return worker.session_over();
    }
    let events = Events::open_again(&worker, true, after_ms.saturating_mul(2).min(LAST_RETRY_MS));
    worker.events.replace(events);
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the bound")]
fn spread(below_ms: u32) -> u32 {
    (js_sys::Math::random() * f64::from(below_ms) / 2.0) as u32
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
        Some(Event::Keys) => spawn_local(worker.refresh_keys()),
        Some(Event::Contact { account }) => notice(Notice::ContactChanged { keys_of: Some(account) }),
        Some(Event::PasswordRequest { .. }) => notice(Notice::ContactChanged { keys_of: None }),
        Some(Event::SessionEnded) => worker.session_over(),
        None => {}
    }
}
