//! What became of a message one sent, and its recall.

use super::invitations::Undelivered;
use super::message_list::ListStore;
use super::selection_bar::Question;
use crate::browser::clock;
use crate::components::failure_note::FailureNote;
use crate::i18n::{I18n, Text, admin, mailbox as texts};
use crate::portal::use_portal;
use crate::state::delivery::{Outcome, can_recall, outcome};
use crate::state::people;
use client_bridge::mailbox::{self, Delivery};
use client_bridge::{Call, Failure, Message};
use crypto_core::wire::api::{Folder, Language};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// One word for a list.
pub(crate) fn word(
    deliveries: &[Delivery],
    recalled_at_ms: Option<u64>,
    language: Language,
) -> Option<String> {
    let text = match outcome(deliveries, recalled_at_ms)? {
        Outcome::Recalled => texts::RECALLED,
        Outcome::Delivered => texts::DELIVERED,
        Outcome::Opened => texts::OPENED,
        Outcome::Saved => texts::SAVED,
        Outcome::OpenedBy(n, of) => {
            let values = [("n", n.to_string()), ("of", of.to_string())];
            let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            return Some(texts::OPENED_SOME.fill(language, &values));
        }
    };
    Some(text.in_language(language).into())
}

/// Below a sent message.
#[component]
pub(crate) fn DeliveryView(
    /// The message.
    message: Message,
    /// The list that it is in.
    list: ListStore,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    if message.folder != Folder::Sent || message.deliveries.is_empty() {
        return ().into_any();
    }
    let (delivered, id) = (message.delivered_at_ms, message.message);
    let opened = StoredValue::new((message.deliveries, message.recalled_at_ms));
    // The list hears of what happens while the message is open.
    let state = Memo::new(move |_| {
        let row = list.with_rows(|rows| {
            let row = rows.iter().find(|row| row.message == id);
            row.map(|row| (row.deliveries.clone(), row.recalled_at_ms))
        });
        row.filter(|(deliveries, _)| !deliveries.is_empty()).unwrap_or_else(|| opened.get_value())
    });
    let recallable =
        Memo::new(move |_| state.with(|(deliveries, recalled)| can_recall(deliveries, *recalled)));
    view! {
        <section class="delivery" aria-labelledby="delivery-title">
            <h2 id="delivery-title">{i18n.t(texts::DELIVERY)}</h2>
            {move || match state.get() {
                (_, Some(at)) => view! { <p class="note">{dated(i18n, texts::RECALLED_AT, at)}</p> }.into_any(),
                (deliveries, None) => {
                    let rows = deliveries.into_iter().map(|it| view! { <DeliveryRow delivery=it delivered/> });
                    view! { <ul class="delivery__list">{rows.collect_view()}</ul> }.into_any()
                }
            }}
            <Show when=move || recallable.get()><Recall message=id list/></Show>
        </section>
    }
    .into_any()
}

#[component]
fn DeliveryRow(delivery: Delivery, delivered: u64) -> impl IntoView {
    let i18n = use_portal().i18n;
    let opened = match delivery.opened_at_ms {
        Some(at) => view! { <span>{dated(i18n, texts::OPENED_AT, at)}</span> }.into_any(),
        None => view! { <span>{i18n.t(texts::NOT_OPENED)}</span> }.into_any(),
    };
    let known = delivery.person.is_some();
    view! {
        <li class="delivery__row">
            <span class="delivery__who">
                {match delivery.person {
                    Some(person) => people::long(&person).into_any(),
                    None => i18n.t(texts::HANDED_ON).into_any(),
                }}
                {delivery.stands_in.then(|| view! { " (" {i18n.t(admin::DEPUTY)} ")" })}
            </span>
            {known.then(|| view! { <span>{dated(i18n, texts::DELIVERED_AT, delivered)}</span> })}
            {opened}
            {delivery.saved_at_ms.map(|at| view! { <span>{dated(i18n, texts::SAVED_AT, at)}</span> })}
            {delivery.mail_failed_at_ms.map(|at_ms| view! { <Undelivered at_ms/> })}
        </li>
    }
}

fn dated(i18n: I18n, text: Text, at_ms: u64) -> impl Fn() -> String + Copy {
    move || text.fill(i18n.language(), &[("date", &clock::long(at_ms, i18n.language()))])
}

#[component]
fn Recall(message: crypto_core::wire::MessageId, list: ListStore) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let asking = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let recall = move |()| {
        asking.set(false);
        failure.set(None);
        spawn_local(async move {
            match portal.ask(Call::Mailbox(mailbox::Call::Recall { message })).await {
                Ok(_) => {
                    portal.say(texts::RECALL_DONE);
                    list.reopen();
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    let text = Signal::derive(move || i18n.t(texts::RECALL_TEXT)().to_owned());
    view! {
        <FailureNote failure/>
        <button type="button" class="button button--small" on:click=move |_| asking.set(true)>
            {i18n.t(texts::RECALL)}
        </button>
        <Question open=asking title=texts::RECALL_TITLE text action=texts::RECALL run=Callback::new(recall)/>
    }
}
