//! Where a person may be, and where they go instead.

use crypto_core::wire::DraftId;
use crypto_core::wire::api::{Duty, Folder, Role};

/// The page that follows a sign-in.
pub(crate) const HOME: &str = "/mail/inbox";
/// The sign-in page.
pub(crate) const START: &str = "/";
/// The first steps after the first sign-in.
pub(crate) const WELCOME: &str = "/welcome";
/// How the portal works.
pub(crate) const HELP: &str = "/help";
/// Imprint.
pub(crate) const IMPRINT: &str = "/imprint";
/// Data protection.
pub(crate) const PRIVACY: &str = "/privacy";
/// The accessibility statement.
pub(crate) const ACCESSIBILITY: &str = "/accessibility";
/// The portal in easy language.
pub(crate) const EASY: &str = "/easy-language";
/// Writing.
pub(crate) const COMPOSE: &str = "/compose";
/// The list of drafts.
pub(crate) const DRAFTS: &str = "/drafts";

/// "Passwort ändern".
pub(crate) const PASSWORD: &str = "/account/password";
/// "Zweiter Faktor".
pub(crate) const SECOND_FACTOR: &str = "/account/second-factor";
/// "Wiederherstellungscode".
pub(crate) const RECOVERY_CODE: &str = "/account/recovery-code";
/// "Sitzungen".
pub(crate) const SESSIONS: &str = "/account/sessions";
/// The address book.
pub(crate) const CONTACTS: &str = "/contacts";
/// Of all its pages; leads to the first.
pub(crate) const ADMIN: &str = "/admin";
/// Language of e-mails, reminders, taking along.
pub(crate) const SETTINGS: &str = "/account/settings";

/// What becomes of a visit to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is shown.
    Stay,
    /// Another page instead.
    Go(&'static str),
    /// Sign in first, then come back.
    SignIn,
}

/// Whether `path` is for people who are not signed in.
fn is_public(path: &str) -> bool {
    matches!(path, START | "/forgotten" | "/setup" | HELP | IMPRINT | PRIVACY | ACCESSIBILITY | EASY)
}

fn is_for_signed_in(path: &str) -> bool {
    ["/mail", COMPOSE, DRAFTS, "/account", CONTACTS, "/invitations", "/admin", WELCOME]
        .iter()
        .any(|prefix| path == *prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')))
}

/// Decides for a role, or for nobody.
pub(crate) fn decide(path: &str, role: Option<Role>) -> Decision {
    match role {
        None if is_for_signed_in(path) => Decision::SignIn,
        Some(_) if path == START => Decision::Go(HOME),
        Some(role) if path.starts_with("/admin") && role != Role::Administrator => Decision::Go(HOME),
        Some(role) if path == "/invitations" && !may_invite(role) => Decision::Go(HOME),
        Some(_) if path == ADMIN || path == "/admin/" => Decision::Go("/admin/staff"),
        Some(_) if path == "/mail" || path == "/mail/" => Decision::Go(HOME),
        _ => Decision::Stay,
    }
}

/// The one page that a person with a duty may see, if this is another one.
pub(crate) fn duty_first(path: &str, duty: Duty) -> Option<&'static str> {
    let page = match duty {
        Duty::SecondFactor => SECOND_FACTOR,
        Duty::Password => PASSWORD,
    };
    (path == START || (path != page && is_for_signed_in(path))).then_some(page)
}

/// Whether the recovery code comes before a page: for whoever works here always, for a partner at the first
/// sign-in unless it was put off.
pub(crate) fn code_first(path: &str, role: Role, first: bool, put_off: bool) -> bool {
    let due = may_invite(role) || (first && !put_off);
    due && path != WELCOME && !path.starts_with("/account/") && (path == START || is_for_signed_in(path))
}

/// Where a sign-in leads: the remembered page if it is worth returning to.
pub(crate) fn after_sign_in(first: bool, remembered: Option<String>) -> String {
    if first {
        return WELCOME.into();
    }
    remembered.filter(|path| path.starts_with('/') && !is_public(path)).unwrap_or_else(|| HOME.into())
}

/// Whether a role makes mailboxes.
pub(crate) const fn may_invite(role: Role) -> bool {
    matches!(role, Role::Staff | Role::Administrator)
}

/// The folder of a path's segment.
pub(crate) fn folder(segment: &str) -> Option<Folder> {
    match segment {
        "inbox" => Some(Folder::Inbox),
        "sent" => Some(Folder::Sent),
        "bin" => Some(Folder::Bin),
        _ => None,
    }
}

/// The path of a draft that is being written.
pub(crate) fn draft_path(draft: DraftId) -> String {
    format!("{COMPOSE}/{draft}")
}

/// The path of a folder.
pub(crate) const fn folder_path(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => HOME,
        Folder::Sent => "/mail/sent",
        Folder::Bin => "/mail/bin",
    }
}

/// Whether a path is a message's.
pub(crate) fn is_message(path: &str) -> bool {
    let below = path.strip_prefix("/mail/").and_then(|rest| rest.split_once('/'));
    below.is_some_and(|(_, message)| !message.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_told_from_its_folder() {
        assert!(is_message("/mail/sent/abc"));
        assert!(!["/mail/sent", "/mail/sent/", "/drafts/a"].iter().any(|path| is_message(path)));
    }

    #[test]
    fn nobody_sees_a_mailbox_without_a_session() {
        for path in [
            "/mail/inbox",
            "/mail/sent/abc",
            "/compose",
            "/compose/abc",
            "/drafts",
            "/account/password",
            "/admin/staff",
            "/contacts",
        ] {
            assert_eq!(decide(path, None), Decision::SignIn, "{path}");
        }
        for path in ["/", "/forgotten", "/setup", "/mailbox"] {
            assert_eq!(decide(path, None), Decision::Stay, "{path}");
        }
    }

    #[test]
    fn a_duty_comes_before_every_other_page() {
        for path in ["/", "/mail/inbox", "/compose", WELCOME, "/account/sessions", SECOND_FACTOR] {
            assert_eq!(duty_first(path, Duty::Password), Some(PASSWORD), "{path}");
        }
        assert_eq!(duty_first(PASSWORD, Duty::Password), None);
        assert_eq!(duty_first(PASSWORD, Duty::SecondFactor), Some(SECOND_FACTOR));
        assert_eq!(duty_first("/setup", Duty::SecondFactor), None, "the organisation's key is seen once");
    }

    #[test]
    fn the_recovery_code_is_not_optional_for_those_who_work_here() {
        for (role, first, put_off, due) in [
            (Role::Staff, false, true, true),
            (Role::Administrator, false, false, true),
            (Role::Partner, true, false, true),
            (Role::Partner, true, true, false),
            (Role::Partner, false, false, false),
        ] {
            assert_eq!(code_first("/mail/inbox", role, first, put_off), due, "{role:?}");
            for path in [WELCOME, PASSWORD, RECOVERY_CODE, "/setup", "/forgotten"] {
                assert!(!code_first(path, role, first, put_off), "{path}");
            }
        }
    }

    #[test]
    fn pages_of_a_role_are_for_that_role() {
        assert_eq!(decide("/admin/staff", Some(Role::Staff)), Decision::Go(HOME));
        assert_eq!(decide("/admin/staff", Some(Role::Administrator)), Decision::Stay);
        assert_eq!(decide("/invitations", Some(Role::Partner)), Decision::Go(HOME));
        assert_eq!(decide("/invitations", Some(Role::Staff)), Decision::Stay);
        assert_eq!(decide("/", Some(Role::Partner)), Decision::Go(HOME));
    }

    #[test]
    fn a_sign_in_returns_to_where_one_was_but_the_first_one_shows_the_first_steps() {
        let remembered = || Some("/mail/inbox/abc".to_owned());
        assert_eq!(after_sign_in(false, remembered()), "/mail/inbox/abc");
        assert_eq!(after_sign_in(true, remembered()), WELCOME);
        assert_eq!(after_sign_in(false, Some("/".into())), HOME);
        assert_eq!(after_sign_in(false, Some("https://elsewhere.example".into())), HOME);
        assert_eq!(after_sign_in(false, None), HOME);
    }
}
