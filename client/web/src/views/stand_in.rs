//! Naming somebody who stands in: who, from which day, up to which day.

use crate::browser::{clock, dom};
use crate::components::failure_note::AlertNote;
use crate::components::field::Field;
use crate::i18n::{Text, admin};
use crate::portal::use_portal;
use crate::views::setup::say;
use client_bridge::admin::{Deputy, StandIn};
use crypto_core::wire::AccountId;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// The form. The colleagues are named by account.
#[component]
pub(crate) fn StandInForm(
    /// Who can be named.
    #[prop(into)]
    colleagues: Signal<Vec<(AccountId, String)>>,
    /// Whether something is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What is to become of it.
    on_name: Callback<StandIn>,
    /// The form, to be emptied.
    #[prop(optional)]
    node: NodeRef<html::Form>,
    /// More to be said of it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let who = NodeRef::<html::Select>::new();
    let (from, until) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let complaint = RwSignal::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let account = chosen(who, colleagues);
        let day =
            |node: NodeRef<html::Input>| node.get_untracked().and_then(|it| clock::day_begins(&it.value()));
        let until_ms = day(until).map(clock::next_day);
        match (account, day(from), until_ms) {
            (Some(account), Some(from_ms), Some(until_ms)) if from_ms < until_ms => {
                complaint.set(None);
                on_name.run(StandIn { account, from_ms, until_ms });
            }
            _ => {
                complaint.set(Some(admin::DEPUTY_DATES));
                dom::focus("#deputy-until");
            }
        }
    };
    view! {
        <form class="form" on:submit=submit node_ref=node>
            <AlertNote text=say(portal, complaint)/>
            <ColleagueField id="deputy-who" label=admin::COLLEAGUE colleagues node=who/>
            <Field id="deputy-from" label=admin::DEPUTY_FROM>
                <input id="deputy-from" type="date" required node_ref=from/>
            </Field>
            <Field id="deputy-until" label=admin::DEPUTY_UNTIL>
                <input id="deputy-until" type="date" required node_ref=until/>
            </Field>
            {children.map(|children| children())}
            <button type="submit" class="button" aria-disabled=move || busy.get().to_string()>
                {i18n.t(admin::DEPUTY_ADD)}
            </button>
        </form>
    }
}

/// A choice of one colleague.
#[component]
pub(crate) fn ColleagueField(
    /// The control's.
    id: &'static str,
    /// What they are chosen for.
    label: Text,
    /// Who can be chosen.
    #[prop(into)]
    colleagues: Signal<Vec<(AccountId, String)>>,
    /// The control.
    node: NodeRef<html::Select>,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let options = move || {
        let option = |(id, name): (AccountId, String)| view! { <option value=id.to_string()>{name}</option> };
        colleagues.get().into_iter().map(option).collect_view()
    };
    view! {
        <Field id label>
            <select id=id required node_ref=node>
                <option value="">{i18n.t(admin::DEPUTY_NOBODY)}</option>
                {options}
            </select>
        </Field>
    }
}

/// Who is chosen in a [`ColleagueField`].
pub(crate) fn chosen(
    node: NodeRef<html::Select>,
    colleagues: impl Into<Signal<Vec<(AccountId, String)>>>,
) -> Option<AccountId> {
    let value = node.get_untracked()?.value();
    colleagues.into().with_untracked(|all| all.iter().map(|(id, _)| *id).find(|id| id.to_string() == value))
}

/// Those who stand in, each with a button that ends it.
#[component]
pub(crate) fn StandInList(
    /// All of them.
    deputies: Vec<Deputy>,
    /// Which one is to end.
    on_end: Callback<AccountId>,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let line = move |it: Deputy| {
        let StandIn { account, from_ms, until_ms } = it.stand_in;
        let name = it.name.or(it.address);
        let name = name.unwrap_or_else(|| i18n.t(admin::DEPUTY_GONE)().to_owned());
        let label = {
            let name = name.clone();
            move || admin::DEPUTY_END_LABEL.fill(i18n.language(), &[("name", &name)])
        };
        let text = move || {
            let language = i18n.language();
            let (from, until) =
                (clock::day_of(from_ms, language), clock::day_of(until_ms.saturating_sub(1), language));
            let values = [("name", name.as_str()), ("from", from.as_str()), ("until", until.as_str())];
            admin::DEPUTY_LINE.fill(language, &values)
        };
        let note = move |text, shown: bool| shown.then(|| view! { " (" {i18n.t(text)} ")" });
        view! {
            <li class="attachment">
                <span class="attachment__name">
                    {text}
                    {note(admin::DEPUTY_BY_ADMIN, it.by_administrator)}
                    {note(admin::DEPUTY_RESIGNED, it.resigned)}
                </span>
                <button
                    type="button"
                    class="button button--small"
                    aria-label=label
                    on:click=move |_| on_end.run(account)
                >
                    {i18n.t(admin::DEPUTY_END)}
                </button>
            </li>
        }
    };
    view! { <ul class="attachments__list">{deputies.into_iter().map(line).collect_view()}</ul> }
}
