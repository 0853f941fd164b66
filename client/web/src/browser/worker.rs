//! The Web Worker: commands go out, replies find who asked, notices go to whoever listens.

use client_bridge::{Answer, Call, Command, Failure, FromWorker, Notice};
use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::window;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

type Reply = Result<(Answer, Option<JsValue>), Failure>;
type Listener = Rc<dyn Fn(Notice)>;

#[derive(Default)]
struct Waiting {
    ready: Option<oneshot::Sender<()>>,
    replies: HashMap<u32, oneshot::Sender<Reply>>,
}

struct Link {
    worker: Worker,
    last_id: u32,
    waiting: Rc<RefCell<Waiting>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

thread_local! {
    static LINK: RefCell<Option<Link>> = const { RefCell::new(None) };
}

/// Starts the worker, instead of the one before if there was one, whose keys end with it.
///
/// # Errors
/// [`Failure::Internal`] if the browser does not start it.
pub(crate) async fn start(listener: Listener) -> Result<(), Failure> {
    stop();
    let (sender, ready) = oneshot::channel();
    let waiting = Rc::new(RefCell::new(Waiting { ready: Some(sender), replies: HashMap::new() }));
    let link = connect(&waiting, listener).ok_or(Failure::Internal)?;
    LINK.set(Some(link));
    ready.await.map_err(|_| Failure::Internal)
}

/// Ends the worker and with it every key it holds.
pub(crate) fn stop() {
    if let Some(link) = LINK.take() {
        link.worker.terminate();
    }
}

/// Asks the worker.
///
/// # Errors
/// What the worker says; [`Failure::Internal`] if it does not run.
pub(crate) async fn call(call: Call) -> Result<Answer, Failure> {
    call_with(call, None).await.map(|(answer, _)| answer)
}

/// Asks the worker with an object of the browser's; the reply may bring one.
///
/// # Errors
/// As [`call`].
pub(crate) async fn call_with(call: Call, object: Option<JsValue>) -> Reply {
    let (sender, reply) = oneshot::channel();
    LINK.with_borrow_mut(|link| {
        let link = link.as_mut()?;
        link.last_id = link.last_id.wrapping_add(1);
        let id = link.last_id;
        let json = serde_json::to_string(&Command { id, call }).ok()?;
        link.waiting.borrow_mut().replies.insert(id, sender);
        let message = Array::of1(&json.into());
        if let Some(object) = object {
            message.push(&object);
        }
        link.worker.post_message(&message).ok()
    })
    .ok_or(Failure::Internal)?;
    reply.await.unwrap_or(Err(Failure::Internal))
}

fn connect(waiting: &Rc<RefCell<Waiting>>, listener: Listener) -> Option<Link> {
    let worker = construct()?;
    let for_messages = Rc::clone(waiting);
    let on_message = Closure::new(move |event: MessageEvent| hear(&for_messages, &listener, &event.data()));
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let for_errors = Rc::clone(waiting);
    // Whoever waits learns it, because their sender is gone.
    let on_error: Closure<dyn FnMut()> =
        Closure::new(move || drop(std::mem::take(&mut *for_errors.borrow_mut())));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Some(Link {
        worker,
        last_id: 0,
        waiting: Rc::clone(waiting),
        _on_message: on_message,
        _on_error: on_error,
    })
}

/// `new Worker(url, {type: "module"})` with a URL that Trusted Types admit, which web-sys cannot say.
fn construct() -> Option<Worker> {
    let url = super::trusted::worker_url()?;
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"module".into()).ok()?;
    let constructor: Function = Reflect::get(&window(), &"Worker".into()).ok()?.dyn_into().ok()?;
    Reflect::construct(&constructor, &Array::of2(&url, &options)).ok()?.dyn_into().ok()
}

fn hear(waiting: &Rc<RefCell<Waiting>>, listener: &Listener, data: &JsValue) {
    let Some(message) = data.dyn_ref::<Array>() else { return };
    let Some(json) = message.get(0).as_string() else { return };
    match serde_json::from_str(&json) {
        Ok(FromWorker::Ready) => {
            if let Some(ready) = waiting.borrow_mut().ready.take() {
                // The page that waited may be gone.
                let _ = ready.send(());
            }
        }
        Ok(FromWorker::Reply { id, result }) => {
            let object = (message.length() > 1).then(|| message.get(1));
            if let Some(asker) = waiting.borrow_mut().replies.remove(&id) {
                // The view that asked may be gone.
                let _ = asker.send((*result).map(|answer| (answer, object)));
            }
        }
        Ok(FromWorker::Notice(notice)) => listener(notice),
        Err(_) => {}
    }
}
