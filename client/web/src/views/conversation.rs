//! Below a message: what it answers, and the answers.

use crate::browser::clock;
use crate::components::try_again::TryAgain;
use crate::i18n::mail;
use crate::portal::use_portal;
use crate::state::people;
use crate::state::route::folder_path;
use client_bridge::{Answer, Call, Failure, Row};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Folder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// The messages of the thread, oldest first; nothing if there is no other one.
#[component]
pub(crate) fn Conversation(
    /// The message that is shown.
    message: MessageId,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let rows = RwSignal::new(Vec::<Row>::new());
    let failure = RwSignal::new(None::<Failure>);
    let load = move || {
        spawn_local(async move {
            match portal.ask(Call::Conversation { message }).await {
                Ok(Answer::Conversation(found)) => {
                    failure.try_set(None);
                    rows.try_set(found);
                }
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(failed) => drop(failure.try_set(Some(failed))),
            }
        });
    };
    Effect::new(move || {
        portal.arrivals.track();
        load();
    });
    let several = move || rows.with(|rows| rows.len() > 1);
    view! {
        <TryAgain failure again=Callback::new(move |()| load())/>
        <Show when=several>
            <section class="conversation" aria-labelledby="conversation-title">
                <h2 id="conversation-title">{i18n.t(mail::CONVERSATION)}</h2>
                <ol class="conversation__list">
                    <For each=move || rows.get() key=|row| (row.message, row.unread) let:row>
                        <Turn row shown=message/>
                    </For>
                </ol>
            </section>
        </Show>
    }
}

#[component]
fn Turn(row: Row, shown: MessageId) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (id, at, folder) = (row.message, row.delivered_at_ms, row.folder);
    let listed = row.people;
    let who = move || {
        let names = people::line(&listed, |it| portal.called(it));
        match folder {
            Folder::Sent => i18n.fill(mail::TO_PEOPLE, vec![("people", names)])(),
            Folder::Inbox | Folder::Bin => names,
        }
    };
    let place = if row.binned_at_ms.is_some() { Folder::Bin } else { folder };
    let current = (id == shown).then_some("true");
    view! {
        <li class="conversation__turn">
            <A href=format!("{}/{id}", folder_path(place)) attr:aria-current=current>
                <span class="conversation__people">{who}</span> " "
                <time datetime=clock::machine(at)>{move || clock::short(at, i18n.language())}</time>
            </A>
            " "
            {current.map(|_| view! { <span class="conversation__here">{i18n.t(mail::THIS_MESSAGE)}</span> })}
            {row.unread.then(|| view! { <span class="row__unread">{i18n.t(mail::UNREAD)}</span> })}
        </li>
    }
}
