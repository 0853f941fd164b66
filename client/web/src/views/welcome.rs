//! The first steps after the first sign-in. Now: an own password. The recovery code will be a step here,
//! after it, with an entry in [`Step`].

use super::password::PasswordForm;
use crate::components::heading::Heading;
use crate::i18n::account;
use crate::portal::use_portal;
use crate::state::route::HOME;
use leptos::prelude::*;
use leptos_router::components::A;

/// The steps in their order.
#[derive(Clone, Copy)]
enum Step {
    OwnPassword,
}

/// Step by step.
#[component]
pub(crate) fn WelcomeView() -> impl IntoView {
    let step = Step::OwnPassword;
    view! {
        <div class="sheet">
            <Heading text=account::WELCOME_TITLE/>
            {match step {
                Step::OwnPassword => view! { <OwnPassword/> },
            }}
        </div>
    }
}

#[component]
fn OwnPassword() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <p>{i18n.t(account::WELCOME_TEXT)}</p>
        <PasswordForm asks_current=RwSignal::new(false)/>
        <p><A href=HOME>{i18n.t(account::WELCOME_LATER)}</A></p>
    }
}
