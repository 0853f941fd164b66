//! "Sitzungen": where one is signed in, and an end to it.

use crate::browser::{clock, dom};
use crate::components::failure_note::FailureNote;
use crate::components::heading::Heading;
use crate::components::table::{Cell, Row, Table};
use crate::i18n::{Text, security};
use crate::portal::{Portal, use_portal};
use client_bridge::security::{Answer as SecurityAnswer, Call as SecurityCall, SessionRow};
use client_bridge::{Answer, Call, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;

type Found = RwSignal<Option<Vec<SessionRow>>>;
type Failed = RwSignal<Option<Failure>>;

/// The page of the menu.
#[component]
pub(crate) fn SessionsView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (found, failure) = (Found::new(None), Failed::new(None));
    spawn_local(load(portal, found, failure));
    let minutes = portal.limits.with_untracked(|limits| limits.idle_minutes.to_string());
    let end = Callback::new(move |(call, told): (SecurityCall, Text)| {
        spawn_local(async move {
            match portal.ask(Call::Security(call)).await {
                Ok(_) => {
                    portal.say(told);
                    dom::keep_focus();
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
            load(portal, found, failure).await;
        });
    });
    let others = move || found.with(|it| it.as_ref().is_some_and(|rows| rows.len() > 1));
    view! {
        <div class="sheet sheet--wide">
            <Heading text=security::SESSIONS/>
            <p>{i18n.fill(security::SESSIONS_TEXT, vec![("minutes", minutes)])}</p>
            <FailureNote failure/>
            {move || match found.get() {
                None => view! { <p role="status">{i18n.t(security::SESSIONS_LOADING)}</p> }.into_any(),
                Some(rows) => view! { <Sessions rows end/> }.into_any(),
            }}
            <Show when=others>
                <p>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| end.run((SecurityCall::EndOtherSessions, security::OTHERS_ENDED))
                    >
                        {i18n.t(security::END_OTHERS)}
                    </button>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn Sessions(rows: Vec<SessionRow>, end: Callback<(SecurityCall, Text)>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| view! { <Session row end/> }).collect_view();
    let columns = vec![security::BEGUN, security::LAST_SEEN, security::ACTION];
    view! { <Table label=security::SESSIONS columns>{rows}</Table> }
}

#[component]
fn Session(row: SessionRow, end: Callback<(SecurityCall, Text)>) -> impl IntoView {
    let i18n = use_portal().i18n;
    let SessionRow { session, begun_at_ms, last_seen_at_ms, current } = row;
    let begun = move || clock::long(begun_at_ms, i18n.language());
    let label = move || security::END_SESSION_OF.fill(i18n.language(), &[("time", &begun())]);
    let action = if current {
        view! { <strong>{i18n.t(security::THIS_SESSION)}</strong> }.into_any()
    } else {
        view! {
            <button
                type="button"
                class="button button--small"
                aria-label=label
                on:click=move |_| end.run((SecurityCall::EndSession { session }, security::SESSION_ENDED))
            >
                {i18n.t(security::END_SESSION)}
            </button>
        }
        .into_any()
    };
    view! {
        <Row head=begun>
            <Cell column=security::LAST_SEEN>{move || clock::long(last_seen_at_ms, i18n.language())}</Cell>
            <Cell>{action}</Cell>
        </Row>
    }
}

async fn load(portal: Portal, found: Found, failure: Failed) {
    match portal.ask(Call::Security(SecurityCall::Sessions)).await {
        Ok(Answer::Security(SecurityAnswer::Sessions(rows))) => drop(found.try_set(Some(rows))),
        Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
        Err(why) => drop(failure.try_set(Some(why))),
    }
}
