//! What the letter that passes on an initial password says, line by line, so that every number in it is
//! the portal's own.

use super::size;
use crate::i18n::letter as l;
use crypto_core::wire::api::{Language, Limits};

/// The numbered steps.
pub(crate) fn steps(language: Language) -> [&'static str; 3] {
    [l::STEP_1, l::STEP_2, l::STEP_3].map(|text| text.in_language(language))
}

/// The rules with the portal's numbers.
pub(crate) fn rules(limits: &Limits, language: Language) -> Vec<String> {
    let days = |text: crate::i18n::Text, days: u32| text.fill(language, &[("days", &days.to_string())]);
    vec![
        days(l::RULE_EXPIRY, limits.initial_password_days),
        days(l::RULE_RETENTION, limits.retention_days),
        l::RULE_SIZE.fill(language, &[("size", &size::format(limits.message_bytes, language))]),
        days(l::RULE_INACTIVITY, limits.inactivity_days),
        l::RULE_SECRET.in_language(language).into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_names_the_numbers_of_the_portal() {
        let limits = Limits {
            message_bytes: 20 * 1024 * 1024,
            attachments: 50,
            recipients: 20,
            retention_days: 60,
            inactivity_days: 365,
            bin_days: 7,
            idle_minutes: 15,
            initial_password_days: 30,
        };
        let text = rules(&limits, Language::De).join(" ");
        for number in ["20 MB", "60 Tage", "365 Tage", "30 Tage"] {
            assert!(text.contains(number), "{number} is not in: {text}");
        }
    }
}
