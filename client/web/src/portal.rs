//! The state of the whole page as signals, and what happens to it: start, sign-in, sign-out, notices.
//!
//! * While `session` is `None` no view of a mailbox exists, and nothing of one is left in a signal.
//! * The worker of a session that ended elsewhere is ended too, so that its keys are gone.

use crate::browser::{device, dom, tabs, worker};
use crate::drafting::DraftStore;
use crate::i18n::{I18n, Text, mail, staff};
use crate::state::contacts::name;
use crate::state::failure::{self, ends_session};
use crate::state::people;
use crate::state::route::{HOME, WELCOME, code_first};
use client_bridge::contacts::Book;
use client_bridge::mailbox::Usage;
use client_bridge::search::Coverage;
use client_bridge::{Answer, Call, Failure, Notice, Person, Row, Session};
use crypto_core::wire::api::{Folder, Language, Limits, Rules, Texts};
use crypto_core::wire::{AccountId, MessageId};
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;
use std::future::ready;
use std::rc::Rc;
use std::time::Duration;

const TOAST_FOR: Duration = Duration::from_secs(8);
/// A notice that offers something; the same stands on a page, too.
const OFFER_FOR: Duration = Duration::from_secs(30);
/// Passing notices shown at once.
const TOASTS: usize = 2;
const MIB: u64 = 1024 * 1024;

/// How far the page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The worker is on its way, and nobody knows whether somebody is signed in.
    Starting,
    /// The worker is on its way, and nobody is signed in: the start page can be used already.
    Greeting,
    /// Everything can be used.
    Ready,
    /// It did not start.
    Failed(Failure),
}

/// What stands above pages until it is dealt with, or put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is no recovery code yet.
    NoCode,
    /// The initial password still works.
    InitialPassword,
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Departure {
    /// By the button.
    SignedOut,
    /// By the button, but the server could not be told.
    SignedOutHere,
    /// Idle, or ended by the server.
    SessionOver,
    /// In another tab.
    Elsewhere,
    /// A page that needs a session was asked for.
    NeverSignedIn,
    /// A new password was set, to sign in with.
    PasswordReplaced,
}

/// A passing notice.
#[derive(Clone)]
pub(crate) struct Toast {
    /// Unique.
    pub(crate) id: u32,
    /// In the language of the moment.
    pub(crate) text: String,
    /// What it is about.
    pub(crate) about: About,
}

/// What a passing notice is about.
#[derive(Clone)]
pub(crate) enum About {
    /// Something that holds whatever else is done.
    Anything,
    /// What the person did last.
    LastAct,
    /// Messages that were deleted.
    Deleted {
        /// Which.
        messages: Vec<MessageId>,
        /// Brings them back.
        undo: Callback<()>,
    },
}

/// An initial password, seen once.
#[derive(Clone)]
pub(crate) struct InitialPassword {
    /// Of the invited.
    pub(crate) address: String,
    /// To pass on.
    pub(crate) password: String,
    /// Of the letter.
    pub(crate) language: Language,
    /// In the place of a lost one.
    pub(crate) again: bool,
}

/// What the print area shows.
#[derive(Clone)]
pub(crate) enum PrintJob {
    /// The letter with an initial password.
    Letter(InitialPassword),
    /// The organisation's key.
    RootCopy(String),
    /// The own recovery code.
    RecoveryCode(String),
    /// Backup codes of a second factor.
    BackupCodes(Vec<String>),
}

/// What was loaded of a folder.
#[derive(Clone, Default)]
pub(crate) struct Listed {
    /// Newest first.
    pub(crate) rows: Vec<Row>,
    /// Where older ones begin.
    pub(crate) next: Option<String>,
}

/// All of it. A handle: copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Portal {
    /// Texts.
    pub(crate) i18n: I18n,
    /// How far.
    pub(crate) phase: RwSignal<Phase>,
    /// Its name; none before the set-up.
    pub(crate) organisation: RwSignal<Option<String>>,
    /// The portal's numbers.
    pub(crate) limits: RwSignal<Limits>,
    /// What the organisation says of itself.
    pub(crate) texts: RwSignal<Texts>,
    /// Who is signed in.
    pub(crate) session: RwSignal<Option<Session>>,
    /// Why nobody is.
    pub(crate) departure: RwSignal<Option<Departure>>,
    /// Whose session was over; nobody's who signed out.
    pub(crate) last_address: RwSignal<String>,
    /// Where to go after the next sign-in.
    pub(crate) return_to: RwSignal<Option<String>>,
    /// Passing notices.
    pub(crate) toasts: RwSignal<Vec<Toast>>,
    /// Bytes done and in all, by ticket.
    pub(crate) progress: RwSignal<HashMap<u32, (u64, u64)>>,
    /// The page has changed and its heading is to take the focus.
    pub(crate) awaits_heading: RwSignal<bool>,
    /// Counts new mail, by folder.
    pub(crate) arrivals: RwSignal<(u32, u32)>,
    /// How much is stored, and how much of the inbox unread; none until the server told.
    pub(crate) usage: RwSignal<Option<Usage>>,
    /// Folders that were looked at: they are shown at once, and while the server cannot be asked.
    pub(crate) listed: RwSignal<HashMap<Folder, Listed>>,
    /// How much a search covers by now.
    pub(crate) coverage: RwSignal<Option<Coverage>>,
    /// The address book, as far as it is loaded.
    pub(crate) book: RwSignal<Option<Book>>,
    /// Counts changes of the bin.
    pub(crate) bin_changes: RwSignal<u32>,
    /// Counts changes of drafts.
    pub(crate) draft_changes: RwSignal<u32>,
    /// The words of the search; they stay while one reads.
    pub(crate) query: RwSignal<String>,
    /// Counts changes of contacts.
    pub(crate) contact_changes: RwSignal<u32>,
    /// Counts how often there was a connection again.
    pub(crate) back: RwSignal<u32>,
    /// The server can tell what is new.
    pub(crate) news_come: RwSignal<bool>,
    /// Counts what the person does in other tabs.
    pub(crate) activity_elsewhere: RwSignal<u32>,
    /// The recovery code was put off for this time.
    pub(crate) code_put_off: RwSignal<bool>,
    /// Standing notices that were put away until the next sign-in.
    pub(crate) put_away: RwSignal<Vec<Standing>>,
    /// The portal's rules as somebody changed them and did not save them yet.
    pub(crate) unsaved_rules: RwSignal<Option<Rules>>,
    /// Shown until it is passed on.
    pub(crate) initial: RwSignal<Option<InitialPassword>>,
    /// Something is on the page that is shown only this once and not yet said to be kept.
    pub(crate) seen_once: RwSignal<bool>,
    /// In the print area.
    pub(crate) print: RwSignal<Option<PrintJob>>,
    /// The message being written.
    pub(crate) draft: DraftStore,
    last_number: StoredValue<u32>,
    /// Dropped when the page has started, or has failed to.
    wait_for_start: StoredValue<Vec<oneshot::Sender<()>>>,
}

/// The portal of the page.
pub(crate) fn use_portal() -> Portal {
    expect_context()
}

impl Portal {
    /// Before anything is known.
    pub(crate) fn new() -> Self {
        let language = device::language().or_else(device::preferred_language).unwrap_or_default();
        dom::set_language(language);
        Self {
            i18n: I18n(RwSignal::new(language)),
            phase: RwSignal::new(Phase::Starting),
            organisation: RwSignal::new(None),
            limits: RwSignal::new(usual_limits()),
            texts: RwSignal::new(Texts::default()),
            session: RwSignal::new(None),
            departure: RwSignal::new(None),
            last_address: RwSignal::new(String::new()),
            return_to: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            progress: RwSignal::new(HashMap::new()),
            awaits_heading: RwSignal::new(false),
            arrivals: RwSignal::new((0, 0)),
            usage: RwSignal::new(None),
            listed: RwSignal::new(HashMap::new()),
            coverage: RwSignal::new(None),
            book: RwSignal::new(None),
            bin_changes: RwSignal::new(0),
            draft_changes: RwSignal::new(0),
            query: RwSignal::new(String::new()),
            contact_changes: RwSignal::new(0),
            back: RwSignal::new(0),
            news_come: RwSignal::new(true),
            activity_elsewhere: RwSignal::new(0),
            code_put_off: RwSignal::new(false),
            put_away: RwSignal::new(Vec::new()),
            unsaved_rules: RwSignal::new(None),
            initial: RwSignal::new(None),
            seen_once: RwSignal::new(false),
            print: RwSignal::new(None),
            draft: DraftStore::new(),
            last_number: StoredValue::new(0),
            wait_for_start: StoredValue::new(Vec::new()),
        }
    }

    /// A number that this page has not used yet: of a ticket or a notice.
    pub(crate) fn next_number(self) -> u32 {
        self.last_number.update_value(|number| *number = number.wrapping_add(1));
        self.last_number.get_value()
    }

    /// Starts the worker and resumes a session if there is one.
    pub(crate) async fn start(self) {
        self.phase.set(Phase::Starting);
        tabs::listen(move |word| self.hear(word));
        let resume = async {
            let resume = match device::resume() {
                Some(resume) => Some(resume),
                None => tabs::ask().await,
            };
            if resume.is_none() && self.is_starting() {
                self.phase.set(Phase::Greeting);
            }
            resume
        };
        self.start_worker(resume).await;
    }

    /// Waits until everything can be used. `false`: it did not start.
    pub(crate) async fn started(self) -> bool {
        if self.is_starting() {
            let (sender, started) = oneshot::channel();
            self.wait_for_start.update_value(|all| all.push(sender));
            // It comes by being dropped.
            let _ = started.await;
        }
        self.phase.get_untracked() == Phase::Ready
    }

    fn is_starting(self) -> bool {
        matches!(self.phase.get_untracked(), Phase::Starting | Phase::Greeting)
    }

    async fn start_worker(self, resume: impl Future<Output = Option<String>>) {
        let (started, resume) =
            futures::join!(worker::start(Rc::new(move |notice| self.notice(notice))), resume);
        let answer = match started {
            Ok(()) => {
                let (seen, seen_settings) = (device::seen(), device::seen_settings());
                worker::call(Call::Start { resume, seen, seen_settings }).await
            }
            Err(failure) => Err(failure),
        };
        match answer {
            Ok(Answer::Started { organisation, limits, texts, session }) => {
                self.organisation.set(organisation);
                self.limits.set(limits);
                self.texts.set(*texts);
                match session {
                    Some(session) => self.enter(session),
                    None => device::keep_resume(None),
                }
                self.phase.set(Phase::Ready);
            }
            Ok(_) => self.phase.set(Phase::Failed(Failure::Internal)),
            Err(failure) => self.phase.set(Phase::Failed(failure)),
        }
        self.wait_for_start.set_value(Vec::new());
    }

    /// Asks the worker; a session that is over shows.
    ///
    /// # Errors
    /// What the worker says.
    pub(crate) async fn ask(self, call: Call) -> Result<Answer, Failure> {
        let answer = worker::call(call).await;
        if let Err(failure) = &answer {
            self.heed(failure);
        }
        answer
    }

    /// Leaves if a failure says that the session is over.
    pub(crate) fn heed(self, failure: &Failure) {
        if ends_session(failure) {
            self.leave(Departure::SessionOver);
        }
        if let Some(duty) = failure::duty(failure) {
            self.session.update(|session| {
                if let Some(session) = session {
                    session.duty = Some(duty);
                }
            });
        }
    }

    /// Somebody is signed in, or their session has changed.
    pub(crate) fn enter(self, session: Session) {
        if device::resume().as_ref() != Some(&session.resume) {
            device::keep_resume(Some(&session.resume));
            tabs::tell_session(&session);
        }
        // Whoever reads this page already is not spoken to in another language all of a sudden.
        if device::language().or_else(device::preferred_language).is_none() {
            self.show_language(session.language);
        }
        self.departure.set(None);
        self.session.set(Some(session));
        spawn_local(self.recover_drafts());
    }

    /// Signs out, here and in the other tabs.
    pub(crate) async fn sign_out(self) {
        self.sign_out_as(Departure::SignedOut).await;
    }

    /// Signs out for a reason.
    pub(crate) async fn sign_out_as(self, why: Departure) {
        // What the server does not take stays on the device.
        let _ = self.save_draft_now().await;
        if why == Departure::SignedOut {
            // Before the server tells them that the session is over, for a reason that it does not know.
            tabs::tell(&tabs::Word::SignedOut);
        }
        // Without network the session ends by its time; the keys here are gone at once.
        let signed_out = worker::call(Call::SignOut).await;
        self.leave(why);
        if signed_out.is_err() {
            if why == Departure::SignedOut {
                self.departure.set(Some(Departure::SignedOutHere));
            }
            self.start_worker(ready(None)).await;
        }
    }

    /// Nobody is signed in any more.
    pub(crate) fn leave(self, why: Departure) {
        if self.session.with_untracked(Option::is_none) {
            return;
        }
        device::keep_resume(None);
        let address = self.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone()));
        let is_over = why == Departure::SessionOver;
        self.last_address.set(address.filter(|_| is_over).unwrap_or_default());
        self.departure.set(Some(why));
        self.initial.set(None);
        self.print.set(None);
        self.put_away.set(Vec::new());
        self.unsaved_rules.set(None);
        self.news_come.set(true);
        self.coverage.set(None);
        self.query.set(String::new());
        self.book.set(None);
        self.usage.set(None);
        self.progress.set(HashMap::new());
        self.session.set(None);
        // Not before: a list that goes away keeps what it shows while there is a session.
        self.listed.set(HashMap::new());
        self.draft.forget();
    }

    /// Switches the language and remembers it.
    pub(crate) fn choose_language(self, language: Language) {
        device::keep_language(language);
        self.show_language(language);
    }

    /// Switches the language of this tab.
    pub(crate) fn show_language(self, language: Language) {
        dom::set_language(language);
        self.i18n.0.set(language);
    }

    /// Where a person goes who has done what was to be done: to the mailbox, or first to the recovery code.
    pub(crate) fn home(self) -> &'static str {
        let put_off = self.code_put_off.get();
        let code = self.session.with(|it| {
            it.as_ref()
                .is_some_and(|it| !it.recovery_code && code_first(HOME, it.role, it.first_sign_in, put_off))
        });
        if code { WELCOME } else { HOME }
    }

    /// Shows and announces a passing notice.
    pub(crate) fn toast(self, text: String) {
        self.notify(text, About::Anything, TOAST_FOR);
    }

    /// A passing notice of what was done last.
    pub(crate) fn say(self, text: Text) {
        self.tell(text.in_language(self.i18n.0.get_untracked()).into());
    }

    /// As [`Portal::say()`], with values.
    pub(crate) fn tell(self, text: String) {
        self.notify(text, About::LastAct, TOAST_FOR);
    }

    /// That messages were deleted, longer there than others, with a way to have them back.
    pub(crate) fn offer_undo(self, text: String, messages: Vec<MessageId>, undo: Callback<()>) {
        self.notify(text, About::Deleted { messages, undo }, OFFER_FOR);
    }

    /// Messages are back: there is nothing to undo any more.
    pub(crate) fn withdraw_undo(self, back: &[MessageId]) {
        let is_back = |toast: &Toast| matches!(&toast.about, About::Deleted { messages, .. } if messages.iter().all(|it| back.contains(it)));
        self.toasts.update(|toasts| toasts.retain(|toast| !is_back(toast)));
    }

    fn notify(self, text: String, about: About, shown_for: Duration) {
        let id = self.next_number();
        // Said once more it stands there once, and what was done before is not what was done last.
        let of_last_act = !matches!(about, About::Anything);
        let is_past = |toast: &Toast| match toast.about {
            About::Anything => toast.text == text,
            About::LastAct => toast.text == text || of_last_act,
            About::Deleted { .. } => false,
        };
        self.toasts.update(|toasts| {
            toasts.retain(|toast| !is_past(toast));
            // More of them would lie over what the person is doing; each was announced when it came.
            let surplus = (toasts.len() + 1).saturating_sub(TOASTS);
            toasts.drain(..surplus.min(toasts.len()));
            toasts.push(Toast { id, text: text.clone(), about });
        });
        set_timeout(move || self.dismiss(id), shown_for);
    }

    /// Takes a notice away.
    pub(crate) fn dismiss(self, id: u32) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    fn notice(self, notice: Notice) {
        match notice {
            Notice::Progress { ticket, done, total } => self.advance(ticket, done, total),
            Notice::Changed { folder } => self.changed(folder),
            Notice::News { comes } => self.hear_news(comes),
            Notice::DraftsChanged { draft, there, newer } => self.draft_changed(draft, there, newer),
            Notice::NewMail { folder: Folder::Inbox } => {
                self.arrivals.update(|(inbox, _)| *inbox += 1);
                self.say(mail::NEW_MAIL);
            }
            Notice::NewMail { folder } => self.changed(folder),
            Notice::ContactChanged { keys_of } => {
                self.contact_changes.update(|count| *count += 1);
                self.say_whose_keys_changed(keys_of);
            }
            Notice::Resume { resume } => self.keep_resume(resume),
            Notice::Seen { account, revision } => device::keep_seen(account, revision),
            Notice::SettingsSeen { account, revision } => device::keep_seen_settings(account, revision),
            Notice::Searchable(coverage) => self.coverage.set(Some(coverage)),
            Notice::SignedOut => self.leave(Departure::SessionOver),
        }
    }

    /// Does something each time there is a connection again.
    pub(crate) fn when_back(self, act: impl Fn() + 'static) {
        Effect::new(move |before: Option<u32>| {
            let now = self.back.get();
            if before.is_some_and(|before| before != now) {
                untrack(&act);
            }
            now
        });
    }

    /// What was told to nobody while no news came is looked for.
    fn hear_news(self, comes: bool) {
        if self.session.with_untracked(Option::is_none) || self.news_come.get_untracked() == comes {
            return;
        }
        self.news_come.set(comes);
        if comes {
            self.back.update(|count| *count += 1);
            for folder in [Folder::Inbox, Folder::Sent, Folder::Bin] {
                self.changed(folder);
            }
            self.draft_changes.update(|count| *count += 1);
            self.contact_changes.update(|count| *count += 1);
            self.look_at_open_draft();
        }
    }

    /// Of whom the address book knows.
    fn say_whose_keys_changed(self, account: Option<AccountId>) {
        let name = self.book.with_untracked(|book| {
            let people = &book.as_ref()?.people;
            people
                .iter()
                .find(|card| account.is_some() && card.account == account)
                .map(|it| name(it).to_owned())
        });
        if let Some(person) = name {
            self.toast(staff::KEYS_RENEWED.fill(self.i18n.0.get_untracked(), &[("person", &person)]));
        }
    }

    /// The name of an address book, if there is one, else [`people::short`].
    pub(crate) fn called(self, person: &Person) -> String {
        let own = self.book.with(|book| {
            let card = book.as_ref()?.people.iter().find(|card| card.address == person.address)?;
            card.own_name.clone()
        });
        own.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| people::short(person))
    }

    /// The list of a folder looks again.
    pub(crate) fn changed(self, folder: Folder) {
        match folder {
            Folder::Inbox => self.arrivals.update(|(inbox, _)| *inbox += 1),
            Folder::Sent => self.arrivals.update(|(_, sent)| *sent += 1),
            Folder::Bin => self.bin_changes.update(|count| *count += 1),
        }
    }

    /// Shows progress by the percent: more would only cost time.
    fn advance(self, ticket: u32, done: u64, total: u64) {
        let percent = |done: u64| done.saturating_mul(100) / total.max(1);
        let before = self.progress.with_untracked(|progress| progress.get(&ticket).copied());
        if before.is_none_or(|(before, of)| of != total || percent(before) != percent(done)) {
            self.progress.update(|progress| {
                progress.insert(ticket, (done, total));
            });
        }
    }

    fn keep_resume(self, resume: String) {
        device::keep_resume(Some(&resume));
        self.session.update(|session| {
            if let Some(session) = session {
                session.resume = resume;
                tabs::tell_session(session);
            }
        });
    }

    fn hear(self, word: tabs::Word) {
        let session = self.session.get_untracked();
        match (word, session) {
            (tabs::Word::Ask, Some(session)) => tabs::tell_session(&session),
            (tabs::Word::SignedOut, Some(_)) => self.end_elsewhere(),
            (tabs::Word::Resume { account, resume }, Some(session)) => {
                if account == session.account.to_string() {
                    device::keep_resume(Some(&resume));
                } else {
                    self.end_elsewhere();
                }
            }
            (tabs::Word::Active, _) => self.activity_elsewhere.update(|count| *count += 1),
            (_, None) => {}
        }
    }

    fn end_elsewhere(self) {
        worker::stop();
        self.leave(Departure::Elsewhere);
        spawn_local(self.start_worker(ready(None)));
    }
}

/// The numbers of the product, until the portal's own are known.
const fn usual_limits() -> Limits {
    Limits {
        message_bytes: 20 * MIB,
        attachments: 50,
        recipients: 20,
        retention_days: 60,
        inactivity_days: 365,
        bin_days: 7,
        idle_minutes: 15,
        initial_password_days: 30,
    }
}
