//! "An": addresses as chips, looked up as they are entered; staff make a mailbox where there is none.

use super::recipient_input::RecipientInput;
use crate::browser::{clock, dom};
use crate::components::dialog::Dialog;
use crate::components::failure_note::FailureNote;
use crate::components::field::{Field, LanguageSelect};
use crate::i18n::{I18n, Text, compose, general};
use crate::portal::{InitialPassword, Portal, use_portal};
use crate::state::draft::{Addressee, Standing};
use crate::state::route::may_invite;
use crate::state::{contacts, people};
use client_bridge::{Answer, Call, Contact, Failure, Person};
use crypto_core::wire::api::{Language, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The field with its chips, input and panels.
#[component]
pub(crate) fn RecipientsField() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let is_partner =
        portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| it.role == Role::Partner));
    let hint = if is_partner { compose::TO_HINT_PARTNER } else { compose::TO_HINT };
    let addressees = Memo::new(move |_| portal.draft.model.with(|model| model.to.clone()));
    view! {
        <Field id="to" label=compose::TO hint>
            <ul class="chips" aria-live="polite" aria-label=i18n.t(compose::RECIPIENTS)>
                <For each=move || addressees.get() key=key let:addressee>
                    <Chip addressee/>
                </For>
            </ul>
            <RecipientInput/>
        </Field>
        <For each=move || without_mailbox(portal, &addressees.get()) key=Clone::clone let:address>
            <MakeMailbox address/>
        </For>
    }
}

fn key(addressee: &Addressee) -> String {
    format!("{} {:?}", addressee.address, std::mem::discriminant(&addressee.standing))
}

fn without_mailbox(portal: Portal, addressees: &[Addressee]) -> Vec<String> {
    let staff = portal.session.with(|it| it.as_ref().is_some_and(|it| may_invite(it.role)));
    let wanted = |it: &&Addressee| staff && it.standing == Standing::NoMailbox;
    addressees.iter().filter(wanted).map(|it| it.address.clone()).collect()
}

fn named(contact: &Contact) -> String {
    people::long(&Person {
        address: contact.address.clone(),
        name: contact.name.clone(),
        unit: contact.unit.clone(),
    })
}

#[component]
fn Chip(addressee: Addressee) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let Addressee { address, standing } = addressee;
    let shown = match &standing {
        Standing::Known(it) => named(&it.contact),
        _ => address.clone(),
    };
    let (text, good) = standing_text(&standing);
    let stand_ins = match &standing {
        Standing::Known(it) if !it.stand_ins.is_empty() => Some(people::line(&it.stand_ins, people::short)),
        _ => None,
    };
    let stand_ins = stand_ins.map(|names| i18n.fill(compose::STATE_STAND_INS, vec![("names", names)]));
    // What the address book says of the keys, unless the text beside it says all.
    let known = matches!(&standing, Standing::Known(it) if !it.moved).then(|| address.clone());
    let keys = move || {
        let card = portal.book.with(|book| {
            let found = book.as_ref()?.people.iter().find(|it| Some(&it.address) == known.as_ref());
            found.cloned()
        })?;
        let language = i18n.language();
        Some(format!(" · {}", contacts::keys(&card, language, |at| clock::day_of(at, language))))
    };
    let label = i18n.fill(compose::REMOVE_RECIPIENT, vec![("address", address.clone())]);
    let remove = move |_| {
        portal.edit(|model| model.to.retain(|it| it.address != address));
        dom::focus("#to");
    };
    view! {
        <li class="chip" class:chip--bad=!good>
            <bdi class="chip__address">{shown}</bdi>
            <span class="chip__state">
                {i18n.t(text)} {keys} {stand_ins.map(|names| view! { " · " {names} })}
            </span>
            <button type="button" class="chip__remove" aria-label=label on:click=remove>{"×"}</button>
        </li>
    }
}

const fn standing_text(standing: &Standing) -> (Text, bool) {
    match standing {
        Standing::Checking => (compose::STATE_CHECKING, true),
        Standing::Known(it) if it.moved => (compose::STATE_MOVED, true),
        Standing::Known(_) => (compose::STATE_KNOWN, true),
        Standing::NoMailbox => (compose::STATE_NO_MAILBOX, false),
        Standing::NotAllowed => (compose::STATE_NOT_ALLOWED, false),
        Standing::NotAnAddress => (compose::STATE_NOT_AN_ADDRESS, false),
        Standing::Failed(_) => (compose::STATE_FAILED, false),
    }
}

/// There is no mailbox: makes one, after a question.
#[component]
fn MakeMailbox(address: String) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let asking = RwSignal::new(false);
    let (shown, typed) = (address.clone(), address.clone());
    let meant = Memo::new(move |_| {
        portal.book.with(|book| {
            let known = book.iter().flat_map(|book| &book.people).map(|card| card.address.as_str());
            contacts::meant(&typed, known).map(String::from)
        })
    });
    let slip = address.clone();
    let take = Callback::new(move |meant: String| {
        portal.edit(|model| {
            model.to.retain(|it| it.address != slip);
            model.add_recipient(&meant);
        });
        portal.look_up(meant);
        dom::focus("#to");
    });
    let question = move || {
        meant.get().map(|address| {
            let text = i18n.fill(compose::MEANT, vec![("address", address.clone())]);
            view! {
                <p>
                    {text} " "
                    <button type="button" class="button" on:click=move |_| take.run(address.clone())>
                        {i18n.t(compose::MEANT_TAKE)}
                    </button>
                </p>
            }
        })
    };
    view! {
        <div class="panel">
            <p>
                <strong><bdi>{shown}</bdi></strong> " "
                {i18n.t(compose::NO_MAILBOX)}
            </p>
            <div role="status">{question}</div>
            <button type="button" class="button" on:click=move |_| asking.set(true)>
                {i18n.t(compose::MAKE_MAILBOX)}
            </button>
        </div>
        <Dialog open=asking title=compose::MAKE_MAILBOX_TITLE on_cancel=move |()| asking.set(false)>
            <Confirm address=address.clone() asking/>
        </Dialog>
    }
}

#[component]
fn Confirm(address: String, asking: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let language = RwSignal::new(Language::De);
    let failure = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let text = explanation(i18n, address.clone());
    let make = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let address = address.clone();
        spawn_local(async move {
            match invite(portal, address, language.get_untracked()).await {
                Ok(initial) => {
                    asking.try_set(false);
                    portal.initial.set(Some(initial));
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <p>{text}</p>
        <LanguageSelect id="letter-language" label=compose::LETTER_LANGUAGE value=language/>
        <FailureNote failure/>
        <p class="form__status" role="status">
            {move || busy.get().then(|| i18n.t(compose::MAKING_MAILBOX)())}
        </p>
        <div class="dialog__actions">
            <button type="button" class="button" on:click=move |_| asking.set(false)>
                {i18n.t(general::CANCEL)}
            </button>
            <button
                type="button"
                class="button button--primary"
                aria-disabled=move || busy.get().to_string()
                on:click=make
            >
                {i18n.t(compose::MAKE_MAILBOX)}
            </button>
        </div>
    }
}

fn explanation(i18n: I18n, address: String) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    i18n.fill(compose::MAKE_MAILBOX_TEXT, vec![("address", address)])
}

async fn invite(portal: Portal, address: String, language: Language) -> Result<InitialPassword, Failure> {
    let call =
        Call::Invite { address: address.clone(), role: Role::Partner, name: None, unit: None, language };
    match portal.ask(call).await? {
        Answer::Invited { address: canonical, initial_password } => {
            portal.look_up(address);
            Ok(InitialPassword { address: canonical, password: initial_password.0, language, again: false })
        }
        _ => Err(Failure::Internal),
    }
}
