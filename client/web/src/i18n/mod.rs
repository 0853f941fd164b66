//! Every text that a person can see, German beside English, so that neither can be missing.
//!
//! A [`Text`] is looked up by name at compile time. What differs at run time is a placeholder in braces,
//! `{size}`; a test sees to it that both languages have the same ones. [`I18n`] holds the language as a
//! signal: whatever shows a text follows a switch without a reload.

use crypto_core::wire::api::Language;
use leptos::prelude::{Get, RwSignal};

/// Declares texts: `NAME: "German" | "English";`.
macro_rules! texts {
    ($($name:ident: $de:literal | $en:literal;)*) => {
        $(pub(crate) const $name: $crate::i18n::Text = $crate::i18n::Text::new($de, $en);)*
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, $crate::i18n::Text)] = &[$((stringify!($name), $name),)*];
    };
}

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod admin_events;
pub(crate) mod compose;
pub(crate) mod contacts;
pub(crate) mod failures;
pub(crate) mod general;
pub(crate) mod help;
pub(crate) mod letter;
pub(crate) mod mail;
pub(crate) mod mailbox;
pub(crate) mod recovery;
pub(crate) mod security;
pub(crate) mod sign_in;
pub(crate) mod staff;
pub(crate) mod upkeep;

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    de: &'static str,
    en: &'static str,
}

impl Text {
    /// Made by `texts!` alone.
    pub(crate) const fn new(de: &'static str, en: &'static str) -> Self {
        Self { de, en }
    }

    /// As it stands.
    pub(crate) const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::De => self.de,
            Language::En => self.en,
        }
    }

    /// With its placeholders filled.
    pub(crate) fn fill(self, language: Language, values: &[(&str, &str)]) -> String {
        let mut rest = self.in_language(language);
        let mut filled = String::with_capacity(rest.len());
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            filled.push_str(before);
            filled.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// The language of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct I18n(pub(crate) RwSignal<Language>);

impl I18n {
    /// The language now; whoever asks follows it.
    pub(crate) fn language(self) -> Language {
        self.0.get()
    }

    /// A text that follows the language.
    pub(crate) fn t(self, text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || text.in_language(self.0.get())
    }

    /// A text with values that follows the language.
    pub(crate) fn fill(
        self,
        text: Text,
        values: Vec<(&'static str, String)>,
    ) -> impl Fn() -> String + Clone + Send + Sync + 'static {
        move || {
            let values: Vec<_> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
            text.fill(self.0.get(), &values)
        }
    }
}

/// The tag that the browser knows a language by.
pub(crate) const fn tag(language: Language) -> &'static str {
    match language {
        Language::De => "de",
        Language::En => "en",
    }
}

/// The language of a tag, if it is one of ours.
pub(crate) fn from_tag(tag: &str) -> Option<Language> {
    match tag {
        "de" => Some(Language::De),
        "en" => Some(Language::En),
        _ => None,
    }
}

/// The first of ours among tags as browsers give them (RFC 5646: `en-GB`), the preferred one first.
pub(crate) fn first_of_ours(tags: impl Iterator<Item = String>) -> Option<Language> {
    tags.filter_map(|tag| from_tag(&tag.split('-').next()?.to_ascii_lowercase())).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_first_language_that_it_prefers_and_we_have() {
        let first = |tags: &[&str]| first_of_ours(tags.iter().map(ToString::to_string));
        assert_eq!(first(&["en-GB", "de"]), Some(Language::En));
        assert_eq!(first(&["fr", "de-AT", "en"]), Some(Language::De));
        assert_eq!(first(&["EN"]), Some(Language::En));
        assert_eq!(first(&["fr-FR"]), None);
    }

    fn all() -> impl Iterator<Item = &'static (&'static str, Text)> {
        [
            account::ALL,
            admin::ALL,
            admin_events::ALL,
            compose::ALL,
            contacts::ALL,
            failures::ALL,
            general::ALL,
            help::ALL,
            letter::ALL,
            mail::ALL,
            mailbox::ALL,
            recovery::ALL,
            security::ALL,
            sign_in::ALL,
            staff::ALL,
            upkeep::ALL,
        ]
        .into_iter()
        .flatten()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn both_languages_say_something_with_the_same_placeholders() {
        for (name, text) in all() {
            assert!(!text.de.trim().is_empty() && !text.en.trim().is_empty(), "{name} is empty");
            assert_eq!(placeholders(text.de), placeholders(text.en), "{name}");
        }
    }

    #[test]
    fn placeholders_are_filled_and_unknown_ones_vanish() {
        let text = Text::new("{a} von {b}{c}.", "{a} of {b}{c}.");
        assert_eq!(text.fill(Language::De, &[("a", "1"), ("b", "{a}")]), "1 von {a}.");
        assert_eq!(text.fill(Language::En, &[("a", "1"), ("b", "2"), ("c", "!")]), "1 of 2!.");
    }

    #[test]
    fn the_portal_calls_its_controls_what_its_public_page_calls_them() {
        for (text, german) in [
            (sign_in::ADDRESS, "E-Mail-Adresse"),
            (sign_in::PASSWORD, "Kennwort"),
            (sign_in::SIGN_IN, "Anmelden"),
            (sign_in::FORGOTTEN, "Kennwort vergessen?"),
            (mail::INBOX, "Posteingang"),
            (mail::SENT, "Gesendet"),
            (mail::DRAFTS, "Entwürfe"),
            (mail::NEW_MESSAGE, "Neue Nachricht"),
            (mail::ANSWER, "Antworten"),
            (mail::SAVE, "Speichern"),
            (compose::SEND, "Senden"),
            (compose::ADD_ATTACHMENT, "Anhang hinzufügen"),
            (account::CHANGE_PASSWORD, "Passwort ändern"),
            (account::SIGN_OUT, "Abmelden"),
        ] {
            assert_eq!(text.in_language(Language::De), german);
        }
    }
}
