//! Which key does what.

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// The next message of the list.
    Next,
    /// The one before.
    Previous,
    /// A new message.
    Compose,
    /// An answer to the open one.
    Reply,
    /// The open one to somebody else.
    Forward,
    /// The open one counts as new again.
    Unread,
    /// To the search field.
    Search,
    /// From the message to the list.
    Back,
    /// Shows the keys.
    Help,
}

/// What a key means: nothing where it is a letter, or belongs to the browser or a dialog.
pub(crate) fn of(key: &str, busy: bool, writing: bool) -> Option<Shortcut> {
    if busy || writing {
        return None;
    }
    Some(match key {
        "j" => Shortcut::Next,
        "k" => Shortcut::Previous,
        "c" => Shortcut::Compose,
        "r" => Shortcut::Reply,
        "f" => Shortcut::Forward,
        "u" => Shortcut::Unread,
        "/" => Shortcut::Search,
        "Escape" => Shortcut::Back,
        "?" => Shortcut::Help,
        _ => return None,
    })
}

/// The place beside the open one; the first if none is open.
pub(crate) fn neighbour(open: Option<usize>, by: i32, count: usize) -> Option<usize> {
    let at = match open {
        None => 0,
        Some(at) => at.checked_add_signed(isize::try_from(by).ok()?)?,
    };
    (at < count).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_is_written_is_a_letter() {
        assert_eq!(of("c", false, false), Some(Shortcut::Compose));
        assert_eq!(of("c", false, true), None);
        assert_eq!(of("c", true, false), None, "Ctrl+C");
        assert_eq!(of("x", false, false), None);
    }

    #[test]
    fn the_list_ends_at_its_ends() {
        assert_eq!(neighbour(None, 1, 3), Some(0));
        assert_eq!(neighbour(Some(1), 1, 3), Some(2));
        assert_eq!(neighbour(Some(2), 1, 3), None);
        assert_eq!(neighbour(Some(0), -1, 3), None);
        assert_eq!(neighbour(None, 1, 0), None);
    }
}
