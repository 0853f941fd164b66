//! One call after the other from the page, done by the sdk.

use crate::browser::{BrowserFile, blob, notice, post};
use crate::events::Events;
use crate::{admin, convert, later, mailbox, recovery, security};
use base64ct::{Base64UrlUnpadded, Encoding};
use client_bridge::{Answer, Call, Command, Failure, FromWorker, Notice, Password, Recipient};
use client_sdk::web::Web;
use client_sdk::{Error, Invitee, Portal, RestoreAdministratorRequest, Saved, Session, SetUpRequest};
use crypto_core::certificate::Role;
use crypto_core::wire::api::Duty;
use crypto_core::wire::{AccountId, ProblemCode, shown_address};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// Progress is told when this much more is done, so that the page is not flooded.
const PROGRESS_STEP_BYTES: u64 = 256 * 1024;

/// What the worker knows: the portal, and the session while somebody is signed in.
pub(crate) struct Worker {
    portal: RefCell<Option<Rc<Portal<Web>>>>,
    session: RefCell<Option<Rc<Session<Web>>>>,
    pub(crate) events: RefCell<Option<Events>>,
    cancelled: RefCell<BTreeMap<u32, Rc<Cell<bool>>>>,
    pub(crate) indexing: Cell<bool>,
    settings_told: Cell<Option<(AccountId, u64)>>,
    pub(crate) under_way: security::UnderWay,
    pub(crate) recovering: recovery::UnderWay,
}

pub(crate) type Outcome = Result<(Answer, Option<JsValue>), Failure>;

impl Worker {
    pub(crate) fn new() -> Self {
        Self {
            portal: RefCell::default(),
            session: RefCell::default(),
            events: RefCell::default(),
            cancelled: RefCell::default(),
            indexing: Cell::default(),
            settings_told: Cell::default(),
            under_way: security::UnderWay::default(),
            recovering: recovery::UnderWay::default(),
        }
    }

    /// Does a command and answers it.
    pub(crate) async fn handle(self: Rc<Self>, command: Command, object: JsValue) {
        let outcome = self.call(command.call, object).await;
        if let Err(Failure::Problem { code: ProblemCode::NotSignedIn, .. }) = &outcome {
            self.session_over();
        }
        self.tell_settings();
        let (result, object) = match outcome {
            Ok((answer, object)) => (Ok(answer), object),
            Err(failure) => (Err(failure), None),
        };
        post(&FromWorker::Reply { id: command.id, result: Box::new(result) }, object.as_ref());
    }

    /// Forgets the session's keys and tells the page.
    pub(crate) fn session_over(&self) {
        self.events.take();
        if self.session.take().is_some() {
            notice(Notice::SignedOut);
        }
    }

    /// Whether another device has saved a newer revision of the draft that is open here.
    pub(crate) fn is_newer(&self, draft: crypto_core::wire::DraftId, revision: Option<u64>) -> bool {
        let open = self.signed_in().ok().and_then(|session| session.open_revision(draft));
        open.zip(revision).is_some_and(|(open, revision)| revision > open)
    }

    /// Takes over the keys that another device has made.
    pub(crate) async fn refresh_keys(self: Rc<Self>) {
        let Ok(session) = self.signed_in() else { return };
        // Where it does not work, the next use of a key tries again.
        if matches!(session.refresh_keys().await, Ok(true)) {
            notice(Notice::Seen { account: session.account(), revision: session.revision() });
        }
    }

    async fn call(self: &Rc<Self>, call: Call, object: JsValue) -> Outcome {
        match call {
            Call::Attach { .. }
            | Call::SaveAttachment { .. }
            | Call::ShowAttachment { .. }
            | Call::SaveAllAttachments { .. } => later::files(Rc::clone(self), call, object).await?.await,
            Call::TakeAlong(call) => later::take_along(Rc::clone(self), call).await?.await,
            other => self.simple(other).await.map(|answer| (answer, None)).map_err(convert::failure),
        }
    }

    pub(crate) async fn files(&self, call: Call, object: JsValue) -> Outcome {
        match call {
            Call::Attach { ticket, other_bytes } => self.attach(ticket, other_bytes, object).await,
            Call::SaveAttachment { message, part, ticket } => {
                let saved = self.session()?.save_attachment(message, part, self.progress(ticket)).await;
                self.forget(ticket);
                file(saved.map_err(convert::file_failure))
            }
            Call::ShowAttachment { message, part, ticket } => {
                let shown = self.session()?.show_attachment(message, part, self.progress(ticket)).await;
                self.forget(ticket);
                file(shown.map_err(convert::file_failure))
            }
            Call::SaveAllAttachments { message, ticket } => {
                let saved = self.session()?.save_all_attachments(message, self.progress(ticket)).await;
                self.forget(ticket);
                file(saved.map_err(convert::file_failure))
            }
            // All others are done before.
            _ => Err(Failure::Input),
        }
    }

    async fn simple(self: &Rc<Self>, call: Call) -> Result<Answer, Error> {
        match call {
            Call::Start { resume, seen, seen_settings } => self.start(resume, seen, seen_settings).await,
            Call::Book(call) => later::contacts(Rc::clone(self), call).await?.await,
            Call::Recovery(call) => later::recovery(Rc::clone(self), call).await?.await,
            Call::Search(call) => later::search(Rc::clone(self), call).await?,
            Call::SetUp { .. } | Call::RestoreAdministrator { .. } => {
                later::set_up(Rc::clone(self), call).await?.await
            }
            Call::SignIn { address, password } => self.sign_in(&address, password).await,
            Call::Security(call) => later::security(Rc::clone(self), call).await?.await,
            Call::Admin(call) => later::admin(Rc::clone(self), call).await?.await,
            Call::SignOut => self.sign_out().await,
            Call::CheckPassword { password } => self.strength(&password).await.map(Answer::Strength),
            Call::SetPassword { password } => {
                let session = self.signed_in()?;
                let (info, name) = (session.info(), session.name().unwrap_or_default());
                self.take_password(&password.0, &[&info.address, &name]).await?;
                session.set_password(&password.0).await?;
                self.under_way.forget_password();
                Ok(Answer::Session(self.told(&session)))
            }
            Call::CancelAttach { ticket } => {
                if let Some(cancelled) = self.cancelled.borrow().get(&ticket) {
                    cancelled.set(true);
                }
                Ok(Answer::Done)
            }
            Call::Invite { .. } => later::invite(Rc::clone(self), call).await?.await,
            other => later::mail(Rc::clone(self), other).await?.await,
        }
    }

    pub(crate) async fn mail(&self, call: Call) -> Result<Answer, Error> {
        let session = self.signed_in()?;
        Ok(match call {
            Call::LookUp { address } => self.look_up(&address).await?,
            Call::Contacts => {
                Answer::Contacts(session.contacts().await?.into_iter().map(convert::contact).collect())
            }
            Call::Invitations => Answer::Invitations(
                session.invitations().await?.into_iter().map(convert::invitation).collect(),
            ),
            Call::Detach { part } => {
                session.detach(part).await;
                Answer::Done
            }
            Call::KeepDraft { draft } => {
                let sealed = session.keep_draft(&convert::draft_from(draft))?;
                Answer::Draft { sealed: Base64UrlUnpadded::encode_string(&sealed) }
            }
            Call::Mailbox(call) => mailbox::call(&session, call).await?,
            Call::DropDraft => {
                session.drop_draft().await?;
                Answer::Done
            }
            Call::Send { draft } => {
                let sent = session.send(&convert::draft_from(draft)).await?;
                let (unsent, failure) = match sent.unsent {
                    Some((unsent, error)) => {
                        let unsent = unsent.iter().map(|address| shown_address(address)).collect();
                        (unsent, Some(convert::failure(error)))
                    }
                    None => (Vec::new(), None),
                };
                Answer::Sent { messages: sent.messages, unsent, failure }
            }
            Call::List { folder, before } => {
                let page = session.list(folder, before.as_deref()).await?;
                Answer::Messages { rows: page.rows.into_iter().map(convert::row).collect(), next: page.next }
            }
            Call::Open { message } => {
                Answer::Message(Box::new(convert::message(session.open(message).await?)))
            }
            Call::Conversation { message } => {
                let rows = session.conversation(message).await?;
                Answer::Conversation(rows.into_iter().map(convert::row).collect())
            }
            // All others are done before.
            _ => return Err(Error::Input),
        })
    }

    pub(crate) async fn portal(&self) -> Result<Rc<Portal<Web>>, Error> {
        let known = self.portal.borrow().clone();
        if let Some(portal) = known {
            return Ok(portal);
        }
        let platform = Web::new().ok_or(Error::Offline)?;
        let portal = Rc::new(Portal::connect(platform).await?);
        *self.portal.borrow_mut() = Some(Rc::clone(&portal));
        Ok(portal)
    }

    pub(crate) fn signed_in(&self) -> Result<Rc<Session<Web>>, Error> {
        let none = || Error::Problem(crypto_core::wire::Problem::of(ProblemCode::NotSignedIn));
        self.session.borrow().clone().ok_or_else(none)
    }

    pub(crate) fn session(&self) -> Result<Rc<Session<Web>>, Failure> {
        self.signed_in().map_err(convert::failure)
    }

    async fn start(
        self: &Rc<Self>,
        resume: Option<String>,
        seen: Vec<(AccountId, u64)>,
        seen_settings: Vec<(AccountId, u64)>,
    ) -> Result<Answer, Error> {
        let platform = Web::new().ok_or(Error::Offline)?;
        let portal =
            Rc::new(Portal::connect(platform).await?.with_seen(seen).with_seen_settings(seen_settings));
        *self.portal.borrow_mut() = Some(Rc::clone(&portal));
        let session = match resume {
            Some(kept) => portal.resume(&kept).await?,
            None => None,
        };
        // While the person signs in. Where it does not load now, it is tried again when it is needed.
        wasm_bindgen_futures::spawn_local(async { drop(later::load_mail().await) });
        let status = portal.status();
        Ok(Answer::Started {
            organisation: status.organisation.clone(),
            limits: status.limits.clone(),
            texts: Box::new(status.texts.clone()),
            session: session.map(|session| self.begin(session)),
        })
    }

    pub(crate) async fn set_up(self: &Rc<Self>, call: Call) -> Result<Answer, Error> {
        let (token, organisation, name, address, password, language) = match call {
            Call::SetUp { token, organisation, name, address, password, language } => {
                (token, organisation, name, address, password, language)
            }
            Call::RestoreAdministrator { token, printed, name, address, password, language } => {
                let wanted = RestoreAdministratorRequest {
                    token: &token,
                    printed: &printed.0,
                    name: &name,
                    address: &address,
                    password: &password.0,
                    language,
                };
                self.take_password(&password.0, &[&name, &address]).await?;
                let session = self.portal().await?.restore_administrator(&wanted).await?;
                return Ok(Answer::Session(self.begin(session)));
            }
            _ => return Err(Error::Input),
        };
        let wanted = SetUpRequest {
            token: &token,
            organisation: &organisation,
            name: &name,
            address: &address,
            password: &password.0,
            language,
        };
        self.take_password(&password.0, &[&organisation, &name, &address]).await?;
        let done = self.portal().await?.set_up(&wanted).await?;
        let session = self.begin(done.session);
        Ok(Answer::SetUp { root_copy: done.root_copy.to_string(), session })
    }

    async fn sign_out(&self) -> Result<Answer, Error> {
        self.events.take();
        self.under_way.forget_password();
        // The keys go first: they must be gone whether or not the server can be reached.
        let session = self.session.take();
        if let Some(session) = session {
            session.sign_out().await?;
        }
        Ok(Answer::Done)
    }

    async fn look_up(&self, address: &str) -> Result<Answer, Error> {
        let session = self.signed_in()?;
        Ok(Answer::Recipient(match session.look_up(address).await {
            Ok(Some(contact)) => Recipient::Known(convert::reachable(contact)),
            Ok(None) if session.info().role == Role::Partner => Recipient::NotAllowed,
            Ok(None) => Recipient::NoMailbox {
                address: shown_address(&client_sdk::wire::Address::deliverable(address)?),
            },
            Err(Error::Address) => Recipient::NotAnAddress,
            Err(other) => return Err(other),
        }))
    }

    pub(crate) async fn invite(&self, call: Call) -> Result<Answer, Error> {
        let Call::Invite { address, role, name, unit, language } = call else { return Err(Error::Input) };
        let session = self.signed_in()?;
        let invitee =
            Invitee { address: &address, role, name: name.as_deref(), unit: unit.as_deref(), language };
        let invited = session.invite(&invitee).await?;
        Ok(Answer::Invited {
            address: shown_address(invited.address.as_str()),
            initial_password: Password(invited.initial_password.to_string()),
        })
    }

    pub(crate) async fn admin(&self, call: client_bridge::admin::Call) -> Result<Answer, Error> {
        let session = self.signed_in()?;
        let ticket = match &call {
            client_bridge::admin::Call::HandMail { ticket, .. } => *ticket,
            _ => 0,
        };
        let answer = admin::call(&session, call, self.progress(ticket)).await;
        self.forget(ticket);
        answer
    }

    async fn attach(&self, ticket: u32, other_bytes: u64, object: JsValue) -> Outcome {
        let session = self.session()?;
        let Ok(file) = object.dyn_into() else { return Err(Failure::FileUnreadable) };
        let progress = self.progress(ticket);
        let attached = session.attach(&BrowserFile(file), other_bytes, progress).await;
        self.forget(ticket);
        attached.map(|file| (Answer::Attached(convert::draft_file(file)), None)).map_err(convert::failure)
    }

    /// Whether it is the one of now.
    pub(crate) fn is_session(&self, session: &Rc<Session<Web>>) -> bool {
        self.session.borrow().as_ref().is_some_and(|present| Rc::ptr_eq(present, session))
    }

    /// The device remembers the settings' revision.
    fn tell_settings(&self) {
        let Some(session) = self.session.borrow().clone() else { return };
        let (account, revision) = (session.account(), session.settings_revision());
        if self.settings_told.replace(Some((account, revision))) != Some((account, revision)) {
            notice(Notice::SettingsSeen { account, revision });
        }
    }

    /// The call of a ticket is over.
    pub(crate) fn forget(&self, ticket: u32) {
        self.cancelled.borrow_mut().remove(&ticket);
    }

    /// Tells the page how far a call is, and hears whether it is to stop.
    pub(crate) fn progress(&self, ticket: u32) -> impl FnMut(u64, u64) -> ControlFlow<()> + use<> {
        let cancelled = Rc::new(Cell::new(false));
        self.cancelled.borrow_mut().insert(ticket, Rc::clone(&cancelled));
        let mut told = 0;
        move |done, total| {
            if cancelled.get() {
                return ControlFlow::Break(());
            }
            if done == total || done >= told + PROGRESS_STEP_BYTES {
                told = done;
                notice(Notice::Progress { ticket, done, total });
            }
            ControlFlow::Continue(())
        }
    }

    pub(crate) fn begin(self: &Rc<Self>, session: Session<Web>) -> client_bridge::Session {
        let session = Rc::new(session);
        if session.info().duty != Some(Duty::Password) {
            self.under_way.forget_password();
        }
        *self.session.borrow_mut() = Some(Rc::clone(&session));
        self.events.take();
        self.told(&session)
    }

    /// What the page may know of a session; the device remembers the bundle's revision.
    pub(crate) fn told(self: &Rc<Self>, session: &Session<Web>) -> client_bridge::Session {
        let info = session.info();
        // A session with a duty is good for nothing else.
        if info.duty.is_none() && self.events.borrow().is_none() {
            *self.events.borrow_mut() = Events::open(self);
        }
        notice(Notice::Seen { account: session.account(), revision: session.revision() });
        client_bridge::Session {
            account: info.account,
            address: shown_address(&info.address),
            name: session.name(),
            role: info.role,
            language: info.language,
            reminders: info.reminders,
            initial_password: info.initial_password,
            first_sign_in: session.made_own_keys(),
            recovery_code: session.has_recovery_code(),
            second_factor: info.second_factor,
            duty: info.duty,
            initial_password_until_ms: info.initial_password_until_ms,
            resume: session.kept(),
        }
    }

    async fn strength(&self, password: &Password) -> Result<client_bridge::Strength, Error> {
        let session = self.session.borrow().clone();
        let (address, name) = session.map(|it| (it.info().address, it.name())).unwrap_or_default();
        let score = later::strength(&password.0, &[&address, name.as_deref().unwrap_or_default()]).await?;
        Ok(convert::password_strength(&password.0, score))
    }
}

pub(crate) fn file(saved: Result<Saved, Failure>) -> Outcome {
    let saved = saved?;
    let blob = blob(&saved.pieces).ok_or(Failure::Internal)?;
    Ok((Answer::File { name: saved.name }, Some(blob.into())))
}
