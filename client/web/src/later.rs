//! Pages that a visit may not need are split off this module when it is bundled, and loaded when they are first
//! shown: they share the page's memory. The name in `wasm_split(…)` is the part's; each has a file of its own.

use crate::components::heading::Heading;
use crate::components::try_again::TryAgain;
use crate::i18n::general;
use crate::portal::use_portal;
use crate::views::admin::AdminView;
use crate::views::compose::ComposeView;
use crate::views::contacts::ContactsView;
use crate::views::deputies::DeputiesView;
use crate::views::drafts::DraftsView;
use crate::views::forgotten::ForgottenView;
use crate::views::help::{AccessibilityView, EasyView, HelpView, ImprintView, PrivacyView};
use crate::views::invitations::InvitationsView;
use crate::views::mailbox::MailboxView;
use crate::views::password::PasswordView;
use crate::views::recovery_code::RecoveryCodeView;
use crate::views::second_factor::SecondFactorView;
use crate::views::sessions::SessionsView;
use crate::views::settings::SettingsView;
use crate::views::setup::SetupView;
use crate::views::staff::StaffView;
use crate::views::welcome::WelcomeView;
use client_bridge::Failure;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A part of the module could not be loaded; the next time it is tried again.
pub(crate) struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Makes a page's view.
pub(crate) type Make = fn() -> AnyView;

/// Shows a page once its part is there, and meanwhile that it comes; where it does not, what to do.
pub(crate) fn shown<F>(page: fn() -> F) -> impl IntoView
where
    F: Future<Output = Result<Make, NotLoaded>> + 'static,
{
    let i18n = use_portal().i18n;
    let loaded = RwSignal::new(None);
    let load = move || {
        loaded.set(None);
        // The person may have gone on meanwhile.
        spawn_local(async move {
            let _ = loaded.try_set(Some(page().await.ok()));
        });
    };
    load();
    move || match loaded.get() {
        None => {
            view! { <p class="waiting waiting--page" role="status">{i18n.t(general::WORKING)}</p> }.into_any()
        }
        Some(None) => failed(Callback::new(move |()| load())),
        Some(Some(make)) => make(),
    }
}

fn failed(again: Callback<()>) -> AnyView {
    view! {
        <div class="sheet">
            <Heading text=general::NOT_LOADED/>
            <TryAgain failure=Signal::derive(|| Some(Failure::Offline)) again/>
        </div>
    }
    .into_any()
}

/// "Kennwort vergessen?".
#[wasm_split(account, fallible)]
pub(crate) fn forgotten() -> Result<Make, NotLoaded> {
    Ok(|| view! { <ForgottenView/> }.into_any())
}

/// How the portal works.
#[wasm_split(account, fallible)]
pub(crate) fn help() -> Result<Make, NotLoaded> {
    Ok(|| view! { <HelpView/> }.into_any())
}

/// Imprint.
#[wasm_split(account, fallible)]
pub(crate) fn imprint() -> Result<Make, NotLoaded> {
    Ok(|| view! { <ImprintView/> }.into_any())
}

/// Data protection.
#[wasm_split(account, fallible)]
pub(crate) fn privacy() -> Result<Make, NotLoaded> {
    Ok(|| view! { <PrivacyView/> }.into_any())
}

/// The accessibility statement.
#[wasm_split(account, fallible)]
pub(crate) fn accessibility() -> Result<Make, NotLoaded> {
    Ok(|| view! { <AccessibilityView/> }.into_any())
}

/// The portal in easy language.
#[wasm_split(account, fallible)]
pub(crate) fn easy() -> Result<Make, NotLoaded> {
    Ok(|| view! { <EasyView/> }.into_any())
}

/// The portal's beginning.
#[wasm_split(account, fallible)]
pub(crate) fn setup() -> Result<Make, NotLoaded> {
    Ok(|| view! { <SetupView/> }.into_any())
}

/// The first steps.
#[wasm_split(account, fallible)]
pub(crate) fn welcome() -> Result<Make, NotLoaded> {
    Ok(|| view! { <WelcomeView/> }.into_any())
}

/// "Entwürfe".
#[wasm_split(mail, fallible)]
pub(crate) fn drafts() -> Result<Make, NotLoaded> {
    Ok(|| view! { <DraftsView/> }.into_any())
}

/// "Neue Nachricht".
#[wasm_split(mail, fallible)]
pub(crate) fn compose() -> Result<Make, NotLoaded> {
    Ok(|| view! { <ComposeView/> }.into_any())
}

/// "Passwort ändern".
#[wasm_split(account, fallible)]
pub(crate) fn password() -> Result<Make, NotLoaded> {
    Ok(|| view! { <PasswordView/> }.into_any())
}

/// "Zweiter Faktor".
#[wasm_split(account, fallible)]
pub(crate) fn second_factor() -> Result<Make, NotLoaded> {
    Ok(|| view! { <SecondFactorView/> }.into_any())
}

/// "Wiederherstellungscode".
#[wasm_split(account, fallible)]
pub(crate) fn recovery_code() -> Result<Make, NotLoaded> {
    Ok(|| view! { <RecoveryCodeView/> }.into_any())
}

/// "Sitzungen".
#[wasm_split(account, fallible)]
pub(crate) fn sessions() -> Result<Make, NotLoaded> {
    Ok(|| view! { <SessionsView/> }.into_any())
}

/// "Einstellungen".
#[wasm_split(account, fallible)]
pub(crate) fn settings() -> Result<Make, NotLoaded> {
    Ok(|| view! { <SettingsView/> }.into_any())
}

/// "Vertretung".
#[wasm_split(account, fallible)]
pub(crate) fn deputies() -> Result<Make, NotLoaded> {
    Ok(|| view! { <DeputiesView/> }.into_any())
}

/// "Kontakte".
#[wasm_split(account, fallible)]
pub(crate) fn contacts() -> Result<Make, NotLoaded> {
    Ok(|| view! { <ContactsView/> }.into_any())
}

/// The invitations.
#[wasm_split(account, fallible)]
pub(crate) fn invitations() -> Result<Make, NotLoaded> {
    Ok(|| view! { <InvitationsView/> }.into_any())
}

/// Inviting staff.
#[wasm_split(office, fallible)]
pub(crate) fn staff() -> Result<Make, NotLoaded> {
    Ok(|| view! { <StaffView/> }.into_any())
}

/// "Verwaltung".
#[wasm_split(office, fallible)]
pub(crate) fn admin() -> Result<Make, NotLoaded> {
    Ok(|| view! { <AdminView/> }.into_any())
}

/// "Posteingang" and the other folders; `load_mail` fetches them, and writing, before they are shown.
#[wasm_split(mail, preload(load_mail), fallible)]
pub(crate) fn mailbox() -> Result<Make, NotLoaded> {
    Ok(|| view! { <MailboxView/> }.into_any())
}
