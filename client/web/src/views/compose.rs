//! Writing a message.

use super::attachments::AttachmentsField;
use super::recipients::RecipientsField;
use crate::components::dialog::Dialog;
use crate::components::failure_note::{AlertNote, FailureNote};
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::drafting::Sent;
use crate::i18n::{compose, general, mail};
use crate::portal::use_portal;
use crate::state::draft::Obstacle;
use crate::state::failure::sentence;
use crate::state::file_name;
use crate::state::route::folder_path;
use crypto_core::wire::api::{Folder, Language};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Opens the device's draft, then shows the form.
#[component]
pub(crate) fn ComposeView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let opened = RwSignal::new(false);
    spawn_local(async move {
        match portal.open_draft().await {
            Ok(true) => portal.say(compose::DRAFT_OPENED),
            Ok(false) => {}
            Err(why) => drop(failure.try_set(Some(why))),
        }
        opened.try_set(true);
    });
    view! {
        <div class="sheet sheet--wide">
            <Heading text=mail::NEW_MESSAGE/>
            <FailureNote failure/>
            <Show
                when=move || opened.get()
                fallback=move || view! { <p class="waiting" role="status">{i18n.t(general::WORKING)}</p> }
            >
                <ComposeForm/>
            </Show>
        </div>
    }
}

#[component]
fn ComposeForm() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let failure = RwSignal::new(None);
    let obstacle = RwSignal::new(None::<Obstacle>);
    let busy = RwSignal::new(false);
    let send = move |_| {
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        let found = portal.draft.model.with_untracked(|model| model.obstacle(&portal.limits.get_untracked()));
        obstacle.set(found.clone());
        if found.is_some() {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            match portal.send_draft().await {
                Ok(Sent { messages, remains: None }) => {
                    portal.toast(sent_text(messages, i18n.0.get_untracked()));
                    navigate(folder_path(Folder::Sent), NavigateOptions::default());
                }
                Ok(Sent { messages, remains }) => {
                    if messages > 0 {
                        portal.say(compose::SENT_SOME);
                    }
                    failure.try_set(remains);
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
            busy.try_set(false);
        });
    };
    let told = Signal::derive(move || obstacle.get().map(|it| obstacle_text(&it, i18n.language())));
    view! {
        <form class="form compose" on:submit=|event: ev::SubmitEvent| event.prevent_default()>
            <RecipientsField/>
            <SubjectField/>
            <TextField/>
            <AttachmentsField/>
            <FailureNote failure/>
            <AlertNote text=told/>
            <div class="compose__actions">
                <button
                    type="button"
                    class="button button--primary"
                    aria-disabled=move || busy.get().to_string()
                    on:click=send
                >
                    {i18n.t(compose::SEND)}
                </button>
                <Discard/>
                <p class="form__status" role="status">
                    {move || busy.get().then(|| i18n.t(compose::SENDING)())}
                </p>
            </div>
        </form>
    }
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
fn TextField() -> impl IntoView {
    let portal = use_portal();
    let value = move || {
        portal.draft.filled.track();
        portal.draft.model.with_untracked(|model| model.text.clone())
    };
    view! {
        <Field id="text" label=compose::TEXT hint=compose::TEXT_HINT>
            <textarea
                id="text"
                rows="14"
                aria-describedby="text-hint"
                prop:value=value
                on:input=move |event| portal.edit(|model| model.text = event_target_value(&event))
            ></textarea>
        </Field>
    }
}

#[component]
fn Discard() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let asking = RwSignal::new(false);
    let discard = move |_| {
        asking.set(false);
        spawn_local(async move {
            portal.drop_draft().await;
            portal.say(compose::DISCARDED);
        });
    };
    view! {
        <Show when=move || portal.draft.present.get()>
            <button type="button" class="button" on:click=move |_| asking.set(true)>
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

fn sent_text(messages: usize, language: Language) -> String {
    if messages > 1 {
        return compose::SENT_MANY.fill(language, &[("n", &messages.to_string())]);
    }
    compose::SENT.in_language(language).into()
}

fn obstacle_text(obstacle: &Obstacle, language: Language) -> String {
    match obstacle {
        Obstacle::NoRecipient => compose::PROBLEM_NO_RECIPIENT.in_language(language).into(),
        Obstacle::Checking => compose::PROBLEM_CHECKING.in_language(language).into(),
        Obstacle::Recipient(address) => compose::PROBLEM_RECIPIENT.fill(language, &[("address", address)]),
        Obstacle::Uploading => compose::PROBLEM_UPLOADING.in_language(language).into(),
        Obstacle::Attachment(name) => {
            let name = file_name::display(name).unwrap_or_default();
            compose::PROBLEM_ATTACHMENT.fill(language, &[("name", &name)])
        }
        Obstacle::Empty => compose::PROBLEM_EMPTY.in_language(language).into(),
        Obstacle::Limit(failure) => sentence(failure, language),
    }
}
