//! A message's Markdown as a tree of the few elements that a view builds: no HTML string on the way.
//!
//! * Raw HTML stays text, character by character.
//! * A link leads to `https:` or `mailto:`, or it is only its text. A web address that is written as it is is one, too:
//!   the first [`MOST_LINKS`] of them.
//! * An image is its description: nothing is ever loaded.
//! * Nesting deeper than [`DEEPEST`] is flattened.
//! * A single line break is kept, because people write mail that way.
//! * Beyond [`MOST_BYTES`] or [`MOST_NODES`] the rest is not laid out unless it is asked for, and then as it is: a page
//!   that a sender can bring to a standstill is no mailbox.

use super::links::{Piece, pieces};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// How deep elements may lie in one another.
pub(crate) const DEEPEST: usize = 24;

/// Text that is laid out at once, in bytes.
pub(crate) const MOST_BYTES: usize = 200_000;

/// Elements and pieces of text that are laid out at once.
pub(crate) const MOST_NODES: usize = 5_000;

/// Addresses that become links without being marked as such.
pub(crate) const MOST_LINKS: usize = 200;

/// An element that a view can build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A paragraph.
    Paragraph,
    /// A heading, 1 to 6 as written.
    Heading(u8),
    /// A quotation.
    Quote,
    /// A list with bullets.
    Bullets,
    /// A list with numbers, and the first.
    Numbers(u64),
    /// Of a list.
    Entry,
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Struck out.
    Struck,
    /// A block of code.
    CodeBlock,
    /// A table.
    Table,
    /// Its row.
    Row,
    /// A cell of its head.
    HeadCell,
    /// A cell.
    Cell,
    /// A link that may be followed.
    Link(String),
}

/// A part of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Text as it is.
    Text(String),
    /// Code within a line.
    Code(String),
    /// An image's description.
    Image(String),
    /// A line break.
    Break,
    /// A line across.
    Rule,
    /// An element with what is in it.
    Element(Kind, Vec<Self>),
}

/// Parses a message. Tells whether all of it is there.
pub(crate) fn parse(text: &str) -> (Vec<Node>, bool) {
    let shown = text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or(text);
    let mut whole = shown.len() == text.len();
    let mut builder = Builder::default();
    let events = Parser::new_ext(shown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    for (count, event) in events.enumerate() {
        if count >= MOST_NODES {
            whole = false;
            break;
        }
        builder.take(event);
    }
    let mut links = MOST_LINKS;
    (with_links(builder.finish(), 0, &mut links), whole)
}

/// Makes links of addresses in text that is neither code nor a link already.
fn with_links(nodes: Vec<Node>, depth: usize, left: &mut usize) -> Vec<Node> {
    let mut linked = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Text(text) => {
                for piece in pieces(&text) {
                    match piece {
                        // Confidential mail does not begin in another program by the way.
                        Piece::Link(text, href) if *left > 0 && depth < DEEPEST && is_web(&href) => {
                            *left -= 1;
                            linked.push(Node::Element(Kind::Link(href), vec![Node::Text(text)]));
                        }
                        Piece::Link(text, _) | Piece::Words(text) => push_text(&mut linked, &text),
                    }
                }
            }
            Node::Element(kind, inner) if !matches!(kind, Kind::Link(_) | Kind::CodeBlock) => {
                linked.push(Node::Element(kind, with_links(inner, depth + 1, left)));
            }
            other => linked.push(other),
        }
    }
    linked
}

fn is_web(href: &str) -> bool {
    href.starts_with("https://") && safe_href(href).is_some()
}

fn push_text(level: &mut Vec<Node>, text: &str) {
    match level.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => level.push(Node::Text(text.into())),
    }
}

/// Whether the place that a link leads to is shown behind its text: always, but for a text that is the address
/// itself, in letters that cannot be mistaken for others, and without a name before its host.
pub(crate) fn shows_target(text: &[Node], href: &str) -> bool {
    let [Node::Text(text)] = text else { return true };
    let (address, plain) = match href.strip_prefix("mailto:") {
        Some(address) => (address, true),
        None => (href.strip_prefix("https://").unwrap_or(href), !href.contains('@')),
    };
    !(plain && href.is_ascii() && (text == href || text == address))
}

/// The address of a link, if it may be followed.
pub(crate) fn safe_href(href: &str) -> Option<String> {
    let href = href.trim();
    let (scheme, rest) = href.split_once(':')?;
    let harmless = !href.chars().any(|c| c.is_control() || c.is_whitespace());
    match scheme.to_ascii_lowercase().as_str() {
        "https" if harmless && rest.starts_with("//") && rest.len() > 2 => Some(href.into()),
        "mailto" if harmless && !rest.is_empty() => Some(href.into()),
        _ => None,
    }
}

/// An element being filled; `None` is one that only passes its content on.
type Open = (Option<Kind>, Vec<Node>);

#[derive(Default)]
struct Builder {
    root: Vec<Node>,
    open: Vec<Open>,
    in_head: bool,
    image: Option<String>,
    /// How many images lie in one another; the outermost one has the description of all.
    images: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Image { .. }) => {
                self.images += 1;
                self.image.get_or_insert_default();
            }
            Event::End(TagEnd::Image) => {
                self.images = self.images.saturating_sub(1);
                if self.images == 0 {
                    let description = self.image.take().unwrap_or_default();
                    self.push(Node::Image(description));
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) if self.image.is_none() => self.push(Node::Code(text.into_string())),
            Event::Code(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak if self.image.is_some() => self.text(" "),
            Event::SoftBreak | Event::HardBreak => self.push(Node::Break),
            Event::Rule => self.push(Node::Rule),
            Event::Start(tag) if self.image.is_none() => self.start(&tag),
            Event::End(tag) if self.image.is_none() => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if matches!(tag, Tag::TableHead) {
            self.in_head = true;
        }
        let depth = self.open.iter().filter(|(kind, _)| kind.is_some()).count();
        let kind = if depth < DEEPEST { kind(tag, self.in_head) } else { None };
        self.open.push((kind, Vec::new()));
    }

    fn end(&mut self, tag: TagEnd) {
        if tag == TagEnd::TableHead {
            self.in_head = false;
        }
        match self.open.pop() {
            Some((Some(kind), children)) => self.push(Node::Element(kind, children)),
            Some((None, children)) => self.extend(children),
            None => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(image) = &mut self.image {
            image.push_str(text);
            return;
        }
        push_text(self.open.last_mut().map_or(&mut self.root, |(_, children)| children), text);
    }

    fn push(&mut self, node: Node) {
        self.open.last_mut().map_or(&mut self.root, |(_, children)| children).push(node);
    }

    fn extend(&mut self, nodes: Vec<Node>) {
        self.open.last_mut().map_or(&mut self.root, |(_, children)| children).extend(nodes);
    }

    fn finish(mut self) -> Vec<Node> {
        if let Some(description) = self.image.take() {
            self.push(Node::Image(description));
        }
        while let Some((_, children)) = self.open.pop() {
            self.extend(children);
        }
        self.root
    }
}

fn kind(tag: &Tag<'_>, in_head: bool) -> Option<Kind> {
    Some(match tag {
        Tag::Paragraph | Tag::HtmlBlock => Kind::Paragraph,
        Tag::Heading { level, .. } => Kind::Heading(level_number(*level)),
        Tag::BlockQuote(_) => Kind::Quote,
        Tag::CodeBlock(_) => Kind::CodeBlock,
        Tag::List(None) => Kind::Bullets,
        Tag::List(Some(first)) => Kind::Numbers(*first),
        Tag::Item => Kind::Entry,
        Tag::Emphasis => Kind::Emphasis,
        Tag::Strong => Kind::Strong,
        Tag::Strikethrough => Kind::Struck,
        Tag::Table(_) => Kind::Table,
        Tag::TableHead | Tag::TableRow => Kind::Row,
        Tag::TableCell if in_head => Kind::HeadCell,
        Tag::TableCell => Kind::Cell,
        Tag::Link { dest_url, .. } => Kind::Link(safe_href(dest_url)?),
        _ => return None,
    })
}

const fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::Text(text.into())
    }

    fn depth(nodes: &[Node]) -> usize {
        let below = |node: &Node| match node {
            Node::Element(_, children) => 1 + depth(children),
            _ => 0,
        };
        nodes.iter().map(below).max().unwrap_or(0)
    }

    fn links(nodes: &[Node]) -> Vec<String> {
        let within = |node: &Node| match node {
            Node::Element(Kind::Link(href), children) => {
                let mut all = links(children);
                all.push(href.clone());
                all
            }
            Node::Element(_, children) => links(children),
            _ => Vec::new(),
        };
        nodes.iter().flat_map(within).collect()
    }

    fn nodes_of(text: &str) -> Vec<Node> {
        let (nodes, whole) = parse(text);
        assert!(whole);
        nodes
    }

    fn count(nodes: &[Node]) -> usize {
        let within = |node: &Node| match node {
            Node::Element(_, children) => 1 + count(children),
            _ => 1,
        };
        nodes.iter().map(within).sum()
    }

    #[test]
    fn what_would_stop_the_page_is_cut_off_and_said() {
        let rows = format!("|a|b|\n|-|-|\n{}", "|x|y|\n".repeat(20_000));
        for source in [rows, "* x\n".repeat(20_000), "*a* ".repeat(40_000), "ä".repeat(MOST_BYTES)] {
            let (nodes, whole) = parse(&source);
            assert!(!whole);
            assert!(count(&nodes) <= MOST_NODES, "{}", count(&nodes));
            assert!(!nodes.is_empty());
        }
        assert!(parse(&"ä".repeat(MOST_BYTES / 2)).1);
    }

    #[test]
    fn a_link_shows_where_it_leads_unless_its_text_is_the_address() {
        let shown = |source| match nodes_of(source).first() {
            Some(Node::Element(_, children)) => match children.first() {
                Some(Node::Element(Kind::Link(href), text)) => shows_target(text, href),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert!(!shown("<https://kbs.de/a>") && !shown("[a@kbs.de](mailto:a@kbs.de)"));
        assert!(
            shown("[https://kbs.de](https://evil.example)") && shown("[Formular](https://kbs.de/formular)")
        );
        assert!(shown("<https://kbѕ.de>"), "a Cyrillic letter");
        assert!(shown("[**https://kbs.de**](https://kbs.de)"), "rather once too often");
        assert!(!shown("www.kbs.de") && !shown("https://kbs.de/a"));
        assert!(shown("https://kbs.de@evil.example/a"), "the host is the last of it");
        assert!(shown("https://kbѕ.de"), "a Cyrillic letter");
    }

    #[test]
    fn an_address_in_the_text_is_a_link_and_one_in_code_is_not() {
        let source = "Hier: https://kbs.de/a_b_c?x=1&y=2, **www.kbs.de** oder post@kbs.de.\n\n`https://code.de` \
                      [https://text.de](https://link.de) http://kbs.de https://kbs\u{7}.de\n\n    https://block.de";
        let expected = ["https://kbs.de/a_b_c?x=1&y=2", "https://www.kbs.de", "https://link.de"];
        assert_eq!(links(&nodes_of(source)), expected);
    }

    #[test]
    fn addresses_without_end_are_text_after_the_first_ones() {
        let nodes = nodes_of(&"https://b.de ".repeat(10_000));
        assert_eq!(links(&nodes).len(), MOST_LINKS);
        assert!(count(&nodes) <= 3 * MOST_LINKS + 2, "{}", count(&nodes));
    }

    #[test]
    fn raw_html_is_text() {
        assert_eq!(
            nodes_of("a <b onclick=\"x()\">b</b>"),
            [Node::Element(Kind::Paragraph, vec![text("a <b onclick=\"x()\">b</b>")])]
        );
        assert_eq!(
            nodes_of("<script>\nalert(1)\n</script>"),
            [Node::Element(Kind::Paragraph, vec![text("<script>\nalert(1)\n</script>")])]
        );
    }

    #[test]
    fn only_https_and_mailto_can_be_followed() {
        let source = "[a](https://kbs.de) [b](mailto:a@b.de) [c](http://kbs.de) [d](javascript:alert%281%29) \
                      [e](JaVaScRiPt:x) [f](data:text/html,x) [g](//kbs.de) [h](/mail) <https://auto.de>";
        assert_eq!(links(&nodes_of(source)), ["https://kbs.de", "mailto:a@b.de", "https://auto.de"]);
        for href in ["https:kbs.de", "https://", "mailto:", "https://a b", "ht\ntps://a", "vbscript:x"] {
            assert_eq!(safe_href(href), None, "{href:?}");
        }
    }

    #[test]
    fn an_image_is_its_description() {
        assert_eq!(
            nodes_of("![a *nice* cat](https://tracker.example/x.png)"),
            [Node::Element(Kind::Paragraph, vec![Node::Image("a nice cat".into())])]
        );
    }

    #[test]
    fn images_in_one_another_are_one_description() {
        let link = "https://v.example";
        let source = format!("> ![a [x ![b](u) y]({link}) c](w) d");
        let inside = vec![Node::Image("a x b y c".into()), text(" d")];
        let paragraph = Node::Element(Kind::Paragraph, inside);
        assert_eq!(nodes_of(&source), [Node::Element(Kind::Quote, vec![paragraph])]);
    }

    #[test]
    fn nesting_is_capped_and_nothing_is_lost() {
        for deep in ["deep", "https://deep.example"] {
            let nodes = nodes_of(&format!("{}{deep}", ">".repeat(2_000)));
            assert!(depth(&nodes) <= DEEPEST);
            assert!(format!("{nodes:?}").contains(deep));
        }
    }

    #[test]
    fn lines_lists_and_tables_stand() {
        assert_eq!(
            nodes_of("a\nb"),
            [Node::Element(Kind::Paragraph, vec![text("a"), Node::Break, text("b")])]
        );
        assert_eq!(
            nodes_of("3. x"),
            [Node::Element(Kind::Numbers(3), vec![Node::Element(Kind::Entry, vec![text("x")])])]
        );
        let Some(Node::Element(Kind::Table, rows)) = nodes_of("|a|\n|-|\n|b|").into_iter().next() else {
            panic!("a table")
        };
        assert_eq!(rows[0], Node::Element(Kind::Row, vec![Node::Element(Kind::HeadCell, vec![text("a")])]));
        assert_eq!(rows[1], Node::Element(Kind::Row, vec![Node::Element(Kind::Cell, vec![text("b")])]));
    }
}
