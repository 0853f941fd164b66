//! The drafts of all devices.

use crate::browser::clock;
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::heading::Heading;
use crate::i18n::{I18n, compose, general, mail, mailbox as texts};
use crate::portal::{Portal, use_portal};
use crate::state::route::draft_path;
use client_bridge::mailbox::{self, DraftRow};
use client_bridge::{Answer, Call, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// `/drafts`.
#[component]
pub(crate) fn DraftsView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let rows = RwSignal::new(None::<Vec<DraftRow>>);
    let failure = RwSignal::new(None);
    let discarding = RwSignal::new(None::<DraftRow>);
    Effect::new(move || {
        portal.draft_changes.track();
        spawn_local(async move {
            // What is being written belongs to the list.
            let _ = portal.save_draft_now().await;
            match load(portal).await {
                Ok(drafts) => {
                    failure.try_set(None);
                    rows.try_set(Some(drafts));
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    });
    spawn_local(portal.recover_drafts());
    let state = move || match rows.with(|rows| rows.as_ref().map(Vec::len)) {
        None if failure.with(Option::is_none) => Some(i18n.t(texts::LOADING_DRAFTS)()),
        Some(0) => Some(i18n.t(texts::EMPTY_DRAFTS)()),
        _ => None,
    };
    let key = |row: &DraftRow| (row.draft, row.revision);
    view! {
        <section class="mailbox__list drafts">
            <Heading text=mail::DRAFTS/>
            <FailureNote failure/>
            <p class="list__state" role="status">{state}</p>
            <ul class="list" aria-label=i18n.t(texts::DRAFTS_LABEL)>
                <For each=move || rows.get().unwrap_or_default() key=key let:row>
                    <DraftRowView row discarding/>
                </For>
            </ul>
        </section>
        <DiscardDialog discarding failure/>
    }
}

async fn load(portal: Portal) -> Result<Vec<DraftRow>, Failure> {
    match portal.ask(Call::Mailbox(mailbox::Call::Drafts)).await? {
        Answer::Mailbox(mailbox::Answer::Drafts(rows)) => Ok(rows),
        _ => Err(Failure::Internal),
    }
}

#[component]
fn DraftRowView(row: DraftRow, discarding: RwSignal<Option<DraftRow>>) -> impl IntoView {
    let i18n = use_portal().i18n;
    let (changed, expires) = (row.changed_at_ms, row.expires_at_ms);
    let to = row.to.join(", ");
    let who = move || {
        if to.is_empty() {
            i18n.t(texts::NO_RECIPIENT)().to_owned()
        } else {
            i18n.fill(mail::TO_PEOPLE, vec![("people", to.clone())])()
        }
    };
    let subject = Signal::derive({
        let subject = row.subject.clone();
        move || subject_text(&subject, i18n)
    });
    let conflict = row.conflict;
    let attachments = row.attachments;
    let label = move || texts::DRAFT_DISCARD_LABEL.fill(i18n.language(), &[("subject", &subject.get())]);
    let href = draft_path(row.draft);
    let ask = move |_| discarding.set(Some(row.clone()));
    view! {
        <li class="row row--acting">
            <A href=href attr:class="row__link">
                <span class="row__people">{who}</span>
                <time class="row__time" datetime=clock::machine(changed)>
                    {move || clock::short(changed, i18n.language())}
                </time>
                <span class="row__subject">{move || subject.get()}</span>
                <span class="row__marks">
                    {conflict.then(|| view! { <span class="row__unread">{i18n.t(texts::CONFLICT)}</span> })}
                    {super::message_list::attachment_mark(attachments, i18n)}
                    <span>{move || texts::UNTIL.fill(i18n.language(), &[("date", &clock::day_month(expires, i18n.language()))])}</span>
                </span>
            </A>
            <button type="button" class="button button--small" aria-label=label on:click=ask>
                {i18n.t(compose::DISCARD_SHORT)}
            </button>
        </li>
    }
}

fn subject_text(subject: &Result<String, Failure>, i18n: I18n) -> String {
    match subject {
        Ok(subject) if subject.trim().is_empty() => i18n.t(mail::NO_SUBJECT)().to_owned(),
        Ok(subject) => subject.clone(),
        Err(failure) => crate::state::failure::sentence(failure, i18n.language()),
    }
}

#[component]
fn DiscardDialog(
    discarding: RwSignal<Option<DraftRow>>,
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let open = Signal::derive(move || discarding.with(Option::is_some));
    let discard = move |_| {
        let Some(row) = discarding.get_untracked() else { return };
        discarding.set(None);
        spawn_local(async move {
            if portal.draft.id.get_untracked() == Some(row.draft) {
                match portal.drop_draft().await {
                    Ok(true) => portal.say(compose::DISCARDED),
                    Ok(false) => {}
                    Err(why) => drop(failure.try_set(Some(why))),
                }
                return portal.draft_changes.update(|count| *count += 1);
            }
            let call = mailbox::Call::DiscardDraft { draft: row.draft, revision: row.revision };
            match portal.ask(Call::Mailbox(call)).await {
                Ok(_) => portal.say(compose::DISCARDED),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <Dialog open title=compose::DISCARD_TITLE on_cancel=move |()| discarding.set(None)>
            <p>{i18n.t(compose::DISCARD_TEXT)}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| discarding.set(None)>
                    {i18n.t(general::CANCEL)}
                </button>
                <button type="button" class="button button--primary" on:click=discard>
                    {i18n.t(compose::DISCARD)}
                </button>
            </div>
        </Dialog>
    }
}
