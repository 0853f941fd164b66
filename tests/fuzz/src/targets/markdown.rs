//! Markdown of a message, with the page's own reader.

use crate::input::text;

#[path = "../../../../client/web/src/state/markdown.rs"]
mod page;

use page::{DEEPEST, Kind, Node, parse, safe_href};

pub(crate) fn run(data: &[u8]) -> bool {
    let written = text(data);
    let (tree, _) = parse(&written);
    check(&tree, 0);
    if let Some(href) = safe_href(&written) {
        check_href(&href);
        assert_eq!(safe_href(&href), Some(href));
    }
    !tree.is_empty()
}

fn check(nodes: &[Node], depth: usize) {
    assert!(depth <= DEEPEST);
    for node in nodes {
        if let Node::Element(kind, children) = node {
            if let Kind::Link(href) = kind {
                check_href(href);
            }
            assert!(!matches!(kind, Kind::Heading(level) if !(1..=6).contains(level)));
            check(children, depth + 1);
        }
    }
}

fn check_href(href: &str) {
    let lower = href.to_ascii_lowercase();
    assert!(lower.starts_with("https://") || lower.starts_with("mailto:"), "{href:?}");
    assert!(!href.chars().any(|c| c.is_control() || c.is_whitespace()), "{href:?}");
}
