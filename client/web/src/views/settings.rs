//! "Einstellungen": language of e-mails, reminders, and everything to take along.

use super::take_along::TakeMessages;
use crate::components::failure_note::FailureNote;
use crate::components::field::LanguageSelect;
use crate::components::heading::Heading;
use crate::i18n::contacts as c;
use crate::portal::use_portal;
use client_bridge::Call;
use client_bridge::contacts::Call as BookCall;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
#[component]
pub(crate) fn SettingsView() -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="sheet">
            <Heading text=c::SETTINGS/>
            <Preferences/>
            <h2>{i18n.t(c::TAKE_ALL_TITLE)}</h2>
            <p>{i18n.t(c::TAKE_ALL_TEXT)}</p>
            <TakeMessages text=c::TAKE_ALL messages=Signal::derive(|| None)/>
        </div>
    }
}

#[component]
fn Preferences() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let (language, reminders) = portal
        .session
        .with_untracked(|session| session.as_ref().map(|it| (it.language, it.reminders)).unwrap_or_default());
    let (language, reminders) = (RwSignal::new(language), RwSignal::new(reminders));
    let failure = RwSignal::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let (language, reminders) = (language.get_untracked(), reminders.get_untracked());
        spawn_local(async move {
            match portal.ask(Call::Book(BookCall::SetPreferences { language, reminders })).await {
                Ok(_) => {
                    portal.session.update(|session| {
                        if let Some(session) = session {
                            (session.language, session.reminders) = (language, reminders);
                        }
                    });
                    portal.say(c::SETTINGS_SAVED);
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <LanguageSelect id="mail-language" label=c::MAIL_LANGUAGE value=language/>
            <label class="check">
                <input
                    type="checkbox"
                    aria-describedby="reminders-hint"
                    prop:checked=move || reminders.get()
                    on:change=move |event| reminders.set(event_target_checked(&event))
                />
                {i18n.t(c::REMINDERS)}
            </label>
            <p class="field__hint" id="reminders-hint">{i18n.t(c::REMINDERS_HINT)}</p>
            <FailureNote failure/>
            <button type="submit" class="button button--primary">{i18n.t(c::SAVE_SETTINGS)}</button>
        </form>
    }
}
