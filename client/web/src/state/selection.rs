//! Which messages of a list are chosen, for what is done to several at once.
//!
//! A list's page provides a [`Selected`] as context; whatever acts on several messages takes it by
//! [`use_selection`].

use crypto_core::wire::MessageId;
use leptos::prelude::{RwSignal, use_context};
use std::collections::BTreeSet;

/// The chosen messages as a signal.
pub(crate) type Selected = RwSignal<Selection>;

/// Those of the list that is shown; nothing where there is no list.
pub(crate) fn use_selection() -> Selected {
    use_context().unwrap_or_else(|| RwSignal::new(Selection::default()))
}

/// Chosen messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection(BTreeSet<MessageId>);

impl Selection {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is one of them.
    pub(crate) fn contains(&self, message: MessageId) -> bool {
        self.0.contains(&message)
    }

    /// All of them.
    pub(crate) fn messages(&self) -> Vec<MessageId> {
        self.0.iter().copied().collect()
    }

    /// Chooses a message, or takes the choice back.
    pub(crate) fn set(&mut self, message: MessageId, chosen: bool) {
        if chosen {
            self.0.insert(message);
        } else {
            self.0.remove(&message);
        }
    }

    /// Chooses all of a list, or none.
    pub(crate) fn set_all(&mut self, all: impl IntoIterator<Item = MessageId>, chosen: bool) {
        self.0.clear();
        if chosen {
            self.0.extend(all);
        }
    }

    /// What is no longer in the list is no longer chosen.
    pub(crate) fn retain(&mut self, there: impl Fn(MessageId) -> bool) {
        self.0.retain(|message| there(*message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: u8) -> MessageId {
        MessageId::from_bytes([number; MessageId::BYTES])
    }

    #[test]
    fn messages_are_chosen_one_by_one_or_all_at_once() {
        let mut selection = Selection::default();
        selection.set(message(1), true);
        selection.set(message(2), true);
        selection.set(message(1), false);
        assert_eq!(selection.messages(), [message(2)]);
        selection.set_all([message(3), message(4)], true);
        assert_eq!((selection.len(), selection.contains(message(2))), (2, false));
        selection.retain(|it| it != message(3));
        assert_eq!(selection.messages(), [message(4)]);
        selection.set_all([message(3)], false);
        assert!(selection.is_empty());
    }
}
