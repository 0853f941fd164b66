//! A long list of which only what is near the window is in the page.
//!
//! Its rows go in blocks. A block that is far away is an empty place of the height that it had, and comes back
//! before it is in sight; so rows may be of any height, and nothing jumps.

use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

/// Rows of one block.
pub(crate) const BLOCK: usize = 25;

/// Of which blocks the rows have to be there, near or not: the first, so that no list is an empty one, the one with a
/// row, and those beside it.
pub(crate) fn needed(row: Option<usize>, block: usize) -> bool {
    let beside = |row: usize| {
        let first = block * BLOCK;
        (first.saturating_sub(1)..=first + BLOCK).contains(&row)
    };
    block == 0 || row.is_some_and(beside)
}

/// One block. `children` are its rows; they are there while it is near, needed, or has the focus.
#[component]
pub(crate) fn Block(
    /// Whether its rows have to be there.
    #[prop(into)]
    needed: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let near = RwSignal::new(true);
    let height = RwSignal::new(0.0);
    let (node, reach) = (NodeRef::<html::Div>::new(), NodeRef::<html::Span>::new());
    let shown = Memo::new(move |_| near.get() || needed.get());
    watch_sight(reach, move |visible| {
        let Some(block) = node.try_get_untracked().flatten() else { return };
        if !visible && has_focus(&block) {
            return;
        }
        if !visible && near.try_get_untracked() == Some(true) {
            height.try_set(block.get_bounding_client_rect().height());
        }
        near.try_set(visible);
    });
    let children = StoredValue::new(children);
    view! {
        <div
            class="list__block"
            node_ref=node
            style:block-size=move || (!shown.get()).then(|| format!("{}px", height.get()))
        >
            <span class="list__reach" aria-hidden="true" node_ref=reach></span>
            <Show when=move || shown.get()>{children.with_value(|rows| rows())}</Show>
        </div>
    }
}

fn has_focus(block: &Element) -> bool {
    document().active_element().is_some_and(|focused| block.contains(Some(&focused)))
}

/// The end of a list that goes on. Reaches some rows up from where it stands, so that more is loaded in time.
#[component]
pub(crate) fn ListEnd(
    /// Set when it comes into sight and when it goes.
    near: RwSignal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Span>::new();
    // Without it there is the button. The list may be gone.
    watch_sight(node, move |visible| {
        near.try_set(visible);
    });
    on_cleanup(move || {
        near.try_set(false);
    });
    view! { <span class="list__end" aria-hidden="true" node_ref=node></span> }
}

/// Says when an element comes into sight and when it goes, for as long as the owner lives. Without the browser's
/// help nothing is said.
fn watch_sight(node: NodeRef<html::Span>, said: impl Fn(bool) + Clone + 'static) {
    Effect::new(move || {
        let Some(element) = node.get() else { return };
        let said = said.clone();
        let seen: Closure<dyn FnMut(Array)> = Closure::new(move |entries: Array| {
            let last =
                entries.iter().filter_map(|it| it.dyn_into::<IntersectionObserverEntry>().ok()).next_back();
            said(last.is_some_and(|it| it.is_intersecting()));
        });
        let Ok(observer) = IntersectionObserver::new(seen.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let kept = SendWrapper::new((observer, seen));
        on_cleanup(move || kept.0.disconnect());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_block_and_those_of_a_row_and_beside_it_are_needed() {
        let blocks = |row| (0..5).filter(|block| needed(row, *block)).collect::<Vec<_>>();
        assert_eq!(blocks(None), [0]);
        assert_eq!(blocks(Some(0)), [0]);
        assert_eq!(blocks(Some(30)), [0, 1]);
        assert_eq!(blocks(Some(24)), [0, 1]);
        assert_eq!(blocks(Some(25)), [0, 1]);
        assert_eq!(blocks(Some(49)), [0, 1, 2]);
    }
}
