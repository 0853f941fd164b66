//! The input of "An": a combobox (ARIA APG, editable with list autocomplete) over the people one may write to.
//!
//! What is typed counts as an address unless a suggestion was chosen, or it is a part of a name that fits one person
//! alone; so nobody is written to whom one did not mean.

use crate::browser::{clock, dom};
use crate::i18n::compose;
use crate::portal::{Portal, use_portal};
use crate::state::{contacts, people};
use client_bridge::contacts::Card;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// More are no help.
const MOST: usize = 6;

/// Input and suggestions.
#[component]
pub(crate) fn RecipientInput() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let node = NodeRef::<html::Input>::new();
    // None while nothing is to be suggested.
    let typed = RwSignal::new(None::<String>);
    let found = Memo::new(move |_| typed.get().map_or_else(Vec::new, |typed| suggestions(portal, &typed)));
    // By address: the list can change while it is open.
    let chosen = RwSignal::new(None::<String>);
    let place = Memo::new(move |_| {
        let chosen = chosen.get()?;
        found.with(|found| found.iter().position(|card| card.address == chosen))
    });
    let close = move || {
        typed.set(None);
        chosen.set(None);
    };
    let enter = move || {
        let Some(input) = node.get_untracked() else { return };
        let value = input.value();
        input.set_value("");
        close();
        for address in people::addresses(&value) {
            add(portal, address);
        }
    };
    let pick = move |card: &Card| {
        if let Some(input) = node.get_untracked() {
            input.set_value("");
        }
        close();
        add(portal, &card.address);
    };
    let step = move |by: isize| {
        let found = found.get_untracked();
        let at = neighbour(place.get_untracked(), by, found.len());
        chosen.set(at.and_then(|at| found.get(at)).map(|card| card.address.clone()));
        if let Some(at) = at {
            dom::scroll_to(&option_id(at));
        }
    };
    // Of what is no address, the only one who fits is meant.
    let meant = move || {
        let typed = typed.get_untracked().filter(|typed| !typed.contains('@'))?;
        found.with_untracked(|found| match found.as_slice() {
            [only] if !typed.is_empty() => Some(only.clone()),
            _ => None,
        })
    };
    let chosen_card = move || place.get_untracked().and_then(|at| found.get_untracked().get(at).cloned());
    let keys = move |event: ev::KeyboardEvent| {
        let open = found.with_untracked(|found| !found.is_empty());
        match event.key().as_str() {
            "ArrowDown" if !open => typed.set(Some(event_target_value(&event))),
            "ArrowDown" => step(1),
            "ArrowUp" if open => step(-1),
            "Escape" if open => close(),
            "Enter" => match chosen_card().or_else(meant) {
                Some(card) => pick(&card),
                None => enter(),
            },
            // The focus goes on by itself.
            "Tab" => return chosen_card().iter().for_each(pick),
            "," | ";" => enter(),
            _ => return,
        }
        event.prevent_default();
    };
    let input = move |event| {
        chosen.set(None);
        typed.set(Some(event_target_value(&event)).filter(|typed| !typed.trim().is_empty()));
    };
    let option = move |(at, card): (usize, Card)| {
        let (name, beside) = (contacts::name(&card).to_owned(), contacts::certified(&card));
        let beside = [beside, (name != card.address).then(|| card.address.clone())];
        let beside = beside.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let (good, of) = (contacts::is_good(card.standing), card.clone());
        let keys = move || contacts::keys(&of, i18n.language(), |at| clock::day_of(at, i18n.language()));
        view! {
            <li
                id=option_id(at)
                class="suggestion"
                role="option"
                aria-selected=move || (place.get() == Some(at)).to_string()
                on:click=move |_| pick(&card)
            >
                <bdi class="suggestion__name">{name}</bdi>
                <bdi class="suggestion__beside">{beside}</bdi>
                <span class="suggestion__keys contact__keys" class:contact__keys--good=good>{keys}</span>
            </li>
        }
    };
    view! {
        <div class="combobox">
            <input
                id="to"
                type="text"
                role="combobox"
                inputmode="email"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-autocomplete="list"
                aria-controls="contacts"
                aria-expanded=move || found.with(|found| !found.is_empty()).to_string()
                aria-activedescendant=move || place.get().map(option_id)
                aria-describedby="to-hint"
                node_ref=node
                on:keydown=keys
                on:input=input
                // Whoever only looks something up in another window goes on typing then.
                on:blur=move |_| if dom::has_focus() { enter() }
            />
            <ul
                id="contacts"
                class="suggestions"
                role="listbox"
                aria-label=i18n.t(compose::SUGGESTIONS)
                tabindex="-1"
                // The input keeps the focus, and what was typed is not entered first.
                on:mousedown=|event| event.prevent_default()
                hidden=move || found.with(Vec::is_empty)
            >
                {move || found.get().into_iter().enumerate().map(option).collect_view()}
            </ul>
        </div>
    }
}

fn option_id(at: usize) -> String {
    format!("contact-{at}")
}

/// People one may write to, who fit and are not there yet.
fn suggestions(portal: Portal, typed: &str) -> Vec<Card> {
    let there: Vec<String> =
        portal.draft.model.with(|model| model.to.iter().map(|it| it.address.clone()).collect());
    portal.book.with(|book| {
        let people = book.iter().flat_map(|book| &book.people);
        let fitting = people.filter(|it| it.may_write && !there.contains(&it.address));
        fitting.filter(|it| contacts::fits(it, typed)).take(MOST).cloned().collect()
    })
}

/// Around, with the input itself between last and first.
fn neighbour(at: Option<usize>, by: isize, count: usize) -> Option<usize> {
    match (at, by > 0) {
        (None, true) => Some(0),
        (None, false) => count.checked_sub(1),
        (Some(at), true) => Some(at + 1),
        (Some(at), false) => at.checked_sub(1),
    }
    .filter(|at| *at < count)
}

fn add(portal: Portal, address: &str) {
    let mut new = false;
    portal.edit(|model| new = model.add_recipient(address));
    if new {
        portal.look_up(address.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_lead_around_by_way_of_what_is_typed() {
        assert_eq!(neighbour(None, 1, 2), Some(0));
        assert_eq!(neighbour(Some(0), 1, 2), Some(1));
        assert_eq!(neighbour(Some(1), 1, 2), None);
        assert_eq!(neighbour(None, -1, 2), Some(1));
        assert_eq!(neighbour(Some(0), -1, 2), None);
        assert_eq!((neighbour(None, 1, 0), neighbour(None, -1, 0)), (None, None));
    }
}
