//! Builds the elements of a message's text. No HTML string, no image, only links that may be followed.

use crate::i18n::{I18n, mail};
use crate::portal::use_portal;
use crate::state::markdown::{Kind, Node, parse, shows_target};
use leptos::prelude::*;
use web_sys::Url;

/// They turn words around that anybody else reads the other way (UAX #9, 2.2); no language needs them.
const OVERRIDES: [char; 2] = ['\u{202d}', '\u{202e}'];

/// A message's text.
#[component]
pub(crate) fn Markdown(
    /// Markdown.
    text: String,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let text = text.replace(OVERRIDES, "");
    let (nodes, whole) = parse(&text);
    view! {
        <div class="prose" dir="auto">{build(nodes, i18n)}</div>
        {(!whole).then(|| view! { <Rest text/> })}
    }
}

/// What is too much to be laid out by itself.
#[component]
fn Rest(text: String) -> impl IntoView {
    let i18n = use_portal().i18n;
    let shown = RwSignal::new(false);
    let text = StoredValue::new(text);
    view! {
        <p class="note">{i18n.t(mail::TEXT_CUT)}</p>
        <Show
            when=move || shown.get()
            fallback=move || view! {
                <button type="button" class="button" on:click=move |_| shown.set(true)>{i18n.t(mail::TEXT_ALL)}</button>
            }
        >
            <pre class="prose__all" dir="auto" tabindex="0">{text.get_value()}</pre>
        </Show>
    }
}

fn build(nodes: Vec<Node>, i18n: I18n) -> Vec<AnyView> {
    nodes.into_iter().map(|node| one(node, i18n)).collect()
}

fn one(node: Node, i18n: I18n) -> AnyView {
    match node {
        Node::Text(text) => text.into_any(),
        Node::Code(text) => view! { <code>{text}</code> }.into_any(),
        Node::Image(text) => view! { <span>{i18n.fill(mail::IMAGE, vec![("text", text)])}</span> }.into_any(),
        Node::Break => view! { <br/> }.into_any(),
        Node::Rule => view! { <hr/> }.into_any(),
        Node::Element(kind, children) => element(kind, children, i18n),
    }
}

/// Where a link leads, as the browser will read it: letters of other scripts in their ASCII form.
fn target(href: &str) -> String {
    let host = Url::new(href).ok().map(|url| url.host()).filter(|host| !host.is_empty());
    host.unwrap_or_else(|| href.strip_prefix("mailto:").unwrap_or(href).to_owned())
}

fn element(kind: Kind, nodes: Vec<Node>, i18n: I18n) -> AnyView {
    let target = match &kind {
        Kind::Link(href) if shows_target(&nodes, href) => Some(target(href)),
        _ => None,
    };
    let children = build(nodes, i18n);
    match kind {
        Kind::Paragraph => view! { <p>{children}</p> }.into_any(),
        Kind::Heading(level) => heading(level, children),
        Kind::Quote => view! { <blockquote>{children}</blockquote> }.into_any(),
        Kind::Bullets => view! { <ul>{children}</ul> }.into_any(),
        Kind::Numbers(first) => view! { <ol start=first.to_string()>{children}</ol> }.into_any(),
        Kind::Entry => view! { <li>{children}</li> }.into_any(),
        Kind::Emphasis => view! { <em>{children}</em> }.into_any(),
        Kind::Strong => view! { <strong>{children}</strong> }.into_any(),
        Kind::Struck => view! { <del>{children}</del> }.into_any(),
        Kind::CodeBlock => view! { <pre tabindex="0"><code>{children}</code></pre> }.into_any(),
        Kind::Table => view! { <table><tbody>{children}</tbody></table> }.into_any(),
        Kind::Row => view! { <tr>{children}</tr> }.into_any(),
        Kind::HeadCell => view! { <th scope="col">{children}</th> }.into_any(),
        Kind::Cell => view! { <td>{children}</td> }.into_any(),
        Kind::Link(href) => view! {
            <a href=href rel="noopener noreferrer external" target="_blank">
                <bdi>{children}</bdi>
                {target.map(|target| view! { <bdi class="prose__target">{" ("} {target} {")"}</bdi> })}
                <span class="visually-hidden">{i18n.t(mail::EXTERNAL_LINK)}</span>
            </a>
        }
        .into_any(),
    }
}

/// The page's own headings end at level 2.
fn heading(level: u8, children: Vec<AnyView>) -> AnyView {
    match level {
        1 => view! { <h3>{children}</h3> }.into_any(),
        2 => view! { <h4>{children}</h4> }.into_any(),
        3 => view! { <h5>{children}</h5> }.into_any(),
        _ => view! { <h6>{children}</h6> }.into_any(),
    }
}
