//! Sizes as people read them, in steps of 1024, with the decimal mark of the language.

use crate::i18n::general;
use crypto_core::wire::api::Language;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * 1024;

/// One decimal below 10, none if it is zero; always rounded up where a whole unit is not reached, so that
/// a size over the rule never reads like the rule.
pub(crate) fn format(bytes: u64, language: Language) -> String {
    let (unit, text) = match bytes {
        1 => return general::BYTE.in_language(language).into(),
        0..KIB => return general::BYTES.fill(language, &[("n", &bytes.to_string())]),
        KIB..MIB => (KIB, general::KILOBYTES),
        _ => (MIB, general::MEGABYTES),
    };
    text.fill(language, &[("n", &decimal(bytes, unit, language))])
}

/// Two sizes that are compared: exact to the byte where they would read the same.
pub(crate) fn format_pair(bytes: u64, limit: u64, language: Language) -> (String, String) {
    let (one, other) = (format(bytes, language), format(limit, language));
    if one != other || bytes == limit {
        return (one, other);
    }
    let exact = |value: u64| general::BYTES.fill(language, &[("n", &grouped(value, language))]);
    (format!("{one} ({})", exact(bytes)), format!("{other} ({})", exact(limit)))
}

fn decimal(bytes: u64, unit: u64, language: Language) -> String {
    let tenths = (u128::from(bytes) * 10).div_ceil(u128::from(unit));
    let mark = match language {
        Language::De => ',',
        Language::En => '.',
    };
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        tenth => format!("{}{mark}{tenth}", tenths / 10),
    }
}

fn grouped(value: u64, language: Language) -> String {
    let mark = match language {
        Language::De => '.',
        Language::En => ',',
    };
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_naturally_in_both_languages() {
        assert_eq!(format(0, Language::De), "0 Bytes");
        assert_eq!(format(1, Language::De), "1 Byte");
        assert_eq!(format(1023, Language::En), "1023 bytes");
        assert_eq!(format(1024, Language::De), "1 KB");
        assert_eq!(format(1536, Language::De), "1,5 KB");
        assert_eq!(format(20 * MIB, Language::De), "20 MB");
        assert_eq!(format(19 * MIB + 943_718, Language::En), "19.9 MB");
    }

    #[test]
    fn one_byte_over_the_rule_never_reads_like_the_rule() {
        assert_eq!(format(20 * MIB + 1, Language::De), "20,1 MB");
        let (bytes, limit) = format_pair(20 * MIB - 1, 20 * MIB, Language::De);
        assert_eq!(bytes, "20 MB (20.971.519 Bytes)");
        assert_eq!(limit, "20 MB (20.971.520 Bytes)");
    }
}
