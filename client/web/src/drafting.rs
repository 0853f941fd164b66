//! The draft that is being written: on the server for all devices, and on this one until it is there.
//!
//! * What nobody has written at yet is in this page alone, and ends when it is left.
//! * One draft after the other is begun or opened, and not before the one that is being sent or thrown away has ended.
//! * What is typed is sealed for the device at once, one sealing after the other, and saved on the server
//!   [`SAVE_AFTER`] later; then the device forgets it. So a page that is closed loses nothing.
//! * A save that another device forestalled becomes a second draft, and the person is told.
//! * Whatever ends a draft raises `generation`; a late answer of an earlier one changes nothing.
//! * A press of *Senden* that waits for an address is for the message as it was then: whatever changes or leaves it
//!   ends the waiting.

use crate::browser::device;
use crate::i18n::{compose, mailbox as texts};
use crate::portal::Portal;
use crate::state::draft::{DraftModel, Refused};
use crate::uploading;
use client_bridge::{Answer, Call, Draft, Failure, mailbox};
use crypto_core::wire::{AccountId, DraftId, ProblemCode};
use futures::channel::oneshot;
use futures::lock::Mutex;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

const SAVE_AFTER: Duration = Duration::from_secs(3);
/// When a save did not work.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(20);
/// Longer texts are not sealed for the device at each letter.
const SMALL_BYTES: usize = 64 * 1024;
const LARGE_KEPT_AFTER: Duration = Duration::from_millis(500);

thread_local! {
    static TIMER: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
    static WAITING: RefCell<Vec<oneshot::Sender<()>>> = RefCell::default();
    static TURN: Rc<Mutex<()>> = Rc::default();
}

/// What became of a draft that was sent.
pub(crate) struct Sent {
    /// Messages on their way.
    pub(crate) messages: usize,
    /// Why the draft goes on, if it does.
    pub(crate) remains: Option<Failure>,
}

/// Where what was typed is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Nothing was typed yet.
    Untouched,
    /// Being saved.
    Saving,
    /// On the server.
    Server,
    /// On this device, and why not on the server.
    Device(Failure),
}

/// The draft as signals.
#[derive(Clone, Copy)]
pub(crate) struct DraftStore {
    /// All of it.
    pub(crate) model: RwSignal<DraftModel>,
    /// Which; none before one is begun.
    pub(crate) id: RwSignal<Option<DraftId>>,
    /// It lost against another device.
    pub(crate) conflict: RwSignal<bool>,
    /// Where it is safe.
    pub(crate) safety: RwSignal<Safety>,
    /// Rises when the fields have to be filled anew.
    pub(crate) filled: RwSignal<u32>,
    /// Rises when it was thrown away, or ended elsewhere.
    pub(crate) gone: RwSignal<u32>,
    /// Files that there was no room for.
    pub(crate) refused: RwSignal<Vec<Refused>>,
    /// *Senden* waits until an address is looked up; `true`: as it is, without a question.
    pub(crate) pressed: RwSignal<Option<bool>>,
    /// It holds what an answer begins with, and nothing that the person did.
    untouched: StoredValue<bool>,
    /// Which draft it is, counted.
    pub(crate) generation: StoredValue<u32>,
    /// Counts changes, and those that are on the server.
    version: StoredValue<(u64, u64)>,
    keeping: StoredValue<bool>,
    saving: StoredValue<bool>,
    /// Another device wrote at it, and nobody has looked yet.
    newer: StoredValue<Option<DraftId>>,
    following: StoredValue<bool>,
    /// The server has a revision of it.
    stored: StoredValue<bool>,
    /// It is being sent or thrown away.
    ending: StoredValue<bool>,
}

impl DraftStore {
    /// None.
    pub(crate) fn new() -> Self {
        Self {
            model: RwSignal::new(DraftModel::default()),
            id: RwSignal::new(None),
            conflict: RwSignal::new(false),
            safety: RwSignal::new(Safety::Untouched),
            filled: RwSignal::new(0),
            gone: RwSignal::new(0),
            refused: RwSignal::new(Vec::new()),
            pressed: RwSignal::new(None),
            untouched: StoredValue::new(false),
            generation: StoredValue::new(0),
            version: StoredValue::new((0, 0)),
            keeping: StoredValue::new(false),
            saving: StoredValue::new(false),
            newer: StoredValue::new(None),
            following: StoredValue::new(false),
            stored: StoredValue::new(false),
            ending: StoredValue::new(false),
        }
    }

    /// Takes the draft out of the page. What server and device have of it stays.
    pub(crate) fn forget(self) {
        self.fill(None, DraftModel::default(), false);
    }

    fn fill(self, id: Option<DraftId>, model: DraftModel, conflict: bool) {
        self.generation.update_value(|generation| *generation = generation.wrapping_add(1));
        stop_timer();
        uploading::forget_files();
        self.version.set_value((0, 0));
        self.stored.set_value(false);
        self.ending.set_value(false);
        tell_waiting();
        self.untouched.set_value(false);
        self.refused.set(Vec::new());
        self.pressed.set(None);
        self.id.set(id);
        self.conflict.set(conflict);
        self.safety.set(Safety::Untouched);
        self.model.set(model);
        self.filled.update(|count| *count += 1);
    }

    /// Whether something was typed that the server does not have.
    fn is_dirty(self) -> bool {
        let (typed, saved) = self.version.get_value();
        typed != saved
    }

    /// Whether nobody has written at it yet.
    pub(crate) fn is_begun(self) -> bool {
        self.untouched.get_value()
            || !self.stored.get_value() && self.model.with_untracked(DraftModel::is_empty)
    }

    /// The person did something to it.
    pub(crate) fn touch(self) {
        self.untouched.set_value(false);
    }

    fn is_busy(self) -> bool {
        let files_come = self.model.with_untracked(DraftModel::lacks_files);
        self.saving.get_value() || self.ending.get_value() || self.is_dirty() || files_come
    }
}

fn tell_waiting() {
    for waiting in WAITING.take() {
        // Who waited may be gone.
        let _ = waiting.send(());
    }
}

fn stop_timer() {
    if let Some(timer) = TIMER.take() {
        timer.clear();
    }
}

impl Portal {
    fn account(self) -> Option<AccountId> {
        self.session.with_untracked(|session| session.as_ref().map(|it| it.account))
    }

    /// Begins a new draft; the one before is saved first. Answers its number.
    ///
    /// # Errors
    /// What the worker says; the draft before stays open.
    pub(crate) async fn begin_draft(self, draft: Draft) -> Result<DraftId, Failure> {
        let turn = TURN.with(Rc::clone);
        let _turn = turn.lock().await;
        self.leave_draft().await?;
        let Answer::Mailbox(mailbox::Answer::Begun { draft: id }) =
            self.ask(Call::Mailbox(mailbox::Call::NewDraft)).await?
        else {
            return Err(Failure::Internal);
        };
        let begun = draft != Draft::default();
        self.show_draft(id, draft, false);
        if begun {
            self.draft.untouched.set_value(true);
        }
        Ok(id)
    }

    /// Nobody writes at the open draft any more: saves it, or forgets it if it was only begun.
    pub(crate) fn close_draft(self) {
        if self.draft.untouched.get_value() && !self.draft.ending.get_value() {
            self.end_draft();
            // Its files are swept by the server if it does not hear of this.
            spawn_local(async move { drop(self.ask(Call::DropDraft).await) });
        } else {
            spawn_local(async move { drop(self.save_draft_now().await) });
        }
    }

    /// Opens a draft of the server, unless it is open already. `false`: it is there no more.
    ///
    /// # Errors
    /// What the worker says.
    pub(crate) async fn open_draft(self, id: DraftId) -> Result<bool, Failure> {
        let turn = TURN.with(Rc::clone);
        let _turn = turn.lock().await;
        self.while_busy(self.draft.ending).await;
        if self.draft.id.get_untracked() == Some(id) {
            return Ok(true);
        }
        self.leave_draft().await?;
        self.recover_drafts().await;
        self.load_draft(id).await
    }

    async fn load_draft(self, id: DraftId) -> Result<bool, Failure> {
        match self.ask(Call::Mailbox(mailbox::Call::OpenDraft { draft: id })).await {
            Ok(Answer::Mailbox(mailbox::Answer::Opened { draft, conflict, missing, .. })) => {
                self.show_stored(id, draft, conflict, missing);
                Ok(true)
            }
            Ok(_) => Err(Failure::Internal),
            Err(Failure::DraftGone) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Another device wrote at the open draft, perhaps again while that is fetched. What is typed here meanwhile is not
    /// written over: it becomes a second draft when it is saved.
    async fn follow_draft(self) {
        if self.draft.following.get_value() {
            return;
        }
        self.draft.following.set_value(true);
        while let Some(id) = self.draft.newer.try_update_value(Option::take).flatten() {
            let generation = self.draft.generation.get_value();
            let answer = self.ask(Call::Mailbox(mailbox::Call::LookAtDraft { draft: id })).await;
            if generation != self.draft.generation.get_value() || self.draft.is_busy() {
                continue;
            }
            // What cannot be read now is seen when this is saved.
            if let Ok(Answer::Mailbox(mailbox::Answer::Opened { draft, revision, conflict, missing })) =
                answer
            {
                self.show_stored(id, draft, conflict, missing);
                self.say(texts::CHANGED_ELSEWHERE);
                // Asked before anything more can be typed.
                drop(self.ask(Call::Mailbox(mailbox::Call::GoOnWithDraft { draft: id, revision })).await);
            }
        }
        self.draft.following.set_value(false);
    }

    fn show_stored(self, id: DraftId, draft: Draft, conflict: bool, missing: usize) {
        self.show_draft(id, draft, conflict);
        self.draft.stored.set_value(true);
        self.draft.safety.set(Safety::Server);
        if missing > 0 {
            let count = missing.to_string();
            self.toast(texts::ATTACHMENTS_MISSING.fill(self.i18n.0.get_untracked(), &[("n", &count)]));
        }
    }

    /// Fills the page with a draft and looks its recipients up.
    fn show_draft(self, id: DraftId, draft: Draft, conflict: bool) {
        let model = DraftModel::open(draft, || self.next_number());
        let addresses: Vec<_> = model.to.iter().map(|addressee| addressee.address.clone()).collect();
        self.draft.fill(Some(id), model, conflict);
        for address in addresses {
            self.look_up(address);
        }
    }

    /// Saves the open draft before another one takes its place; an empty one is thrown away.
    ///
    /// # Errors
    /// [`Failure::Cancelled`] while an upload is under way; what the worker says.
    pub(crate) async fn leave_draft(self) -> Result<(), Failure> {
        loop {
            self.while_busy(self.draft.ending).await;
            if self.draft.id.get_untracked().is_none() {
                return Ok(());
            }
            if self.draft.model.with_untracked(|model| model.under_way().is_some()) {
                self.say(texts::WAIT_FOR_UPLOAD);
                return Err(Failure::Cancelled);
            }
            if self.draft.untouched.get_value() {
                self.end_draft();
                // Asked before anything else is begun. Its files are swept by the server if it does not hear of this.
                let _ = self.ask(Call::DropDraft).await;
            } else if self.draft.model.with_untracked(DraftModel::is_empty) {
                if self.draft.stored.get_value() {
                    // Where that does not work it stays under drafts.
                    let _ = self.drop_draft().await;
                }
            } else if self.save_draft_now().await.is_err() && !self.is_on_device() {
                return Err(Failure::DraftGone);
            }
            // While it was saved, it may have begun to be sent: that ends first.
            if !self.draft.ending.get_value() {
                return Ok(());
            }
        }
    }

    fn is_on_device(self) -> bool {
        let id = self.draft.id.get_untracked();
        self.account().zip(id).is_some_and(|(account, id)| device::draft(account, id).is_some())
    }

    /// Saves what this device kept and the server does not have.
    pub(crate) async fn recover_drafts(self) {
        let Some(account) = self.account() else { return };
        for (key, sealed) in device::drafts(account) {
            let open = self.draft.id.get_untracked();
            if open.is_some_and(|open| key.ends_with(&open.to_string())) {
                continue;
            }
            let call = mailbox::Call::RecoverDraft { sealed: sealed.clone() };
            match self.ask(Call::Mailbox(call)).await {
                Ok(Answer::Mailbox(mailbox::Answer::Saved { conflict, .. })) => {
                    device::forget_draft(&key, &sealed);
                    self.say(if conflict { texts::CONFLICT_TOAST } else { texts::RECOVERED });
                }
                // Sealed with keys that are no more.
                Err(Failure::DraftGone) => {
                    device::forget_draft(&key, &sealed);
                    self.say(texts::DEVICE_DRAFT_GONE);
                }
                _ => return,
            }
        }
    }

    /// What the person does to the draft.
    pub(crate) fn edit(self, change: impl FnOnce(&mut DraftModel)) {
        self.draft.touch();
        self.change(change);
    }

    /// Changes the draft; if somebody has written at it, keeps it at once on the device and soon on the server.
    pub(crate) fn change(self, change: impl FnOnce(&mut DraftModel)) {
        self.end_waiting();
        self.draft.model.update(change);
        self.draft.version.update_value(|(typed, _)| *typed += 1);
        if self.draft.untouched.get_value() {
            return;
        }
        spawn_local(self.keep_draft());
        if !matches!(self.draft.safety.get_untracked(), Safety::Device(_)) {
            self.draft.safety.set(Safety::Saving);
        }
        self.save_draft_after(SAVE_AFTER);
    }

    /// *Senden* has to be pressed anew if it waits, and the person is told.
    pub(crate) fn end_waiting(self) {
        if self.draft.pressed.get_untracked().is_some() {
            self.draft.pressed.set(None);
            self.say(compose::NOT_SENT_YET);
        }
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

    /// Seals the draft for the device until the device has the last change.
    pub(crate) async fn keep_draft(self) {
        if self.draft.keeping.get_value() {
            return;
        }
        self.draft.keeping.set_value(true);
        while let Some((account, id)) = self.account().zip(self.draft.id.get_untracked()) {
            let ((typed, _), generation) =
                (self.draft.version.get_value(), self.draft.generation.get_value());
            if !self.draft.is_dirty() || self.draft.untouched.get_value() {
                break;
            }
            let draft = self.draft.model.with_untracked(DraftModel::to_wire);
            let large = draft.text.len() > SMALL_BYTES;
            let Ok(Answer::Draft { sealed }) = self.ask(Call::KeepDraft { draft }).await else { break };
            if generation != self.draft.generation.get_value() {
                continue;
            }
            if self.draft.is_dirty() && self.draft.id.get_untracked() == Some(id) {
                device::keep_draft(account, id, &sealed);
            }
            if self.draft.version.get_value().0 == typed {
                break;
            }
            if large {
                pause(LARGE_KEPT_AFTER).await;
            }
        }
        self.draft.keeping.set_value(false);
    }

    fn save_draft_after(self, delay: Duration) {
        let waiting = TIMER.take();
        if waiting.is_some() {
            TIMER.set(waiting);
            return;
        }
        let save = move || {
            TIMER.set(None);
            spawn_local(async move { drop(self.save_draft_now().await) });
        };
        // Without a timer the next change, or leaving the page, saves it.
        TIMER.set(set_timeout_with_handle(save, delay).ok());
    }

    /// Waits while the draft is being saved, or sent or thrown away.
    async fn while_busy(self, with: StoredValue<bool>) {
        while with.get_value() {
            let (done, wait) = oneshot::channel();
            WAITING.with_borrow_mut(|waiting| waiting.push(done));
            // Whoever is busy tells everybody at its end.
            let _ = wait.await;
        }
    }

    /// Saves the draft on the server, if there is something to save.
    ///
    /// # Errors
    /// What the worker says; the device has it.
    pub(crate) async fn save_draft_now(self) -> Result<(), Failure> {
        self.while_busy(self.draft.saving).await;
        stop_timer();
        let Some((account, id)) = self.account().zip(self.draft.id.get_untracked()) else { return Ok(()) };
        let nothing_yet =
            !self.draft.stored.get_value() && self.draft.model.with_untracked(DraftModel::is_empty);
        let begun_alone = nothing_yet || self.draft.untouched.get_value();
        if begun_alone || !self.draft.is_dirty() || self.draft.ending.get_value() {
            return Ok(());
        }
        self.draft.saving.set_value(true);
        let generation = self.draft.generation.get_value();
        let (typed, _) = self.draft.version.get_value();
        let draft = self.draft.model.with_untracked(DraftModel::to_wire);
        let answer = self.ask(Call::Mailbox(mailbox::Call::SaveDraft { draft })).await;
        self.draft.saving.set_value(false);
        tell_waiting();
        if generation != self.draft.generation.get_value() {
            return Ok(());
        }
        match answer {
            Ok(Answer::Mailbox(mailbox::Answer::Saved { draft, conflict })) => {
                self.saved(account, id, draft, conflict, typed);
                Ok(())
            }
            Ok(_) => Err(Failure::Internal),
            Err(failure) => {
                self.draft.safety.set(Safety::Device(failure.clone()));
                if failure == Failure::Offline {
                    self.save_draft_after(TRY_AGAIN_AFTER);
                }
                Err(failure)
            }
        }
    }

    fn saved(self, account: AccountId, before: DraftId, now: DraftId, conflict: bool, typed: u64) {
        self.draft.stored.set_value(true);
        self.draft.version.update_value(|(_, saved)| *saved = typed);
        device::drop_draft(account, before);
        if conflict {
            self.end_waiting();
            self.draft.id.set(Some(now));
            self.draft.conflict.set(true);
            self.say(texts::CONFLICT_TOAST);
        }
        if self.draft.is_dirty() {
            spawn_local(self.keep_draft());
            self.save_draft_after(SAVE_AFTER);
        } else {
            self.draft.safety.set(Safety::Server);
        }
    }

    /// A draft was saved or thrown away, here or elsewhere; `newer`: elsewhere.
    pub(crate) fn draft_changed(self, draft: DraftId, there: bool, newer: bool) {
        self.draft_changes.update(|count| *count += 1);
        let open = self.draft.id.get_untracked() == Some(draft) && self.draft.stored.get_value();
        if !open || self.draft.is_busy() {
            return;
        }
        if !there {
            self.draft.forget();
            self.draft.gone.update(|count| *count += 1);
            self.say(texts::GONE_ELSEWHERE);
        } else if newer {
            self.look_at_open_draft();
        }
    }

    /// Takes up what another device wrote at the open draft, if nothing was typed here since it was saved.
    pub(crate) fn look_at_open_draft(self) {
        if self.draft.stored.get_value() && !self.draft.is_busy() {
            self.draft.newer.set_value(self.draft.id.get_untracked());
            spawn_local(self.follow_draft());
        }
    }

    /// Throws the draft away, its uploads included. `false`: it has ended otherwise, and the person knows.
    ///
    /// # Errors
    /// What the worker says; it goes on.
    pub(crate) async fn drop_draft(self) -> Result<bool, Failure> {
        let generation = self.draft.generation.get_value();
        self.draft.ending.set_value(true);
        // Its answer says which revision there is to throw away.
        self.while_busy(self.draft.saving).await;
        let key = self.account().zip(self.draft.id.get_untracked());
        let under_way = self.draft.model.with_untracked(DraftModel::under_way);
        if let Some(ticket) = under_way {
            // It ends with the draft in any case.
            let _ = self.ask(Call::CancelAttach { ticket }).await;
        }
        let dropped = self.ask(Call::DropDraft).await;
        if generation != self.draft.generation.get_value() {
            // Nobody is signed in any more; what is thrown away does not come back from this device.
            if let (Ok(_), Some((account, id))) = (dropped, key) {
                device::drop_draft(account, id);
            }
            return Ok(false);
        }
        match dropped {
            Ok(_) => {
                self.end_draft();
                Ok(true)
            }
            Err(Failure::Problem { code: ProblemCode::DraftStale, .. }) => {
                self.end_draft();
                self.say(texts::KEPT_ELSEWHERE);
                Ok(false)
            }
            Err(failure) => {
                self.goes_on();
                Err(failure)
            }
        }
    }

    /// The draft was neither sent nor thrown away.
    fn goes_on(self) {
        self.draft.ending.set_value(false);
        tell_waiting();
        if self.draft.is_dirty() && !self.draft.untouched.get_value() {
            self.save_draft_after(SAVE_AFTER);
        }
    }

    fn end_draft(self) {
        if let Some((account, id)) = self.account().zip(self.draft.id.get_untracked()) {
            device::drop_draft(account, id);
        }
        self.draft.forget();
    }

    /// Sends the draft as it stands and ends it; if some recipients remain, it goes on with them.
    ///
    /// # Errors
    /// What the worker says if nothing left; the draft stays.
    pub(crate) async fn send_draft(self) -> Result<Sent, Failure> {
        let before = self.draft.id.get_untracked();
        // What cannot be saved as a draft can be sent all the same.
        let _ = self.save_draft_now().await;
        if self.draft.id.get_untracked() != before {
            // The person looks first which of the two is to be sent.
            return Err(Failure::Problem { code: ProblemCode::DraftStale, retry_after_seconds: None });
        }
        let draft = self.draft.model.with_untracked(DraftModel::to_wire);
        self.draft.ending.set_value(true);
        let generation = self.draft.generation.get_value();
        let answer = self.ask(Call::Send { draft }).await;
        if generation != self.draft.generation.get_value() {
            // Nobody is signed in any more.
            return Err(Failure::Cancelled);
        }
        if let Ok(Answer::Sent { messages, unsent, failure: None }) = &answer
            && unsent.is_empty()
        {
            self.end_draft();
            return Ok(Sent { messages: messages.len(), remains: None });
        }
        self.goes_on();
        match answer? {
            Answer::Sent { messages, unsent, failure } => {
                self.edit(|model| model.to.retain(|addressee| unsent.contains(&addressee.address)));
                Ok(Sent { messages: messages.len(), remains: Some(failure.unwrap_or(Failure::Internal)) })
            }
            _ => Err(Failure::Internal),
        }
    }
}

async fn pause(duration: Duration) {
    let (done, wait) = oneshot::channel();
    let tell = move || {
        let _ = done.send(());
    };
    set_timeout(tell, duration);
    // A page without timers does not wait.
    let _ = wait.await;
}
