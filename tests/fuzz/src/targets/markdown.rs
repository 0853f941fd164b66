//! Markdown of a message, with the page's own reader.

use crate::input::text;

#[path = "../../../../client/web/src/state/links.rs"]
mod links;
#[path = "../../../../client/web/src/state/markdown.rs"]
mod page;

use page::{DEEPEST, Kind, MOST_BYTES, MOST_NODES, Node, parse, safe_href, shows_target};
use pulldown_cmark::{Event, Options, Parser};

pub(crate) fn run(data: &[u8]) -> bool {
    let written = text(data);
    let (tree, is_whole) = parse(&written);
    check(&tree, 0);
    let mut shown = String::new();
    flatten(&tree, &mut shown);
    assert!(!is_whole || words(&shown) == words(&said(&written)), "nothing is lost and nothing is added");
    assert!(is_whole || written.len() > MOST_BYTES || events(&written).count() > MOST_NODES);
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
                let mut text = String::new();
                flatten(children, &mut text);
                let address = href.strip_prefix("mailto:").or(href.strip_prefix("https://"));
                let is_itself = text == *href || address == Some(&text);
                assert!(shows_target(children, href) || is_itself, "a link says where it leads");
            }
            assert!(!matches!(kind, Kind::Heading(level) if !(1..=6).contains(level)));
            check(children, depth + 1);
        }
    }
}

fn flatten(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(it) | Node::Code(it) | Node::Image(it) => text.push_str(it),
            Node::Element(_, children) => flatten(children, text),
            Node::Break | Node::Rule => {}
        }
    }
}

fn events(written: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(written, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// All text that the Markdown says.
fn said(written: &str) -> String {
    events(written)
        .filter_map(|event| match event {
            Event::Text(it) | Event::Html(it) | Event::InlineHtml(it) | Event::Code(it) => {
                Some(it.into_string())
            }
            _ => None,
        })
        .collect()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect()
}

fn check_href(href: &str) {
    let lower = href.to_ascii_lowercase();
    assert!(lower.starts_with("https://") || lower.starts_with("mailto:"), "{href:?}");
    assert!(!href.chars().any(|c| c.is_control() || c.is_whitespace()), "{href:?}");
}
