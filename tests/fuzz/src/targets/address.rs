//! E-mail addresses as people type them.

use crate::input::text;
use crypto_core::wire::{Address, shown_address};

pub(crate) fn run(data: &[u8]) -> bool {
    let typed = text(data);
    // Also takes what is no address.
    let shown = shown_address(&typed);
    let deliverable = Address::deliverable(&typed);
    let Ok(address) = Address::parse(&typed) else {
        assert!(deliverable.is_err());
        return false;
    };
    let again = Address::parse(address.as_str());
    assert_eq!(again.as_ref(), Ok(&address), "a canonical address is its own canonical form");
    assert!(address.as_str().len() <= 254);
    for one_line in [Some(address.as_str()), deliverable.as_deref().ok()].into_iter().flatten() {
        assert!(!one_line.chars().any(|c| c.is_control() || c.is_whitespace()), "one word");
        assert!(!one_line.contains(['<', '>', ',', ';', '"']), "one mailbox in a header");
    }
    if let Ok(deliverable) = deliverable {
        assert_eq!(Address::parse(&deliverable).as_ref(), Ok(&address), "mail goes to the same address");
    }
    let canonical_shown = shown_address(address.as_str());
    assert_eq!(Address::parse(&canonical_shown).as_ref(), Ok(&address), "what is shown leads back");
    assert_eq!(shown_address(&shown), shown, "showing changes nothing twice");
    true
}
