//! What can be done with several messages at once, and what is undone again.

use super::message_list::ListStore;
use super::take_along::TakeMessages;
use crate::browser::dom;
use crate::components::dialog::Dialog;
use crate::i18n::contacts as c;
use crate::i18n::{Text, general, mailbox as texts};
use crate::portal::{Portal, use_portal};
use crate::state::selection::use_selection;
use client_bridge::mailbox;
use client_bridge::{Answer, Call, Failure};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Folder;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Above a list: choose all, and what becomes of the chosen ones.
#[component]
pub(crate) fn SelectionBar(
    /// The list.
    list: ListStore,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let selection = use_selection();
    let some = move || selection.with(|it| !it.is_empty());
    let all = move || {
        let shown = list.messages();
        !shown.is_empty() && selection.with(|it| shown.iter().all(|id| it.contains(*id)))
    };
    let choose = move |event| {
        let chosen = event_target_checked(&event);
        selection.update(|it| it.set_all(list.messages(), chosen));
    };
    let count =
        move || selection.with(|it| counted(it.len(), texts::SELECTED_ONE, texts::SELECTED_MANY, portal));
    let chosen = move || selection.with_untracked(|it| it.messages());
    view! {
        <Show when=move || !list.messages().is_empty()>
            <div class="selection" role="group" aria-label=i18n.t(texts::SELECTION)>
                <label class="selection__all">
                    <input type="checkbox" prop:checked=all on:change=choose/>
                    <span>{i18n.t(texts::SELECT_ALL)}</span>
                </label>
                <Show when=some>
                    <span class="selection__count" role="status">{count}</span>
                    {move || match list.folder {
                        Folder::Bin => view! {
                            <button type="button" class="button button--small" on:click=move |_| restore(portal, chosen())>
                                {i18n.t(texts::RESTORE)}
                            </button>
                            <ForGood messages=Signal::derive(move || selection.with(|it| it.messages()))/>
                        }
                        .into_any(),
                        Folder::Inbox | Folder::Sent => view! {
                            {(list.folder == Folder::Inbox).then(|| view! {
                                <button
                                    type="button"
                                    class="button button--small"
                                    on:click=move |_| mark_unread(portal, chosen(), || ())
                                >
                                    {i18n.t(texts::MARK_UNREAD)}
                                </button>
                            })}
                            <button type="button" class="button button--small" on:click=move |_| bin(portal, chosen())>
                                {i18n.t(texts::TO_BIN)}
                            </button>
                        }
                        .into_any(),
                    }}
                    <TakeMessages
                        text=c::TAKE_SELECTED
                        messages=Signal::derive(move || Some(selection.with(|it| it.messages())))
                    />
                </Show>
                {(list.folder == Folder::Bin).then(|| view! { <EmptyBin/> })}
            </div>
        </Show>
    }
}

/// The button that deletes for good, and its question.
#[component]
pub(crate) fn ForGood(
    /// Which.
    #[prop(into)]
    messages: Signal<Vec<MessageId>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let asking = RwSignal::new(false);
    let text =
        move || messages.with(|it| counted(it.len(), texts::FOR_GOOD_ONE, texts::FOR_GOOD_MANY, portal));
    let delete = move |()| {
        asking.set(false);
        let messages = messages.get_untracked();
        let count = messages.len();
        let call = mailbox::Call::DeleteForGood { messages };
        act(portal, call, move || {
            portal.tell(counted_now(count, texts::DELETED_ONE, texts::DELETED_MANY, portal));
        });
    };
    view! {
        <button type="button" class="button button--small" on:click=move |_| asking.set(true)>
            {i18n.t(texts::FOR_GOOD)}
        </button>
        <Question open=asking title=texts::FOR_GOOD_TITLE text=Signal::derive(text) action=texts::FOR_GOOD run=Callback::new(delete)/>
    }
}

#[component]
fn EmptyBin() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let asking = RwSignal::new(false);
    let text = Signal::derive(move || i18n.t(texts::EMPTY_THE_BIN_TEXT)().to_owned());
    let empty = move |()| {
        asking.set(false);
        act(portal, mailbox::Call::EmptyBin, move || portal.say(texts::BIN_EMPTIED));
    };
    view! {
        <button type="button" class="button button--small selection__end" on:click=move |_| asking.set(true)>
            {i18n.t(texts::EMPTY_THE_BIN)}
        </button>
        <Question open=asking title=texts::EMPTY_THE_BIN_TITLE text action=texts::EMPTY_THE_BIN run=Callback::new(empty)/>
    }
}

/// A question with one way forward and one back.
#[component]
pub(crate) fn Question(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// Its heading.
    title: Text,
    /// What will happen.
    text: Signal<String>,
    /// The way forward.
    action: Text,
    /// What it does.
    run: Callback<()>,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <Dialog open title on_cancel=move |()| open.set(false)>
            <p>{move || text.get()}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    {i18n.t(general::CANCEL)}
                </button>
                <button type="button" class="button button--primary" on:click=move |_| run.run(())>
                    {i18n.t(action)}
                </button>
            </div>
        </Dialog>
    }
}

/// Puts messages into the bin, with a way back.
pub(crate) fn bin(portal: Portal, messages: Vec<MessageId>) {
    let call = mailbox::Call::Bin { messages: messages.clone() };
    act(portal, call, move || {
        let text = counted_now(messages.len(), texts::BINNED_ONE, texts::BINNED_MANY, portal);
        let undo = Callback::new({
            let messages = messages.clone();
            move |()| restore(portal, messages.clone())
        });
        portal.offer_undo(text, messages, undo);
    });
}

/// Puts messages back.
pub(crate) fn restore(portal: Portal, messages: Vec<MessageId>) {
    let count = messages.len();
    let back = messages.clone();
    act(portal, mailbox::Call::Restore { messages }, move || {
        portal.withdraw_undo(&back);
        portal.tell(counted_now(count, texts::RESTORED_ONE, texts::RESTORED_MANY, portal));
    });
}

/// Makes messages count as new again.
pub(crate) fn mark_unread(portal: Portal, messages: Vec<MessageId>, then: impl FnOnce() + 'static) {
    let count = messages.len();
    act(portal, mailbox::Call::MarkUnread { messages }, move || {
        portal.tell(counted_now(count, texts::MARKED_ONE, texts::MARKED_MANY, portal));
        then();
    });
}

/// Asks the worker; what went wrong is a passing notice, because the list has no place for it.
fn act(portal: Portal, call: mailbox::Call, then: impl FnOnce() + 'static) {
    spawn_local(async move {
        let failed = match portal.ask(Call::Mailbox(call)).await {
            Ok(Answer::Done) => {
                dom::keep_focus();
                return then();
            }
            Ok(_) => Failure::Internal,
            Err(failure) => failure,
        };
        portal.toast(crate::state::failure::sentence(&failed, portal.i18n.0.get_untracked()));
    });
}

fn counted(count: usize, one: Text, many: Text, portal: Portal) -> String {
    in_words(count, one, many, portal.i18n.language())
}

fn counted_now(count: usize, one: Text, many: Text, portal: Portal) -> String {
    in_words(count, one, many, portal.i18n.0.get_untracked())
}

fn in_words(count: usize, one: Text, many: Text, language: crypto_core::wire::api::Language) -> String {
    if count == 1 {
        one.in_language(language).into()
    } else {
        many.fill(language, &[("n", &count.to_string())])
    }
}
