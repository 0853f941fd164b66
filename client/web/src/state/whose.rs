//! Whose mail a list shows: of a deputy's mailbox, all of it, the own mail, or that of one who is represented.

use super::people;
use client_bridge::Row;
use crypto_core::wire::AccountId;

/// What is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Everything.
    #[default]
    All,
    /// What one got oneself.
    Own,
    /// What one got for somebody.
    Of(AccountId),
}

impl Whose {
    /// Whether a row is shown.
    pub(crate) fn shows(self, row: &Row) -> bool {
        let owner = row.for_whom.as_ref().map(|(owner, _)| *owner);
        match self {
            Self::All => true,
            Self::Own => owner.is_none(),
            Self::Of(wanted) => owner == Some(wanted),
        }
    }
}

/// Everybody for whom some row was got, each once, by name.
pub(crate) fn owners(rows: &[Row]) -> Vec<(AccountId, String)> {
    let named = rows.iter().filter_map(|row| row.for_whom.as_ref());
    let mut owners: Vec<_> = named.map(|(owner, person)| (*owner, people::short(person))).collect();
    owners.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    owners.dedup_by_key(|it| it.0);
    owners
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::message_list::tests::row;
    use client_bridge::Person;

    fn of(number: u8, name: &str) -> Row {
        let person = Person { address: "a@b.example".into(), name: Some(name.into()), unit: None };
        let owner = AccountId::from_bytes([number; AccountId::BYTES]);
        Row { for_whom: Some((owner, person)), ..row(number) }
    }

    #[test]
    fn each_owner_has_a_view_and_the_own_mail_another() {
        let rows = [of(2, "Zoe"), row(1), of(3, "Ada"), of(2, "Zoe")];
        let found = owners(&rows);
        assert_eq!(found.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["Ada", "Zoe"]);
        let count = |whose: Whose| rows.iter().filter(|row| whose.shows(row)).count();
        assert_eq!([count(Whose::All), count(Whose::Own), count(Whose::Of(found[1].0))], [4, 1, 2]);
        assert_eq!(owners(&rows[1..2]), []);
    }
}
