//! "Verwaltung": what its pages share.

use super::events::{EventsView, OutboxView};
use super::not_found::NotFoundView;
use super::people::PeopleView;
use super::root_key::RootKeyView;
use super::rules::RulesView;
use super::witnesses::WitnessesView;
use crate::i18n::{Text, admin};
use crate::portal::{Portal, use_portal};
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall};
use client_bridge::{Answer, Call, Failure};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_params_map};
use leptos_router::params::ParamsMap;

/// Its pages.
pub(crate) const PAGES: [(&str, Text); 7] = [
    ("/admin/staff", admin::INVITE),
    ("/admin/people", admin::PEOPLE),
    ("/admin/rules", admin::RULES),
    ("/admin/events", admin::EVENTS),
    ("/admin/mail", admin::OUTBOX),
    ("/admin/key", admin::KEY),
    ("/admin/witnesses", admin::WITNESSES),
];

/// Counts how often the link of the page that is shown was followed: it is to look again.
#[derive(Clone, Copy)]
struct Again(RwSignal<u32>);

/// One of its pages, by the path.
#[component]
pub(crate) fn AdminView() -> impl IntoView {
    let parameters = use_params_map();
    let again = Again(RwSignal::new(0));
    provide_context(again);
    move || {
        again.0.track();
        page(parameters)
    }
}

fn page(parameters: Memo<ParamsMap>) -> AnyView {
    match parameters.with(|it| it.get("page")).as_deref() {
        Some("people") => view! { <PeopleView/> }.into_any(),
        Some("rules") => view! { <RulesView/> }.into_any(),
        Some("events") => view! { <EventsView/> }.into_any(),
        Some("mail") => view! { <OutboxView/> }.into_any(),
        Some("key") => view! { <RootKeyView/> }.into_any(),
        Some("witnesses") => view! { <WitnessesView/> }.into_any(),
        _ => view! { <NotFoundView/> }.into_any(),
    }
}

/// Links to all of its pages.
#[component]
pub(crate) fn AdminNav() -> impl IntoView {
    let i18n = use_portal().i18n;
    let (again, pathname) = (use_context::<Again>(), use_location().pathname);
    let follow = move |path| {
        if let Some(Again(count)) = again.filter(|_| pathname.get_untracked() == path) {
            count.update(|count| *count += 1);
        }
    };
    let links = PAGES.map(|(path, name)| {
        view! { <li><A href=path on:click=move |_| follow(path)>{i18n.t(name)}</A></li> }
    });
    view! {
        <nav class="subnav" aria-label=i18n.t(admin::NAV)>
            <ul class="subnav__list">{links.into_iter().collect_view()}</ul>
        </nav>
    }
}

/// Asks the worker; what has nothing to say is `None`.
pub(crate) async fn ask(portal: Portal, call: AdminCall) -> Result<Option<AdminAnswer>, Failure> {
    match portal.ask(Call::Admin(call)).await? {
        Answer::Admin(answer) => Ok(Some(answer)),
        Answer::Done => Ok(None),
        _ => Err(Failure::Internal),
    }
}
