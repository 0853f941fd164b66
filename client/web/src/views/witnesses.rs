//! "Prüfer": who signs the key directory, and how many of them must have.

use super::admin::{AdminNav, ask};
use crate::browser::clock;
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::table::{Cell, Row, Table};
use crate::i18n::{admin, general, mail};
use crate::portal::{Portal, use_portal};
use client_bridge::Failure;
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall, Witness};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Page {
    portal: Portal,
    /// Those who are named, and how many of them must have signed.
    found: RwSignal<Option<(Vec<Witness>, u32)>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    /// Whom the question is about.
    removed: RwSignal<Option<String>>,
}

/// The page.
#[component]
pub(crate) fn WitnessesView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let page = Page {
        portal,
        found: RwSignal::new(None),
        failure: RwSignal::new(None),
        busy: RwSignal::new(false),
        removed: RwSignal::new(None),
    };
    spawn_local(page.load());
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=admin::WITNESSES/>
            <p>{i18n.t(admin::WITNESSES_TEXT)}</p>
            <FailureNote failure=page.failure/>
            {move || match page.found.get() {
                None if page.failure.with(Option::is_some) => ().into_any(),
                None => view! { <p role="status">{i18n.t(mail::LOADING_LIST)}</p> }.into_any(),
                Some((witnesses, _)) if witnesses.is_empty() => {
                    view! { <p>{i18n.t(admin::WITNESSES_NONE)}</p> <NameForm page/> }.into_any()
                }
                Some((witnesses, quorum)) => {
                    view! {
                        <Named witnesses=witnesses.clone() page/>
                        <QuorumForm witnesses quorum page/>
                        <NameForm page/>
                    }
                    .into_any()
                }
            }}
            <RemoveQuestion page/>
        </div>
    }
}

#[component]
fn Named(witnesses: Vec<Witness>, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let row = move |it: Witness| {
        let signed = move || match it.signed_at_ms {
            Some(at) => clock::long(at, i18n.language()),
            None => i18n.t(admin::WITNESS_NEVER)().to_owned(),
        };
        let stale = (it.signed_at_ms.is_some() && !it.current).then(|| i18n.t(admin::WITNESS_STALE));
        let name = it.name.clone();
        let label = i18n.fill(admin::WITNESS_REMOVE_LABEL, vec![("name", name.clone())]);
        view! {
            <Row head=move || view! { <bdi>{it.name.clone()}</bdi> }>
                <Cell column=admin::WITNESS_SIGNED>{signed} {stale.map(|text| view! { <br/> {text} })}</Cell>
                <Cell>
                    <button
                        type="button"
                        class="button button--small"
                        aria-label=label
                        on:click=move |_| page.removed.set(Some(name.clone()))
                    >
                        {i18n.t(admin::WITNESS_REMOVE)}
                    </button>
                </Cell>
            </Row>
        }
    };
    let columns = vec![admin::WITNESSES, admin::WITNESS_SIGNED, admin::COLUMN_ACTION];
    view! { <Table label=admin::WITNESSES columns>{witnesses.into_iter().map(row).collect_view()}</Table> }
}

/// How many may be demanded: nobody is locked out by somebody who does not sign.
fn most(witnesses: &[Witness]) -> u32 {
    u32::try_from(witnesses.iter().filter(|it| it.current).count()).unwrap_or(u32::MAX)
}

#[component]
fn QuorumForm(witnesses: Vec<Witness>, quorum: u32, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let node = NodeRef::<html::Select>::new();
    let option = move |count: u32| {
        let text = move || match count {
            0 => i18n.t(admin::WITNESS_QUORUM_NONE)().to_owned(),
            count => count.to_string(),
        };
        view! { <option value=count.to_string() selected=count == quorum>{text}</option> }
    };
    let options = (0..=most(&witnesses).max(quorum)).map(option).collect_view();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = node.get_untracked().and_then(|it| it.value().parse().ok());
        page.name(lines(&witnesses), chosen.unwrap_or(quorum), None);
    };
    view! {
        <h2>{i18n.t(admin::WITNESS_QUORUM_TITLE)}</h2>
        <form class="form" on:submit=submit>
            <Field id="witness-quorum" label=admin::WITNESS_QUORUM hint=admin::WITNESS_QUORUM_HINT>
                <select id="witness-quorum" aria-describedby="witness-quorum-hint" node_ref=node>{options}</select>
            </Field>
            <button type="submit" class="button" aria-disabled=move || page.busy.get().to_string()>
                {i18n.t(admin::WITNESS_DEMAND)}
            </button>
        </form>
    }
}

#[component]
fn NameForm(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some((witnesses, quorum)) = page.found.get_untracked() else { return };
        let typed = input.get_untracked();
        let line = typed.as_ref().map(|it| it.value().trim().to_owned()).unwrap_or_default();
        let mut lines = lines(&witnesses);
        if !lines.contains(&line) {
            lines.push(line);
        }
        page.name(lines, quorum, typed);
    };
    view! {
        <h2>{i18n.t(admin::WITNESS_ADD)}</h2>
        <form class="form" on:submit=submit>
            <Field id="witness-line" label=admin::WITNESS_LINE hint=admin::WITNESS_LINE_HINT>
                <input
                    id="witness-line"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby="witness-line-hint"
                    required
                    node_ref=input
                />
            </Field>
            <button type="submit" class="button" aria-disabled=move || page.busy.get().to_string()>
                {i18n.t(admin::WITNESS_ADD)}
            </button>
        </form>
    }
}

#[component]
fn RemoveQuestion(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let text = move || {
        let name = page.removed.get().unwrap_or_default();
        admin::WITNESS_REMOVE_TEXT.fill(i18n.language(), &[("name", &name)])
    };
    let remove = move |_| {
        let Some((mut witnesses, quorum)) = page.found.get_untracked() else { return };
        let removed = page.removed.get_untracked();
        page.removed.set(None);
        witnesses.retain(|it| Some(&it.name) != removed.as_ref());
        page.name(lines(&witnesses), quorum.min(most(&witnesses)), None);
    };
    view! {
        <Dialog
            open=Signal::derive(move || page.removed.with(Option::is_some))
            title=admin::WITNESS_REMOVE_ASK
            on_cancel=move |()| page.removed.set(None)
        >
            <p>{text}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| page.removed.set(None)>
                    {i18n.t(general::CANCEL)}
                </button>
                <button type="button" class="button button--primary" on:click=remove>
                    {i18n.t(admin::WITNESS_REMOVE)}
                </button>
            </div>
        </Dialog>
    }
}

fn lines(witnesses: &[Witness]) -> Vec<String> {
    witnesses.iter().map(|it| it.line.clone()).collect()
}

impl Page {
    async fn load(self) {
        match ask(self.portal, AdminCall::Witnesses).await {
            Ok(Some(AdminAnswer::Witnesses { witnesses, quorum })) => {
                self.found.try_set(Some((witnesses, quorum)));
            }
            Ok(_) => drop(self.failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(self.failure.try_set(Some(why))),
        }
    }

    /// Names these, and loads again; what was typed is taken away once it is in force.
    fn name(self, lines: Vec<String>, quorum: u32, typed: Option<web_sys::HtmlInputElement>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            match ask(self.portal, AdminCall::NameWitnesses { lines, quorum }).await {
                Ok(_) => {
                    if let Some(typed) = typed {
                        typed.set_value("");
                    }
                    self.portal.say(admin::WITNESSES_SAVED);
                    self.load().await;
                }
                Err(why) => drop(self.failure.try_set(Some(why))),
            }
            self.busy.try_set(false);
        });
    }
}
