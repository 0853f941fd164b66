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
}
