//! What is said of a contact and of its keys.

use crate::i18n::{Text, contacts as c};
use client_bridge::contacts::{Card, NewKeys, Reissued, Standing};
use crypto_core::wire::api::Language;

/// How a person finds them in the list: by own name, certified name or address.
pub(crate) fn name(card: &Card) -> &str {
    let given = [&card.own_name, &card.certified_name].into_iter().flatten().find(|it| !it.trim().is_empty());
    given.map_or(&card.address, String::as_str)
}

/// A certified name that stands beside the own one, unit and all.
pub(crate) fn certified(card: &Card) -> Option<String> {
    let certified = card.certified_name.as_deref().filter(|name| !name.trim().is_empty());
    let beside = certified.filter(|_| card.own_name.is_some());
    let unit = card.unit.as_deref().filter(|unit| !unit.trim().is_empty());
    match (beside, unit) {
        (Some(name), Some(unit)) => Some(format!("{name} ({unit})")),
        (Some(name), None) => Some(name.to_owned()),
        (None, unit) => unit.map(String::from),
    }
}

/// Where the keys stand. `day` writes a moment as a date.
pub(crate) fn standing(standing: Standing, language: Language, day: impl Fn(u64) -> String) -> String {
    let dated = |text: Text, at| text.fill(language, &[("day", &day(at))]);
    match standing {
        Standing::NeverSignedIn(at) => dated(c::STANDING_NEVER, at),
        Standing::InitialPassword(at) => dated(c::STANDING_INITIAL, at),
        Standing::Confirmed(at) => dated(c::STANDING_CONFIRMED, at),
        Standing::Closed => c::STANDING_CLOSED.in_language(language).into(),
        Standing::Moved => c::STANDING_MOVED.in_language(language).into(),
        Standing::Revoked => c::STANDING_REVOKED.in_language(language).into(),
        Standing::NotAsked => c::STANDING_NOT_ASKED.in_language(language).into(),
    }
}

/// Whether keys are as they should be.
pub(crate) const fn is_good(standing: Standing) -> bool {
    matches!(standing, Standing::Confirmed(_))
}

/// That keys were issued a further time.
pub(crate) fn reissued(it: &Reissued, language: Language, day: impl Fn(u64) -> String) -> String {
    let text = if it.again { c::REISSUED_AGAIN } else { c::REISSUED };
    text.fill(language, &[("day", &day(it.at_ms)), ("by", &it.by)])
}

/// The notice of new keys.
pub(crate) fn notice(keys: &NewKeys, language: Language, day: impl Fn(u64) -> String) -> String {
    let person = match keys.name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("{name} ({})", keys.address),
        None => keys.address.clone(),
    };
    let text = if keys.reissued.again { c::NEW_KEYS_AGAIN } else { c::NEW_KEYS };
    text.fill(language, &[("person", &person), ("day", &day(keys.reissued.at_ms)), ("by", &keys.reissued.by)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            address: "s@kbs.example".into(),
            certified_name: Some("Sabine Sommer".into()),
            unit: Some("ESF".into()),
            role: None,
            own_name: None,
            note: None,
            in_book: false,
            may_write: true,
            standing: Standing::Confirmed(1),
            reissued: None,
        }
    }

    #[test]
    fn the_own_name_comes_first_and_the_certified_one_stays() {
        let mut card = card();
        assert_eq!((name(&card), certified(&card).as_deref()), ("Sabine Sommer", Some("ESF")));
        card.own_name = Some("Sabine, Fördermittel".into());
        assert_eq!(name(&card), "Sabine, Fördermittel");
        assert_eq!(certified(&card).as_deref(), Some("Sabine Sommer (ESF)"));
        (card.own_name, card.certified_name) = (None, Some(" ".into()));
        assert_eq!(name(&card), "s@kbs.example");
    }

    #[test]
    fn a_reset_is_told_with_day_and_issuer() {
        let day = |_| "3. Mai 2026".to_owned();
        let by = Reissued { at_ms: 1, by: "Sabine Sommer".into(), again: false };
        assert_eq!(
            reissued(&by, Language::De, day),
            "Neue Schlüssel ausgestellt am 3. Mai 2026 von Sabine Sommer"
        );
        assert_eq!(
            standing(Standing::Confirmed(1), Language::De, day),
            "Schlüssel seit 3. Mai 2026 bestätigt"
        );
    }
}
