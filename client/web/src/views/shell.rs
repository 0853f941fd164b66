//! The frame: skip link, header, navigation, main, notices; which page is shown, and who may see it.

use super::account_menu::AccountMenu;
use super::contacts::keep_book;
use super::idle::IdleWatch;
use super::initial_password::InitialPasswordDialog;
use super::not_found::NotFoundView;
use super::notices::{NoNews, StandingNotices};
use super::print_area::PrintArea;
use super::public::Below;
use super::shortcuts::Shortcuts;
use super::start::StartView;
use super::usage::{UnreadCount, UsageLine, keep_usage};
use crate::browser::{device, dom, shell, validity};
use crate::components::language_switch::LanguageSwitch;
use crate::components::try_again::TryAgain;
use crate::i18n::{contacts, general, mail, mailbox, recovery, staff};
use crate::later;
use crate::portal::{About, Departure, Phase, Portal, use_portal};
use crate::state::draft::DraftModel;
use crate::state::route::{
    ADMIN, COMPOSE, CONTACTS, DRAFTS, Decision, START, WELCOME, after_sign_in, code_first, decide,
    duty_first, folder_path, is_message, may_invite,
};
use crypto_core::wire::api::{Folder, Role};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;

/// The form of a message.
pub(crate) const WRITING: &str = "form.compose";

/// The count's id.
const UNREAD: &str = "unread";

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let portal = Portal::new();
    provide_context(portal);
    spawn_local(async move {
        portal.start().await;
        // While the person signs in. Where it does not load now, it is tried again when it is needed.
        drop(later::load_mail().await);
        shell::keep().await;
    });
    keep_what_is_typed(portal);
    follow_language(portal);
    validity::speak(portal.i18n);
    let online = window_event_listener(ev::online, move |_| portal.back.update(|count| *count += 1));
    on_cleanup(move || online.remove());
    view! {
        <Router>
            <Shell/>
        </Router>
        <PrintArea/>
    }
}

/// Saves the draft when the page goes out of sight, and asks before an upload would be cut off or something be
/// lost that is shown only once.
fn keep_what_is_typed(portal: Portal) {
    // The listeners live as long as the page.
    let hidden = window_event_listener(ev::visibilitychange, move |_| {
        if document().hidden() {
            flush(portal);
        }
    });
    let leaving = window_event_listener_untyped("pagehide", move |_| flush(portal));
    let unload = window_event_listener(ev::beforeunload, move |event| {
        let uploading = portal.draft.model.with_untracked(DraftModel::lacks_files);
        let unkept = portal.seen_once.get_untracked() || portal.initial.with_untracked(Option::is_some);
        let waiting = portal.draft.pressed.with_untracked(Option::is_some);
        let unsaved = portal.unsaved_rules.with_untracked(Option::is_some);
        if uploading || unkept || waiting || unsaved {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        hidden.remove();
        leaving.remove();
        unload.remove();
    });
}

/// All tabs of a browser speak one language.
fn follow_language(portal: Portal) {
    let listener = window_event_listener(ev::storage, move |event| {
        if let Some(language) = device::chosen_elsewhere(&event) {
            portal.show_language(language);
        }
    });
    on_cleanup(move || listener.remove());
}

/// The device first: it is quicker.
fn flush(portal: Portal) {
    spawn_local(portal.keep_draft());
    spawn_local(async move { drop(portal.save_draft_now().await) });
}

#[component]
fn Shell() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    guard(portal);
    focus_after_navigation(portal);
    keep_book(portal);
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        dom::focus("#main");
    };
    // Who has a duty sees nothing else.
    let signed_in =
        Memo::new(move |_| portal.session.with(|it| it.as_ref().is_some_and(|it| it.duty.is_none())));
    let signed_in = move || signed_in.get();
    // Folders that would only lead back to the first steps are not offered.
    let at_home = Memo::new(move |_| signed_in() && portal.home() != WELCOME);
    let at_home = move || at_home.get();
    let path = use_location().pathname;
    let reading = move || path.with(|path| is_message(path));
    view! {
        <div class="app" class:app--signed-in=at_home class:app--reading=reading>
            <a class="skip" href="#main" on:click=skip>{i18n.t(general::SKIP)}</a>
            <Header/>
            <Show when=at_home><Navigation/><Shortcuts/></Show>
            <main id="main" class="main" tabindex="-1">
                <Show when=signed_in><NoNews/><StandingNotices/></Show>
                {stage(portal)}
            </main>
            <Below/>
            <InitialPasswordDialog/>
            <IdleWatch/>
            <Toasts/>
        </div>
    }
}

/// What the main part shows: the page, or why there is none yet.
fn stage(portal: Portal) -> impl Fn() -> AnyView {
    let i18n = portal.i18n;
    let path = use_location().pathname;
    // Where the start page waits for the worker it stays when the worker is there, with what was typed.
    let phase = Memo::new(move |_| match portal.phase.get() {
        Phase::Greeting if path.with(|path| path == START) => Phase::Ready,
        Phase::Greeting => Phase::Starting,
        phase => phase,
    });
    move || match phase.get() {
        Phase::Ready => view! { <Pages/> }.into_any(),
        Phase::Starting | Phase::Greeting => {
            view! { <p class="waiting waiting--page" role="status">{i18n.t(general::STARTING)}</p> }
                .into_any()
        }
        Phase::Failed(failure) => view! {
            <div class="sheet">
                <h1>{i18n.t(general::PRODUCT)}</h1>
                <TryAgain
                    failure=Signal::derive(move || Some(failure.clone()))
                    again=Callback::new(move |()| spawn_local(portal.start()))
                />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundView>
            <Route path=path!("/") view=StartView/>
            <Route path=path!("/forgotten") view=|| later::shown(later::forgotten)/>
            <Route path=path!("/help") view=|| later::shown(later::help)/>
            <Route path=path!("/imprint") view=|| later::shown(later::imprint)/>
            <Route path=path!("/privacy") view=|| later::shown(later::privacy)/>
            <Route path=path!("/accessibility") view=|| later::shown(later::accessibility)/>
            <Route path=path!("/easy-language") view=|| later::shown(later::easy)/>
            <Route path=path!("/setup") view=|| later::shown(later::setup)/>
            <Route path=path!("/welcome") view=|| signed_in(|| later::shown(later::welcome))/>
            <Route path=path!("/mail/:folder/:message?") view=|| signed_in(|| later::shown(later::mailbox))/>
            <Route path=path!("/drafts") view=|| signed_in(|| later::shown(later::drafts))/>
            <Route path=path!("/compose/:draft?") view=|| signed_in(|| later::shown(later::compose))/>
            <Route path=path!("/account/password") view=|| signed_in(|| later::shown(later::password))/>
            <Route path=path!("/account/second-factor") view=|| signed_in(|| later::shown(later::second_factor))/>
            <Route path=path!("/account/recovery-code") view=|| signed_in(|| later::shown(later::recovery_code))/>
            <Route path=path!("/account/sessions") view=|| signed_in(|| later::shown(later::sessions))/>
            <Route path=path!("/account/settings") view=|| signed_in(|| later::shown(later::settings))/>
            <Route path=path!("/contacts") view=|| signed_in(|| later::shown(later::contacts))/>
            <Route path=path!("/invitations") view=|| signed_in(|| later::shown(later::invitations))/>
            <Route path=path!("/admin/staff") view=|| signed_in(|| later::shown(later::staff))/>
            <Route path=path!("/admin/:page") view=|| signed_in(|| later::shown(later::admin))/>
            <Route path=path!("/account/deputies") view=|| signed_in(|| later::shown(later::deputies))/>
        </Routes>
    }
}

/// A page that exists only while somebody is signed in.
fn signed_in<V: IntoView + 'static>(page: impl Fn() -> V + Send + Sync + Copy + 'static) -> impl IntoView {
    let portal = use_portal();
    let present = Memo::new(move |_| portal.session.with(Option::is_some));
    move || present.get().then(page)
}

/// Sends people where they may be.
fn guard(portal: Portal) {
    let location = use_location();
    let navigate = use_navigate();
    let who = Memo::new(move |_| portal.session.with(|it| it.as_ref().map(|it| (it.account, it.role))));
    let duty = Memo::new(move |_| portal.session.with(|it| it.as_ref().and_then(|it| it.duty)));
    let lacks_code = Memo::new(move |_| {
        portal
            .session
            .with(|it| it.as_ref().filter(|it| !it.recovery_code).map(|it| (it.role, it.first_sign_in)))
    });
    Effect::new(move || {
        if portal.phase.get() != Phase::Ready {
            return;
        }
        let path = location.pathname.get();
        let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
        if let Some(duty) = duty.get() {
            if let Some(page) = duty_first(&path, duty) {
                navigate(page, replace);
            }
            return;
        }
        if lacks_code
            .get()
            .is_some_and(|(role, first)| code_first(&path, role, first, portal.code_put_off.get_untracked()))
        {
            if path != START {
                portal.say(recovery::CODE_FIRST);
            }
            return navigate(WELCOME, replace);
        }
        match decide(&path, who.get().map(|(_, role)| role)) {
            Decision::Stay => {}
            Decision::Go(_) if path == START => navigate(&destination(portal), replace),
            Decision::Go(target) => navigate(target, replace),
            Decision::SignIn => {
                remember(portal, path);
                navigate(START, replace);
            }
        }
    });
}

fn destination(portal: Portal) -> String {
    let first = portal.session.with_untracked(|it| it.as_ref().is_some_and(|it| it.first_sign_in));
    let remembered = portal.return_to.get_untracked();
    portal.return_to.set(None);
    after_sign_in(first, remembered)
}

fn remember(portal: Portal, path: String) {
    match portal.departure.get_untracked() {
        Some(
            Departure::SignedOut
            | Departure::SignedOutHere
            | Departure::Elsewhere
            | Departure::PasswordReplaced,
        ) => {}
        Some(Departure::SessionOver | Departure::NeverSignedIn) => portal.return_to.set(Some(path)),
        None => {
            portal.departure.set(Some(Departure::NeverSignedIn));
            portal.return_to.set(Some(path));
        }
    }
}

/// Whatever page comes next begins at its heading. The first one begins where the browser does.
fn focus_after_navigation(portal: Portal) {
    let pathname = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = pathname.get();
        if before.is_some_and(|before| before != path) {
            portal.awaits_heading.set(true);
            // The heading may have come before this was known.
            dom::after_settling(move || {
                // Whoever writes already is not led away: the address follows the draft.
                let stays = dom::has_focus_within(WRITING);
                if portal.awaits_heading.get_untracked() && (stays || dom::focus_now("main h1")) {
                    portal.awaits_heading.set(false);
                }
            });
        }
        path
    });
}

#[component]
fn Header() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let claim = move || portal.organisation.get().unwrap_or_else(|| i18n.t(general::CLAIM)().to_owned());
    let signed_in = move || portal.session.with(Option::is_some);
    view! {
        <header class="header">
            <A href="/" attr:class="header__home">
                <span class="header__product">{i18n.t(general::PRODUCT)}</span>
                <span class="header__claim">{claim}</span>
            </A>
            <Show when=signed_in fallback=|| view! { <LanguageSwitch/> }><AccountMenu/></Show>
        </header>
    }
}

#[component]
fn Navigation() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let role = move || portal.session.with(|it| it.as_ref().map(|it| it.role));
    keep_usage(portal);
    view! {
        <nav class="nav" aria-label=i18n.t(general::NAVIGATION)>
            <A href=COMPOSE attr:class="button button--primary nav__new">{i18n.t(mail::NEW_MESSAGE)}</A>
            <ul class="nav__list">
                <li class="nav__counted">
                    <A href=folder_path(Folder::Inbox) attr:aria-describedby=UNREAD>{i18n.t(mail::INBOX)}</A>
                    <UnreadCount id=UNREAD/>
                </li>
                <li><A href=folder_path(Folder::Sent)>{i18n.t(mail::SENT)}</A></li>
                <li><A href=DRAFTS>{i18n.t(mail::DRAFTS)}</A></li>
                <li><A href=folder_path(Folder::Bin)>{i18n.t(mailbox::BIN)}</A></li>
                <li><A href=CONTACTS>{i18n.t(contacts::CONTACTS)}</A></li>
                <Show when=move || role().is_some_and(may_invite)>
                    <li><A href="/invitations">{i18n.t(staff::INVITED_LIST)}</A></li>
                </Show>
                <Show when=move || role() == Some(Role::Administrator)>
                    <li><A href=ADMIN>{i18n.t(staff::STAFF)}</A></li>
                </Show>
            </ul>
            <UsageLine/>
        </nav>
    }
}

/// Passing notices; the region is there from the start, so that screen readers notice what comes.
#[component]
fn Toasts() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label=i18n.t(general::NOTICES)>
            <For each=move || portal.toasts.get() key=|toast| toast.id let:toast>
                <div class="toast">
                    <span>{toast.text.clone()}</span>
                    {undo(toast.about).map(|undo| view! {
                        <button
                            type="button"
                            class="toast__action"
                            on:click=move |_| {
                                portal.dismiss(toast.id);
                                undo.run(());
                            }
                        >
                            {i18n.t(mailbox::UNDO)}
                        </button>
                    })}
                    <button
                        type="button"
                        class="toast__close"
                        aria-label=i18n.t(general::DISMISS)
                        on:click=move |_| portal.dismiss(toast.id)
                    >
                        {"×"}
                    </button>
                </div>
            </For>
        </div>
    }
}

fn undo(about: About) -> Option<Callback<()>> {
    match about {
        About::Deleted { undo, .. } => Some(undo),
        _ => None,
    }
}
