//! A sentence for everything that can go wrong: what happened, what was kept, what to do.

use super::size;
use crate::i18n::{Text, failures as f};
use client_bridge::{DirectoryFault, Failure};
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api::{Duty, Language};

/// The whole sentence.
pub(crate) fn sentence(failure: &Failure, language: Language) -> String {
    match failure {
        Failure::Problem { code: ProblemCode::RateLimited, retry_after_seconds: Some(seconds) } => {
            f::RATE_LIMITED_FOR.fill(language, &[("wait", &wait(*seconds, language))])
        }
        Failure::TooLarge { bytes, limit } => {
            let (bytes, limit) = size::format_pair(*bytes, *limit, language);
            f::TOO_LARGE.fill(language, &[("bytes", &bytes), ("limit", &limit)])
        }
        Failure::TooMany { limit } => f::TOO_MANY.fill(language, &[("limit", &limit.to_string())]),
        Failure::KeysRefused { address } => f::KEYS_REFUSED.fill(language, &[("address", address)]),
        Failure::NoKeys { address } => f::NO_KEYS.fill(language, &[("address", address)]),
        Failure::NoPicture { name } => f::NO_PICTURE.fill(language, &[("name", name)]),
        other => text(other).in_language(language).into(),
    }
}

/// How long, in the largest unit of which there are at least two, rounded up.
fn wait(seconds: u64, language: Language) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let (unit, text) = match seconds {
        0..120 => (1, f::WAIT_SECONDS),
        120..7200 => (MINUTE, f::WAIT_MINUTES),
        _ => (HOUR, f::WAIT_HOURS),
    };
    text.fill(language, &[("n", &seconds.max(2).div_ceil(unit).to_string())])
}

const fn text(failure: &Failure) -> Text {
    match failure {
        Failure::Problem { code, .. } => of_code(*code),
        Failure::Offline => f::OFFLINE,
        Failure::ServerRefused => f::SERVER_REFUSED,
        Failure::BundleRefused => f::BUNDLE_REFUSED,
        Failure::KeysRefused { .. } => f::KEYS_REFUSED,
        Failure::NoKeys { .. } => f::NO_KEYS,
        Failure::RootNeeded => f::ROOT_NEEDED,
        Failure::NotTheRoot => f::NOT_THE_ROOT,
        Failure::DirectoryRefused { fault } => of_directory(*fault),
        Failure::MessageRefused => f::MESSAGE_REFUSED,
        Failure::SenderStolen => f::SENDER_STOLEN,
        Failure::FileRefused => f::FILE_REFUSED,
        Failure::NotDeputy => f::NOT_DEPUTY,
        Failure::TooLarge { .. } => f::TOO_LARGE,
        Failure::TooMany { .. } => f::TOO_MANY,
        Failure::NoPicture { .. } => f::NO_PICTURE,
        Failure::FileUnreadable => f::FILE_UNREADABLE,
        Failure::PasswordPolicy => f::PASSWORD_POLICY,
        Failure::PasswordWeak => f::PASSWORD_WEAK,
        Failure::PasswordSame => f::PASSWORD_SAME,
        Failure::PasswordWrong => f::PASSWORD_WRONG,
        Failure::Input => f::INPUT,
        Failure::Address => f::ADDRESS_INVALID,
        Failure::TooLong => f::TOO_LONG,
        Failure::WitnessLine => f::WITNESS_LINE,
        Failure::RecoveryCode => f::RECOVERY_CODE,
        Failure::Cancelled => f::CANCELLED,
        Failure::DraftGone => f::DRAFT_GONE,
        Failure::DraftTooLarge => f::DRAFT_TOO_LARGE,
        Failure::Internal => f::INTERNAL,
    }
}

const fn of_directory(fault: DirectoryFault) -> Text {
    match fault {
        DirectoryFault::RolledBack => f::DIRECTORY_ROLLED_BACK,
        DirectoryFault::Split => f::DIRECTORY_SPLIT,
        DirectoryFault::Witnesses => f::DIRECTORY_WITNESSES,
        DirectoryFault::Proof => f::DIRECTORY_PROOF,
    }
}

const fn of_code(code: ProblemCode) -> Text {
    use ProblemCode as P;
    match code {
        P::Malformed => f::MALFORMED,
        P::AddressInvalid => f::ADDRESS_INVALID,
        P::HeaderRefused => f::HEADER_REFUSED,
        P::CertificateRefused => f::CERTIFICATE_REFUSED,
        P::CosignatureRefused => f::COSIGNATURE_REFUSED,
        P::GrantRefused => f::GRANT_REFUSED,
        P::NotSignedIn => f::NOT_SIGNED_IN,
        P::RecoveryFailed => f::RECOVERY_FAILED,
        P::SignInFailed => f::SIGN_IN_FAILED,
        P::SecondFactorNeeded => f::SECOND_FACTOR_NEEDED,
        P::SecondFactorFailed => f::SECOND_FACTOR_FAILED,
        P::SignInExpired => f::SIGN_IN_EXPIRED,
        P::SecondFactorRequired => f::SECOND_FACTOR_REQUIRED,
        P::PasswordChangeRequired => f::PASSWORD_CHANGE_REQUIRED,
        P::Forbidden => f::FORBIDDEN,
        P::OriginRefused => f::ORIGIN_REFUSED,
        P::FreshSignInNeeded => f::FRESH_SIGN_IN_NEEDED,
        P::SetupTokenInvalid => f::SETUP_TOKEN_INVALID,
        P::SenderForged => f::SENDER_FORGED,
        P::RecipientNotAllowed => f::RECIPIENT_NOT_ALLOWED,
        P::PartNotYours => f::PART_NOT_YOURS,
        P::NotFound => f::NOT_FOUND,
        P::UploadUnknown => f::UPLOAD_UNKNOWN,
        P::MethodNotAllowed => f::METHOD_NOT_ALLOWED,
        P::AddressTaken => f::ADDRESS_TAKEN,
        P::BundleStale => f::BUNDLE_STALE,
        P::SettingsStale => f::SETTINGS_STALE,
        P::SetupDone => f::SETUP_DONE,
        P::NotSetUp => f::NOT_SET_UP,
        P::PartOffset => f::PART_OFFSET,
        P::PartMissing => f::PART_MISSING,
        P::PartMismatch => f::PART_MISMATCH,
        P::AlreadyCommitted => f::ALREADY_COMMITTED,
        P::DraftStale => f::DRAFT_STALE,
        P::DraftsTooMany => f::DRAFTS_TOO_MANY,
        P::AlreadyOpened => f::ALREADY_OPENED,
        P::PartTooLarge => f::PART_TOO_LARGE,
        P::MessageTooLarge => f::MESSAGE_TOO_LARGE,
        P::QuotaReached => f::QUOTA_REACHED,
        P::UnsupportedMediaType => f::UNSUPPORTED_MEDIA_TYPE,
        P::RangeNotSatisfiable => f::RANGE_NOT_SATISFIABLE,
        P::RecipientUnknown => f::RECIPIENT_UNKNOWN,
        P::RecipientsTooMany => f::RECIPIENTS_TOO_MANY,
        P::PartnersTooMany => f::PARTNERS_TOO_MANY,
        P::RateLimited => f::RATE_LIMITED,
        P::InvitationsSpent => f::INVITATIONS_SPENT,
        P::Internal => f::SERVER_INTERNAL,
        P::RequestTimeout => f::REQUEST_TIMEOUT,
        P::Unavailable => f::UNAVAILABLE,
    }
}

/// The field that a failure is about, where there is one.
pub(crate) const fn field(failure: &Failure) -> Option<&'static str> {
    use ProblemCode as P;
    Some(match failure {
        Failure::Address | Failure::Problem { code: P::AddressInvalid | P::AddressTaken, .. } => {
            "input[inputmode=email]"
        }
        Failure::PasswordWrong => "input[autocomplete=current-password]",
        Failure::PasswordPolicy | Failure::PasswordWeak | Failure::PasswordSame => {
            "input[autocomplete=new-password]"
        }
        Failure::Problem { code: P::SecondFactorFailed | P::SecondFactorNeeded, .. } => {
            "input[autocomplete=one-time-code]"
        }
        Failure::RecoveryCode | Failure::Problem { code: P::RecoveryFailed, .. } => "input.recovery-code",
        Failure::NotTheRoot => "#root-typed",
        Failure::WitnessLine => "#witness-line",
        _ => return None,
    })
}

/// What a failure says must be done before anything else.
pub(crate) const fn duty(failure: &Failure) -> Option<Duty> {
    match failure {
        Failure::Problem { code: ProblemCode::SecondFactorRequired, .. } => Some(Duty::SecondFactor),
        Failure::Problem { code: ProblemCode::PasswordChangeRequired, .. } => Some(Duty::Password),
        _ => None,
    }
}

/// Whether the password must be proved once more.
pub(crate) const fn needs_fresh_sign_in(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem { code: ProblemCode::FreshSignInNeeded, .. })
}

/// Whether a code of the second factor is asked for.
pub(crate) const fn needs_second_factor(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem { code: ProblemCode::SecondFactorNeeded, .. })
}

/// Whether the session is over.
pub(crate) const fn ends_session(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem { code: ProblemCode::NotSignedIn, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_problem_code_has_a_sentence_of_its_own_in_both_languages() {
        for language in [Language::De, Language::En] {
            let sentences: HashSet<_> = ProblemCode::ALL
                .iter()
                .map(|code| sentence(&Failure::Problem { code: *code, retry_after_seconds: None }, language))
                .collect();
            assert_eq!(sentences.len(), ProblemCode::ALL.len());
            assert!(sentences.iter().all(|text| text.len() > 20 && text.ends_with(['.', '?'])));
        }
    }

    #[test]
    fn every_fault_of_the_key_directory_says_what_to_do() {
        use DirectoryFault::{Proof, RolledBack, Split, Witnesses};
        for (language, whom) in [(Language::De, "Administration"), (Language::En, "administrator")] {
            let told: HashSet<_> = [RolledBack, Split, Witnesses, Proof]
                .map(|fault| sentence(&Failure::DirectoryRefused { fault }, language))
                .into_iter()
                .collect();
            assert_eq!(told.len(), 4);
            assert!(told.iter().all(|text| text.contains(whom) && text.ends_with('.')));
        }
    }

    #[test]
    fn the_size_rule_names_both_sizes() {
        let failure = Failure::TooLarge { bytes: 20 * 1024 * 1024 + 1, limit: 20 * 1024 * 1024 };
        let text = sentence(&failure, Language::De);
        assert!(text.contains("20,1 MB") && text.contains("20 MB"), "{text}");
    }

    #[test]
    fn waiting_is_told_in_a_unit_that_one_can_grasp() {
        let failure = Failure::Problem { code: ProblemCode::RateLimited, retry_after_seconds: Some(42) };
        assert!(sentence(&failure, Language::En).contains("42 seconds"));
        for (seconds, text) in [(1, "2 Sekunden"), (121, "3 Minuten"), (86_400, "24 Stunden")] {
            let failure =
                Failure::Problem { code: ProblemCode::RateLimited, retry_after_seconds: Some(seconds) };
            assert!(sentence(&failure, Language::De).contains(text), "{text}");
        }
    }

    #[test]
    fn only_a_missing_session_ends_the_session() {
        let of = |code| Failure::Problem { code, retry_after_seconds: None };
        assert!(ends_session(&of(ProblemCode::NotSignedIn)));
        assert!(!ends_session(&of(ProblemCode::SignInFailed)));
        assert!(!ends_session(&Failure::Offline));
    }
}
