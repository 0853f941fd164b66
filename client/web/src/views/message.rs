//! One message: what can be done with it, who, when, text, attachments.

use super::closed_message::ClosedMessage;
use super::compose::begin_writing;
use super::conversation::Conversation;
use super::delivery::DeliveryView;
use super::message_list::ListStore;
use super::selection_bar::{self, ForGood};
use super::take_along::TakeMessage;
use crate::browser::{clock, save, worker};
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::file_icon::FileIcon;
use crate::components::heading::DynamicHeading;
use crate::components::markdown::Markdown;
use crate::i18n::{Text, admin, mail, mailbox};
use crate::portal::{Portal, use_portal};
use crate::state::file_kind::{self, FileKind};
use crate::state::route::folder_path;
use crate::state::{file_name, people, reply, size, time};
use client_bridge::{Answer, Attachment, Call, Failure, FormerKey, Message, Person};
use crypto_core::wire::api::Folder;
use crypto_core::wire::{MessageId, PartId};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsValue;
use web_sys::File;

/// Opens a message and shows it.
#[component]
pub(crate) fn MessagePane(
    /// Which.
    id: MessageId,
    /// The list that it is in.
    list: ListStore,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let opened = RwSignal::new(None::<Result<Message, Failure>>);
    Effect::new(move || {
        list.reopened();
        spawn_local(async move {
            let result = match portal.ask(Call::Open { message: id }).await {
                Ok(Answer::Message(message)) => Ok(*message),
                Ok(_) => Err(Failure::Internal),
                Err(failure) => Err(failure),
            };
            if result.is_ok() {
                list.mark_read(id);
            }
            opened.try_set(Some(result));
        });
    });
    let back = folder_path(list.folder);
    let again = Callback::new(move |()| list.reopen());
    view! {
        <p class="message__back"><A href=back>{"‹ "} {i18n.t(mail::BACK_TO_LIST)}</A></p>
        {move || match opened.get() {
            None => view! { <p class="waiting" role="status">{i18n.t(mail::LOADING_MESSAGE)}</p> }.into_any(),
            Some(Ok(message)) => view! { <MessageView message list/> }.into_any(),
            Some(Err(failure)) => view! { <ClosedMessage failure back again/> }.into_any(),
        }}
    }
}

#[component]
fn MessageView(message: Message, list: ListStore) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let subject = message.subject.clone();
    let title = Signal::derive(move || {
        if subject.trim().is_empty() { i18n.t(mail::NO_SUBJECT)().to_owned() } else { subject.clone() }
    });
    let (id, attachments) = (message.message, message.attachments.clone());
    view! {
        <article class="message">
            <DynamicHeading text=title/>
            <Actions message=message.clone() list/>
            <Facts message=message.clone()/>
            {message.former_key.map(|key| view! { <FormerKeyNote key name=people::short(&message.from)/> })}
            <Markdown text=message.text.clone()/>
            {(!attachments.is_empty()).then(|| view! { <Attachments message=message.message attachments/> })}
            <TakeMessage message=message.message/>
            <DeliveryView message list/>
            <Conversation message=id/>
        </article>
    }
}

#[component]
fn Facts(message: Message) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let when = match message.folder {
        Folder::Sent => mail::SENT_AT,
        Folder::Inbox | Folder::Bin => mail::DELIVERED,
    };
    let at = message.delivered_at_ms;
    let bin_days = portal.limits.with_untracked(|it| it.bin_days);
    let expires = time::goes_at_ms(message.expires_at_ms, message.binned_at_ms, bin_days);
    let fact = move |name: Text, value: AnyView| {
        view! { <div class="facts__row"><dt>{i18n.t(name)}</dt> <dd>{value}</dd></div> }
    };
    let from = people::long(&message.from);
    let to = people::line(&message.to, people::long);
    let of = move |text: Text, person: Person| i18n.fill(text, vec![("name", people::short(&person))]);
    let behalf = message.on_behalf_of.map(|owner| view! { {of(admin::ON_BEHALF, owner)} " " });
    let for_whom = message.for_whom.map(|(_, owner)| fact(admin::DEPUTY, of(admin::FOR, owner).into_any()));
    view! {
        <dl class="facts">
            {fact(mail::FROM, view! { {from} " " {behalf} <span class="facts__mark">{i18n.t(mail::VERIFIED)}</span> }.into_any())}
            {fact(mail::TO, to.into_any())}
            {for_whom}
            {fact(when, view! { <time datetime=clock::machine(at)>{move || clock::long(at, i18n.language())}</time> }.into_any())}
            {fact(mail::EXPIRES, view! { <time datetime=clock::machine(expires)>{move || clock::day_of(expires, i18n.language())}</time> }.into_any())}
        </dl>
    }
}

#[component]
fn FormerKeyNote(key: FormerKey, name: String) -> impl IntoView {
    let i18n = use_portal().i18n;
    let (text, class) = match key {
        FormerKey::Renewed => (mail::FORMER_KEY_RENEWED, "note"),
        FormerKey::Reset => (mail::FORMER_KEY_RESET, "note note--warning"),
        FormerKey::Ended => (mail::FORMER_KEY_ENDED, "note note--warning"),
    };
    view! { <p class=class>{i18n.fill(text, vec![("name", name)])}</p> }
}

#[component]
fn Attachments(message: MessageId, attachments: Vec<Attachment>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let several = attachments.len() > 1;
    let all_ticket = portal.next_number();
    let save_all = move |_| {
        let call = Call::SaveAllAttachments { message, ticket: all_ticket };
        spawn_local(fetch(portal, call, all_ticket, failure));
    };
    let names: Vec<_> = attachments.iter().map(|it| it.name.clone()).collect();
    let rows = attachments.into_iter().enumerate().map(|(at, it)| {
        let equal_before = names.iter().take(at).filter(|name| **name == it.name).count();
        view! { <AttachmentRow message attachment=it equal_before failure/> }
    });
    view! {
        <section class="attachments" aria-labelledby="attachments-title">
            <h2 id="attachments-title">{i18n.t(mail::ATTACHMENTS)}</h2>
            <FailureNote failure/>
            <ul class="attachments__list">{rows.collect_view()}</ul>
            {several.then(|| view! {
                <button type="button" class="button" on:click=save_all>{i18n.t(mail::SAVE_ALL)}</button>
                <SaveProgress ticket=all_ticket name=Signal::derive(move || i18n.t(mail::SAVE_ALL)().to_owned())/>
            })}
        </section>
    }
}

#[component]
fn AttachmentRow(
    message: MessageId,
    attachment: Attachment,
    /// How many before it have the same name.
    equal_before: usize,
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let ticket = portal.next_number();
    let Attachment { part, name, bytes, .. } = attachment;
    let kind = file_kind::of(&name);
    let shown = file_name::display(&name);
    let name = Signal::derive(move || shown.clone().unwrap_or_else(|| i18n.t(mail::NO_NAME)().to_owned()));
    // Who does not see which line a button stands in can tell it from another one.
    let told = move || match equal_before {
        0 => name.get(),
        others => format!("{} ({})", name.get(), others + 1),
    };
    let label = move || mail::SAVE_LABEL.fill(i18n.language(), &[("name", &told())]);
    let save = move |_| {
        let call = Call::SaveAttachment { message, part, ticket };
        spawn_local(fetch(portal, call, ticket, failure));
    };
    let picture = RwSignal::new(None::<String>);
    let show = move |_| spawn_local(preview(portal, (message, part, ticket), picture, failure));
    let show_label = move || mail::SHOW_LABEL.fill(i18n.language(), &[("name", &told())]);
    view! {
        <li class="attachment">
            <FileIcon kind/>
            <span class="attachment__name">
                <bdi>{move || name.get()}</bdi>
                {(kind == FileKind::Active).then(|| view! { <span class="attachment__warning">{i18n.t(mail::ACTIVE_FILE)}</span> })}
            </span>
            <span class="attachment__size">{move || size::format(bytes, i18n.language())}</span>
            {(kind == FileKind::Image).then(|| view! {
                <button type="button" class="button button--small" aria-label=show_label on:click=show>
                    {i18n.t(mail::SHOW)}
                </button>
            })}
            <button type="button" class="button button--small" aria-label=label on:click=save>
                {i18n.t(mail::SAVE)}
            </button>
            <SaveProgress ticket name/>
            <Picture picture name failure/>
        </li>
    }
}

/// A raster image, decoded by the browser. Nothing else of a stranger's is ever rendered.
#[component]
fn Picture(
    picture: RwSignal<Option<String>>,
    name: Signal<String>,
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let full = RwSignal::new(false);
    let image = NodeRef::<html::Img>::new();
    // One that has room as it is is not offered to be made larger.
    let is_larger = RwSignal::new(false);
    let loaded = move |_| {
        let Some(image) = image.get_untracked() else { return };
        let shown = u32::try_from(image.client_width()).unwrap_or_default();
        is_larger.set(image.natural_width() > shown);
    };
    let close = move || {
        full.try_set(false);
        if let Some(url) = picture.get_untracked() {
            save::forget(&url);
        }
        picture.try_set(None);
    };
    on_cleanup(close);
    let broken = move |_| {
        close();
        failure.try_set(Some(Failure::NoPicture { name: name.get_untracked() }));
    };
    view! {
        <Dialog open=Signal::derive(move || picture.with(Option::is_some)) title=mail::PREVIEW_TITLE about="picture-name" on_cancel=Callback::new(move |()| close())>
            <p id="picture-name"><bdi>{move || name.get()}</bdi></p>
            <div
                class="preview"
                class:preview--full=move || full.get()
                role="group"
                aria-label=move || name.get()
                tabindex=move || full.get().then_some("0")
            >
                <img class="preview__image" src=move || picture.get() alt=move || name.get() node_ref=image on:load=loaded on:error=broken/>
            </div>
            <div class="dialog__actions">
                <Show when=move || is_larger.get()>
                    <button
                        type="button"
                        class="button"
                        aria-pressed=move || full.get().to_string()
                        on:click=move |_| full.update(|it| *it = !*it)
                    >
                        {i18n.t(mail::PREVIEW_FULL)}
                    </button>
                </Show>
                <button type="button" class="button" on:click=move |_| close()>{i18n.t(admin::CLOSE)}</button>
            </div>
        </Dialog>
    }
}

async fn preview(
    portal: Portal,
    file: (MessageId, PartId, u32),
    picture: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
) {
    failure.set(None);
    match look(portal, file).await.and_then(|blob| save::url(&blob).ok_or(Failure::Internal)) {
        Ok(url) => drop(picture.try_set(Some(url))),
        Err(why) => drop(failure.try_set(Some(why))),
    }
}

/// An attachment as a `Blob`; its sender is not told that it was saved.
async fn look(portal: Portal, (message, part, ticket): (MessageId, PartId, u32)) -> Result<JsValue, Failure> {
    let result = worker::call_with(Call::ShowAttachment { message, part, ticket }, None).await;
    portal.progress.update(|progress| {
        progress.remove(&ticket);
    });
    match result {
        Ok((Answer::File { .. }, Some(blob))) => Ok(blob),
        Ok(_) => Err(Failure::Internal),
        Err(why) => {
            portal.heed(&why);
            Err(why)
        }
    }
}

/// How far the decryption of a file is, while it is under way.
#[component]
fn SaveProgress(ticket: u32, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let portal = use_portal();
    let state = move || portal.progress.with(|progress| progress.get(&ticket).copied());
    let label = move || mail::SAVING.fill(portal.i18n.language(), &[("name", &name.get())]);
    view! {
        <Show when=move || state().is_some()>
            <progress
                class="progress"
                aria-label=label
                max=move || state().map_or(1, |(_, total)| total).to_string()
                prop:value=move || state().map_or(0.0, as_number)
            ></progress>
        </Show>
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no more precision")]
fn as_number((done, _): (u64, u64)) -> f64 {
    done as f64
}

async fn fetch(portal: Portal, call: Call, ticket: u32, failure: RwSignal<Option<Failure>>) {
    failure.set(None);
    let result = worker::call_with(call, None).await;
    portal.progress.update(|progress| {
        progress.remove(&ticket);
    });
    let saved = match result {
        Ok((Answer::File { name }, Some(blob))) if save::file(&name, &blob) => Ok(name),
        Ok(_) => Err(Failure::Internal),
        Err(why) => Err(why),
    };
    match saved {
        Ok(name) => {
            let name = file_name::display(&name).unwrap_or_default();
            portal.toast(mail::SAVED.fill(portal.i18n.0.get_untracked(), &[("name", &name)]));
        }
        Err(why) => {
            portal.heed(&why);
            failure.try_set(Some(why));
        }
    }
}

/// What can be done with the message.
#[component]
fn Actions(message: Message, list: ListStore) -> impl IntoView {
    let i18n = use_portal().i18n;
    let failure = RwSignal::new(None);
    let unread = message.folder == Folder::Inbox && message.binned_at_ms.is_none();
    let id = message.message;
    view! {
        <div class="message__actions" role="group" aria-label=i18n.t(mail::ACTIONS)>
            <Reply message=message.clone()/>
            <Forward message=message.clone() failure/>
            <Remove message list/>
            {unread.then(|| view! { <Unread message=id list/> })}
        </div>
        <FailureNote failure/>
    }
}

/// Begins an answer; the draft that was open before is saved.
#[component]
fn Reply(message: Message) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    if message.folder == Folder::Sent {
        return ().into_any();
    }
    if !message.can_answer {
        return view! { <p>{i18n.t(mail::CANNOT_ANSWER)}</p> }.into_any();
    }
    let begin = move |_| {
        let draft = answer(portal, &message);
        spawn_local(begin_writing(portal, draft, Vec::new(), navigate.clone()));
    };
    view! {
        <button type="button" id="answer" class="button button--primary" on:click=begin>{i18n.t(mail::ANSWER)}</button>
    }
    .into_any()
}

/// Begins a message that hands this one on, with its files. They are opened here and sealed anew for whoever gets them.
#[component]
fn Forward(message: Message, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let message = StoredValue::new(message);
    let busy = RwSignal::new(false);
    let begin = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (message, navigate) = (message.get_value(), navigate.clone());
        spawn_local(async move {
            let files = files_of(portal, &message).await;
            // Whoever went on to something else stays there.
            if busy.try_set(false).is_some() {
                return;
            }
            match files {
                Ok(files) => begin_writing(portal, forwarded(portal, &message), files, navigate).await,
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <button
            type="button"
            id="forward"
            class="button button--small"
            aria-disabled=move || busy.get().to_string()
            on:click=begin
        >
            {i18n.t(mail::FORWARD)}
        </button>
        <span class="message__busy" role="status">{move || busy.get().then(|| view! { <span>{i18n.t(mail::TAKING_FILES)}</span> })}</span>
    }
}

async fn files_of(portal: Portal, message: &Message) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    for attachment in &message.attachments {
        let blob = look(portal, (message.message, attachment.part, portal.next_number())).await?;
        files.push(save::as_file(&blob, &attachment.name, &attachment.media_type).ok_or(Failure::Internal)?);
    }
    Ok(files)
}

/// The message counts as new again.
#[component]
fn Unread(message: MessageId, list: ListStore) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let mark = move |_| {
        let navigate = navigate.clone();
        // Where that did not work, it stays open.
        let leave = move || navigate(folder_path(list.folder), NavigateOptions::default());
        selection_bar::mark_unread(portal, vec![message], leave);
    };
    view! {
        <button type="button" id="unread-again" class="button button--small" on:click=mark>{i18n.t(mailbox::MARK_UNREAD)}</button>
    }
}

/// Into the bin; from there back, or for good.
#[component]
fn Remove(message: Message, list: ListStore) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let id = message.message;
    let leave = move || navigate(folder_path(list.folder), NavigateOptions::default());
    if message.binned_at_ms.is_some() {
        let restore = move |_| {
            selection_bar::restore(portal, vec![id]);
            leave();
        };
        return view! {
            <button type="button" class="button button--small" on:click=restore>{i18n.t(mailbox::RESTORE)}</button>
            <ForGood messages=Signal::derive(move || vec![id])/>
        }
        .into_any();
    }
    let bin = move |_| {
        selection_bar::bin(portal, vec![id]);
        leave();
    };
    view! { <button type="button" class="button button--small" on:click=bin>{i18n.t(mailbox::TO_BIN)}</button> }.into_any()
}

fn forwarded(portal: Portal, message: &Message) -> client_bridge::Draft {
    let language = portal.i18n.0.get_untracked();
    let (from, to) = (people::short(&message.from), people::line(&message.to, people::short));
    let date = clock::long(message.delivered_at_ms, language);
    let values = [("from", from.as_str()), ("to", &to), ("date", &date)];
    reply::forwarded(message, &mail::FORWARD_QUOTE.fill(language, &values), language)
}

fn answer(portal: Portal, message: &Message) -> client_bridge::Draft {
    let language = portal.i18n.0.get_untracked();
    let own =
        portal.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone())).unwrap_or_default();
    let person = people::short(&message.from);
    let date = clock::long(message.delivered_at_ms, language);
    let heading = mail::REPLY_QUOTE.fill(language, &[("person", &person), ("date", &date)]);
    reply::draft(message, &own, &heading, language)
}
