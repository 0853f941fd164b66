//! "Eingeladene": whom one invited, and whether they have come.

use super::reset::{PasswordRequests, ResetButton};
use crate::browser::clock;
use crate::components::address::EmailAddress;
use crate::components::failure_note::FailureNote;
use crate::components::heading::Heading;
use crate::components::table::{Cell, Row, Table};
use crate::i18n::{Text, admin, mail, security, sign_in, staff, upkeep};
use crate::portal::use_portal;
use client_bridge::{Answer, Call, Failure, Invitation};
use crypto_core::wire::api::{Language, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
#[component]
pub(crate) fn InvitationsView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet sheet--wide">
            <Heading text=staff::INVITED_LIST/>
            <PasswordRequests/>
            <p>{i18n.t(staff::INVITED_TEXT)}</p>
            <InvitationTable/>
        </div>
    }
}

/// The table; loads again when somebody's first sign-in is told, or a mailbox was made.
#[component]
pub(crate) fn InvitationTable() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let found = RwSignal::new(None::<Vec<Invitation>>);
    let failure = RwSignal::new(None);
    Effect::new(move || {
        portal.contact_changes.track();
        portal.initial.track();
        spawn_local(async move {
            match portal.ask(Call::Invitations).await {
                Ok(Answer::Invitations(invitations)) => drop(found.try_set(Some(invitations))),
                Ok(_) => drop(failure.try_set(Some(Failure::Internal))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    });
    let empty = move || {
        if portal.session.with(|it| it.as_ref().is_some_and(|it| it.role == Role::Administrator)) {
            staff::INVITED_EMPTY_ADMIN
        } else {
            staff::INVITED_EMPTY
        }
    };
    view! {
        <FailureNote failure/>
        {move || match found.get() {
            None => view! { <p role="status">{i18n.t(mail::LOADING_LIST)}</p> }.into_any(),
            Some(found) if found.is_empty() => view! { <p>{i18n.t(empty())}</p> }.into_any(),
            Some(found) => view! { <Found found/> }.into_any(),
        }}
    }
}

#[component]
fn Found(found: Vec<Invitation>) -> impl IntoView {
    let rows = found.into_iter().map(|invitation| view! { <InvitationRow invitation/> }).collect_view();
    let columns = vec![
        sign_in::ADDRESS,
        staff::COLUMN_ROLE,
        staff::COLUMN_INVITED,
        staff::COLUMN_FIRST_SIGN_IN,
        admin::COLUMN_ACTION,
    ];
    view! { <Table label=staff::INVITED_LIST columns>{rows}</Table> }
}

#[component]
fn InvitationRow(invitation: Invitation) -> impl IntoView {
    let i18n = use_portal().i18n;
    let ends_at_ms = invitation.initial_password_ends_at_ms;
    let Invitation { address, role, invited_at_ms, first_sign_in_at_ms, mail_failed_at_ms, .. } = invitation;
    let invited = address.clone();
    let first = move || match first_sign_in_at_ms {
        Some(at) => clock::long(at, i18n.language()),
        None => not_yet(ends_at_ms, i18n.language()),
    };
    view! {
        <Row head=move || {
            view! {
                <EmailAddress address=invited.clone()/>
                {mail_failed_at_ms.map(|at_ms| view! { <Undelivered at_ms/> })}
            }
        }>
            <Cell column=staff::COLUMN_ROLE>{i18n.t(role_text(role))}</Cell>
            <Cell column=staff::COLUMN_INVITED>{move || clock::day_of(invited_at_ms, i18n.language())}</Cell>
            <Cell column=staff::COLUMN_FIRST_SIGN_IN>{first}</Cell>
            <Cell><ResetButton address/></Cell>
        </Row>
    }
}

/// Nobody has come yet; the initial password may have ended meanwhile.
fn not_yet(ends_at_ms: Option<u64>, language: Language) -> String {
    let Some(ends_at_ms) = ends_at_ms else { return staff::NOT_YET.in_language(language).into() };
    let text = if ends_at_ms <= clock::now_ms() { security::INITIAL_ENDED } else { security::INITIAL_ENDS };
    text.fill(language, &[("day", &clock::day_of(ends_at_ms, language))])
}

/// That the portal's e-mail did not arrive, and what helps.
#[component]
pub(crate) fn Undelivered(
    /// When it was given up.
    at_ms: u64,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let text = move || {
        let day = clock::day_of(at_ms, i18n.language());
        upkeep::MAIL_FAILED.fill(i18n.language(), &[("day", &day)])
    };
    view! { <p class="note note--warning">{text}</p> }
}

const fn role_text(role: Role) -> Text {
    match role {
        Role::Partner => staff::ROLE_PARTNER,
        Role::Staff => staff::ROLE_STAFF,
        Role::Administrator => staff::ROLE_ADMINISTRATOR,
        Role::Root | Role::Gateway | Role::Group => staff::ROLE_OTHER,
    }
}
