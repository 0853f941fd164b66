//! A message that cannot be shown: it is over, or it did not come.

use crate::components::heading::Heading;
use crate::components::try_again::TryAgain;
use crate::i18n::{mail, mailbox};
use crate::portal::use_portal;
use client_bridge::Failure;
use crypto_core::wire::ProblemCode;
use leptos::prelude::*;
use leptos_router::components::A;

/// Says which of the two, and what to do.
#[component]
pub(crate) fn ClosedMessage(
    /// Why.
    failure: Failure,
    /// The list's address.
    back: &'static str,
    /// Opens it again.
    again: Callback<()>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    if !matches!(failure, Failure::Problem { code: ProblemCode::NotFound, .. }) {
        return view! {
            <Heading text=mail::UNREADABLE/>
            <TryAgain failure=Signal::derive(move || Some(failure.clone())) again/>
        }
        .into_any();
    }
    let text = move || {
        let days = portal.limits.with(|limits| limits.retention_days.to_string());
        mailbox::OVER_TEXT.fill(i18n.language(), &[("days", &days)])
    };
    view! {
        <Heading text=mailbox::OVER/>
        <p>{text}</p>
        <A href=back attr:class="button">{i18n.t(mail::BACK_TO_LIST)}</A>
    }
    .into_any()
}
