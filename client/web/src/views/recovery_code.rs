//! The recovery code: shown, printed, saved or written down, and typed in once.

use super::proof::{Proof, ProofFields, prove};
use crate::browser::{dom, save};
use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::i18n::{Text, general, recovery as r};
use crate::portal::{Portal, PrintJob, use_portal};
use crate::state::failure::needs_fresh_sign_in;
use crate::state::route::HOME;
use client_bridge::recovery::{Answer as RecoveryAnswer, Call as RecoveryCall};
use client_bridge::{Answer, Call, Failure, Password};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// The page of the menu.
#[component]
pub(crate) fn RecoveryCodeView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let has_one = portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| it.recovery_code));
    let done = Callback::new(move |()| navigate(HOME, leptos_router::NavigateOptions::default()));
    view! {
        <div class="sheet">
            <Heading text=r::CODE/>
            {has_one.then(|| view! { <p class="note">{i18n.t(r::CODE_NEW_TEXT)}</p> })}
            <CodeSteps done/>
        </div>
    }
}

/// Shows a new code, then asks for it.
#[component]
pub(crate) fn CodeSteps(
    /// The code is in force.
    done: Callback<()>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let code = RwSignal::new(None::<String>);
    let typing = RwSignal::new(false);
    let failure = RwSignal::new(None);
    spawn_local(async move {
        match portal.ask(Call::Recovery(RecoveryCall::MakeCode)).await {
            Ok(Answer::Recovery(RecoveryAnswer::Code { text })) => drop(code.try_set(Some(text.0))),
            Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(failure.try_set(Some(why))),
        }
    });
    on_cleanup(move || portal.print.set(None));
    view! {
        <FailureNote failure/>
        {move || match (code.get(), typing.get()) {
            (None, _) => view! { <p role="status">{i18n.t(r::CODE_MAKING)}</p> }.into_any(),
            (Some(code), false) => view! { <Shown code typing/> }.into_any(),
            (Some(code), true) => view! { <Typed code typing done/> }.into_any(),
        }}
    }
}

#[component]
fn Shown(code: String, typing: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let copied = RwSignal::new(None);
    let (shown, copy_of, file_of) = (code.clone(), code.clone(), code.clone());
    // However somebody prints while it is shown, it is the sheet.
    portal.print.set(Some(PrintJob::RecoveryCode(code)));
    let copy = move |_| {
        dom::copy(&copy_of, move |worked| {
            copied.try_set(Some(worked));
        });
    };
    let save = move |_| save_sheet(portal, r::CODE_FILE, r::CODE, &file_of, r::CODE_PAPER);
    let told = move || {
        copied.get().map(|worked| i18n.t(if worked { general::COPIED } else { general::COPY_FAILED })())
    };
    view! {
        <p>{i18n.t(r::CODE_TEXT)}</p>
        <p class="secret" id="recovery-code" tabindex="-1" translate="no">{shown}</p>
        <p role="status">{told}</p>
        <div class="secret__actions">
            <button type="button" class="button button--small" on:click=|_| dom::print()>{i18n.t(r::CODE_PRINT)}</button>
            <button type="button" class="button button--small" on:click=save>{i18n.t(r::CODE_SAVE)}</button>
            <button type="button" class="button button--small" on:click=copy>{i18n.t(r::CODE_COPY)}</button>
        </div>
        <div class="dialog__actions">
            <button type="button" class="button button--primary" on:click=move |_| typing.set(true)>
                {i18n.t(r::CODE_GO_ON)}
            </button>
        </div>
    }
}

/// Saves codes as a text file that says what they are, whose, and how to keep them.
pub(crate) fn save_sheet(portal: Portal, file: Text, title: Text, codes: &str, advice: Text) {
    let address = portal.session.with_untracked(|it| it.as_ref().map(|it| it.address.clone()));
    let t = |text: Text| text.in_language(portal.i18n.0.get_untracked());
    let (origin, address) = (dom::origin(), address.unwrap_or_default());
    let lines = [t(general::PRODUCT), &origin, &address, "", t(title), codes, "", t(advice), ""];
    if !save::text(t(file), &lines.join("\r\n")) {
        portal.say(general::SAVE_FAILED);
    }
}

#[component]
fn Typed(code: String, typing: RwSignal<bool>, done: Callback<()>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let proof = ProofFields::new();
    let asks_current = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(typed) = field.get_untracked().map(|input| Password(input.value())) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (shown, old) = (Password(code.clone()), proof.read());
        spawn_local(async move {
            match confirm(portal, shown, typed, old).await {
                Ok(()) => {
                    portal.say(r::CODE_SET);
                    done.run(());
                }
                Err(why) => {
                    if needs_fresh_sign_in(&why) {
                        asks_current.try_set(true);
                    }
                    drop(failure.try_set(Some(why)));
                }
            }
            busy.try_set(false);
        });
    };
    let show_again = move |_| {
        typing.set(false);
        dom::focus("#recovery-code");
    };
    dom::focus("#typed-code");
    view! {
        <form class="form" on:submit=submit>
            <p>{i18n.t(r::CODE_TYPE_TEXT)}</p>
            <FailureNote failure/>
            <Show when=move || asks_current.get()><Proof fields=proof/></Show>
            <CodeField id="typed-code" node=field/>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=show_again>
                    {i18n.t(r::CODE_SHOW_AGAIN)}
                </button>
                <button type="submit" class="button button--primary" aria-disabled=move || busy.get().to_string()>
                    {i18n.t(r::CODE_CONFIRM)}
                </button>
            </div>
        </form>
    }
}

/// A field for the recovery code.
#[component]
pub(crate) fn CodeField(
    /// The control's.
    id: &'static str,
    /// The control.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <Field id label=r::CODE hint=r::CODE_HINT>
            <input
                id=id
                class="recovery-code"
                type="text"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                aria-describedby=format!("{id}-hint")
                required
                node_ref=node
            />
        </Field>
    }
}

async fn confirm(
    portal: Portal,
    shown: Password,
    typed: Password,
    old: Option<(Password, Option<Password>)>,
) -> Result<(), Failure> {
    if let Some((password, code)) = old {
        prove(portal, password, code).await?;
    }
    match portal.ask(Call::Recovery(RecoveryCall::SetCode { shown, typed })).await? {
        Answer::Session(session) => {
            portal.enter(session);
            Ok(())
        }
        _ => Err(Failure::Internal),
    }
}
