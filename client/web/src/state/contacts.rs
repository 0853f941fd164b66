//! What is said of a contact and of its keys.

use crate::i18n::{Text, contacts as c};
use client_bridge::contacts::{Card, NewKeys, Reissue, Reissued, Standing};
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

/// Of known addresses the one that may have been meant: one or two slips away.
pub(crate) fn meant<'it>(typed: &str, known: impl Iterator<Item = &'it str>) -> Option<&'it str> {
    let typed = typed.to_lowercase();
    let slips = |address: &str| strsim::osa_distance(&typed, &address.to_lowercase());
    let near = known.map(|address| (slips(address), address)).filter(|(slips, _)| (1..=2).contains(slips));
    near.min().map(|(_, address)| address)
}

/// Where the keys stand. `day` writes a moment as a date.
pub(crate) fn standing(card: &Card, language: Language, day: impl Fn(u64) -> String) -> String {
    let dated = |text: Text, at| text.fill(language, &[("day", &day(at))]);
    match card.standing {
        Standing::NeverSignedIn(at) => dated(c::STANDING_NEVER, at),
        Standing::InitialPassword(at) => dated(c::STANDING_INITIAL, at),
        Standing::Confirmed(at) => dated(c::STANDING_CONFIRMED, at),
        Standing::Closed => c::STANDING_CLOSED.in_language(language).into(),
        Standing::Moved => match &card.moved_to {
            Some(to) => c::STANDING_MOVED_TO.fill(language, &[("to", to)]),
            None => c::STANDING_MOVED.in_language(language).into(),
        },
        Standing::Revoked => c::STANDING_REVOKED.in_language(language).into(),
        Standing::NotAsked => c::STANDING_NOT_ASKED.in_language(language).into(),
    }
}

/// The same, and that they were issued a further time.
pub(crate) fn keys(card: &Card, language: Language, day: impl Fn(u64) -> String) -> String {
    let stands = standing(card, language, &day);
    match &card.reissued {
        Some(it) => format!("{stands}; {}", reissued(it, language, day)),
        None => stands,
    }
}

/// Whether each word that is typed stands in one of the names or the address.
pub(crate) fn fits(card: &Card, typed: &str) -> bool {
    let names = [&card.own_name, &card.certified_name, &card.unit].into_iter().flatten();
    let all: Vec<_> = names.chain([&card.address]).map(|it| it.to_lowercase()).collect();
    typed.to_lowercase().split_whitespace().all(|word| all.iter().any(|it| it.contains(word)))
}

/// Whether keys are as they should be.
pub(crate) const fn is_good(standing: Standing) -> bool {
    matches!(standing, Standing::Confirmed(_))
}

/// That keys were issued a further time.
pub(crate) fn reissued(it: &Reissued, language: Language, day: impl Fn(u64) -> String) -> String {
    let (text, from) = match &it.what {
        Reissue::Reset => (c::REISSUED, ""),
        Reissue::Again => (c::REISSUED_AGAIN, ""),
        Reissue::Moved(from) => (c::REISSUED_MOVED, from.as_str()),
    };
    text.fill(language, &[("day", &day(it.at_ms)), ("by", &it.by), ("from", from)])
}

/// The notice of new keys.
pub(crate) fn notice(keys: &NewKeys, language: Language, day: impl Fn(u64) -> String) -> String {
    let person = match keys.name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("{name} ({})", keys.address),
        None => keys.address.clone(),
    };
    let Reissued { at_ms, by, what } = &keys.reissued;
    let (text, from) = match what {
        Reissue::Reset => (c::NEW_KEYS, ""),
        Reissue::Again => (c::NEW_KEYS_AGAIN, ""),
        Reissue::Moved(from) => (c::NEW_ADDRESS, from.as_str()),
    };
    text.fill(language, &[("person", &person), ("day", &day(*at_ms)), ("by", by), ("from", from)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            account: None,
            address: "s@kbs.example".into(),
            certified_name: Some("Sabine Sommer".into()),
            unit: Some("ESF".into()),
            role: None,
            own_name: None,
            note: None,
            in_book: false,
            may_write: true,
            standing: Standing::Confirmed(1),
            moved_to: None,
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
    fn people_are_found_by_any_of_their_names() {
        let card = Card { own_name: Some("Förderfrau".into()), ..card() };
        for typed in ["", "FÖRDER", "sommer sab", "esf", "s@kbs"] {
            assert!(fits(&card, typed), "{typed}");
        }
        assert!(!fits(&card, "sommer winter"));
    }

    #[test]
    fn a_reset_is_told_with_day_and_issuer() {
        let day = |_| "3. Mai 2026".to_owned();
        let by = Reissued { at_ms: 1, by: "Sabine Sommer".into(), what: Reissue::Reset };
        assert_eq!(
            reissued(&by, Language::De, day),
            "Neue Schlüssel ausgestellt am 3. Mai 2026 von Sabine Sommer"
        );
        assert_eq!(standing(&card(), Language::De, day), "Schlüssel seit 3. Mai 2026 bestätigt");
        let both = "Schlüssel seit 3. Mai 2026 bestätigt; Neue Schlüssel ausgestellt am 3. Mai 2026 von Sabine Sommer";
        assert_eq!(keys(&Card { reissued: Some(by), ..card() }, Language::De, day), both);
    }

    #[test]
    fn a_move_is_told_with_both_addresses() {
        let day = |_| "3. Mai 2026".to_owned();
        let card = Card { standing: Standing::Moved, moved_to: Some("neu@b.de".into()), ..card() };
        assert_eq!(standing(&card, Language::De, day), "Hat jetzt die Adresse neu@b.de");
        let what = Reissue::Moved("alt@b.de".into());
        let reissued = Reissued { at_ms: 1, by: "Sabine Sommer".into(), what };
        let certificate = crypto_core::wire::Fingerprint::of(b"");
        let keys = NewKeys { address: "neu@b.de".into(), name: None, reissued, certificate };
        assert_eq!(
            notice(&keys, Language::De, day),
            "alt@b.de hat jetzt die Adresse neu@b.de (geändert am 3. Mai 2026 von Sabine Sommer). Wenn Sie das nicht \
             erwartet haben, fragen Sie bitte telefonisch nach."
        );
    }

    #[test]
    fn a_slip_is_told_from_another_address() {
        let known = ["e.yilmaz@bildungswerk-ruhr.example", "t.mueller@jobwerkstatt-saar.example"];
        for slip in ["e.yilmaz@bildungswerk-ruhr.exampel", "E.Ylimaz@bildungswerk-rur.example"] {
            assert_eq!(meant(slip, known.into_iter()), Some(known[0]), "{slip}");
        }
        for other in [known[0], "yilmaz@bildungswerk.example", "neu@traeger.example"] {
            assert_eq!(meant(other, known.into_iter()), None, "{other}");
        }
    }
}
