//! "Zweiter Faktor": set up, renew, turn off; the backup codes are seen once.
//!
//! Whatever changes it needs a fresh sign-in, so the page asks for the password first if the last one is too
//! long ago.

use super::proof::{Proof, ProofFields, UserName, prove};
use super::recovery_code::save_sheet;
use crate::browser::{clock, dom};
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::heading::Heading;
use crate::i18n::{general, security};
use crate::portal::{Portal, PrintJob, use_portal};
use crate::state::route::START;
use client_bridge::security::{Answer as SecurityAnswer, Call as SecurityCall, Qr};
use client_bridge::{Answer, Call, Failure, Password};
use crypto_core::wire::api::Duty;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What the page shows.
#[derive(Clone)]
enum Step {
    Loading,
    State { since_ms: Option<u64>, backup_codes: u32, required: bool, fresh: bool },
    Enrol { text: String, qr: Qr },
    Codes(Vec<String>),
}

/// The page's state and what leads from step to step.
#[derive(Clone, Copy)]
struct Page {
    portal: Portal,
    step: RwSignal<Step>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
}

impl Page {
    /// Asks the worker unless it is busy, and shows what comes of it.
    fn ask(self, call: SecurityCall) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = self.portal.ask(Call::Security(call)).await;
            self.busy.try_set(false);
            self.show(answer);
        });
    }

    fn show(self, answer: Result<Answer, Failure>) {
        let step = match answer {
            Ok(Answer::Security(SecurityAnswer::State { since_ms, backup_codes, required, fresh })) => {
                Step::State { since_ms, backup_codes, required, fresh }
            }
            Ok(Answer::Security(SecurityAnswer::Made { text, qr })) => Step::Enrol { text: text.0, qr },
            Ok(Answer::Security(SecurityAnswer::BackupCodes { codes, session })) => {
                self.portal.enter(session);
                Step::Codes(codes.into_iter().map(|code| code.0).collect())
            }
            Ok(Answer::Session(session)) => {
                self.portal.enter(session);
                self.portal.say(security::REMOVED);
                return self.ask(SecurityCall::State);
            }
            Ok(_) => return drop(self.failure.try_set(Some(Failure::Internal))),
            Err(why) => return drop(self.failure.try_set(Some(why))),
        };
        if self.step.try_set(step).is_none() {
            dom::focus("main h1");
        }
    }
}

/// The page of the menu.
#[component]
pub(crate) fn SecondFactorView() -> impl IntoView {
    let portal = use_portal();
    let page = Page {
        portal,
        step: RwSignal::new(Step::Loading),
        failure: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    page.ask(SecurityCall::State);
    let content = move || {
        match page.step.get() {
        Step::Loading => view! { <p role="status">{portal.i18n.t(general::WORKING)}</p> }.into_any(),
        Step::State { since_ms, backup_codes, required, fresh } => {
            view! { <Overview page since_ms backup_codes required fresh/> }.into_any()
        }
        Step::Enrol { text, qr } => view! { <Enrol page text qr/> }.into_any(),
        // They are shown this once: nothing else can be done before somebody says that they are kept.
        Step::Codes(codes) => view! {
            <Dialog open=Signal::stored(true) title=security::CODES_TITLE about="codes-text"><Codes codes=codes.clone()/></Dialog>
        }
        .into_any(),
    }
    };
    view! {
        <div class="sheet">
            <Heading text=security::SECOND_FACTOR/>
            <FailureNote failure=page.failure/>
            {content}
        </div>
    }
}

#[component]
fn Overview(
    page: Page,
    since_ms: Option<u64>,
    backup_codes: u32,
    required: bool,
    fresh: bool,
) -> impl IntoView {
    let i18n = page.portal.i18n;
    let must = move || {
        page.portal.session.with(|it| it.as_ref().is_some_and(|it| it.duty == Some(Duty::SecondFactor)))
    };
    let state = move || match since_ms {
        None => i18n.t(security::SECOND_FACTOR_OFF)().to_owned(),
        Some(since_ms) => {
            let (day, codes) = (clock::day_of(since_ms, i18n.language()), backup_codes.to_string());
            security::SECOND_FACTOR_ON.fill(i18n.language(), &[("day", &day), ("codes", &codes)])
        }
    };
    view! {
        <Show when=must>
            <p class="note note--warning">{i18n.t(security::SECOND_FACTOR_DUTY)}</p>
        </Show>
        <p>{i18n.t(security::SECOND_FACTOR_TEXT)}</p>
        <p><strong>{state}</strong></p>
        {if fresh {
            view! { <Actions page is_on=since_ms.is_some() required/> }.into_any()
        } else {
            view! { <ProofForm page/> }.into_any()
        }}
    }
}

#[component]
fn Actions(page: Page, is_on: bool, required: bool) -> impl IntoView {
    let i18n = page.portal.i18n;
    let button = move |text, class, call: fn() -> SecurityCall| {
        view! {
            <button type="button" class=class on:click=move |_| page.ask(call())>{i18n.t(text)}</button>
        }
    };
    let set_up = if is_on { security::SET_UP_ANEW } else { security::SET_UP };
    let main = if is_on { "button" } else { "button button--primary" };
    view! {
        <div class="compose__actions">
            {button(set_up, main, || SecurityCall::Make)}
            {is_on.then(|| button(security::RENEW_CODES, "button", || SecurityCall::RenewBackupCodes))}
            {(is_on && !required).then(|| button(security::REMOVE, "button", || SecurityCall::Remove))}
        </div>
        <Status page/>
    }
}

#[component]
fn ProofForm(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let fields = ProofFields::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some((password, code)) = fields.read() else { return };
        if page.busy.get_untracked() {
            return;
        }
        page.busy.set(true);
        page.failure.set(None);
        spawn_local(async move {
            let proved = prove(page.portal, password, code).await;
            page.busy.try_set(false);
            match proved {
                Ok(()) => page.ask(SecurityCall::State),
                Err(why) => drop(page.failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <p>{i18n.t(security::PROOF_TEXT)}</p>
            <UserName/>
            <Proof fields/>
            <button type="submit" class="button button--primary">{i18n.t(security::PROOF_SUBMIT)}</button>
            <Status page/>
        </form>
    }
}

#[component]
fn Enrol(page: Page, text: String, qr: Qr) -> impl IntoView {
    let i18n = page.portal.i18n;
    let code = NodeRef::<html::Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(code) = code.get_untracked() else { return };
        page.ask(SecurityCall::Confirm { code: Password(code.value()) });
    };
    let Qr { side, path } = qr;
    view! {
        <h2>{i18n.t(security::ENROL_TITLE)}</h2>
        <p>{i18n.t(security::ENROL_SCAN)}</p>
        <svg
            class="qr"
            viewBox=format!("0 0 {side} {side}")
            role="img"
            aria-label=i18n.t(security::ENROL_QR)
            shape-rendering="crispEdges"
        >
            <path d=path></path>
        </svg>
        <p>{i18n.t(security::ENROL_TEXT)}</p>
        <p class="secret" id="second-factor-key" translate="no">{text}</p>
        <form class="form" on:submit=submit>
            <p>{i18n.t(security::ENROL_CODE)}</p>
            <AppCode node=code/>
            <button type="submit" class="button button--primary">{i18n.t(security::ENROL_SUBMIT)}</button>
            <Status page/>
        </form>
    }
}

#[component]
fn AppCode(node: NodeRef<html::Input>) -> impl IntoView {
    use crate::components::field::Field;
    view! {
        <Field id="app-code" label=security::APP_CODE>
            <input
                id="app-code"
                type="text"
                inputmode="numeric"
                autocomplete="one-time-code"
                required
                node_ref=node
            />
        </Field>
    }
}

/// The backup codes, to copy or to print.
#[component]
fn Codes(codes: Vec<String>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let copied = RwSignal::new(None);
    let copy_of = codes.join("\n");
    let copy = move |_| {
        dom::copy(&copy_of, move |worked| {
            copied.try_set(Some(worked));
        })
    };
    let file_of = codes.join("\r\n");
    let save = move |_| {
        save_sheet(portal, security::CODES_FILE, security::CODES_TITLE, &file_of, security::CODES_PAPER)
    };
    portal.print.set(Some(PrintJob::BackupCodes(codes.clone())));
    portal.seen_once.set(true);
    on_cleanup(move || {
        portal.print.set(None);
        portal.seen_once.set(false);
    });
    let done = move |_| {
        navigate(START, NavigateOptions { replace: true, ..NavigateOptions::default() });
    };
    let told = move || {
        copied.get().map(|worked| i18n.t(if worked { general::COPIED } else { general::COPY_FAILED })())
    };
    let items = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <p id="codes-text">{i18n.t(security::CODES_TEXT)}</p>
        <ul class="secret codes" translate="no" aria-label=i18n.t(security::CODES_TITLE)>{items}</ul>
        <p role="status">{told}</p>
        <div class="compose__actions">
            <button type="button" class="button" on:click=copy>{i18n.t(general::COPY)}</button>
            <button type="button" class="button" on:click=|_| dom::print()>{i18n.t(security::CODES_PRINT)}</button>
            <button type="button" class="button" on:click=save>{i18n.t(security::CODES_SAVE)}</button>
            <button type="button" class="button button--primary" on:click=done>
                {i18n.t(security::CODES_DONE)}
            </button>
        </div>
    }
}

/// That something is under way.
#[component]
fn Status(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    view! {
        <p class="form__status" role="status">
            {move || page.busy.get().then(|| i18n.t(general::WORKING)())}
        </p>
    }
}
