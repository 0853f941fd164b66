//! Moments in the reader's time zone and language, by the browser's `Intl`.

use crate::i18n::tag;
use crate::state::time::{Day, Precision, precision};
use crypto_core::wire::api::Language;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a date of this era")]
    let now_ms = Date::now() as u64;
    now_ms
}

/// What a list shows: the nearer, the finer.
pub(crate) fn short(at_ms: u64, language: Language) -> String {
    let date = date(at_ms);
    match precision(day(&date), day(&Date::new_0())) {
        Precision::Time => format(&date, language, &[("hour", "2-digit"), ("minute", "2-digit")]),
        Precision::DayMonth => format(&date, language, &[("day", "numeric"), ("month", "short")]),
        Precision::Date => {
            format(&date, language, &[("day", "2-digit"), ("month", "2-digit"), ("year", "numeric")])
        }
    }
}

/// Day and month.
pub(crate) fn day_month(at_ms: u64, language: Language) -> String {
    format(&date(at_ms), language, &[("day", "numeric"), ("month", "short")])
}

/// Date and time.
pub(crate) fn long(at_ms: u64, language: Language) -> String {
    format(&date(at_ms), language, &[("dateStyle", "long"), ("timeStyle", "short")])
}

/// The date.
pub(crate) fn day_of(at_ms: u64, language: Language) -> String {
    format(&date(at_ms), language, &[("dateStyle", "long")])
}

/// Today.
pub(crate) fn today(language: Language) -> String {
    format(&Date::new_0(), language, &[("dateStyle", "long")])
}

/// For `<time datetime>`.
pub(crate) fn machine(at_ms: u64) -> String {
    date(at_ms).to_iso_string().into()
}

/// When a day of a date field (`2027-01-31`) begins here.
pub(crate) fn day_begins(day: &str) -> Option<u64> {
    let at_ms = Date::new(&format!("{day}T00:00:00").into()).get_time();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a date of this field is after 1970"
    )]
    (at_ms.is_finite() && at_ms >= 0.0).then_some(at_ms as u64)
}

/// When the day after begins here.
pub(crate) fn next_day(at_ms: u64) -> u64 {
    let day = date(at_ms);
    let next = Date::new_with_year_month_day(
        day.get_full_year(),
        day.get_month().cast_signed(),
        day.get_date().cast_signed() + 1,
    );
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "after 1970, as the day before"
    )]
    let at_ms = next.get_time() as u64;
    at_ms
}

fn date(at_ms: u64) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date fit 53 bits")]
    Date::new(&JsValue::from_f64(at_ms as f64))
}

fn day(date: &Date) -> Day {
    Day { year: date.get_full_year(), month: date.get_month(), day: date.get_date() }
}

fn format(date: &Date, language: Language, options: &[(&str, &str)]) -> String {
    let object = Object::new();
    for (key, value) in options {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
    }
    let locale = match language {
        Language::De => "de-DE",
        Language::En => "en-GB",
    };
    debug_assert!(locale.starts_with(tag(language)));
    date.to_locale_string(locale, &object).into()
}
