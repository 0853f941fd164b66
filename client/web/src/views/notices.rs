//! What stands above every page until it is dealt with: earlier messages that wait for a yes, a recovery code
//! that there is none of yet.

use super::selection_bar::Question;
use crate::browser::{clock, dom};
use crate::components::failure_note::FailureNote;
use crate::i18n::{general, recovery as r};
use crate::portal::{Standing, use_portal};
use crate::state::route::{RECOVERY_CODE, WELCOME, may_invite};
use client_bridge::recovery::{Answer as RecoveryAnswer, Call as RecoveryCall, Offer};
use client_bridge::{Answer, Call, Failure};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_location;
use std::time::Duration;

/// A server that starts anew is there again by then.
const LASTS_AFTER: Duration = Duration::from_secs(5);

/// For somebody who is signed in.
#[component]
pub(crate) fn StandingNotices() -> impl IntoView {
    let portal = use_portal();
    let role = Memo::new(move |_| portal.session.with(|it| it.as_ref().map(|it| it.role)));
    move || match role.get() {
        Some(role) if may_invite(role) => view! { <Offers/> }.into_any(),
        Some(_) => view! { <Reminder/> }.into_any(),
        None => ().into_any(),
    }
}

/// Said while nothing new can come: at once if the browser says so, else when it lasts.
#[component]
pub(crate) fn NoNews() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let no_network = RwSignal::new(!window().navigator().on_line());
    let lost = window_event_listener(ev::offline, move |_| no_network.set(true));
    let back = window_event_listener(ev::online, move |_| no_network.set(false));
    on_cleanup(move || {
        lost.remove();
        back.remove();
    });
    let lasts = RwSignal::new(false);
    Effect::new(move || {
        lasts.set(false);
        if !portal.news_come.get() {
            let timer = set_timeout_with_handle(move || lasts.set(true), LASTS_AFTER);
            on_cleanup(move || drop(timer.map(|it| it.clear())));
        }
    });
    view! {
        <div role="status">
            <Show when=move || no_network.get() || lasts.get()>
                <p class="note note--warning">{i18n.t(general::NO_NEWS)}</p>
            </Show>
        </div>
    }
}

/// Comes back at every sign-in until there is a code.
#[component]
fn Reminder() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let path = use_location().pathname;
    let missing = Signal::derive(move || {
        portal.session.with(|it| it.as_ref().is_some_and(|it| !it.recovery_code))
            && !matches!(path.get().as_str(), RECOVERY_CODE | WELCOME)
    });
    let unfinished = move || portal.session.with(|it| it.as_ref().is_some_and(|it| it.initial_password));
    // What was left for later is not any more.
    let go_on = move |_| portal.code_put_off.set(false);
    view! {
        <StandingNote what=Standing::NoCode applies=missing class="note">
            {i18n.t(r::REMINDER)} " " <A href=RECOVERY_CODE>{i18n.t(r::REMINDER_ACTION)}</A>
            <Show when=unfinished>
                " · " <A href=WELCOME on:click=go_on>{i18n.t(r::REMINDER_STEPS)}</A>
            </Show>
        </StandingNote>
    }
}

/// A notice that can be put away until the next sign-in.
#[component]
pub(crate) fn StandingNote(
    /// Which.
    what: Standing,
    /// Whether there is reason for it.
    #[prop(into)]
    applies: Signal<bool>,
    /// How it looks.
    class: &'static str,
    /// What it says.
    children: ChildrenFn,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let shown = move || applies.get() && portal.put_away.with(|away| !away.contains(&what));
    let put_away = move |_| {
        portal.put_away.update(|away| away.push(what));
        dom::focus("main h1");
    };
    view! {
        <Show when=shown>
            <div class=format!("{class} standing")>
                <p>{children()}</p>
                <button type="button" class="standing__close" aria-label=i18n.t(general::PUT_AWAY) on:click=put_away>
                    {"×"}
                </button>
            </div>
        </Show>
    }
}

/// Loads when somebody's keys change.
#[component]
fn Offers() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let offers = RwSignal::new(Vec::<Offer>::new());
    Effect::new(move || {
        portal.contact_changes.track();
        spawn_local(async move {
            // What cannot be asked now is asked at the next occasion.
            if let Ok(Answer::Recovery(RecoveryAnswer::Offers(found))) =
                portal.ask(Call::Recovery(RecoveryCall::Offers)).await
            {
                offers.try_update(|known| {
                    known.extend(found.into_iter().filter(|it| known_not(known, it)).collect::<Vec<_>>());
                });
            }
        });
    });
    view! {
        <Show when=move || offers.with(|it| !it.is_empty())>
            <section aria-label=i18n.t(r::EARLIER)>
                <For each=move || offers.get() key=|offer| (offer.account, offer.at_ms) let:offer>
                    <OneOffer offer offers/>
                </For>
            </section>
        </Show>
    }
}

fn known_not(known: &[Offer], offer: &Offer) -> bool {
    !known.iter().any(|it| (it.account, it.at_ms) == (offer.account, offer.at_ms))
}

#[component]
fn OneOffer(offer: Offer, offers: RwSignal<Vec<Offer>>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let ticket = RwSignal::new(None::<u32>);
    let shown = StoredValue::new(offer.clone());
    let Offer { account, promised, .. } = offer;
    let gone = move || {
        offers.try_update(|it| it.retain(|other| other.account != account));
    };
    let yes = move || {
        let number = portal.next_number();
        ticket.set(Some(number));
        failure.set(None);
        spawn_local(async move {
            let call = RecoveryCall::MakeAccessible { account, ticket: number };
            let answer = portal.ask(Call::Recovery(call)).await;
            ticket.try_set(None);
            match answer {
                Ok(Answer::Recovery(RecoveryAnswer::Accessible { granted, failed })) => {
                    let person = shown.try_with_value(|it| it.person.clone()).unwrap_or_default();
                    let count = if failed == 0 { granted } else { failed }.to_string();
                    let text = if failed == 0 { r::OFFER_DONE } else { r::OFFER_FAILED };
                    let language = i18n.0.get_untracked();
                    portal.toast(text.fill(language, &[("count", &count), ("person", &person)]));
                    gone();
                }
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    let asking = RwSignal::new(false);
    let no = move |()| {
        asking.set(false);
        spawn_local(async move {
            match portal.ask(Call::Recovery(RecoveryCall::DeclineOffer { account })).await {
                Ok(_) => gone(),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    let text = move || {
        shown.with_value(|it| {
            let when = clock::day_of(it.at_ms, i18n.language());
            let count = it.messages.to_string();
            let values = [("person", it.person.as_str()), ("when", &when), ("by", &it.by), ("count", &count)];
            r::OFFER.fill(i18n.language(), &values)
        })
    };
    let progress = move || {
        let number = ticket.get()?;
        let done = portal.progress.with(|it| it.get(&number).copied());
        Some(match done {
            None => r::OFFER_BEGUN.in_language(i18n.language()).to_owned(),
            Some((done, total)) => r::OFFER_PROGRESS
                .fill(i18n.language(), &[("done", &done.to_string()), ("total", &total.to_string())]),
        })
    };
    if promised {
        yes();
    }
    view! {
        <div class="note note--warning">
            <p>{text}</p>
            <FailureNote failure/>
            <p role="status">{progress}</p>
            <Show when=move || ticket.get().is_none()>
                <div class="dialog__actions">
                    <button type="button" class="button" on:click=move |_| asking.set(true)>{i18n.t(r::OFFER_NO)}</button>
                    <button type="button" class="button button--primary" on:click=move |_| yes()>
                        {i18n.t(r::OFFER_YES)}
                    </button>
                </div>
            </Show>
            <Question
                open=asking
                title=r::OFFER_NO_TITLE
                text=Signal::derive(move || shown.with_value(|it| r::OFFER_NO_TEXT.fill(i18n.language(), &[("person", &it.person)])))
                action=r::OFFER_NO_ACTION
                run=Callback::new(no)
            />
        </div>
    }
}
