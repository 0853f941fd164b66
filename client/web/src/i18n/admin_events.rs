//! Security events in words.

use super::Text;
use crypto_core::wire::records::SecurityEventKind as Kind;

texts! {
    SET_UP: "Portal eingerichtet" | "Portal set up";
    SETUP_LINK_MADE: "Einrichtungslink erzeugt" | "Set-up link made";
    INVITED: "Eingeladen" | "Invited";
    SIGNED_IN: "Angemeldet" | "Signed in";
    SIGN_IN_REFUSED: "Anmeldung abgelehnt" | "Sign-in refused";
    SIGN_IN_THROTTLED: "Anmeldungen gebremst" | "Sign-ins slowed down";
    KEYS_ROTATED: "Schlüssel erneuert" | "Keys made anew";
    PASSWORD_REPLACED: "Passwort geändert" | "Password changed";
    MAIL_REFUSED: "E-Mail abgelehnt" | "E-mail refused";
    MAIL_GIVEN_UP: "E-Mail nicht zustellbar" | "E-mail given up";
    ACCOUNT_CLOSED: "Postfach wegen Inaktivität beendet" | "Mailbox ended after inactivity";
    PASSWORD_CHANGE_REQUIRED: "Neues Passwort verlangt" | "New password required";
    INITIAL_PASSWORD_EXPIRED: "Abgelaufenes Initial-Kennwort versucht" | "Expired initial password tried";
    SECOND_FACTOR_SET: "Zweiter Faktor eingerichtet" | "Second factor set up";
    SECOND_FACTOR_REMOVED: "Zweiter Faktor entfernt" | "Second factor removed";
    SECOND_FACTOR_REFUSED: "Zweiter Faktor abgelehnt" | "Second factor refused";
    SECOND_FACTOR_RESET: "Zweiter Faktor zurückgesetzt" | "Second factor reset";
    BACKUP_CODE_USED: "Backup-Code benutzt" | "Backup code used";
    BACKUP_CODES_MADE: "Backup-Codes erneuert" | "Backup codes made anew";
    RECOVERY_CODE_SET: "Wiederherstellungscode erzeugt" | "Recovery code made";
    RECOVERED: "Mit Wiederherstellungscode zurückgeholt" | "Recovered with the code";
    RECOVERY_REFUSED: "Wiederherstellung abgelehnt" | "Recovery refused";
    RECOVERY_THROTTLED: "Wiederherstellungen gebremst" | "Recoveries slowed down";
    PASSWORD_REQUESTED: "Neues Initial-Kennwort angefragt" | "New password asked for";
    PASSWORD_REQUEST_DECLINED: "Anfrage abgelehnt" | "Request turned down";
    RESET: "Neue Schlüssel ausgestellt" | "New keys issued";
    ACCOUNT_LOCKED: "Gesperrt" | "Locked";
    ACCOUNT_UNLOCKED: "Entsperrt" | "Unlocked";
    ACCOUNT_REVOKED: "Postfach durch die Verwaltung beendet" | "Mailbox ended by administration";
    ADDRESS_CHANGED: "Adresse geändert" | "Address changed";
    DEPUTIES_CHANGED: "Vertretung geändert" | "Deputies changed";
    ROOT_SHARED: "Schlüssel der Organisation übergeben" | "Organisation's key handed over";
    POLICY_CHANGED: "Regeln der Organisation neu unterschrieben" | "Organisation's policy signed anew";
    ROOT_ROTATED: "Schlüssel der Organisation gewechselt" | "Organisation's key replaced";
    ADMINISTRATOR_RESTORED: "Verwaltung mit dem Ausdruck wiederhergestellt" | "Administration restored from the printed copy";
    RULES_CHANGED: "Grenzen oder Texte geändert" | "Limits or texts changed";
}

/// Every kind, as the choice shows them.
pub(crate) const KINDS: &[(Kind, Text)] = &[
    (Kind::SetUp, SET_UP),
    (Kind::SetupLinkMade, SETUP_LINK_MADE),
    (Kind::Invited, INVITED),
    (Kind::SignedIn, SIGNED_IN),
    (Kind::SignInRefused, SIGN_IN_REFUSED),
    (Kind::SignInThrottled, SIGN_IN_THROTTLED),
    (Kind::KeysRotated, KEYS_ROTATED),
    (Kind::PasswordReplaced, PASSWORD_REPLACED),
    (Kind::MailRefused, MAIL_REFUSED),
    (Kind::MailGivenUp, MAIL_GIVEN_UP),
    (Kind::AccountClosed, ACCOUNT_CLOSED),
    (Kind::PasswordChangeRequired, PASSWORD_CHANGE_REQUIRED),
    (Kind::InitialPasswordExpired, INITIAL_PASSWORD_EXPIRED),
    (Kind::SecondFactorSet, SECOND_FACTOR_SET),
    (Kind::SecondFactorRemoved, SECOND_FACTOR_REMOVED),
    (Kind::SecondFactorRefused, SECOND_FACTOR_REFUSED),
    (Kind::SecondFactorReset, SECOND_FACTOR_RESET),
    (Kind::BackupCodeUsed, BACKUP_CODE_USED),
    (Kind::BackupCodesMade, BACKUP_CODES_MADE),
    (Kind::RecoveryCodeSet, RECOVERY_CODE_SET),
    (Kind::Recovered, RECOVERED),
    (Kind::RecoveryRefused, RECOVERY_REFUSED),
    (Kind::RecoveryThrottled, RECOVERY_THROTTLED),
    (Kind::PasswordRequested, PASSWORD_REQUESTED),
    (Kind::PasswordRequestDeclined, PASSWORD_REQUEST_DECLINED),
    (Kind::Reset, RESET),
    (Kind::AccountLocked, ACCOUNT_LOCKED),
    (Kind::AccountUnlocked, ACCOUNT_UNLOCKED),
    (Kind::AccountRevoked, ACCOUNT_REVOKED),
    (Kind::AddressChanged, ADDRESS_CHANGED),
    (Kind::DeputiesChanged, DEPUTIES_CHANGED),
    (Kind::RootShared, ROOT_SHARED),
    (Kind::RulesChanged, RULES_CHANGED),
    (Kind::PolicyChanged, POLICY_CHANGED),
    (Kind::RootRotated, ROOT_ROTATED),
    (Kind::AdministratorRestored, ADMINISTRATOR_RESTORED),
];

/// The kind at a place of the choice.
pub(crate) fn nth(at: usize) -> Option<(Kind, Text)> {
    KINDS.get(at).copied()
}

/// Whether it is the account's own doing where nobody else is named.
pub(crate) const fn is_own_act(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::SetUp
            | Kind::SignedIn
            | Kind::KeysRotated
            | Kind::PasswordReplaced
            | Kind::SecondFactorSet
            | Kind::SecondFactorRemoved
            | Kind::BackupCodeUsed
            | Kind::BackupCodesMade
            | Kind::RecoveryCodeSet
            | Kind::Recovered
            | Kind::DeputiesChanged
            | Kind::AdministratorRestored
    )
}

/// What a kind is called.
pub(crate) const fn text(kind: Kind) -> Text {
    match kind {
        Kind::SetUp => SET_UP,
        Kind::SetupLinkMade => SETUP_LINK_MADE,
        Kind::Invited => INVITED,
        Kind::SignedIn => SIGNED_IN,
        Kind::SignInRefused => SIGN_IN_REFUSED,
        Kind::SignInThrottled => SIGN_IN_THROTTLED,
        Kind::KeysRotated => KEYS_ROTATED,
        Kind::PasswordReplaced => PASSWORD_REPLACED,
        Kind::MailRefused => MAIL_REFUSED,
        Kind::MailGivenUp => MAIL_GIVEN_UP,
        Kind::AccountClosed => ACCOUNT_CLOSED,
        Kind::PasswordChangeRequired => PASSWORD_CHANGE_REQUIRED,
        Kind::InitialPasswordExpired => INITIAL_PASSWORD_EXPIRED,
        Kind::SecondFactorSet => SECOND_FACTOR_SET,
        Kind::SecondFactorRemoved => SECOND_FACTOR_REMOVED,
        Kind::SecondFactorRefused => SECOND_FACTOR_REFUSED,
        Kind::SecondFactorReset => SECOND_FACTOR_RESET,
        Kind::BackupCodeUsed => BACKUP_CODE_USED,
        Kind::BackupCodesMade => BACKUP_CODES_MADE,
        Kind::RecoveryCodeSet => RECOVERY_CODE_SET,
        Kind::Recovered => RECOVERED,
        Kind::RecoveryRefused => RECOVERY_REFUSED,
        Kind::RecoveryThrottled => RECOVERY_THROTTLED,
        Kind::PasswordRequested => PASSWORD_REQUESTED,
        Kind::PasswordRequestDeclined => PASSWORD_REQUEST_DECLINED,
        Kind::Reset => RESET,
        Kind::AccountLocked => ACCOUNT_LOCKED,
        Kind::AccountUnlocked => ACCOUNT_UNLOCKED,
        Kind::AccountRevoked => ACCOUNT_REVOKED,
        Kind::AddressChanged => ADDRESS_CHANGED,
        Kind::DeputiesChanged => DEPUTIES_CHANGED,
        Kind::RootShared => ROOT_SHARED,
        Kind::RulesChanged => RULES_CHANGED,
        Kind::PolicyChanged => POLICY_CHANGED,
        Kind::RootRotated => ROOT_ROTATED,
        Kind::AdministratorRestored => ADMINISTRATOR_RESTORED,
    }
}
