//! Who does nothing is warned in a dialog, and then signed out; the draft is kept, and the next sign-in leads
//! back to the page.

use crate::browser::{clock, tabs};
use crate::components::dialog::Dialog;
use crate::i18n::security;
use crate::portal::{Departure, Portal, use_portal};
use crate::state::idle::{Idle, Step};
use client_bridge::{Call, security::Call as SecurityCall};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);
/// Seconds left at which the warning is read out anew: each second would drown everything else.
const READ_OUT: [u64; 4] = [60, 30, 15, 5];

/// Watches, and shows the warning.
#[component]
pub(crate) fn IdleWatch() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let idle = StoredValue::new(Idle::begin(clock::now_ms()));
    let left = RwSignal::new(None);
    watch_activity(portal, idle);
    Effect::new(move || {
        portal.activity_elsewhere.track();
        idle.update_value(|idle| idle.note_elsewhere(clock::now_ms()));
    });
    if let Ok(ticking) = set_interval_with_handle(move || tick(portal, idle, left), TICK) {
        on_cleanup(move || ticking.clear());
    }
    let stay = move || {
        idle.set_value(Idle::begin(clock::now_ms()));
        left.set(None);
        spawn_local(say_so(portal));
    };
    let warned = Memo::new(move |_| left.with(Option::is_some));
    let seconds = move |left: u64| i18n.fill(security::IDLE_SECONDS, vec![("seconds", left.to_string())])();
    let shown = move || left.get().map(seconds);
    let step = Memo::new(move |_| {
        let left = left.get().unwrap_or_default();
        READ_OUT.into_iter().filter(|step| *step >= left).min()
    });
    let read_out = move || step.get().map(seconds);
    view! {
        <Dialog open=warned title=security::IDLE_TITLE on_cancel=move |()| stay() alert=true about="idle-text">
            <p id="idle-text">{i18n.t(security::IDLE_TEXT)}</p>
            <p aria-hidden="true">{shown}</p>
            <p class="visually-hidden" role="status">{read_out}</p>
            <div class="dialog__actions">
                <button type="button" class="button button--primary" on:click=move |_| stay()>
                    {i18n.t(security::STAY)}
                </button>
            </div>
        </Dialog>
    }
}

/// Whatever a hand does counts; what the page does by itself does not.
fn watch_activity(portal: Portal, idle: StoredValue<Idle>) {
    let note = move || {
        let limit_ms = limit_ms(portal);
        idle.update_value(|idle| idle.note(clock::now_ms(), limit_ms));
    };
    let listeners = [
        window_event_listener(ev::pointermove, move |_| note()),
        window_event_listener(ev::pointerdown, move |_| note()),
        window_event_listener(ev::keydown, move |_| note()),
        window_event_listener(ev::wheel, move |_| note()),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
}

fn tick(portal: Portal, idle: StoredValue<Idle>, left: RwSignal<Option<u64>>) {
    let now_ms = clock::now_ms();
    if portal.session.with_untracked(Option::is_none) {
        return idle.set_value(Idle::begin(now_ms));
    }
    let limit_ms = limit_ms(portal);
    let step = idle.try_update_value(|idle| idle.step(now_ms, limit_ms));
    let warning = match step {
        Some(Step::Warn(seconds)) => Some(seconds),
        _ => None,
    };
    if left.get_untracked() != warning {
        left.set(warning);
    }
    match step {
        Some(Step::Tell) => spawn_local(say_so(portal)),
        Some(Step::End) => {
            idle.set_value(Idle::begin(now_ms));
            spawn_local(portal.sign_out_as(Departure::SessionOver));
        }
        _ => {}
    }
}

async fn say_so(portal: Portal) {
    tabs::tell(&tabs::Word::Active);
    // Without network the session ends by its time, and the next request says so.
    let _ = portal.ask(Call::Security(SecurityCall::Stay)).await;
}

fn limit_ms(portal: Portal) -> u64 {
    portal.limits.with_untracked(|limits| u64::from(limits.idle_minutes) * 60_000)
}
