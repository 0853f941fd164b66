//! What became of a sent message, in one word for the list.

use client_bridge::mailbox::Delivery;

/// The word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Taken back by its sender.
    Recalled,
    /// In the recipients' mailboxes.
    Delivered,
    /// Some of the recipients have opened it.
    OpenedBy(usize, usize),
    /// Every recipient has opened it.
    Opened,
    /// Every recipient has saved it or an attachment.
    Saved,
}

/// Sums up; nothing for a message without other recipients.
pub(crate) fn outcome(deliveries: &[Delivery], recalled_at_ms: Option<u64>) -> Option<Outcome> {
    if recalled_at_ms.is_some() {
        return Some(Outcome::Recalled);
    }
    let of = deliveries.len();
    let opened = deliveries.iter().filter(|it| it.opened_at_ms.is_some()).count();
    let saved = deliveries.iter().filter(|it| it.saved_at_ms.is_some()).count();
    match (of, opened, saved) {
        (0, ..) => None,
        (of, _, saved) if saved == of => Some(Outcome::Saved),
        (of, opened, _) if opened == of => Some(Outcome::Opened),
        (_, 0, _) => Some(Outcome::Delivered),
        (of, opened, _) => Some(Outcome::OpenedBy(opened, of)),
    }
}

/// Whether it can still be taken back.
pub(crate) fn can_recall(deliveries: &[Delivery], recalled_at_ms: Option<u64>) -> bool {
    matches!(outcome(deliveries, recalled_at_ms), Some(Outcome::Delivered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use client_bridge::Person;

    fn delivery(opened_at_ms: Option<u64>, saved_at_ms: Option<u64>) -> Delivery {
        let person = Some(Person { address: "a@b.de".into(), name: None, unit: None });
        Delivery { person, stands_in: false, opened_at_ms, saved_at_ms, mail_failed_at_ms: None }
    }

    #[test]
    fn the_word_says_the_least_that_is_true_of_all() {
        let (new, opened, saved) =
            (delivery(None, None), delivery(Some(1), None), delivery(Some(1), Some(2)));
        let only = std::slice::from_ref(&new);
        assert_eq!(outcome(&[], None), None);
        assert_eq!(outcome(only, None), Some(Outcome::Delivered));
        assert_eq!(outcome(&[new.clone(), saved.clone()], None), Some(Outcome::OpenedBy(1, 2)));
        assert_eq!(outcome(&[opened, saved.clone()], None), Some(Outcome::Opened));
        assert_eq!(outcome(&[saved], None), Some(Outcome::Saved));
        assert_eq!(outcome(only, Some(3)), Some(Outcome::Recalled));
        assert!(can_recall(only, None) && !can_recall(only, Some(3)));
    }
}
