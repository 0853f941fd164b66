//! The tabs of one browser: a new one joins the session of the others, a sign-out reaches all.
//!
//! What goes over the channel is wrapped; it opens nothing without the session's cookie.

use client_bridge::Session;
use crypto_core::wire::AccountId;
use futures::channel::oneshot;
use js_sys::{JSON, Object, Reflect};
use leptos::prelude::set_timeout;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "kbs-session";
const PATIENCE: Duration = Duration::from_millis(150);

/// What tabs tell each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// Has anybody a session?
    Ask,
    /// This one, of that account.
    Resume {
        /// Whose.
        account: String,
        /// Wrapped.
        resume: String,
    },
    /// It is over.
    SignedOut,
    /// Somebody does something, and the server knows.
    Active,
}

type Asked = Rc<RefCell<Option<oneshot::Sender<String>>>>;

struct Tabs {
    channel: BroadcastChannel,
    asked: Asked,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

thread_local! {
    static TABS: RefCell<Option<Tabs>> = const { RefCell::new(None) };
}

/// Listens to the other tabs, from the first time on.
pub(crate) fn listen(hear: impl Fn(Word) + 'static) {
    if TABS.with_borrow(Option::is_some) {
        return;
    }
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let asked = Asked::default();
    let waiting = Rc::clone(&asked);
    let on_message = Closure::new(move |event: MessageEvent| {
        let Some(word) = read(&event.data()) else { return };
        if let Word::Resume { resume, .. } = &word
            && let Some(sender) = waiting.borrow_mut().take()
        {
            // Nobody waits any more when the time is over.
            let _ = sender.send(resume.clone());
            return;
        }
        hear(word);
    });
    channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    TABS.set(Some(Tabs { channel, asked, _on_message: on_message }));
}

/// Asks the other tabs for a session, for a moment.
pub(crate) async fn ask() -> Option<String> {
    let (sender, answer) = oneshot::channel();
    let asked = TABS.with_borrow(|tabs| tabs.as_ref().map(|tabs| Rc::clone(&tabs.asked)))?;
    *asked.borrow_mut() = Some(sender);
    tell(&Word::Ask);
    set_timeout(move || drop(asked.borrow_mut().take()), PATIENCE);
    answer.await.ok()
}

/// Tells the other tabs.
pub(crate) fn tell(word: &Word) {
    TABS.with_borrow(|tabs| {
        if let Some(tabs) = tabs {
            // Without listeners nothing happens.
            let _ = tabs.channel.post_message(&write(word));
        }
    });
}

/// Tells the other tabs of a session.
pub(crate) fn tell_session(session: &Session) {
    tell(&resume_of(session.account, session.resume.clone()));
}

/// The word for a session.
pub(crate) fn resume_of(account: AccountId, resume: String) -> Word {
    Word::Resume { account: account.to_string(), resume }
}

fn write(word: &Word) -> JsValue {
    let object = Object::new();
    let set = |key: &str, value: &str| {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&object, &key.into(), &value.into());
    };
    match word {
        Word::Ask => set("word", "ask"),
        Word::SignedOut => set("word", "signed-out"),
        Word::Active => set("word", "active"),
        Word::Resume { account, resume } => {
            set("word", "resume");
            set("account", account);
            set("resume", resume);
        }
    }
    JSON::stringify(&object).map_or(JsValue::NULL, JsValue::from)
}

fn read(data: &JsValue) -> Option<Word> {
    let object = JSON::parse(&data.as_string()?).ok()?;
    let field = |key: &str| Reflect::get(&object, &key.into()).ok()?.as_string();
    match field("word")?.as_str() {
        "ask" => Some(Word::Ask),
        "signed-out" => Some(Word::SignedOut),
        "active" => Some(Word::Active),
        "resume" => Some(Word::Resume { account: field("account")?, resume: field("resume")? }),
        _ => None,
    }
}
