//! The first steps after the first sign-in: an own password, then the recovery code. Whoever works here comes
//! back until there is a code.

use super::password::PasswordForm;
use super::recovery_code::CodeSteps;
use crate::components::heading::Heading;
use crate::i18n::{account, recovery};
use crate::portal::use_portal;
use crate::state::route::{HOME, may_invite};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The steps in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    OwnPassword,
    RecoveryCode,
}

/// Step by step.
#[component]
pub(crate) fn WelcomeView() -> impl IntoView {
    let portal = use_portal();
    let kept = RwSignal::new(false);
    let step = Memo::new(move |_| {
        let asks = portal.session.with(|it| {
            it.as_ref().is_some_and(|it| it.first_sign_in && it.initial_password && !it.recovery_code)
        });
        if asks && !kept.get() { Step::OwnPassword } else { Step::RecoveryCode }
    });
    view! {
        <div class="sheet">
            {move || match step.get() {
                Step::OwnPassword => view! { <OwnPassword kept/> }.into_any(),
                Step::RecoveryCode => view! { <RecoveryCode/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn OwnPassword(kept: RwSignal<bool>) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <Heading text=account::WELCOME_TITLE/>
        <p>{i18n.t(account::WELCOME_TEXT)}</p>
        <PasswordForm asks_current=RwSignal::new(false)/>
        <p>
            <button type="button" class="button" on:click=move |_| kept.set(true)>
                {i18n.t(account::WELCOME_LATER)}
            </button>
        </p>
    }
}

#[component]
fn RecoveryCode() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let later = move |_| {
        portal.code_put_off.set(true);
        navigate(HOME, NavigateOptions::default());
    };
    let works_here = portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| may_invite(it.role)));
    let more = if works_here {
        view! { <p class="note">{i18n.t(recovery::CODE_STAFF_TEXT)}</p> }.into_any()
    } else {
        view! {
            <p>
                <button type="button" class="button" on:click=later>{i18n.t(recovery::CODE_LATER)}</button>
            </p>
        }
        .into_any()
    };
    // The step before had the focus, on the same page.
    portal.awaits_heading.set(true);
    view! {
        <Heading text=recovery::CODE/>
        <CodeSteps/>
        {more}
    }
}
