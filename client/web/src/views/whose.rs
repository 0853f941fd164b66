//! A deputy's choice of whose mail a list shows.

use super::message_list::ListStore;
use crate::i18n::admin;
use crate::portal::use_portal;
use crate::state::whose::{Whose, owners};
use crypto_core::wire::AccountId;
use leptos::ev;
use leptos::prelude::*;

const OWN: &str = "own";

/// The choice, where there is something to choose.
#[component]
pub(crate) fn WhoseFilter(
    /// Of which list.
    list: ListStore,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let found = Memo::new(move |_| list.with_rows(owners));
    let choose = move |event: ev::Event| {
        let chosen = event_target_value(&event);
        let owner = found.with_untracked(|all| all.iter().map(|it| it.0).find(|id| id.to_string() == chosen));
        let own = if chosen == OWN { Whose::Own } else { Whose::All };
        list.show(owner.map_or(own, Whose::Of));
    };
    let option = move |(id, name): (AccountId, String)| {
        let selected = list.whose() == Whose::Of(id);
        view! {
            <option value=id.to_string() selected=selected>
                {i18n.fill(admin::WHOSE_FOR, vec![("name", name)])}
            </option>
        }
    };
    view! {
        <Show when=move || found.with(|it| !it.is_empty())>
            <label class="whose">
                <span>{i18n.t(admin::WHOSE)}</span>
                <select on:change=choose>
                    <option value="" selected=move || list.whose() == Whose::All>{i18n.t(admin::WHOSE_ALL)}</option>
                    <option value=OWN selected=move || list.whose() == Whose::Own>{i18n.t(admin::WHOSE_OWN)}</option>
                    {move || found.get().into_iter().map(option).collect_view()}
                </select>
            </label>
        </Show>
    }
}
