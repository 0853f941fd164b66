//! People as lists and messages name them.

use client_bridge::Person;

/// The name if there is a certified one, else the address.
pub(crate) fn short(person: &Person) -> String {
    person.name.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| person.address.clone())
}

/// Name, unit and address, as far as they are known: `Name (Unit) <address>`.
pub(crate) fn long(person: &Person) -> String {
    let Some(name) = person.name.as_deref().filter(|name| !name.trim().is_empty()) else {
        return person.address.clone();
    };
    match person.unit.as_deref().filter(|unit| !unit.trim().is_empty()) {
        Some(unit) => format!("{name} ({unit}) <{}>", person.address),
        None => format!("{name} <{}>", person.address),
    }
}

/// Several people in one line.
pub(crate) fn line(people: &[Person], one: impl Fn(&Person) -> String) -> String {
    people.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The addresses in what somebody typed or pasted: `a@b, c@d`, `Name <a@b>; Other <c@d>`.
pub(crate) fn addresses(typed: &str) -> Vec<&str> {
    let bracketed: Vec<&str> = typed
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(address, _)| address.trim())
        .filter(|address| !address.is_empty())
        .collect();
    if bracketed.is_empty() {
        return typed.split([',', ';', ' ', '\n', '\t']).filter(|it| !it.is_empty()).collect();
    }
    bracketed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_letters_does_not_hide_the_address() {
        let mut person = Person { address: "a@b.de".into(), name: Some(" ".into()), unit: None };
        assert_eq!(short(&person), "a@b.de");
        assert_eq!(long(&person), "a@b.de");
        person.name = Some("Ada".into());
        person.unit = Some("ESF".into());
        assert_eq!(long(&person), "Ada (ESF) <a@b.de>");
        assert_eq!(line(&[person.clone(), person], short), "Ada, Ada");
    }

    #[test]
    fn addresses_are_found_in_what_is_pasted() {
        assert_eq!(
            addresses("a@b.example, c@d.example;e@f.example"),
            ["a@b.example", "c@d.example", "e@f.example"]
        );
        assert_eq!(addresses("Müller, Jörg <j@m.example>; <c@d.example>"), ["j@m.example", "c@d.example"]);
        assert_eq!(addresses("a <b"), ["a", "<b"]);
        assert!(addresses(" ; ").is_empty());
    }
}
