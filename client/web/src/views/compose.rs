//! Writing a message.

use super::attachments::AttachmentsField;
use super::format_bar::TextField;
use super::recipients::RecipientsField;
use super::shell::WRITING;
use crate::browser::dom;
use crate::components::dialog::Dialog;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::DynamicHeading;
use crate::drafting::{Safety, Sent};
use crate::i18n::{Text, admin, compose, general, mail, mailbox};
use crate::portal::{Portal, use_portal};
use crate::state::draft::{DraftModel, Obstacle};
use crate::state::failure::sentence;
use crate::state::forgotten::speaks_of_attachment;
use crate::state::route::{DRAFTS, draft_path, folder_path};
use crate::state::{file_name, reply};
use client_bridge::{Draft, Failure};
use crypto_core::wire::DraftId;
use crypto_core::wire::api::{Folder, Language};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use web_sys::File;

/// `/compose` begins a draft, `/compose/{draft}` opens one.
#[component]
pub(crate) fn ComposeView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let failure = RwSignal::new(None);
    let params = use_params_map();
    let wanted =
        Memo::new(move |_| params.with(|it| it.get("draft")).and_then(|it| it.parse::<DraftId>().ok()));
    let opened = move || portal.draft.id.get().is_some_and(|id| wanted.get() == Some(id));
    Effect::new(move || {
        let (asked, navigate) = (wanted.get(), navigate.clone());
        failure.set(None);
        spawn_local(async move {
            let answer = open(portal, asked).await;
            if wanted.try_get_untracked() != Some(asked) {
                // The person has gone on meanwhile.
                return;
            }
            match answer {
                Ok(id) if Some(id) != asked => navigate(&draft_path(id), replacing()),
                Ok(_) => {}
                // The person was told; the draft that is open stays so.
                Err(Failure::Cancelled) => {
                    if let Some(id) = portal.draft.id.get_untracked() {
                        navigate(&draft_path(id), replacing());
                    }
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    });
    follow(portal, wanted);
    on_cleanup(move || {
        if portal.session.with_untracked(Option::is_some) {
            portal.close_draft();
        }
    });
    // As the message was when it was opened: its title does not change under whoever writes.
    let title = Memo::new(move |_| {
        portal.draft.filled.track();
        if opened() { portal.draft.model.with_untracked(title_of) } else { mail::NEW_MESSAGE }
    });
    let heading = Signal::derive(move || i18n.t(title.get())().to_owned());
    let waiting = move || {
        failure.with(Option::is_none).then(|| {
            view! { <p class="waiting" role="status">{i18n.t(general::WORKING)}</p> }
        })
    };
    view! {
        <div class="sheet sheet--wide">
            <DynamicHeading text=heading/>
            <FailureNote failure/>
            <Show when=opened fallback=move || waiting>
                <Show when=move || portal.draft.conflict.get()>
                    <p class="note note--warning">{i18n.t(mailbox::CONFLICT_NOTE)}</p>
                </Show>
                <ComposeForm/>
            </Show>
        </div>
    }
}

/// The form's fields.
const TO: &str = "#to";
const SUBJECT: &str = "#subject";
const TEXT: &str = "#text";
const FIELDS: [&str; 3] = [TO, SUBJECT, TEXT];

fn title_of(model: &DraftModel) -> Text {
    if model.in_reply_to.is_some() {
        mail::ANSWER_TITLE
    } else if reply::is_forwarded(&model.subject) {
        mail::FORWARD_TITLE
    } else {
        mail::NEW_MESSAGE
    }
}

/// Where whoever begins a message goes on: an answer has recipient and subject already.
fn begin_at(model: &DraftModel) -> &'static str {
    match (model.in_reply_to, model.to.is_empty()) {
        (Some(_), _) => TEXT,
        (None, true) => TO,
        (None, false) => SUBJECT,
    }
}

/// The field to go on in, if it is one that stands in the way.
fn place_of(obstacle: &Obstacle) -> Option<&'static str> {
    match obstacle {
        Obstacle::NoRecipient
        | Obstacle::NotAnAddress(_)
        | Obstacle::Recipient(_)
        | Obstacle::Unchecked(_)
        | Obstacle::NoMailbox(_) => Some(TO),
        Obstacle::Subject(_) => Some(SUBJECT),
        Obstacle::Uploading | Obstacle::Attachment(_) | Obstacle::Lacking(_) => Some("#add-attachment"),
        Obstacle::Empty => Some(TEXT),
        Obstacle::Checking | Obstacle::Limit(_) => None,
    }
}

/// The draft that is wanted; a new one if none is, or if it is there no more.
async fn open(portal: Portal, wanted: Option<DraftId>) -> Result<DraftId, Failure> {
    match wanted {
        Some(id) if portal.open_draft(id).await? => Ok(id),
        _ => portal.begin_draft(Draft::default()).await,
    }
}

/// Begins a message with files and goes to it; the draft that was open before is saved.
pub(crate) async fn begin_writing(
    portal: Portal,
    draft: Draft,
    files: Vec<File>,
    navigate: impl Fn(&str, NavigateOptions),
) {
    match portal.begin_draft(draft).await {
        Ok(id) => {
            if !files.is_empty() {
                portal.bring_files(files);
            }
            navigate(&draft_path(id), NavigateOptions::default());
        }
        // The person was told.
        Err(Failure::Cancelled) => {}
        Err(failure) => portal.toast(sentence(&failure, portal.i18n.0.get_untracked())),
    }
}

/// The page's address follows the draft: to the second one of a conflict, and to the list when it is gone.
fn follow(portal: Portal, wanted: Memo<Option<DraftId>>) {
    let navigate = use_navigate();
    Effect::new(move |before: Option<(Option<DraftId>, u32)>| {
        let (now, gone) = (portal.draft.id.get(), portal.draft.gone.get());
        let Some((before, gone_before)) = before else { return (now, gone) };
        let shown = before.is_some() && before == wanted.get_untracked();
        match now {
            Some(now) if shown && before != Some(now) => navigate(&draft_path(now), replacing()),
            None if gone != gone_before => navigate(DRAFTS, replacing()),
            _ => {}
        }
        (now, gone)
    });
}

fn replacing() -> NavigateOptions {
    NavigateOptions { replace: true, ..NavigateOptions::default() }
}

/// Whether an answer is written in the name of whom one stands in for.
#[component]
fn OnBehalf() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let owner = StoredValue::new(portal.draft.model.with_untracked(|model| model.on_behalf_of));
    let choose = move |event: ev::Event| {
        let chosen = owner.get_value().filter(|_| event_target_checked(&event));
        portal.edit(|model| model.on_behalf_of = chosen);
    };
    owner.get_value().map(|_| {
        view! {
            <label class="check">
                <input type="checkbox" checked on:change=choose/>
                {i18n.t(admin::WRITE_ON_BEHALF)}
            </label>
        }
    })
}

#[component]
fn ComposeForm() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let failure = RwSignal::new(None);
    let obstacle = RwSignal::new(None::<Obstacle>);
    let busy = RwSignal::new(false);
    let doing = RwSignal::new(compose::SENDING);
    let missing = RwSignal::new(None::<Missing>);
    let send = Callback::new(move |as_it_is: bool| {
        if busy.get_untracked() {
            return;
        }
        missing.set(None);
        failure.set(None);
        let found = portal.draft.model.with_untracked(|model| model.obstacle(&portal.limits.get_untracked()));
        let waits = found == Some(Obstacle::Checking);
        portal.draft.pressed.set(waits.then_some(as_it_is));
        obstacle.set(found.clone().filter(|_| !waits));
        if found.is_some() {
            return;
        }
        if let Some(question) = without(portal).filter(|_| !as_it_is) {
            return missing.set(Some(question));
        }
        busy.set(true);
        doing.set(compose::SENDING);
        let navigate = navigate.clone();
        spawn_local(async move {
            match portal.send_draft().await {
                Ok(Sent { messages, remains: None }) => {
                    portal.toast(sent_text(messages, i18n.0.get_untracked()));
                    // Who has gone on meanwhile stays there.
                    if busy.try_get_untracked().is_some() {
                        navigate(folder_path(Folder::Sent), NavigateOptions::default());
                    }
                }
                Ok(Sent { messages, remains: Some(why) }) => {
                    if messages > 0 {
                        portal.say(compose::SENT_SOME);
                    }
                    say_failure(portal, failure, why);
                }
                Err(why) => say_failure(portal, failure, why),
            }
            busy.try_set(false);
        });
    });
    send_after_waiting(portal, send);
    portal.when_back(move || {
        failure.update(|it| {
            it.take_if(|it| *it == Failure::Offline);
        });
        let unchecked = portal.draft.model.try_update(DraftModel::check_again);
        unchecked.into_iter().flatten().for_each(|address| portal.look_up(address));
    });
    if portal.draft.is_begun() {
        let place = portal.draft.model.with_untracked(begin_at);
        // After the heading, which has it on every other page.
        dom::after_settling(move || {
            dom::after_settling(move || {
                // Whoever writes already is not led away.
                if !dom::has_focus_within(WRITING) {
                    dom::focus_now(place);
                }
            });
        });
    }
    // "An" enters what stands in it when it loses the focus, and the buttons move: not before one is pressed altogether.
    let hold = |event: ev::MouseEvent| {
        if dom::is_within(&event, "button") {
            event.prevent_default();
        }
    };
    let press = move |_| {
        dom::focus_now("#send");
        send.run(false);
        if let Some(place) = obstacle.with_untracked(|it| it.as_ref().and_then(place_of)) {
            dom::focus_now(place);
        }
    };
    let told = Memo::new(move |_| {
        let limits = portal.limits.get();
        let said = obstacle.get()?;
        let now = portal.draft.model.with(|model| model.still_in_the_way(&said, &limits))?;
        let field = place_of(&now).filter(|place| FIELDS.contains(place));
        Some((field, obstacle_text(&now, i18n.language())))
    });
    // Beneath the field that it is about, or beside the buttons.
    let told_at = move |field: Option<&'static str>| {
        Signal::derive(move || told.get().filter(|(at, _)| *at == field).map(|(_, text)| text))
    };
    let on_device = move || matches!(portal.draft.safety.get(), Safety::Device(_));
    let asks = Signal::derive(move || missing.with(Option::is_some));
    view! {
        <form class="form compose" on:mousedown=hold on:submit=|event: ev::SubmitEvent| event.prevent_default()>
            <fieldset role="none" class="compose__fields" disabled=move || busy.get()>
                <RecipientsField/>
                <AlertNote text=told_at(Some(TO)) about=TO/>
                <OnBehalf/>
                <SubjectField/>
                <AlertNote text=told_at(Some(SUBJECT)) about=SUBJECT/>
                <TextField/>
                <AlertNote text=told_at(Some(TEXT)) about=TEXT/>
                <AttachmentsField locked=busy/>
            </fieldset>
            <FailureNote failure/>
            <AlertNote text=told_at(None)/>
            <div class="compose__actions">
                <button
                    id="send"
                    type="button"
                    class="button button--primary"
                    aria-disabled=move || busy.get().to_string()
                    on:click=press
                >
                    {i18n.t(compose::SEND)}
                </button>
                <Discard locked=busy doing failure/>
                <p class="form__status" class:form__status--warning=on_device role="status">
                    {move || if busy.get() { Some(i18n.t(doing.get())()) } else { status_text(portal) }}
                </p>
            </div>
        </form>
        <Dialog open=asks title=compose::MISSING_TITLE on_cancel=move |()| missing.set(None)>
            <p>{move || missing.get().map(|it| it.text(i18n.language()))}</p>
            <div class="dialog__actions">
                <button type="button" class="button button--primary" on:click=move |_| missing.set(None)>
                    {i18n.t(compose::MISSING_BACK)}
                </button>
                <button type="button" class="button" on:click=move |_| send.run(true)>
                    {move || missing.get().map(|it| i18n.t(it.send())())}
                </button>
            </div>
        </Dialog>
    }
}

/// In the form, or to whoever has left it; who signed out meanwhile was told that.
fn say_failure(portal: Portal, form: RwSignal<Option<Failure>>, why: Failure) {
    if let Some(Some(why)) = form.try_set(Some(why))
        && why != Failure::Cancelled
    {
        portal.toast(sentence(&why, portal.i18n.0.get_untracked()));
    }
}

/// *Senden* was pressed while an address was looked up: presses it anew when that ended, well or not.
fn send_after_waiting(portal: Portal, send: Callback<bool>) {
    Effect::new(move || {
        let Some(as_it_is) = portal.draft.pressed.get() else { return };
        let found = portal.draft.model.with(|model| model.obstacle(&portal.limits.get()));
        if found != Some(Obstacle::Checking) {
            portal.draft.pressed.set(None);
            send.run(as_it_is);
        }
    });
    on_cleanup(move || portal.end_waiting());
}

/// What a message would leave without that was meant to go with it.
#[derive(Clone)]
enum Missing {
    /// The text speaks of an attachment.
    Forgotten,
    /// There was no room for the files of these names.
    Refused(Vec<String>),
}

impl Missing {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Forgotten => compose::MISSING_TEXT.in_language(language).into(),
            Self::Refused(names) => {
                let each =
                    names.iter().map(|name| compose::MISSING_REFUSED.fill(language, &[("name", name)]));
                each.collect::<Vec<_>>().join(" ")
            }
        }
    }

    const fn send(&self) -> Text {
        match self {
            Self::Forgotten => compose::MISSING_SEND,
            Self::Refused(names) if names.len() > 1 => compose::MISSING_SEND_REFUSED_MANY,
            Self::Refused(_) => compose::MISSING_SEND_REFUSED,
        }
    }
}

fn without(portal: Portal) -> Option<Missing> {
    portal.draft.model.with_untracked(|model| {
        let refused = portal.draft.refused.read_untracked();
        let refused = model.still_refused(&refused, &portal.limits.get_untracked());
        if !refused.is_empty() {
            let names = refused.iter().filter_map(|(file, _)| file_name::display(&file.name));
            return Some(Missing::Refused(names.collect()));
        }
        let speaks = model.attachments.is_empty() && speaks_of_attachment(&model.subject, &model.text);
        speaks.then_some(Missing::Forgotten)
    })
}

#[component]
fn SubjectField() -> impl IntoView {
    let portal = use_portal();
    let value = move || {
        portal.draft.filled.track();
        portal.draft.model.with_untracked(|model| model.subject.clone())
    };
    view! {
        <Field id="subject" label=compose::SUBJECT>
            <input
                id="subject"
                type="text"
                autocomplete="off"
                prop:value=value
                on:input=move |event| portal.edit(|model| model.subject = event_target_value(&event))
            />
        </Field>
    }
}

#[component]
fn Discard(
    /// The message is being sent or thrown away.
    locked: RwSignal<bool>,
    /// Which of both.
    doing: RwSignal<Text>,
    /// Why that did not work.
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let asking = RwSignal::new(false);
    let discard = move |_| {
        asking.set(false);
        failure.set(None);
        doing.set(compose::DISCARDING);
        locked.set(true);
        spawn_local(async move {
            match portal.drop_draft().await {
                Ok(all) => {
                    portal.draft.gone.update(|count| *count += 1);
                    if all {
                        portal.say(compose::DISCARDED);
                    }
                }
                Err(why) => say_failure(portal, failure, why),
            }
            locked.try_set(false);
        });
    };
    view! {
        <Show when=move || portal.draft.model.with(|model| !model.is_empty())>
            <button
                type="button"
                class="button"
                aria-disabled=move || locked.get().to_string()
                on:click=move |_| {
                    portal.end_waiting();
                    asking.set(!locked.get_untracked());
                }
            >
                {i18n.t(compose::DISCARD)}
            </button>
        </Show>
        <Dialog open=asking title=compose::DISCARD_TITLE on_cancel=move |()| asking.set(false)>
            <p>{i18n.t(compose::DISCARD_TEXT)}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| asking.set(false)>
                    {i18n.t(general::CANCEL)}
                </button>
                <button type="button" class="button button--primary" on:click=discard>
                    {i18n.t(compose::DISCARD)}
                </button>
            </div>
        </Dialog>
    }
}

/// That the message waits, or where what was typed is safe.
fn status_text(portal: Portal) -> Option<&'static str> {
    if portal.draft.pressed.with(Option::is_some) {
        return Some(compose::WAITING.in_language(portal.i18n.language()));
    }
    let text = match portal.draft.safety.get() {
        Safety::Untouched => return None,
        Safety::Saving => mailbox::SAVING_DRAFT,
        Safety::Server if portal.draft.model.with(DraftModel::lacks) => mailbox::DRAFT_SAVED_IN_PART,
        Safety::Server => mailbox::DRAFT_SAVED,
        Safety::Device(_) => mailbox::DRAFT_ON_DEVICE,
    };
    Some(text.in_language(portal.i18n.language()))
}

fn sent_text(messages: usize, language: Language) -> String {
    if messages > 1 {
        return compose::SENT_MANY.fill(language, &[("n", &messages.to_string())]);
    }
    compose::SENT.in_language(language).into()
}

fn obstacle_text(obstacle: &Obstacle, language: Language) -> String {
    match obstacle {
        Obstacle::NoRecipient => compose::PROBLEM_NO_RECIPIENT.in_language(language).into(),
        Obstacle::Checking => compose::WAITING.in_language(language).into(),
        Obstacle::NotAnAddress(typed) => compose::PROBLEM_NOT_AN_ADDRESS.fill(language, &[("typed", typed)]),
        Obstacle::Unchecked(address) => compose::PROBLEM_UNCHECKED.fill(language, &[("address", address)]),
        Obstacle::Recipient(address) => compose::PROBLEM_RECIPIENT.fill(language, &[("address", address)]),
        Obstacle::NoMailbox(address) => compose::PROBLEM_NO_MAILBOX.fill(language, &[("address", address)]),
        Obstacle::Uploading => compose::PROBLEM_UPLOADING.in_language(language).into(),
        Obstacle::Attachment(name) => {
            let name = file_name::display(name).unwrap_or_default();
            compose::PROBLEM_ATTACHMENT.fill(language, &[("name", &name)])
        }
        Obstacle::Lacking(name) => {
            let name = file_name::display(name).unwrap_or_default();
            compose::PROBLEM_LACKING.fill(language, &[("name", &name)])
        }
        Obstacle::Subject(fits) => compose::PROBLEM_SUBJECT.fill(language, &[("n", &fits.to_string())]),
        Obstacle::Empty => compose::PROBLEM_EMPTY.in_language(language).into(),
        Obstacle::Limit(failure) => sentence(failure, language),
    }
}
