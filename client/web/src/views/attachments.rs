//! Attachments of the message being written: by button, by drag and drop, with their progress and the size
//! so far.

use crate::browser::dom;
use crate::components::failure_note::AlertNote;
use crate::components::file_icon::FileIcon;
use crate::i18n::{compose, general, mail, mailbox};
use crate::portal::{Portal, use_portal};
use crate::state::draft::{DraftModel, Item, Progress, Refused};
use crate::state::failure::sentence;
use crate::state::file_kind::{self, FileKind};
use crate::state::{file_name, size};
use client_bridge::Failure;
use js_sys::Reflect;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, File, FileList};

/// The field.
#[component]
pub(crate) fn AttachmentsField(
    /// The message is being sent.
    locked: RwSignal<bool>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let chooser = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let choose = move |_| {
        if let Some(chooser) = chooser.get_untracked() {
            chooser.click();
        }
    };
    let chosen = move |_| {
        let Some(input) = chooser.get_untracked() else { return };
        portal.add_files(files(input.files()));
        input.set_value("");
    };
    // Wherever on this page: what is dropped or pasted as files becomes attachments, text stays text.
    let dragging = window_event_listener(ev::dragover, move |event| {
        if brings_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    });
    let leaving = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let dropping = window_event_listener(ev::drop, move |event| {
        over.set(false);
        if !brings_files(&event) {
            return;
        }
        event.prevent_default();
        if !locked.get_untracked() {
            portal.add_files(files(event.data_transfer().and_then(|it| it.files())));
        }
    });
    let pasting = window_event_listener_untyped("paste", move |event| {
        let pasted = files(pasted(&event).and_then(|it| it.files()));
        if !pasted.is_empty() && !locked.get_untracked() {
            event.prevent_default();
            portal.add_files(pasted);
        }
    });
    portal.when_back(move || {
        spawn_local(async move { drop(portal.save_draft_now().await) });
        for ticket in portal.draft.model.with_untracked(DraftModel::cut_off) {
            // What there is no room for any more says so in its line.
            drop(portal.retry_attachment(ticket));
        }
    });
    on_cleanup(move || {
        dragging.remove();
        leaving.remove();
        dropping.remove();
        pasting.remove();
    });
    let told = Memo::new(move |_| portal.draft.refused.with(|files| refusal_text(portal, files)));
    let items = Memo::new(move |_| portal.draft.model.with(|model| model.attachments.clone()));
    view! {
        <section
            class="attachments drop"
            class:drop--over=move || over.get()
            aria-labelledby="attachments-title"
        >
            <Show when=move || over.get()>
                <p class="drop__veil" aria-hidden="true">{i18n.t(compose::DROP_NOW)}</p>
            </Show>
            <h2 id="attachments-title">{i18n.t(mail::ATTACHMENTS)}</h2>
            <p class="drop__line">
                <button type="button" id="add-attachment" class="button" on:click=choose>
                    {i18n.t(compose::ADD_ATTACHMENT)}
                </button>
                <span class="drop__hint">{i18n.t(compose::DROP_HERE)}</span>
                <SizeSoFar/>
            </p>
            <AlertNote text=told/>
            <input
                type="file"
                multiple
                class="visually-hidden"
                tabindex="-1"
                aria-hidden="true"
                node_ref=chooser
                on:change=chosen
            />
            <ul class="attachments__list">
                <For each=move || items.get() key=key let:item><ItemView item/></For>
            </ul>
        </section>
    }
}

/// Not text that is dragged from one place to another.
fn brings_files(event: &ev::DragEvent) -> bool {
    let types = event.data_transfer().map(|it| it.types());
    types.is_some_and(|types| types.includes(&JsValue::from_str("Files"), 0))
}

fn pasted(event: &web_sys::Event) -> Option<DataTransfer> {
    Reflect::get(event, &JsValue::from_str("clipboardData")).ok()?.dyn_into().ok()
}

/// The files of a list of the browser's.
fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect()).unwrap_or_default()
}

/// Which files were not added, and why, for as long as that is so.
fn refusal_text(portal: Portal, files: &[Refused]) -> Option<String> {
    let limits = portal.limits.get();
    let language = portal.i18n.language();
    portal.draft.model.with(|model| {
        let refused = model.still_refused(files, &limits);
        let why = match refused.last()? {
            (_, Failure::TooLarge { bytes, limit }) => {
                let (bytes, limit) = size::format_pair(*bytes, *limit, language);
                compose::FILE_TOO_LARGE.fill(language, &[("bytes", &bytes), ("limit", &limit)])
            }
            (_, other) => sentence(other, language),
        };
        let named = refused.iter().map(|(file, _)| {
            let name = file_name::display(&file.name).unwrap_or_default();
            let size = size::format(file.bytes, language);
            compose::FILE_REFUSED.fill(language, &[("name", &name), ("size", &size)])
        });
        Some(named.chain([why]).collect::<Vec<_>>().join(" "))
    })
}

fn key(item: &Item) -> (u32, std::mem::Discriminant<Progress>) {
    (item.ticket, std::mem::discriminant(&item.progress))
}

#[component]
fn SizeSoFar() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let text = move || {
        let language = i18n.language();
        let used = portal.draft.model.with(|model| size::format(model.bytes(), language));
        let limit = portal.limits.with(|limits| size::format(limits.message_bytes, language));
        compose::SIZE_SO_FAR.fill(language, &[("used", &used), ("limit", &limit)])
    };
    view! {
        <span class="drop__size">
            <span class="visually-hidden">{i18n.t(compose::SIZE_LABEL)} " "</span>
            {text}
        </span>
    }
}

#[component]
fn ItemView(item: Item) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let Item { ticket, name, bytes, progress, .. } = item;
    let shown = file_name::display(&name);
    let kind = file_kind::of(&name);
    let active = kind == FileKind::Active;
    let name = Signal::derive(move || shown.clone().unwrap_or_else(|| i18n.t(mail::NO_NAME)().to_owned()));
    let under_way = progress == Progress::Uploading;
    let is_lacking = progress == Progress::Lacking;
    let failed = matches!(progress, Progress::Failed(_));
    let again_label = move || mailbox::RETRY_ATTACHMENT.fill(i18n.language(), &[("name", &name.get())]);
    let again = move |_| {
        if let Err(why) = portal.retry_attachment(ticket) {
            portal.toast(sentence(&why, i18n.0.get_untracked()));
        }
    };
    let (visible, spoken) = if under_way {
        (general::CANCEL, compose::CANCEL_ATTACHMENT)
    } else {
        (compose::REMOVE, compose::REMOVE_ATTACHMENT)
    };
    let label = move || spoken.fill(i18n.language(), &[("name", &name.get())]);
    view! {
        <li class="attachment">
            <FileIcon kind/>
            <span class="attachment__name">
                <bdi>{move || name.get()}</bdi>
                {active.then(|| view! { <span class="attachment__warning">{i18n.t(mail::ACTIVE_FILE)}</span> })}
            </span>
            <span class="attachment__size">{move || size::format(bytes, i18n.language())}</span>
            <span class="attachment__state" class:attachment__warning=is_lacking>{move || state_text(&progress, portal)}</span>
            {failed.then(|| view! {
                <button type="button" class="button button--small" aria-label=again_label on:click=again>
                    {i18n.t(general::RETRY)}
                </button>
            })}
            <button
                type="button"
                class="button button--small"
                aria-label=label
                on:click=move |_| {
                    portal.remove_attachment(ticket);
                    dom::focus("#add-attachment");
                }
            >
                {i18n.t(visible)}
            </button>
            {under_way.then(|| view! { <UploadProgress ticket bytes name/> })}
        </li>
    }
}

fn state_text(progress: &Progress, portal: Portal) -> String {
    let language = portal.i18n.language();
    match progress {
        Progress::Waiting => compose::ATTACHMENT_WAITING.in_language(language).into(),
        Progress::Uploading => compose::ATTACHMENT_UPLOADING.in_language(language).into(),
        Progress::Ready(_) => compose::ATTACHMENT_READY.in_language(language).into(),
        Progress::Failed(failure) => {
            format!("{}: {}", compose::ATTACHMENT_FAILED.in_language(language), sentence(failure, language))
        }
        Progress::Lacking => compose::ATTACHMENT_LACKING.in_language(language).into(),
    }
}

#[component]
fn UploadProgress(ticket: u32, bytes: u64, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let portal = use_portal();
    let state =
        move || portal.progress.with(|progress| progress.get(&ticket).copied()).unwrap_or((0, bytes.max(1)));
    #[expect(clippy::cast_precision_loss, reason = "a bar needs no more precision")]
    let done = move || state().0 as f64;
    let label = move || compose::ATTACHMENT_PROGRESS.fill(portal.i18n.language(), &[("name", &name.get())]);
    view! {
        <progress class="progress" aria-label=label max=move || state().1.to_string() prop:value=done></progress>
    }
}
