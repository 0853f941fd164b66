//! Taking mail along: a message as a file, several as a ZIP; printing.

use crate::browser::{dom, save, worker};
use crate::components::failure_note::FailureNote;
use crate::i18n::{Text, contacts as c, general, mail};
use crate::portal::{Portal, use_portal};
use crate::state::file_name;
use crate::state::search::number;
use client_bridge::take_along::{Answer as Taken, Call as TakeCall};
use client_bridge::{Answer, Call, Failure};
use crypto_core::wire::MessageId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Under a message: as a file, on paper.
#[component]
pub(crate) fn TakeMessage(
    /// Which.
    message: MessageId,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let ticket = portal.next_number();
    let save = move |_| {
        let call = TakeCall::Message { message, ticket };
        spawn_local(async move { failure.set(take(portal, call, ticket).await.err()) });
    };
    view! {
        <div class="take">
            <button type="button" class="button" on:click=save>{i18n.t(c::SAVE_MESSAGE)}</button>
            <button type="button" class="button" on:click=|_| dom::print()>{i18n.t(c::PRINT)}</button>
            <Progress ticket/>
            <FailureNote failure/>
        </div>
    }
}

/// A button that saves the whole mailbox, or what is chosen in it.
#[component]
pub(crate) fn TakeMessages(
    /// On the button.
    text: Text,
    /// These; without any, all.
    messages: Signal<Option<Vec<MessageId>>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let ticket = portal.next_number();
    let busy = RwSignal::new(false);
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let language = i18n.0.get_untracked();
        let call = TakeCall::Messages { messages: messages.get_untracked(), language, ticket };
        spawn_local(async move {
            let taken = take(portal, call, ticket).await;
            busy.try_set(false);
            failure.try_set(taken.err());
        });
    };
    let cancel = move |_| spawn_local(async move { drop(portal.ask(Call::CancelAttach { ticket }).await) });
    view! {
        <div class="take">
            <button
                type="button"
                class="button"
                aria-disabled=move || busy.get().to_string()
                on:click=save
            >
                {i18n.t(text)}
            </button>
            <Show when=move || busy.get()>
                <button type="button" class="button" on:click=cancel>{i18n.t(general::CANCEL)}</button>
            </Show>
            <p class="form__status" role="status">{move || busy.get().then(|| i18n.t(c::TAKING)())}</p>
            <Progress ticket/>
            <FailureNote failure/>
        </div>
    }
}

#[component]
fn Progress(ticket: u32) -> impl IntoView {
    let portal = use_portal();
    let state = move || portal.progress.with(|progress| progress.get(&ticket).copied());
    view! {
        <Show when=move || state().is_some()>
            <progress
                class="progress"
                aria-label=portal.i18n.t(c::TAKING)
                max=move || state().map_or(1, |(_, total)| total.max(1)).to_string()
                prop:value=move || state().map_or(0.0, as_number)
            ></progress>
        </Show>
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no more precision")]
fn as_number((done, _): (u64, u64)) -> f64 {
    done as f64
}

/// Asks the worker for a file, hands it to the browser and says so.
async fn take(portal: Portal, call: TakeCall, ticket: u32) -> Result<(), Failure> {
    let result = worker::call_with(Call::TakeAlong(call), None).await;
    portal.progress.update(|progress| {
        progress.remove(&ticket);
    });
    let language = portal.i18n.0.get_untracked();
    let (name, said) = match &result {
        Ok((Answer::File { name }, _)) => {
            let shown = file_name::display(name).unwrap_or_default();
            (name, mail::SAVED.fill(language, &[("name", &shown)]))
        }
        Ok((Answer::Taken(taken), _)) => (&taken.name, told(taken, language)),
        Ok(_) => return Err(Failure::Internal),
        Err(why) => {
            portal.heed(why);
            return Err(why.clone());
        }
    };
    let blob = result.as_ref().ok().and_then(|(_, blob)| blob.as_ref());
    if blob.is_some_and(|blob| save::file(name, blob)) {
        portal.toast(said);
        Ok(())
    } else {
        Err(Failure::Internal)
    }
}

fn told(taken: &Taken, language: crypto_core::wire::api::Language) -> String {
    let messages = number(taken.messages, language);
    if taken.unreadable == 0 {
        return c::TAKEN.fill(language, &[("n", &messages)]);
    }
    let unreadable = number(taken.unreadable, language);
    c::TAKEN_WITHOUT.fill(language, &[("n", &messages), ("bad", &unreadable)])
}
