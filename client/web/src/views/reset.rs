//! Requests for a new password, and issuing a new initial password after a call back.

use crate::browser::clock;
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::i18n::recovery as r;
use crate::portal::{InitialPassword, Portal, use_portal};
use client_bridge::recovery::{Answer as RecoveryAnswer, Call as RecoveryCall, Request};
use client_bridge::{Answer, Call, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Open requests; nothing while there are none. Loads again when one comes or is settled.
#[component]
pub(crate) fn PasswordRequests() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let requests = RwSignal::new(Vec::<Request>::new());
    let failure = RwSignal::new(None);
    let settled = RwSignal::new(0_u32);
    Effect::new(move || {
        portal.contact_changes.track();
        portal.initial.track();
        settled.track();
        spawn_local(async move {
            match portal.ask(Call::Recovery(RecoveryCall::Requests)).await {
                Ok(Answer::Recovery(RecoveryAnswer::Requests(found))) => drop(requests.try_set(found)),
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    });
    let rows = move || {
        requests.get().into_iter().map(|request| view! { <Row request failure settled/> }).collect_view()
    };
    view! {
        <FailureNote failure/>
        <Show when=move || requests.with(|it| !it.is_empty())>
            <section class="note note--warning" aria-labelledby="requests-title">
                <h2 id="requests-title">{i18n.t(r::REQUESTS)}</h2>
                <p>{i18n.t(r::REQUESTS_TEXT)}</p>
                <ul>{rows}</ul>
            </section>
        </Show>
    }
}

#[component]
fn Row(request: Request, failure: RwSignal<Option<Failure>>, settled: RwSignal<u32>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let Request { account, address, requested_at_ms, .. } = request;
    let of = address.clone();
    let text = move || {
        let when = clock::long(requested_at_ms, i18n.language());
        r::REQUESTED.fill(i18n.language(), &[("address", &of), ("when", &when)])
    };
    let decline = move |_| {
        spawn_local(async move {
            match portal.ask(Call::Recovery(RecoveryCall::DeclineRequest { account })).await {
                Ok(_) => {
                    portal.say(r::DECLINED);
                    settled.try_update(|it| *it += 1);
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    let name = i18n.fill(r::DECLINE_FOR, vec![("address", address.clone())]);
    view! {
        <li>
            <p>{text}</p>
            <div class="dialog__actions">
                <button type="button" class="button" aria-label=name on:click=decline>{i18n.t(r::DECLINE)}</button>
                <ResetButton address/>
            </div>
        </li>
    }
}

/// Issues a new initial password for somebody, once its person is sure.
#[component]
pub(crate) fn ResetButton(
    /// Whose.
    address: String,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let open = RwSignal::new(false);
    let name = i18n.fill(r::ISSUE_FOR, vec![("address", address.clone())]);
    view! {
        <button type="button" class="button button--small" aria-label=name on:click=move |_| open.set(true)>
            {i18n.t(r::ISSUE)}
        </button>
        <Dialog open title=r::RESET_TITLE on_cancel=Callback::new(move |()| open.set(false))>
            <Sure address=address.clone() open/>
        </Dialog>
    }
}

#[component]
fn Sure(address: String, open: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let text = i18n.fill(r::RESET_TEXT, vec![("address", address.clone())]);
    let yes = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let address = address.clone();
        spawn_local(async move {
            let done = reset(portal, address).await;
            busy.try_set(false);
            match done {
                Ok(initial) => {
                    open.try_set(false);
                    portal.initial.set(Some(initial));
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <p>{text}</p>
        <FailureNote failure/>
        <p role="status">{move || busy.get().then(|| i18n.t(r::RESETTING)())}</p>
        <div class="dialog__actions">
            <button type="button" class="button" on:click=move |_| open.set(false)>{i18n.t(r::RESET_NO)}</button>
            <button type="button" class="button button--primary" on:click=yes>{i18n.t(r::RESET_YES)}</button>
        </div>
    }
}

async fn reset(portal: Portal, address: String) -> Result<InitialPassword, Failure> {
    match portal.ask(Call::Recovery(RecoveryCall::Reset { address })).await? {
        Answer::Invited { address, initial_password } => Ok(InitialPassword {
            address,
            password: initial_password.0,
            language: portal.i18n.0.get_untracked(),
            again: true,
        }),
        _ => Err(Failure::Internal),
    }
}
