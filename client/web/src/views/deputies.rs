//! "Vertretung": who stands in for oneself, for whom one does, and handing a mailbox over.

use super::admin::ask;
use super::selection_bar::Question;
use super::stand_in::{ColleagueField, StandInForm, StandInList, chosen};
use crate::browser::{clock, dom};
use crate::components::failure_note::FailureNote;
use crate::components::heading::Heading;
use crate::i18n::admin;
use crate::portal::{Portal, use_portal};
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall, Deputy, Represented, StandIn};
use client_bridge::{Answer, Call, Failure};
use crypto_core::wire::AccountId;
use crypto_core::wire::api::Role;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

type Found = RwSignal<Option<(Vec<Deputy>, Vec<Represented>)>>;
type Failed = RwSignal<Option<Failure>>;

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Page {
    portal: Portal,
    found: Found,
    colleagues: RwSignal<Vec<(AccountId, String)>>,
    failure: Failed,
    busy: RwSignal<bool>,
    old_mail: NodeRef<html::Input>,
    form: NodeRef<html::Form>,
    /// Whether one is to end is asked.
    asks: RwSignal<bool>,
    /// Which.
    ending: RwSignal<Option<Ending>>,
}

/// A deputyship that is to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Of whom one named.
    Deputy(AccountId),
    /// One's own for somebody.
    Own(AccountId),
}

/// The page of the menu.
#[component]
pub(crate) fn DeputiesView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let page = Page {
        portal,
        found: Found::new(None),
        colleagues: RwSignal::new(Vec::new()),
        failure: Failed::new(None),
        busy: RwSignal::new(false),
        old_mail: NodeRef::new(),
        form: NodeRef::new(),
        asks: RwSignal::new(false),
        ending: RwSignal::new(None),
    };
    Effect::new(move || {
        portal.contact_changes.track();
        spawn_local(page.load());
    });
    let mine = move || match page.found.get() {
        None => view! { <p role="status">{i18n.t(admin::HANDING)}</p> }.into_any(),
        Some((mine, _)) if mine.is_empty() => view! { <p>{i18n.t(admin::DEPUTIES_NONE)}</p> }.into_any(),
        Some((mine, _)) => {
            let end = Callback::new(move |account| page.ask_to_end(Ending::Deputy(account)));
            view! { <StandInList deputies=mine on_end=end/> }.into_any()
        }
    };
    view! {
        <div class="sheet sheet--wide">
            <Heading text=admin::DEPUTIES_TITLE/>
            <p>{i18n.t(admin::DEPUTIES_TEXT)}</p>
            <FailureNote failure=page.failure/>
            <p class="form__status" role="status">
                {move || page.busy.get().then(|| i18n.t(admin::HANDING)())}
            </p>
            <h2>{i18n.t(admin::DEPUTIES_MINE)}</h2>
            {mine}
            <StandInForm
                colleagues=page.colleagues
                busy=page.busy
                on_name=Callback::new(move |it| spawn_local(page.name(it)))
                node=page.form
            >
                <label class="check">
                    <input type="checkbox" node_ref=page.old_mail/>
                    {i18n.t(admin::OLD_MAIL)}
                </label>
            </StandInForm>
            <h2>{i18n.t(admin::DEPUTIES_REPRESENTED)}</h2>
            <RepresentedList page/>
            <h2>{i18n.t(admin::HAND_OVER_TITLE)}</h2>
            <HandOver page/>
            <EndQuestion page/>
        </div>
    }
}

#[component]
fn EndQuestion(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let text = move || match page.ending.get() {
        Some(Ending::Own(_)) => i18n.t(admin::RESIGN_TEXT)().to_owned(),
        Some(Ending::Deputy(_)) | None => i18n.t(admin::DEPUTY_END_TEXT)().to_owned(),
    };
    let run = move |()| {
        page.asks.set(false);
        match page.ending.get_untracked() {
            Some(Ending::Deputy(account)) => spawn_local(page.end(account)),
            Some(Ending::Own(owner)) => spawn_local(page.resign(owner)),
            None => {}
        }
    };
    view! {
        <Question
            open=page.asks
            title=admin::DEPUTY_END_ASK
            text=Signal::derive(text)
            action=admin::DEPUTY_END_YES
            run=Callback::new(run)
        />
    }
}

#[component]
fn RepresentedList(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let line = move |it: Represented| {
        let name = it.name.clone().unwrap_or_else(|| it.address.clone());
        let shown = name.clone();
        let text = move || {
            let (name, language) = (&shown, i18n.language());
            let from = clock::day_of(it.from_ms, language);
            let until = clock::day_of(it.until_ms.saturating_sub(1), language);
            let values = [("name", name.as_str()), ("from", from.as_str()), ("until", until.as_str())];
            admin::DEPUTY_LINE.fill(language, &values)
        };
        let owner = it.owner;
        let label = {
            let name = name.clone();
            move || admin::RESIGN_LABEL.fill(i18n.language(), &[("name", &name)])
        };
        view! {
            <li class="attachment">
                <span class="attachment__name">{text}</span>
                <button
                    type="button"
                    class="button button--small"
                    aria-label=label
                    on:click=move |_| page.ask_to_end(Ending::Own(owner))
                >
                    {i18n.t(admin::RESIGN)}
                </button>
            </li>
        }
    };
    move || match page.found.get() {
        Some((_, represented)) if !represented.is_empty() => {
            view! { <ul class="attachments__list">{represented.into_iter().map(line).collect_view()}</ul> }
                .into_any()
        }
        _ => view! { <p>{i18n.t(admin::DEPUTIES_REPRESENTED_NONE)}</p> }.into_any(),
    }
}

#[component]
fn HandOver(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let who = NodeRef::<html::Select>::new();
    let asking = RwSignal::new(false);
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        asking.set(true);
    };
    let hand = move |()| {
        asking.set(false);
        if let Some(account) = chosen(who, page.colleagues) {
            spawn_local(page.hand(account, true));
        }
    };
    view! {
        <p>{i18n.t(admin::HAND_OVER_TEXT)}</p>
        <form class="form" on:submit=ask>
            <ColleagueField id="hand-over-to" label=admin::HAND_OVER_TO colleagues=page.colleagues node=who/>
            <button type="submit" class="button">{i18n.t(admin::HAND_OVER)}</button>
        </form>
        <Question
            open=asking
            title=admin::HAND_OVER_ASK
            text=Signal::derive(move || i18n.t(admin::HAND_OVER_FOR_GOOD)().to_owned())
            action=admin::HAND_OVER_YES
            run=Callback::new(hand)
        />
    }
}

impl Page {
    fn ask_to_end(self, ending: Ending) {
        self.ending.set(Some(ending));
        self.asks.set(true);
    }

    async fn load(self) {
        match ask(self.portal, AdminCall::Deputies).await {
            Ok(Some(AdminAnswer::Deputies { mine, represented })) => {
                self.found.try_set(Some((mine, represented)));
            }
            Ok(_) => drop(self.failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(self.failure.try_set(Some(why))),
        }
        if let Ok(Answer::Contacts(contacts)) = self.portal.ask(Call::Contacts).await {
            let staff = contacts.into_iter().filter(|it| it.role == Role::Staff);
            let named = staff.map(|it| (it.account, it.name.unwrap_or(it.address)));
            self.colleagues.try_set(named.collect());
        }
    }

    /// The deputies as they are now, without those who ended it.
    fn present(self) -> Vec<StandIn> {
        self.found.with_untracked(|it| {
            let mine = it.iter().flat_map(|(mine, _)| mine).filter(|it| !it.resigned);
            mine.map(|it| it.stand_in).collect()
        })
    }

    async fn change(self, deputies: Vec<StandIn>) -> bool {
        self.busy.try_set(true);
        self.failure.try_set(None);
        let outcome = ask(self.portal, AdminCall::NameDeputies { deputies }).await;
        let done = outcome.is_ok();
        if let Err(why) = outcome {
            self.failure.try_set(Some(why));
        }
        self.busy.try_set(false);
        done
    }

    async fn name(self, it: StandIn) {
        let mut deputies = self.present();
        deputies.retain(|other| other.account != it.account);
        deputies.push(it);
        if self.change(deputies).await {
            self.portal.say(admin::DEPUTY_SAVED);
            let shares = self.old_mail.get_untracked().is_some_and(|it| it.checked());
            if let Some(form) = self.form.get_untracked() {
                form.reset();
            }
            if shares {
                self.hand(it.account, false).await;
            }
        }
        self.load().await;
    }

    async fn end(self, account: AccountId) {
        let mut deputies = self.present();
        deputies.retain(|other| other.account != account);
        if self.change(deputies).await {
            self.portal.say(admin::DEPUTY_ENDED);
        }
        self.load().await;
        dom::give_back(None);
    }

    async fn resign(self, owner: AccountId) {
        match ask(self.portal, AdminCall::Resign { owner }).await {
            Ok(_) => self.portal.say(admin::RESIGNED),
            Err(why) => drop(self.failure.try_set(Some(why))),
        }
        self.load().await;
        dom::give_back(None);
    }

    async fn hand(self, receiver: AccountId, for_good: bool) {
        self.busy.try_set(true);
        let ticket = self.portal.next_number();
        match ask(self.portal, AdminCall::HandMail { receiver, for_good, ticket }).await {
            Ok(Some(AdminAnswer::Handed { granted, .. })) => {
                let values = [("count", granted.to_string())];
                let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
                self.portal.toast(admin::HANDED.fill(self.portal.i18n.0.get_untracked(), &values));
            }
            Ok(_) => drop(self.failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(self.failure.try_set(Some(why))),
        }
        self.busy.try_set(false);
    }
}
