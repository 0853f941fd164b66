//! "Personen": all mailboxes with their state, and what an administrator does about one.

use super::admin::{AdminNav, ask};
use super::reset::PasswordRequests;
use super::root_key::KeyToKeep;
use super::stand_in::{StandInForm, StandInList};
use crate::browser::{clock, dom};
use crate::components::address::EmailAddress;
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::components::table::{Cell, Row, Table};
use crate::i18n::{Text, admin, mail, staff};
use crate::portal::{Portal, use_portal};
use client_bridge::Failure;
use client_bridge::admin::{Answer as AdminAnswer, Call as AdminCall, Person, Removal, StandIn};
use crypto_core::wire::AccountId;
use crypto_core::wire::api::Role;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

type Found = RwSignal<Option<Vec<Person>>>;

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Page {
    portal: Portal,
    found: Found,
    failure: RwSignal<Option<Failure>>,
    /// Whom the dialog is about.
    edited: RwSignal<Option<AccountId>>,
    /// The organisation's new key, once the earlier one went with somebody.
    new_key: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

/// The page.
#[component]
pub(crate) fn PeopleView() -> impl IntoView {
    let portal = use_portal();
    let page = Page {
        portal,
        found: Found::new(None),
        failure: RwSignal::new(None),
        edited: RwSignal::new(None),
        new_key: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let kept = Callback::new(move |()| page.new_key.set(None));
    move || match page.new_key.get() {
        Some(copy) => view! {
            <div class="sheet sheet--wide">
                <Heading text=admin::NEW_KEY/>
                <KeyToKeep copy text=admin::NEW_KEY_TEXT button=admin::NEW_KEY_KEPT on_kept=kept/>
            </div>
        }
        .into_any(),
        None => view! { <List page/> }.into_any(),
    }
}

#[component]
fn List(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let filter = RwSignal::new(String::new());
    spawn_local(page.load());
    let rows = Memo::new(move |_| page.found.get().map(|all| matching(all, &filter.get())));
    view! {
        <div class="sheet sheet--wide">
            <AdminNav/>
            <Heading text=admin::PEOPLE/>
            <PasswordRequests/>
            <p>{i18n.t(admin::PEOPLE_TEXT)}</p>
            <Show when=move || page.edited.with(Option::is_none)><FailureNote failure=page.failure/></Show>
            <Field id="people-filter" label=admin::FILTER>
                <input id="people-filter" type="search" autocomplete="off" on:input=move |event| filter.set(event_target_value(&event))/>
            </Field>
            {move || match rows.get() {
                None => view! { <p role="status">{i18n.t(mail::LOADING_LIST)}</p> }.into_any(),
                Some(rows) if rows.is_empty() => view! { <p>{i18n.t(admin::NOBODY_FOUND)}</p> }.into_any(),
                Some(rows) => view! { <PeopleTable rows page/> }.into_any(),
            }}
            <EditDialog page/>
        </div>
    }
}

fn matching(all: Vec<Person>, filter: &str) -> Vec<Person> {
    let filter = filter.trim().to_lowercase();
    let fits = |it: &Person| {
        it.entry.address.contains(&filter)
            || it.name.as_ref().is_some_and(|name| name.to_lowercase().contains(&filter))
    };
    all.into_iter().filter(|it| filter.is_empty() || fits(it)).collect()
}

#[component]
fn PeopleTable(rows: Vec<Person>, page: Page) -> impl IntoView {
    let rows = rows.into_iter().map(|person| view! { <PersonRow person page/> }).collect_view();
    let columns = vec![
        admin::COLUMN_PERSON,
        staff::COLUMN_ROLE,
        admin::COLUMN_STATE,
        admin::COLUMN_LAST,
        admin::COLUMN_ACTION,
    ];
    view! { <Table label=admin::PEOPLE columns>{rows}</Table> }
}

#[component]
fn PersonRow(person: Person, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let Person { entry, name, .. } = person;
    let state = state_text(entry.locked_at_ms.is_some(), entry.first_sign_in_at_ms.is_some());
    let last = move || match entry.last_sign_in_at_ms {
        Some(at) => clock::long(at, i18n.language()),
        None => i18n.t(staff::NOT_YET)().to_owned(),
    };
    let address = entry.address.clone();
    let label = move || admin::EDIT_LABEL.fill(i18n.language(), &[("address", &address)]);
    let account = entry.account;
    let edit = move |_| {
        page.failure.set(None);
        page.edited.set(Some(account));
    };
    view! {
        <Row head=move || {
            let name = name.clone();
            view! { {name.map(|name| view! { {name} <br/> })} <EmailAddress address=entry.address.clone()/> }
        }>
            <Cell column=staff::COLUMN_ROLE>{i18n.t(role_text(entry.role))}</Cell>
            <Cell column=admin::COLUMN_STATE>
                {i18n.t(state)}
                {entry.second_factor.then(|| view! { <br/> {i18n.t(admin::HAS_FACTOR)} })}
                {entry.root_share_waits.then(|| view! { <br/> {i18n.t(admin::ROOT_WAITS)} })}
                {(!entry.resigned.is_empty()).then(|| view! { <br/> {i18n.t(admin::DEPUTY)} ": " {i18n.t(admin::DEPUTY_RESIGNED)} })}
            </Cell>
            <Cell column=admin::COLUMN_LAST>{last}</Cell>
            <Cell>
                <button type="button" class="button button--small" aria-label=label on:click=edit>
                    {i18n.t(admin::EDIT)}
                </button>
            </Cell>
        </Row>
    }
}

const fn state_text(locked: bool, came: bool) -> Text {
    match (locked, came) {
        (true, _) => admin::STATE_LOCKED,
        (false, true) => admin::STATE_ACTIVE,
        (false, false) => admin::STATE_INVITED,
    }
}

const fn role_text(role: Role) -> Text {
    match role {
        Role::Partner => staff::ROLE_PARTNER,
        Role::Staff => staff::ROLE_STAFF,
        Role::Administrator => staff::ROLE_ADMINISTRATOR,
        Role::Root | Role::Gateway | Role::Group => staff::ROLE_OTHER,
    }
}

#[component]
fn EditDialog(page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let person = Memo::new(move |_| {
        let edited = page.edited.get()?;
        page.found.get()?.into_iter().find(|it| it.entry.account == edited)
    });
    let close = move || page.edited.set(None);
    let open = Signal::derive(move || person.with(Option::is_some));
    view! {
        <Dialog open title=admin::PERSON_TITLE on_cancel=Callback::new(move |()| close())>
            <FailureNote failure=page.failure/>
            {move || person.get().map(|person| view! { <Actions person page/> })}
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| close()>{i18n.t(admin::CLOSE)}</button>
            </div>
        </Dialog>
    }
}

#[component]
fn Actions(person: Person, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let Person { entry, name, deputies, .. } = person;
    let (account, role, locked) = (entry.account, entry.role, entry.locked_at_ms.is_some());
    let own = page.portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| it.account == account));
    let button = move |text: Text, call: fn(AccountId) -> AdminCall, told: Text| {
        view! {
            <button type="button" class="button button--small" on:click=move |_| page.act(call(account), told)>
                {i18n.t(text)}
            </button>
        }
    };
    let lock = if locked {
        button(admin::UNLOCK, |account| AdminCall::SetLocked { account, locked: false }, admin::UNLOCKED)
    } else {
        button(admin::LOCK, |account| AdminCall::SetLocked { account, locked: true }, admin::LOCKED)
    };
    view! {
        <p>{name.map(|name| view! { {name} ", " })} <bdi>{entry.address}</bdi></p>
        <div class="actions">
            {(!own).then_some(lock)}
            {button(admin::REQUIRE_PASSWORD, |account| AdminCall::RequirePassword { account }, admin::PASSWORD_REQUIRED)}
            {(entry.second_factor && !own).then(|| button(admin::RESET_FACTOR, |account| AdminCall::ResetSecondFactor { account }, admin::FACTOR_RESET))}
            {(role == Role::Administrator && !own)
                .then(|| button(admin::SHARE_ROOT, |account| AdminCall::ShareRoot { account }, admin::ROOT_SHARED))}
        </div>
        {(role == Role::Administrator && !own).then(|| view! { <p class="note">{i18n.t(admin::SHARE_ROOT_TEXT)}</p> })}
        <Address account page/>
        {(role == Role::Staff).then(|| view! { <Deputies account deputies page/> })}
        {(role == Role::Staff).then(|| view! { <p class="note">{i18n.t(admin::PROMOTE)}</p> })}
        {(!own).then(|| view! { <Remove account role page/> })}
    }
}

#[component]
fn Address(account: AccountId, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if page.busy.get_untracked() {
            return;
        }
        page.busy.set(true);
        page.failure.set(None);
        let address = input.get_untracked().map(|it| it.value().trim().to_owned()).unwrap_or_default();
        spawn_local(async move {
            match ask(page.portal, AdminCall::Move { account, address }).await {
                Ok(Some(AdminAnswer::Moved { address })) => {
                    let language = page.portal.i18n.0.get_untracked();
                    page.portal.toast(admin::MOVED.fill(language, &[("address", &address)]));
                    page.load().await;
                }
                Ok(_) => drop(page.failure.try_set(Some(Failure::Internal))),
                Err(why) => drop(page.failure.try_set(Some(why))),
            }
            page.busy.try_set(false);
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <Field id="new-address" label=admin::NEW_ADDRESS>
                <input id="new-address" inputmode="email" autocomplete="off" required node_ref=input/>
            </Field>
            <button type="submit" class="button button--small">{i18n.t(admin::CHANGE_ADDRESS)}</button>
        </form>
    }
}

#[component]
fn Deputies(account: AccountId, deputies: Vec<client_bridge::admin::Deputy>, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let present: Vec<StandIn> = deputies.iter().filter(|it| !it.resigned).map(|it| it.stand_in).collect();
    let colleagues = Signal::derive(move || {
        let all = page.found.get().unwrap_or_default();
        let others = all.into_iter().filter(|it| it.entry.role == Role::Staff && it.entry.account != account);
        others.map(|it| (it.entry.account, it.name.unwrap_or(it.entry.address))).collect::<Vec<_>>()
    });
    let kept = StoredValue::new(present);
    let name = Callback::new(move |it: StandIn| {
        let mut deputies = kept.get_value();
        deputies.retain(|other| other.account != it.account);
        deputies.push(it);
        page.act(AdminCall::Depute { owner: account, deputies }, admin::DEPUTY_SAVED);
    });
    let end = Callback::new(move |ended: AccountId| {
        let mut deputies = kept.get_value();
        deputies.retain(|other| other.account != ended);
        page.act(AdminCall::Depute { owner: account, deputies }, admin::DEPUTY_ENDED);
    });
    view! {
        <h3>{i18n.t(admin::DEPUTY)}</h3>
        <StandInList deputies on_end=end/>
        <StandInForm colleagues busy=page.busy on_name=name/>
    }
}

#[component]
fn Remove(account: AccountId, role: Role, page: Page) -> impl IntoView {
    let i18n = page.portal.i18n;
    let why = NodeRef::<html::Select>::new();
    let sure = RwSignal::new(false);
    let (administrator, partner) = (role == Role::Administrator, role == Role::Partner);
    let remove = move |_| {
        if !sure.get_untracked() {
            return;
        }
        let why = match why.get_untracked().map(|it| it.value()).as_deref() {
            Some("lost") => Removal::Lost,
            Some("stolen") => Removal::Stolen,
            _ => Removal::Left,
        };
        let call = match role {
            Role::Partner => AdminCall::Close { account },
            Role::Administrator => AdminCall::RemoveAdministrator { account, why },
            _ => AdminCall::Remove { account, why },
        };
        page.act(call, admin::REMOVED);
    };
    view! {
        <h3>{i18n.t(admin::REMOVE_TITLE)}</h3>
        <p>{i18n.t(if partner { admin::CLOSE_TEXT } else { admin::REMOVE_TEXT })}</p>
        {administrator.then(|| view! { <p>{i18n.t(admin::REMOVE_ADMINISTRATOR)}</p> })}
        <div class="form">
            {(!partner).then(|| view! {
                <Field id="remove-why" label=admin::REMOVE_WHY>
                    <select id="remove-why" node_ref=why>
                        <option value="left">{i18n.t(admin::REMOVE_LEFT)}</option>
                        <option value="lost">{i18n.t(admin::REMOVE_LOST)}</option>
                        <option value="stolen">{i18n.t(admin::REMOVE_STOLEN)}</option>
                    </select>
                </Field>
            })}
            <label class="check">
                <input type="checkbox" on:change=move |event| sure.set(event_target_checked(&event))/>
                {i18n.t(admin::REMOVE_SURE)}
            </label>
            <button type="button" class="button button--small" aria-disabled=move || (!sure.get()).to_string() on:click=remove>
                {i18n.t(admin::REMOVE)}
            </button>
        </div>
    }
}

impl Page {
    async fn load(self) {
        match ask(self.portal, AdminCall::People).await {
            Ok(Some(AdminAnswer::People(people))) => drop(self.found.try_set(Some(people))),
            Ok(_) => drop(self.failure.try_set(Some(Failure::Internal))),
            Err(why) => drop(self.failure.try_set(Some(why))),
        }
    }

    /// Does something and loads again.
    fn act(self, call: AdminCall, told: Text) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            match ask(self.portal, call).await {
                Ok(answer) => {
                    self.portal.say(told);
                    if let Some(AdminAnswer::RootCopy(copy)) = answer {
                        self.edited.try_set(None);
                        self.new_key.try_set(Some(copy.0));
                        dom::focus("main h1");
                    } else {
                        self.load().await;
                    }
                }
                Err(why) => drop(self.failure.try_set(Some(why))),
            }
            self.busy.try_set(false);
        });
    }
}
