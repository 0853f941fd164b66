//! The search: its index grows in the background while the person types.

use crate::browser::notice;
use crate::calls::Worker;
use crate::convert;
use client_bridge::search as bridge;
use client_bridge::{Answer, Notice};
use client_sdk::web::Web;
use client_sdk::{Coverage, Error, Hit, Place, Session};
use std::ops::ControlFlow;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// Messages shown of those that match.
const MOST: usize = 100;

impl Worker {
    pub(crate) fn search(self: &Rc<Self>, call: &bridge::Call) -> Result<Answer, Error> {
        let session = self.signed_in()?;
        Ok(Answer::Search(match call {
            bridge::Call::Begin => {
                // One at a time: it notices by itself what is new.
                if !self.indexing.replace(true) {
                    spawn_local(index(Rc::downgrade(self), Rc::downgrade(&session)));
                }
                bridge::Answer::Begun
            }
            bridge::Call::Find { query } => {
                let found = session.search(query, MOST);
                let hits = found.hits.into_iter().map(hit).collect();
                bridge::Answer::Found(bridge::Found { hits, count: found.count })
            }
        }))
    }
}

/// Ends with the session.
async fn index(worker: Weak<Worker>, session: Weak<Session<Web>>) {
    let Some(indexed) = session.upgrade() else { return };
    let mut last = Coverage::default();
    let ended = indexed
        .index_mailbox(|coverage| {
            last = coverage;
            let present = worker.upgrade().is_some_and(|worker| worker.is_session(&indexed));
            if !present {
                return ControlFlow::Break(());
            }
            notice(Notice::Searchable(told(coverage, false, None)));
            ControlFlow::Continue(())
        })
        .await;
    if let Some(worker) = worker.upgrade() {
        worker.indexing.set(false);
        if worker.is_session(&indexed) {
            let (complete, failure) = (ended.is_ok(), ended.err().map(convert::failure));
            notice(Notice::Searchable(told(last, complete, failure)));
        }
    }
}

fn told(it: Coverage, complete: bool, failure: Option<client_bridge::Failure>) -> bridge::Coverage {
    bridge::Coverage { covered: it.covered, total: it.total, unreadable: it.unreadable, complete, failure }
}

fn hit(it: Hit) -> bridge::Hit {
    bridge::Hit {
        place: match it.place {
            Place::Message(folder, message) => bridge::Place::Message(folder, message),
            Place::Draft(draft) => bridge::Place::Draft(draft),
        },
        people: it.people.into_iter().map(convert::person).collect(),
        subject: client_bridge::one_line(&it.subject),
        attachments: it.attachments,
        at_ms: it.at_ms,
    }
}
