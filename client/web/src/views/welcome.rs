//! The first steps after the first sign-in: an own password, the recovery code, and what there is to know. Each can be
//! left for later, and a page that is loaded again goes on where it was: what is done is known from the session.
//! Whoever works here comes back until there is a code.

use super::password::PasswordForm;
use super::recovery_code::CodeSteps;
use crate::components::heading::Heading;
use crate::i18n::{Text, account, recovery};
use crate::portal::use_portal;
use crate::state::first_steps::{self, Step};
use crate::state::route::{HELP, HOME, may_invite};
use leptos::prelude::*;
use leptos_router::components::A;

/// Step by step.
#[component]
pub(crate) fn WelcomeView() -> impl IntoView {
    let portal = use_portal();
    let kept = RwSignal::new(false);
    let step = Memo::new(move |_| {
        let put_off = portal.code_put_off.get();
        portal.session.with(|it| it.as_ref().map(|it| first_steps::step(it, kept.get(), put_off)))
    });
    view! {
        <div class="sheet">
            {move || step.get().map(|step| {
                let page = match step {
                    Step::OwnPassword => view! { <OwnPassword kept/> }.into_any(),
                    Step::RecoveryCode => view! { <RecoveryCode/> }.into_any(),
                    Step::GoodToKnow => view! { <GoodToKnow/> }.into_any(),
                };
                view! { <Path here=step/> {page} }
            })}
        </div>
    }
}

/// All steps, and which one this is.
#[component]
fn Path(here: Step) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let name = |step| match step {
        Step::OwnPassword => account::STEP_PASSWORD,
        Step::RecoveryCode => recovery::CODE,
        Step::GoodToKnow => account::STEP_KNOW,
    };
    let steps = Step::ALL.map(|step| {
        let is_done =
            portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| Step::is_done(step, it)));
        let told = is_done.then(|| view! { <span class="visually-hidden">{i18n.t(account::STEP_DONE)}</span> });
        view! {
            <li class="steps__step" class:steps__step--done=is_done aria-current=(step == here).then_some("step")>
                <span>{i18n.t(name(step))}</span> {told}
            </li>
        }
    });
    view! { <ol class="steps" aria-label=i18n.t(account::STEPS)>{steps.into_iter().collect_view()}</ol> }
}

#[component]
fn OwnPassword(kept: RwSignal<bool>) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <Heading text=account::WELCOME_TITLE/>
        <p>{i18n.t(account::WELCOME_TEXT)}</p>
        // The session says that it is an own one, and the next step comes by that.
        <PasswordForm asks_current=RwSignal::new(false) done=Callback::new(|()| ())/>
        <p>
            <button type="button" class="button" on:click=move |_| kept.set(true)>
                {i18n.t(account::STEP_LATER)}
            </button>
        </p>
    }
}

#[component]
fn RecoveryCode() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let works_here = portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| may_invite(it.role)));
    let more = if works_here {
        view! { <p class="note">{i18n.t(recovery::CODE_STAFF_TEXT)}</p> }.into_any()
    } else {
        let later = move |_| portal.code_put_off.set(true);
        view! {
            <p>
                <button type="button" class="button" on:click=later>{i18n.t(account::STEP_LATER)}</button>
            </p>
        }
        .into_any()
    };
    // The step before had the focus, on the same page.
    portal.awaits_heading.set(true);
    view! {
        <Heading text=recovery::CODE/>
        // The session says that there is one, and the next step comes by that.
        <CodeSteps done=Callback::new(|()| ())/>
        {more}
    }
}

/// What the portal does by itself, with its own numbers.
#[component]
fn GoodToKnow() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    portal.awaits_heading.set(true);
    let days = move |text: Text| {
        portal.limits.with(|limits| {
            let (kept, unused) = (limits.retention_days.to_string(), limits.inactivity_days.to_string());
            text.fill(i18n.language(), &[("days", &kept), ("unused", &unused)])
        })
    };
    view! {
        <Heading text=account::STEP_KNOW/>
        <ul class="known">
            <li>{move || days(account::KNOW_RETENTION)}</li>
            <li>{move || days(account::KNOW_TAKE)}</li>
            <li>{move || days(account::KNOW_UNUSED)}</li>
            <li>{i18n.t(account::KNOW_MENU)}</li>
        </ul>
        <div class="actions">
            <A href=HOME attr:class="button button--primary">{i18n.t(account::STEP_MAILBOX)}</A>
            <A href=HELP>{i18n.t(account::KNOW_MORE)}</A>
        </div>
    }
}
