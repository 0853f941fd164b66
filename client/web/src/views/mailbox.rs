//! A folder: the list, and beside it, or instead of it on a phone, the open message.

use super::contacts::KeyNotices;
use super::message::MessagePane;
use super::message_list::{ListPane, ListStore};
use super::not_found::NotFoundView;
use super::notices::StandingNote;
use super::search::{SearchField, SearchResults, is_on};
use super::selection_bar::SelectionBar;
use super::whose::WhoseFilter;
use crate::components::heading::Heading;
use crate::i18n::{account, mail, mailbox};
use crate::portal::{Standing, use_portal};
use crate::state::route::folder;
use crate::state::selection::{Selected, Selection};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Folder;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// `/mail/{folder}` and `/mail/{folder}/{message}`.
#[component]
pub(crate) fn MailboxView() -> impl IntoView {
    let params = use_params_map();
    let place = Memo::new(move |_| params.with(|params| params.get("folder").and_then(|it| folder(&it))));
    let message = Memo::new(move |_| {
        params.with(|params| params.get("message")).and_then(|it| it.parse::<MessageId>().ok())
    });
    move || match place.get() {
        Some(folder) => view! { <FolderView folder message/> }.into_any(),
        None => view! { <NotFoundView/> }.into_any(),
    }
}

#[component]
fn FolderView(folder: Folder, message: Memo<Option<MessageId>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    provide_context::<Selected>(RwSignal::new(Selection::default()));
    let list = ListStore::new(folder);
    // A search stays while one reads what it found, and ends when another folder is asked for.
    if message.with_untracked(Option::is_none) {
        portal.query.set(String::new());
    }
    let title = match folder {
        Folder::Inbox => mail::INBOX,
        Folder::Sent => mail::SENT,
        Folder::Bin => mailbox::BIN,
    };
    let is_open = move || message.get().is_some();
    view! {
        <InitialNotice/>
        <KeyNotices/>
        <div class="mailbox" class:mailbox--open=is_open>
            <section class="mailbox__list">
                <Show when=is_open fallback=move || view! { <Heading text=title/> }>
                    <h2 class="mailbox__title">{i18n.t(title)}</h2>
                </Show>
                {(folder == Folder::Bin).then(|| view! { <BinRule/> })}
                <SearchField/>
                <Show when=move || is_on(portal) fallback=move || view! { <WhoseFilter list/> <SelectionBar list/> <ListPane list message/> }>
                    <SearchResults message/>
                </Show>
            </section>
            <section class="mailbox__message">
                {move || match message.get() {
                    Some(id) => view! { <MessagePane id list/> }.into_any(),
                    None => view! {
                        <Show when=move || !list.messages().is_empty()>
                            <p class="mailbox__choose">{i18n.t(mail::CHOOSE)}</p>
                        </Show>
                    }
                    .into_any(),
                }}
            </section>
        </div>
    }
}

/// How long what lies in the bin stays there.
#[component]
fn BinRule() -> impl IntoView {
    let portal = use_portal();
    let days = move || portal.limits.with(|limits| limits.bin_days.to_string());
    view! {
        <p class="list__state">
            {move || mailbox::BIN_RULE.fill(portal.i18n.language(), &[("days", &days())])}
        </p>
    }
}

/// The initial password still works: says so until it does not.
#[component]
fn InitialNotice() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let initial =
        Signal::derive(move || portal.session.with(|it| it.as_ref().is_some_and(|it| it.initial_password)));
    view! {
        <StandingNote what=Standing::InitialPassword applies=initial class="note note--warning">
            {i18n.t(account::INITIAL_NOTICE)} " "
            <A href="/account/password">{i18n.t(account::INITIAL_NOTICE_ACTION)}</A>
        </StandingNote>
    }
}
