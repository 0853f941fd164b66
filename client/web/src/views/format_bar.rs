//! The message's text: buttons that write Markdown, and a preview.

use crate::browser::dom;
use crate::components::field::Field;
use crate::components::markdown::Markdown;
use crate::i18n::{Text, compose};
use crate::portal::{Portal, use_portal};
use crate::state::formatting::{Edit, Mark, Selected, apply};
use leptos::html;
use leptos::prelude::*;

const MARKS: [(Text, Text, Mark); 5] = [
    (compose::BOLD_SIGN, compose::BOLD, Mark::Around("**")),
    (compose::ITALIC_SIGN, compose::ITALIC, Mark::Around("*")),
    (compose::BULLETS_SIGN, compose::BULLETS, Mark::Lines("- ")),
    (compose::NUMBERS_SIGN, compose::NUMBERS, Mark::Numbers),
    (compose::QUOTE_SIGN, compose::QUOTE, Mark::Lines("> ")),
];

/// The field with its bar.
#[component]
pub(crate) fn TextField() -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let node = NodeRef::<html::Textarea>::new();
    let preview = RwSignal::new(false);
    let value = move || {
        portal.draft.filled.track();
        portal.draft.model.with_untracked(|model| model.text.clone())
    };
    // An answer is written above what it quotes.
    Effect::new(move || {
        portal.draft.filled.track();
        let answers = portal.draft.model.with_untracked(|model| model.in_reply_to.is_some());
        if let Some(area) = node.get().filter(|_| answers) {
            request_animation_frame(move || {
                let _ = area.set_selection_range(0, 0);
            });
        }
    });
    let buttons = MARKS.map(|(sign, name, mark)| {
        view! {
            <button
                type="button"
                class="format__button"
                aria-label=i18n.t(name)
                title=move || i18n.t(name)()
                disabled=move || preview.get()
                on:click=move |_| write(portal, node, mark)
            >
                <span aria-hidden="true">{i18n.t(sign)}</span>
            </button>
        }
    });
    let shown = move || {
        preview.get().then(|| {
        let text = portal.draft.model.with_untracked(|model| model.text.clone());
        view! {
            <section class="format__preview" aria-label=i18n.t(compose::PREVIEW)><Markdown text/></section>
        }
    })
    };
    view! {
        <div class="format" role="group" aria-label=i18n.t(compose::FORMATTING) aria-controls="text">
            {buttons.into_iter().collect_view()}
            <button
                type="button"
                class="format__button format__button--text"
                aria-pressed=move || preview.get().to_string()
                id="preview"
                on:click=move |_| {
                    // The field that had it goes.
                    dom::focus_now("#preview");
                    preview.update(|it| *it = !*it);
                }
            >
                {i18n.t(compose::PREVIEW)}
            </button>
        </div>
        <div hidden=move || preview.get()>
            <Field id="text" label=compose::TEXT hint=compose::TEXT_HINT>
                <textarea
                    id="text"
                    rows="14"
                    aria-describedby="text-hint"
                    node_ref=node
                    prop:value=value
                    on:input=move |event| portal.edit(|model| model.text = event_target_value(&event))
                ></textarea>
            </Field>
        </div>
        {shown}
    }
}

fn write(portal: Portal, node: NodeRef<html::Textarea>, mark: Mark) {
    let Some(area) = node.get_untracked() else { return };
    let at = |unit: Result<Option<u32>, _>| unit.ok().flatten().unwrap_or_default();
    let before =
        Selected { text: area.value(), start: at(area.selection_start()), end: at(area.selection_end()) };
    let Edit { from, to, written, start, end } = apply(&before, mark);
    // A field that is gone with its page cannot take the focus.
    let _ = area.focus();
    let _ = area.set_selection_range(from, to);
    // As if it were typed: the browser can take it back.
    if !dom::type_text(&written) {
        let _ = area.set_range_text_with_start_and_end(&written, from, to);
    }
    let _ = area.set_selection_range(start, end);
    portal.edit(|model| model.text = area.value());
}
