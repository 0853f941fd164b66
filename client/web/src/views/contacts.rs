//! "Kontakte": everybody one may write to or has written down, and what is to be said of their keys.

use super::compose::begin_writing;
use crate::browser::{clock, dom};
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::field::Field;
use crate::components::heading::Heading;
use crate::i18n::{contacts as c, general, sign_in};
use crate::portal::{Portal, use_portal};
use crate::state::contacts::{certified, is_good, name, notice, reissued, standing};
use client_bridge::contacts::{self, Card, NewKeys};
use client_bridge::{Answer, Call, Draft, Failure};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// Loads the address book whenever somebody is signed in and contacts change.
pub(crate) fn keep_book(portal: Portal) {
    let account = Memo::new(move |_| portal.session.with(|it| it.as_ref().map(|it| it.account)));
    Effect::new(move || {
        portal.contact_changes.track();
        if account.get().is_some() {
            spawn_local(async move { drop(portal.load_book().await) });
        }
    });
}

impl Portal {
    /// Loads the address book.
    ///
    /// # Errors
    /// What the worker says.
    pub(crate) async fn load_book(self) -> Result<(), Failure> {
        match self.book_call(contacts::Call::Book).await? {
            contacts::Answer::Book(book) => {
                self.book.set(Some(book));
                Ok(())
            }
            _ => Err(Failure::Internal),
        }
    }

    async fn book_call(self, call: contacts::Call) -> Result<contacts::Answer, Failure> {
        match self.ask(Call::Book(call)).await? {
            Answer::Book(answer) => Ok(answer),
            _ => Err(Failure::Internal),
        }
    }
}

/// The page.
#[component]
pub(crate) fn ContactsView() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let editing = RwSignal::new(None::<Card>);
    let adding = RwSignal::new(false);
    spawn_local(async move {
        if let Err(why) = portal.load_book().await {
            failure.try_set(Some(why));
        }
    });
    let people = move || portal.book.with(|book| book.as_ref().map(|book| book.people.clone()));
    let add = move |_| {
        editing.set(None);
        adding.set(true);
    };
    view! {
        <div class="sheet sheet--wide">
            <Heading text=c::CONTACTS/>
            <p>{i18n.t(c::CONTACTS_TEXT)}</p>
            <KeyNotices/>
            <FailureNote failure/>
            <p><button type="button" class="button" on:click=add>{i18n.t(c::ADD)}</button></p>
            {move || match people() {
                None => view! { <p role="status">{i18n.t(c::LOADING)}</p> }.into_any(),
                Some(people) if people.is_empty() => view! { <p>{i18n.t(c::CONTACTS_EMPTY)}</p> }.into_any(),
                Some(_) => view! { <People editing adding/> }.into_any(),
            }}
        </div>
        <Dialog open=adding title=c::CONTACT on_cancel=move |()| adding.set(false)>
            <Edit editing adding/>
        </Dialog>
    }
}

#[component]
fn People(editing: RwSignal<Option<Card>>, adding: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let people =
        move || portal.book.with(|book| book.as_ref().map(|it| it.people.clone()).unwrap_or_default());
    view! {
        <ul class="contacts" aria-label=portal.i18n.t(c::CONTACTS)>
            <For each=people key=|card| format!("{card:?}") let:card>
                <Person card editing adding/>
            </For>
        </ul>
    }
}

#[component]
fn Person(card: Card, editing: RwSignal<Option<Card>>, adding: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let removing = RwSignal::new(false);
    let person = name(&card).to_owned();
    let beside = certified(&card);
    let address = (person != card.address).then(|| card.address.clone());
    let keys = card.standing;
    let of = card.clone();
    let told = move || standing(&of, i18n.language(), |at| clock::day_of(at, i18n.language()));
    let again = card.reissued.clone();
    let again = move || {
        let language = i18n.language();
        again.as_ref().map(|it| reissued(it, language, |at| clock::day_of(at, language)))
    };
    let named = |text| i18n.fill(text, vec![("person", person.clone())]);
    let (edit_label, remove_label) = (named(c::EDIT_LABEL), named(c::REMOVE_LABEL));
    let (note, in_book) = (card.note.clone(), card.in_book);
    let write = card.may_write.then(|| view! { <Write address=card.address.clone() person=person.clone()/> });
    let kept = card.address.clone();
    let edit = move |_| {
        editing.set(Some(card.clone()));
        adding.set(true);
    };
    view! {
        <li class="contact">
            <div class="contact__who">
                <strong><bdi>{person.clone()}</bdi></strong>
                {beside.map(|beside| view! { <span class="contact__certified">{beside}</span> })}
                {address.map(|address| view! { <bdi class="contact__address">{address}</bdi> })}
                {note.map(|note| view! { <p class="contact__note">{note}</p> })}
            </div>
            <p class="contact__keys" class:contact__keys--good=is_good(keys)>
                {told}
                {move || again().map(|again| view! { <br/> {again} })}
            </p>
            <div class="contact__actions">
                {write}
                <button type="button" class="button button--small" aria-label=edit_label on:click=edit>
                    {i18n.t(c::EDIT)}
                </button>
                {in_book.then(|| view! {
                    <button
                        type="button"
                        class="button button--small"
                        aria-label=remove_label
                        on:click=move |_| removing.set(true)
                    >
                        {i18n.t(c::REMOVE)}
                    </button>
                })}
            </div>
            <Dialog open=removing title=c::REMOVE_TITLE on_cancel=move |()| removing.set(false)>
                <Remove address=kept.clone() person=person.clone() removing/>
            </Dialog>
        </li>
    }
}

/// Begins a message.
#[component]
fn Write(address: String, person: String) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let navigate = use_navigate();
    let write = move |_| {
        let draft = Draft { to: vec![address.clone()], ..Draft::default() };
        spawn_local(begin_writing(portal, draft, Vec::new(), navigate.clone()));
    };
    let label = i18n.fill(c::WRITE_LABEL, vec![("person", person)]);
    view! {
        <button type="button" class="button button--small" aria-label=label on:click=write>
            {i18n.t(c::WRITE)}
        </button>
    }
}

#[component]
fn Edit(editing: RwSignal<Option<Card>>, adding: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let card = editing.get_untracked();
    let known = card.as_ref().map(|card| card.address.clone());
    let is_known = known.is_some();
    let present_name = card.as_ref().and_then(|card| card.own_name.clone()).unwrap_or_default();
    let present_note = card.and_then(|card| card.note).unwrap_or_default();
    let (address, own_name) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let note = NodeRef::<html::Textarea>::new();
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let value = |node: NodeRef<html::Input>| node.get_untracked().map(|it| it.value()).unwrap_or_default();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let call = contacts::Call::Keep {
            address: value(address).trim().to_owned(),
            name: value(own_name),
            note: note.get_untracked().map(|it| it.value()).unwrap_or_default(),
        };
        spawn_local(async move {
            let kept = match portal.book_call(call).await {
                Ok(_) => portal.load_book().await,
                Err(why) => Err(why),
            };
            busy.try_set(false);
            match kept {
                Ok(()) => {
                    adding.try_set(false);
                    portal.say(c::KEPT);
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <Field id="contact-address" label=sign_in::ADDRESS>
                <input
                    id="contact-address"
                    type="text"
                    inputmode="email"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    readonly=is_known
                    prop:value=known.unwrap_or_default()
                    node_ref=address
                />
            </Field>
            <Field id="contact-name" label=c::OWN_NAME hint=c::OWN_NAME_HINT>
                <input
                    id="contact-name"
                    type="text"
                    autofocus=is_known
                    autocomplete="off"
                    aria-describedby="contact-name-hint"
                    prop:value=present_name
                    node_ref=own_name
                />
            </Field>
            <Field id="contact-note" label=c::NOTE>
                <textarea
                    id="contact-note"
                    rows="3"
                    prop:value=present_note
                    node_ref=note
                ></textarea>
            </Field>
            <FailureNote failure/>
            <p class="form__status" role="status">{move || busy.get().then(|| i18n.t(c::KEEPING)())}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| adding.set(false)>
                    {i18n.t(general::CANCEL)}
                </button>
                <button type="submit" class="button button--primary">{i18n.t(c::KEEP)}</button>
            </div>
        </form>
    }
}

#[component]
fn Remove(address: String, person: String, removing: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let failure = RwSignal::new(None);
    let remove = move |_| {
        let address = address.clone();
        spawn_local(async move {
            let gone = match portal.book_call(contacts::Call::Drop { address }).await {
                Ok(_) => portal.load_book().await,
                Err(why) => Err(why),
            };
            match gone {
                Ok(()) => {
                    removing.try_set(false);
                    portal.say(c::REMOVED);
                    dom::focus("main h1");
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <p>{i18n.fill(c::REMOVE_TEXT, vec![("person", person)])}</p>
        <FailureNote failure/>
        <div class="dialog__actions">
            <button type="button" class="button" on:click=move |_| removing.set(false)>
                {i18n.t(general::CANCEL)}
            </button>
            <button type="button" class="button button--primary" on:click=remove>{i18n.t(c::REMOVE)}</button>
        </div>
    }
}

/// Whose keys were issued anew, until the person has read it.
#[component]
pub(crate) fn KeyNotices() -> impl IntoView {
    let portal = use_portal();
    let notices =
        move || portal.book.with(|book| book.as_ref().map(|it| it.notices.clone()).unwrap_or_default());
    view! {
        <div role="status">
            <For each=notices key=|keys| (keys.address.clone(), keys.certificate) let:keys>
                <KeyNotice keys/>
            </For>
        </div>
    }
}

#[component]
fn KeyNotice(keys: NewKeys) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let told = vec![(keys.address.clone(), keys.certificate)];
    let text = move || {
        let language = i18n.language();
        notice(&keys, language, |at| clock::day_of(at, language))
    };
    let seen = move |_| {
        let call = contacts::Call::Acknowledge { told: told.clone() };
        spawn_local(async move {
            if portal.book_call(call).await.is_ok() {
                drop(portal.load_book().await);
                dom::focus("main h1");
            }
        });
    };
    view! {
        <div class="note note--warning">
            <p>{text}</p>
            <button type="button" class="button button--small" on:click=seen>{i18n.t(c::NEW_KEYS_SEEN)}</button>
        </div>
    }
}
