//! The search over everything in the mailbox. Its words go to the worker and no further.

use crate::browser::{clock, dom};
use crate::components::failure_note::FailureNote;
use crate::i18n::{Text, contacts as c, mail, mailbox};
use crate::portal::{Portal, use_portal};
use crate::state::people;
use crate::state::route::{draft_path, folder_path};
use crate::state::search::{covered, found, unsearched};
use client_bridge::search::{Answer as SearchAnswer, Call as SearchCall, Found, Hit, Place};
use client_bridge::{Answer, Call};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Folder;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// Whether a search is on.
pub(crate) fn is_on(portal: Portal) -> bool {
    portal.query.with(|query| !query.trim().is_empty())
}

fn begin(portal: Portal) {
    spawn_local(async move { drop(portal.ask(Call::Search(SearchCall::Begin)).await) });
}

/// The field. What is indexed begins to grow when it is first touched.
#[component]
pub(crate) fn SearchField() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let begun = StoredValue::new(false);
    let touch = move || {
        if !begun.get_value() {
            begun.set_value(true);
            begin(portal);
        }
    };
    let input = move |event| {
        touch();
        portal.query.set(event_target_value(&event));
    };
    // The browser empties the field at the first press.
    let leave = move |event: KeyboardEvent| {
        if event.key() == "Escape" && portal.query.with_untracked(String::is_empty) {
            let _ = dom::focus_now(".list .row__link") || dom::focus_now("main h1");
        }
    };
    view! {
        <form class="search" role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <label class="visually-hidden" for="search">{i18n.t(c::SEARCH)}</label>
            <input
                id="search"
                type="search"
                class="search__field"
                autocomplete="off"
                placeholder=move || i18n.t(c::SEARCH)()
                aria-describedby="search-hint"
                prop:value=move || portal.query.get()
                on:focus=move |_| touch()
                on:input=input
                on:keydown=leave
            />
            <p class="field__hint" class:visually-hidden=move || !is_on(portal) id="search-hint">
                {i18n.t(c::SEARCH_HINT)}
            </p>
        </form>
    }
}

/// What was found, and in how much of the mailbox.
#[component]
pub(crate) fn SearchResults(
    /// The open message.
    message: Memo<Option<MessageId>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let results = RwSignal::new(None::<Found>);
    Effect::new(move || {
        let query = portal.query.get();
        portal.coverage.track();
        spawn_local(async move {
            let call = SearchCall::Find { query: query.clone() };
            let answer = portal.ask(Call::Search(call)).await;
            // A later letter has its own answer.
            let current = portal.query.try_with_untracked(|it| *it == query).unwrap_or_default();
            if let (Ok(Answer::Search(SearchAnswer::Found(found))), true) = (answer, current) {
                results.try_set(Some(found));
            }
        });
    });
    // What arrives while one searches is found as well.
    Effect::new(move |before: Option<()>| {
        portal.arrivals.track();
        if before.is_some() {
            begin(portal);
        }
    });
    let end = move |_| {
        portal.query.set(String::new());
        dom::focus("#search");
    };
    let count = move || results.with(|it| it.as_ref().map(|it| found(it, i18n.language())));
    let coverage = move || portal.coverage.with(|it| covered(it.as_ref(), i18n.language()));
    let left_out = move || portal.coverage.with(|it| unsearched(it.as_ref(), i18n.language()));
    let failure =
        Signal::derive(move || portal.coverage.with(|it| it.as_ref().and_then(|it| it.failure.clone())));
    let hits = move || results.with(|it| it.as_ref().map(|it| it.hits.clone()).unwrap_or_default());
    view! {
        <div class="search__state">
            <p role="status">{count}</p>
            <p class="search__coverage">{coverage}</p>
            {move || left_out().map(|text| view! { <p class="note note--warning">{text}</p> })}
            <FailureNote failure/>
            <Show when=move || failure.with(Option::is_some)>
                <button type="button" class="button button--small" on:click=move |_| begin(portal)>
                    {i18n.t(c::SEARCH_ON)}
                </button>
            </Show>
            <button type="button" class="button button--small" on:click=end>
                {i18n.t(c::SEARCH_CLEAR)}
            </button>
        </div>
        <ul class="list" aria-label=i18n.t(c::RESULTS)>
            <For each=hits key=|hit| hit.place let:hit>
                <HitRow hit message/>
            </For>
        </ul>
    }
}

/// The folder of a hit.
const fn lies_in(place: Place) -> Text {
    match place {
        Place::Message(Folder::Inbox, _) => mail::INBOX,
        Place::Message(Folder::Sent, _) => mail::SENT,
        Place::Message(Folder::Bin, _) => mailbox::BIN,
        Place::Draft(_) => mail::DRAFTS,
    }
}

#[component]
fn HitRow(hit: Hit, message: Memo<Option<MessageId>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (place, at) = (hit.place, hit.at_ms);
    let listed = hit.people.clone();
    let who = move || {
        let names = people::line(&listed, |it| portal.called(it));
        match place {
            Place::Message(Folder::Sent, _) => i18n.fill(mail::TO_PEOPLE, vec![("people", names)])(),
            Place::Draft(_) => i18n.fill(c::DRAFT_TO, vec![("people", names)])(),
            Place::Message(..) => names,
        }
    };
    let (path, id) = match place {
        Place::Message(folder, message) => (format!("{}/{message}", folder_path(folder)), Some(message)),
        Place::Draft(draft) => (draft_path(draft), None),
    };
    let subject = hit.subject;
    let subject = move || {
        if subject.trim().is_empty() { i18n.t(mail::NO_SUBJECT)().to_owned() } else { subject.clone() }
    };
    view! {
        <li class="row" class:row--open=move || id.is_some() && message.get() == id>
            <A href=path attr:class="row__link">
                <span class="row__people">{who}</span>
                <time class="row__time" datetime=clock::machine(at)>{move || clock::short(at, i18n.language())}</time>
                <span class="row__subject">{subject}</span>
                <span class="row__marks">{i18n.t(lies_in(place))}</span>
            </A>
        </li>
    }
}
