//! What most visits do not need is split off this module when it is bundled, and loaded when it is first called
//! for: it shares the worker's memory. The name in `wasm_split(…)` is the part's; each has a file of its own.
//!
//! The functions only box what they call: an `async fn` cannot be split.

use crate::calls::{Outcome, Worker};
use client_bridge::{Answer, Call, Failure, admin, contacts, recovery, search, security, take_along};
use client_sdk::Error;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// What a part does, once it is there.
type Later<T> = Result<Pin<Box<dyn Future<Output = T>>>, NotLoaded>;
type Answered = Result<Answer, Error>;

/// A part of the module could not be loaded; the next call tries again.
pub(crate) struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl From<NotLoaded> for Error {
    fn from(_: NotLoaded) -> Self {
        Self::Offline
    }
}

impl From<NotLoaded> for Failure {
    fn from(_: NotLoaded) -> Self {
        Self::Offline
    }
}

/// Administration and deputies.
#[wasm_split(office, fallible)]
pub(crate) fn admin(worker: Rc<Worker>, call: admin::Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.admin(call).await }))
}

/// The portal's beginning.
#[wasm_split(office, fallible)]
pub(crate) fn set_up(worker: Rc<Worker>, call: Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.set_up(call).await }))
}

/// New mailboxes.
#[wasm_split(office, fallible)]
pub(crate) fn invite(worker: Rc<Worker>, call: Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.invite(call).await }))
}

/// Reading and writing.
#[wasm_split(mail, fallible)]
pub(crate) fn mail(worker: Rc<Worker>, call: Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.mail(call).await }))
}

/// Attachments, in and out.
#[wasm_split(mail, fallible)]
pub(crate) fn files(worker: Rc<Worker>, call: Call, object: JsValue) -> Later<Outcome> {
    Ok(Box::pin(async move { worker.files(call, object).await }))
}

/// Loads what reading and writing needs, so that it is there when somebody has signed in.
#[wasm_split(mail, fallible)]
pub(crate) fn load_mail() -> Result<(), NotLoaded> {
    Ok(())
}

/// Recovery code and forgotten passwords.
#[wasm_split(account, fallible)]
pub(crate) fn recovery(worker: Rc<Worker>, call: recovery::Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.recovery(call).await }))
}

/// Second factor and sessions.
#[wasm_split(account, fallible)]
pub(crate) fn security(worker: Rc<Worker>, call: security::Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.security(call).await }))
}

/// Address book and preferences.
#[wasm_split(account, fallible)]
pub(crate) fn contacts(worker: Rc<Worker>, call: contacts::Call) -> Later<Answered> {
    Ok(Box::pin(async move { worker.contacts(call).await }))
}

/// The search.
#[wasm_split(archive, fallible)]
pub(crate) fn search(worker: Rc<Worker>, call: search::Call) -> Result<Answered, NotLoaded> {
    Ok(worker.search(&call))
}

/// How strong a password is, from 0 to 4; `words` are what a guesser would try first. The word lists are larger than
/// all the rest.
#[wasm_split(meter, fallible)]
pub(crate) fn strength(password: &str, words: &[&str]) -> Result<u8, NotLoaded> {
    Ok(crypto_core::password::strength(password, words))
}

/// Mail as files.
#[wasm_split(archive, fallible)]
pub(crate) fn take_along(worker: Rc<Worker>, call: take_along::Call) -> Later<Outcome> {
    Ok(Box::pin(async move { worker.take_along(call).await }))
}
