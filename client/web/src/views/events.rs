//! "Ereignisse" and "Postausgang".

use super::admin::{AdminNav, ask};
use crate::browser::clock;
use crate::components::address::EmailAddress;
use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::table::{Cell, Row, Table};
use crate::i18n::{admin, admin_events, mail, sign_in};
use crate::portal::use_portal;
use client_bridge::Failure;
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall};
use crypto_core::wire::AccountId;
use crypto_core::wire::api::{MailQueue, SecurityEventEntry};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;

/// The page of the events.
#[component]
pub(crate) fn EventsView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let events = RwSignal::new(Vec::<SecurityEventEntry>::new());
    let (next, kind) = (RwSignal::new(None::<String>), RwSignal::new(None));
    let (people, account) = (RwSignal::new(Vec::<(AccountId, String)>::new()), RwSignal::new(None));
    let names = RwSignal::new(HashMap::<AccountId, String>::new());
    let (failure, loaded) = (RwSignal::new(None), RwSignal::new(false));
    let load = move |before: Option<String>| {
        spawn_local(async move {
            let fresh = before.is_none();
            let chosen = move || (kind.try_get_untracked().flatten(), account.try_get_untracked().flatten());
            let asked = chosen();
            let answer = ask(portal, AdminCall::Events { before, kind: asked.0, account: asked.1 }).await;
            if chosen() != asked {
                return;
            }
            match answer {
                Ok(Some(AdminAnswer::Events(page))) => {
                    next.try_set(page.next);
                    names.try_update(|names| {
                        for it in page.ended {
                            names.entry(it.account).or_insert(it.address);
                        }
                    });
                    events.try_update(|events| {
                        if fresh {
                            events.clear();
                        }
                        events.extend(page.events);
                    });
                    loaded.try_set(true);
                }
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    spawn_local(async move {
        if let Ok(Some(AdminAnswer::People(found))) = ask(portal, AdminCall::People).await {
            let named = found.into_iter().map(|it| (it.entry.account, it.name.unwrap_or(it.entry.address)));
            let mut named: Vec<_> = named.collect();
            named.sort_by_key(|(_, name)| name.to_lowercase());
            names.try_update(|names| names.extend(named.iter().cloned()));
            people.try_set(named);
        }
    });
    load(None);
    let choose = move |event| {
        let value = event_target_value(&event);
        kind.set(value.parse().ok().and_then(admin_events::nth).map(|(kind, _)| kind));
        load(None);
    };
    let choose_person = move |event| {
        account.set(event_target_value(&event).parse().ok());
        load(None);
    };
    let persons = move || {
        let option = |(id, name): (AccountId, String)| view! { <option value=id.to_string()>{name}</option> };
        people.get().into_iter().map(option).collect_view()
    };
    let options = admin_events::KINDS.iter().enumerate().map(move |(at, (_, text))| {
        view! { <option value=at.to_string()>{i18n.t(*text)}</option> }
    });
    let row = move |it: SecurityEventEntry| {
        let who = move |account: Option<AccountId>| match account {
            None => i18n.t(admin::EVENT_NOBODY)().to_owned(),
            Some(account) => names
                .with(|names| names.get(&account).cloned())
                .unwrap_or_else(|| i18n.t(admin::EVENT_GONE)().to_owned()),
        };
        view! {
            <Row head=move || i18n.t(admin_events::text(it.kind))>
                <Cell column=admin::EVENT_AT>{move || clock::long(it.at_ms, i18n.language())}</Cell>
                <Cell column=admin::EVENT_ABOUT>{move || who(it.account)}</Cell>
                <Cell column=admin::EVENT_BY>
                    {move || match it.by {
                        None if admin_events::is_own_act(it.kind) => i18n.t(admin::EVENT_SELF)().to_owned(),
                        Some(by) if it.account == Some(by) => i18n.t(admin::EVENT_SELF)().to_owned(),
                        by => who(by),
                    }}
                </Cell>
            </Row>
        }
    };
    let columns = vec![admin::EVENT, admin::EVENT_AT, admin::EVENT_ABOUT, admin::EVENT_BY];
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=admin::EVENTS/>
            <p>{i18n.t(admin::EVENTS_TEXT)}</p>
            <FailureNote failure/>
            <div class="form">
                <Field id="event-kind" label=admin::EVENT>
                    <select id="event-kind" on:change=choose>
                        <option value="">{i18n.t(admin::EVENT_ALL)}</option>
                        {options.collect_view()}
                    </select>
                </Field>
                <Field id="event-person" label=admin::EVENT_PERSON>
                    <select id="event-person" on:change=choose_person>
                        <option value="">{i18n.t(admin::EVENT_ALL)}</option>
                        {persons}
                    </select>
                </Field>
            </div>
            <p role="status">
                {move || (loaded.get() && events.with(Vec::is_empty)).then(|| i18n.t(admin::EVENTS_NONE)())}
            </p>
            <Table label=admin::EVENTS columns>{move || events.get().into_iter().map(row).collect_view()}</Table>
            <Show when=move || next.with(Option::is_some)>
                <button type="button" class="button" on:click=move |_| load(next.get_untracked())>
                    {i18n.t(admin::MORE)}
                </button>
            </Show>
        </div>
    }
}

/// The page of outgoing mail.
#[component]
pub(crate) fn OutboxView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let found = RwSignal::new(None::<MailQueue>);
    let failure = RwSignal::new(None);
    spawn_local(async move {
        match ask(portal, AdminCall::Outbox).await {
            Ok(Some(AdminAnswer::Outbox(queue))) => drop(found.try_set(Some(queue))),
            Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(failure.try_set(Some(why))),
        }
    });
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=admin::OUTBOX/>
            <p>{i18n.t(admin::OUTBOX_TEXT)}</p>
            <FailureNote failure/>
            {move || match found.get() {
                None => view! { <p role="status">{i18n.t(mail::LOADING_LIST)}</p> }.into_any(),
                Some(queue) if queue.waiting.is_empty() && queue.failed.is_empty() => {
                    view! { <p>{i18n.t(admin::OUTBOX_EMPTY)}</p> }.into_any()
                }
                Some(queue) => view! { <Queue queue/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Queue(queue: MailQueue) -> impl IntoView {
    let i18n = use_portal().i18n;
    let line = move |address: String, at_ms: u64, text, more: Option<String>| {
        view! {
            <Row head=move || view! { <EmailAddress address=address.clone()/> }>
                <Cell column=admin::COLUMN_STATE>{i18n.t(text)} {more.map(|more| format!(" ({more})"))}</Cell>
                <Cell column=admin::EVENT_AT>{move || clock::long(at_ms, i18n.language())}</Cell>
            </Row>
        }
    };
    let failed = queue.failed.into_iter().map(|it| {
        let text = if it.refused { admin::OUTBOX_REFUSED } else { admin::OUTBOX_FAILED };
        line(it.address, it.failed_at_ms, text, it.code.map(|code| code.to_string()))
    });
    let failed = failed.collect_view();
    let waiting = queue.waiting.into_iter().map(|it| {
        let tries = admin::OUTBOX_TRIES.fill(i18n.0.get_untracked(), &[("count", &it.attempts.to_string())]);
        line(it.address, it.created_at_ms, admin::OUTBOX_WAITING, Some(tries))
    });
    let waiting = waiting.collect_view();
    let columns = vec![sign_in::ADDRESS, admin::COLUMN_STATE, admin::EVENT_AT];
    view! { <Table label=admin::OUTBOX columns>{failed} {waiting}</Table> }
}
